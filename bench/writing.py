"""A post is written, twenty photos are sent, a writer holds the lock: what those who only read notice of it."""

from __future__ import annotations

import io
import re
import sqlite3
import statistics
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

from PIL import Image

from bench.browser import Browser, form_value

PHOTOS, SENDERS = 20, 2


def text_post(port: int, token: str, times: int = 12) -> float:
    """Median milliseconds of publishing a text."""
    teacher = Browser(port, token)
    return 1000 * statistics.median(_publish(teacher) for _time in range(times))


def _publish(teacher: Browser) -> float:
    post = draft(teacher)
    page = teacher.get(f"/posts/{post}/edit").text
    fields = [("kind", "news"), ("when", "now"), ("title", "Morgen gym"), ("body", "Denk aan de gymspullen. " * 12)]
    fields += [("groups", group) for group in re.findall(r'name="groups" value="([^"]+)"[^>]* checked', page)]
    fields.append(("shown_audience", form_value(page, r'name="shown_audience" value="([^"]*)"')))
    answer = teacher.post(f"/posts/{post}/publication", fields)
    if answer.status != 303 or "/timeline" not in answer.headers["location"]:
        raise RuntimeError(f"the post was not published: {answer.status}")
    return answer.seconds


def draft(teacher: Browser) -> str:
    """The public id of a new draft."""
    teacher.get("/timeline")
    made = teacher.post("/posts", [])
    return form_value(made.headers["location"], r"/posts/([^/]+)/edit")


def photo_of(megapixels: int) -> bytes:
    """A photo as a phone makes it: 4:3, detail everywhere, some three megabytes."""
    height = int((megapixels * 1_000_000 * 3 / 4) ** 0.5)
    width = height * 4 // 3
    grain = Image.frombytes("RGB", (width // 4, height // 4), Random("grain").randbytes(width // 4 * (height // 4) * 3))
    made = io.BytesIO()
    grain.resize((width, height), Image.Resampling.BICUBIC).save(made, "JPEG", quality=80)
    return made.getvalue()


class Looking:
    """Somebody who opens the timeline again and again while others write."""

    def __init__(self, port: int, token: str) -> None:
        self.browser, self._stop = Browser(port, token, "10.2.2.2"), threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self.seconds: list[float] = []

    def __enter__(self) -> Looking:
        self.browser.get("/timeline")
        self._thread.start()
        return self

    def __exit__(self, *_failure: object) -> None:
        self._stop.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._stop.wait(0.05):
            self.seconds.append(self.browser.get("/timeline").seconds)

    def percentile(self, hundredths: int) -> float:
        """In milliseconds."""
        return 1000 * statistics.quantiles(self.seconds, n=100)[hundredths - 1]


def send_photos(port: int, token: str, content: bytes) -> float:
    """Twenty photos into one post over two connections; returns the seconds until the last is accepted."""
    post = draft(Browser(port, token))
    began = time.perf_counter()
    senders = [threading.Thread(target=_send, args=(port, token, post, content, number)) for number in range(SENDERS)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    seconds = time.perf_counter() - began
    taken = Browser(port, token).get(f"/posts/{post}/edit").text.count("data-photo=")
    if taken != PHOTOS:
        raise RuntimeError(f"{taken} of {PHOTOS} photos were taken")
    return seconds


def _send(port: int, token: str, post: str, content: bytes, sender: int) -> list[str]:
    """One connection's share; returns what was refused."""
    teacher = Browser(port, token, f"10.3.3.{sender + 1}")
    teacher.get("/account")
    refused = []
    for number in range(PHOTOS // SENDERS):
        name = {"X-File-Name": f"IMG_{sender}{number}.jpg", "Content-Type": "image/jpeg"}
        while (answer := teacher.send(f"/posts/{post}/photos", content, **name)).status == 503:
            time.sleep(1)
        if answer.status != 201:
            refused.append(f"{answer.status} {answer.text[:200]}")
    return refused


@contextmanager
def write_lock(folder: Path) -> Iterator[None]:
    """Another process that is writing and does not stop."""
    database = sqlite3.connect(folder / "school.db", isolation_level=None)
    database.execute("BEGIN IMMEDIATE")
    yield
    database.execute("ROLLBACK")
    database.close()
