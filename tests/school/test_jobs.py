"""Recurring work: due times, one claim across restarts, late rather than never, and failures that hurt nobody else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask

from school import feed, jobs, sessions
from school.jobs import JobRun
from school.lib import clock
from school.lib.db import db, writing
from school.lib.scheduler import Job, Scheduler
from tests import factories
from tests.cast import Cast


class Runs:
    """A job that counts, and a scheduler as the program makes it."""

    def __init__(self, app: Flask) -> None:
        self.app, self.times = app, 0

    def run(self) -> str:
        self.times += 1
        return "done"

    def scheduler(self, *work: Job) -> Scheduler:
        def around(function: Callable[[], object]) -> None:
            with self.app.app_context():
                function()

        return Scheduler(work, around, jobs.claim, jobs.settle)

    def nightly(self) -> Job:
        return Job("night", "At night", self.run, at=(3, 10))


@pytest.fixture
def runs(app: Flask) -> Runs:
    return Runs(app)


def at(text: str) -> time_machine.travel:
    return time_machine.travel(datetime.fromisoformat(text).replace(tzinfo=clock.ZONE), tick=False)


def test_a_nightly_job_is_due_at_its_last_time() -> None:
    job = Job("night", "", lambda: None, at=(3, 10))
    before, after = clock.at(clock.today(), 3, 9), clock.at(clock.today(), 3, 10)
    assert job.due_at(after) == after
    assert job.due_at(before) == clock.at(clock.today() - timedelta(days=1), 3, 10)


def test_it_runs_once_a_night_whatever_starts_again(runs: Runs) -> None:
    with at("2026-11-10 03:11"):
        for _restart in range(3):
            runs.scheduler(runs.nightly()).tick()
    assert runs.times == 1
    with at("2026-11-11 03:09"):
        runs.scheduler(runs.nightly()).tick()
    assert runs.times == 1
    with at("2026-11-11 03:10"):
        runs.scheduler(runs.nightly()).tick()
    assert runs.times == 2


def test_a_night_that_was_slept_through_is_made_up_for(runs: Runs) -> None:
    with at("2026-11-10 09:00"):
        runs.scheduler(runs.nightly()).tick()
    assert runs.times == 1
    run = jobs.last_run("night")
    assert run is not None
    assert (run.ok, run.outcome) == (True, "done")
    assert run.due_at == datetime(2026, 11, 10, 2, 10, tzinfo=UTC)


def test_a_claim_is_given_once(app: Flask) -> None:
    due = clock.now().replace(microsecond=0)
    assert [jobs.claim("night", due) for _each in range(3)] == [True, False, False]
    assert jobs.claim("other", due)


def test_a_run_by_hand_needs_no_claim(runs: Runs) -> None:
    job = runs.nightly()
    scheduler = runs.scheduler(job)
    for _again in range(2):
        scheduler.run(job)
    assert runs.times == 2


def test_a_failing_job_says_so_and_leaves_the_others_alone(runs: Runs, caplog: pytest.LogCaptureFixture) -> None:
    def fail() -> None:
        raise OSError("no disk")

    broken = Job("broken", "", fail, at=(0, 0))
    scheduler = runs.scheduler(broken, Job("often", "", runs.run, every=timedelta(seconds=1)))
    scheduler.tick()
    assert runs.times == 1
    assert (broken.ok, broken.outcome) == (False, "OSError")
    run = jobs.last_run("broken")
    assert run is not None
    assert not run.ok
    assert "broken" in caplog.text


def test_a_frequent_job_waits_for_its_turn(runs: Runs) -> None:
    scheduler = runs.scheduler(Job("often", "", runs.run, every=timedelta(hours=1)))
    for _tick in range(3):
        scheduler.tick()
    assert runs.times == 1


def test_the_night_the_clock_goes_back_has_one_run(runs: Runs) -> None:
    """On 25 October 2026 it is 2.30 twice."""
    for text in ("2026-10-25T00:31:00", "2026-10-25T01:31:00", "2026-10-25T02:31:00"):
        with time_machine.travel(datetime.fromisoformat(text).replace(tzinfo=UTC), tick=False):
            runs.scheduler(Job("night", "", runs.run, at=(2, 30))).tick()
    assert runs.times == 1


def test_every_job_of_the_program_runs(cast: Cast, app: Flask) -> None:
    for job in app.extensions["jobs"]:
        assert isinstance(job.function(), int | str), job.name
        assert job.label


def job_named(app: Flask, name: str) -> Job:
    return next(job for job in app.extensions["jobs"] if job.name == name)


def test_scheduled_posts_are_published_by_their_job(cast: Cast, app: Flask) -> None:
    post = factories.post(cast.teacher, [cast.five], status="scheduled")
    with time_machine.travel(clock.now() + timedelta(days=1, minutes=1), tick=False):
        assert job_named(app, "publish").function() == 1
    db.session.expire_all()
    assert post.status == "published"


def test_tidying_forgets_what_has_ended(cast: Cast, app: Flask) -> None:
    factories.session(cast.parent)
    with writing():
        feed.draft(cast.teacher)
    jobs.claim("night", clock.now())
    with time_machine.travel(clock.now() + timedelta(days=61), tick=False):
        job_named(app, "tidy").function()
    db.session.expire_all()
    counts = [db.session.query(table).count() for table in (sessions.Session, feed.Post, JobRun)]
    assert counts == [0, 0, 0]


def test_sweeping_takes_only_what_has_no_row(cast: Cast, app: Flask) -> None:
    photo = factories.photo(factories.post(cast.teacher, [cast.five]))
    job_named(app, "sweep").function()
    assert app.extensions["media"].find(photo.public_id, "small.webp").exists()
    assert jobs.photos_without_files(app.extensions["media"]) == []
    app.extensions["media"].discard(photo.public_id)
    assert "1 photo" in jobs.photos_without_files(app.extensions["media"])[0]
