"""Scissors and paper for the drawn photos: flat shapes on a double-size sheet, then shrunk and grained.

A sheet is 1000 units on its shorter side, whatever its ratio; y points down. The camera (zoom and
centre) is applied to every shape, so one scene gives many views.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from functools import lru_cache
from random import Random

from PIL import Image, ImageChops, ImageDraw, ImageFilter

Colour = tuple[int, int, int]
Point = tuple[float, float]

LONGEST = 1280
STRIP = 8  # pixels of the large sheet that a fade paints in one colour: fewer than a shade is high
SHARP = 2  # drawn this much larger, because Pillow's shapes have hard edges


def mix(one: Colour, other: Colour, share: float) -> Colour:
    """`share` 0 is all of `one`, 1 all of `other`."""
    r, g, b = (round(a + (z - a) * share) for a, z in zip(one, other, strict=True))
    return r, g, b


def dark(colour: Colour, share: float = 0.18) -> Colour:
    return mix(colour, (34, 38, 66), share)


def light(colour: Colour, share: float = 0.25) -> Colour:
    return mix(colour, (255, 250, 236), share)


class Sheet:
    def __init__(self, size: tuple[int, int], rng: Random) -> None:
        self.size = size
        self.rng = rng
        self.unit = min(size) * SHARP / 1000
        self.w, self.h = size[0] * SHARP / self.unit, size[1] * SHARP / self.unit
        self.zoom, self.at = 1.0, (self.w / 2, self.h / 2)
        self.image = Image.new("RGB", (size[0] * SHARP, size[1] * SHARP), (244, 239, 226))
        self.pen = ImageDraw.Draw(self.image)

    @property
    def tall(self) -> bool:
        return self.h > self.w

    def look(self, zoom: float, x: float, y: float) -> None:
        """Move the camera, never so far that the sheet's edge comes into view."""
        half_w, half_h = self.w / 2 / zoom, self.h / 2 / zoom
        self.zoom = zoom
        self.at = (min(max(x, half_w), self.w - half_w), min(max(y, half_h), self.h - half_h))

    def dot(self, x: float, y: float) -> Point:
        k = self.zoom * self.unit
        return (x - self.at[0]) * k + self.image.width / 2, (y - self.at[1]) * k + self.image.height / 2

    def length(self, units: float) -> float:
        return units * self.zoom * self.unit

    # -- shapes ---------------------------------------------------------------------------------

    def shape(self, points: Iterable[Point], colour: Colour) -> None:
        self.pen.polygon([self.dot(*p) for p in points], fill=colour)

    def oval(self, x: float, y: float, rx: float, ry: float, colour: Colour) -> None:
        self.pen.ellipse((*self.dot(x - rx, y - ry), *self.dot(x + rx, y + ry)), fill=colour)

    def ring(self, x: float, y: float, r: float, width: float, colour: Colour) -> None:
        box = (*self.dot(x - r, y - r), *self.dot(x + r, y + r))
        self.pen.ellipse(box, outline=colour, width=max(2, round(self.length(width))))

    def box(self, x: float, y: float, w: float, h: float, colour: Colour, round_: float = 0) -> None:
        corners = (*self.dot(x, y), *self.dot(x + w, y + h))
        if round_:
            self.pen.rounded_rectangle(corners, self.length(round_), fill=colour)
        else:
            self.pen.rectangle(corners, fill=colour)

    def line(self, points: Sequence[Point], width: float, colour: Colour) -> None:
        """A line with round joints and ends, as a felt-tip makes it."""
        dots, thick = [self.dot(*p) for p in points], max(2, round(self.length(width)))
        self.pen.line(dots, fill=colour, width=thick, joint="curve")
        if thick > 6:
            r = thick / 2 - 0.5
            for x, y in (dots[0], dots[-1]):
                self.pen.ellipse((x - r, y - r, x + r, y + r), fill=colour)

    def cut(self, x: float, y: float, rx: float, ry: float, colour: Colour, wild: float = 0.07) -> None:
        """A round shape as scissors make it: never quite an oval."""
        a, b = self.rng.uniform(0, 6.3), self.rng.uniform(0, 6.3)
        points = []
        for step in range(28):
            t = step * math.tau / 28
            r = 1 + wild * (math.sin(3 * t + a) * 0.6 + math.sin(5 * t + b) * 0.4)
            points.append((x + rx * r * math.cos(t), y + ry * r * math.sin(t)))
        self.shape(points, colour)

    def slope(self, y: float, amp: float, colour: Colour, bottom: float | None = None) -> list[Point]:
        """Land from a gently waving edge at `y` down to `bottom`; gives that edge back."""
        a, k = self.rng.uniform(0, 6.3), self.rng.uniform(0.7, 1.5)
        xs = [self.w * i / 40 for i in range(-2, 43)]
        wave = [(x, y + amp * (math.sin(k * x / 160 + a) * 0.7 + math.sin(k * x / 67 + a) * 0.3)) for x in xs]
        low = self.h + 60 if bottom is None else bottom
        self.shape([*wave, (xs[-1], low), (xs[0], low)], colour)
        return wave

    def fade(self, y0: float, y1: float, top: Colour, bottom: Colour) -> None:
        """A soft change of colour over the whole width, in strips too thin to see."""
        first, last = round(self.dot(0, y0)[1]), round(self.dot(0, y1)[1])
        first_seen, last_seen = max(first, -STRIP), min(last, self.image.height + STRIP)
        for y in range(first_seen, last_seen, STRIP):
            colour = mix(top, bottom, (y - first) / max(1, last - first))
            self.pen.rectangle((0, y, self.image.width, y + STRIP), fill=colour)

    def scatter(self, n: int, y0: float, y1: float, size: float, colours: Sequence[Colour]) -> None:
        """Flecks on the ground, smaller when further away."""
        for _ in range(n):
            depth = self.rng.random() ** 0.7
            x, y, r = self.rng.uniform(0, self.w), y0 + (y1 - y0) * depth, size * (0.35 + 0.65 * depth)
            self.oval(x, y, r * 1.5, r * 0.7, self.rng.choice(colours))

    def tufts(self, n: int, y0: float, y1: float, colour: Colour) -> None:
        for _ in range(n):
            depth = self.rng.random()
            x, y, r = self.rng.uniform(0, self.w), y0 + (y1 - y0) * depth, 8 + 14 * depth
            self.shape(
                [
                    (x - r * 0.5, y),
                    (x - r * 0.6, y - r),
                    (x, y - r * 0.3),
                    (x + r * 0.1, y - r * 1.3),
                    (x + r * 0.3, y - r * 0.3),
                    (x + r * 0.8, y - r * 0.9),
                    (x + r * 0.5, y),
                ],
                colour,
            )

    def patch(self, x: float, y: float, rx: float, ry: float, colour: Colour) -> None:
        """A soft spot of light or dark."""
        self._soft(colour, x, y, rx, ry)

    def _soft(self, colour: Colour, x: float, y: float, rx: float, ry: float) -> None:
        left, top = (round(v) for v in self.dot(x - rx, y - ry))
        wide, high = max(1, round(self.length(rx * 2))), max(1, round(self.length(ry * 2)))
        self.image.paste(colour, (left, top), _glow().resize((wide, high), Image.Resampling.BILINEAR))

    # -- the print ------------------------------------------------------------------------------

    def print_(self, tint: Colour) -> Image.Image:
        return ImageChops.multiply(self.image.reduce(SHARP), _paper(self.size, tint))


@lru_cache(maxsize=1)
def _glow() -> Image.Image:
    fall = [int(150 * max(0.0, 1 - d / 127) ** 1.4) for d in range(256)]
    return Image.radial_gradient("L").point(fall)


@lru_cache(maxsize=16)
def _paper(size: tuple[int, int], tint: Colour) -> Image.Image:
    """Fibres, a breath of vignette and the light of the day, in one sheet to multiply with."""
    grain = Image.frombytes("L", (320, 320), Random(7).randbytes(320 * 320))
    coarse = grain.filter(ImageFilter.GaussianBlur(1.1)).resize((960, 960), Image.Resampling.BICUBIC)
    fibres = coarse.point([min(255, max(232, 251 + round((v - 128) * 0.11))) for v in range(256)])
    sheet = Image.new("L", size)
    for x in range(0, size[0], 960):
        for y in range(0, size[1], 960):
            sheet.paste(fibres, (x, y))
    edge = Image.radial_gradient("L").point([255 - max(0, v - 130) // 7 for v in range(256)])
    sheet = ImageChops.multiply(sheet, edge.resize(size, Image.Resampling.BILINEAR))
    return Image.merge("RGB", [sheet.point([v * t // 255 for v in range(256)]) for t in tint])
