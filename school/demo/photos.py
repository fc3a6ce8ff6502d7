"""Photos for the demo school, drawn by code: no file, no font, no real child.

`draw("sheep_pen", "album-12/3", "4:3", "autumn")` always gives the same picture. The part of the seed
before the slash stands for the outing (its weather), the whole for this one view of it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import Random

from PIL import Image

from school.demo import scenes_inside, scenes_outings, scenes_outside, scenes_tables
from school.demo.brush import LONGEST, Sheet
from school.demo.dice import dice
from school.demo.mood import Mood, mood

Scene = Callable[[Sheet, Mood], None]

_OUTSIDE: tuple[Scene, ...] = (
    scenes_outside.yard,
    scenes_outside.hopscotch,
    scenes_outside.kite,
    scenes_outside.puddle,
    scenes_outside.bicycles,
    scenes_outside.garden,
    scenes_outside.autumn_wood,
    scenes_outside.walk,
    scenes_outside.field,
    scenes_outside.slide,
)
_OUTINGS: tuple[Scene, ...] = (
    scenes_outings.sheep_pen,
    scenes_outings.sheep_close,
    scenes_outings.orchard,
    scenes_outings.beach,
    scenes_outings.canal,
    scenes_outings.steamboat,
    scenes_outings.shoes,
    scenes_outings.lanterns,
    scenes_outings.snow,
    scenes_outings.christmas,
    scenes_outings.campfire,
    scenes_outings.wood_trees,
)
_INSIDE: tuple[Scene, ...] = (
    scenes_inside.gym,
    scenes_inside.paintings,
    scenes_tables.baking,
    scenes_inside.planetarium,
    scenes_inside.books,
    scenes_inside.blocks,
    scenes_inside.circle,
    scenes_tables.lesson,
    scenes_tables.experiment,
    scenes_inside.stage,
    scenes_tables.clay,
    scenes_inside.windowsill,
    scenes_tables.robots,
    scenes_inside.atlas,
)
SCENES: dict[str, Scene] = {scene.__name__: scene for scene in (*_OUTSIDE, *_OUTINGS, *_INSIDE)}

RATIOS: dict[str, tuple[int, int]] = {
    "4:3": (LONGEST, 960),
    "3:4": (960, LONGEST),
    "3:2": (LONGEST, 853),
    "2:3": (853, LONGEST),
    "1:1": (1120, 1120),
    "16:9": (LONGEST, 720),
}


def draw(scene: str, seed: str, ratio: str = "4:3", season: str = "autumn") -> Image.Image:
    """One photo, 1280 px on its longest side (square ones 1120). `season` as in `mood.season_of`."""
    day, rng = mood(season, dice("weather", seed.split("/")[0])), dice("view", scene, seed)
    day = replace(day, inside=SCENES[scene] in _INSIDE or scene in ("shoes", "christmas"))
    sheet = Sheet(RATIOS[ratio], rng)
    _aim(sheet, rng)
    SCENES[scene](sheet, day)
    picture = sheet.print_(day.tint)
    return picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT) if rng.random() < 0.5 else picture


def _aim(sheet: Sheet, rng: Random) -> None:
    """Wide, nearer or close; close ones look at the lower middle, where things happen."""
    zoom = rng.choice((1.0, 1.0, 1.06, 1.12, 1.2, 1.32))
    sheet.look(zoom, sheet.w * rng.uniform(0.38, 0.62), sheet.h * rng.uniform(0.5, 0.66))
