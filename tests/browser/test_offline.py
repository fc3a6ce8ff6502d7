"""On the home screen of a phone: a manifest, a service worker that keeps nothing about people, an offline page."""

from __future__ import annotations

import json
import re
from urllib.parse import urlsplit

from playwright.sync_api import Page, expect

from tests.browser.conftest import Place, Visit

KEPT = """async () => {
    const found = [];
    for (const name of await caches.keys())
        for (const request of await (await caches.open(name)).keys()) found.push(request.url);
    return found;
}"""


def test_the_manifest_is_whole(visit: Visit) -> None:
    stranger = visit()
    page = stranger.goto("/login")
    address = page.locator("link[rel=manifest]").get_attribute("href") or ""
    answer = stranger.context.request.get(address)
    assert answer.headers["content-type"] == "application/manifest+json"
    told = json.loads(answer.text())
    assert told["display"] == "standalone"
    assert told["start_url"].startswith(told["scope"])
    sizes = {(icon["sizes"], icon["purpose"]) for icon in told["icons"]}
    assert {("192x192", "any"), ("512x512", "any"), ("512x512", "maskable")} <= sizes
    for icon in told["icons"]:
        measured = page.evaluate(
            "async (src) => { const i = new Image(); i.src = src; await i.decode(); return `${i.width}x${i.height}` }",
            icon["src"],
        )
        assert measured == icon["sizes"]
    problems = stranger.context.new_cdp_session(page).send("Page.getAppManifest")["errors"]
    assert problems == []


def settled(page: Page) -> None:
    """The worker is in charge and has put away what it keeps."""
    page.wait_for_function("() => navigator.serviceWorker.controller !== null")
    page.wait_for_function(
        "async () => Boolean(await caches.match('/offline')) && (await caches.keys()).length === 1", timeout=20_000
    )


def test_no_connection_shows_the_phone_number_and_no_person(visit: Visit, place: Place) -> None:
    parent = visit("parent", service_workers="allow")
    parent.expects += ["ERR_INTERNET_DISCONNECTED", "ERR_FAILED"]
    page = parent.goto("/timeline")
    settled(page)
    parent.goto(place.posts["album"])
    page.wait_for_load_state("networkidle")
    kept = [urlsplit(url).path for url in page.evaluate(KEPT)]
    assert "/offline" in kept
    assert len(kept) > 3, kept
    assert [path for path in kept if not re.match(r"/(static/[0-9a-f]+/.+|offline)$", path)] == []
    parent.context.set_offline(True)
    page.goto("/timeline")
    expect(page.locator("h1")).to_have_text("Geen verbinding")
    expect(page.locator("a[href='tel:0123-456789']")).to_be_visible()
    words = page.locator("body").inner_text()
    assert "Anna" not in words
    assert "Noor" not in words
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != "rgba(0, 0, 0, 0)", "no style"
    parent.context.set_offline(False)
    page.locator("main a.button").click()
    expect(page.locator("h1")).to_contain_text("Anna")


def test_a_withdrawn_photo_does_not_live_on_in_the_worker(visit: Visit, place: Place) -> None:
    parent = visit("parent", service_workers="allow")
    page = parent.goto(place.posts["album"])
    settled(page)
    page.reload()
    page.wait_for_load_state("networkidle")
    assert not [url for url in page.evaluate(KEPT) if "/photos/" in url or "/posts/" in url]
