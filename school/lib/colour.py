"""Colours as OKLCH, for placeholders that need no inline style."""

from __future__ import annotations

import math
from functools import lru_cache

HUES, LIGHTS = 8, 4


@lru_cache(maxsize=4096)
def tone(colour: str) -> int:
    """The nearest of the 32 placeholder classes (``.tone-0`` … ``.tone-31``): hue bucket × 4 + lightness step."""
    lightness, _chroma, hue = oklch(colour)
    step = min(LIGHTS - 1, int(lightness * LIGHTS))
    return int(hue / (360 / HUES)) % HUES * LIGHTS + step


def oklch(colour: str) -> tuple[float, float, float]:
    """Lightness 0–1, chroma and hue in degrees of ``"#rrggbb"`` (Björn Ottosson's Oklab)."""
    red, green, blue = (_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    l_ = math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    m_ = math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    s_ = math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    lightness = 0.2104542553 * l_ + 0.7936177850 * m_ - 0.0040720468 * s_
    a = 1.9779984951 * l_ - 2.4285922050 * m_ + 0.4505937099 * s_
    b = 0.0259040371 * l_ + 0.7827717662 * m_ - 0.8086757660 * s_
    return lightness, math.hypot(a, b), math.degrees(math.atan2(b, a)) % 360


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
