"""Somebody with a browser. What the browser complains about is noted, and fails the test at the end."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import axe_playwright_python
from playwright.sync_api import Browser, ConsoleMessage, Page, Response, expect

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
"""Evaluated as text: our content policy lets no foreign script in, and a test must not weaken it."""

WATCH = """addEventListener("securitypolicyviolation", (event) =>
    console.error(`content policy: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`))"""
PHONE = (360, 780)
DESKTOP = (1280, 900)


class Visitor:
    """``visitor.page`` with what the tests do often. ``expects``: complaints that belong to the test."""

    def __init__(self, browser: Browser, url: str, login: str = "", *, script: bool = True, **options: Any) -> None:
        width, height = options.pop("screen", PHONE)
        self.url, self.script = url, script
        self.wrong: list[str] = []
        self.expects: list[str] = ["Service Worker registration blocked"]
        settings = {"locale": "nl-NL", "reduced_motion": "reduce", "service_workers": "block", **options}
        self.context = browser.new_context(
            viewport={"width": width, "height": height}, java_script_enabled=script, base_url=url, **settings
        )
        self.context.add_init_script(WATCH)
        if login:
            self.context.add_cookies([{"name": "login", "value": login, "url": url}])
        self.context.on("console", self._heard)
        self.context.on("weberror", lambda error: self.wrong.append(f"a script failed: {error.error}"))
        self.context.set_default_timeout(15_000)
        self.page: Page = self.context.new_page()

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and "status of 422" not in message.text:  # a form with its errors
            self.wrong.append(f"{message.text} ({message.location.get('url', '')})")

    def complaints(self) -> list[str]:
        return [one for one in self.wrong if not any(re.search(known, one) for known in self.expects)]

    def goto(self, path: str, status: int = 200) -> Page:
        """Opens a page that answers with this status."""
        if status >= 400:
            self.expects.append(rf"the server responded with a status of {status}")
        answer = self.page.goto(path)
        assert answer is not None
        assert answer.status == status, f"{path}: {answer.status}, not {status}"
        return self.page

    def status(self, path: str) -> int:
        """What the server says to this person about an address, without following redirects."""
        return int(self.context.request.get(path, max_redirects=0).status)

    def press(self, selector: str, seconds: float = 60) -> Response | None:
        """Presses a button and waits for the page it leads to; photos may take the server a while."""
        with self.page.expect_navigation(timeout=1000 * seconds) as going:
            self.page.locator(selector).click(no_wait_after=True, timeout=1000 * seconds)
        return going.value

    @contextmanager
    def no_page_load(self) -> Iterator[None]:
        """With scripts the page stays; a mark left in it proves so."""
        if self.script:
            self.page.evaluate("window.stayed = true")
        yield
        if self.script:
            assert self.page.evaluate("window.stayed === true"), "the whole page was loaded again"

    def says(self, sentence: str | re.Pattern[str]) -> None:
        expect(self.page.locator("#toasts")).to_contain_text(sentence)

    def axe(self, *rules: str, inside: str = "") -> list[str]:
        """What axe finds, one line an element; ``rules`` narrows it down."""
        if not self.page.evaluate("typeof window.axe === 'object'"):
            self.page.evaluate(AXE)
        options: dict[str, Any] = {"resultTypes": ["violations"]}
        if rules:
            options["runOnly"] = {"type": "rule", "values": list(rules)}
        found = self.page.evaluate("([inside, options]) => axe.run(inside || document, options)", [inside, options])[
            "violations"
        ]
        return [
            f"{one['id']}: {node['html'][:160]} – {' '.join((node.get('failureSummary') or '').split())[:300]}"
            for one in found
            for node in one["nodes"]
        ]

    def close(self) -> None:
        self.context.close()
