"""Coming in: from the code of a letter or the link of a mail to an account of one's own."""

from blueprints.invitations.routes import invitations

__all__ = ["invitations"]
