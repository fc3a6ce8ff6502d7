"""A real Chromium against the real program: one served school per worker, a fresh browser profile per visitor."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

from tests.browser.visitor import Visitor
from tests.screenshots import ARGUMENTS
from tests.serving import ROOT, Served

Visit = Callable[..., Visitor]


def find_chromium() -> str | None:
    return os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here drives a browser; where there is none that is only an error for the build machine."""
    here = Path(__file__).parent
    missing = find_chromium() is None and os.environ.get("CI") != "true"
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if missing:
                item.add_marker(pytest.mark.skip("no Chromium"))


@dataclass(frozen=True)
class Place:
    """The served school: its program, a login token a person, the posts by name."""

    served: Served
    logins: dict[str, str]
    posts: dict[str, str]

    @property
    def url(self) -> str:
        return self.served.url


@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    """Ends with the browser tests: its event loop must not be in the way of other tests."""
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="package")
def browser(playwright: Playwright) -> Iterator[Browser]:
    chromium = find_chromium()
    assert chromium, "no Chromium: apt-get install chromium"
    started = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
    yield started
    started.close()


@pytest.fixture(scope="package")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("served") / "instance"
    told = json.loads(
        subprocess.run(
            [sys.executable, "-m", "tests.browser.seed", str(folder)],
            cwd=ROOT,
            check=True,
            stdout=subprocess.PIPE,
            timeout=120,
        ).stdout
    )
    with Served(folder, SCHOOL_FREE_SPACE_FLOOR="0") as served:
        yield Place(served, told["logins"], told["posts"])


@pytest.fixture
def visit(browser: Browser, place: Place) -> Iterator[Visit]:
    """``visit("parent", script=False)``: somebody of the cast with a browser; nobody is a stranger.

    At the end no browser may have complained: no error in its console, nothing against the content policy.
    """
    visitors: list[Visitor] = []

    def begin(who: str = "", **options: Any) -> Visitor:
        login = place.logins[who] if who else ""
        visitors.append(Visitor(browser, place.url, login, **options))
        return visitors[-1]

    yield begin
    for visitor in visitors:
        visitor.close()
    complaints = [one for visitor in visitors for one in visitor.complaints()]
    if any("status of 500" in one for one in complaints):
        complaints += place.served.log.read_text(encoding="utf-8").splitlines()[-4:]
    assert not complaints, "the browser complained:\n  " + "\n  ".join(complaints)


@pytest.fixture(params=[True, False], ids=["script", "plain"])
def script(request: pytest.FixtureRequest) -> bool:
    """With JavaScript and without: everything works both ways."""
    return bool(request.param)
