"""An empty machine: the code from the console, one page, and the school is open."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.visitor import DESKTOP, PHONE, Visitor
from tests.serving import Served

CODE = re.compile(r"The code is\s+(\S+)")
PASSWORD = "drie ganzen in de polder"


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Served]:
    with Served(tmp_path / "instance", SCHOOL_FREE_SPACE_FLOOR="0") as served:
        yield served


def give_code(visitor: Visitor, served: Served) -> None:
    page = visitor.goto("/")
    expect(page.locator("h1")).to_have_text("Welkom")
    found = CODE.search(served.log.read_text(encoding="utf-8"))
    assert found, "no code on the console"
    page.locator("#code").fill("hier staat niets goeds")
    visitor.press("main form button")
    expect(page.locator(".field__error")).to_be_visible()
    page.locator("#code").fill(found[1])
    visitor.press("main form button")


def test_a_school_of_our_own(browser: Browser, empty: Served, script: bool) -> None:
    visitor = Visitor(browser, empty.url, script=script)
    give_code(visitor, empty)
    page = visitor.page
    look(visitor)
    visitor.press("button[value='school']")
    look(visitor)
    fields = {"name": "De Nieuwe School", "phone": "0123-456789", "first_name": "Bea", "last_name": "Heer"}
    for name, value in fields.items():
        page.locator(f"#{name}").fill(value)
    page.locator("#admin_email").fill("bea@school.example")
    page.locator("#password").fill("kort")
    visitor.press("main form button")
    expect(page.locator("#password-error")).to_be_visible()
    expect(page.locator("#name")).to_have_value("De Nieuwe School")
    page.locator("#password").fill(PASSWORD)
    visitor.press("main form button")
    visitor.says("De school staat.")
    page.locator("#login").fill("bea@school.example")
    page.locator("#password").fill(PASSWORD)
    visitor.press("main form button")
    expect(page).to_have_url(re.compile("/timeline$"))
    assert visitor.status("/admin") == 200
    assert visitor.status("/setup") == 404, "first use is over"
    look(visitor)
    visitor.close()
    assert visitor.complaints() == []


def look(visitor: Visitor) -> None:
    """These pages come once in a life; they are held to the same as all others."""
    if not visitor.script:
        return
    for width, height in (PHONE, DESKTOP):
        visitor.page.set_viewport_size({"width": width, "height": height})
        assert visitor.axe() == []
    visitor.page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})


def test_a_demo_shows_how_far_it_is(browser: Browser, empty: Served) -> None:
    """Only the beginning: filling it to the end is tested without a browser."""
    visitor = Visitor(browser, empty.url, script=False)
    try:
        give_code(visitor, empty)
        visitor.press("button[value='demo']")
        page = visitor.page
        expect(page).to_have_url(re.compile("/setup/progress$"))
        expect(page.locator("h1")).to_have_text("De demoschool wordt gevuld")
        expect(page.locator("progress")).to_have_attribute("value", re.compile("^[1-9]"), timeout=90_000)
    finally:
        visitor.context.close()
        empty.kill()  # it need not finish
    until = time.monotonic() + 15
    while drawing_for(empty.instance):
        assert time.monotonic() < until, "photos are drawn for a program that is gone"
        time.sleep(0.2)


def drawing_for(instance: Path) -> list[Path]:
    """The processes that have this folder on their command line."""
    found = []
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):  # it ended while we looked
            found += [file] if str(instance / "media").encode() in file.read_bytes() else []
    return found
