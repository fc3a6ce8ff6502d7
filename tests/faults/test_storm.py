"""Everybody at once: nobody gets an error, no write is lost, and reading never waits for writing."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field

import pytest

from tests.faults.browser import Browser
from tests.faults.conftest import Place
from tests.faults.seed import PARENTS
from tests.serving import Served

pytestmark = pytest.mark.faults


@dataclass
class Storm:
    """Sixteen parents and two teachers who write, four who read, for some seconds."""

    place: Place
    school: Served
    posts: list[str]
    until: float = 0.0
    likes: dict[tuple[str, str], bool] = field(default_factory=dict)
    comments: set[str] = field(default_factory=set)
    drafts: dict[str, str] = field(default_factory=dict)
    statuses: Counter[int] = field(default_factory=Counter)
    writing: list[float] = field(default_factory=list)
    reading: list[float] = field(default_factory=list)
    failures: list[BaseException] = field(default_factory=list)

    def rage(self, seconds: float) -> None:
        self.until = time.monotonic() + seconds
        jobs = [(self.like_and_comment, f"parent-{number}") for number in range(PARENTS)]
        jobs += [(self.autosave, who) for who in ("writer", "photographer")]
        jobs += [(self.read, who) for who in ("parent-0", "parent-1", "director", "writer")]
        works = [
            threading.Thread(target=self._guarded, args=(job, self.place.browser(self.school, who, number), who))
            for number, (job, who) in enumerate(jobs, start=1)
        ]
        for work in works:
            work.start()
        for work in works:
            work.join(timeout=seconds + 60)
        assert not any(work.is_alive() for work in works)

    def _guarded(self, job, browser: Browser, who: str) -> None:  # type: ignore[no-untyped-def]
        try:
            while time.monotonic() < self.until:
                job(browser, who)
        except BaseException as failure:
            self.failures.append(failure)

    def like_and_comment(self, browser: Browser, who: str) -> None:
        """A heart here and there, on and off, and now and then a word."""
        time.sleep(0.01)  # a thumb is slower than a loop, and the limit per address is 50 a second
        turn = self.statuses.total()
        post, wanted = self.posts[turn % len(self.posts)], turn % 3 != 0
        answer = browser.post(f"/posts/{post}/reaction", {"on": "1" if wanted else "0"})
        self._note(answer.status, answer.seconds, self.writing)
        if answer.status == 303:
            self.likes[who, post] = wanted
        if turn % 5 == 0:
            body = f"{who} zegt {turn} {time.monotonic_ns()}"
            answer = browser.post(f"/posts/{post}/comments", {"body": body})
            self._note(answer.status, answer.seconds, self.writing)
            if answer.status == 303:
                self.comments.add(body)

    def autosave(self, browser: Browser, who: str) -> None:
        if who not in self.drafts:
            post = browser.new_post()
            self.drafts[who] = post
            self.drafts[post] = ""
        body = f"{who} typt {time.monotonic_ns()} " * 30
        answer = browser.autosave(self.drafts[who], f"Concept van {who}", body)
        self._note(answer.status, answer.seconds, self.writing)
        if answer.status == 200:
            self.drafts[self.drafts[who]] = body.strip()

    def read(self, browser: Browser, _who: str) -> None:
        answer = browser.get("/timeline")
        self._note(answer.status, answer.seconds, self.reading)

    def _note(self, status: int, seconds: float, where: list[float]) -> None:
        self.statuses[status] += 1
        where.append(seconds)

    def check(self) -> None:
        assert self.failures == []
        assert set(self.statuses) <= {200, 303}, self.statuses
        self._check_likes()
        assert self.comments == {row[0] for row in self.place.rows("SELECT body FROM comment")}
        for who in ("writer", "photographer"):
            post = self.drafts[who]
            assert self.place.value("SELECT body FROM post WHERE public_id = ?", post) == self.drafts[post]

    def _check_likes(self) -> None:
        rows = self.place.rows(
            "SELECT person.email, post.public_id FROM reaction "
            "JOIN person ON person.id = person_id JOIN post ON post.id = post_id"
        )
        there = {(row[0].partition("@")[0], row[1]) for row in rows}
        assert there == {pair for pair, wanted in self.likes.items() if wanted}

    def report(self) -> str:
        return (
            f"{len(self.writing)} writes, worst wait {max(self.writing):.2f} s, median {median(self.writing):.3f} s; "
            f"{len(self.reading)} reads, worst {max(self.reading):.2f} s, median {median(self.reading):.3f} s"
        )


def median(seconds: list[float]) -> float:
    return sorted(seconds)[len(seconds) // 2]


def published(place: Place, school: Served, count: int) -> list[str]:
    browser, group = place.browser(school, "writer"), place.group
    posts = []
    for number in range(count):
        post = browser.new_post()
        assert browser.publish(post, group, f"Bericht {number}", "Wie komt er helpen?").status == 303
        posts.append(post)
    return posts


def rage(place: Place, school: Served, seconds: float) -> None:
    storm = Storm(place, school, published(place, school, 12))
    storm.rage(seconds)
    print(storm.report())
    storm.check()
    assert max(storm.writing) < 5, storm.report()


def test_a_storm_loses_nothing(place: Place, school: Served) -> None:
    rage(place, school, seconds=5)


@pytest.mark.soak
def test_a_storm_of_five_minutes(place: Place, school: Served) -> None:
    rage(place, school, seconds=300)


def test_reading_does_not_wait_while_somebody_holds_the_write_lock(place: Place, school: Served) -> None:
    post = published(place, school, 1)[0]
    reader = place.browser(school, "parent-0", 2)
    reader.get("/timeline")
    answers: list[int] = []

    def like(who: str) -> None:
        answers.append(place.browser(school, who, 3).post(f"/posts/{post}/reaction", {"on": "1"}).status)

    with closing(sqlite3.connect(place.database, isolation_level=None)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        waiting = [threading.Thread(target=like, args=(f"parent-{number}",)) for number in range(1, 4)]
        for one in waiting:
            one.start()
        waits, until = [], time.monotonic() + 3
        while time.monotonic() < until:
            answer = reader.get("/timeline")
            assert answer.status == 200
            waits.append(answer.seconds)
            time.sleep(0.05)
        assert answers == []  # writers wait
        holder.execute("ROLLBACK")
    for one in waiting:
        one.join(timeout=30)
    assert answers == [303, 303, 303]
    print(f"{len(waits)} pages while the lock was held: median {median(waits):.3f} s, worst {max(waits):.3f} s")
    assert median(waits) < 0.2
    assert max(waits) < 1.5  # a busy machine, but never the three seconds of the lock
