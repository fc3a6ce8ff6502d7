"""From a letter in a school bag to the timeline, on a phone; and the letters themselves on paper."""

from __future__ import annotations

import re
import subprocess
import sys

from playwright.sync_api import expect

from tests.browser.conftest import Place, Visit
from tests.browser.visitor import DESKTOP, Visitor
from tests.serving import ROOT

PASSWORD = "drie reigers in de mist"


def letter_for(place: Place, first_name: str) -> str:
    """The code on the letter of somebody new."""
    command = [sys.executable, "-m", "tests.browser.newcomer", str(place.served.instance), first_name]
    made = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True, timeout=60)
    return made.stdout.strip()


def look(visitor: Visitor) -> None:
    if visitor.script:
        assert visitor.axe() == []


def test_a_letter_a_name_a_password_and_in(visit: Visit, place: Place, script: bool) -> None:
    code = letter_for(place, "Saar" if script else "Bas")
    visitor = visit(script=script)
    page = visitor.goto("/uitnodiging")
    page.locator("#code").fill("22222-22222")
    visitor.press("main form button")
    expect(page.locator("#code-error")).to_be_visible()
    look(visitor)
    visitor.goto(f"/invitation?code={code}")
    expect(page.locator("#code")).to_have_value(code)
    visitor.press("main form button")
    expect(page.locator("h1")).to_have_text("Hallo Saar" if script else "Hallo Bas")
    expect(page.locator("#login")).to_have_value("saar.binnen" if script else "bas.binnen")
    expect(page.locator("main")).to_contain_text("ouder van 1 kind")
    look(visitor)
    page.locator("#password").fill("te kort")
    page.locator("#agreed").check()
    visitor.press("main form button")
    expect(page.locator("#password-error")).to_be_visible()
    expect(page.locator("#agreed")).to_be_checked()
    page.locator("#password").fill(PASSWORD)
    visitor.press("main form button")
    expect(page).to_have_url(re.compile("/timeline$"))
    visitor.says("Je account is klaar.")
    expect(page.locator("main")).to_contain_text("Kind van")
    visitor.goto(f"/invitation/{code}", 404)
    look(visitor)


def test_the_guideline_has_to_be_ticked(visit: Visit, place: Place) -> None:
    """By the browser itself, before anything is sent."""
    visitor = visit()
    page = visitor.goto(f"/invitation/{letter_for(place, 'Wim')}")
    page.locator("#password").fill(PASSWORD)
    page.locator("main form button").click()
    assert page.evaluate("document.querySelector('#agreed').matches(':invalid')")
    expect(page).to_have_url(re.compile("/invitation/"))


def test_every_letter_is_one_page(visit: Visit, place: Place) -> None:
    for name in ("Kees", "Door"):
        letter_for(place, name)
    visitor = visit("office", screen=DESKTOP)
    page = visitor.goto("/admin/invitations")
    page.get_by_role("link", name="groep 6").click()
    visitor.press("form[action='/admin/invitations/letters']:not(:has([name=person])) button")
    sheets = page.locator(".sheet").count()
    assert sheets >= 3
    assert visitor.axe() == []
    paper = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", paper)) == sheets
    assert b"/MediaBox [0 0 594" in paper or b"/MediaBox [0 0 595" in paper, "A4"
    page.evaluate("window.print = () => document.body.classList.add('printed')")
    page.get_by_role("button", name="Printen").click()
    expect(page.locator("body")).to_have_class(re.compile("printed"))


def test_without_scripts_a_line_says_how_to_print(visit: Visit, place: Place) -> None:
    letter_for(place, "Lia")
    visitor = visit("office", script=False)
    page = visitor.goto("/admin/invitations/letters?all=1")
    expect(page.locator("[data-print]")).to_be_hidden()
    expect(page.locator(".letters__print")).to_contain_text("Ctrl")
