"""The weather of a day: one outing has one sky, whatever way the camera looks."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from school.demo.brush import Colour


@dataclass(frozen=True)
class Mood:
    season: str  # "spring" | "summer" | "autumn" | "winter"
    sky: Colour
    haze: Colour  # the sky just above the horizon
    cloud: Colour
    grass: Colour
    leaves: tuple[Colour, ...]
    tint: Colour
    wet: bool = False
    inside: bool = False  # no hats, no bags
    room: tuple[int, int, int] = (0, 0, 0)  # wall, floor and rug: an outing stays in one classroom

    @property
    def bare(self) -> bool:
        return self.season == "winter"

    @property
    def cold(self) -> bool:
        return self.season in ("autumn", "winter") and not self.inside


_GREENS: tuple[Colour, ...] = ((112, 152, 82), (140, 172, 92), (92, 132, 84), (168, 186, 104))
_BLOSSOM: tuple[Colour, ...] = ((150, 182, 100), (176, 198, 112), (236, 196, 200), (124, 164, 92))
_AMBERS: tuple[Colour, ...] = ((214, 138, 62), (190, 92, 58), (226, 174, 78), (150, 140, 72), (168, 76, 56))
_BARE: tuple[Colour, ...] = ((128, 124, 104), (150, 146, 118), (104, 112, 96))

_LAND: dict[str, tuple[Colour, tuple[Colour, ...]]] = {
    "spring": ((158, 190, 104), _BLOSSOM),
    "summer": ((164, 184, 92), _GREENS),
    "autumn": ((164, 180, 98), _AMBERS),
    "winter": ((156, 174, 128), _BARE),
}
_SKIES: dict[str, tuple[Colour, Colour, Colour, Colour, bool]] = {
    "clear": ((118, 178, 210), (224, 236, 226), (252, 250, 242), (255, 252, 244), False),
    "golden": ((146, 190, 208), (252, 226, 178), (254, 244, 222), (255, 246, 226), False),
    "cloudy": ((160, 184, 194), (228, 230, 220), (246, 245, 238), (252, 252, 248), False),
    "drizzle": ((142, 160, 172), (206, 212, 210), (222, 226, 224), (243, 247, 250), True),
    "crisp": ((134, 176, 212), (244, 228, 220), (252, 246, 246), (249, 251, 255), False),
}
_USUAL = {
    "spring": ("clear", "cloudy", "clear", "golden", "drizzle"),
    "summer": ("clear", "clear", "golden", "cloudy"),
    "autumn": ("golden", "cloudy", "clear", "drizzle", "golden"),
    "winter": ("crisp", "cloudy", "golden", "drizzle", "crisp"),
}


def mood(season: str, rng: Random) -> Mood:
    sky, haze, cloud, tint, wet = _SKIES[rng.choice(_USUAL[season])]
    grass, leaves = _LAND[season]
    room = rng.randrange(5), rng.randrange(4), rng.randrange(12)
    return Mood(season, sky, haze, cloud, grass, leaves, tint, wet, room=room)


def season_of(month: int) -> str:
    return (
        "winter",
        "winter",
        "spring",
        "spring",
        "spring",
        "summer",
        "summer",
        "summer",
        "autumn",
        "autumn",
        "autumn",
        "winter",
    )[month - 1]
