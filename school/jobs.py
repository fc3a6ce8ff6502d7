"""The list of recurring work. Each can also be run by hand: ``./run flask school run-job NAME``."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, mapped_column

from school import feed, marks, outbox, passwords, photos, sessions, settings
from school.imports import runs
from school.lib import backup, clock, instance
from school.lib.config import Config
from school.lib.db import Model, db, insert_missing, writing
from school.lib.files import MediaStore
from school.lib.scheduler import Job
from school.lib.text import mark

KEEP_BACKUPS = 14
KEEP_RUNS = timedelta(days=60)


class JobRun(Model):
    """One due time of one daily job; the row is the claim, so that a job runs once, whatever restarts in between."""

    __tablename__ = "job_run"

    name: Mapped[str] = mapped_column(String(30), primary_key=True)
    due_at: Mapped[datetime] = mapped_column(primary_key=True)
    started_at: Mapped[datetime] = mapped_column(default=clock.now)
    ended_at: Mapped[datetime | None]
    ok: Mapped[bool] = mapped_column(default=False)
    outcome: Mapped[str] = mapped_column(default="")


def all_jobs(folder: Path, config: Config, store: MediaStore) -> list[Job]:
    """Name, what the administrator reads, when, and what is done."""
    return [
        Job("marks", mark("Write down what was read"), marks.write, every=timedelta(seconds=3)),
        Job("publish", mark("Publish scheduled posts"), _publish_due, every=timedelta(seconds=15)),
        Job("mail", mark("Send mail"), lambda: _send_mail(config), every=timedelta(seconds=10)),
        Job("tidy", mark("Forget what has ended"), _tidy, at=(3, 10)),
        Job("sweep", mark("Sweep photos without a post"), lambda: _sweep(store), at=(3, 20)),
        Job("backup", mark("Back up the database"), lambda: _backup(folder, store), at=(2, 30)),
    ]


def claim(name: str, due_at: datetime) -> bool:
    """True for the one who may run this job for this due time."""
    if db.session.get(JobRun, (name, due_at)) is not None:
        return False
    with writing():
        taken = db.session.get(JobRun, (name, due_at)) is not None
        insert_missing(
            JobRun, [{"name": name, "due_at": due_at, "started_at": clock.now(), "ok": False, "outcome": ""}]
        )
    return not taken


def settle(job: Job, due_at: datetime) -> None:
    """Notes how a run ended."""
    with writing():
        run = db.session.get(JobRun, (job.name, due_at))
        if run is not None:
            run.ended_at, run.ok, run.outcome = clock.now(), job.ok, job.outcome


def last_run(name: str) -> JobRun | None:
    return db.session.scalar(select(JobRun).where(JobRun.name == name).order_by(JobRun.due_at.desc()).limit(1))


def _publish_due() -> int:
    if not feed.any_due():
        return 0
    with writing():
        return feed.publish_due()


def _send_mail(config: Config) -> int:
    school = settings.school()
    return outbox.send_due(config, school.name) if school else 0


def _tidy() -> str:
    with writing():
        ended = sessions.forget_ended() + passwords.forget_ended()
        empty = feed.remove_untouched(clock.ago(hours=24))
        files = runs.forget_old()
        old = clock.now() - KEEP_RUNS
        db.session.query(JobRun).where(JobRun.due_at < old).delete()
    return f"{ended} sessions and links, {empty} empty drafts, {files} rows of old imports"


def _sweep(store: MediaStore) -> str:
    gone = store.sweep(lambda found: photos.known(found) | settings.known_media(found), older_than=24 * 3600)
    return f"{len(gone)} folders"


def _backup(folder: Path, store: MediaStore) -> str:
    made = backup.make(instance.database(folder), folder / "backups", "daily", store)
    backup.keep_newest(folder / "backups", "daily", KEEP_BACKUPS)
    return made.name


def last_words() -> None:
    """At the end of the process: what was gathered in memory is written."""
    marks.write()


def spoiled(store: MediaStore, told: dict[str, dict[str, int]]) -> list[str]:
    """Ids of photos and documents whose files are gone, or differ from what the manifest of a backup told."""
    ids = photos.all_ids()
    gone = set(store.missing(ids))
    return [one for one in ids if one in gone or (one in told and store.sizes(one) != told[one])]


def photos_without_files(store: MediaStore) -> list[str]:
    """Rows whose files are gone: an alarm, because the row is written only after its files were safe."""
    gone = store.missing(photos.all_ids())
    return (
        [f"{len(gone)} photos or documents have lost their file; put the media folder of a backup back"] if gone else []
    )
