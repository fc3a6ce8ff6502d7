"""The server's side of decoding: warm child processes that are cheap to lose.

A child gets JSON lines, never pickles; an empty environment, no descriptors, a low priority and hard limits
(school/lib/images_cage.py). It serves a batch and is replaced; after anything but a good answer it is
killed, so that a file that broke a decoder never touches the next one.
"""

import json
import os
import select
import signal
import subprocess
import sys
import threading
import time
import weakref
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

Job = dict[str, Any]
ROOT = Path(__file__).resolve().parents[2]
BOOT = "import sys; sys.path.append(sys.argv[1]); from {module} import main; main(sys.argv[2])"
ANSWER = 16 * 1024  # bytes; a good answer is a few hundred
IDLE = 30.0  # seconds a child is kept for the next photo


class ChildError(Exception):
    """The child gave no answer that can be used."""


class ChildSlow(ChildError):
    """The child ran out of its CPU or wall time."""


class PoolBusy(Exception):
    """All children were busy for as long as the caller was willing to wait."""


@dataclass(frozen=True)
class Cage:
    """What one child may use: bytes, seconds of CPU and on the clock per job, jobs in its life."""

    memory: int
    cpu: int
    wall: float
    jobs: int
    file_size: int
    open_files: int = 32

    def as_json(self) -> str:
        limits = ("memory", "cpu", "jobs", "file_size", "open_files")
        return json.dumps({name: getattr(self, name) for name in limits})


class Child:
    """One process; not for use by two threads at a time."""

    def __init__(self, module: str, cage: Cage) -> None:
        command = [sys.executable, "-I", "-B", "-X", "utf8", "-c", BOOT.format(module=module)]
        self.cage = cage
        self.jobs = 0
        self.since = 0.0
        self.process = subprocess.Popen(  # noqa: S603 - our own interpreter and our own module
            [*command, str(ROOT), cage.as_json()],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            cwd="/",
            env=_environment(),
            process_group=0,
        )

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def spent(self) -> bool:
        return self.jobs >= self.cage.jobs or self.process.poll() is not None

    def ask(self, job: Job) -> Job:
        """The child's answer, unchecked; raises ChildError or ChildSlow, and then the child is useless."""
        self.jobs += 1
        assert self.process.stdin
        try:
            self.process.stdin.write(json.dumps(job).encode() + b"\n")
            answer = json.loads(self._line(time.monotonic() + self.cage.wall))
        except (OSError, EOFError, ValueError, RecursionError) as error:
            raise self._verdict() from error
        if not isinstance(answer, dict):
            raise ChildError("no answer")
        return answer

    def _line(self, deadline: float) -> bytes:
        assert self.process.stdout
        heard = select.poll()
        heard.register(self.process.stdout, select.POLLIN)
        line = b""
        while not line.endswith(b"\n"):
            if not heard.poll(max(0.0, deadline - time.monotonic()) * 1000):
                raise ChildSlow("wall")
            got = os.read(self.process.stdout.fileno(), ANSWER)
            line += got
            if not got or len(line) > ANSWER:
                raise EOFError
        return line

    def _verdict(self) -> ChildError:
        """Why the child fell silent. It is dying or talking nonsense: waiting for it is short either way."""
        try:
            slow = self.process.wait(timeout=1) == -signal.SIGXCPU
        except subprocess.TimeoutExpired:
            slow = False
        return ChildSlow("cpu") if slow else ChildError("died")

    def kill(self) -> None:
        """The whole process group, so that nothing the decoder started stays behind."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe:
                pipe.close()


def _environment() -> dict[str, str]:
    # One arena: every further one reserves 64 MB of the address space the child is limited to.
    needed = {"MALLOC_ARENA_MAX": "1"}
    if "LD_LIBRARY_PATH" in os.environ:  # an interpreter with a shared libpython may not start without
        needed["LD_LIBRARY_PATH"] = os.environ["LD_LIBRARY_PATH"]
    return needed


class Slots:
    """At most so many children at work at once, whatever they decode.

    A caller waits `wait` seconds, unless `queue` others are waiting already: each is a thread of the server.
    """

    def __init__(self, count: int, wait: float, queue: int | None = None) -> None:
        self._free = threading.BoundedSemaphore(count)
        self._places = None if queue is None else threading.BoundedSemaphore(count + queue)
        self.wait = wait

    def __enter__(self) -> Self:
        if self._places and not self._places.acquire(blocking=False):
            raise PoolBusy
        if not self._free.acquire(timeout=self.wait):
            self._leave()
            raise PoolBusy
        return self

    def __exit__(self, *_: object) -> None:
        self._free.release()
        self._leave()

    def _leave(self) -> None:
        if self._places:
            self._places.release()


class Crew:
    """The warm children for one kind of work."""

    def __init__(self, module: str, cage: Cage, slots: Slots) -> None:
        self._module, self._cage, self.slots = module, cage, slots
        self._idle: list[Child] = []
        self._lock = threading.Lock()
        self._rounds = False
        self._open = True
        weakref.finalize(self, _end, self._idle)  # also at the end of the program

    def ask(self, job: Job) -> Job:
        """Blocks until a child has answered {"ok": …} or {"bad": code}; raises PoolBusy or ChildError."""
        with self.slots:
            child = self._take()
            good = False
            try:
                answer = child.ask(job)
                good = "ok" in answer
            finally:
                self._give_back(child, good)
            return answer

    def close(self) -> None:
        with self._lock:
            self._open = False
            _end(self._idle)

    def _take(self) -> Child:
        with self._lock:
            child = self._idle.pop() if self._idle else None
        if child and not child.spent:
            return child
        if child:
            child.kill()
        return Child(self._module, self._cage)

    def _give_back(self, child: Child, good: bool) -> None:
        child.since = time.monotonic()
        with self._lock:
            keep = good and self._open and child.jobs < self._cage.jobs
            if keep:
                self._idle.append(child)
                self._start_rounds()
        if not keep:
            child.kill()

    def _start_rounds(self) -> None:
        if not self._rounds:
            self._rounds = True
            threading.Thread(target=self._send_home, name="idle decoders", daemon=True).start()

    def _send_home(self) -> None:
        """Ends children nobody needed for a while, then itself: an idle server pays for no decoder."""
        while True:
            time.sleep(IDLE / 10)
            with self._lock:
                late = time.monotonic() - IDLE
                old = [child for child in self._idle if child.since < late]
                self._idle[:] = [child for child in self._idle if child.since >= late]
                self._rounds = bool(self._idle)
                done = not self._rounds
            _end(old)
            if done:
                return


def _end(children: list[Child]) -> None:
    while children:
        children.pop().kill()
