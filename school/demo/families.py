"""Two hundred pupils in eight home groups, their families, and every kind of guardian a school meets.

Families exist only here, to make believable people: the program itself knows no families (DOMAIN §3).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from school.demo import special
from school.demo.dice import dice
from school.demo.names import Background, Surname, backgrounds
from school.demo.special import Child, Guardian, Home
from school.demo_logins import DOMAIN

SIZES: dict[str, int] = {"1/2a": 24, "1/2b": 23, "3": 26, "4": 25, "5": 28, "6": 25, "7": 24, "8": 25}
FAMILIES = {3: 8, 2: 44, 1: 88}  # children a family: 140 families, 200 children
INVITED = 10


def levels(group: str) -> tuple[int, ...]:
    return (1, 2) if group.startswith("1/2") else (int(group),)


@dataclass(frozen=True)
class Roll:
    """Everybody who belongs to a child, and every child."""

    pupils: tuple[Child, ...]
    guardians: tuple[Guardian, ...]

    def in_group(self, group: str) -> tuple[Child, ...]:
        return tuple(child for child in self.pupils if child.group == group)

    def of(self, key: str) -> tuple[Guardian, ...]:
        return tuple(g for g in self.guardians if key in g.children)


def roll(today: date) -> Roll:
    homes = list(_homes(today))
    pupils = [child for home in homes for child in home.children]
    guardians = [guardian for home in homes for guardian in home.guardians]
    guardians = _states(guardians, today)
    return Roll(tuple(pupils), tuple(_addressed(guardians)))


def _homes(today: date) -> Iterator[Home]:
    """The families with a part of their own first; the others get the places that are left."""
    fixed = special.homes(today)
    yield from fixed
    free = dict(SIZES)
    used: dict[str, set[str]] = {group: set() for group in SIZES}
    taken = set()
    for home in fixed:
        for child in home.children:
            free[child.group] -= 1
            used[child.group].add(child.first_name)
            taken.add((child.prefix, child.last_name))
    sizes = _sizes(fixed)
    for number, groups in enumerate(_places(free, sizes)):
        yield _family(number, groups, today, used, taken)


def _sizes(fixed: tuple[Home, ...]) -> list[int]:
    left = dict(FAMILIES)
    for home in fixed:
        left[len(home.children)] -= 1
    return [size for size in (3, 2, 1) for _ in range(left[size])]


def _places(free: dict[str, int], sizes: list[int]) -> Iterator[list[str]]:
    """Siblings sit in different groups; the fullest groups are dealt first, so that all places fit."""
    for number, size in enumerate(sizes):
        rng = dice("places", number)
        groups = sorted(free, key=lambda group: (-free[group], rng.random()))[:size]
        for group in groups:
            free[group] -= 1
        yield groups


def _family(number: int, groups: list[str], today: date, used: dict[str, set[str]], taken: set[Surname]) -> Home:
    rng = dice("family", number)
    background: Background = rng.choices(backgrounds(), [each.weight for each in backgrounds()])[0]
    fresh = [name for name in background.surnames if name not in taken] or list(background.surnames)
    surname = rng.choice(fresh)
    taken.add(surname)
    children: list[Child] = []
    for group in sorted(groups):
        siblings = {child.first_name for child in children}
        first = _first_name(rng, background, used[group] | siblings)
        used[group].add(first)
        key = f"{number}-{group}"
        born = birth_date(group, today, dice("birth", key))
        children.append(Child(key, first, *surname, born, group))
    parents = _parents(number, rng, background, surname, tuple(child.key for child in children))
    return Home(tuple(children), parents)


def _first_name(rng: Random, background: Background, used: set[str]) -> str:
    pools = [background.children, backgrounds()[0].children]
    if rng.random() < 0.3:
        pools.reverse()
    for pool in pools:
        free = [name for name in pool if name not in used]
        if free:
            return rng.choice(free)
    raise ValueError("more children than names")


def _parents(
    number: int, rng: Random, background: Background, surname: Surname, children: tuple[str, ...]
) -> tuple[Guardian, ...]:
    """Father and mother as a rule; sometimes two mothers or fathers, one parent, or two houses."""
    kinds = rng.choices(("mf", "mm", "ff"), (93, 4, 3))[0]
    other = rng.choice([name for name in background.surnames if name != surname])
    pair: list[Guardian] = []
    for place, kind in enumerate(kinds):
        pool = background.mothers if kind == "m" else background.fathers
        first = rng.choice([name for name in pool if name not in [p.first_name for p in pair]])
        last = surname if place == 1 or rng.random() < 0.45 else other
        key = f"{number}-{'ab'[place]}"
        pair.append(Guardian(key, first, *last, "moeder" if kind == "m" else "vader", children))
    if number % 12 == 7:  # special.py has two more
        return (pair[0],)
    if number % 7 == 5:
        pair[1] = replace(pair[1], household=1)
    return tuple(pair)


def birth_date(group: str, today: date, rng: Random) -> date:
    """A year level is born between 1 October and 30 September; one in twenty-five is a year older."""
    level = rng.choice(levels(group))
    start = (today.year if today.month >= 8 else today.year - 1) - level - 4
    if level > 2 and rng.random() < 0.04:
        start -= 1
    first, last = date(start, 10, 1), date(start + 1, 9, 30)
    youngest = date(today.year - 4, today.month, min(today.day, 28)) - timedelta(days=1)
    return first + timedelta(days=rng.randrange((min(last, youngest) - first).days + 1))


def year_level(child: Child, today: date) -> str:
    """Which of the group's year levels the child is in; by its birth date in a combination group."""
    first, *more = levels(child.group)
    start = today.year if today.month >= 8 else today.year - 1
    return str(more[0] if more and child.birth_date < date(start - first - 4, 10, 1) else first)


def _states(guardians: list[Guardian], today: date) -> list[Guardian]:
    """Ten were invited and never came; every sixtieth reads English."""
    common = [g.key for g in guardians if not g.fixed]
    waiting = set(dice("invited").sample(common, INVITED))
    changed = []
    for guardian in guardians:
        rng = dice("state", guardian.key)
        language = "en" if not guardian.fixed and rng.random() < 0.02 else guardian.language
        phone = f"06-00{rng.randrange(100, 999)} {rng.randrange(100, 999)}"  # not a number anybody has
        changed.append(replace(guardian, language=language, phone=phone, invited=guardian.key in waiting))
    return changed


def _addressed(guardians: list[Guardian]) -> Iterator[Guardian]:
    """Everybody an address of their own; who shares a name gets a number."""
    seen: dict[str, int] = {}
    for guardian in guardians:
        if guardian.email:
            yield guardian
            continue
        login = f"{_latin(guardian.first_name)}.{_latin(guardian.prefix + guardian.last_name)}".strip(".")
        seen[login] = seen.get(login, 0) + 1
        number = str(seen[login]) if seen[login] > 1 else ""
        yield replace(guardian, email=f"{login}{number}@{DOMAIN}")


def _latin(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name.lower().replace("ı", "i").replace("ł", "l"))
    return "".join(sign for sign in plain if sign.isascii() and sign.isalnum())
