"""In and out, passwords, own devices, own language, own data."""

from blueprints.account import proposals as proposals  # registers its routes
from blueprints.account.routes import account

__all__ = ["account"]
