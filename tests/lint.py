"""What every page of ours keeps to (DESIGN §4, SAFETY §5); the ordinary test client checks it on each answer."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from xml.etree.ElementTree import Element

import html5lib

TOKEN = re.compile(r'(name="csrf_token" value="|name="csrf-token" content=")[0-9a-f.]+')
IDENTIFIER = re.compile(r"(?:post|comment|photo|document|child|group|person|session)s?[-/]\d+(?=[/?#\s,]|$)")
LEAKS = ("None", "{{", "{%", "%(", "Undefined", "<bound method", "object at 0x")
UNLABELLED = {"hidden", "submit", "button", "reset", "image"}
KNOWN_ERRORS = {"expected-doctype-but-got-start-tag"}


def problems(text: str, *, whole: bool) -> tuple[str, ...]:
    """What is wrong with a page, or with a fragment of one; empty when all is well."""
    return _problems(TOKEN.sub(r"\1", text), whole)


@lru_cache(maxsize=500)
def _problems(text: str, whole: bool) -> tuple[str, ...]:
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    tree = parser.parse(text) if whole else parser.parseFragment(text)
    found = [f"does not parse: {code} at {place}" for place, code, _data in parser.errors if code not in KNOWN_ERRORS]
    for rule in (_ids, _labels, _pictures, _forms, _inline, _htmx, _addresses, _words):
        found += rule(tree)
    if whole:
        found += _whole(tree)
    return tuple(found)


def _elements(tree: Element, *names: str) -> Iterator[Element]:
    """Elements by name; comments have a function for a name and are left out."""
    return (one for one in tree.iter() if isinstance(one.tag, str) and (not names or one.tag in names))


def words_of(element: Element) -> str:
    return re.sub(r"\s+", " ", "".join(element.itertext())).strip()


def _whole(tree: Element) -> Iterator[str]:
    html = tree if tree.tag == "html" else tree.find("html")
    if html is None or not html.get("lang"):
        yield "the page says no language"
    heads = [words_of(one) for one in _elements(tree, "h1")]
    if len(heads) != 1:
        yield f"{len(heads)} h1: {heads}"
    title = next((words_of(one) for one in _elements(tree, "title")), "")
    if not heads or not heads[0] or not title.startswith(heads[0]):
        yield f"the title {title!r} does not begin with the h1 {heads}"


def _ids(tree: Element) -> Iterator[str]:
    counted = Counter(one.get("id") for one in _elements(tree) if one.get("id"))
    yield from (f"id {name} {number} times" for name, number in counted.items() if number > 1)
    for one in _elements(tree):
        for name in ("aria-labelledby", "aria-describedby", "aria-controls"):
            for target in (one.get(name) or "").split():
                if target not in counted and tree.tag == "html":
                    yield f"{name} points at {target}, which is not there"


def _labels(tree: Element) -> Iterator[str]:
    labelled = {one.get("for") for one in _elements(tree, "label")}
    inside = {field for label in _elements(tree, "label") for field in _elements(label, "input", "textarea", "select")}
    for one in _elements(tree, "input", "textarea", "select"):
        named = one.get("aria-label") or one.get("aria-labelledby") or one.get("id") in labelled or one in inside
        if one.get("type") not in UNLABELLED and not named:
            yield f"the field {one.get('name')} has no label"
    for one in _elements(tree, "a", "button", "summary"):
        if not words_of(one) and not one.get("aria-label") and not one.get("title") and not _has_alt(one):
            yield f"a {one.tag} without words: {one.attrib}"


def _has_alt(element: Element) -> bool:
    return any(one.get("alt") for one in _elements(element, "img"))


def _pictures(tree: Element) -> Iterator[str]:
    for one in _elements(tree, "img"):
        if one.get("alt") is None:
            yield f"an image without alt: {one.get('src')}"
    for one in _elements(tree, "video"):
        if not one.get("aria-label"):
            yield f"a film without a name: {one.get('src')}"


def _forms(tree: Element) -> Iterator[str]:
    for form in _elements(tree, "form"):
        method = (form.get("method") or "get").lower()
        named = [one.get("name") for one in _elements(form, "input")]
        if method == "post" and named.count("csrf_token") != 1:
            yield f"the form to {form.get('action')} has {named.count('csrf_token')} CSRF tokens"
        if method == "get" and "csrf_token" in named:
            yield f"the form to {form.get('action')} puts its CSRF token in the address"
        if not form.get("action"):
            yield "a form that does not say where to"


def _inline(tree: Element) -> Iterator[str]:
    for one in _elements(tree):
        if one.tag == "style" or (one.tag == "script" and (not one.get("src") or words_of(one))):
            yield f"an inline {one.tag}"
        for name, value in one.attrib.items():
            if str(name).startswith("on") or name == "style":
                yield f"{one.tag} with {name}="
            if str(value).strip().lower().startswith("javascript:"):
                yield f"{one.tag} with a script in {name}"


def _htmx(tree: Element) -> Iterator[str]:
    for one in _elements(tree):
        get, post = one.get("hx-get"), one.get("hx-post")
        method = (one.get("method") or "get").lower()
        if get and not (one.get("href") == get or (one.tag == "form" and method == "get" and one.get("action") == get)):
            yield f"hx-get={get} on a {one.tag} that does not lead there without a script"
        if post and not (one.tag == "form" and method == "post" and one.get("action") == post):
            yield f"hx-post={post} on a {one.tag} that does not post there without a script"
        yield from (f"{name} on a {one.tag}" for name in ("hx-put", "hx-patch", "hx-delete") if one.get(name))


def _addresses(tree: Element) -> Iterator[str]:
    for one in _elements(tree):
        for name in ("href", "src", "action", "formaction", "hx-get", "hx-post", "srcset", "poster"):
            value = one.get(name) or ""
            if value.startswith("http:") or (one.tag != "a" and value.startswith(("https:", "//"))):
                yield f"{one.tag} leads away: {value}"
            if IDENTIFIER.search(value.partition("#")[0]):
                yield f"an internal id in {value}"


def _words(tree: Element) -> Iterator[str]:
    written = " ".join([words_of(tree), *(value for one in _elements(tree) for value in one.attrib.values())])
    yield from (
        f"{leak} in the words of the page" for leak in LEAKS if re.search(rf"(?<!\w){re.escape(leak)}", written)
    )
