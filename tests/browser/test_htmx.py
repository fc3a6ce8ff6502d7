"""Attributes and events of htmx 2 do nothing in htmx 4, in silence: none may be left.

The package has a script for this that is not part of the vendored file; these are the things it looks for.
"""

from __future__ import annotations

import re

from tests.serving import ROOT

GONE = (
    "hx-vars", "hx-params", "hx-prompt", "hx-ext", "hx-disinherit", "hx-inherit", "hx-request", "hx-history",
    "hx-history-elt", "hx-disable", "hx-disabled-elt", "sse-connect", "sse-swap", "ws-connect", "ws-send",
)  # fmt: skip
ATTRIBUTE = re.compile(rf"\s(?:data-)?(?:{'|'.join(GONE)})(?=[\s=>:])")
EVENT = re.compile(r"htmx:[a-z]+[A-Z]\w*|htmx:(?:load|validation|xhr|timeout)\b")
CALL = re.compile(r"htmx\.(?:addClass|removeClass|toggleClass|closest|remove|off|location|logAll|defineExtension)\(")
TAG = re.compile(r"<[a-z][^<>]*\shx-(?:target|swap|select|trigger|include|vals|headers|confirm|indicator)=[^<>]*>")
ASKS = re.compile(r"\shx-(?:get|post)=")


def test_nothing_of_htmx_2_is_left() -> None:
    found = []
    for file in [*(ROOT / "templates").rglob("*.html"), *(ROOT / "static" / "js").glob("*.js")]:
        text = file.read_text(encoding="utf-8")
        for pattern in (ATTRIBUTE, EVENT, CALL):
            found += [f"{file.name}: {one.group().strip()}" for one in pattern.finditer(text)]
        found += [f"{file.name}: inherited by nobody: {tag}" for tag in TAG.findall(text) if not ASKS.search(tag)]
    assert found == []


def test_the_vendored_htmx_is_the_one_the_page_runs() -> None:
    order = (ROOT / "static" / "js" / "order.txt").read_text(encoding="utf-8").split()
    assert [line for line in order if "htmx" in line] == ["vendor/htmx-4.0.1/htmx.min.js"]
    assert order[0].startswith("vendor/htmx"), "our scripts need it"
