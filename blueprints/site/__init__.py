"""The machine's side (health, static files, manifest, service worker) and the small pages of the bottom bar."""

from blueprints.site import next_year as next_year  # registers its route
from blueprints.site.routes import site

__all__ = ["site"]
