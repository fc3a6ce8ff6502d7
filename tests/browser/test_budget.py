"""A parent on a slow connection: the first view is small, the second one hardly asks for anything."""

from __future__ import annotations

from typing import Any

from tests.browser.conftest import Visit
from tests.browser.visitor import Visitor

MOST = 60 * 1024
OURS = ("text/html", "text/css", "text/javascript", "application/javascript", "image/svg+xml")


class Wire:
    """What came over the wire for a page, photos left out: address → compressed bytes with headers."""

    def __init__(self, visitor: Visitor) -> None:
        self.kinds: dict[str, tuple[str, str]] = {}
        self.bytes: dict[str, int] = {}
        self.cached: set[str] = set()
        session = visitor.context.new_cdp_session(visitor.page)
        session.on("Network.responseReceived", self._begin)
        session.on("Network.requestServedFromCache", lambda event: self.cached.add(event["requestId"]))
        session.on("Network.loadingFinished", self._end)
        session.send("Network.enable")

    def _begin(self, event: dict[str, Any]) -> None:
        answer = event["response"]
        self.kinds[event["requestId"]] = (answer["mimeType"], answer["url"])
        if answer.get("fromDiskCache"):
            self.cached.add(event["requestId"])

    def _end(self, event: dict[str, Any]) -> None:
        self.bytes[event["requestId"]] = int(event["encodedDataLength"])

    def came(self) -> dict[str, tuple[str, int]]:
        """Address → kind and bytes, of what was not in the cache."""
        return {
            url: (kind, self.bytes.get(request, 0))
            for request, (kind, url) in self.kinds.items()
            if kind in OURS and request not in self.cached
        }


def test_the_first_view_of_a_timeline_is_small_and_the_second_smaller(visit: Visit) -> None:
    parent = visit("parent")
    first = Wire(parent)
    parent.goto("/timeline")
    parent.page.wait_for_load_state("networkidle")
    came = first.came()
    total = sum(size for _kind, size in came.values())
    assert len(came) >= 4, came
    assert total <= MOST, f"{total} bytes: {came}"
    assert [url.rpartition("/")[2] for url, (kind, _size) in came.items() if "javascript" in kind] == ["all.js"]
    sheets = sorted((url.rpartition("/")[2], size) for url, (kind, size) in came.items() if kind == "text/css")
    (accent, accent_size), (bundle, _bundle_size) = sheets
    assert bundle == "all.css"
    assert accent[:-4].isdigit()
    assert accent_size < 1000

    second = Wire(parent)
    parent.goto("/timeline")
    parent.page.wait_for_load_state("networkidle")
    assert [kind for kind, _size in second.came().values()] == ["text/html"], second.came()
