"""Draws and saves the demo's photos in two processes of its own, next to a server that goes on serving.

Run as `python -m school.demo.darkroom FOLDER`: a line of JSON in for each photo, a line out when it is
saved. The files go straight to their place in the media store; a row follows only after all of them are
safe on disk, so a photo that was cut short is a folder without a row, which the store sweeps.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from PIL import Image

from school.demo.photos import draw
from school.demo.timeline import Shot

HANDS = 2
SMALL = 480
# Measured for nine hundred photos: WebP throughout is half the size (50 MB less) and takes ten seconds longer.
WEBP, JPEG = {"quality": 78, "method": 0}, {"quality": 82}


@dataclass(frozen=True)
class Print:
    """What the row of a photo needs to know; the sizes as `photos.Photo` writes them."""

    colour: str
    small: str
    medium: str


def develop(orders: Sequence[tuple[str, Shot]], media: Path, tell: Callable[[int], None]) -> dict[str, Print]:
    """Draws every (public id, shot) into the media folder; `tell` hears how many are done. Safe on disk on return."""
    with tempfile.TemporaryFile("a+b") as done:  # both hands append whole lines
        hands = [_start(orders[hand::HANDS], media, done.fileno()) for hand in range(HANDS)]
        try:
            _watch(hands, done.fileno(), tell)
        finally:
            for hand in hands:
                hand.kill()
                hand.wait()
        done.seek(0)
        prints = {public_id: Print(**facts) for public_id, facts in map(json.loads, done)}
    if len(prints) != len(orders):
        raise RuntimeError(f"{len(orders) - len(prints)} demo photos were not drawn")
    os.sync()  # a thousand small fsyncs take longer than one for everything
    return prints


def _start(orders: Sequence[tuple[str, Shot]], media: Path, done: int) -> subprocess.Popen[bytes]:
    with tempfile.TemporaryFile() as order:
        order.writelines(json.dumps([public_id, asdict(shot)]).encode() + b"\n" for public_id, shot in orders)
        order.seek(0)
        return subprocess.Popen(  # noqa: S603 - starts this module
            [sys.executable, "-m", "school.demo.darkroom", str(media)],
            stdin=order,
            stdout=done,
            cwd=Path(__file__).parents[2],
        )


def _watch(hands: Sequence[subprocess.Popen[bytes]], done: int, tell: Callable[[int], None]) -> None:
    """Tells how many lines were written, until all hands are idle."""
    busy = list(hands)
    while busy:
        try:
            busy[0].wait(0.3)
            busy.pop(0)
        except subprocess.TimeoutExpired:
            pass
        tell(os.pread(done, os.fstat(done).st_size, 0).count(b"\n"))


def work(media: Path) -> None:
    """One pair of hands: reads orders, prints photos."""
    os.nice(5)
    program = os.getppid()
    for line in sys.stdin:
        if os.getppid() != program:
            return  # it was stopped: nobody waits for these photos
        public_id, facts = json.loads(line)
        print_ = expose(Shot(**facts), media / public_id[:2] / public_id)
        os.write(1, json.dumps([public_id, asdict(print_)]).encode() + b"\n")


def expose(shot: Shot, folder: Path) -> Print:
    """Draws one photo and saves its three sizes; "large" is "medium" once more."""
    folder.parent.mkdir(mode=0o700, exist_ok=True)
    folder.mkdir(mode=0o700)
    picture = draw(shot.scene, shot.seed, shot.ratio, shot.season)
    small = _smaller(picture)
    medium = folder / "medium.jpg"
    small.save(folder / "small.webp", "WEBP", **WEBP)
    picture.save(medium, "JPEG", **JPEG)
    try:
        os.link(medium, folder / "large.jpg")
    except OSError:  # a disk that knows no second name for a file
        shutil.copyfile(medium, folder / "large.jpg")
    for file in folder.iterdir():
        file.chmod(0o600)
    return Print(_colour(small), _size(small, "webp"), _size(picture, "jpeg"))


def _smaller(picture: Image.Image) -> Image.Image:
    share = SMALL / max(picture.size)
    size = (round(picture.width * share), round(picture.height * share))
    return picture.reduce(2).resize(size, Image.Resampling.HAMMING)


def _colour(picture: Image.Image) -> str:
    red, green, blue = picture.resize((1, 1), Image.Resampling.BOX).tobytes()
    return f"#{red:02x}{green:02x}{blue:02x}"


def _size(picture: Image.Image, kind: str) -> str:
    return f"{picture.width}x{picture.height}.{kind}"


if __name__ == "__main__":
    work(Path(sys.argv[1]))
