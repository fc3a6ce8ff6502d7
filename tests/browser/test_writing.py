"""A draft that is never lost, a moment that is chosen, a change that shows, a post that is taken back."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser import writing
from tests.browser.conftest import Place, Visit
from tests.browser.visitor import Visitor


def test_a_reload_keeps_what_was_typed(visit: Visit, script: bool) -> None:
    teacher = visit("teacher", script=script)
    post = writing.begin(teacher, "Half af", "Morgen verder")
    writing.keep(teacher)
    page = teacher.goto(f"{post}/edit")
    expect(page.locator("#title")).to_have_value("Half af")
    expect(page.locator("#body")).to_have_value("Morgen verder")
    assert visit("parent").status(post) == 404


def test_a_lost_connection_is_told_and_mended(visit: Visit) -> None:
    teacher = visit("teacher")
    teacher.expects.append("ERR_INTERNET_DISCONNECTED")
    post = writing.begin(teacher, "Onderweg")
    writing.keep(teacher)
    teacher.context.set_offline(True)
    page = teacher.page
    page.locator("#body").fill("In de bus geschreven")
    expect(page.locator("#compose-saved")).to_contain_text("Nog niet bewaard", timeout=20_000)
    teacher.context.set_offline(False)
    expect(page.locator("#compose-saved")).to_contain_text("Bewaard om", timeout=20_000)
    expect(teacher.goto(f"{post}/edit").locator("#body")).to_have_value("In de bus geschreven")


def test_later_is_a_day_and_a_time(visit: Visit, script: bool) -> None:
    teacher = visit("teacher", script=script)
    post = writing.begin(teacher, f"Voor later {script}")
    page = teacher.page
    page.get_by_text("Later plaatsen").click()
    page.locator("#publish_day").fill(writing.tomorrow())
    page.locator("#publish_time").fill("07:30")
    expect(page.locator(".audience__later")).to_be_visible()
    expect(page.locator(".audience__now")).to_be_hidden()
    teacher.press(".audience__publish")
    teacher.says("Ingepland. Het bericht verschijnt vanzelf.")
    expect(page.locator(f"a[href^='{post}']")).to_contain_text("7.30")
    assert visit("parent").status(post) == 404


def test_a_change_of_a_published_post_shows(visit: Visit, script: bool) -> None:
    teacher = visit("teacher", script=script)
    post = writing.begin(teacher, "Met een tikfout")
    writing.publish(teacher)
    page = teacher.goto(f"{post}/edit")
    page.locator("#body").fill("Zonder tikfout")
    teacher.press(".audience__publish")
    teacher.says("Je aanpassing is bewaard.")
    seen = visit("parent").goto(post)
    expect(seen.locator(".post__meta")).to_contain_text("aangepast")
    expect(seen.locator(".post__text")).to_have_text("Zonder tikfout")


def test_what_is_taken_back_is_gone_at_once(visit: Visit, place: Place, script: bool) -> None:
    """Also for who has the page open, and for the photo the browser keeps."""
    post = place.posts[f"leave_{int(script)}"]
    parent, teacher = visit("parent", script=script), visit("teacher", script=script)
    page = parent.goto(post)
    photo = page.locator(".shot__link").get_attribute("href") or ""
    assert parent.status(photo) == 200
    teacher.goto(post).locator(".post__menu > summary").click()
    teacher.page.get_by_text("Intrekken", exact=True).click()
    teacher.press("form[action$='/withdrawal'] button")
    teacher.says("Het bericht is ingetrokken. Niemand ziet het meer.")
    parent.expects.append("status of 404")
    answer = page.reload()
    assert answer is not None
    assert answer.status == 404
    assert parent.status(photo) == 404
    expect(page.locator("body")).not_to_contain_text("ingetrokken")


def test_the_button_always_says_for_whom(visit: Visit) -> None:
    director = visit("director")
    writing.begin(director, "Voor wie?")
    page, button = director.page, director.page.locator(".audience__publish")
    page.locator("#whole_school").uncheck()
    page.get_by_label("groep 5").check()
    expect(button).to_contain_text(re.compile(r"van groep 5\s*$"))
    page.get_by_label("groep 6").check()
    expect(button).to_contain_text(re.compile(r"gezinnen van groep 5 en groep 6\s*$"))
    page.locator("#whole_school").check()
    expect(button).to_contain_text("van de hele school")
    writing.keep(director)


def test_a_changed_choice_is_shown_before_it_counts(visit: Visit) -> None:
    """Without scripts the button cannot change with the boxes, so the first press shows the new numbers."""
    director = visit("director", script=False)
    writing.begin(director, "Eerst zien")
    page = director.page
    page.locator("#whole_school").uncheck()
    page.get_by_label("groep 6").check()
    director.press(".audience__publish")
    expect(page.locator("#groups")).to_contain_text("De keuze van groepen is veranderd")
    expect(page.locator(".audience__now")).to_contain_text("van groep 6")
    director.press(".audience__publish")
    director.says("Geplaatst voor groep 6.")


# ── photos in order ─────────────────────────────────────────────────────────────────────────────────────────────────


def reopened(teacher: Visitor, address: str) -> list[str]:
    teacher.page.wait_for_load_state("networkidle")
    teacher.goto(address)
    return writing.order(teacher)


def test_arrows_move_a_photo(visit: Visit, place: Place, script: bool) -> None:
    teacher = visit("teacher", script=script)
    address = place.posts[f"order_{int(script)}"] + "/edit"
    page = teacher.goto(address)
    first, second, *rest = writing.order(teacher)
    page.locator("#title").fill("Nog niet bewaarde titel")
    button = page.locator(f"#photo-{first} [data-move='1']")
    button.focus()
    if script:
        with page.expect_response("**/photos/order") as saved:
            button.press("Enter")
        assert saved.value.status == 204
        expect(button).to_be_focused()
        expect(page.locator("#snaps-status")).to_have_text("Foto 2 van 4")
        writing.keep(teacher)
    else:
        with page.expect_navigation():
            button.press("Enter")
    assert reopened(teacher, address) == [second, first, *rest]
    expect(page.locator("#title")).to_have_value("Nog niet bewaarde titel")


@pytest.mark.parametrize("far", [1, 3])
def test_a_photo_is_dragged(far: int, visit: Visit, place: Place) -> None:
    teacher = visit("teacher", screen=(900, 900))
    address = place.posts["order_1"] + "/edit"
    page = teacher.goto(address)
    before = writing.order(teacher)
    page.locator(f"#photo-{before[0]}").scroll_into_view_if_needed()
    start, end = (page.locator(f"#photo-{before[at]} .snap__picture").bounding_box() for at in (0, far))
    assert start
    assert end
    with page.expect_response("**/photos/order") as saved:
        page.mouse.move(start["x"] + 40, start["y"] + 40)
        page.mouse.down()
        page.mouse.move(start["x"] + 60, start["y"] + 45, steps=3)
        expect(page.locator(".snap__ghost")).to_be_visible()
        page.mouse.move(end["x"] + end["width"] / 2, end["y"] + end["height"] / 2, steps=12)
        page.mouse.up()
    assert saved.value.status == 204
    expect(page.locator(".snap__ghost")).to_have_count(0)
    after = writing.order(teacher)
    assert after == [*before[1 : far + 1], before[0], *before[far + 1 :]]
    assert reopened(teacher, address) == after


def test_escape_puts_a_dragged_photo_back(visit: Visit, place: Place) -> None:
    teacher = visit("teacher", screen=(900, 900))
    page = teacher.goto(place.posts["order_1"] + "/edit")
    before = writing.order(teacher)
    start = page.locator(f"#photo-{before[0]} .snap__picture").bounding_box()
    end = page.locator(f"#photo-{before[1]} .snap__picture").bounding_box()
    assert start
    assert end
    page.mouse.move(start["x"] + 40, start["y"] + 40)
    page.mouse.down()
    page.mouse.move(end["x"] + 60, end["y"] + 60, steps=8)
    page.keyboard.press("Escape")
    page.mouse.up()
    assert writing.order(teacher) == before


def test_a_photo_is_taken_away(visit: Visit, place: Place, script: bool) -> None:
    teacher = visit("teacher", script=script)
    writing.begin(teacher, f"Eentje minder {script}")
    writing.keep(teacher)
    address = place.posts["draft"] + "/edit"
    page = teacher.goto(address)
    *rest, last = writing.order(teacher)
    photo = page.locator(f"#photo-{last} img").get_attribute("src") or ""
    assert teacher.status(photo) == 200
    page.locator("#title").fill(f"Zonder de laatste {script}")
    if script:
        page.locator(f"#photo-{last} [data-remove]").click()
        teacher.says("Weggehaald")
        writing.keep(teacher)
    else:
        teacher.press(f"#photo-{last} [data-remove]")
    assert reopened(teacher, address) == rest
    expect(page.locator("#title")).to_have_value(f"Zonder de laatste {script}")
    assert teacher.status(photo) == 404
