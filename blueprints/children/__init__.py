"""My children."""

from blueprints.children.routes import children

__all__ = ["children"]
