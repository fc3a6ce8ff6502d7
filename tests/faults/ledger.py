"""What the program said it had kept, and whether it still has it after a crash."""

from __future__ import annotations

import itertools
import time
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image

from tests.faults.browser import GONE, Answer, Browser, photo, photo_id
from tests.faults.conftest import Place

PHOTOS = [photo(shade) for shade in range(4)]
HALF = {
    "published for nobody": "SELECT public_id FROM post WHERE status = 'published' AND NOT whole_school "
    "AND id NOT IN (SELECT post_id FROM post_group)",
    "published without a moment": "SELECT public_id FROM post WHERE status = 'published' "
    "AND (published_at IS NULL OR published_on IS NULL OR title = '')",
    "published and not to be found": "SELECT public_id FROM post WHERE status = 'published' "
    "AND id NOT IN (SELECT rowid FROM post_search)",
    "published and not noted": "SELECT public_id FROM post WHERE status = 'published' AND id NOT IN "
    "(SELECT thing_id FROM audit_entry WHERE action = 'published')",
    "draft that was noted as published": "SELECT public_id FROM post WHERE status = 'draft' AND id IN "
    "(SELECT thing_id FROM audit_entry WHERE action = 'published')",
}


@dataclass
class Ledger:
    """Written by the clients at the moment an answer arrives; ``surprises`` are answers nobody should get."""

    saved: dict[str, tuple[str, str]] = field(default_factory=dict)
    published: dict[str, tuple[str, str]] = field(default_factory=dict)
    photos: dict[str, str] = field(default_factory=dict)
    comments: set[str] = field(default_factory=set)
    surprises: list[Answer] = field(default_factory=list)
    numbers: itertools.count[int] = field(default_factory=itertools.count)
    opened: set[str] = field(default_factory=set)
    """Photos whose files were looked at in an earlier round; they never change."""

    @property
    def size(self) -> int:
        """How many answers came in."""
        return len(self.saved) + len(self.published) + len(self.photos) + len(self.comments)

    def wait_for_photos(self, count: int) -> None:
        patience = time.monotonic() + 60
        while len(self.photos) < count and time.monotonic() < patience:
            time.sleep(0.01)

    def said(self, answer: Answer, status: int) -> bool:
        if answer.status not in (status, 503):
            self.surprises.append(answer)
        return answer.status == status

    # Clients; each works until the program is gone

    def write(self, browser: Browser, group: str, photos: int) -> None:
        try:
            while not self.surprises:
                self._write_one(browser, group, photos)
        except GONE:
            browser.close()

    def _write_one(self, browser: Browser, group: str, photos: int) -> None:
        number = next(self.numbers)
        title, body = f"Bericht {number}", f"Tekst van {number}. " * 20
        post = browser.new_post()
        if self.said(browser.autosave(post, title, body), 200):
            self.saved[post] = (title, body.strip())
        for _ in range(photos):
            answer = browser.upload(post, PHOTOS[number % len(PHOTOS)])
            if self.said(answer, 201):
                self.photos[photo_id(answer.text)] = post
        final = (title, f"{body}Klaar.")
        if self.said(browser.publish(post, group, *final), 303):
            self.published[post] = final

    def talk(self, browser: Browser) -> None:
        try:
            while not self.surprises:
                for post in list(self.published)[-3:]:
                    body = f"Leuk, nummer {next(self.numbers)}"
                    if self.said(browser.post(f"/posts/{post}/comments", {"body": body}), 303):
                        self.comments.add(body)
                browser.get("/timeline")
        except GONE:
            browser.close()

    # What must be true after every crash

    def check(self, place: Place) -> None:
        assert self.surprises == []
        assert place.value("PRAGMA integrity_check") == "ok"
        assert place.rows("PRAGMA foreign_key_check") == []
        for what, question in HALF.items():
            assert [row[0] for row in place.rows(question)] == [], what
        self._check_posts(place)
        self._check_photos(place)
        kept = {row[0] for row in place.rows("SELECT body FROM comment")}
        assert self.comments <= kept, "a comment is gone"

    def _check_posts(self, place: Place) -> None:
        rows = {row["public_id"]: row for row in place.rows("SELECT public_id, status, title, body FROM post")}
        for post, content in self.published.items():
            row = rows[post]
            assert (row["status"], row["title"], row["body"]) == ("published", *content)
        for post, (title, body) in self.saved.items():
            row = rows[post]
            assert row["title"] == title
            assert row["body"] in (body, f"{body} Klaar.")

    def _check_photos(self, place: Place) -> None:
        rows = place.rows("SELECT photo.*, post.public_id AS post FROM photo JOIN post ON post.id = post_id")
        found = {row["public_id"]: row for row in rows}
        for public_id, post in self.photos.items():
            assert found[public_id]["post"] == post
        for public_id in set(found) - self.opened:
            for size in ("small", "medium", "large"):
                _open(place.folder / "media", public_id, size, found[public_id][size])
            self.opened.add(public_id)


def _open(media: Path, public_id: str, size: str, told: str) -> None:
    """Every pixel of one size of a photo; ``told``: ``"<width>x<height>.<kind>"``."""
    measure, kind = told.split(".")
    file = media / public_id[:2] / public_id / f"{size}.{'jpg' if kind == 'jpeg' else kind}"
    with Image.open(file) as image:
        image.load()
        assert f"{image.width}x{image.height}" == measure


def items(place: Place) -> set[str]:
    """Ids of what lies in the media folder, with or without a row."""
    return {item.name for item in (place.folder / "media").glob("[!.]*/*")}
