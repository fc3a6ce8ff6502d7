"""Videos: the same picture and sound in a clean file, and a poster. Made in a child, as photos are."""

import threading
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from school.lib.files import DiskFull
from school.lib.images import BadPicture, Picture, Studio, is_own_file
from school.lib.images_pool import Cage, ChildError, ChildSlow, Crew, Job, PoolBusy

LONGEST = 180  # seconds
LARGEST_FILE = 256 * 2**20  # bytes a child may write; an upload is smaller
CODES = frozenset(("off", "not-a-video", "codec", "too-long", "broken", "too-slow", "busy"))
LARGEST_SIDE = 2**14
KINDS = {"mp4": (4, b"ftyp"), "webm": (0, b"\x1a\x45\xdf\xa3")}


class BadVideo(Exception):
    """No video came of it; `code` is one of CODES ("codec": does not play in every browser)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Clip:
    """Width and height as seen, after rotation; kind is "mp4" or "webm"."""

    file: Path
    kind: str
    seconds: float
    width: int
    height: int
    poster: Picture


def available() -> bool:
    """Whether videos can be taken at all. Looks, but does not load 100 MB of codecs into the server."""
    return find_spec("av") is not None


class Cutter:
    """One video at a time, in one of the studio's slots, so that photos always have the other."""

    def __init__(self, studio: Studio, *, wall: float = 60, cpu: int = 50, memory: int = 700 * 2**20) -> None:
        cage = Cage(memory=memory, cpu=cpu, wall=wall, jobs=1, file_size=LARGEST_FILE)
        self._studio = studio
        self._crew = Crew("school.lib.video_child", cage, studio.slots)
        self._one = threading.Lock()

    def cut(self, source: Path, into: Path) -> Clip:
        """Blocks until the video and poster are in `into`; raises BadVideo or DiskFull, leaving nothing."""
        if not available():
            raise BadVideo("off")
        try:
            return self._clip(source.resolve(), into.resolve())
        except BaseException:
            for kind in KINDS:
                (into / f"video.{kind}").unlink(missing_ok=True)
            raise
        finally:
            (into / "poster.png").unlink(missing_ok=True)

    def _clip(self, source: Path, into: Path) -> Clip:
        made = self._ask({"source": str(source), "into": str(into), "longest": LONGEST})
        kind = made.get("kind")
        if kind not in KINDS or not _is_video(into / f"video.{kind}", kind):
            raise BadVideo("broken")
        seconds = _within(made.get("seconds"), LONGEST + 1)
        width, height = (int(_within(made.get(side), LARGEST_SIDE)) for side in ("width", "height"))
        return Clip(into / f"video.{kind}", kind, seconds, width, height, self._poster(into))

    def _poster(self, into: Path) -> Picture:
        poster = into / "poster.png"
        if not poster.exists() or not is_own_file(poster):
            raise BadVideo("broken")
        try:
            return self._studio.develop(poster, into)
        except BadPicture as bad:
            raise BadVideo(bad.code if bad.code in CODES else "broken") from bad

    def _ask(self, job: Job) -> Job:
        if not self._one.acquire(timeout=self._studio.slots.wait):
            raise BadVideo("busy")
        try:
            answer = self._crew.ask(job)
        except PoolBusy:
            raise BadVideo("busy") from None
        except ChildSlow:
            raise BadVideo("too-slow") from None
        except ChildError:
            raise BadVideo("broken") from None
        finally:
            self._one.release()
        return _good(answer)

    def close(self) -> None:
        self._crew.close()


def _good(answer: Job) -> Job:
    made, code = answer.get("ok"), answer.get("bad")
    if isinstance(made, dict):
        return made
    if code == "disk-full":
        raise DiskFull
    raise BadVideo(code if isinstance(code, str) and code in CODES else "broken")


def _within(value: object, most: float) -> float:
    if isinstance(value, int | float) and 0 < value <= most:
        return float(value)
    raise BadVideo("broken")


def _is_video(file: Path, kind: str) -> bool:
    at, magic = KINDS[kind]
    if not file.exists() or not is_own_file(file):
        return False
    with file.open("rb") as opened:
        return opened.read(16)[at:].startswith(magic)
