"""Killed at any moment: what was acknowledged is there whole, and nothing is half."""

from __future__ import annotations

import os
import random
import threading
import time

import pytest

from tests.faults.conftest import Place
from tests.faults.ledger import Ledger, items
from tests.serving import Served

pytestmark = pytest.mark.faults
CLIENTS = (("writer", 0), ("photographer", 1), ("director", 3))
"""Who posts, and with how many photos."""


def test_killed_while_people_post(place: Place) -> None:
    crash_again_and_again(place, rounds=5)


@pytest.mark.soak
def test_killed_three_hundred_times(place: Place) -> None:
    crash_again_and_again(place, rounds=300)


def crash_again_and_again(place: Place, rounds: int) -> None:
    ledger, dice = Ledger(), random.Random(rounds)
    school = place.served()
    crowd = Crowd(place, school, ledger)
    try:
        for _ in range(rounds):
            school.start()
            ledger.check(place)
            crowd.post_until_killed(dice)
        school.start()
        ledger.check(place)
    finally:
        school.stop()
    assert len(ledger.published) >= rounds
    assert len(ledger.photos) >= rounds
    print(f"{rounds} kills, {ledger.size} answers: {len(ledger.published)} posts, {len(ledger.photos)} photos")
    leftovers_are_swept(place, ledger)


class Crowd:
    """Three who post and one who comments, from round to round in the same browsers."""

    def __init__(self, place: Place, school: Served, ledger: Ledger) -> None:
        self.school, self.ledger, self.group = school, ledger, place.group
        self.writers = [(place.browser(school, who), photos) for who, photos in CLIENTS]
        self.parent = place.browser(school, "parent-0")

    def post_until_killed(self, dice: random.Random) -> None:
        """The kill comes after some answers, wherever the requests then are."""
        works = [
            threading.Thread(target=self.ledger.write, args=(browser, self.group, photos))
            for browser, photos in self.writers
        ]
        works.append(threading.Thread(target=self.ledger.talk, args=(self.parent,)))
        for work in works:
            work.start()
        enough, patience = self.ledger.size + dice.randint(3, 25), time.monotonic() + 20
        while self.ledger.size < enough and time.monotonic() < patience:
            time.sleep(0.002)
        time.sleep(dice.uniform(0, 0.08))
        self.school.kill()
        for work in works:
            work.join(timeout=60)
        assert not any(work.is_alive() for work in works)


def leftovers_are_swept(place: Place, ledger: Ledger) -> None:
    """A crash between files and row leaves files: a day later they go, and only they."""
    rows = {row[0] for row in place.rows("SELECT public_id FROM photo")}
    leftovers = items(place) - rows
    assert rows <= items(place)
    assert not leftovers & set(ledger.photos)
    print(f"{len(leftovers)} leftovers")
    yesterday = time.time() - 25 * 3600
    for public_id in leftovers:
        os.utime(place.folder / "media" / public_id[:2] / public_id, (yesterday, yesterday))
    place.command("run-job", "sweep")
    assert items(place) == rows
    assert list((place.folder / "media" / ".work").iterdir()) == []
    assert place.command("doctor").startswith("✓")  # the audit log is whole, no row lost its file
