"""EDEXML in and out: every trap of real files, with made-up people; no database, no request."""

from __future__ import annotations

import io
import pickle
import random
import time
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from school.imports import edexml, prefixes
from school.imports.edexml import Edexml, EdexPupil, EdexStaff, MergedGroup, read
from school.imports.edexml_writer import write
from school.lib import text
from school.lib.text import Refused

FILES = Path(__file__).parent / "edexml"
TODAY = date(2026, 10, 1)
YEAR = "2026-2027"
SCHOOL = f"<school><schooljaar>{YEAR}</schooljaar><brincode>99ZZ</brincode><xsdversie>2.1</xsdversie></school>"
NOOR = "<achternaam>Mulder</achternaam><roepnaam>Noor</roepnaam><geboortedatum>2018-03-04</geboortedatum>"
GROUP = '<groep key="g5"><naam>5</naam><jaargroep>5</jaargroep></groep>'


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with text.speaking("en"):
        yield


def edex(pupils: str = "", *, groups: str = GROUP, staff: str = "", school: str = SCHOOL) -> bytes:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<EDEX>{school}\n<groepen>{groups}</groepen>\n'
        f"<leerlingen>{pupils}</leerlingen>\n<leerkrachten>{staff}</leerkrachten>\n</EDEX>\n"
    ).encode()


def leerling(inside: str = NOOR, key: str = "1", more: str = '<groep key="g5"/>') -> str:
    return f'<leerling key="{key}">{inside}{more}</leerling>'


def pupil(inside: str, key: str = "1") -> EdexPupil:
    return read(edex(leerling(inside, key))).pupils[0]


def one_of_staff(inside: str) -> EdexStaff:
    return read(edex(leerling(), staff=f'<leerkracht key="t">{inside}</leerkracht>')).staff[0]


def sentences(found: Edexml) -> list[str]:
    return [warning.sentence for warning in found.warnings]


def refusal(content: bytes) -> str:
    with pytest.raises(Refused) as refused:
        read(content)
    return refused.value.sentence


# ── the three versions ──────────────────────────────────────────────────────────────────────────────────────────────


def test_version_1_03_gives_a_group_or_a_year_level_and_no_mail_address() -> None:
    found = read((FILES / "version-1.03.xml").read_bytes())
    storm, roos = found.pupils
    assert (found.school_year, found.brin, found.location) == (YEAR, "99ZZ", "00")
    assert (storm.full_name, storm.group_key, storm.year_level) == ("Storm Bakker", "7", "")
    assert (roos.full_name, roos.group_key, roos.year_level) == ("Roos van den Broek", "", "4")
    assert found.staff == (EdexStaff(key="5", first_name="Fleur", last_name="Visser", group_keys=("7",)),)
    assert sentences(found) == ["Pupils with a year level but without a group: 1."]


def test_version_2_0_gives_everything() -> None:
    found = read((FILES / "version-2.0.xml").read_bytes())
    yusuf, zoe = found.pupils
    assert found.reference_date == TODAY
    assert yusuf == EdexPupil(
        key="201",
        first_name="Yusuf",
        prefix="El",
        last_name="Amrani",
        birth_date=date(2022, 2, 14),
        year_level="1",
        group_key="g1",
        starts_on=date(2026, 8, 1),
    )
    assert (zoe.full_name, zoe.cross_group_keys) == ("Zoë IJsselstein", ("p1",))
    assert found.staff[0] == EdexStaff(
        key="t1",
        first_name="Deniz",
        prefix="'t",
        last_name="Hof",
        email="deniz.thof@proefpolder.example",
        roles=("Leerkracht", "Intern begeleider"),
        group_keys=("g1", "g2"),
        cross_group_keys=("p1",),
    )
    assert found.warnings == ()


def test_version_2_1_and_what_is_dropped_unread() -> None:
    content = (FILES / "version-2.1.xml").read_bytes()
    found = read(content)
    assert found.pupils[0].full_name == "Ayşe Çelik"
    assert found.staff[0].roles == ("Toetsafname leider",)
    assert content.count(b"CANARY") == 34
    for told in (repr(found), edexml.to_json(found), str(sentences(found)), write(found).decode()):
        assert "CANARY" not in told
    assert b"CANARY" not in pickle.dumps(found)


def test_another_version_is_read_with_a_warning() -> None:
    found = read(edex(leerling(), school=SCHOOL.replace("2.1", "3.0")))
    assert sentences(found) == ["This is version 3.0. We know 1.03, 2.0 and 2.1. Check well."]


# ── the school year ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("written", ["2026-2027", "2026/2027", " 2026 - 2027 "])
def test_the_school_year_is_written_in_one_way(written: str) -> None:
    assert read(edex(leerling(), school=SCHOOL.replace(YEAR, written))).school_year == YEAR


@pytest.mark.parametrize(
    ("dates", "year"),
    [
        ("<peildatum>2027-07-31</peildatum>", "2026-2027"),
        ("<peildatum>2027-08-01</peildatum>", "2027-2028"),
        ("<schooljaar>2026-2029</schooljaar><aanmaakdatum>2026-09-02T10:00:00</aanmaakdatum>", "2026-2027"),
    ],
)
def test_a_missing_school_year_comes_from_the_dates(dates: str, year: str) -> None:
    found = read(edex(leerling(), school=f"<school>{dates}</school>"))
    assert found.school_year == year
    assert sentences(found) == [f"The file does not say the school year. Its date is in {year}."]


@pytest.mark.parametrize("dates", ["", "<peildatum>9999-12-31</peildatum>", "<peildatum>0001-01-01</peildatum>"])
def test_without_a_school_year_and_dates_nothing_can_be_done(dates: str) -> None:
    assert "which school year" in refusal(edex(leerling(), school=f"<school>{dates}</school>"))


def test_a_school_year_beyond_the_list_of_the_schema_is_fine() -> None:
    """The schema's list of school years ends in 2024-2025; that is why nothing is validated against it."""
    assert read(edex(leerling(), school=SCHOOL.replace(YEAR, "2041-2042"))).school_year == "2041-2042"


# ── odd, but well-formed ────────────────────────────────────────────────────────────────────────────────────────────


def test_any_order_unknown_elements_and_namespace_prefixes() -> None:
    found = read((FILES / "odd-order.xml").read_bytes())
    assert [one.full_name for one in found.pupils] == ["Mees Jansen & Zn", "Noor Mulder"]
    assert [one.key for one in found.groups] == ["g6"]
    assert (found.staff[0].key, found.staff[0].group_keys) == ("t1", ("g6",))
    assert found.warnings == ()


def test_an_empty_default_namespace() -> None:
    assert read(edex(leerling()).replace(b"<EDEX>", b'<EDEX xmlns="">')).pupils[0].first_name == "Noor"


def test_a_utf8_bom_and_space_before_the_declaration() -> None:
    content = edex(leerling(NOOR.replace("Noor", "Zoë")))
    for odd in (b"\xef\xbb\xbf" + content, b"\r\n " + content, b"\xef\xbb\xbf\n" + content):
        assert read(odd).pupils[0].first_name == "Zoë"
    assert read(b"\n\n\n" + content).pupils[0].line == read(content).pupils[0].line + 3


@pytest.mark.parametrize(
    ("declared", "codec", "name"),
    [
        ("ISO-8859-1", "latin-1", "Zoë"),
        ("iso-8859-1", "cp1252", "d’Anjou"),  # what calls itself ISO-8859-1 has the quotes of Windows
        ("windows-1252", "cp1252", "d’Anjou"),
        ("Windows-1252", "latin-1", "Zo\x81ë"),
        ("UTF-8", "utf-8", "Ayşe"),
        ("UTF-16", "utf-16", "Ayşe"),
        ("UTF-16", "utf-16-le", "Ayşe"),
        ("UTF-16", "utf-16-be", "Ayşe"),
        ("utf-16", "utf-8", "Ayşe"),  # says so because the program's strings are
    ],
)
def test_declared_encodings(declared: str, codec: str, name: str) -> None:
    content = edex(leerling(NOOR.replace("Noor", name))).decode().replace("UTF-8", declared).encode(codec)
    found = read(content)
    assert (found.pupils[0].first_name, found.warnings) == (name, ())


def test_a_file_that_says_utf8_and_is_not() -> None:
    found = read(edex(leerling(NOOR.replace("Noor", "Zoë"))).decode().encode("cp1252"))
    assert found.pupils[0].first_name == "Zoë"
    assert sentences(found) == ["The file is not in the encoding it says. Check names with accents."]


def test_an_encoding_we_do_not_know_is_named() -> None:
    assert "encoding koi8-r" in refusal(edex(leerling()).replace(b"UTF-8", b"KOI8-R"))
    assert "encoding utf-7" in refusal(edex(leerling()).replace(b"UTF-8", b"UTF-7"))


def test_accents_and_space_get_one_form() -> None:
    found = pupil("<roepnaam>  Zoe\u0308\n </roepnaam><achternaam>De\u00a0 Wit</achternaam>")
    assert (found.first_name, found.last_name) == ("Zoë", "De Wit")


# ── names ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("inside", "first_name"),
    [
        ("<voornamen>Johan Willem</voornamen><roepnaam>Joep</roepnaam>", "Joep"),
        ("<voornamen>Johan Willem</voornamen><roepnaam/>", "Johan"),
        ("<voornamen>Anne-Fleur, Maria</voornamen>", "Anne-Fleur"),
        ("<voorletters-1>J.W.</voorletters-1>", "J.W."),
    ],
)
def test_the_call_name_else_the_first_of_the_first_names_else_the_initials(inside: str, first_name: str) -> None:
    assert pupil(inside + "<achternaam>Smit</achternaam>").first_name == first_name


def test_somebody_with_initials_only_is_warned_about() -> None:
    found = read(edex(leerling("<achternaam>Smit</achternaam><voorletters-1>J</voorletters-1>")))
    assert "J Smit has no call name. Fill it in later." in sentences(found)


def test_an_empty_prefix_element_is_no_prefix() -> None:
    found = pupil(NOOR + "<voorvoegsel/>")
    assert (found.prefix, found.full_name, found.prefix_offer) == ("", "Noor Mulder", None)


@pytest.mark.parametrize(
    ("prefix", "last_name", "offer"),
    [
        ("", "van den Berg", ("van den", "Berg")),
        ("", "Van Den Berg", ("van den", "Berg")),
        ("", "Berg, van den", ("van den", "Berg")),
        ("", "Berg,van den", ("van den", "Berg")),
        ("", "'t Hof", ("'t", "Hof")),
        ("", "’t Hof", ("’t", "Hof")),
        ("", "El Amrani", ("El", "Amrani")),
        ("", "v.d. Meer-de Boer", ("v.d.", "Meer-de Boer")),
        ("", "van der Linden van den Heuvel", ("van der", "Linden van den Heuvel")),
        ("van den", "van den Berg", ("van den", "Berg")),
        ("van den", "Berg, van den", ("van den", "Berg")),
        ("van", "den Berg", None),
        ("van den", "Berg", None),
        ("", "Berg", None),
        ("", "Bakker van den Berg", None),
        ("", "Vandenberg", None),
        ("", "van", None),
        ("", "Berg, Jan", None),
        ("", ", van", None),
        ("", "", None),
    ],
)
def test_a_prefix_inside_the_surname_is_offered(prefix: str, last_name: str, offer: tuple[str, str] | None) -> None:
    assert prefixes.offer(prefix, last_name) == offer


def test_a_prefix_inside_the_surname_is_never_split_by_itself() -> None:
    found = pupil("<roepnaam>Anne</roepnaam><achternaam>Berg, van den</achternaam><voorvoegsel/>")
    assert (found.prefix, found.last_name, found.prefix_offer) == ("", "Berg, van den", ("van den", "Berg"))
    teacher = one_of_staff("<roepnaam>Eva</roepnaam><achternaam>de Wit</achternaam>")
    assert (teacher.last_name, teacher.prefix_offer) == ("de Wit", ("de", "Wit"))


def test_one_name_is_enough_and_none_is_not() -> None:
    nobody = "<leerling key='2'><achternaam> </achternaam></leerling>"
    found = read(edex(leerling("<roepnaam>Storm</roepnaam>") + nobody, staff="<leerkracht key='t'/>"))
    assert [one.full_name for one in found.pupils] == ["Storm"]
    assert found.staff == ()
    assert {"A pupil without a name is left out.", "A member of staff without a name is left out."} <= set(
        sentences(found)
    )


# ── groups ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_combination_group_arrives_split_and_is_merged_on_its_name() -> None:
    found = read((FILES / "version-2.0.xml").read_bytes())
    assert [(one.key, one.name, one.year_level) for one in found.groups] == [
        ("g1", "1/2a", "1"),
        ("g2", "1/2A", "2"),
        ("p1", "Plusgroep", ""),
    ]
    assert edexml.merged(found.groups) == [
        MergedGroup(name="1/2a", kind="home", keys=("g1", "g2"), year_levels=("1", "2")),
        MergedGroup(name="Plusgroep", kind="cross", keys=("p1",), year_levels=()),
    ]
    assert edexml.merged(found.groups)[0].lines == (10, 11)


def test_a_combination_group_with_one_key_for_both_rows() -> None:
    rows = "".join(f'<groep key="g5"><naam>4/5</naam><jaargroep>{level}</jaargroep></groep>' for level in (5, 4))
    found = read(edex(leerling(), groups=rows))
    assert [(one.keys, one.year_levels) for one in edexml.merged(found.groups)] == [(("g5",), ("4", "5"))]
    assert found.warnings == ()


def test_a_combination_group_as_one_row_takes_the_levels_of_its_pupils() -> None:
    both = [leerling(NOOR.replace("Noor", f"N{level}"), level, f'<jaargroep>{level}</jaargroep><groep key="g5"/>')
            for level in ("8", "7", "H")]  # fmt: skip
    found = read(edex("".join(both), groups=GROUP.replace(">5</jaar", ">C</jaar")))
    (group,) = edexml.merged(found.groups)
    assert (group.year_levels, found.year_levels(group)) == ((), ("7", "8"))


def test_a_home_group_and_a_cross_group_with_one_name_stay_apart() -> None:
    found = read(edex(leerling(), groups=GROUP + '<samengestelde_groep key="g5"><naam>5</naam></samengestelde_groep>'))
    assert [(one.name, one.kind) for one in edexml.merged(found.groups)] == [("5", "home"), ("5", "cross")]
    assert sentences(found) == ["A home group and a cross-group are both called 5."]


def test_two_groups_with_one_key_and_groups_without_key_or_name() -> None:
    rows = GROUP + '<groep key="g5"><naam>6</naam></groep><groep><naam>7</naam></groep><groep key="g8"/>' + GROUP
    found = read(edex(leerling(), groups=rows))
    assert [(one.key, one.name) for one in found.groups] == [("g5", "5"), ("g8", "g8")]
    assert sentences(found) == [
        "A group without a key is left out. Nobody can be in it.",
        "A group has no name. We call it g8, after its key.",
        "Two groups have the key g5. We leave out 6.",
        "Two groups have the key g5. We leave out 5.",
    ]


def test_a_pupil_may_have_cross_groups_and_more_than_one_home_group() -> None:
    more = (
        '<groep key="g5"/><groep key="x"/><samengestelde_groepen><samengestelde_groep key="p"/>'
        '<samengestelde_groep key="q"/><samengestelde_groep key="p"/></samengestelde_groepen>'
    )
    crosses = "".join(f'<samengestelde_groep key="{k}"><naam>{k}</naam></samengestelde_groep>' for k in "pq")
    found = read(edex(leerling(more=more), groups=GROUP + crosses))
    assert (found.pupils[0].group_key, found.pupils[0].cross_group_keys) == ("g5", ("p", "q"))
    assert sentences(found) == ["Noor Mulder has more than one home group. We take the first."]


def test_a_group_that_is_not_in_the_file_is_kept_with_a_warning() -> None:
    more = '<groep key="gone"/><samengestelde_groepen><samengestelde_groep key="g5"/></samengestelde_groepen>'
    teacher = (
        '<leerkracht key="t"><achternaam>Smit</achternaam><roepnaam>Bo</roepnaam><groepen><groep key="z"/></groepen>'
    )
    found = read(edex("\n\n" + leerling(more=more), staff=teacher + "</leerkracht>"))
    assert (found.pupils[0].group_key, found.staff[0].group_keys) == ("gone", ("z",))
    assert sentences(found) == [
        "Noor Mulder is in group gone, which is not in the file.",
        "Noor Mulder is in group g5, which is not in the file.",  # that is a home group, not a cross-group
        "Bo Smit is in group z, which is not in the file.",
    ]
    assert [warning.line for warning in found.warnings] == [6, 6, 7]


@pytest.mark.parametrize(
    ("word", "level"),
    [("1", "1"), ("8", "8"), ("03", "3"), (" 4 ", "4")]
    + [(word, "") for word in ("B", "D", "0", "11", "16", "S", "V", "C", "N", "H", "", "9", "x")],
)
def test_the_primary_level_of_a_year_level_word(word: str, level: str) -> None:
    assert edexml.primary_level(word) == level


def test_year_level_words_are_known_and_unknown_ones_are_warned_about() -> None:
    for word in sorted(edexml.LEVEL_WORDS):
        found = read(edex(leerling(more=f'<jaargroep>{word.lower()}</jaargroep><groep key="g5"/>')))
        assert (found.pupils[0].year_level, found.warnings) == (word, ())
    found = read(edex(leerling(more='<jaargroep>x9</jaargroep><groep key="g5"/>')))
    assert sentences(found) == ["Noor Mulder has an unknown year level: X9."]


def test_a_pupil_without_group_and_year_level() -> None:
    assert sentences(read(edex(leerling(more="")))) == ["Noor Mulder has no group and no year level."]


# ── keys ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("key", "stable"), [("301", True), ("#301", False), ("", False), (" #7 ", False), ("3#", True)]
)
def test_keys_with_a_hash_are_not_stable(key: str, stable: bool) -> None:
    assert pupil(NOOR, key).stable_key is stable
    assert pupil(NOOR, key).key == key.strip()


def test_a_key_that_two_pupils_share_recognises_neither() -> None:
    found = read(edex(leerling() + leerling(NOOR.replace("Noor", "Mei")) + leerling(NOOR.replace("Noor", "Jan"), "2")))
    assert [(one.first_name, one.stable_key) for one in found.pupils] == [
        ("Noor", False),
        ("Mei", False),
        ("Jan", True),
    ]
    assert sentences(found) == [
        "Noor Mulder shares the key 1. We go by name and birth date.",
        "Mei Mulder shares the key 1. We go by name and birth date.",
    ]


def test_a_pupil_who_stands_there_twice_counts_once() -> None:
    found = read(edex(leerling() + "\n" + leerling()))
    assert len(found.pupils) == 1
    assert [(warning.line, warning.sentence) for warning in found.warnings] == [
        (5, "Noor Mulder is in the file twice. One counts.")
    ]


def test_one_child_under_two_keys_is_warned_about() -> None:
    found = read(edex(leerling() + leerling(NOOR.replace("Noor", "noor"), "2")))
    assert len(found.pupils) == 2
    assert sentences(found) == ["noor Mulder is in the file twice, with one birth date."]


def test_pupils_without_any_key_are_all_kept() -> None:
    nameless = leerling("<roepnaam>Jan</roepnaam>", "")
    assert len(read(edex(nameless + nameless)).pupils) == 2


# ── dates, leavers, planned pupils ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2018-03-04", date(2018, 3, 4)),
        ("2018-03-04T00:00:00", date(2018, 3, 4)),
        ("2018-03-04Z", date(2018, 3, 4)),
        ("2018-03-04+01:00", date(2018, 3, 4)),
        ("04-03-2018", date(2018, 3, 4)),
        ("4-3-2018", date(2018, 3, 4)),
        ("2018-02-30", None),
        ("20180304", None),
        ("4-3-18", None),
        ("0000-00-00", None),
        ("maart", None),
        ("٢٠١٨-٠٣-٠٤", None),
    ],
)
def test_a_birth_date_that_cannot_be_read_is_none_with_a_warning(written: str, day: date | None) -> None:
    found = read(edex(leerling(NOOR.replace("2018-03-04", written))))
    assert found.pupils[0].birth_date == day
    assert sentences(found) == ([] if day else [f"Noor Mulder has an unreadable birth date: {written}."])


def test_a_missing_birth_date_is_none_with_a_warning() -> None:
    found = read(edex(leerling("<achternaam>Mulder</achternaam><roepnaam>Noor</roepnaam><geboortedatum/>")))
    assert found.pupils[0].birth_date is None
    assert sentences(found) == ["Noor Mulder has no birth date."]


@pytest.mark.parametrize("written", ["1900-01-01", "2026-01-01"])
def test_a_birth_date_nobody_here_has_is_asked_about(written: str) -> None:
    found = read(edex(leerling(NOOR.replace("2018-03-04", written))))
    assert found.pupils[0].birth_date == date.fromisoformat(written)
    day, month, year = reversed(written.split("-"))
    assert sentences(found) == [f"Is the birth date of Noor Mulder right? It says {day}-{month}-{year}."]


def test_first_and_last_days() -> None:
    spell = '<instroomdatum>{}</instroomdatum><uitstroomdatum>{}</uitstroomdatum><groep key="g5"/>'
    found = read(edex(leerling(more=spell.format("2026-09-01", "2026-12-24"))))
    assert (found.pupils[0].starts_on, found.pupils[0].leaves_on) == (date(2026, 9, 1), date(2026, 12, 24))
    found = read(edex(leerling(more=spell.format("bij vier jaar", "nooit"))))
    assert sentences(found) == [
        "Noor Mulder has an unreadable first day: bij vier jaar.",
        "Noor Mulder has an unreadable last day: nooit.",
    ]
    found = read(edex(leerling(more=spell.format("2026-09-01", "2026-08-01"))))
    assert sentences(found) == ["Noor Mulder leaves before the first day. Check both dates."]


@pytest.mark.parametrize(
    ("more", "standing"),
    [
        ({}, "present"),
        ({"leaves_on": date(2026, 9, 30)}, "left"),
        ({"leaves_on": TODAY}, "present"),
        ({"year_level": "H"}, "left"),
        ({"year_level": "H", "starts_on": date(2027, 1, 4)}, "left"),
        ({"starts_on": TODAY}, "present"),
        ({"starts_on": date(2026, 10, 2)}, "planned"),
        ({"starts_on": date(2026, 10, 2), "leaves_on": date(2027, 7, 31)}, "planned"),
    ],
)
def test_leavers_and_planned_pupils(more: dict[str, object], standing: str) -> None:
    assert replace(EdexPupil(first_name="Noor"), **more).standing(TODAY, YEAR) == standing


def test_a_file_for_next_year_knows_who_leaves_this_summer() -> None:
    july = date(2026, 7, 10)
    assert EdexPupil(first_name="Noor", leaves_on=date(2026, 7, 31)).standing(july, "2026-2027") == "left"
    assert EdexPupil(first_name="Noor", leaves_on=date(2026, 7, 31)).standing(july, "2025-2026") == "present"
    assert EdexPupil(first_name="Noor", starts_on=date(2026, 8, 1)).standing(july, "2026-2027") == "planned"


# ── staff ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_staff_without_a_mail_address_and_with_one_that_is_none() -> None:
    name = "<achternaam>Smit</achternaam><roepnaam>Bo</roepnaam>"
    assert one_of_staff(name).email == ""
    assert one_of_staff(name + "<emailadres> Bo.Smit@Proefpolder.Example </emailadres>").email == (
        "bo.smit@proefpolder.example"
    )
    teacher = f'<leerkracht key="t">{name}<emailadres>Bo Smit</emailadres></leerkracht>'
    found = read(edex(leerling(), staff=teacher))
    assert found.staff[0].email == ""
    assert sentences(found) == ["The mail address of Bo Smit is not one: bo smit."]


def test_roles_are_words_each_once_in_their_order() -> None:
    roles = "".join(f"<rol>{word}</rol>" for word in ("Leerkracht", "Directie", "leerkracht", ""))
    found = one_of_staff(f"<achternaam>Smit</achternaam><roepnaam>Bo</roepnaam>{roles}")
    assert found.roles == ("Leerkracht", "Directie")


def test_one_mailbox_for_two_members_of_staff_is_warned_about() -> None:
    both = "".join(
        f'<leerkracht key="{name}"><achternaam>Smit</achternaam><roepnaam>{name}</roepnaam>'
        "<emailadres>team@proefpolder.example</emailadres></leerkracht>"
        for name in ("Bo", "Eva")
    )
    found = read(edex(leerling(), staff=both))
    assert [one.email for one in found.staff] == ["team@proefpolder.example"] * 2
    assert sentences(found) == ["Eva Smit and Bo Smit have the same mail address."]


# ── what is refused, with a sentence ────────────────────────────────────────────────────────────────────────────────

DTD = b'<?xml version="1.0"?>\n<!DOCTYPE EDEX [<!ENTITY a "b">]>\n<EDEX>&a;</EDEX>'
EXTERNAL = b'<!DOCTYPE EDEX SYSTEM "file:///etc/passwd">\n<EDEX/>'


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "This file is empty."),
        (b"\xef\xbb\xbf \r\n\0", "This file is empty."),
        (b"<" * (edexml.LARGEST + 1), "larger than 5 MB"),
        (DTD, "Line 2 holds a DTD"),
        (EXTERNAL, "Line 1 holds a DTD"),
        (b"\n\n" + EXTERNAL, "Line 3 holds a DTD"),
        (b"<EDEX>\n\n&nbsp;</EDEX>", "broken on line 3, at sign 1"),
        (b"<EDEX>\n<school>\n</EDEX>", "broken on line 3, at sign 3"),
        (b"<EDEX>\n<a b='1' b='2'/></EDEX>", "broken on line 2"),
        (b"<EDEX>\n<school>", "broken on line 2"),
        (b"<EDEX/>\n<EDEX/>", "broken on line 2"),
        (b"<leerlinggegevens/>", "begins with <leerlinggegevens>"),
        (b"<!DOCTYPE html>\n<html>", "This is a web page"),
        (b"  <HTML>", "This is a web page"),
        (b"Roepnaam;Achternaam\r\nNoor;Mulder\r\n", "This is a text file. Perhaps it is the older EDEX2000."),
        (b"%PDF-1.7\n", "This is a PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an Excel or Word file"),
        (b"\x1f\x8b\x08\x00", "This is a zip file"),
        (b"\x89PNG\r\n\x1a\n\0\0", "This is no EDEXML"),
        (edex(), "There are no pupils in this file"),
        (edex("<leerling key='1'/>"), "There are no pupils in this file"),
        (edex(leerling(f"<achternaam>{'a' * 501}</achternaam>")), "Line 4 holds more than 500 signs"),
        (edex(leerling(key="k" * 501)), "Line 4 holds more than 500 signs"),
        (edex("<leerling/>" * 30_001), "more than one school has"),
    ],
)
def test_what_cannot_be_read_is_refused_in_words(content: bytes, words: str) -> None:
    assert words in refusal(content)


def test_the_older_edex2000_text_files_are_recognised() -> None:
    assert refusal((FILES / "EDEXLL.TXT").read_bytes()) == (
        "This is a text file. Perhaps it is the older EDEX2000. Make an export of the kind EDEXML (XML)."
    )


@pytest.mark.parametrize(
    ("inside", "words"), [("EDEX.XML", "This is a zip file"), ("[Content_Types].xml", "an Excel or Word file")]
)
def test_a_zip_and_a_spreadsheet_given_by_mistake(inside: str, words: str) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        packed.writestr(inside, edex(leerling()))
    assert words in refusal(file.getvalue())


def bombs() -> dict[str, bytes]:
    room = edexml.LARGEST - 1000
    open_, close = edex(leerling()).split(b"</leerlingen>")
    return {
        "nested": b"<EDEX>" + b"<a>" * (room // 3),
        "attributes": open_ + b"<x " + b" ".join(b'a%x=""' % n for n in range(room // 11)) + b"/></leerlingen>" + close,
        "one attribute": open_ + b'<x a="' + b"y" * room + b'"/></leerlingen>' + close,
        "unknown elements": open_ + b"<x/>" * (room // 4) + b"</leerlingen>" + close,
        "one group on many levels": b"<EDEX>" + SCHOOL.encode() + b"<groepen>" + b"".join(
            b'<groep key="1"><naam>a</naam><jaargroep>%d</jaargroep></groep>' % n for n in range(9000)
        ) + b"</groepen></EDEX>",
        "one pupil many times": edex(leerling() * 5000),
    }  # fmt: skip


@pytest.mark.parametrize("name", bombs())
def test_a_file_made_to_hang_us_does_not(name: str) -> None:
    content = bombs()[name]
    assert len(content) <= edexml.LARGEST
    began = time.perf_counter()
    with suppress(Refused):
        assert len(read(content).pupils) == 1
    assert time.perf_counter() - began < 10


@settings(max_examples=300)
@given(
    st.integers(min_value=0, max_value=2**32), st.sampled_from(["version-1.03.xml", "version-2.0.xml", "odd-order.xml"])
)
def test_a_damaged_file_is_read_or_refused_and_nothing_else_happens(seed: int, name: str) -> None:
    dice, content = random.Random(seed), bytearray((FILES / name).read_bytes())
    for _time in range(dice.randrange(1, 4)):
        place = dice.randrange(len(content))
        content[place : place + dice.randrange(40)] = dice.choice([b"", b"\xff", b"<", b"&#0;", b"\0", content[:60]])
    with suppress(Refused):
        assert edexml.from_json(edexml.to_json(read(bytes(content)))).pupils


@given(st.binary(max_size=200))
def test_any_bytes_are_refused_in_words(content: bytes) -> None:
    assert refusal(content)


# ── speed ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_whole_school_is_read_at_once() -> None:
    pupils = [leerling(NOOR.replace("Noor", f"Noor {n}"), str(n)) for n in range(400)]
    name = "<achternaam>Smit</achternaam><roepnaam>Bo {}</roepnaam><groepen><groep key='g5'/></groepen>"
    staff = [f"<leerkracht key='t{n}'>{name.format(n)}</leerkracht>" for n in range(30)]
    content = edex("\n".join(pupils), staff="\n".join(staff))
    began = time.perf_counter()
    found = read(content)
    took = time.perf_counter() - began
    assert (len(found.pupils), len(found.staff), found.warnings) == (400, 30, ())
    assert took < 1  # some 80 ms on a quiet machine


# ── kept as JSON ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", ["version-1.03.xml", "version-2.0.xml", "version-2.1.xml", "odd-order.xml"])
def test_json_keeps_everything_with_the_lines_and_the_warnings(name: str) -> None:
    found = read((FILES / name).read_bytes())
    assert repr(edexml.from_json(edexml.to_json(found))) == repr(found)


def test_warnings_are_in_the_order_of_the_file() -> None:
    found = read(edex(leerling(more="") + "\n" + leerling(NOOR.replace("2018", "1918"), "2")))
    assert [warning.line for warning in found.warnings] == [4, 5]
    assert edexml.from_json(edexml.to_json(found)).warnings == found.warnings
