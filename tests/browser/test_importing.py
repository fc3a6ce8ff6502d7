"""The office brings a file in, on a desk, with and without scripts: choose, look, untick, apply, undo."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.files import bring


def test_a_file_is_looked_at_applied_and_undone(visit: Visit, script: bool) -> None:
    office = visit("office", script=script, screen=(1280, 900))
    page = office.page
    office.goto("/admin/imports")
    bring(page, "edexml")
    page.locator("summary", has_text="Nieuw").first.wait_for()
    page.locator("label", has_text="Guus Nieuw").locator("input").uncheck()
    with page.expect_navigation():
        page.get_by_role("button", name="Pas toe wat is aangevinkt").click()
    expect(page.locator(".toast")).to_contain_text("2 nieuw")
    office.goto("/admin/pupils?q=fenna")
    expect(page.get_by_role("link", name="Fenna van den Berg")).to_be_visible()
    office.goto("/admin/pupils?q=guus")
    expect(page.get_by_role("link", name="Guus Nieuw")).to_have_count(0)
    office.goto("/admin/imports")
    with page.expect_navigation():
        page.get_by_role("button", name="Ongedaan maken").first.click()
    expect(page.locator(".toast")).to_contain_text("Ongedaan gemaakt")
    office.goto("/admin/pupils?q=fenna")
    expect(page.get_by_text(re.compile("Fenna van den Berg"))).to_have_count(0)
