"""The demo's words. They live in `stories/`, one topic a block, with ways to say it: `{one|other}`.

A block opens with `## kind levels | scenes … | photos a-b | months a-b`, then a line `T:` with its titles,
then its body. `$groep`, `$leraar` and `$titel` (with a capital, if need be) become who is writing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from random import Random

FOLDER = Path(__file__).with_name("stories")
_CHOICE = re.compile(r"\{([^{}]*\|[^{}]*)\}")


@dataclass(frozen=True)
class Story:
    key: str
    kind: str  # "news" | "album" | "help"
    levels: range  # empty: for the whole school
    titles: tuple[str, ...]
    body: str
    scenes: tuple[str, ...]
    photos: tuple[int, int]
    months: frozenset[int]
    must_read: bool = False
    aligned: bool = False  # choices as long as the titles go with the title, so that text and title agree

    def fits(self, level: int, month: int) -> bool:
        return level in self.levels and month in self.months


@lru_cache(maxsize=1)
def stories() -> tuple[Story, ...]:
    """Every topic for groups, and for the whole school."""
    files = ("kleuters", "midden", "bovenbouw", "help", "school")
    return tuple(story for name in files for story in _parse(name))


def _parse(name: str) -> Iterator[Story]:
    for number, block in enumerate(_read(name).split("## ")[1:]):
        head, titles, body = block.split("\n", 2)
        kind, facts = _head(head)
        low, high = _span(facts.get("photos", "0-0"))
        yield Story(
            key=f"{name}-{number}",
            kind=kind[0],
            levels=range(int(kind[1].split("-")[0]), int(kind[1].split("-")[1]) + 1) if len(kind) > 1 else range(0),
            titles=tuple(title.strip() for title in _split(titles.removeprefix("T:"))),
            body=body.strip(),
            scenes=tuple(facts["scenes"].split()),
            photos=(low, high),
            months=_months(facts.get("months", "1-12")),
            must_read="must" in facts,
            aligned="aligned" in facts,
        )


def _head(line: str) -> tuple[list[str], dict[str, str]]:
    first, *rest = (part.strip() for part in line.split("|"))
    return first.split(), {part.split(" ")[0]: part.partition(" ")[2] for part in rest}


def _split(text: str) -> list[str]:
    """On `|`, but not inside braces."""
    return re.split(r"\|(?![^{]*\})", text)


def _span(text: str) -> tuple[int, int]:
    low, high = text.split("-")
    return int(low), int(high)


def _months(text: str) -> frozenset[int]:
    """`12-2` goes round the year's end."""
    first, last = _span(text)
    return frozenset((first - 1 + n) % 12 + 1 for n in range((last - first) % 12 + 1))


def _read(name: str) -> str:
    return (FOLDER / f"{name}.txt").read_text(encoding="utf-8")


def told(story: Story, title: int, rng: Random, group: str = "", salutation: str = "juf") -> str:
    """The body that goes with the title of this number."""

    def chosen(found: re.Match[str]) -> str:
        options = found[1].split("|")
        return options[title] if len(options) == len(story.titles) else found[0]

    body = _CHOICE.sub(chosen, story.body) if story.aligned else story.body
    return said(body, rng, group, salutation)


def said(text: str, rng: Random, group: str = "", salutation: str = "juf") -> str:
    """The text with every choice made and the writer filled in."""
    while _CHOICE.search(text):
        text = _CHOICE.sub(lambda found: rng.choice(found[1].split("|")), text)
    for word, value in (("groep", f"groep {group}"), ("leraar", f"de {salutation}"), ("titel", salutation)):
        text = text.replace(f"${word.capitalize()}", value[:1].upper() + value[1:]).replace(f"${word}", value)
    return text


def lines(name: str) -> tuple[str, ...]:
    """The loose sentences of `comments`, `offers` or `questions` (these as `question > answer`)."""
    return tuple(part.strip() for part in _read(name).replace("\n", " ").split(" | "))


@lru_cache(maxsize=1)
def scene_words() -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    """For each scene: descriptions for who cannot see it, and captions."""
    found = {}
    for line in _read("scenes").strip().splitlines():
        scene, _, words = line.partition(": ")
        alts, _, captions = words.partition(" > ")
        found[scene] = (tuple(alts.split(" | ")), tuple(captions.split(" | ")))
    return found


MONTHS = (
    "januari",
    "februari",
    "maart",
    "april",
    "mei",
    "juni",
    "juli",
    "augustus",
    "september",
    "oktober",
    "november",
    "december",
)
_INTROS = (
    "Hier werken we in $maand aan:",
    "Dit leren we deze maand:",
    "Waar gaat het in $maand over? Hierover:",
    "Onze plannen voor $maand op een rij.",
    "Na $dezemaand kunnen we dit:",
    "Voor op de koelkast, de doelen van $maand:",
    "$Maand staat in het teken van:",
    "In de klas oefenen we in $maand elke dag met:",
    "Vier dingen staan in $maand bovenaan:",
)
_TIPS = (
    "Thuis oefenen mag, een paar minuten is genoeg.",
    "**Tip:** vraag niet *hoe was het*, maar *wat lukte er vandaag*.",
    "Samen een spelletje doen helpt meer dan een werkblad.",
    "Voorlezen blijft het beste wat je kunt doen, ook als ze zelf al lezen.",
    "Wil je zien hoe we dit uitleggen? Vraag het aan je kind. Uitleggen is de beste oefening.",
    "Lukt iets niet? Geen zorgen, we komen er nog vaak op terug.",
    "In de gang hangt een werkje bij elk doel.",
    "Tel, lees of reken mee in de winkel. Daar is het echt.",
    "Op de volgende kijkmiddag laten we zien wat we kunnen.",
    "Heb je een vraag hierover? Na half drie ben ik in de klas.",
)


def goals(level: int, month: int, rng: Random) -> str:
    """The post about what a year level works on in a month (1–12); four months pass before a goal returns."""
    rows = [row.partition(" ")[2].partition(": ") for row in _read("goals").splitlines() if row.startswith(f"{level} ")]
    items = [f"- **{subject}:** {said(_split(options)[month % 4].strip(), rng)}" for subject, _, options in rows]
    name = MONTHS[month - 1]
    intro = (
        rng.choice(_INTROS)
        .replace("$dezemaand", "deze maand")
        .replace("$maand", name)
        .replace("$Maand", name.capitalize())
    )
    return "\n".join([intro, "", *items, "", rng.choice(_TIPS)])
