"""EDEXML that we write ourselves reads back as what it was, and looks as a real administration system would make it."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from school.imports import edexml
from school.imports.edexml import EdexGroup, Edexml, EdexPupil, EdexStaff, read
from school.imports.edexml_writer import split, write

FILES = Path(__file__).parent / "edexml"
YEAR = "2026-2027"


def tidy(name: str) -> str:
    return " ".join(unicodedata.normalize("NFC", name).split())


SIGNS = st.sampled_from("abcIJëşÇØ'’&<>\"]-., ") | st.characters(exclude_categories=["C", "Z"])
NAMES = st.text(SIGNS, max_size=12).map(tidy)
WORDS = NAMES.filter(bool)
KEYS = st.text(SIGNS, max_size=6).map(str.strip).filter(bool)
DAYS = st.none() | st.dates(date(1900, 1, 1), date(2099, 12, 31))
LEVELS = st.sampled_from(["", *sorted(edexml.LEVEL_WORDS)])
MANY_LEVELS = st.sets(st.sampled_from(edexml.LEVELS), min_size=2).map(lambda levels: ",".join(sorted(levels)))


@st.composite
def schools(draw: st.DrawFn) -> Edexml:
    """Any school that ``read()`` could have found, and combination groups told in one row."""
    group_keys = draw(st.lists(KEYS, unique=True, max_size=5))
    pupil_keys = draw(st.lists(KEYS, unique=True, min_size=1, max_size=4))
    staff_keys = draw(st.lists(KEYS, unique=True, max_size=3))
    some_groups = st.lists(st.sampled_from([*group_keys, "gone"]), unique=True).map(tuple)
    year = draw(st.integers(2005, 2098))
    return Edexml(
        school_year=f"{year}-{year + 1}",
        reference_date=draw(DAYS),
        brin=draw(WORDS).upper()[:6].strip(),
        location=draw(NAMES),
        groups=tuple(draw(groups(key)) for key in group_keys),
        pupils=tuple(draw(pupils(key, [*group_keys, "", "gone"], some_groups)) for key in pupil_keys),
        staff=tuple(draw(staff(key, some_groups)) for key in staff_keys),
    )


def groups(key: str) -> st.SearchStrategy[EdexGroup]:
    home = st.builds(EdexGroup, key=st.just(key), name=WORDS, kind=st.just("home"), year_level=LEVELS | MANY_LEVELS)
    return home | st.builds(EdexGroup, key=st.just(key), name=WORDS, kind=st.just("cross"))


def pupils(key: str, homes: list[str], crosses: st.SearchStrategy[tuple[str, ...]]) -> st.SearchStrategy[EdexPupil]:
    return st.builds(
        EdexPupil,
        key=st.just(key),
        stable_key=st.just(not key.startswith("#")),
        first_name=WORDS,
        prefix=NAMES,
        last_name=NAMES,
        birth_date=DAYS,
        year_level=LEVELS,
        group_key=st.sampled_from(homes),
        cross_group_keys=crosses,
        starts_on=DAYS,
        leaves_on=DAYS,
    )


def staff(key: str, some_groups: st.SearchStrategy[tuple[str, ...]]) -> st.SearchStrategy[EdexStaff]:
    return st.builds(
        EdexStaff,
        key=st.just(key),
        stable_key=st.just(not key.startswith("#")),
        first_name=NAMES,
        prefix=NAMES,
        last_name=WORDS,
        email=st.sampled_from(["", "juf@proefpolder.example", "o'neill&zn@proefpolder.example"]),
        roles=st.lists(WORDS, unique_by=str.casefold, max_size=3).map(tuple),
        group_keys=some_groups,
        cross_group_keys=some_groups,
    )


@settings(max_examples=100, deadline=None)
@given(schools())
def test_what_is_written_reads_back(school: Edexml) -> None:
    found = read(write(school))
    assert replace(found, warnings=()) == split(school)
    assert write(found) == write(split(school)) == write(school)
    assert edexml.from_json(edexml.to_json(found)) == found


@settings(max_examples=40, deadline=None)
@given(schools())
def test_split_and_merged_are_each_others_reverse(school: Edexml) -> None:
    assert split(split(school)) == split(school)
    as_told = {(one.kind, edexml.merged([one])[0].name) for one in school.groups}
    found = edexml.merged(read(write(school)).groups)
    assert {(one.kind, one.name.casefold()) for one in found} == {(kind, name.casefold()) for kind, name in as_told}
    assert {key for one in found for key in one.keys} >= {one.key for one in school.groups}


def test_a_combination_group_is_written_split_and_comes_back_as_one() -> None:
    school = Edexml(
        school_year=YEAR,
        groups=(EdexGroup(key="a", name="1/2a", year_level="1,2"), EdexGroup(key="a-2", name="3", year_level="3")),
        pupils=tuple(
            EdexPupil(key=key, first_name=key, birth_date=date(2021, 1, 1), year_level=level, group_key="a")
            for key, level in (("Noor", "1"), ("Mei", "2"), ("Jan", ""))
        ),
        staff=(EdexStaff(key="t", first_name="Bo", group_keys=("a",)),),
    )
    found = read(write(school))
    assert [(one.key, one.name, one.year_level) for one in found.groups] == [
        ("a", "1/2a", "1"),
        ("a-2-", "1/2a", "2"),  # a-2 was somebody else's
        ("a-2", "3", "3"),
    ]
    assert [one.group_key for one in found.pupils] == ["a", "a-2-", "a"]
    assert found.staff[0].group_keys == ("a", "a-2-")
    assert [(one.name, one.year_levels) for one in edexml.merged(found.groups)] == [("1/2a", ("1", "2")), ("3", ("3",))]


def test_the_same_school_gives_the_same_bytes_with_the_date_it_is_told() -> None:
    school = read((FILES / "version-2.0.xml").read_bytes())
    assert write(school) == write(school)
    assert b"<aanmaakdatum>2026-10-01T00:00:00</aanmaakdatum>" in write(school)
    written = write(school, "01AB", made_at=datetime(2026, 11, 25, 8, 30, 15))
    assert b"<aanmaakdatum>2026-11-25T08:30:15</aanmaakdatum>" in written
    assert read(written) == replace(school, brin="01AB")


def test_what_xml_cannot_hold_is_left_out() -> None:
    school = Edexml(
        school_year=YEAR, pupils=(EdexPupil(key="1\x00", first_name="No\x0bor\ufffe", birth_date=date(2018, 1, 1)),)
    )
    found = read(write(school)).pupils[0]
    assert (found.key, found.first_name) == ("1", "Noor")
