"""Timeline and posts."""

from blueprints.feed.routes import feed

__all__ = ["feed"]
