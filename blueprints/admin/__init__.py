"""Administration: the school's settings, people, mail, recurring work, the audit log."""

from blueprints.admin.routes import admin

__all__ = ["admin"]
