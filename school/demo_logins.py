"""The accounts offered with one click on the login page of a demo school."""

from __future__ import annotations

from dataclasses import dataclass

from school.lib.text import _, mark

DOMAIN = "proefpolder.example"
PASSWORD = "proefpolder-demo"  # noqa: S105 - printed on the demo's login page

_OFFERED = (
    ("ouder-twee", mark("parent of two children, in group 5 and a group 1/2")),
    ("ouder-zes", mark("parent of one child, in group 6")),
    ("leerkracht5", mark("teacher of group 5")),
    ("leerkracht6", mark("teacher of group 6")),
    ("directie", mark("director")),
    ("administratie", mark("office")),
    ("beheer", mark("administrator")),
)


@dataclass(frozen=True)
class DemoLogin:
    email: str
    label: str
    role: str


def addresses() -> set[str]:
    return {f"{name}@{DOMAIN}" for name, _role in _OFFERED}


def listed() -> list[DemoLogin]:
    return [DemoLogin(f"{name}@{DOMAIN}", name, _(role)) for name, role in _OFFERED]
