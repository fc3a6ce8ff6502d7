"""Somebody with a browser: cookies, one connection kept open, and how long each answer took."""

from __future__ import annotations

import gzip
import re
import time
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse
from urllib.parse import urlencode


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes
    seconds: float

    @property
    def text(self) -> str:
        packed = self.headers.get("content-encoding") == "gzip"
        return (gzip.decompress(self.body) if packed else self.body).decode()


class Browser:
    def __init__(self, port: int, token: str = "", address: str = "10.1.1.1") -> None:
        self.connection = HTTPConnection("127.0.0.1", port, timeout=120)
        self.cookies = {"login": token} if token else {}
        self.address = address

    def get(self, path: str, **headers: str) -> Answer:
        return self._ask("GET", path, None, headers)

    def post(self, path: str, fields: list[tuple[str, str]], **headers: str) -> Answer:
        body = urlencode([*fields, ("csrf_token", self.csrf)]).encode()
        return self._ask("POST", path, body, {"Content-Type": "application/x-www-form-urlencoded", **headers})

    def send(self, path: str, body: bytes, **headers: str) -> Answer:
        return self._ask("POST", path, body, {"X-CSRFToken": self.csrf, **headers})

    @property
    def cookie(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    def _ask(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Answer:
        sent = {"Cookie": self.cookie, "X-Forwarded-For": self.address, **headers}
        began = time.perf_counter()
        self.connection.request(method, path, body, sent)
        response = self.connection.getresponse()
        content = response.read()
        answer = Answer(response.status, _lower(response), content, time.perf_counter() - began)
        for line in response.headers.get_all("Set-Cookie") or ():
            name, _equals, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value
        if b'name="csrf-token"' in content:
            self.csrf = form_value(content.decode(), r'name="csrf-token" content="([^"]+)"')
        return answer


def _lower(response: HTTPResponse) -> dict[str, str]:
    return {name.lower(): value for name, value in response.getheaders()}


def form_value(html: str, pattern: str) -> str:
    found = re.search(pattern, html)
    if found is None:
        raise LookupError(f"{pattern} is not on the page")
    return found.group(1)
