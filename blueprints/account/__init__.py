"""In and out, passwords, own devices, own language."""

from blueprints.account.routes import account

__all__ = ["account"]
