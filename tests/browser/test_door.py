"""In and out: nothing stays behind on a shared computer, and a forgotten password is no dead end."""

from __future__ import annotations

import re
import time

from playwright.sync_api import Playwright, expect

from tests import cast
from tests.browser.conftest import Place, Visit, find_chromium
from tests.browser.visitor import Visitor
from tests.screenshots import ARGUMENTS

NEW_PASSWORD = "zeven kievieten op een rij"


def log_in(visitor: Visitor, who: str, password: str = cast.PASSWORD) -> None:
    page = visitor.page
    if "/login" not in page.url:
        visitor.goto("/login")
    page.locator("#login").fill(f"{who}@{cast.DOMAIN}")
    page.locator("#password").fill(password)
    visitor.press("main form button")


def test_in_where_one_was_going_and_out(visit: Visit, script: bool) -> None:
    visitor = visit(script=script)
    page = visitor.goto("/children")
    expect(page).to_have_url(re.compile(r"/login\?next=/children$"))
    log_in(visitor, "parent")
    expect(page).to_have_url(re.compile("/children$"))
    expect(page.locator("main")).to_contain_text("Noor")
    visitor.goto("/more")
    visitor.press("form[action='/logout'] button")
    expect(page).to_have_url(re.compile("/login$"))
    assert visitor.status("/children") == 303


def test_a_wrong_password_says_no_more_than_needed(visit: Visit, script: bool) -> None:
    sentences = []
    for who in ("parent", "nobody"):
        visitor = visit(script=script)
        log_in(visitor, who, "niet het goede wachtwoord")
        sentences.append(visitor.page.locator("[role=alert]").inner_text())
        expect(visitor.page.locator("#login")).to_have_value(f"{who}@{cast.DOMAIN}")
        expect(visitor.page.locator("#password")).to_have_value("")
    assert sentences[0] == sentences[1]


def test_the_back_button_shows_nothing_after_logging_out(playwright: Playwright, place: Place) -> None:
    """Chromium keeps left pages whole in memory; Playwright turns that off, so this browser is started without it."""
    browser = playwright.chromium.launch(
        executable_path=find_chromium(), args=ARGUMENTS, ignore_default_args=["--disable-back-forward-cache"]
    )
    try:
        visitor = Visitor(browser, place.url)
        log_in(visitor, "mother")
        page = visitor.page
        expect(page.locator("h1")).to_contain_text("Maria")
        visitor.goto("/more")
        expect(page.locator("main")).to_contain_text("van den Berg")
        visitor.press("form[action='/logout'] button")
        for _step in range(2):
            page.evaluate("history.back()")
            page.wait_for_timeout(600)
            page.wait_for_load_state()
            words = page.locator("body").inner_text()
            assert "Maria" not in words
            assert "van den Berg" not in words
            assert "Lotte" not in words
    finally:
        browser.close()


def test_a_forgotten_password(visit: Visit, place: Place, script: bool) -> None:
    who = "newcomer" if script else "leaver"
    visitor = visit(script=script)
    page = visitor.goto("/login")
    page.locator("a[href='/password/forgotten']").click()
    page.locator("#login").fill(f"{who}@{cast.DOMAIN}")
    visitor.press("main form button")
    expect(page.locator("h1")).to_have_text("Kijk in je mail")
    visitor.goto(mailed_link(place, who))
    page.locator("#password").fill(NEW_PASSWORD)
    visitor.press("main form button")
    visitor.says("Je nieuwe wachtwoord is ingesteld.")
    log_in(visitor, who, NEW_PASSWORD)
    expect(page).to_have_url(re.compile("/timeline$"))


def mailed_link(place: Place, who: str) -> str:
    """As long as no mail server is set, mails are printed on the console."""
    wanted = re.compile(rf"mail to {who}@.*?(/password/new/[\w-]+)", re.DOTALL)
    until = time.monotonic() + 40
    while time.monotonic() < until:
        if found := wanted.findall(place.served.log.read_text(encoding="utf-8")):
            return str(found[-1])
        time.sleep(0.5)
    raise AssertionError("no mail within forty seconds")


def test_another_language(visit: Visit, script: bool) -> None:
    visitor = visit("lapsed", script=script)
    page = visitor.goto("/account")
    expect(page.locator("html")).to_have_attribute("lang", "nl")
    visitor.press("button[value='en']")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("h1")).to_have_text("My account")
    visitor.press("button[value='nl']")
    expect(page.locator("h1")).to_have_text("Mijn account")


def test_another_device_is_logged_out(visit: Visit, script: bool) -> None:
    here, there = visit(script=script), visit(script=script)
    log_in(here, "blocked")
    log_in(there, "blocked")
    page = here.goto("/account")
    expect(page.locator("#devices")).to_contain_text("dit apparaat")
    here.press("form[action='/account/devices/removal'] button")
    here.says("Je andere apparaten zijn uitgelogd.")
    there.goto("/timeline")
    expect(there.page).to_have_url(re.compile("/login$"))
    assert here.status("/timeline") == 200


def test_a_session_that_ended_asks_for_the_login_in_a_live_page(visit: Visit, place: Place) -> None:
    """A heart pressed after the session ended must not put a login page into the card."""
    parent = visit()
    log_in(parent, "parent")
    page = parent.goto("/timeline")
    parent.context.clear_cookies(name="login")
    parent.expects.append("status of 401")
    page.locator(f"form[action='{place.posts['lively']}/reaction'] button").click()
    expect(page).to_have_url(re.compile("/login"))
