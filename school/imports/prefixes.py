"""A prefix that stands inside a surname ("van den Berg", "Berg, van den"): what we offer, and never do by ourselves."""

from __future__ import annotations

_DUTCH = "aan bij d'r d. de den der het in onder op over te ten ter tot uijt uit van vd ver voor v. v.d v.d. v/d 's 't"
_GERMAN = "von vom zu zum zur"
_FOREIGN = "af al am auf aus ben bin da dal dalla das del della di do dos du el l' la las le les lo los"

SMALL = frozenset(f"{_DUTCH} {_GERMAN}".split())
"""Written small after a first name, also when the file gives them a capital."""
EVERY = SMALL | frozenset(_FOREIGN.split())
"""The foreign ones stay as they are written: El Amrani is not "el Amrani"."""


def offer(prefix: str, last_name: str) -> tuple[str, str] | None:
    """Prefix and surname as they could be, or nothing: ``("", "van den Berg")`` → ``("van den", "Berg")``.

    A prefix that stands in both fields is offered once.
    """
    before, core = _taken_from_the_front(last_name) or _taken_from_the_back(last_name) or ("", "")
    if not core or (prefix and before.casefold() != prefix.casefold()):
        return None
    return prefix or before, core


def _taken_from_the_front(last_name: str) -> tuple[str, str] | None:
    words = last_name.split()
    count = next((index for index, word in enumerate(words) if _plain(word) not in EVERY), 0)
    return (_small(words[:count]), " ".join(words[count:])) if count else None


def _taken_from_the_back(last_name: str) -> tuple[str, str] | None:
    core, _comma, after = last_name.rpartition(",")
    words = after.split()
    if not core.strip() or not words or any(_plain(word) not in EVERY for word in words):
        return None
    return _small(words), core.strip()


def _plain(word: str) -> str:
    return word.casefold().replace("’", "'").replace("‘", "'").replace("`", "'")


def _small(words: list[str]) -> str:
    return " ".join(word.lower() if _plain(word) in SMALL else word for word in words)
