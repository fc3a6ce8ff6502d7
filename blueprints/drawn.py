"""What was drawn before is not drawn again: the HTML of a card, remembered by everything it is made of.

A card holds plain values, among them what this person may do with the post, as decided in this request. It is drawn
with nothing else at hand – no person, no request, no session – so the same card in the same language on the same day is
the same HTML for whoever looks. No decision is remembered, only how its outcome looks.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from flask import Flask
from markupsafe import Markup

from school.lib import clock, text

MOST = 800
"""Cards kept: about ten kilobytes each."""

SEAL = secrets.token_hex(16)
"""Stands for the CSRF token inside what is remembered; nobody outside this process knows it."""

NOT_AT_HAND = dict.fromkeys(("config", "csrf_token", "g", "get_flashed_messages", "me", "request", "session"))


def init_app(app: Flask, csrf_token: Callable[[], str]) -> None:
    """Gives templates ``drawn(template, card)``; while templates are being worked on nothing is remembered."""

    def draw(template: str, card: NamedTuple, _language: str, _day: date) -> str:
        found = app.jinja_env.get_template(template)
        return found.render(NOT_AT_HAND, card=card, csrf=lambda: csrf_field(SEAL))

    remembered = draw if app.jinja_env.auto_reload else lru_cache(maxsize=MOST)(draw)

    def drawn(template: str, card: NamedTuple) -> Markup:
        html = remembered(template, card, text.language(), clock.today())
        return Markup(html.replace(SEAL, csrf_token()))  # noqa: S704 - drawn by a template, which escaped it

    app.jinja_env.globals["drawn"] = drawn


def csrf_field(token: str) -> Markup:
    return Markup('<input type="hidden" name="csrf_token" value="{}">').format(token)
