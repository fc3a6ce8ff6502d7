"""A guardian sheet becomes accounts and links: verdicts, answers, authority, the same sheet again, undo (DOMAIN §6)."""

from __future__ import annotations

import pytest

from school import guardians, people
from school.guardians import Guardianship
from school.imports import guardian_apply, intake, runs
from school.imports.guardian_plan import Plan
from school.imports.runs import ImportRun
from school.lib import clock
from school.lib.db import db, writing
from school.lib.text import Refused
from school.people import Person
from school.pupils import Pupil
from tests.cast import Cast

HEADERS = (
    "Voornaam;Achternaam;E-mail;Mobiel;Relatie;Gezag;Leerlingnummers;Roepnaam kind;Achternaam kind;Geboortedatum kind"
)


def sheet(*rows: str, headers: str = HEADERS) -> bytes:
    return "\n".join([headers, *rows]).encode()


def begin(content: bytes, name: str = "ouders.csv") -> ImportRun:
    with writing():
        return runs.begin("guardians", intake.payload("guardians", content, name), None)


def look(content: bytes) -> Plan:
    return guardian_apply.preview(begin(content), clock.today())


def bring(content: bytes, answers: dict[str, str] | None = None, *, trusted: bool = False) -> ImportRun:
    run = begin(content)
    made = guardian_apply.preview(run, clock.today())
    on = {change.key for change in made.changes if not change.choices}
    with writing():
        guardian_apply.apply(
            db.session.get_one(ImportRun, run.id), clock.today(), None,
            on=on, answers=answers or {}, seen=made.digest, trusted=trusted,
        )  # fmt: skip
    return run


def kinds(made: Plan) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for change in made.changes:
        found.setdefault(change.kind, []).append(change.name)
    return found


def road(email: str, child: str) -> Guardianship | None:
    person = people.by_login(email)
    pupil = db.session.query(Pupil).filter_by(first_name=child).one()
    return guardians.between(person, pupil) if person else None


NEW = "Petra;Nieuw;petra@school.example;0612345678;moeder;ja;;Noor;Bakker;03-03-2018"


def test_a_new_guardian_gets_an_account_and_a_road(cast: Cast) -> None:
    made = look(sheet(NEW))
    assert kinds(made) == {"new": ["Petra Nieuw"]}
    assert any("Noor Bakker" in sentence for sentence in made.changes[0].sentences)
    bring(sheet(NEW))
    petra = people.by_login("petra@school.example")
    assert petra is not None
    assert (petra.full_name, petra.phone, petra.password_hash) == ("Petra Nieuw", "06-12345678", None)
    link = road("petra@school.example", "Noor")
    assert link is not None
    assert (link.relation, link.authority, link.kind) == ("moeder", "yes", "guardian")
    assert guardians.scopes_of(link) == guardians.SCOPES


def test_the_same_sheet_again_changes_nothing(cast: Cast) -> None:
    bring(sheet(NEW))
    again = look(sheet(NEW))
    assert (again.changes, again.unchanged) == ([], 1)


def test_an_account_that_is_here_is_used(cast: Cast) -> None:
    row = "Zeynep;Smit;Other_Parent@school.example;;moeder;ja;;Lotte;IJsselstein;03-03-2018"
    assert kinds(look(sheet(row))) == {"existing": ["Zeynep Smit"]}
    number = db.session.query(Person).count()
    bring(sheet(row))
    assert db.session.query(Person).count() == number
    assert road("other_parent@school.example", "Lotte") is not None


def test_siblings_share_one_account(cast: Cast) -> None:
    other = "Petra;Nieuw;PETRA@school.example;;moeder;ja;;Mees;Smit;03-03-2018"
    assert kinds(look(sheet(NEW, other))) == {"new": ["Petra Nieuw"], "existing": ["Petra Nieuw"]}
    bring(sheet(NEW, other))
    assert road("petra@school.example", "Noor") is not None
    assert road("petra@school.example", "Mees") is not None


SHARED = (NEW, "Karel;Nieuw;petra@school.example;0687654321;vader;ja;;Noor;Bakker;03-03-2018")


def test_one_mailbox_for_two_people_is_asked_and_never_guessed(cast: Cast) -> None:
    made = look(sheet(*SHARED))
    assert [change.kind for change in made.changes] == ["ask", "ask"]
    bring(sheet(*SHARED))
    assert people.by_login("petra@school.example") is None, "nothing happens without an answer"
    keys = [change.key for change in made.changes]
    by_name = {change.name: change.key for change in made.changes}
    with pytest.raises(Refused, match=r"inloggen met petra@school\.example"):
        bring(sheet(*SHARED), dict.fromkeys(keys, "address"))
    bring(sheet(*SHARED), {by_name["Petra Nieuw"]: "address", by_name["Karel Nieuw"]: "letter"})
    karel = db.session.query(Person).filter_by(first_name="Karel").one()
    assert karel.email is None
    assert road("petra@school.example", "Noor") is not None
    assert look(sheet(*SHARED)).changes == [], "the question was answered"


def test_a_child_that_is_not_found_can_be_chosen(cast: Cast) -> None:
    row = "Petra;Nieuw;petra@school.example;;moeder;ja;;Nora;Bakker;03-03-2018"
    (change,) = look(sheet(row)).changes
    assert change.kind == "ask"
    values = {words: value for value, words in change.choices}
    with pytest.raises(Refused):
        bring(sheet(row), {change.key: "child:999999"})
    bring(sheet(row), {change.key: values["Noor Bakker"]})
    assert road("petra@school.example", "Noor") is not None


def test_a_lost_child_never_links_somebody_else_of_the_same_address(cast: Cast) -> None:
    """The question about the child once hid the question about the address: another parent was linked instead."""
    row = "Kees;Anders;parent@school.example;;vader;ja;;Mes;Smit;03-03-2018"
    (change,) = look(sheet(row)).changes
    answer = next(value for value, words in change.choices if words == "Mees Smit")
    with pytest.raises(Refused, match="het adres van Anna Bakker"):
        bring(sheet(row), {change.key: answer})
    assert road("parent@school.example", "Mees") is None


def test_two_parents_with_one_mailbox_and_a_lost_child_do_not_become_one(cast: Cast) -> None:
    rows = tuple(row.replace(";Noor;", ";Nora;") for row in SHARED)
    changes = look(sheet(*rows)).changes
    with pytest.raises(Refused, match="het adres van"):
        bring(sheet(*rows), {change.key: change.choices[1][0] for change in changes})
    assert people.by_login("petra@school.example") is None


def test_only_answers_that_are_offered_count(cast: Cast) -> None:
    row = "Petra;Nieuw;petra@school.example;;moeder;ja;;Nora;Bakker;03-03-2018"
    (change,) = look(sheet(row)).changes
    for answer in ("child:abc", "address", "nonsense"):
        with pytest.raises(Refused):
            bring(sheet(row), {change.key: answer})


def test_a_closed_account_is_told_and_not_touched(cast: Cast) -> None:
    row = "Dora;Af;deactivated@school.example;;moeder;ja;;Mees;Smit;03-03-2018"
    (change,) = look(sheet(row)).changes
    assert change.blocked
    bring(sheet(row))
    assert road("deactivated@school.example", "Mees") is None


def test_an_address_that_does_not_work_leads_to_a_letter(cast: Cast) -> None:
    row = "Petra;Nieuw;petra(at)school;;moeder;ja;;Noor;Bakker;03-03-2018"
    (change,) = look(sheet(row)).changes
    assert change.kind == "ask"
    bring(sheet(row), {change.key: "letter"})
    assert db.session.query(Person).filter_by(first_name="Petra").one().email is None


def test_an_address_known_under_another_name_is_asked(cast: Cast) -> None:
    row = "Iemand;Anders;parent@school.example;;vader;ja;;Mees;Smit;03-03-2018"
    (change,) = look(sheet(row)).changes
    assert change.kind == "ask"
    assert any("Anna Bakker" in sentence for sentence in change.sentences)
    bring(sheet(row), {change.key: "same"})
    assert road("parent@school.example", "Mees") is not None


@pytest.mark.parametrize(("told", "trusted", "sees"), [("nee", True, 0), ("", True, 4), ("", False, 0)])
def test_without_authority_nothing_is_automatic(cast: Cast, told: str, trusted: bool, sees: int) -> None:
    """What the sheet does not say is for the school to answer; a "no" is for the director only."""
    bring(sheet(NEW.replace(";ja;", f";{told};")), trusted=trusted)
    link = road("petra@school.example", "Noor")
    assert link is not None
    assert len(guardians.scopes_of(link)) == sees


def test_a_blocked_and_an_ended_guardian_stay_as_they_are(cast: Cast) -> None:
    rows = (
        "Bart;Dicht;blocked@school.example;;vader;ja;;Noor;Bakker;03-03-2018",
        "Rob;Weg;removed@school.example;;vader;ja;;Noor;Bakker;03-03-2018",
    )
    assert look(sheet(*rows)).changes == []
    bring(sheet(*rows))
    blocked, removed = road("blocked@school.example", "Noor"), road("removed@school.example", "Noor")
    assert blocked is not None
    assert blocked.kind == "blocked"
    assert removed is not None
    assert removed.ends_on is not None
    assert removed.ends_on < clock.today()


def test_the_sheet_of_social_schools_needs_no_mapping_and_names_no_parents(cast: Cast) -> None:
    headers = (
        "Roepnaam;Tussenvoegsel;Achternaam;Geboortedatum;E-mailadres ouder/verzorger 1;"
        "E-mailadres ouder/verzorger 2;Klasnaam;Leerjaar"
    )
    content = sheet("Noor;;Bakker;03-03-2018;een@school.example;twee@school.example;5;5", headers=headers)
    assert kinds(look(content)) == {"new": ["een@school.example", "twee@school.example"]}
    bring(content, trusted=True)
    named = people.by_login("een@school.example")
    assert named is not None
    assert named.full_name == "Ouder van Noor Bakker"
    assert look(content).changes == []


def test_unknown_headers_are_asked_once_and_remembered(cast: Cast) -> None:
    content = sheet("Petra;Nieuw;petra@school.example;Noor;Bakker;zegt niets", headers="AA;BB;CC;DD;EE;FF")
    run = begin(content)
    assert runs.table_of(run) is not None
    mapping = {0: "guardian.first", 1: "guardian.last", 2: "guardian.email", 3: "child.first", 4: "child.last"}
    with pytest.raises(Refused), writing():
        intake.name_columns(db.session.get_one(ImportRun, run.id), "guardian", {**mapping, 1: "guardian.first"})
    with writing():
        intake.name_columns(db.session.get_one(ImportRun, run.id), "guardian", mapping)
    assert runs.table_of(begin(content)) is None, "the next sheet with these headers is read at once"


def test_undo_takes_accounts_and_links_away(cast: Cast) -> None:
    before = (db.session.query(Person).count(), db.session.query(Guardianship).count())
    run = bring(sheet(NEW))
    with writing():
        runs.undo(db.session.get_one(ImportRun, run.id))
    assert (db.session.query(Person).count(), db.session.query(Guardianship).count()) == before


def test_undo_stops_once_somebody_has_come_in(cast: Cast) -> None:
    run = bring(sheet(NEW))
    with writing():
        petra = people.by_login("petra@school.example")
        assert petra is not None
        petra.password_hash = "hash"
    with pytest.raises(Refused), writing():
        runs.undo(db.session.get_one(ImportRun, run.id))
    assert people.by_login("petra@school.example") is not None
