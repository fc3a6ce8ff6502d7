"""The machine's side (health, static files, manifest, service worker) and the small pages of the bottom bar."""

from blueprints.site.routes import site

__all__ = ["site"]
