"""The small Markdown teachers write: paragraphs, bold, italics, lists, links. Everything else stays plain text."""

from __future__ import annotations

import re
from functools import lru_cache

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

TAGS = {"p", "br", "strong", "em", "ul", "ol", "li", "a"}
SCHEMES = {"http", "https", "mailto", "tel"}

_reader = (
    MarkdownIt("zero", {"linkify": True, "breaks": True})
    .enable(["newline", "linkify", "list", "emphasis", "escape", "link"])
)  # fmt: skip


@lru_cache(maxsize=4096)
def to_html(source: str) -> Markup:
    """Safe HTML of what somebody typed; rendered by today's rules every time, remembered per text."""
    rendered = _reader.render(source)
    clean = nh3.clean(
        rendered,
        tags=TAGS,
        attributes={"*": set(), "a": {"href"}, "ol": {"start"}},
        url_schemes=SCHEMES,
        link_rel="noopener noreferrer nofollow",
    )
    return Markup(clean.replace("<p>", '<p dir="auto">').replace("<li>", '<li dir="auto">'))  # noqa: S704 - cleaned


@lru_cache(maxsize=1024)
def to_text(source: str) -> str:
    """The same without marks, for search and summaries."""
    bare = re.sub(r"<[^>]+>", " ", str(to_html(source)))
    return re.sub(r"\s+", " ", bare).strip()


@lru_cache(maxsize=4096)
def is_long(source: str) -> bool:
    """Whether the text needs more than about six lines on a phone."""
    lines = sum(1 + len(line) // 42 for line in source.splitlines() if line.strip())
    return lines > 6
