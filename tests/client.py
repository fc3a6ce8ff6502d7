"""The ordinary client: a browser without scripts that checks every page it is given."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextvars import Context
from typing import Any
from urllib.parse import urlsplit

import html5lib
from flask import Flask, has_app_context, request
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from blueprints.guards import HEADERS
from blueprints.section import entry_of
from school.lib.db import db, done_reading
from school.policy import Access
from tests import lint

HTMX = {"HX-Request": "true"}
TOKEN = re.compile(r'name="(?:csrf_token" value|csrf-token" content)="([0-9a-f.]+)"')


class Client(FlaskClient):
    """``post()`` sends the CSRF token of the last page along, as a browser does; ``csrf=None`` leaves it out."""

    def __init__(self, app: Flask) -> None:
        super().__init__(app, app.response_class)
        self.token = ""
        self.page: TestResponse | None = None
        self.checks = True
        """Whether pages are checked; off where thousands of the same ones are fetched."""
        self.crashes = False
        """Whether an answer may be a 500."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """One request in a context of its own: nothing of the test leaks into it, nothing of it stays behind."""
        forget_what_was_read()
        kwargs.setdefault("buffered", True)  # files that are sent are closed
        answer: TestResponse = Context().run(super().open, *args, **kwargs)
        forget_what_was_read()
        self._remember(answer)
        assert self.crashes or answer.status_code != 500, f"{answer.request.path} crashed; the trace is in the log"
        if self.checks:
            check(self.application, answer)
        return answer

    def _remember(self, answer: TestResponse) -> None:
        if answer.mimetype == "text/html" and (found := TOKEN.search(answer.text)):
            self.token = found[1]
        if answer.mimetype == "text/html" and answer.request.method == "GET":
            self.page = answer

    def post(self, url: str, data: Any = None, *, csrf: str | None = "", **kwargs: Any) -> TestResponse:  # type: ignore[override]
        if csrf == "" and not self.token:
            self.get("/login")
            if not self.token:
                self.get("/account")
        sent = self.token if csrf == "" else csrf
        if data is not None and not isinstance(data, dict):  # a raw body: the token goes in the header
            kwargs["headers"] = {**kwargs.get("headers", {}), **({"X-CSRFToken": sent} if sent else {})}
            return super().post(url, data=data, **kwargs)
        form = {**(data or {}), **({"csrf_token": sent} if sent is not None else {})}
        return super().post(url, data=form, **kwargs)

    def htmx(self, url: str, data: dict[str, Any] | None = None) -> TestResponse:
        """A POST as htmx sends it."""
        return self.post(url, data, headers=HTMX)

    def press(self, action: str, **changed: Any) -> TestResponse:
        """Sends the form of the last page with this action, as it stands, with some fields changed.

        A field that is None is left out; a list sends its name several times.
        """
        assert self.page is not None, "no page yet"
        fields = form_fields(self.page.text, action)
        fields.update(changed)
        sent = {name: value for name, value in fields.items() if value is not None}
        kwargs: dict[str, Any] = {"content_type": "multipart/form-data"} if _has_files(sent) else {}
        return self.post(action, sent, **kwargs)

    def follow(self, answer: TestResponse) -> TestResponse:
        assert answer.status_code == 303, f"{answer.status_code}, not a redirect"
        return self.get(answer.location)


def forget_what_was_read() -> None:
    """So that the test sees what the request did, and the other way round."""
    if has_app_context():
        done_reading()
        db.session.expire_all()


def _has_files(sent: dict[str, Any]) -> bool:
    return any(
        isinstance(value, tuple) or (isinstance(value, list) and value and isinstance(value[0], tuple))
        for value in sent.values()
    )


def form_fields(text: str, action: str) -> dict[str, Any]:
    """What a browser would send for the form (or the button) with this action, files and buttons left out."""
    tree = html5lib.parse(text, namespaceHTMLElements=False)
    for form in tree.iter("form"):
        buttons = {one.get("formaction") for one in form.iter("button")}
        if form.get("action") == action or action in buttons:
            return _fields(form)
    raise AssertionError(f"no form leads to {action}")


def _fields(form: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for one in form.iter():
        name, kind = one.get("name"), one.get("type", "text")
        if not name or one.get("disabled") is not None or one.tag not in ("input", "textarea", "select"):
            continue
        if one.tag == "textarea":
            found[name] = one.text or ""
        elif one.tag == "select":
            chosen = [option.get("value") for option in one.iter("option") if option.get("selected") is not None]
            found[name] = chosen[0] if chosen else next((option.get("value") for option in one.iter("option")), None)
        elif kind == "checkbox" and one.get("checked") is not None:
            found.setdefault(name, []).append(one.get("value", "on"))
        elif kind == "radio" and one.get("checked") is not None:
            found[name] = one.get("value")
        elif kind not in ("checkbox", "radio", "file", "submit", "image"):
            found[name] = one.get("value", "")
    return found


def check(app: Flask, answer: TestResponse) -> None:
    """Headers of every answer, and the markup of everything that is HTML."""
    wrong = [*_headers(app, answer)]
    if answer.mimetype == "text/html" and not 300 <= answer.status_code < 400 and answer.text:
        wrong += lint.problems(answer.text, whole="<html" in answer.text[:400])
    assert not wrong, f"{answer.request.method} {answer.request.path} ({answer.status_code}):\n  " + "\n  ".join(wrong)


def _headers(app: Flask, answer: TestResponse) -> list[str]:
    wrong = [f"no {name}" for name in HEADERS if name not in answer.headers]
    entry = _entry(app, answer)
    public = entry is not None and entry.access is Access.PUBLIC
    kind = answer.mimetype or ""  # a 304 has none
    media = answer.status_code == 304 or kind.startswith(("image/", "video/", "application/"))
    kept = answer.headers.get("Cache-Control", "")
    if (
        "no-store" not in kept
        and not (public and answer.status_code < 400)
        and not (media and kept == "private, no-cache")
    ):
        wrong.append(f"Cache-Control: {kept}")
    if answer.location and urlsplit(answer.location).netloc not in ("", answer.request.host):
        wrong.append(f"a redirect to another site: {answer.location}")
    return wrong


def _entry(app: Flask, answer: TestResponse) -> Any:
    def find() -> Any:
        with app.test_request_context(answer.request.path, method=answer.request.method):
            return entry_of(request.endpoint)

    return Context().run(find)


ClientOf = Callable[..., Client]
