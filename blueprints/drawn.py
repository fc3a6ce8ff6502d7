"""What was drawn before is not drawn again: pieces of a page, remembered by everything they are made of.

A card holds plain values, among them what this person may do with the post, as decided in this request. It is drawn
with nothing else at hand – no person, no request, no session – so the same values in the same language on the same day
are the same HTML for whoever looks. No decision is remembered, only how its outcome looks.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Hashable, Iterable
from datetime import date
from functools import lru_cache

from flask import Flask
from markupsafe import Markup

from school.lib import clock, text

MOST = 800
"""Pieces kept: about ten kilobytes each."""

SEAL = secrets.token_hex(16)
"""Stands for the CSRF token inside what is remembered; nobody outside this process knows it."""

NOT_AT_HAND = dict.fromkeys(("config", "csrf_token", "g", "get_flashed_messages", "me", "request", "session"))


def init_app(app: Flask, csrf_token: Callable[[], str]) -> None:
    """Gives templates ``drawn(template, name=value, …)`` and ``drawn_cards(cards)``; the values must be hashable.

    While templates are being worked on nothing is remembered.
    """

    def draw(template: str, values: tuple[tuple[str, Hashable], ...], _language: str, _day: date) -> str:
        given = {"csrf": lambda: csrf_field(SEAL), **dict(values)}
        return app.jinja_env.get_template(template).render(NOT_AT_HAND, **given)

    remembered = draw if app.jinja_env.auto_reload else lru_cache(maxsize=MOST)(draw)

    def drawn(template: str, **values: Hashable) -> Markup:
        return unseal([remembered(template, tuple(values.items()), text.language(), clock.today())])

    def drawn_cards(cards: Iterable[Hashable]) -> Markup:
        language, day = text.language(), clock.today()
        return unseal([remembered("feed/_card.html", (("card", card),), language, day) for card in cards])

    def unseal(pieces: list[str]) -> Markup:
        return Markup("".join(pieces).replace(SEAL, csrf_token()))  # noqa: S704 - drawn by templates, which escape

    app.jinja_env.globals.update(drawn=drawn, drawn_cards=drawn_cards)


def csrf_field(token: str) -> Markup:
    return Markup('<input type="hidden" name="csrf_token" value="{}">').format(token)
