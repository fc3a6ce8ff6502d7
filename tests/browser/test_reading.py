"""A parent, one-handed, at a bus stop: hearts, words, confirming, older posts, searching."""

from __future__ import annotations

import re
import time

from playwright.sync_api import expect

from tests.browser.conftest import Place, Visit


def number_in(words: str) -> int:
    return int(re.sub(r"\D", "", words) or 0)


def test_a_heart_is_given_and_taken_back(visit: Visit, place: Place, script: bool) -> None:
    parent = visit("parent", script=script)
    post = place.posts["lively"]
    page = parent.goto("/timeline")
    heart = page.locator(f"form[action='{post}/reaction'] button")
    before = number_in(heart.inner_text())
    for pressed, number in (("true", before + 1), ("false", before)):
        with parent.no_page_load():
            heart.click()
            expect(heart).to_have_attribute("aria-pressed", pressed)
            expect(heart).to_have_text(str(number) if number else "")
    assert page.url.split("#")[0].endswith("/timeline")


def test_a_comment_is_placed_and_removed(visit: Visit, place: Place, script: bool) -> None:
    parent = visit("parent", script=script)
    page = parent.goto(place.posts["lively"])
    words = "Wat een mooie dag, <b>echt</b>."
    said = page.locator(".comment", has_text=words)
    with parent.no_page_load():
        page.locator(".comments__form textarea").fill(words)
        page.locator(".comments__form button").click()
        expect(said).to_have_count(1)
        parent.says("Je reactie staat erbij.")
        expect(page.locator(".comments__form textarea")).to_have_value("")
        said.locator("summary").click()
        said.locator("form button").click()
        expect(said).to_have_count(0)
        parent.says("De reactie is weggehaald.")
    expect(page.locator(".comments")).to_contain_text("Lotte vertelde er alles over.")


def test_an_empty_comment_says_what_to_do(visit: Visit, place: Place, script: bool) -> None:
    parent = visit("parent", script=script)
    page = parent.goto(place.posts["lively"])
    field = page.locator(".comments__form textarea")
    with parent.no_page_load():
        field.evaluate("(one) => one.required = false")
        field.fill("   ")
        page.locator(".comments__form button").click()
        expect(page.locator(".comments__form .field__error")).to_be_visible()
    expect(field).to_have_attribute("aria-invalid", "true")


def test_what_must_be_read_is_confirmed_in_place(visit: Visit, place: Place, script: bool) -> None:
    parent = visit("parent", script=script)
    post = place.posts[f"must_{int(script)}"]
    page = parent.goto("/timeline")
    confirm = page.locator(f"#confirm-{post.rpartition('/')[2]}")
    with parent.no_page_load():
        confirm.locator("button").click()
        expect(confirm).to_contain_text("Je hebt dit gelezen.")
        parent.says("De school weet dat je het hebt gelezen.")
    expect(parent.goto(post).locator(".confirm--done")).to_be_visible()
    teacher = visit("teacher")
    expect(teacher.goto(f"{post}/readers").locator(".readers").last).to_contain_text("Bakker")


def test_older_posts_come_by_scrolling_and_by_link(visit: Visit, script: bool) -> None:
    parent = visit("parent", script=script)
    page = parent.goto("/timeline")
    cards = page.locator("#feed > article")
    first = cards.count()
    assert first == 20
    ids = set(cards.evaluate_all("(all) => all.map((one) => one.id)"))
    with parent.no_page_load():
        if script:
            cards.last.scroll_into_view_if_needed()
            page.mouse.wheel(0, 4000)
            expect(cards.nth(first)).to_be_attached()
        else:
            page.locator("#older").click()
            expect(page).to_have_url(re.compile("before="))
    later = cards.evaluate_all("(all) => all.map((one) => one.id)")
    assert len(later) == len(set(later)), "a post came twice"
    assert set(later) - ids, "nothing older"


def test_filters_and_search_narrow_the_timeline(visit: Visit, script: bool) -> None:
    parent = visit("parent", script=script)
    page = parent.goto("/timeline")
    cards = page.locator("#feed > article")
    page.locator("#filters > summary").click()
    page.locator("#filters").get_by_text("Doelen").click()
    expect(page).to_have_url(re.compile("kind=goals"))
    expect(cards).to_have_count(1)
    page = parent.goto("/timeline")
    page.locator("#filters > summary").click()
    page.locator("#q").fill("schapen")
    page.locator(".search button").click()
    expect(page).to_have_url(re.compile("q=schapen"))
    expect(cards.filter(has_text="Naar de schapen")).to_have_count(1)
    page = parent.goto("/timeline?q=xyzzy")
    expect(page.locator("#feed")).to_contain_text("Niets gevonden")


def test_what_was_seen_is_no_longer_new(visit: Visit) -> None:
    """Only with scripts: without them a post counts as read when it is opened."""
    parent = visit("granted", screen=(900, 1400))
    page = parent.goto("/timeline")
    card = page.locator("#feed > article[data-unread]:not([data-long])").first
    name = card.get_attribute("id")
    with page.expect_response("**/reads", timeout=20_000) as told:
        card.scroll_into_view_if_needed()
    assert told.value.status == 204
    time.sleep(0.2)
    page.reload()
    expect(page.locator(f"#{name}")).not_to_have_attribute("data-unread", "")


def test_what_was_opened_is_no_longer_new(visit: Visit, place: Place, script: bool) -> None:
    visitor = visit("exception" if script else "father", script=script)
    post = place.posts["read_on"]
    card = f"article#post-{post.rpartition('/')[2]}"
    expect(visitor.goto("/timeline").locator(card)).to_have_attribute("data-unread", "")
    visitor.goto(post)
    expect(visitor.goto("/timeline").locator(card)).not_to_have_attribute("data-unread", "")
