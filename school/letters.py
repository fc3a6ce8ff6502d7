"""Invitations on paper: one A4 a person, in their language; and for each group a list of which child takes which home.

A letter travels in a school bag, so it names no child and no address: only its reader, the group and the code.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path

from babel.lists import format_list
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from school import invitations, timeline
from school.coming_in import Child, Newcomer
from school.groups import Group
from school.lib import clock, dates, qr, text
from school.lib.qr import Qr
from school.lib.text import _, ngettext
from school.settings import School

ROOT = Path(__file__).parent.parent
SHEETS = ("css/tokens.css", "css/base.css", "css/letters.css")
"""What a letter needs of the style sheets when it stands in a file of its own."""
PAGE_IN = {"nl": "uitnodiging", "en": "invitation"}
"""What is typed after the school's address."""


@dataclass(frozen=True)
class Letter:
    name: str
    first_name: str
    language: str
    role: str
    """What the reader is here, under the name: "ouder van een kind in groep 5"."""
    works: bool
    code: str
    qr: Qr
    site: str
    """What is typed by who does not scan: ``"school.example/uitnodiging"``."""
    until: str
    login: str
    """The name to log in with; empty for who logs in with their e-mail address."""
    number: str
    """The same on the letter and on the list of its pile: "3"."""
    child: str
    """Who takes it home; only for the list, which stays at school."""


@dataclass(frozen=True)
class Pile:
    """The letters of one group, or of the staff, in the order of its list."""

    label: str
    letters: list[Letter]


def piles(found: Sequence[Newcomer], key: bytes, base_url: str, group: Group | None = None) -> list[Pile]:
    """The letters of these people, as far as they have an invitation that counts and can be printed.

    Somebody with several children gets theirs through the youngest one, or through the one in ``group``.
    """
    carried = [(_carrier(one, group), one) for one in found if _is_printable(one, key)]
    carried.sort(key=lambda pair: _place(*pair))
    return [
        Pile(label, [_letter(*pair, str(number), key, base_url) for number, pair in enumerate(pairs, 1)])
        for label, pairs in groupby(carried, key=lambda pair: group_label(pair[0].group if pair[0] else None))
    ]


def _is_printable(newcomer: Newcomer, key: bytes) -> bool:
    counts = newcomer.state not in ("none", "ended", "expired")
    invitation = newcomer.invitation
    if invitation is None or invitation.printed_at is None:
        return False  # only what was noted as printed is shown: a code logs in
    return counts and invitations.has_its_code(invitation, key)


def _carrier(newcomer: Newcomer, group: Group | None) -> Child | None:
    """The child that takes the letter home; nobody for who works here."""
    if newcomer.works and group is None:
        return None
    in_group = [child for child in newcomer.children if group is None or child.group.id == group.id]
    return next(iter(in_group), None)


def _place(child: Child | None, newcomer: Newcomer) -> tuple[bool, str, int, str, str, str]:
    """Group by group, youngest first, then the children by name; who works here comes last."""
    if child is None:
        return (True, "", 0, "", "", newcomer.person.sort_key)
    group = child.group
    begins = group.school_year.starts_on.isoformat()
    return (False, begins, group.position, group.name, child.pupil.sort_key, newcomer.person.sort_key)


def group_label(group: Group | None) -> str:
    """ "groep 5", with its year when that has not begun; the staff for None."""
    if group is None:
        return _("staff")
    label, year = timeline.group_label(group.name, group.kind), group.school_year
    return f"{label} ({year.name})" if year.starts_on > clock.today() else label


def _letter(child: Child | None, newcomer: Newcomer, number: str, key: bytes, base_url: str) -> Letter:
    person, invitation = newcomer.person, newcomer.invitation
    assert invitation is not None
    code = invitations.code_of(invitation, key)
    with text.speaking(person.language):
        return Letter(
            name=person.full_name,
            first_name=person.first_name,
            language=person.language,
            role=role(newcomer),
            works=newcomer.works,
            code=code,
            qr=qr.drawn(_address(base_url, code, person.language)),
            site=f"{base_url.partition('//')[2]}/{PAGE_IN.get(person.language, 'invitation')}",
            until=dates.when(invitation.ends_at),
            login="" if person.email else person.login_name or "",
            number=number,
            child=child.pupil.full_name if child else "",
        )


def _address(base_url: str, code: str, language: str) -> str:
    """What the square says: the page with the code filled in, in the reader's language."""
    plain = f"{base_url}/invitation?code={code}"
    return plain if language == text.DEFAULT else f"{plain}&language={language}"


def role(newcomer: Newcomer) -> str:
    """What somebody comes in as, without the name of a child."""
    if newcomer.works or not newcomer.children:
        return _("works at this school")
    if not all(_is_told(group) for group in newcomer.groups):
        return ngettext("parent of a child at our school", "parent of children at our school", len(newcomer.children))
    labels = [timeline.group_label(group.name, group.kind) for group in newcomer.groups]
    groups, number = format_list(labels, locale=text.language()), len(newcomer.children)
    if all(child.is_close for child in newcomer.children):
        return ngettext("close to a child in %(groups)s", "close to children in %(groups)s", number, groups=groups)
    return ngettext("parent of a child in %(groups)s", "parent of children in %(groups)s", number, groups=groups)


def _is_told(group: Group) -> bool:
    """A group of a year that still has to come is told only once its lists may be seen."""
    year, today = group.school_year, clock.today()
    return year.starts_on <= today or (year.lists_on is not None and year.lists_on <= today)


def sheets(found: Sequence[Pile], school: School, logo: str = "") -> list[str]:
    """Each page as HTML: before every pile of more than one letter its list. ``logo``: the address of a picture."""
    made = []
    for pile in found:
        many = len(pile.letters) > 1
        if many:
            made.append(_environment().get_template("admin/_handout.html").render(pile=pile))
        for letter in pile.letters:
            with text.speaking(letter.language):
                template = _environment().get_template("admin/_letter.html")
                made.append(template.render(letter=letter, school=school, logo=logo, numbered=many))
    return made


def as_file(found: Sequence[Pile], school: School, logo: str = "") -> str:
    """A page of its own with every letter, to open in a browser and print."""
    style = "".join((ROOT / "static" / name).read_text(encoding="utf-8") for name in SHEETS)
    return (
        f'<!doctype html>\n<html lang="{text.language()}"><head><meta charset="utf-8"><title>{_("Letters")}</title>'
        f"<style>{style}:root{{--h:{school.hue}}}</style></head>\n"
        f'<body class="letters">{"".join(sheets(found, school, logo))}</body></html>\n'
    )


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(ROOT / "templates"),
        undefined=StrictUndefined,
        autoescape=True,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.install_gettext_callables(  # type: ignore[attr-defined]
        text.gettext, text.ngettext, newstyle=True, pgettext=text.pgettext
    )
    return environment
