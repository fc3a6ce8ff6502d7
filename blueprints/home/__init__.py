"""The front door: where / leads, and the first use of an empty instance."""

from blueprints.home.routes import home

__all__ = ["home"]
