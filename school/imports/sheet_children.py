"""Which child of the school a row of a sheet means: one for certain, or nobody and who looks like it.

By its pupil number, when the rest of the row does not contradict it; else by name and date of birth; else by a name
that is the only one in the named group. Between two children only a person chooses.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from school.imports.sheet_names import surnames, tight
from school.imports.sheet_rows import ChildOnRow
from school.lib import names

_NEAR = 3
"""So many children are shown when none fits."""
_ALIKE = 0.4
"""Sofie Jansen and Sophie Janssen share 0.7 of their letter pairs, Sofie Jansen and Bram Jansen 0.5."""


@dataclass(frozen=True, slots=True)
class KnownChild:
    key: int
    number: str
    """Pupil number of the school's administration, or nothing."""
    first: str
    prefix: str
    last: str
    birth_date: date | None
    group: str
    """The name of the home group."""

    @property
    def full_name(self) -> str:
        return names.full(self.first, self.prefix, self.last)


@dataclass(slots=True)
class Found:
    """The children of one row."""

    children: list[int] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    candidates: dict[int, str] = field(default_factory=dict)
    several: bool = False
    """More than one fits; otherwise the candidates only look like it."""


class Register:
    """Every child we know, by whatever a sheet may call it."""

    def __init__(self, known: Iterable[KnownChild]) -> None:
        self._by_number: dict[str, list[KnownChild]] = defaultdict(list)
        self._by_first: dict[str, list[KnownChild]] = defaultdict(list)
        self._near: dict[object, list[KnownChild]] = defaultdict(list)
        for child in known:
            self._by_number[_number(child.number)].append(child)
            self._by_first[tight(child.first)].append(child)
            for trait in _traits(child):
                self._near[trait].append(child)

    def find(self, children: Iterable[ChildOnRow]) -> Found:
        found = Found()
        for child in children:
            fitting, certain = self._fitting(child)
            if certain:
                found.children.append(fitting[0].key)
            else:
                found.several = found.several or len(fitting) > 1
                found.lost.append(child.called)
                found.candidates |= {one.key: one.full_name for one in fitting or self._alike(child)}
        return found

    def _fitting(self, child: ChildOnRow) -> tuple[list[KnownChild], bool]:
        """Who fits, and whether that is one child without any doubt."""
        number = _number(child.number)
        numbered = self._by_number.get(number, []) if number else []
        named = self._named(child)
        if not numbered:
            return named, len(named) == 1
        agreeing = [one for one in numbered if _agrees(child, one)]
        if len(agreeing) == 1:
            return agreeing, True
        return list({one.key: one for one in (*numbered, *named)}.values()), False

    def _named(self, child: ChildOnRow) -> list[KnownChild]:
        called = [one for one in self._by_first.get(tight(child.first), []) if _same_surname(child, one)]
        fitting = [one for one in called if _fits(child, one)] if child.first else []
        exact = [one for one in fitting if tight(one.full_name) == tight(child.full_name)]
        return exact or fitting

    def _alike(self, child: ChildOnRow) -> list[KnownChild]:
        """Who may be meant: something is the same, and the names look alike."""
        pool = {one.key: one for trait in _traits(child) for one in self._near.get(trait, [])}
        marked = [(likeness, one) for one in pool.values() if (likeness := _likeness(child, one)) > _ALIKE]
        return [one for _mark, one in sorted(marked, key=lambda pair: -pair[0])[:_NEAR]]


def _traits(child: ChildOnRow | KnownChild) -> set[object]:
    """What brings two children near each other: a name, a birthday, a group."""
    told = {tight(child.first), *surnames(child.prefix, child.last), child.birth_date}
    return {trait for trait in told if trait} | ({("group", group_key(child.group))} if child.group else set())


def _number(text: str) -> str:
    """Comparable: Excel drops zeros in front. A number with # is another child's tomorrow, so it is none."""
    return "" if text.startswith("#") else text.strip().lstrip("0").casefold()


def _same_surname(child: ChildOnRow, known: KnownChild) -> bool:
    if not child.last and not known.last:
        return True
    return bool(surnames(child.prefix, child.last) & surnames(known.prefix, known.last))


def _agrees(child: ChildOnRow, known: KnownChild) -> bool:
    """The row says nothing that makes its number another child's: columns slip when a sheet is sorted."""
    first, known_first = tight(child.first), tight(known.first)
    if first and first == known_first and _same_surname(child, known):
        return True  # the birthday may be a typing mistake
    if child.birth_date and known.birth_date:
        return child.birth_date == known.birth_date
    if not child.first and not child.last:
        return True
    return _same_surname(child, known) and (first.startswith(known_first) or known_first.startswith(first))


def _fits(child: ChildOnRow, known: KnownChild) -> bool:
    if child.birth_date and known.birth_date:
        return child.birth_date == known.birth_date
    return bool(key := group_key(child.group)) and key == group_key(known.group)


def group_key(name: str) -> str:
    """``"Groep 1/2 A"``, ``"groep1-2a"`` and ``"1/2a"`` are one group."""
    bare = re.sub(r"^(?:(?:groep|group|klas|gr)[\s.]*(?=\d)|(?:groep|group|klas)\s+)", "", names.fold(name).strip())
    return re.sub(r"[\W_]+", "", bare)


def _likeness(child: ChildOnRow, known: KnownChild) -> float:
    """How many pairs of letters two names share, 0 to 1; much quicker than comparing them letter by letter."""
    one, other = _pairs(child.full_name), _pairs(known.full_name)
    return 2 * len(one & other) / (len(one) + len(other))


@lru_cache(maxsize=2048)
def _pairs(name: str) -> frozenset[str]:
    letters = f" {tight(name)} "
    return frozenset(letters[at : at + 2] for at in range(len(letters) - 1))
