"""Coming in: what counts and what does not, what is sent to whom, letters, and names to log in with."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
import segno
import time_machine
from flask import Flask
from sqlalchemy import text

from school import audit, coming_in, groups, guardians, guidelines, invitations, letters, outbox, people, pupils
from school import settings as school_settings
from school.coming_in import Newcomer, Sent
from school.groups import Group
from school.invitations import Invitation
from school.lib import clock, qr
from school.lib import passwords as hashing
from school.lib.db import db, writing
from school.lib.text import Refused, speaking
from school.outbox import OutboxMail
from school.people import Person
from tests.cast import PASSWORD, Cast
from tests.factories import written
from tests.house import CONFIG

KEY, OTHER_KEY = b"a key", b"another key"
URL = "https://plein.school.example"


@written
def guest(first: str, last: str, *places: Group, email: str | None = None, **options: str) -> Person:
    """Somebody who has not come in yet, with a child in each of these groups."""
    person = people.add(first, last, email=email, **options)
    for number, group in enumerate(places):
        child = pupils.add(f"{first}kind{number}", last, birth_date=date(2018, 1, 1 + number))
        groups.enrol(child, group, starts_on=clock.today() - timedelta(days=9))
        guardians.link(person, child, starts_on=clock.today() - timedelta(days=9))
    return person


@written
def invited(person: Person, key: bytes = KEY) -> str:
    """The code of a fresh invitation."""
    return invitations.code_of(invitations.invite(person, None, key), key)


@written
def linked(person: Person) -> str:
    token = invitations.new_link(person)
    assert token is not None
    return token


def counts(token: str, key: bytes = KEY) -> bool:
    db.session.rollback()
    return invitations.by_token(token, key) is not None


def newcomer(person: Person) -> Newcomer:
    db.session.rollback()
    return next(one for one in coming_in.newcomers() if one.person.id == person.id)


@written
def sent(*found: Person, **options: bool) -> Sent:
    ids = {person.id for person in found}
    return coming_in.send([one for one in coming_in.newcomers() if one.person.id in ids], None, KEY, **options)


@written
def printed(*found: Person, key: bytes = KEY) -> None:
    ids = {person.id for person in found}
    coming_in.print_letters([one for one in coming_in.newcomers() if one.person.id in ids], None, key)


def later(**parts: float) -> time_machine.travel:
    return time_machine.travel(clock.now() + timedelta(**parts), tick=False)


# ── what counts ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_code_opens_once_however_it_is_typed(cast: Cast) -> None:
    code = invited(cast.invited)
    assert re.fullmatch(r"[2-9a-z]{5}-[2-9a-z]{5}", code)
    for typed in (code, code.upper(), code.replace("-", ""), f" {code[:3]} {code[3:]} "):
        assert counts(typed)
        assert invitations.as_printed(typed) == code
    with writing():
        found = invitations.by_token(code, KEY)
        assert found is not None
        assert invitations.accept(found, hashing.hashed(PASSWORD)) == cast.invited
    assert not counts(code)
    assert hashing.fits(cast.invited.password_hash, PASSWORD)
    assert guidelines.accepted(cast.invited)


def test_it_lasts_thirty_days(cast: Cast) -> None:
    code = invited(cast.invited)
    with later(days=29, hours=23):
        assert counts(code)
    with later(days=30, seconds=1):
        assert not counts(code)
        assert newcomer(cast.invited).state == "expired"


def test_a_link_lasts_fourteen_days_and_can_then_be_renewed(cast: Cast) -> None:
    code = invited(cast.invited)
    token = linked(cast.invited)
    assert invitations.by_old_link(token) is None
    with later(days=13, hours=23):
        assert counts(token)
    with later(days=14, seconds=1):
        assert not counts(token)
        assert invitations.by_old_link(token) is not None
        assert counts(code), "the letter still counts"
        fresh = linked(cast.invited)
        assert counts(fresh)
        assert invitations.by_old_link(token) is None, "the old one is forgotten"
    with later(days=31):
        assert not counts(fresh)
        assert invitations.by_old_link(fresh) is None


def test_a_new_link_and_a_new_invitation_end_the_earlier_ones(cast: Cast) -> None:
    code, first = invited(cast.invited), linked(cast.invited)
    second = linked(cast.invited)
    assert [counts(first), counts(second)] == [False, True]
    invited(cast.invited)
    assert [counts(code), counts(second)] == [False, False]


def _end_guardianship(person: Person) -> None:
    guardians.end(guardians.of_person(person)[0], clock.today() - timedelta(days=1))


def _block(person: Person) -> None:
    guardians.block(guardians.of_person(person)[0])


def _take_scopes(person: Person) -> None:
    guardians.give(guardians.of_person(person)[0], [])


def _child_left(person: Person) -> None:
    guardians.child_leaves(guardians.of_person(person)[0].pupil, clock.today() - timedelta(days=1), 30)


def _close(person: Person) -> None:
    person.deactivated_at = clock.now()


def _password(person: Person) -> None:
    person.password_hash = hashing.hashed(PASSWORD)


@pytest.mark.parametrize("over", [_end_guardianship, _block, _take_scopes, _child_left, _close, _password])
def test_it_ends_with_what_it_was_for(cast: Cast, over: Callable[[Person], None]) -> None:
    code, token = invited(cast.invited), linked(cast.invited)
    with writing():
        outbox.put("invitation", cast.invited)
        over(cast.invited)
    assert [counts(code), counts(token)] == [False, False]
    assert outbox.send_due(CONFIG, "De Proef") == 1
    db.session.rollback()
    assert (outbox.latest()[0].state, outbox.latest()[0].error) == ("failed", "no longer needed")
    with pytest.raises(Refused), writing():
        invitations.invite(cast.invited, None, KEY)


def test_who_is_in_or_has_no_place_is_not_invited(cast: Cast) -> None:
    for key in ("parent", "removed", "blocked", "no_authority", "leaver", "deactivated", "former_teacher"):
        with pytest.raises(Refused), writing():
            invitations.invite(getattr(cast, key), None, KEY)
    assert db.session.query(Invitation).count() == 0


def test_of_two_at_once_one_comes_in(cast: Cast, app: Flask) -> None:
    code, entered = invited(cast.invited), []
    ready = threading.Barrier(2)

    def come(password: str) -> None:
        with app.app_context():
            ready.wait(5)
            with writing():
                found = invitations.by_token(code, KEY)
                if found is not None:
                    entered.append(invitations.accept(found, password).id)

    threads = [threading.Thread(target=come, args=(one,)) for one in ("first", "second")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert len(entered) == 1


def test_a_planned_pupils_family_comes_in_before_the_first_day(cast: Cast) -> None:
    with writing():
        person = people.add("Vroeg", "Bij")
        child = pupils.add("Straks", "Bij", birth_date=date(2022, 1, 1))
        groups.enrol(child, cast.five, starts_on=clock.today() + timedelta(days=20))
        guardians.link(person, child, starts_on=clock.today() + timedelta(days=20))
    assert counts(invited(person))
    assert [child.group for child in newcomer(person).children] == [cast.five]


# ── secrets ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def everything_kept() -> str:
    tables = [row[0] for row in db.session.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'"))]
    return "\n".join(str(tuple(row)) for name in tables for row in db.session.execute(text(f'SELECT * FROM "{name}"')))


def test_no_code_or_link_is_kept_anywhere(cast: Cast, caplog: pytest.LogCaptureFixture) -> None:
    sent(cast.invited)
    printed(cast.invited)
    invitation = newcomer(cast.invited).invitation
    assert invitation is not None
    code, token = invitations.code_of(invitation, KEY), linked(cast.invited)
    kept = everything_kept() + caplog.text
    assert cast.invited.public_id in kept
    for secret in (code, code.replace("-", ""), token):
        assert secret not in kept
    assert {entry.action for entry in audit.latest()} >= {"invited", "printed a letter"}
    assert all(entry.detail == "" for entry in audit.latest())


def test_with_another_key_a_backup_opens_nothing(cast: Cast) -> None:
    """Whoever has the database and not the folder cannot make a code of it; a letter printed anew gets a new one."""
    code = invited(cast.invited)
    invitation = newcomer(cast.invited).invitation
    assert invitation is not None
    assert not counts(code, OTHER_KEY)
    assert not counts(invitations.code_of(invitation, OTHER_KEY), OTHER_KEY)
    assert not invitations.has_its_code(invitation, OTHER_KEY)
    assert letters.piles(coming_in.newcomers(), OTHER_KEY, URL) == []
    printed(cast.invited, key=OTHER_KEY)
    fresh = newcomer(cast.invited).invitation
    assert fresh is not None
    assert counts(invitations.code_of(fresh, OTHER_KEY), OTHER_KEY)


def test_codes_are_all_different(cast: Cast) -> None:
    with writing():
        made = [invitations.invite(cast.invited, None, KEY) for _each in range(300)]
    assert len({invitations.code_of(one, KEY) for one in made}) == 300


# ── names to log in with ────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("first", "prefix", "last", "expected"),
    [
        ("Anna", "", "Bakker", "anna.bakker"),
        ("Zoë", "van den", "Broek", "zoe.vandenbroek"),
        ("Ayşe", "", "Çelik-Öztürk", "ayse.celikozturk"),
        ("Jan", "'t", "Hof", "jan.thof"),
        ("Sukarno", "", "", "sukarno"),
        ("فاطمة", "", "الزهراء", "account"),
    ],
)
def test_a_name_to_log_in_with(cast: Cast, first: str, prefix: str, last: str, expected: str) -> None:
    with writing():
        made = [people.add(first, last, prefix=prefix) for _each in range(3)]
        for person in made:
            invitations.ensure_login(person)
    assert [person.login_name for person in made] == [expected, f"{expected}2", f"{expected}3"]
    assert people.by_login(expected.upper()) == made[0]


def test_a_name_that_somebody_has_stays_theirs(cast: Cast) -> None:
    with writing():
        people.add("Anna", "Ander", login_name="anna.bakker")
        people.add("Anna", "Bakkers", login_name="anna.bakker2x")
        person = people.add("Anna", "Bakker")
        invitations.ensure_login(person)
        invitations.ensure_login(cast.parent)
    assert person.login_name == "anna.bakker2"
    assert cast.parent.login_name is None, "who has an address logs in with it"


# ── who is where ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_each_state_in_turn(cast: Cast) -> None:
    person = cast.invited
    assert newcomer(person).state == "none"
    assert sent(person) == Sent(1, 0)
    assert newcomer(person).state == "waiting"
    outbox.send_due(CONFIG, "De Proef")
    assert newcomer(person).state == "mailed"
    with later(days=13):
        assert not newcomer(person).never_arrived
    with later(days=14):
        assert newcomer(person).never_arrived
        printed(person)
        assert newcomer(person).state == "printed"
        assert not newcomer(person).never_arrived, "a letter is a new beginning"
    with writing():
        coming_in.end(person, cast.office)
    assert newcomer(person).state == "ended"


def test_a_mail_that_came_back_is_seen(cast: Cast) -> None:
    sent(cast.invited)
    with writing():
        row = outbox.latest()[0]
        row.due_at, row.error = None, "SMTPRecipientsRefused"
    assert newcomer(cast.invited).state == "failed"
    assert newcomer(cast.invited).never_arrived
    printed(cast.invited)
    assert newcomer(cast.invited).state == "printed"
    assert not newcomer(cast.invited).never_arrived
    sent(cast.invited)
    assert newcomer(cast.invited).state == "waiting"


def test_an_earlier_failure_says_nothing_about_a_new_invitation(cast: Cast) -> None:
    sent(cast.invited)
    with writing():
        outbox.latest()[0].due_at = None
    invited(cast.invited)
    assert newcomer(cast.invited).state == "unprinted"


def test_by_mail_where_there_is_an_address_and_by_letter_otherwise(cast: Cast) -> None:
    on_paper = guest("Piet", "Papier", cast.five)
    found = coming_in.newcomers()
    assert coming_in.plan(found) == Sent(1, 1)
    assert sent(cast.invited, on_paper) == Sent(1, 1)
    assert [mail.person for mail in outbox.latest()] == [cast.invited]
    assert newcomer(on_paper).state == "unprinted"
    assert newcomer(on_paper).needs_paper
    assert on_paper.login_name == "piet.papier"
    sent(cast.invited)
    assert len(outbox.latest()) == 1, "one that waits is enough"


def test_what_lies_on_somebodys_table_goes_on_counting(cast: Cast) -> None:
    printed(cast.invited)
    first = newcomer(cast.invited).invitation
    assert first is not None
    code = invitations.code_of(first, KEY)
    with later(days=15):
        printed(cast.invited)
        sent(cast.invited)
        assert newcomer(cast.invited).invitation == first
        assert counts(code)
    with later(days=17):
        printed(cast.invited)
        assert newcomer(cast.invited).invitation != first, "it would not last as long as a mail's link"
        assert not counts(code)


def test_the_groups_tell_who_is_in(cast: Cast) -> None:
    guest("Piet", "Papier", cast.five, cast.six)
    parts = {letters.group_label(part.group): part for part in coming_in.parts(coming_in.newcomers())}
    six, five = parts["groep 6"], parts["groep 5"]
    assert [one.person.first_name for one in six.newcomers] == ["Piet", "Iris"]
    assert [one.person.first_name for one in five.newcomers] == ["Piet"]
    assert (six.arrived, six.total) == (2, 4)
    assert parts["medewerkers"].newcomers == []


def test_a_new_colleague_is_invited_too(cast: Cast) -> None:
    with writing():
        person = people.add("Kim", "Nieuw", email="kim@school.example", salutation="juf")
        people.appoint(person, "teacher", starts_on=clock.today() + timedelta(days=7))
    staff = coming_in.parts(coming_in.newcomers())[-1]
    assert [one.person for one in staff.newcomers] == [person]
    assert counts(invited(person))


def test_progress_of_many_mails(cast: Cast) -> None:
    assert coming_in.progress() is None
    sent(*[guest("Ouder", f"Nummer {number}", cast.five, email=f"o{number}@x.example") for number in range(60)])
    assert coming_in.progress() == coming_in.Progress(0, 60)
    outbox.send_due(CONFIG, "De Proef")
    db.session.rollback()
    assert coming_in.progress() == coming_in.Progress(50, 60)
    outbox.send_due(CONFIG, "De Proef")
    db.session.rollback()
    assert coming_in.progress() is None


def test_a_new_link_is_sent_once_to_who_holds_an_old_one(cast: Cast) -> None:
    sent(cast.invited)
    outbox.send_due(CONFIG, "De Proef")
    token = linked(cast.invited)
    with later(days=15), writing():
        coming_in.send_new_link("nothing")
        coming_in.send_new_link(token)
        coming_in.send_new_link(token)
    assert [mail.state for mail in outbox.latest()] == ["waiting", "sent"]


# ── letters ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_square_is_what_was_meant() -> None:
    data = f"{URL}/invitation?code=k7qm3-vxp9t"
    drawn = qr.drawn(data)
    dark = set()
    for x, y, length in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", drawn.path):
        dark |= {(int(x) + step, int(y)) for step in range(int(length))}
    expected = segno.make(data, error="m", micro=False).matrix_iter(border=qr.QUIET_ZONE)
    assert dark == {(x, y) for y, row in enumerate(expected) for x, sign in enumerate(row) if sign}


def pages_of(*found: Person) -> list[str]:
    ids = {person.id for person in found}
    school = school_settings.school()
    assert school is not None
    piles = letters.piles([one for one in coming_in.newcomers() if one.person.id in ids], KEY, URL)
    return letters.sheets(piles, school)


def test_a_letter_tells_its_reader_all_and_a_finder_nothing(cast: Cast) -> None:
    printed(cast.invited)
    (page,) = pages_of(cast.invited)
    words = re.sub(r"<[^>]+>|\s+", " ", page)
    invitation = newcomer(cast.invited).invitation
    assert invitation is not None
    for told in ("Iris Straks", "ouder van een kind in groep 6", "Kindcentrum De Proef", "0123-456789"):
        assert told in words
    assert invitations.code_of(invitation, KEY) in words
    assert "plein.school.example/uitnodiging" in words
    assert "Zoë" not in words, "no child"
    assert str(cast.invited.email) not in words, "no address: both parents' letters may travel in one bag"
    assert page == pages_of(cast.invited)[0], "printing it twice gives the same letter"


def test_it_is_in_the_readers_language(cast: Cast) -> None:
    reader = guest("Joy", "Reader", cast.five, cast.six, language="en")
    printed(reader)
    (page,) = pages_of(reader)
    assert 'lang="en"' in page
    assert "parent of children in group 5 and group 6" in page
    assert "joy.reader" in page
    assert "Aan:" not in page


def test_letters_lie_as_they_are_handed_out(cast: Cast) -> None:
    """Group by group, brothers and sisters through the youngest, before each pile the list that stays at school."""
    late, first = guest("Zita", "Zomer", cast.five), guest("Adam", "Appel", cast.five)
    both = guest("Bo", "Beide", cast.six, cast.five)
    printed(late, first, both, cast.invited)
    piles = letters.piles(coming_in.newcomers(), KEY, URL)
    assert [(pile.label, [one.first_name for one in pile.letters]) for pile in piles] == [
        ("groep 5", ["Adam", "Bo", "Zita"]),
        ("groep 6", ["Iris"]),
    ]
    made = pages_of(late, first, both, cast.invited)
    assert len(made) == 5
    assert "Adamkind0 Appel" in made[0]
    assert all("kind0" not in page for page in made[1:4])
    in_six = letters.piles([one for one in coming_in.newcomers() if cast.six in one.groups], KEY, URL, cast.six)
    assert [(pile.label, [one.first_name for one in pile.letters]) for pile in in_six] == [("groep 6", ["Bo", "Iris"])]


def test_somebody_close_is_no_parent(cast: Cast) -> None:
    with writing():
        close = people.add("Oma", "Jansen")
        options = {"authority": "no", "scopes": ["posts"], "ends_on": clock.today() + timedelta(days=90)}
        guardians.link(close, cast.child("Noor"), kind="exception", **options)  # type: ignore[arg-type]
    assert letters.role(newcomer(close)) == "betrokken bij een kind in groep 5"
    with speaking("en"):
        assert letters.role(newcomer(close)) == "close to a child in group 5"


def test_three_hundred_letters_in_a_few_seconds(cast: Cast) -> None:
    with writing():
        for number in range(300):
            guest(f"Ouder{number}", "Groot", cast.five)
    began = time.perf_counter()
    with writing():
        coming_in.print_letters(coming_in.newcomers(), cast.office, KEY)
    school = school_settings.school()
    assert school is not None
    made = letters.as_file(letters.piles(coming_in.newcomers(), KEY, URL), school)
    took = time.perf_counter() - began
    print(f"300 letters: {took:.1f} s, {len(made) // 1024} kB")
    assert made.count('class="sheet letter"') == 301
    assert took < 10


# ── from the command line ───────────────────────────────────────────────────────────────────────────────────────────


def run(app: Flask, *arguments: str) -> tuple[int, str]:
    answer = app.test_cli_runner().invoke(args=["school", "invite", *arguments])
    db.session.rollback()
    return answer.exit_code, answer.output


def test_one_person_gets_a_link_while_there_is_no_mail_server(cast: Cast, app: Flask) -> None:
    code, said = run(app, "invited@school.example")
    assert (code, outbox.latest()) == (0, [])
    found = re.search(r"http://localhost/invitation/(\S+)", said)
    assert found
    assert counts(found[1])
    assert run(app, "parent@school.example")[0] == 1
    assert run(app)[0] == 1


def test_a_group_gets_its_letters_in_a_file(cast: Cast, app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "brieven.html"
    guest("Piet", "Papier", cast.five)
    code, said = run(app, "--group", "5", "--letters", str(file))
    assert (code, "letters: 1" in said) == (0, True), said
    assert "Piet Papier" in file.read_text(encoding="utf-8")
    assert "Iris" not in file.read_text(encoding="utf-8")
    assert not re.search(r'(href|src)="', file.read_text(encoding="utf-8")), "it stands by itself"
    assert run(app, "--all")[1].startswith("mails: 0; letters: 1")


def test_the_outbox_holds_one_mail_a_person(cast: Cast) -> None:
    sent(cast.invited)
    assert [(row.kind, row.address) for row in db.session.query(OutboxMail)] == [("invitation", "")]
