"""My children: their group, who teaches them, and who else has access."""

from __future__ import annotations

import html
from datetime import timedelta

import pytest

from school import guardians
from school.lib import clock, dates
from school.lib.db import writing
from school.lib.text import gettext as _
from tests.cast import Cast
from tests.client import Client, ClientOf


def words(browser: Client) -> str:
    return html.unescape(browser.get("/children").text)


def test_my_children_and_who_teaches_them(cast: Cast, client_of: ClientOf) -> None:
    page = client_of(cast.parent).get("/children").text
    for told in ("Noor Bakker", "groep 5", "juf Fleur", "maandag, dinsdag en woensdag", "meester Deniz"):
        assert told in page
    assert "meester Jip" not in page
    assert "Er is geen kind aan je account gekoppeld" in client_of(cast.removed).get("/children").text


def read_along(cast: Cast) -> str:
    last = dates.day(clock.today() + timedelta(days=30))
    relation = _("by exception")
    return _("%(name)s (%(relation)s) reads along until %(day)s.", name="Eva Even", relation=relation, day=last)


@pytest.mark.parametrize("key", ["parent", "granted"])
def test_a_parent_sees_who_reads_along(cast: Cast, client_of: ClientOf, key: str) -> None:
    assert read_along(cast) in words(client_of(getattr(cast, key)))


def test_not_only_reading(cast: Cast, client_of: ClientOf) -> None:
    with writing():
        road = guardians.between(cast.exception, cast.child("Noor"))
        assert road is not None
        guardians.give(road, ["absences"])
        road.relation = "buurvrouw"
    page = words(client_of(cast.parent))
    last = dates.day(clock.today() + timedelta(days=30))
    told = {"name": "Eva Even", "relation": "buurvrouw", "day": last}
    assert _("%(name)s (%(relation)s) has access until %(day)s.", **told) in page


def test_who_reads_along_sees_until_when_and_nobody_else(cast: Cast, client_of: ClientOf) -> None:
    page = words(client_of(cast.exception))
    assert _("You have access until %(day)s.", day=dates.day(clock.today() + timedelta(days=30))) in page
    assert "Eva Even (" not in page
    assert "/access-requests" not in page
    assert _("Report sick") not in page


def test_nothing_of_other_parents_is_told(cast: Cast, client_of: ClientOf) -> None:
    with writing():
        cast.father.phone, cast.mother.phone = "06-11112222", "06-33334444"
        guardians.block(guardians.between(cast.father, cast.child("Lotte")))  # type: ignore[arg-type]
    page = words(client_of(cast.mother))
    for secret in ("Frank", "father@", "06-11112222", "blok", "block"):
        assert secret not in page
    page = words(client_of(cast.parent))
    for secret in ("Bart", "Rob", "Nico", "Gerda", "Lars", "Dora"):
        assert secret not in page


def test_a_child_that_left_may_still_be_read_about(cast: Cast, client_of: ClientOf) -> None:
    with writing():
        guardians.child_leaves(cast.child("Bram"), clock.today() - timedelta(days=10), grace=30)
    browser = client_of(cast.leaver)
    page = words(browser)
    assert _("You may still read until %(day)s.", day=dates.day(clock.today() + timedelta(days=20))) in page
    assert _("has left the school") in page
    assert "/access-requests/new" not in page
    assert _("Report sick") not in page
    with writing():
        guardians.child_leaves(cast.child("Bram"), clock.today() - timedelta(days=31), grace=30)
    assert "Bram" not in words(browser)


def test_the_road_to_give_somebody_else_access(cast: Cast, client_of: ClientOf) -> None:
    browser = client_of(cast.parent)
    page = words(browser)
    url = "/access-requests/new"
    assert f'href="{url}"' in page
    assert _("What I asked for others") not in page
    browser.get(url)
    browser.press("/access-requests", kind="guardian", first_name="Karim", last_name="Amrani", relation="vader")
    assert _("What I asked for others") in words(browser)
