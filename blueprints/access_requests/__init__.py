"""Asking access for somebody else, agreeing with it, deciding about it."""

from blueprints.access_requests.routes import access_requests

__all__ = ["access_requests"]
