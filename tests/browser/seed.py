"""Fills an instance for the browser tests, in a process of its own: ``python -m tests.browser.seed <folder>``.

Prints as JSON a login token for each person of the cast and the address of each post by its name.
"""

from __future__ import annotations

import json
import os
import sys
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

from flask import current_app
from PIL import Image, ImageDraw

from app import create_app
from school import photos, schema
from school.feed import Post
from school.lib import tokens
from school.lib.config import Config
from school.lib.db import writing
from tests import cast, factories, house
from tests.cast import Cast

ARABIC = "غدًا نذهب إلى المزرعة. هل يمكنك إعطاء طفلك أحذية مطاطية؟"
LONG = "Vanochtend begonnen we met een kring over de boerderij, en daarna liepen we naar buiten. " * 30
WIDE = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
COLOURS = ("#7a9e7e", "#d9a566", "#5b8aa6", "#b56b6b", "#8f7fb0", "#c7b94f", "#6aa79b")
EDGES = {"small": 320, "medium": 640, "large": 1200}


def main() -> None:
    house.hash_cheaply()
    os.fsync = lambda _file: None  # no power cut is expected
    app = create_app(Path(sys.argv[1]), Config(free_space_floor=0))
    app.extensions["media"].reserve = 0
    with app.app_context():
        schema.prepare(Path(sys.argv[1]))
        cast.build()
        people = Cast()
        with writing():
            made = posts(people)
            logins = {key: factories.session(getattr(people, key))[1] for key in cast.EVERYBODY}
            told = {"logins": logins, "posts": {name: f"/posts/{post.public_id}" for name, post in made.items()}}
    app.extensions["studio"].close()
    print(json.dumps(told))


def posts(people: Cast) -> dict[str, Post]:
    """Enough for a timeline of several pages, and one of each kind a page looks different for."""
    teacher, five = people.teacher, [people.five]
    for number in range(12):
        factories.post(teacher, five, title=f"Dag {number}", days_ago=10 + number)
    made = {
        "plain": factories.post(teacher, five, title="Verkeersexamen", days_ago=8),
        "read_on": factories.post(teacher, five, title="Een lang verhaal", body=LONG, days_ago=2),
        "arabic": factories.post(teacher, five, title="المزرعة", body=ARABIC, days_ago=6),
        "goals": factories.post(teacher, five, title="Rekenen", kind="goals", days_ago=5),
        "help": factories.post(teacher, five, title=f"Wie rijdt er? {WIDE}", kind="help", days_ago=5),
        "school": factories.post(people.director, title="Studiedag", must_read=True, days_ago=4),
        "must_0": factories.post(teacher, five, title="Lees dit", must_read=True, days_ago=4),
        "must_1": factories.post(teacher, five, title="Lees ook dit", must_read=True, days_ago=4),
        "six": factories.post(people.other_teacher, [people.six], title="Zwemmen", days_ago=4),
        "album": factories.post(teacher, five, title="Naar de schapen", kind="album", days_ago=3),
        "lively": factories.post(teacher, five, title="Wat vonden jullie?", days_ago=2),
        "draft": factories.post(teacher, five, title="Nog niet af", status="draft"),
        "scheduled": factories.post(teacher, five, title="Voor morgen", status="scheduled"),
        "withdrawn": factories.post(teacher, five, title="Toch niet", status="withdrawn"),
    }
    factories.document(made["school"])
    factories.comment(made["lively"], people.mother, "Lotte vertelde er **alles** over.")
    for post in (made["album"], made["draft"]):
        for number, colour in enumerate(COLOURS):
            photo(post, number + 1, colour, caption=f"Schaap {number + 1}" if number % 2 == 0 else "")
    photo(made["six"], 1, COLOURS[0])
    for mode in "01":
        made[f"full_{mode}"] = factories.post(teacher, five, title="Vol", status="draft")
        for _number in range(39):
            factories.photo(made[f"full_{mode}"])
        made[f"order_{mode}"] = factories.post(teacher, five, title="Op volgorde", status="draft")
        for number, colour in enumerate(COLOURS[:4]):
            photo(made[f"order_{mode}"], number + 1, colour)
        made[f"leave_{mode}"] = factories.post(teacher, five, title="Wordt ingetrokken", days_ago=1)
        photo(made[f"leave_{mode}"], 1, COLOURS[1])
    return made


def photo(post: Post, number: int, colour: str, **words: str) -> None:
    """A photo in three real sizes, upright for every third one, with its number on it."""
    public_id = tokens.media_id()
    shape = (3, 4) if number % 3 == 0 else (4, 3)
    renditions = {size: _rendition(shape, edge, colour, number) for size, edge in EDGES.items()}
    store: Any = current_app.extensions["media"]
    with store.workspace() as work:
        for size, (content, _what) in renditions.items():
            (work / f"{size}.webp").write_bytes(content)
        store.keep(public_id, {f"{size}.webp": work / f"{size}.webp" for size in renditions})
    kept = {size: what for size, (_content, what) in renditions.items()}
    made = photos.add_photo(post.id, public_id, name="", colour=colour, renditions=kept)
    for name, words_ in words.items():
        setattr(made, name, words_)


@cache
def _rendition(shape: tuple[int, int], edge: int, colour: str, number: int) -> tuple[bytes, str]:
    size = (edge * shape[0] // 4, edge * shape[1] // 4)
    image = Image.new("RGB", size, colour)
    pen = ImageDraw.Draw(image)
    pen.ellipse((size[0] * 0.3, size[1] * 0.3, size[0] * 0.7, size[1] * 0.7), fill="#f4efe6")
    pen.text((size[0] * 0.5, size[1] * 0.5), str(number), fill="#222222", font_size=edge // 6, anchor="mm")
    made = BytesIO()
    image.save(made, "WEBP", quality=70, method=0)
    return made.getvalue(), f"{size[0]}x{size[1]}.webp"


if __name__ == "__main__":
    main()
