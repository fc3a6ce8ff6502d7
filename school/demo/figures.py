"""What lives in the drawn photos: small people seen from behind or afar, animals, trees, houses.

Nobody has a face: a demo must never look as if it showed a real child.
"""

from __future__ import annotations

import math
from random import Random

from school.demo.brush import Colour, Sheet, dark, light, mix
from school.demo.mood import Mood

COATS: tuple[Colour, ...] = (
    (222, 108, 84),
    (230, 168, 66),
    (46, 138, 128),
    (104, 166, 200),
    (140, 92, 134),
    (126, 164, 82),
    (220, 144, 162),
    (62, 94, 142),
    (238, 224, 192),
    (182, 84, 62),
    (86, 122, 104),
    (242, 198, 102),
)
SKINS: tuple[Colour, ...] = (
    (242, 208, 180),
    (236, 192, 158),
    (224, 172, 134),
    (198, 136, 99),
    (155, 101, 68),
    (111, 70, 48),
)
HAIRS: tuple[Colour, ...] = (
    (43, 33, 30),
    (58, 42, 36),
    (74, 50, 38),
    (122, 82, 48),
    (150, 104, 58),
    (188, 140, 78),
    (217, 179, 108),
    (164, 80, 46),
)
TROUSERS: tuple[Colour, ...] = (
    (66, 78, 108),
    (92, 84, 78),
    (78, 104, 122),
    (120, 90, 82),
    (58, 66, 74),
    (146, 116, 84),
)
WOOD: Colour = (168, 124, 84)
CHALK: Colour = (250, 247, 238)


class Person:
    """One small figure; `h` is its height in units, (x, y) where its feet stand."""

    def __init__(self, sheet: Sheet, x: float, y: float, h: float, rng: Random, hat: float = 0.0) -> None:
        self.s, self.x, self.y, self.h, self.rng = sheet, x, y, h, rng
        self.skin, self.hair = rng.choice((*SKINS[:3], *SKINS)), rng.choice(HAIRS)
        if SKINS.index(self.skin) > 2:  # light hair on dark skin would look odd
            self.hair = rng.choice(HAIRS[:3])
        self.coat, self.legs = rng.choice(COATS), rng.choice(TROUSERS)
        self.hat = rng.choice(COATS) if rng.random() < hat else None
        self.long_hair, self.scarf = rng.random() < 0.4, False

    def stand(self, arms: str = "down", step: float = 0.0, pack: bool = False, back: bool = True) -> None:
        """`arms`: down, up, left, right or both; `step` is how wide the legs are (0–1)."""
        h, x, y = self.h, self.x, self.y
        self.s.oval(x, y, h * 0.2, h * 0.035, dark(self.s_ground(), 0.28))
        self._legs(step)
        self._arms(arms)
        top, hip = y - h * 0.7, y - h * 0.3
        self.s.shape([(x - h * 0.1, top), (x + h * 0.1, top), (x + h * 0.155, hip), (x - h * 0.155, hip)], self.coat)
        self.s.oval(x, top + h * 0.02, h * 0.1, h * 0.045, self.coat)
        if pack:
            bag = dark(COATS[(COATS.index(self.coat) + 4) % len(COATS)], 0.1)
            self.s.box(x - h * 0.095, top + h * 0.03, h * 0.19, h * 0.25, bag, h * 0.05)
            self.s.box(x - h * 0.065, top + h * 0.16, h * 0.13, h * 0.09, dark(bag), h * 0.03)
        self.head(x, y - h * 0.83, h * 0.145, back)

    def s_ground(self) -> Colour:
        px, py = self.s.dot(self.x, self.y)
        image = self.s.image
        inside = (min(max(int(px), 0), image.width - 1), min(max(int(py), 0), image.height - 1))
        found = image.getpixel(inside)
        assert isinstance(found, tuple)
        return found[0], found[1], found[2]

    def sit(self, back: bool = True) -> None:
        h, x, y = self.h, self.x, self.y
        self.s.oval(x, y, h * 0.27, h * 0.06, dark(self.s_ground(), 0.25))
        self.s.line([(x - h * 0.2, y - h * 0.02), (x + h * 0.2, y - h * 0.02)], h * 0.12, self.legs)
        top = y - h * 0.4
        self.s.shape([(x - h * 0.1, top), (x + h * 0.1, top), (x + h * 0.16, y), (x - h * 0.16, y)], self.coat)
        self.s.oval(x, top, h * 0.1, h * 0.05, self.coat)
        self.head(x, top - h * 0.12, h * 0.145, back)

    def bust(self, arms: str = "down") -> None:
        """Behind a table: from the hips up, `y` is the table's edge."""
        h, x, y = self.h, self.x, self.y
        self.s.shape(
            [(x - h * 0.1, y - h * 0.4), (x + h * 0.1, y - h * 0.4), (x + h * 0.17, y), (x - h * 0.17, y)],
            self.coat,
        )
        self._arms_from(y - h * 0.36, arms)
        self.s.oval(x, y - h * 0.39, h * 0.1, h * 0.05, self.coat)
        self.head(x, y - h * 0.53, h * 0.145, back=False)

    def head(self, x: float, y: float, r: float, back: bool) -> None:
        s = self.s
        s.box(x - r * 0.3, y + r * 0.5, r * 0.6, r * 0.7, dark(self.skin, 0.1))
        if self.scarf:
            s.oval(x, y, r * 1.08, r * 1.12, self.coat)
            s.shape(
                [
                    (x - r, y + r * 0.2),
                    (x + r, y + r * 0.2),
                    (x + r * 0.8, y + r * 1.7),
                    (x - r * 0.8, y + r * 1.7),
                ],
                self.coat,
            )
            return
        if self.long_hair:
            self._locks(x, y, r, back)
        s.oval(x - r * 0.95, y + r * 0.1, r * 0.2, r * 0.24, self.skin)
        s.oval(x + r * 0.95, y + r * 0.1, r * 0.2, r * 0.24, self.skin)
        if back:
            s.oval(x, y, r, r * 1.05, self.hair)
            s.oval(x - r * 0.25, y - r * 0.35, r * 0.5, r * 0.4, light(self.hair, 0.1))
        else:
            s.oval(x, y, r, r * 1.05, self.skin)
            self._fringe(x, y, r)
        if self.hat:
            self._hat(x, y, r)

    def _locks(self, x: float, y: float, r: float, back: bool) -> None:
        if back:
            self.s.box(x - r * 0.95, y - r * 0.2, r * 1.9, r * 1.6, self.hair, r * 0.5)
            return
        for side in (-1, 1):
            self.s.oval(x + side * r * 0.86, y + r * 0.45, r * 0.36, r * 0.85, self.hair)

    def _fringe(self, x: float, y: float, r: float) -> None:
        cap = [(x + r * 1.04 * math.cos(t / 10), y - r * 1.1 * math.sin(t / 10)) for t in range(32)]
        self.s.shape(
            [*cap, (x - r * 0.95, y - r * 0.1), (x - r * 0.2, y - r * 0.45), (x + r * 0.9, y - r * 0.1)],
            self.hair,
        )

    def _hat(self, x: float, y: float, r: float) -> None:
        assert self.hat
        dome = [(x + r * 1.1 * math.cos(t / 10), y - r * 0.15 - r * 1.1 * math.sin(t / 10)) for t in range(32)]
        self.s.shape(dome, self.hat)
        self.s.box(x - r * 1.15, y - r * 0.35, r * 2.3, r * 0.4, light(self.hat), r * 0.2)
        self.s.oval(x, y - r * 1.3, r * 0.3, r * 0.3, light(self.hat))

    def _legs(self, step: float) -> None:
        h, x, y = self.h, self.x, self.y
        for side in (-1, 1):
            foot = x + side * h * (0.06 + 0.1 * step)
            self.s.line([(x + side * h * 0.06, y - h * 0.32), (foot, y - h * 0.05)], h * 0.085, self.legs)
            self.s.oval(foot + side * h * 0.012, y - h * 0.02, h * 0.06, h * 0.032, dark(self.legs, 0.5))

    def _arms(self, arms: str) -> None:
        self._arms_from(self.y - self.h * 0.64, arms)

    def _arms_from(self, shoulder: float, arms: str) -> None:
        for side in (-1, 1):
            raised = arms in ("up", "both") or arms == ("left" if side < 0 else "right")
            self._arm(side, shoulder, 2 if arms == "up" else int(raised))

    def _arm(self, side: int, shoulder: float, lift: int) -> None:
        h, x = self.h, self.x + side * self.h * 0.09
        ends = ((0.1, 0.27), (0.24, -0.02), (0.15, -0.25))[lift]
        hand = (x + side * h * ends[0], shoulder + h * ends[1])
        self.s.line([(x, shoulder), hand], h * 0.075, dark(self.coat, 0.12))
        self.s.oval(*hand, h * 0.04, h * 0.04, self.skin)


def child(sheet: Sheet, mood: Mood, x: float, y: float, h: float) -> Person:
    return Person(
        sheet,
        x,
        y,
        h * sheet.rng.uniform(0.9, 1.08),
        sheet.rng,
        hat=0.0 if mood.inside else 0.45 if mood.cold else 0.08,
    )


def adult(sheet: Sheet, mood: Mood, x: float, y: float, h: float) -> Person:
    grown = Person(sheet, x, y, h * 1.42, sheet.rng, hat=0.15 if mood.cold else 0.0)
    grown.scarf = grown.hat is None and sheet.rng.random() < 0.2
    return grown


def crowd(sheet: Sheet, mood: Mood, n: int, area: tuple[float, float, float, float], h: float) -> None:
    """`n` children in (x0, y0, x1, y1), drawn from back to front, smaller when further away."""
    x0, y0, x1, y1 = area
    rng, gap = sheet.rng, (x1 - x0) / max(1, n)
    spots = [(x0 + gap * (i + rng.uniform(0.25, 0.75)), rng.uniform(y0, y1)) for i in range(n)]
    for x, y in sorted(spots, key=lambda spot: spot[1]):
        size = h * (0.72 + 0.28 * (y - y0) / max(1, y1 - y0))
        arms = rng.choice(("down", "down", "down", "left", "right", "both", "up"))
        child(sheet, mood, x, y, size).stand(
            arms, rng.random(), pack=rng.random() < 0.25 and not mood.inside, back=rng.random() < 0.75
        )


def pair(sheet: Sheet, mood: Mood, x: float, y: float, h: float, pack: bool = True) -> None:
    """Two by two, hand in hand, from behind."""
    gap = h * 0.36
    sheet.line([(x - gap * 0.25, y - h * 0.36), (x + gap * 0.25, y - h * 0.36)], h * 0.07, dark((200, 150, 120)))
    for side in (-1, 1):
        child(sheet, mood, x + side * gap / 2, y, h).stand(step=sheet.rng.random() * 0.6, pack=pack)


def cloud(sheet: Sheet, mood: Mood, x: float, y: float, size: float) -> None:
    for dx, dy, r in (
        (-0.9, 0.1, 0.5),
        (-0.35, -0.22, 0.62),
        (0.3, -0.3, 0.7),
        (0.95, 0.08, 0.5),
        (0, 0.15, 0.9),
    ):
        k = sheet.rng.uniform(0.85, 1.15) * size
        sheet.cut(x + dx * size, y + dy * size, r * k, r * k * 0.55, mood.cloud, 0.04)


def clouds(sheet: Sheet, mood: Mood, horizon: float) -> None:
    for _ in range(sheet.rng.randint(2, 4)):
        y = sheet.rng.uniform(40, horizon * 0.62)
        cloud(
            sheet,
            mood,
            sheet.rng.uniform(0, sheet.w),
            y,
            sheet.rng.uniform(60, 130) * (1.2 - y / horizon * 0.6),
        )


def tree(sheet: Sheet, mood: Mood, x: float, y: float, h: float) -> None:
    bark = mix((96, 76, 62), mood.haze, 0.12)
    sheet.shape(
        [(x - h * 0.035, y), (x - h * 0.02, y - h * 0.6), (x + h * 0.02, y - h * 0.6), (x + h * 0.04, y)],
        bark,
    )
    for side, rise in ((-1, 0.42), (1, 0.5), (-1, 0.58), (1, 0.36)):
        tip = (x + side * h * sheet.rng.uniform(0.14, 0.24), y - h * (rise + sheet.rng.uniform(0.16, 0.3)))
        sheet.line([(x, y - h * rise), tip], h * 0.018, bark)
        if mood.bare:
            mid = ((x + tip[0]) / 2, (y - h * rise + tip[1]) / 2)
            sheet.line([mid, (mid[0] + side * h * 0.02, mid[1] - h * 0.16)], h * 0.011, bark)
    if mood.bare:
        sheet.line([(x, y - h * 0.58), (x + h * 0.02, y - h * 0.92)], h * 0.02, bark)
        return
    crown(sheet, mood, x, y - h * 0.66, h * 0.3)


def crown(sheet: Sheet, mood: Mood, x: float, y: float, r: float) -> None:
    leaf = sheet.rng.choice(mood.leaves)
    sheet.cut(x, y, r, r * 1.08, leaf)
    sheet.cut(x - r * 0.25, y - r * 0.3, r * 0.6, r * 0.58, light(leaf, 0.14))
    for _ in range(9):
        a, d = sheet.rng.uniform(0, 6.3), sheet.rng.uniform(0.1, 0.85) * r
        sheet.oval(x + d * math.cos(a), y + d * math.sin(a), r * 0.07, r * 0.045, dark(leaf, 0.14))


def poplars(sheet: Sheet, mood: Mood, horizon: float) -> None:
    """The row of trees every polder ends in."""
    far = mix(mood.leaves[0], mood.haze, 0.45)
    x = sheet.rng.uniform(-50, sheet.w * 0.6)
    for _ in range(sheet.rng.randint(5, 11)):
        h = sheet.rng.uniform(46, 74)
        sheet.cut(x, horizon - h * 0.5, h * 0.17, h * 0.56, far, 0.05)
        x += sheet.rng.uniform(24, 44)


def mill(sheet: Sheet, mood: Mood, x: float, y: float, h: float) -> None:
    body = mix((112, 86, 72), mood.haze, 0.25)
    sheet.shape([(x - h * 0.17, y), (x - h * 0.09, y - h * 0.5), (x + h * 0.09, y - h * 0.5), (x + h * 0.17, y)], body)
    sheet.cut(x, y - h * 0.52, h * 0.11, h * 0.09, dark(body), 0.03)
    turn = sheet.rng.uniform(0, 1.5)
    for k in range(4):
        a = turn + k * math.pi / 2
        c, s_ = math.cos(a), math.sin(a)
        sheet.line([(x, y - h * 0.52), (x + c * h * 0.42, y - h * 0.52 + s_ * h * 0.42)], h * 0.018, dark(body, 0.35))
        near, end, wide = h * 0.1, h * 0.4, h * 0.075
        sail = [
            (x + c * d - s_ * o, y - h * 0.52 + s_ * d + c * o)
            for d, o in ((near, 0), (end, 0), (end, wide), (near, wide))
        ]
        sheet.shape(sail, light(mix(body, CHALK, 0.55), 0.1))


def house(sheet: Sheet, x: float, y: float, w: float, h: float, brick: Colour) -> None:
    """A Dutch gable with a stepped top."""
    sheet.box(x, y - h * 0.7, w, h * 0.7, brick)
    for step in range(4):
        inset = w * 0.11 * (step + 0.4)
        sheet.box(x + inset, y - h * (0.78 + step * 0.075), w - inset * 2, h * 0.09, brick)
    sheet.box(x, y - h * 0.71, w, h * 0.012, light(brick, 0.5))
    for row in range(2):
        for col in range(2):
            wx, wy = x + w * (0.17 + col * 0.4), y - h * (0.62 - row * 0.26)
            sheet.box(wx, wy, w * 0.26, h * 0.16, light(brick, 0.75))
            sheet.box(wx + w * 0.02, wy + h * 0.012, w * 0.22, h * 0.136, (108, 136, 150))
    sheet.box(x + w * 0.38, y - h * 0.13, w * 0.24, h * 0.13, (52, 96, 84))


def sheep(sheet: Sheet, x: float, y: float, h: float, face: int = 1) -> None:
    """`face` 1 looks right, -1 left."""
    wool: Colour = sheet.rng.choice(((246, 240, 226), (238, 230, 212), (250, 246, 236), (214, 202, 184)))
    skin: Colour = sheet.rng.choice(((66, 58, 54), (92, 78, 68), (226, 206, 184)))
    sheet.oval(x, y, h * 0.66, h * 0.09, dark((150, 160, 96), 0.25))
    for dx in (-0.36, -0.2, 0.2, 0.36):
        sheet.line([(x + dx * h, y - h * 0.35), (x + dx * h, y - h * 0.03)], h * 0.085, skin)
    sheet.cut(x, y - h * 0.58, h * 0.62, h * 0.36, dark(wool, 0.1))
    for k in range(11):
        a = k * math.tau / 11
        sheet.cut(x + math.cos(a) * h * 0.44, y - h * 0.62 + math.sin(a) * h * 0.2, h * 0.2, h * 0.18, wool)
    sheet.cut(x, y - h * 0.62, h * 0.46, h * 0.24, wool)
    hx, hy = x + face * h * 0.66, y - h * 0.74
    sheet.oval(hx - face * h * 0.14, hy - h * 0.02, h * 0.16, h * 0.06, dark(skin, 0.2))
    sheet.cut(hx, hy + h * 0.05, h * 0.15, h * 0.2, skin, 0.04)
    sheet.cut(hx - face * h * 0.05, hy - h * 0.12, h * 0.14, h * 0.09, wool)


def bicycle(sheet: Sheet, x: float, y: float, h: float, paint: Colour) -> None:
    r = h * 0.29
    rim: Colour = (62, 64, 70)
    back, front, crank = (x - h * 0.42, y - r), (x + h * 0.42, y - r), (x - h * 0.02, y - r)
    for wheel in (back, front):
        sheet.ring(*wheel, r, h * 0.035, rim)
        for k in range(4):
            a = k * math.pi / 4 + 0.2
            dx, dy = math.cos(a) * r * 0.92, math.sin(a) * r * 0.92
            sheet.line([(wheel[0] - dx, wheel[1] - dy), (wheel[0] + dx, wheel[1] + dy)], h * 0.006, (140, 142, 144))
    seat, head = (x - h * 0.16, y - h * 0.74), (x + h * 0.28, y - h * 0.8)
    for path in ([back, seat, crank, back], [crank, (x + h * 0.3, y - h * 0.7)], [head, front]):
        sheet.line(path, h * 0.035, paint)
    sheet.line([(x - h * 0.25, seat[1] - h * 0.02), (x - h * 0.08, seat[1] - h * 0.02)], h * 0.055, (58, 48, 44))
    sheet.line([head, (x + h * 0.24, head[1] - h * 0.1), (x + h * 0.12, head[1] - h * 0.1)], h * 0.035, rim)


def paper_boat(sheet: Sheet, x: float, y: float, h: float, paper: Colour) -> None:
    sheet.shape([(x - h * 0.1, y - h * 0.28), (x + h * 0.16, y - h * 0.28), (x, y - h * 0.95)], light(paper))
    sheet.shape([(x, y - h * 0.95), (x + h * 0.16, y - h * 0.28), (x + h * 0.34, y - h * 0.28)], dark(paper, 0.12))
    sheet.shape(
        [(x - h * 0.75, y - h * 0.42), (x + h * 0.75, y - h * 0.42), (x + h * 0.42, y), (x - h * 0.42, y)],
        paper,
    )
    sheet.shape([(x, y - h * 0.2), (x + h * 0.75, y - h * 0.42), (x + h * 0.42, y)], dark(paper, 0.1))
