"""A browser without a screen for the served program: one connection, cookies, the CSRF token, what an answer took."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from hashlib import sha256
from http.client import HTTPConnection, HTTPException
from http.cookies import SimpleCookie
from io import BytesIO
from urllib.parse import urlencode

from PIL import Image

GONE = (OSError, HTTPException)
"""What a request raises when the server is killed under it."""


@dataclass(frozen=True)
class Answer:
    status: int
    text: str
    location: str
    seconds: float


class Browser:
    """``address``: the limit on requests counts per address, so that many busy browsers need one each."""

    def __init__(self, port: int, token: str, address: str = "127.0.0.1") -> None:
        self.port, self.address = port, address
        self.cookies = {"login": token}
        self.csrf = ""
        self._connection: HTTPConnection | None = None

    def get(self, path: str) -> Answer:
        return self._ask("GET", path)

    def post(self, path: str, fields: dict[str, str] | None = None, **headers: str) -> Answer:
        """A form, with a token; ``headers`` with _ for -."""
        body = urlencode(fields or {}).encode()
        return self.send(path, body, "application/x-www-form-urlencoded", **headers)

    def send(self, path: str, body: bytes, kind: str, **headers: str) -> Answer:
        if not self.csrf:
            self.learn_token()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self._ask("POST", path, body, {"Content-Type": kind, "X-CSRFToken": self.csrf, **named})

    def learn_token(self) -> None:
        page = self.get("/account")
        found = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
        if page.status != 200 or found is None:
            raise AssertionError(f"nobody is logged in: {page.status}")
        self.csrf = found.group(1)

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection = None

    def _ask(self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None) -> Answer:
        if self._connection is None:
            self._connection = HTTPConnection("127.0.0.1", self.port, timeout=30, source_address=(self.address, 0))
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        began = time.perf_counter()
        try:
            self._connection.request(method, path, body or None, {"Cookie": cookie, **(headers or {})})
            answer = self._connection.getresponse()
            text = answer.read().decode(errors="replace")
        except GONE:
            self.close()
            raise
        seconds = time.perf_counter() - began
        self._remember(answer.headers.get_all("Set-Cookie") or [])
        return Answer(answer.status, text, answer.headers.get("Location", ""), seconds)

    def _remember(self, told: list[str]) -> None:
        for line in told:
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value

    # What teachers and parents do

    def new_post(self) -> str:
        """A new draft; its public id."""
        answer = self.post("/posts")
        assert answer.status == 303, answer
        return answer.location.split("/")[2]

    def autosave(self, post_id: str, title: str, body: str) -> Answer:
        return self.post(f"/posts/{post_id}", {"kind": "news", "title": title, "body": body}, X_Autosave="1")

    def upload(self, post_id: str, photo: bytes, name: str = "foto.jpg") -> Answer:
        return self.send(f"/posts/{post_id}/photos", photo, "image/jpeg", X_File_Name=name)

    def publish(self, post_id: str, group: str, title: str, body: str) -> Answer:
        fields = {"kind": "news", "title": title, "body": body, "groups": group, "comments_open": "y", "when": "now"}
        shown = sha256(group.encode()).hexdigest()[:16]
        return self.post(f"/posts/{post_id}/publication", {**fields, "shown_audience": shown})


def photo(shade: int = 0, side: int = 320) -> bytes:
    """A small JPEG; another one for every shade."""
    image = Image.linear_gradient("L").resize((side, side * 3 // 4)).convert("RGB")
    image.paste((shade * 40 % 256, 90, 160), (10, 10, side // 2, side // 3))
    made = BytesIO()
    image.save(made, "JPEG", quality=85)
    return made.getvalue()


def photo_id(tile: str) -> str:
    """The id in what an upload answers."""
    found = re.search(r"/photos/([A-Za-z0-9_-]{22})/", tile)
    assert found is not None, tile[:300]
    return found.group(1)
