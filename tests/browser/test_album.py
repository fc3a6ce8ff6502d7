"""The heart of it: a teacher posts twenty photos of a morning, the parents of that group see them, nobody else does."""

from __future__ import annotations

import io
import re
from pathlib import Path

from PIL import Image
from playwright.sync_api import Route, expect

from tests.browser import camera, writing
from tests.browser.conftest import Place, Visit
from tests.browser.visitor import Visitor

BUTTON = re.compile(r"^\s*Plaats voor 4 gezinnen van groep 5\s*$")
PHOTO = re.compile(r"/photos/[\w-]+/(?:small|medium|large)")


def test_twenty_photos_reach_the_own_group_only(visit: Visit, tmp_path: Path) -> None:
    files = camera.shots(tmp_path / "phone", 20)
    teacher = visit("teacher")
    teacher.context.add_init_script(writing.SENT)
    teacher.expects += ["net::ERR_FAILED", "status of 500"]
    post = writing.begin(teacher, "Twintig schapen", "We zijn bij de **boer** geweest.")
    lose_some(teacher)
    page = teacher.page
    page.locator("#files").set_input_files(files)
    expect(page.locator("#snaps > .snap")).to_have_count(20)
    expect(page.locator("#snaps-status")).to_contain_text(re.compile(r"\d+ van 20 zijn binnen"))
    expect(page.locator(".snap--sending .ring__done").first).to_be_visible()
    failed = page.locator(".snap--failed", has_text="IMG_0009.jpg")
    expect(failed).to_contain_text("Dat lukte niet.", timeout=90_000)
    expect(page.locator("#title")).to_have_value("Twintig schapen")
    failed.locator("[data-again]").click()
    expect(page.locator("#snaps > [data-photo]")).to_have_count(20, timeout=150_000)
    sizes = page.evaluate("window.sizes")
    assert max(sizes) < min(file.stat().st_size for file in files), "the browser sent a photo larger than it had to"
    caption(teacher, "Het eerste lam")
    expect(page.locator(".audience__now")).to_have_text(BUTTON)
    writing.publish(teacher)
    shown = seen_by_a_parent(visit("parent"), post, 20, "Het eerste lam")
    closed_to_others(visit, post, shown)
    tell_nothing(visit("parent"), shown, tmp_path / "kept")


def lose_some(teacher: Visitor) -> None:
    """The fourth photo loses its connection once, which mends itself; the ninth meets a failing server once."""
    lost = {"IMG_0004.jpg", "IMG_0009.jpg"}

    def answer(route: Route) -> None:
        name = route.request.headers.get("x-file-name", "")
        if name not in lost:
            route.continue_()
        elif name == "IMG_0004.jpg":
            lost.remove(name)
            route.abort()
        else:
            lost.remove(name)
            route.fulfill(status=500, content_type="application/json", body="{}")

    teacher.page.route("**/photos", answer)


def caption(teacher: Visitor, words: str) -> None:
    first = teacher.page.locator("#snaps > .snap").first
    first.locator("summary").click()
    first.locator("input[name^='caption-']").fill(words)


def seen_by_a_parent(parent: Visitor, post: str, number: int, words: str) -> list[str]:
    """The addresses of all photos in every size, as the pages of a parent name them."""
    timeline = parent.goto("/timeline")
    card = timeline.locator(f"article:has(a[href='{post}'])").first
    expect(card.locator(".tile")).to_have_count(4)
    named = set(PHOTO.findall(card.inner_html()))
    page = parent.goto(post)
    expect(page.locator(".shot")).to_have_count(number)
    expect(page.locator(".shot").first.locator("figcaption")).to_have_text(words)
    named |= set(PHOTO.findall(page.content()))
    base = {address.rpartition("/")[0] for address in named}
    assert len(base) == number
    first = page.locator(".shot img").first
    first.scroll_into_view_if_needed()
    page.wait_for_function("(one) => one.complete && one.naturalWidth > 0", arg=first.element_handle())
    return sorted(f"{address}/{size}" for address in base for size in ("small", "medium", "large"))


def closed_to_others(visit: Visit, post: str, shown: list[str]) -> None:
    other, stranger, father = visit("other_parent"), visit(), visit("father")
    assert other.status(post) == 404
    assert stranger.context.request.get(post, max_redirects=0).headers["location"].startswith("/login?next=")
    for address in shown:
        assert other.status(address) == 404, address
        assert stranger.status(address) == 303, address
        assert stranger.context.request.get(address, max_redirects=0).headers["location"].startswith("/login")
    assert {father.status(address) for address in shown[:6]} == {200}


def tell_nothing(parent: Visitor, shown: list[str], folder: Path) -> None:
    """No picture that leaves the school says where, when or with what it was made."""
    folder.mkdir()
    for at, address in enumerate(shown):
        content = parent.context.request.get(address).body()
        assert camera.told(content) == [], address
        with Image.open(io.BytesIO(content)) as image:
            assert max(image.size) <= 2048
            assert image.size[1] > image.size[0], "the camera's orientation was lost"
            assert not image.getexif()
        (folder / f"{at}.webp").write_bytes(content)
    assert camera.exiftool_finds(folder) == []


def test_the_camera_of_these_tests_tells_everything(tmp_path: Path) -> None:
    """Else the tests above would prove nothing."""
    (file,) = camera.shots(tmp_path, 1, (400, 300))
    found = camera.told(file.read_bytes())
    assert any("Exif" in one for one in found)
    assert "segment fe" in found
    assert any("xmpmeta" in one for one in found)


def test_a_plain_form_carries_photos_too(visit: Visit, tmp_path: Path) -> None:
    files = camera.shots(tmp_path / "phone", 4)
    teacher = visit("teacher", script=False)
    post = writing.begin(teacher, "Vier foto's zonder script")
    expect(teacher.page.locator(".audience__now")).to_have_text(BUTTON)
    teacher.page.locator("#files").set_input_files(files)
    writing.keep(teacher)
    expect(teacher.page.locator("#snaps > [data-photo]")).to_have_count(4)
    caption(teacher, "Een lam")
    writing.publish(teacher)
    shown = seen_by_a_parent(visit("parent", script=False), post, 4, "Een lam")
    closed_to_others(visit, post, shown)
    tell_nothing(visit("parent"), shown, tmp_path / "kept")


def test_the_forty_first_photo_is_refused_in_a_sentence(
    visit: Visit, place: Place, tmp_path: Path, script: bool
) -> None:
    files = camera.shots(tmp_path, 3, (400, 300))
    teacher = visit("teacher", script=script)
    page = teacher.goto(place.posts[f"full_{int(script)}"] + "/edit")
    expect(page.locator("#snaps > [data-photo]")).to_have_count(39)
    page.locator("#title").fill("Mijn tekst blijft")
    page.locator("#files").set_input_files(files)
    if script:
        teacher.says("In een bericht passen 40 foto's. Niet toegevoegd: 2.")
    else:
        teacher.press(".audience__keep")
        expect(page.locator("#photos")).to_contain_text("In een bericht passen hoogstens 40 foto's en video's.")
    expect(page.locator("#snaps > [data-photo]")).to_have_count(40)
    expect(page.locator("#title")).to_have_value("Mijn tekst blijft")
    if script:
        writing.keep(teacher)


def test_what_is_no_photo_says_so_and_takes_nothing_along(visit: Visit, tmp_path: Path, script: bool) -> None:
    (good,) = camera.shots(tmp_path, 1, (400, 300))
    bad = tmp_path / "recept.jpg"
    bad.write_text("Dit is een recept.")
    teacher = visit("teacher", script=script)
    writing.begin(teacher, "Met een recept")
    page = teacher.page
    page.locator("#files").set_input_files([bad, good])
    if not script:
        teacher.press(".audience__keep")
    expect(page.locator("#photos")).to_contain_text(re.compile("recept.jpg is geen foto die we kennen"))
    expect(page.locator("#snaps > [data-photo]")).to_have_count(1)
    expect(page.locator("#title")).to_have_value("Met een recept")
    if script:
        page.locator("[data-away]").click()
        expect(page.locator("#snaps > .snap")).to_have_count(1)
        writing.keep(teacher)
