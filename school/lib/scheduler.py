"""The one clock thread of the process: runs each job when it is due, one at a time, late rather than never."""

from __future__ import annotations

import logging
import threading
import time as monotonic_time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from school.lib import clock

log = logging.getLogger("school.jobs")


@dataclass
class Job:
    """``every`` for what may run again and again; ``at`` (hour, minute on the school's clock) for once a day."""

    name: str
    label: str
    function: Callable[[], object]
    every: timedelta | None = None
    at: tuple[int, int] | None = None
    last_at: datetime | None = None
    outcome: str = ""
    seconds: float = 0.0
    ok: bool = True
    _next: float = field(default=0.0, repr=False)

    def due_at(self, now: datetime) -> datetime:
        """The latest moment, not after ``now``, at which a daily job was to run."""
        if self.at is None:
            return now
        today = clock.at(clock.local(now).date(), *self.at)
        return today if today <= now else clock.at(clock.local(now).date() - timedelta(days=1), *self.at)


class Scheduler:
    """``around`` wraps every run (an app context); ``claim`` says whether a daily run is still ours to make."""

    def __init__(
        self,
        jobs: Sequence[Job],
        around: Callable[[Callable[[], object]], object],
        claim: Callable[[str, datetime], bool],
        settle: Callable[[Job, datetime], None],
    ) -> None:
        self.jobs, self.around, self.claim, self.settle = jobs, around, claim, settle
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._loop, name="jobs", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(timeout=30)

    def _loop(self) -> None:
        while not self._stop.wait(1):
            self.tick()

    def tick(self) -> None:
        """Runs what is due; a job that fails says so and leaves the others alone."""
        for job in self.jobs:
            if monotonic_time.monotonic() >= job._next:
                job._next = monotonic_time.monotonic() + (job.every.total_seconds() if job.every else 30)
                self.run(job, forced=False)

    def run(self, job: Job, *, forced: bool = True) -> None:
        try:
            self.around(lambda: self._run(job, forced))
        except Exception:  # a failing job must not end the clock
            log.exception("job %s failed", job.name)
            job.ok, job.outcome = False, "error"

    def _run(self, job: Job, forced: bool) -> None:
        due = job.due_at(clock.now())
        if job.at is not None and not forced and not self.claim(job.name, due):
            return
        began = monotonic_time.perf_counter()
        result: object = ""
        try:
            result = job.function()
            job.ok = True
        except Exception as failure:
            result, job.ok = type(failure).__name__, False
            log.exception("job %s failed", job.name)
        job.last_at, job.outcome = clock.now(), "" if result is None else str(result)
        job.seconds = monotonic_time.perf_counter() - began
        if job.at is not None:
            self.settle(job, due)
