"""Photos: from whatever a phone sent to three clean files. The work is done in children (images_pool.py).

One Studio per server process. What a child says is checked here: it may have been taken over by the file.
"""

import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from school.lib.files import DiskFull
from school.lib.images_pool import Cage, ChildError, ChildSlow, Crew, Job, PoolBusy, Slots

SIZES = {"small": 480, "medium": 1280, "large": 2048}  # longest side in px
SUFFIXES = {"webp": "webp", "jpeg": "jpg"}
CODES = frozenset(("empty", "not-a-photo", "vector", "heic", "too-many-pixels", "broken", "too-slow", "busy"))
BATCH = 20  # photos a child may see in its life
LARGEST_FILE = 16 * 2**20


class BadPicture(Exception):
    """No photo came of it; `code` is one of CODES, the sentence is the caller's."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Rendition:
    size: str
    file: Path
    width: int
    height: int
    kind: str


@dataclass(frozen=True)
class Picture:
    """Width and height are those of "large"; colour is "#rrggbb"; one rendition per name in SIZES."""

    width: int
    height: int
    colour: str
    renditions: tuple[Rendition, ...]


class Studio:
    """Owns the decode children: at most `children` at work in the whole process, videos included.

    wall and cpu are seconds per photo, memory is bytes of address space, wait is the seconds a caller queues,
    queue is how many may do so (each holds a thread of the server; None: any number).
    """

    def __init__(
        self,
        *,
        children: int = 2,
        wall: float = 20,
        cpu: int = 10,
        memory: int = 700 * 2**20,
        heic: bool = False,
        wait: float = 15,
        queue: int | None = None,
    ) -> None:
        cage = Cage(memory=memory, cpu=cpu, wall=wall, jobs=BATCH, file_size=LARGEST_FILE)
        self.slots = Slots(children, wait, queue)
        self._crew = Crew("school.lib.images_child", cage, self.slots)
        self._heic = heic and find_spec("pillow_heif") is not None

    def develop(self, source: Path, into: Path) -> Picture:
        """Blocks until the renditions are in `into`; raises BadPicture or DiskFull, leaving nothing."""
        if source.stat().st_size == 0:
            raise BadPicture("empty")
        job = {
            "source": str(source.resolve()),
            "into": str(into.resolve()),
            "sizes": SIZES,
            "heic": self._heic,
        }
        try:
            return _picture(self._ask(job), into)
        except BaseException:
            _clear(into)
            raise

    def close(self) -> None:
        self._crew.close()

    def _ask(self, job: Job) -> Job:
        with _as_bad_picture():
            answer = self._crew.ask(job)
        if "ok" in answer:
            return answer
        code = "too-many-pixels" if answer.get("bad") == "memory" else answer.get("bad")
        if code == "disk-full":
            raise DiskFull
        raise BadPicture(code if isinstance(code, str) and code in CODES else "broken")


@contextmanager
def _as_bad_picture() -> Iterator[None]:
    try:
        yield
    except PoolBusy:
        raise BadPicture("busy") from None
    except ChildSlow:
        raise BadPicture("too-slow") from None
    except ChildError:
        raise BadPicture("broken") from None


def _picture(answer: Job, into: Path) -> Picture:
    try:
        made = answer["ok"]
        renditions = tuple(_rendition(name, made["saved"][name], into) for name in SIZES)
        width, height = renditions[-1].width, renditions[-1].height
        if not re.fullmatch(r"#[0-9a-f]{6}", made["colour"]):
            raise ValueError("no colour")
        return Picture(width, height, made["colour"], renditions)
    except (KeyError, TypeError, ValueError, OSError) as error:
        raise BadPicture("broken") from error


def _rendition(name: str, said: Any, into: Path) -> Rendition:
    kind, width, height = said
    file = into / f"{name}.{SUFFIXES[kind]}"
    within = all(type(side) is int and 1 <= side <= SIZES[name] for side in (width, height))
    if not within or not is_own_file(file) or _kind(file) != kind:
        raise ValueError("not what was asked for")
    return Rendition(name, file, width, height, kind)


def is_own_file(file: Path) -> bool:
    """A plain new file: a link could make the server hand out a file that was never uploaded."""
    found = file.lstat()
    return stat.S_ISREG(found.st_mode) and found.st_nlink == 1


def _kind(file: Path) -> str:
    with file.open("rb") as opened:
        head = opened.read(12)
    if head[:4] == b"RIFF" and head[8:] == b"WEBP":
        return "webp"
    return "jpeg" if head[:3] == b"\xff\xd8\xff" else ""


def _clear(into: Path) -> None:
    for name in SIZES:
        for suffix in SUFFIXES.values():
            (into / f"{name}.{suffix}").unlink(missing_ok=True)
