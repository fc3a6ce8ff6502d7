"""The families that show what a school meets (DOMAIN §9, "Include"): each with a reason to be here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from school.demo_logins import DOMAIN


@dataclass(frozen=True)
class Child:
    key: str
    first_name: str
    prefix: str
    last_name: str
    birth_date: date
    group: str


@dataclass(frozen=True)
class Guardian:
    """One adult and the children they reach; the same road to each of them."""

    key: str
    first_name: str
    prefix: str
    last_name: str
    relation: str
    children: tuple[str, ...]
    email: str = ""
    phone: str = ""
    language: str = "nl"
    authority: str = "yes"  # "yes" | "no"
    kind: str = "guardian"  # "guardian" | "exception"
    scopes: tuple[str, ...] | None = None  # None: what comes with authority
    household: int = 0  # 1: lives at another address than the child's first guardian
    invited: bool = False  # has an invitation, never logged in
    removed: bool = False  # was a guardian until three weeks ago
    ends_on: date | None = None
    reason: str = ""
    fixed: bool = False  # a person with a part of their own: no chance touches them
    staff: str = ""  # the key of the member of staff this is


@dataclass(frozen=True)
class Home:
    children: tuple[Child, ...]
    guardians: tuple[Guardian, ...]


def _born(today: date, level: int, month: int, day: int) -> date:
    """A birthday that fits the year level in the school year of `today`."""
    start = (today.year if today.month >= 8 else today.year - 1) - level - 4
    return date(start if month >= 10 else start + 1, month, day)


def homes(today: date) -> tuple[Home, ...]:
    return (
        _two_children(today),
        _group_six(today),
        _teacher_at_home(today),
        _twins(today),
        _sisters_not_by_name(today),
        _one_name(today),
        _joined_house(today),
        _far_father(today),
        _grandmother(today),
        _neighbour(today),
        *_same_first_name(today),
        *_words(today),
        *_signs(today),
    )


def _two_children(today: date) -> Home:
    """The parent of the demo: one child in group 5, one in 1/2b, a father at another address."""
    children = (
        Child("noor", "Noor", "", "Rietveld", _born(today, 5, 3, 14), "5"),
        Child("mees", "Mees", "", "Rietveld", _born(today, 2, 6, 2), "1/2b"),
    )
    both = ("noor", "mees")
    anna = Guardian("anna", "Anna", "", "Rietveld", "moeder", both, f"ouder-twee@{DOMAIN}", fixed=True)
    return Home(children, (anna, Guardian("anna-b", "Tom", "van", "Rijn", "vader", both, household=1, fixed=True)))


def _group_six(today: date) -> Home:
    child = Child("sven", "Sven", "", "Bakker", _born(today, 6, 11, 20), "6")
    mother = Guardian("six", "Ilse", "", "Bakker", "moeder", ("sven",), f"ouder-zes@{DOMAIN}", fixed=True)
    return Home((child,), (mother, Guardian("six-b", "Rob", "", "Bakker", "vader", ("sven",), fixed=True)))


def _teacher_at_home(today: date) -> Home:
    """Juf Sanne of group 3 is a mother in group 7: one account, both sides."""
    child = Child("juul", "Juul", "", "Smeets", _born(today, 7, 2, 9), "7")
    sanne = Guardian("sanne", "Sanne", "de", "Wit", "moeder", ("juul",), "sanne.dewit@" + DOMAIN, fixed=True, staff="3")
    return Home((child,), (sanne, Guardian("sanne-b", "Hugo", "", "Smeets", "vader", ("juul",), fixed=True)))


def _twins(today: date) -> Home:
    born = _born(today, 4, 7, 30)
    pair = (
        Child("fien", "Fien", "van", "Ommeren", born, "4"),
        Child("siem", "Siem", "van", "Ommeren", born, "4"),
    )
    both = ("fien", "siem")
    mother = Guardian("twins-a", "Marleen", "", "Post", "moeder", both, fixed=True)
    return Home(pair, (mother, Guardian("twins-b", "Koen", "van", "Ommeren", "vader", both, fixed=True)))


def _sisters_not_by_name(today: date) -> Home:
    """Half-sisters with different surnames, and a step-father without authority who may see the posts."""
    children = (
        Child("liv", "Liv", "", "Hartman", _born(today, 8, 12, 5), "8"),
        Child("jasmijn", "Jasmijn", "de", "Bruin", _born(today, 3, 5, 21), "3"),
    )
    both = ("liv", "jasmijn")
    mother = Guardian("half-a", "Rosanne", "", "Hartman", "moeder", both, fixed=True)
    step = Guardian(
        "half-b",
        "Pieter",
        "de",
        "Bruin",
        "stiefvader",
        both,
        authority="no",
        scopes=("posts",),
        reason="Op verzoek van moeder, besproken met de directie.",
        fixed=True,
    )
    father = Guardian("half-c", "Marnix", "", "Kuyper", "vader", ("liv",), household=1, fixed=True)
    return Home(children, (mother, step, father))


def _one_name(today: date) -> Home:
    """A pupil with one name only, as some passports have it, and a mother the same."""
    child = Child("sukarno", "Putri", "", "", _born(today, 6, 8, 17), "6")
    return Home((child,), (Guardian("one-a", "Wulandari", "", "", "moeder", ("sukarno",), fixed=True, language="en"),))


def _joined_house(today: date) -> Home:
    """Two mothers and a father, all three involved; the father without authority hears nothing by himself."""
    child = Child("otis", "Otis", "", "Zandstra", _born(today, 2, 2, 28), "1/2a")
    one = Guardian("three-a", "Willemijn", "", "Zandstra", "moeder", ("otis",), fixed=True)
    two = Guardian("three-b", "Noortje", "ten", "Have", "moeder", ("otis",), fixed=True)
    father = Guardian("three-c", "Jurriaan", "", "Bloem", "vader", ("otis",), authority="no", household=1, fixed=True)
    return Home((child,), (one, two, father))


def _far_father(today: date) -> Home:
    """A father without authority and without any scope; a guardian ad litem whose task ended three weeks ago."""
    child = Child("milou", "Milou", "", "Stam", _born(today, 5, 10, 11), "5")
    mother = Guardian("far-a", "Bianca", "", "Stam", "moeder", ("milou",), fixed=True)
    father = Guardian("far-b", "Ronald", "", "Verkerk", "vader", ("milou",), authority="no", household=1, fixed=True)
    ended = today - timedelta(days=21)
    keeper = Guardian(
        "far-c",
        "Tilly",
        "",
        "Groen",
        "voogd",
        ("milou",),
        removed=True,
        ends_on=ended,
        fixed=True,
        reason="Voogdij beëindigd.",
    )
    return Home((child,), (mother, father, keeper))


def _grandmother(today: date) -> Home:
    child = Child("hidde", "Hidde", "", "Jellema", _born(today, 3, 11, 3), "3")
    until = today + timedelta(days=120)
    mother = Guardian("gran-a", "Froukje", "", "Jellema", "moeder", ("hidde",), fixed=True)
    gran = Guardian(
        "gran-x",
        "Klaske",
        "",
        "Jellema",
        "oma",
        ("hidde",),
        authority="no",
        kind="exception",
        scopes=("posts",),
        ends_on=until,
        reason="Vangt drie dagen per week op. Besproken met juf Sanne.",
        fixed=True,
    )
    return Home((child,), (mother, gran))


def _neighbour(today: date) -> Home:
    child = Child("rayan", "Rayan", "El", "Amrani", _born(today, 7, 4, 18), "7")
    mother = Guardian("neigh-a", "Naima", "El", "Amrani", "moeder", ("rayan",), fixed=True)
    father = Guardian("neigh-b", "Rachid", "El", "Amrani", "vader", ("rayan",), fixed=True)
    near = Guardian(
        "neigh-x",
        "Corrie",
        "",
        "Visser",
        "buurvrouw",
        ("rayan",),
        authority="no",
        kind="exception",
        scopes=("posts", "absences"),
        ends_on=today + timedelta(days=45),
        fixed=True,
        reason="Moeder ligt in het ziekenhuis. Besproken met juf Hanneke.",
    )
    return Home((child,), (mother, father, near))


def _pair(key: str, child: Child, mother: tuple[str, str, str], father: tuple[str, str, str]) -> Home:
    return Home(
        (child,),
        (
            Guardian(f"{key}-a", *mother, "moeder", (child.key,), fixed=True),
            Guardian(f"{key}-b", *father, "vader", (child.key,), fixed=True),
        ),
    )


def _same_first_name(today: date) -> tuple[Home, ...]:
    """Two called Lotte in group 5, told apart by an initial."""
    one = Child("lotte-b", "Lotte", "van den", "Broek", _born(today, 5, 1, 8), "5")
    two = Child("lotte-h", "Lotte", "'t", "Hof", _born(today, 5, 6, 25), "5")
    return (
        _pair("lb", one, ("Eline", "van den", "Broek"), ("Arjan", "van den", "Broek")),
        _pair("lh", two, ("Simone", "", "Kersten"), ("Maarten", "'t", "Hof")),
    )


def _words(today: date) -> tuple[Home, ...]:
    """Names that are ordinary words: the name check must not cry wolf over a storm."""
    storm = Child("storm", "Storm", "", "IJsselstein", _born(today, 5, 9, 12), "5")
    roos = Child("roos", "Roos", "op den", "Kamp", _born(today, 6, 5, 5), "6")
    return (
        _pair("st", storm, ("Carlijn", "", "IJsselstein"), ("Diederik", "", "IJsselstein")),
        _pair("rs", roos, ("Hester", "op den", "Kamp"), ("Jasper", "op den", "Kamp")),
    )


def _signs(today: date) -> tuple[Home, ...]:
    zoe = Child("zoe", "Zoë", "van der", "Meulen", _born(today, 5, 12, 24), "5")
    ayse = Child("ayse", "Ayşe", "", "Yıldırım", _born(today, 5, 4, 2), "5")
    return (
        _pair("ze", zoe, ("Daphne", "van der", "Meulen"), ("Niels", "van der", "Meulen")),
        _pair("ay", ayse, ("Gülşen", "", "Yıldırım"), ("Hakan", "", "Yıldırım")),
    )
