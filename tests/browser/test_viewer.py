"""Photos full-screen: from the timeline and from the post, by finger, keyboard and screen reader."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Place, Visit

OPEN = ".pswp--open"
BARE = ["default-src 'none'", "the document's frame is sandboxed"]
"""What Chromium says of its own page around a single photo, which our policy for photos forbids to do anything."""


def shown(page: Page) -> str:
    """Which photo the viewer says it shows."""
    return (page.locator(OPEN).get_attribute("aria-label") or "").split(".")[0]


def tile(page: Page, post: str, at: int) -> Locator:
    return page.locator(f"[data-viewer='{post}'] a[data-index='{at}']")


def test_opens_from_the_timeline_also_behind_the_number(visit: Visit, place: Place) -> None:
    parent = visit("parent")
    page = parent.goto("/timeline")
    last = tile(page, place.posts["album"], 3)
    expect(last).to_contain_text("+3")
    with parent.no_page_load():
        last.click()
        expect(page.locator(OPEN)).to_be_visible()
        expect(page.locator(OPEN)).to_have_attribute("aria-label", "Foto 4 / 7. Foto 4 van 7")
        for number in (5, 6, 7):
            page.keyboard.press("ArrowRight")
            expect(page.locator(OPEN)).to_have_attribute("aria-label", re.compile(f"^Foto {number} / 7"))
        page.keyboard.press("Escape")
        expect(page.locator(".pswp")).to_have_count(0)
    expect(page).to_have_url(f"{place.url}/timeline")


def test_arrows_caption_escape_and_focus(visit: Visit, place: Place) -> None:
    parent = visit("parent")
    page = parent.goto(place.posts["album"])
    first = tile(page, place.posts["album"], 0)
    first.focus()
    page.keyboard.press("Enter")
    expect(page.locator(OPEN)).to_be_visible()
    expect(page.locator(".viewer__caption")).to_have_text("Schaap 1")
    assert page.evaluate("document.activeElement.closest('.pswp') !== null"), "the focus stayed behind"
    page.keyboard.press("ArrowRight")
    expect(page.locator(".viewer__caption")).to_be_hidden()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".viewer__caption")).to_have_text("Schaap 3")
    page.keyboard.press("ArrowLeft")
    assert shown(page) == "Foto 2 / 7"
    for _press in range(8):
        page.keyboard.press("Tab")
        behind = page.evaluate("document.activeElement !== document.body && !document.activeElement.closest('.pswp')")
        assert not behind, "Tab reached the page behind the viewer"
    page.keyboard.press("Escape")
    expect(page.locator(".pswp")).to_have_count(0)
    expect(tile(page, place.posts["album"], 1)).to_be_focused()


def test_a_finger_swipes_to_the_next_one(visit: Visit, place: Place) -> None:
    parent = visit("parent", has_touch=True, is_mobile=True)
    page = parent.goto(place.posts["album"])
    tile(page, place.posts["album"], 0).tap()
    expect(page.locator(OPEN)).to_be_visible()
    expect(page.locator(".pswp--open .pswp__img:not(.pswp__img--placeholder)").first).to_be_visible()
    page.wait_for_timeout(400)  # until the photo stands still
    session = parent.context.new_cdp_session(page)

    def touch(kind: str, x: int | None = None) -> None:
        points = [] if x is None else [{"x": x, "y": 400}]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", 300)
    for x in range(280, 40, -20):
        touch("touchMove", x)
    touch("touchEnd")
    expect(page.locator(OPEN)).to_have_attribute("aria-label", re.compile("^Foto 2 / 7"))


def test_without_a_script_the_photos_are_links(visit: Visit, place: Place) -> None:
    parent = visit("parent", script=False)
    parent.expects += BARE
    page = parent.goto("/timeline")
    tile(page, place.posts["album"], 3).click()
    expect(page).to_have_url(f"{place.url}{place.posts['album']}#photo-4")
    with page.expect_navigation() as going:
        tile(page, place.posts["album"], 3).click()
    assert going.value
    assert going.value.headers["content-type"] == "image/webp"


def test_a_viewer_that_does_not_come_is_no_dead_end(visit: Visit, place: Place) -> None:
    parent = visit("parent")
    parent.expects += ["net::ERR_FAILED", *BARE]
    parent.page.route("**/photoswipe.esm.min.js", lambda route: route.abort())
    page = parent.goto(place.posts["album"])
    with page.expect_navigation() as going:
        tile(page, place.posts["album"], 0).click()
    assert going.value
    assert going.value.headers["content-type"] == "image/webp"
