"""What a teacher does in the composer, for the tests that write."""

from __future__ import annotations

import re
from datetime import date, timedelta

from playwright.sync_api import expect

from tests.browser.visitor import Visitor

SENT = """const send = XMLHttpRequest.prototype.send; window.sizes = [];
XMLHttpRequest.prototype.send = function (body) { window.sizes.push(body.size); return send.call(this, body); }"""
"""The sizes of what the page uploads; the browser does not tell them to its debugger."""


def begin(teacher: Visitor, title: str, body: str = "") -> str:
    """A new post with a title and a text; the address of its page."""
    teacher.goto("/timeline")
    teacher.press("main form[action='/posts'] button")
    expect(teacher.page).to_have_url(re.compile(r"/posts/\w+/edit$"))
    teacher.page.locator("#title").fill(title)
    teacher.page.locator("#body").fill(body or f"Tekst van {title}.")
    return re.sub(r"^.*(/posts/\w+)/edit$", r"\1", teacher.page.url)


def keep(teacher: Visitor) -> None:
    """Without scripts by the button, with scripts it happens by itself."""
    if teacher.script:
        expect(teacher.page.locator("#compose-saved")).to_contain_text("Bewaard om", timeout=20_000)
    else:
        teacher.press(".audience__keep", seconds=120)


def publish(teacher: Visitor) -> None:
    teacher.press(".audience__publish")
    expect(teacher.page).to_have_url(re.compile("/timeline"))
    teacher.says("Geplaatst voor groep 5.")


def order(teacher: Visitor) -> list[str]:
    """The ids of the photos as they stand in the composer."""
    tiles = teacher.page.locator("#snaps > [data-photo]")
    return [str(one) for one in tiles.evaluate_all("(all) => all.map((one) => one.dataset.photo)")]


def tomorrow() -> str:
    return (date.today() + timedelta(days=1)).isoformat()
