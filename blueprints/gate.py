"""Before a large body is received at all: the server keeps what comes in on disk before any route is asked.

So whoever may not send photos is told so after the first lines; otherwise a stranger could fill the disk.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from werkzeug.http import parse_cookie

from blueprints import identity
from blueprints.section import SMALL_BODY
from school import policy, sessions, settings
from school.lib.db import done_reading


class _Narrowed:
    """The server's settings for one request, with another largest body."""

    def __init__(self, settings_of_server: Any, most: int) -> None:
        self._others = settings_of_server
        self.max_request_body_size = most

    def __getattr__(self, name: str) -> Any:
        return getattr(self._others, name)


def install(app: Flask) -> None:
    """For every server of this process. A request of unknown length counts as a large one."""
    HTTPChannel.parser_class = _parser(lambda cookies: sends_photos(app, cookies))


def _parser(may_be_large: Callable[[str], bool]) -> type[HTTPRequestParser]:
    class Parser(HTTPRequestParser):
        def parse_header(self, header_plus: bytes) -> None:
            super().parse_header(header_plus)
            large = self.chunked or self.content_length > SMALL_BODY
            if large and not may_be_large(self.headers.get("COOKIE", "")):
                self.adj = _Narrowed(self.adj, SMALL_BODY + 1)  # type: ignore[assignment]

    return Parser


def sends_photos(app: Flask, cookies: str) -> bool:
    """Whether these are the cookies of somebody who works at the school; while there is no school yet: anybody."""
    with app.app_context():
        token = parse_cookie(cookies).get(identity.cookie_name("login"))
        session = sessions.by_token(token) if token else None
        allowed = bool(policy.roles_of(session.person)) if session is not None else settings.school() is None
        done_reading()
        return allowed
