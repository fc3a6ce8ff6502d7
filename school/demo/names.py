"""Names as they are heard on a Dutch schoolyard today. Everybody here is made up.

A family has one background, which gives its surnames and most of its first names; many children have a
name from elsewhere all the same, as in life. The names themselves are in `stories/names.txt`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

Surname = tuple[str, str]  # prefix, core: ("van den", "Broek")


@dataclass(frozen=True)
class Background:
    weight: int  # how often, out of a hundred families
    surnames: tuple[Surname, ...]
    children: tuple[str, ...]
    mothers: tuple[str, ...]
    fathers: tuple[str, ...]


@lru_cache(maxsize=1)
def backgrounds() -> tuple[Background, ...]:
    """Dutch first; the rest in no order that means anything."""
    text = Path(__file__).with_name("stories").joinpath("names.txt").read_text(encoding="utf-8")
    return tuple(_parse(block.splitlines()) for block in text.strip().split("\n\n"))


def _parse(lines: list[str]) -> Background:
    surnames, children, mothers, fathers = (tuple(line.partition(": ")[2].split(", ")) for line in lines[1:])
    return Background(int(lines[0].split()[1]), tuple(map(_surname, surnames)), children, mothers, fathers)


def _surname(whole: str) -> Surname:
    prefix, _, core = whole.rpartition(" ")
    return prefix, core


def shown(first: str, prefix: str, last: str) -> str:
    return " ".join(part for part in (first, prefix, last) if part)
