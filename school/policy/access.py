"""Access: who may open a page at all."""

from __future__ import annotations

from enum import Enum

from school.policy.viewer import Viewer


class Access(Enum):
    PUBLIC = "everybody, also without logging in"
    SIGNED_IN = "everybody who is logged in"
    GUARDIAN = "parents and carers"
    STAFF = "everybody who works at the school"
    OFFICE = "office and director"
    MANAGEMENT = "office, administrator and director"
    ADMIN = "administrator and director"
    DIRECTOR = "director"


def admits(access: Access, me: Viewer | None) -> bool:
    if access is Access.PUBLIC:
        return True
    if me is None:
        return False
    return {
        Access.SIGNED_IN: True,
        Access.GUARDIAN: me.is_guardian,
        Access.STAFF: me.is_staff,
        Access.OFFICE: me.is_office or me.is_director,
        Access.MANAGEMENT: me.is_management,
        Access.ADMIN: me.is_admin or me.is_director,
        Access.DIRECTOR: me.is_director,
    }[access]
