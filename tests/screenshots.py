"""Pictures of every page, for looking and for the README: `./run screenshots [--only timeline] [--out folder]`.

Each page at 360 and 1280 px wide, light and dark, as the people of the demo school see it.
"""

from __future__ import annotations

import argparse
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from tests.serving import ROOT, Served

ARGUMENTS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    "--no-first-run",
]
SCREENS = {"phone": (360, 780), "desktop": (1280, 900)}
SCHEMES = ("light", "dark")
GAP = 24
"""Between the two pictures of the README, in the pixels of a phone's screen."""


@dataclass(frozen=True)
class Shot:
    name: str
    who: str
    """Demo login, or nothing for a stranger."""
    path: str
    click: str = ""
    """What is pressed before the picture: a selector."""


SHOTS = (
    Shot("login", "", "/login"),
    Shot("forgotten", "", "/password/forgotten"),
    Shot("not-found", "", "/nothing-here"),
    Shot("parent-timeline", "ouder-twee", "/timeline"),
    Shot("parent-post", "ouder-twee", "/timeline", "article.post:has(.mosaic) h3 a, article.post:has(.mosaic) h2 a"),
    Shot("parent-search", "ouder-twee", "/timeline?q=schaap"),
    Shot("parent-nothing", "ouder-twee", "/timeline?q=xyzzy"),
    Shot("parent-children", "ouder-twee", "/children"),
    Shot("parent-absences", "ouder-twee", "/absences"),
    Shot("parent-conversations", "ouder-twee", "/conversations"),
    Shot("parent-calendar", "ouder-twee", "/calendar"),
    Shot("parent-more", "ouder-twee", "/more"),
    Shot("parent-account", "ouder-twee", "/account"),
    Shot("teacher-timeline", "leerkracht5", "/timeline"),
    Shot("teacher-compose", "leerkracht5", "/posts", "main form[action='/posts'] button"),
    Shot("teacher-drafts", "leerkracht5", "/posts"),
    Shot("teacher-draft", "leerkracht5", "/posts", "main a[href$='/edit']"),
    Shot("parent-viewer", "ouder-twee", "/timeline", ".mosaic a[data-index]"),
    Shot("parent-filters", "ouder-twee", "/timeline", "#filters > summary"),
    Shot("director-timeline", "directie", "/timeline"),
    Shot("director-readers", "directie", "/timeline", "a.act--end"),
    Shot("admin", "beheer", "/admin"),
    Shot("admin-people", "beheer", "/admin/people?q=bakker"),
    Shot("admin-school", "beheer", "/admin/school"),
    Shot("admin-jobs", "beheer", "/admin/jobs"),
    Shot("admin-outbox", "beheer", "/admin/outbox"),
    Shot("admin-audit", "beheer", "/admin/audit"),
    Shot("offline", "", "/offline"),
    Shot("forbidden", "ouder-zes", "/admin"),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="part of a name")
    parser.add_argument("--out", default=str(ROOT / "screenshots"), type=Path)
    parser.add_argument("--instance", default=str(ROOT / "instance-demo"), type=Path)
    parser.add_argument("--readme", action="store_true", help="only the picture of the README, docs/images/parent.png")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    wanted = [shot for shot in SHOTS if arguments.only in shot.name]
    with Served(arguments.instance) as school, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        if arguments.readme:
            portrait(browser, school.url, ROOT / "docs" / "images" / "parent.png")
            wanted = []
        for screen in SCREENS:
            for scheme in SCHEMES:
                take(browser, school.url, wanted, screen, scheme, arguments.out)
        browser.close()


def chromium() -> str:
    found = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if not found:
        raise SystemExit("✗ Chromium is needed: apt-get install chromium")
    return found


def take(browser: Browser, url: str, shots: list[Shot], screen: str, scheme: str, out: Path) -> None:
    """All pictures of one screen and one colour scheme; one login a person."""
    width, height = SCREENS[screen]
    for who in dict.fromkeys(shot.who for shot in shots):
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if scheme == "dark" else "light",
            device_scale_factor=2 if screen == "phone" else 1,
            locale="nl-NL",
            service_workers="block",
        )
        page = context.new_page()
        if who:
            log_in(page, url, who)
        for shot in (shot for shot in shots if shot.who == who):
            picture(page, url, shot, out / f"{shot.name}-{screen}-{scheme}.png")
        context.close()


def log_in(page: Page, url: str, who: str) -> None:
    page.goto(f"{url}/login")
    page.locator(f"button[value='{who}@proefpolder.example']").click()
    page.wait_for_url("**/timeline")


def picture(page: Page, url: str, shot: Shot, file: Path) -> None:
    page.goto(url + shot.path)
    if shot.click:
        page.locator(shot.click).first.click()
    page.wait_for_load_state("networkidle")
    page.screenshot(path=str(file))


def portrait(browser: Browser, url: str, file: Path) -> None:
    """The first screen of a parent, light and dark side by side, small enough for a README."""
    halves = []
    for scheme in SCHEMES:
        with tempfile.TemporaryDirectory() as folder:
            shot = Shot("parent", "ouder-twee", "/timeline")
            take(browser, url, [shot], "phone", scheme, Path(folder))
            halves.append(Image.open(Path(folder) / f"parent-phone-{scheme}.png").convert("RGB"))
    width, height = halves[0].size
    both = Image.new("RGB", (2 * width + GAP, height), "white")
    for at, half in enumerate(halves):
        both.paste(half, (at * (width + GAP), 0))
    file.parent.mkdir(parents=True, exist_ok=True)
    both.quantize(256, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(file, optimize=True)


if __name__ == "__main__":
    main()
