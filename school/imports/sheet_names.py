"""Names in sheets: taken apart when they stand in one cell, and compared with names we know (DOMAIN §7).

Taking apart is a guess, and marked as one. Comparing folds case, accents, hyphens, dots and spaces away; a prefix
counts when both sides write it, and may be left out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from school.imports import prefixes
from school.lib import names

_TITLES = re.compile(
    r"(?:(?:de heer|mevrouw|meneer|mijnheer|heer|prof|drs|dr|ir|ing|mevr|mvr|mvw|mw|dhr|hr|mrs|ms)\b\.?\s*)+",
    re.IGNORECASE,
)
_FAMILY = re.compile(r"(?:familie|family|fam|gezin)\b\.?\s*", re.IGNORECASE)
_SALUTATIONS = {"juf": "juf", "juffrouw": "juf", "meester": "meester"}
_INITIALS = re.compile(r"(?:[^\W\d_]{1,2}\.[\s-]?)+|[^\W\d_]")
_CALLED = re.compile(r"\(([^()]+)\)")
_TWO_PEOPLE = re.compile(r"\s+(?:en|and|und|&|\+)\s+|\s*[/;&\n]\s*", re.IGNORECASE)
_ALSO_FIRST_NAMES = {"al", "ben", "bin", "di", "do", "dos", "lo"}


@dataclass(frozen=True, slots=True)
class Name:
    first: str = ""
    prefix: str = ""
    last: str = ""
    salutation: str = ""
    """ "juf", "meester" or nothing; only where the cell said so."""
    family: bool = False
    """It names a family, not a person."""


def in_one_cell(cell: str) -> tuple[Name, ...]:
    """The people a cell names: mostly one. ``"Jansen, A."``, ``"mevrouw Van den Berg"``, ``"Anne en Bas Smit"``."""
    return tuple(_guessed(part) for part in _TWO_PEOPLE.split(cell.strip()) if part.strip(" ,.-"))


def _guessed(text: str) -> Name:
    text = " ".join(text.split())
    family, titled = _FAMILY.match(text), _TITLES.match(text)
    if found := family or titled:
        text = text[found.end() :]
    word, _space, rest = text.partition(" ")
    salutation = _SALUTATIONS.get(word.casefold(), "")
    first, prefix, last = _parts(rest if salutation and rest else text, with_title=bool(family or titled))
    return Name(first, prefix, last, salutation, family is not None)


def _parts(text: str, with_title: bool) -> tuple[str, str, str]:
    called = _CALLED.search(text)
    text = " ".join(_CALLED.sub(" ", text).split())
    main, dash, maiden = text.partition(" - ")
    first, prefix, last = _listed(main) if "," in main else _spoken(main.split(), with_title)
    return called[1].strip() if called else first, prefix, last + dash + maiden


def _listed(text: str) -> tuple[str, str, str]:
    """Surname first: "Jansen, A.", "Berg, Anne van den", "van den Berg, Anne", "Berg, van den, Anne"."""
    core, _comma, after = text.partition(",")
    before: list[str] = []
    words = after.replace(",", " ").split()
    for end in (0, -1):
        run: list[str] = []
        while len(words) > 1 and _is_prefix(words[end]):
            run.insert(0 if end else len(run), words.pop(end))
        before += run
    offered = prefixes.offer("", " ".join([*before, core.strip()]))
    prefix, last = offered or ("", core.strip())
    return " ".join(words), prefix, last


def _spoken(words: list[str], with_title: bool) -> tuple[str, str, str]:
    """First name first: "Anne van den Berg", "A. Jansen", "Anna Maria Smit"; after a title: "Van den Berg"."""
    for at in range(0 if with_title else 1, len(words) - 1):
        offered = prefixes.offer("", " ".join(words[at:]))
        if _is_prefix(words[at].partition("-")[2]):  # "Balk-de Wit"
            return " ".join(words[:at]), "", " ".join(words[at:])
        if offered and not (at == 0 and words[0].casefold() in _ALSO_FIRST_NAMES):
            return " ".join(words[:at]), *offered
    if len(words) == 1:
        return ("", "", words[0]) if with_title else (words[0], "", "")
    given = 0
    while given < len(words) - 1 and is_initials(words[given]):
        given += 1
    given = given or len(words) - 1
    return " ".join(words[:given]), "", " ".join(words[given:])


def _is_prefix(word: str) -> bool:
    return word.casefold().replace("’", "'") in prefixes.EVERY


def is_initials(first: str) -> bool:
    """ "A.", "A.B.", "Th.", "A" – not somebody's whole first name."""
    return _INITIALS.fullmatch(first.strip()) is not None


# ── comparing ───────────────────────────────────────────────────────────────────────────────────────────────────────


@lru_cache(maxsize=8192)
def tight(text: str) -> str:
    """Folded to letters only: ``"Anne-Marie"``, ``"anne marie"`` and ``"Annemarie"`` are the same."""
    return re.sub(r"[\W_]+", "", names.fold(text))


@lru_cache(maxsize=8192)
def surnames(prefix: str, last: str) -> frozenset[str]:
    """Every way in which this surname may stand in another list: with its prefix, without it."""
    _offered, core = prefixes.offer(prefix, last) or (prefix, last)
    return frozenset({tight(f"{prefix} {last}"), tight(last), tight(core)} - {""})


def same(one: tuple[str, str, str], other: tuple[str, str, str]) -> bool:
    """One whole name: both first names written out and alike, and the surname too. (first, prefix, last)"""
    if not one[0] or is_initials(one[0]) or tight(one[0]) != tight(other[0]):
        return False
    return bool(surnames(*one[1:]) & surnames(*other[1:])) or not (one[2] or other[2])


def could_be_same(one: tuple[str, str, str], other: tuple[str, str, str]) -> bool:
    """Not two different people by their names: "A. Jansen" and "Anne Jansen", or a name of which nothing is known."""
    return _first_fits(one[0], other[0]) and _last_fits(one, other)


def _first_fits(one: str, other: str) -> bool:
    if not tight(one) or not tight(other) or tight(one) == tight(other):
        return True
    if is_initials(one) or is_initials(other):
        return tight(one)[0] == tight(other)[0]
    short, long = sorted((_words(one), _words(other)), key=len)
    return long[: len(short)] == short


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", names.fold(text))


def _last_fits(one: tuple[str, str, str], other: tuple[str, str, str]) -> bool:
    if not one[2] or not other[2]:
        return True
    return bool(surnames(*one[1:]) & surnames(*other[1:])) or bool(_doubles(one) & _doubles(other))


def _doubles(name: tuple[str, str, str]) -> set[str]:
    """The parts of a double surname: "de Vries-Jansen" is "vries" and "jansen"."""
    parts = re.split(r"\s*[-–]\s*", name[2])
    return {way for part in parts for way in surnames("", part)} | surnames(*name[1:])
