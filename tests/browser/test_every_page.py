"""Every page, light and dark, on a phone and a desk: axe finds nothing, nothing scrolls sideways, fingers hit."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Place, Visit
from tests.browser.every import SIGHTS, Sight, sight
from tests.browser.visitor import DESKTOP, PHONE

SIDEWAYS = """() => {
    const wide = document.documentElement.clientWidth;
    if (document.scrollingElement.scrollWidth <= wide) return [];
    return [...document.querySelectorAll("body *")].filter((one) => one.getBoundingClientRect().right > wide + 1)
        .map((one) => `${one.tagName.toLowerCase()}.${one.className} ${Math.round(one.getBoundingClientRect().right)}`);
}"""
"""What sticks out, or at least that something does."""

TOO_SMALL = """() => {
    const wanted = `nav a, nav button, .post__foot a, .post__foot button, form button, form input, form select,
        form textarea, form summary, .chip, .round, .row, .older, .back, .menu__item`;
    const shown = (one) => one.checkVisibility({ opacityProperty: true, visibilityProperty: true });
    const target = (one) => (["checkbox", "radio", "file"].includes(one.type) && one.closest("label")) || one;
    const inText = (one) => one.matches("a") && getComputedStyle(one).display === "inline";
    return [...document.querySelectorAll(wanted)]
        .filter((one) => one.type !== "hidden" && shown(one) && !inText(one) && !one.closest(".unseen, .picker"))
        .map(target)
        .map((one) => [one, one.getBoundingClientRect()])
        .filter(([, box]) => box.width > 1 && (box.height < 43.5 || box.width < 43.5))
        .map(([one, box]) => `${one.outerHTML.slice(0, 120)} is ${Math.round(box.width)}×${Math.round(box.height)}`);
}"""
"""44 px, give or take a rounding; links inside running text are exempt, as in WCAG 2.5.8."""

CUT_OFF = """() => {
    const text = "h1, h2, h3, p, a, button, label, legend, summary, dt, dd, li > span, .pill, .chip, .tab";
    const meant = (one) => one.closest(".unseen, .skip, .post__text--long, .snap__summary, .tile__more, .mosaic");
    return [...document.querySelectorAll(text)]
        .filter((one) => one.checkVisibility() && !meant(one))
        .filter((one) => {
            const style = getComputedStyle(one);
            const hides = (way) => ["hidden", "clip"].includes(way) && style.textOverflow !== "ellipsis";
            return (hides(style.overflowX) && one.scrollWidth > one.clientWidth + 1)
                || (hides(style.overflowY) && one.scrollHeight > one.clientHeight + 1);
        })
        .map((one) => one.outerHTML.slice(0, 160));
}"""

OVERLAPS = """() => {
    const meant = ".unseen, .compose__bar, .mosaic, .post__text--long";
    const shown = [...document.querySelectorAll("main :is(h1, h2, h3, p, label, button, input)")]
        .filter((one) => one.checkVisibility({ opacityProperty: true }) && !one.closest(meant));
    const boxes = shown.map((one) => [one, one.getBoundingClientRect()]).filter(([, box]) => box.width && box.height);
    const found = [];
    for (const [one, a] of boxes) for (const [other, b] of boxes) {
        if (one === other || one.contains(other) || other.contains(one)) continue;
        const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
        const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
        if (across > 3 && down > 3) found.push(`${one.outerHTML.slice(0, 90)} over ${other.outerHTML.slice(0, 90)}`);
    }
    return found;
}"""

every_page = pytest.mark.parametrize("seen", SIGHTS, ids=lambda seen: seen.name)


@every_page
def test_axe_finds_nothing(seen: Sight, visit: Visit, place: Place) -> None:
    visitor = seen.open(visit, place)
    found: dict[str, list[str]] = {}
    for screen, (width, height) in {"phone": PHONE, "desk": DESKTOP}.items():
        visitor.page.set_viewport_size({"width": width, "height": height})
        found[f"{screen}, light"] = visitor.axe()
        visitor.page.emulate_media(color_scheme="dark")
        found[f"{screen}, dark"] = visitor.axe("color-contrast")  # all that the scheme changes
        visitor.page.emulate_media(color_scheme="light")
    assert not any(found.values()), "\n".join(f"{how}: {one}" for how, ones in found.items() for one in ones)


@every_page
def test_fits_a_narrow_phone_and_a_thumb(seen: Sight, visit: Visit, place: Place) -> None:
    visitor = seen.open(visit, place, screen=(320, 640))
    assert visitor.page.evaluate(SIDEWAYS) == []
    assert visitor.page.evaluate(TOO_SMALL) == []


def enlarge(page: Page) -> None:
    page.evaluate("document.documentElement.style.fontSize = '200%'")


@pytest.mark.parametrize("name", ["timeline", "post", "compose", "login", "teacher-timeline", "account", "admin"])
def test_text_twice_as_large_loses_nothing(name: str, visit: Visit, place: Place) -> None:
    visitor = sight(name).open(visit, place)
    enlarge(visitor.page)
    assert visitor.page.evaluate("parseFloat(getComputedStyle(document.querySelector('main p')).fontSize)") >= 26
    assert visitor.page.evaluate(SIDEWAYS) == []
    assert visitor.page.evaluate(CUT_OFF) == []
    assert visitor.page.evaluate(OVERLAPS) == []


def test_forced_colours_keep_buttons_and_focus(visit: Visit, place: Place) -> None:
    """Contrast themes throw our backgrounds away: borders must say what is a button, outlines where the focus is."""
    page = sight("login").open(visit, place, forced_colors="active").page
    button = page.locator("main form button").first
    button.focus()
    style = "(one) => { const s = getComputedStyle(one); return [s.borderTopStyle, s.outlineStyle] }"
    border, outline = button.evaluate(style)
    assert border != "none"
    assert outline != "none"


def test_arabic_reads_from_the_right(visit: Visit, place: Place) -> None:
    page = sight("post-arabic").open(visit, place).page
    text = page.locator(".post__text p").first
    assert text.evaluate("(one) => getComputedStyle(one.closest('[dir]')).direction") == "rtl"
    left, right = text.evaluate(
        """(one) => { const range = document.createRange(); range.selectNodeContents(one);
            const line = range.getClientRects()[range.getClientRects().length - 1], box = one.getBoundingClientRect();
            return [line.left - box.left, box.right - line.right] }"""
    )
    assert right < 2, "the last line does not begin at the right edge"
    assert left > right
    assert page.locator("h1").evaluate("(one) => getComputedStyle(one).direction") == "rtl"


def test_less_motion_is_none(visit: Visit, place: Place) -> None:
    """The wish stands in the first layer of the style sheets: without weight every later layer would win from it."""
    page = sight("compose").open(visit, place).page
    moving = """() => [...document.querySelectorAll("*")].filter((one) => {
        const style = getComputedStyle(one);
        return style.animationName !== "none" || style.transitionDuration.split(", ").some((time) => time !== "0s");
    }).map((one) => one.className)"""
    assert page.evaluate(moving) == []


def test_tools_that_need_a_script_are_not_shown_without_one(visit: Visit, place: Place) -> None:
    for script in (True, False):
        page = sight("edit").open(visit, place, script=script).page
        assert page.locator(".writer__tools").is_visible() is script
