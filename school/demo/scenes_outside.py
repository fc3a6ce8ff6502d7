"""Drawn scenes on and around the schoolyard. Each takes a sheet and the day's mood."""

from __future__ import annotations

import math

from school.demo.brush import Colour, Sheet, dark, light, mix
from school.demo.figures import (
    CHALK,
    COATS,
    WOOD,
    adult,
    bicycle,
    child,
    clouds,
    crowd,
    crown,
    house,
    mill,
    pair,
    paper_boat,
    poplars,
    tree,
)
from school.demo.mood import Mood

STONE: Colour = (220, 208, 188)


def land(sheet: Sheet, mood: Mood, horizon: float, ground: Colour | None = None) -> None:
    """Sky, clouds, the far row of trees and the ground in front of it."""
    sheet.fade(-80, horizon + 10, mood.sky, mood.haze)
    if sheet.rng.random() < 0.5 and not mood.wet:
        x = sheet.rng.uniform(0.1, 0.9) * sheet.w
        sheet.patch(x, horizon * 0.35, 260, 260, (255, 248, 220))
        sheet.oval(x, horizon * 0.35, 46, 46, (255, 246, 214))
    clouds(sheet, mood, horizon)
    poplars(sheet, mood, horizon)
    if sheet.rng.random() < 0.3:
        mill(sheet, mood, sheet.rng.uniform(0.08, 0.92) * sheet.w, horizon + 4, sheet.rng.uniform(120, 190))
    colour = ground or mood.grass
    sheet.slope(horizon, 4, mix(colour, mood.haze, 0.35))
    sheet.slope(horizon + 50, 7, mix(colour, mood.haze, 0.12))
    sheet.slope(horizon + 130, 8, colour)


def rain(sheet: Sheet, mood: Mood) -> None:
    if mood.wet:
        for _ in range(70):
            x, y = sheet.rng.uniform(0, sheet.w), sheet.rng.uniform(0, sheet.h)
            sheet.line([(x, y), (x - 5, y + 24)], 1.6, light(mood.sky, 0.5))


def paving(sheet: Sheet, top: float, colour: Colour) -> None:
    """Tiles in perspective: rows that widen towards us."""
    sheet.fade(top, sheet.h + 10, light(colour, 0.12), colour)
    joint, y, gap = dark(colour, 0.1), top, 9.0
    while y < sheet.h + 40:
        sheet.line([(0, y), (sheet.w, y)], 1.8 + gap / 40, joint)
        y, gap = y + gap, gap * 1.28
    middle = sheet.w / 2
    for k in range(-16, 17):
        sheet.line([(middle + k * 50, top), (middle + k * 260, sheet.h + 40)], 2.2, joint)


def school(sheet: Sheet, mood: Mood, ground: float) -> None:
    """Our low brick school with large windows and drawings behind them."""
    brick, left = (190, 112, 84), sheet.rng.uniform(-0.1, 0.15) * sheet.w
    wide, high = sheet.w * 1.05, 210
    sheet.shape(
        [
            (left - 30, ground - high),
            (left + wide + 30, ground - high),
            (left + wide - 30, ground - high - 74),
            (left + 30, ground - high - 74),
        ],
        mix((110, 78, 74), mood.haze, 0.12),
    )
    sheet.box(left, ground - high, wide, high, mix(brick, mood.haze, 0.12))
    for k in range(9):
        x = left + 26 + k * wide / 9
        if k == 4:
            sheet.box(x, ground - 150, wide / 13, 150, (46, 112, 104))
            continue
        sheet.box(x, ground - 160, wide / 12, 104, CHALK)
        sheet.box(x + 5, ground - 155, wide / 12 - 10, 94, mix((116, 152, 168), mood.haze, 0.3))
        for _ in range(3):
            px, py = x + sheet.rng.uniform(10, wide / 12 - 34), ground - sheet.rng.uniform(90, 146)
            sheet.box(px, py, 22, 26, sheet.rng.choice(COATS))


def yard(sheet: Sheet, mood: Mood) -> None:
    line = sheet.h * sheet.rng.uniform(0.4, 0.5)
    sheet.fade(-80, line, mood.sky, mood.haze)
    clouds(sheet, mood, line)
    school(sheet, mood, line)
    paving(sheet, line, STONE)
    tree(sheet, mood, sheet.w * sheet.rng.choice((0.1, 0.88)), line + 90, 430)
    _chalked(sheet, line)
    crowd(sheet, mood, sheet.rng.randint(9, 13), (40, line + 50, sheet.w - 40, sheet.h * 0.95), 245)
    rain(sheet, mood)


def _chalked(sheet: Sheet, line: float) -> None:
    """Suns, rings and a ball: what a yard looks like at half past ten."""
    for _ in range(3):
        x, y, tone = (
            sheet.rng.uniform(0, sheet.w),
            sheet.rng.uniform(line + 160, sheet.h),
            sheet.rng.choice(COATS),
        )
        pale = mix(light(tone, 0.5), STONE, 0.35)
        points = [(x + 90 * math.cos(k * 0.63), y + 36 * math.sin(k * 0.63)) for k in range(11)]
        sheet.line(points, 7, pale)
        for k in range(8):
            c, s = math.cos(k * 0.785), math.sin(k * 0.785)
            sheet.line([(x + 110 * c, y + 44 * s), (x + 150 * c, y + 60 * s)], 6, pale)
    bx, by = sheet.rng.uniform(0.1, 0.9) * sheet.w, sheet.rng.uniform(line + 200, sheet.h * 0.95)
    sheet.oval(bx, by + 22, 28, 8, dark(STONE, 0.25))
    sheet.oval(bx, by, 25, 25, sheet.rng.choice(COATS))


def hopscotch(sheet: Sheet, mood: Mood) -> None:
    top = sheet.h * 0.16
    sheet.fade(-10, top, mood.haze, light(mood.grass, 0.3))
    sheet.slope(top - 40, 6, mood.grass)
    paving(sheet, top, STONE)
    middle, y, size = sheet.w * sheet.rng.uniform(0.42, 0.58), sheet.h * 0.95, 150.0
    chalk = [sheet.rng.choice(((250, 247, 238), (244, 186, 170), (180, 214, 226), (246, 222, 150))) for _ in range(12)]
    for row in range(7):
        for side in (-1, 0) if row % 3 == 2 else (-0.5,):
            x = middle + side * size
            low, lean = y - size * 0.62, size * 0.05
            tile = [(x, y), (x + size, y), (x + size - lean, low), (x + lean, low), (x, y)]
            sheet.line(tile, size * 0.05, chalk[row])
        y, size = y - size * 0.64, size * 0.88
    rng = sheet.rng
    child(sheet, mood, middle + rng.uniform(-20, 20), sheet.h * rng.uniform(0.55, 0.8), 280).stand("both", 0.1)
    crowd(sheet, mood, 3, (20, sheet.h * 0.4, sheet.w * 0.3, sheet.h * 0.75), 230)
    crowd(sheet, mood, 2, (sheet.w * 0.72, sheet.h * 0.4, sheet.w - 20, sheet.h * 0.85), 230)


def kite(sheet: Sheet, mood: Mood) -> None:
    horizon = sheet.h * sheet.rng.uniform(0.62, 0.72)
    land(sheet, mood, horizon)
    sheet.tufts(40, horizon + 150, sheet.h, dark(mood.grass, 0.12))
    for _ in range(sheet.rng.randint(2, 3)):
        x, y = sheet.rng.uniform(0.15, 0.85) * sheet.w, sheet.rng.uniform(horizon + 120, sheet.h * 0.96)
        _flown(
            sheet,
            x + sheet.rng.uniform(-150, 150),
            sheet.rng.uniform(0.12, 0.42) * sheet.h,
            (x + 24, y - 140),
        )
        child(sheet, mood, x, y, 180).stand("right", 0.5)
    crowd(sheet, mood, 3, (0, horizon + 60, sheet.w, horizon + 110), 110)


def _flown(sheet: Sheet, x: float, y: float, hand: tuple[float, float]) -> None:
    one, other = sheet.rng.sample(COATS, 2)
    sway = [((x * (6 - k) + hand[0] * k) / 6 + 14 * math.sin(k), (y * (6 - k) + hand[1] * k) / 6) for k in range(7)]
    sheet.line(sway, 2.2, CHALK)
    r = sheet.rng.uniform(60, 90)
    sheet.shape([(x, y - r), (x + r * 0.66, y), (x, y + r), (x - r * 0.66, y)], one)
    sheet.shape([(x, y - r), (x + r * 0.66, y), (x, y)], other)
    sheet.shape([(x, y + r), (x - r * 0.66, y), (x, y)], other)
    tail = [(x + 22 * math.sin(k * 1.1), y + r + k * 24) for k in range(7)]
    sheet.line(tail, 3, CHALK)
    for tx, ty in tail[1:]:
        sheet.shape([(tx - 15, ty - 8), (tx + 15, ty + 8), (tx + 15, ty - 8), (tx - 15, ty + 8)], one)


def puddle(sheet: Sheet, mood: Mood) -> None:
    paving(sheet, -60, mix(STONE, (150, 156, 164), 0.35))
    x, y = sheet.w * sheet.rng.uniform(0.42, 0.58), sheet.h * sheet.rng.uniform(0.58, 0.64)
    water = mix(mood.sky, (96, 140, 160), 0.3)
    sheet.cut(x, y, sheet.w * 0.42, sheet.h * 0.25, dark(STONE, 0.16), 0.1)
    sheet.cut(x, y + 5, sheet.w * 0.4, sheet.h * 0.23, water, 0.1)
    sheet.cut(x - 60, y - 30, sheet.w * 0.2, sheet.h * 0.06, light(water, 0.35), 0.14)
    for k in range(sheet.rng.randint(4, 6)):
        bx = x + (k - 2.2) * sheet.w * 0.13 + sheet.rng.uniform(-20, 20)
        by = y + sheet.rng.uniform(-0.1, 0.15) * sheet.h
        sheet.oval(bx, by, 74, 13, light(water, 0.3))
        paper_boat(sheet, bx, by, sheet.rng.uniform(80, 105), sheet.rng.choice((CHALK, *COATS)))
    for k in range(4):
        kid = child(sheet, mood, x + (k - 1.5) * sheet.w * 0.2, y - sheet.h * sheet.rng.uniform(0.22, 0.27), 230)
        kid.sit(back=False)
    rain(sheet, mood)


def bicycles(sheet: Sheet, mood: Mood) -> None:
    line = sheet.h * 0.46
    sheet.fade(-80, line, mood.sky, mood.haze)
    clouds(sheet, mood, line)
    x = -20.0
    while x < sheet.w:
        wide = sheet.rng.uniform(150, 210)
        brick = sheet.rng.choice(((190, 112, 84), (164, 88, 74), (214, 190, 160), (120, 96, 92), (202, 140, 96)))
        house(sheet, x, line + 4, wide, sheet.rng.uniform(270, 360), mix(brick, mood.haze, 0.18))
        x += wide + 4
    paving(sheet, line, STONE)
    for k in range(sheet.rng.randint(3, 4)):
        bx, by = sheet.w * (0.16 + k * 0.24), sheet.h * sheet.rng.uniform(0.74, 0.9)
        bicycle(sheet, bx, by, 240, sheet.rng.choice(COATS))
        if sheet.rng.random() < 0.6:
            child(sheet, mood, bx + sheet.rng.uniform(110, 140), by + 6, 250).stand("left")
    for k in range(3):
        cone = (sheet.w * (0.2 + k * 0.3), sheet.h * 0.96)
        sheet.shape([(cone[0] - 26, cone[1]), (cone[0], cone[1] - 70), (cone[0] + 26, cone[1])], (230, 118, 66))
        sheet.box(cone[0] - 14, cone[1] - 34, 28, 12, CHALK)


def garden(sheet: Sheet, mood: Mood) -> None:
    horizon = sheet.h * 0.28
    land(sheet, mood, horizon)
    soil: Colour = (122, 92, 72)
    for row in range(4):
        y = sheet.h * (0.46 + row * 0.15)
        sheet.cut(sheet.w / 2, y + 20, sheet.w * 0.6, 44 + row * 6, dark(soil, 0.12 - row * 0.02), 0.03)
        sheet.cut(sheet.w / 2, y + 12, sheet.w * 0.6, 38 + row * 6, soil, 0.03)
        crop = sheet.rng.randint(0, 3)
        for k in range(15):
            _plant(sheet, sheet.w * (k + 0.5) / 15 + sheet.rng.uniform(-9, 9), y + 4, 34 + row * 7, crop)
        if sheet.rng.random() < 0.8:
            kid = child(sheet, mood, sheet.rng.uniform(0.12, 0.88) * sheet.w, y + 58 + row * 5, 200 + row * 24)
            kid.stand(sheet.rng.choice(("left", "right", "both")), 0.6) if sheet.rng.random() < 0.6 else kid.sit()


def _plant(sheet: Sheet, x: float, y: float, size: float, crop: int) -> None:
    green: Colour = ((98, 150, 84), (128, 170, 90), (88, 130, 92), (150, 182, 106))[crop]
    for lean in (-0.6, 0.0, 0.6):
        sheet.line([(x, y), (x + lean * size * 0.5, y - size * (1 - abs(lean) * 0.4))], size * 0.16, green)
    if crop == 0:
        sheet.cut(x, y - 2, size * 0.22, size * 0.2, (232, 136, 62))
    elif crop == 1:
        sheet.cut(x, y - size * 0.3, size * 0.42, size * 0.34, light(green, 0.3))
    elif crop == 2:
        sheet.oval(x, y - size, size * 0.24, size * 0.24, (238, 186, 66))


def autumn_wood(sheet: Sheet, mood: Mood) -> None:
    horizon, fire = sheet.h * 0.42, mood.leaves
    sheet.fade(-80, horizon + 60, mix(mood.haze, (250, 226, 176), 0.4), light(fire[0], 0.55))
    for k in range(16):
        x = sheet.w * (k + sheet.rng.random()) / 16
        sheet.box(x, -60, sheet.rng.uniform(8, 18), horizon + 90, mix(fire[k % len(fire)], mood.haze, 0.5))
    sheet.slope(horizon + 20, 10, mix(fire[2], (150, 140, 90), 0.4))
    path = sheet.w * sheet.rng.uniform(0.4, 0.6)
    sheet.shape(
        [(path - 30, horizon + 30), (path + 30, horizon + 30), (path + 330, sheet.h + 60), (path - 330, sheet.h + 60)],
        (206, 178, 132),
    )
    sheet.scatter(260, horizon + 40, sheet.h + 20, 13, [*fire, light(fire[0]), dark(fire[1])])
    _walkers(sheet, mood, path, horizon)
    for side in (-1, 1):
        for k in range(3):
            x = path + side * (250 + k * 150 + sheet.rng.uniform(-30, 30))
            y = horizon + 60 + k * sheet.h * 0.15
            trunk = dark(mix((120, 88, 66), mood.haze, 0.1), 0.1)
            sheet.shape(
                [(x - 16 - k * 7, y), (x - 11 - k * 4, -80), (x + 11 + k * 4, -80), (x + 18 + k * 8, y)],
                trunk,
            )
            crown(sheet, mood, x + sheet.rng.uniform(-40, 40), sheet.rng.uniform(-30, 110), 130 + k * 22)


def _walkers(sheet: Sheet, mood: Mood, path: float, horizon: float) -> None:
    for k in range(4):
        y = horizon + 90 + k * sheet.h * 0.105
        pair(sheet, mood, path + sheet.rng.uniform(-40, 40) * (1 + k * 0.4), y, 112 + k * 40)


def walk(sheet: Sheet, mood: Mood) -> None:
    horizon = sheet.h * sheet.rng.uniform(0.4, 0.5)
    land(sheet, mood, horizon)
    middle, water = sheet.w * sheet.rng.uniform(0.36, 0.5), mix(mood.sky, (110, 150, 164), 0.25)
    sheet.shape(
        [
            (middle + 150, horizon + 6),
            (middle + 180, horizon + 6),
            (sheet.w + 500, sheet.h + 60),
            (middle + 620, sheet.h + 60),
        ],
        water,
    )
    sheet.shape(
        [
            (middle - 12, horizon + 6),
            (middle + 22, horizon + 6),
            (middle + 300, sheet.h + 60),
            (middle - 300, sheet.h + 60),
        ],
        (214, 196, 160),
    )
    sheet.tufts(36, horizon + 110, sheet.h, dark(mood.grass, 0.14))
    grown = adult(sheet, mood, middle - 30, horizon + 70, 84)
    grown.stand("left", 0.4)
    _walkers(sheet, mood, middle + 10, horizon + 10)
    tree(sheet, mood, sheet.w * 0.06, horizon + 210, 500)
    rain(sheet, mood)


def field(sheet: Sheet, mood: Mood) -> None:
    horizon = sheet.h * 0.36
    land(sheet, mood, horizon)
    for k in range(6):
        y = horizon + 140 + k * 110
        if k % 2:
            sheet.fade(y, y + 110, light(mood.grass, 0.12), light(mood.grass, 0.12))
    for side in (-1, 1):
        gx, gy = sheet.w / 2 + side * sheet.w * 0.38, horizon + 190
        sheet.line([(gx - 70, gy), (gx - 70, gy - 110), (gx + 70, gy - 110), (gx + 70, gy)], 8, CHALK)
    sheet.line([(0, sheet.h * 0.72), (sheet.w, sheet.h * 0.7)], 7, CHALK)
    crowd(sheet, mood, sheet.rng.randint(6, 8), (60, horizon + 170, sheet.w - 60, sheet.h * 0.93), 210)
    ball = (sheet.rng.uniform(0.3, 0.7) * sheet.w, sheet.rng.uniform(0.66, 0.9) * sheet.h)
    sheet.oval(ball[0], ball[1] + 24, 30, 8, dark(mood.grass, 0.25))
    sheet.oval(*ball, 26, 26, CHALK)
    sheet.cut(ball[0] + 4, ball[1] - 3, 10, 10, (70, 74, 84))


def slide(sheet: Sheet, mood: Mood) -> None:
    line = sheet.h * 0.42
    land(sheet, mood, line)
    sheet.slope(line + 150, 12, (226, 206, 164))
    x, y, tone = sheet.w * sheet.rng.uniform(0.3, 0.45), sheet.h * 0.84, sheet.rng.choice(COATS)
    for leg in (0, 120):
        sheet.line([(x + leg, y), (x + leg, y - 380)], 18, WOOD)
    for step in range(6):
        sheet.line([(x, y - 50 - step * 56), (x + 120, y - 50 - step * 56)], 12, dark(WOOD))
    child(sheet, mood, x + 62, y - 318, 170).stand("up", back=False)
    sheet.shape([(x + 112, y - 336), (x + 150, y - 336), (x + 500, y - 24), (x + 560, y), (x + 430, y)], tone)
    sheet.line([(x + 140, y - 350), (x + 500, y - 36), (x + 570, y - 22)], 16, dark(tone))
    sheet.shape([(x - 50, y - 470), (x + 170, y - 470), (x + 60, y - 580)], sheet.rng.choice(COATS))
    sheet.line([(x - 20, y - 470), (x - 20, y - 320)], 10, WOOD)
    sheet.line([(x + 140, y - 470), (x + 140, y - 320)], 10, WOOD)
    crowd(sheet, mood, 4, (sheet.w * 0.05, y + 10, sheet.w * 0.95, sheet.h * 0.96), 200)
