"""Drawn scenes inside the school building."""

from __future__ import annotations

import math

from school.demo.brush import Colour, Sheet, dark, light, mix
from school.demo.figures import CHALK, COATS, WOOD, adult, child, clouds, crowd
from school.demo.mood import Mood

WALLS: tuple[tuple[Colour, Colour], ...] = (
    ((240, 230, 206), (232, 218, 190)),
    ((214, 228, 220), (202, 218, 208)),
    ((238, 220, 206), (230, 208, 190)),
    ((218, 226, 234), (206, 216, 226)),
    ((240, 234, 220), (226, 220, 204)),
)
FLOORS: tuple[Colour, ...] = ((196, 158, 116), (176, 184, 178), (204, 178, 140), (160, 150, 146))


def room(sheet: Sheet, mood: Mood, floor: float, window: bool = True) -> Colour:
    """Wall, floor, a window with today's weather; gives the floor's colour."""
    (top, low), ground = WALLS[mood.room[0]], FLOORS[mood.room[1]]
    sheet.fade(-80, floor, top, low)
    if window:
        _window(sheet, mood, sheet.w * sheet.rng.uniform(0.04, 0.6), floor * 0.14, 330, floor * 0.5)
    sheet.fade(floor, sheet.h + 40, light(ground, 0.1), dark(ground, 0.06))
    sheet.box(-20, floor - 12, sheet.w + 40, 14, light(low, 0.5))
    return ground


def _window(sheet: Sheet, mood: Mood, x: float, y: float, w: float, h: float) -> None:
    sheet.box(x - 12, y - 12, w + 24, h + 24, (252, 250, 242), 6)
    sheet.box(x, y, w, h, mix(mood.sky, mood.haze, 0.4))
    sheet.cut(x + w * 0.3, y + h * 0.3, w * 0.2, h * 0.1, mood.cloud)
    sheet.cut(x + w * 0.72, y + h * 0.8, w * 0.2, h * 0.19, mood.leaves[0])
    sheet.box(x + w / 2 - 5, y, 10, h, (252, 250, 242))
    sheet.box(x - 24, y + h + 8, w + 48, 18, (252, 250, 242), 4)
    sheet.patch(x + w / 2, y + h * 1.5, w * 0.9, h * 0.5, (255, 250, 228))


def gym(sheet: Sheet, mood: Mood) -> None:
    floor = sheet.h * 0.48
    room(sheet, mood, floor, window=False)
    for k in range(7):
        sheet.box(sheet.w * k / 6.5, floor * 0.06, sheet.w / 9, floor * 0.24, mix(mood.sky, CHALK, 0.4), 4)
    sheet.fade(floor, sheet.h + 40, (214, 164, 112), (196, 146, 98))
    for k in range(3):
        tone = ((62, 94, 142), (222, 108, 84), (250, 247, 238))[k]
        sheet.line([(0, floor + 80 + k * 120), (sheet.w, floor + 30 + k * 170)], 7, tone)
    left = sheet.w * sheet.rng.uniform(0.05, 0.6)
    for bar in range(9):
        sheet.line([(left, floor - 270 + bar * 32), (left + 260, floor - 270 + bar * 32)], 9, WOOD)
    for post in (0, 130, 260):
        sheet.line([(left + post, floor - 290), (left + post, floor)], 13, dark(WOOD))
    child(sheet, mood, left + 70, floor - 60, 170).stand("up")
    for k in range(3):
        x, y = sheet.w * (0.1 + k * 0.32), sheet.h * sheet.rng.uniform(0.76, 0.9)
        sheet.shape([(x, y), (x + 240, y), (x + 270, y + 50), (x - 30, y + 50)], (74, 118, 156))
        sheet.box(x - 30, y + 50, 300, 16, (54, 88, 122))
    crowd(sheet, mood, 7, (50, floor + 90, sheet.w - 50, sheet.h * 0.93), 205)
    for _ in range(3):
        bx, by, r = sheet.rng.uniform(0, sheet.w), sheet.rng.uniform(floor + 160, sheet.h), 24
        sheet.oval(bx, by, r, r, sheet.rng.choice(COATS))


def paintings(sheet: Sheet, mood: Mood) -> None:
    room(sheet, mood, sheet.h * 0.8)
    for row in range(2):
        y = sheet.h * (0.1 + row * 0.33)
        rope = [(sheet.w * k / 12, y + 22 * math.sin(k * math.pi / 12)) for k in range(13)]
        sheet.line(rope, 4, (150, 130, 110))
        for k in range(5):
            _painting(
                sheet,
                sheet.w * (k + 0.12 + sheet.rng.uniform(0, 0.1)) / 5,
                y + 22,
                sheet.w / 6.6,
                sheet.h * 0.21,
            )
    crowd(sheet, mood, sheet.rng.randint(3, 5), (60, sheet.h * 0.93, sheet.w - 60, sheet.h * 0.97), 260)


def _painting(sheet: Sheet, x: float, y: float, w: float, h: float) -> None:
    rng, (one, two, three) = sheet.rng, sheet.rng.sample(COATS, 3)
    sheet.box(x + 6, y + 7, w, h, (196, 182, 158))
    sheet.box(x, y, w, h, (253, 251, 244))
    kind = rng.randint(0, 4)
    if kind == 0:  # a sun over a hill
        sheet.oval(x + w * 0.7, y + h * 0.3, w * 0.14, w * 0.14, two)
        sheet.shape(
            [
                (x + 8, y + h - 8),
                (x + 8, y + h * 0.7),
                (x + w * 0.5, y + h * 0.5),
                (x + w - 8, y + h * 0.75),
                (x + w - 8, y + h - 8),
            ],
            one,
        )
    elif kind == 1:  # a house
        sheet.box(x + w * 0.25, y + h * 0.45, w * 0.5, h * 0.42, one)
        sheet.shape([(x + w * 0.18, y + h * 0.46), (x + w * 0.82, y + h * 0.46), (x + w * 0.5, y + h * 0.15)], two)
    elif kind == 2:  # a flower
        sheet.line([(x + w / 2, y + h * 0.9), (x + w / 2, y + h * 0.4)], 7, (112, 152, 82))
        for k in range(6):
            sheet.oval(
                x + w / 2 + math.cos(k) * w * 0.16,
                y + h * 0.38 + math.sin(k) * w * 0.16,
                w * 0.12,
                w * 0.12,
                one,
            )
        sheet.oval(x + w / 2, y + h * 0.38, w * 0.09, w * 0.09, three)
    elif kind == 3:  # stripes
        for k in range(5):
            sheet.line(
                [(x + 16, y + h * (0.16 + k * 0.16)), (x + w - 16, y + h * (0.13 + k * 0.17))],
                h * 0.09,
                (one, two, three)[k % 3],
            )
    else:  # dots
        for _ in range(9):
            sheet.cut(
                x + rng.uniform(0.15, 0.85) * w,
                y + rng.uniform(0.15, 0.85) * h,
                w * 0.09,
                w * 0.09,
                rng.choice((one, two, three)),
            )
    for peg in (0.15, 0.8):
        sheet.box(x + w * peg, y - 14, 11, 30, WOOD)


def planetarium(sheet: Sheet, mood: Mood) -> None:
    sheet.fade(-80, sheet.h, (22, 28, 62), (62, 56, 104))
    rng, w, h = sheet.rng, sheet.w, sheet.h
    sheet.patch(w * rng.uniform(0.2, 0.8), h * 0.3, w * 0.5, h * 0.3, (110, 92, 150))
    for _ in range(170):
        r = rng.choice((1.5, 2, 2.6, 4.2))
        sheet.oval(
            rng.uniform(0, w),
            rng.uniform(0, h * 0.78),
            r,
            r,
            rng.choice(((255, 250, 230), (210, 222, 246), (250, 226, 190))),
        )
    for k in range(3):
        x, y, r = w * (0.2 + 0.3 * k) + rng.uniform(-70, 70), h * rng.uniform(0.12, 0.46), rng.uniform(34, 84)
        tone = rng.choice(COATS)
        sheet.oval(x, y, r, r, tone)
        sheet.oval(x - r * 0.2, y - r * 0.24, r * 0.7, r * 0.66, light(tone, 0.18))
        if k == 1:
            sheet.line([(x - r * 1.8, y + r * 0.5), (x + r * 1.8, y - r * 0.5)], r * 0.14, (244, 224, 178))
    stars = [(w * (0.12 + 0.13 * k), h * (0.5 + 0.1 * math.sin(k * 2.1))) for k in range(7)]
    sheet.line(stars, 2, (150, 160, 206))
    for x, y in stars:
        sheet.oval(x, y, 8, 8, (255, 248, 222))
    dome = [(-40, h + 40), (-40, h * 0.86), (w / 2, h * 0.8), (w + 40, h * 0.86), (w + 40, h + 40)]
    sheet.shape(dome, (28, 28, 52))
    for k in range(8):
        x, y, r = w * (k + 0.5) / 8 + rng.uniform(-16, 16), h * rng.uniform(0.87, 0.92), 44
        sheet.shape([(x - 66, h + 20), (x - 52, y + 60), (x + 52, y + 60), (x + 66, h + 20)], (40, 40, 74))
        sheet.oval(x, y, r, r * 1.06, (34, 32, 60))
        if rng.random() < 0.3:
            sheet.line([(x + 44, y + 80), (x + 84, y - 60)], 22, (40, 40, 74))


def books(sheet: Sheet, mood: Mood) -> None:
    floor = sheet.h * 0.78
    ground = room(sheet, mood, floor, window=False)
    rows, left, wide = 4, sheet.w * 0.05, sheet.w * 0.9
    tall = (floor - sheet.h * 0.07) / rows
    sheet.box(left - 18, sheet.h * 0.05, wide + 36, floor - sheet.h * 0.05, dark(WOOD, 0.1))
    for row in range(rows):
        y = sheet.h * 0.07 + row * tall
        sheet.box(left, y, wide, tall - 16, dark(WOOD, 0.42))
        _spines(sheet, left + 4, y + tall - 16, wide - 8, tall - 34)
    sheet.cut(
        sheet.w / 2,
        sheet.h * 0.9,
        sheet.w * 0.42,
        sheet.h * 0.09,
        mix(ground, COATS[mood.room[2]], 0.6),
        0.03,
    )
    for k in range(sheet.rng.randint(3, 4)):
        x, y = sheet.w * (0.2 + k * 0.2), sheet.h * sheet.rng.uniform(0.88, 0.95)
        child(sheet, mood, x, y, 260).sit(back=sheet.rng.random() < 0.4)
        sheet.shape(
            [(x - 50, y - 56), (x, y - 44), (x + 50, y - 56), (x + 50, y - 16), (x, y - 4), (x - 50, y - 16)],
            CHALK,
        )
        sheet.line([(x, y - 44), (x, y - 4)], 4, (190, 180, 160))


def _spines(sheet: Sheet, x: float, y: float, wide: float, tall: float) -> None:
    end = x + wide
    while x < end - 40:
        w, h, tone = sheet.rng.uniform(14, 40), tall * sheet.rng.uniform(0.66, 1), sheet.rng.choice(COATS)
        if sheet.rng.random() < 0.06:
            x += 60
            continue
        sheet.box(x, y - h, w, h, mix(tone, (90, 80, 80), sheet.rng.uniform(0, 0.3)))
        sheet.box(x + 3, y - h * 0.8, w - 6, h * 0.1, light(tone, 0.5))
        x += w + 2


def blocks(sheet: Sheet, mood: Mood) -> None:
    """A bridge of blocks, higher than its builders."""
    floor = sheet.h * 0.56
    room(sheet, mood, floor)
    crowd(sheet, mood, 3, (40, floor + 60, sheet.w - 40, floor + 90), 250)
    size, base = sheet.w / 15, sheet.h * 0.9
    towers = (-4, 4)
    for k in range(-6, 7):
        deck = 3 - max(0, abs(k) - 4)
        tall = 6 if k in towers else deck
        for level in range(tall):
            if level >= deck - 1 or abs(k) >= 4 or k == 0:
                _block(sheet, sheet.w / 2 + (k - 0.5) * size, base - (level + 1) * size, size)
    for k in towers:
        x, top = sheet.w / 2 + k * size, base - 6 * size
        sheet.shape([(x - size * 0.5, top), (x + size * 0.5, top), (x, top - size * 0.8)], sheet.rng.choice(COATS))
    for _ in range(9):
        _block(
            sheet,
            sheet.rng.uniform(0, sheet.w - size),
            sheet.rng.uniform(base, sheet.h - size * 0.6),
            size * 0.8,
        )
    child(sheet, mood, sheet.w * 0.07, base + 40, 280).stand("right")
    child(sheet, mood, sheet.w * 0.93, base + 40, 280).stand("left")


def _block(sheet: Sheet, x: float, y: float, size: float) -> None:
    tone = mix(sheet.rng.choice(COATS), WOOD, 0.25)
    sheet.box(x, y, size - 2, size - 2, tone, 4)
    sheet.box(x + 4, y + 4, size - 10, size * 0.16, light(tone, 0.3), 3)
    sheet.box(x, y + size * 0.86, size - 2, size * 0.12, dark(tone, 0.2), 3)


def circle(sheet: Sheet, mood: Mood) -> None:
    floor = sheet.h * 0.44
    ground = room(sheet, mood, floor)
    x, y = sheet.w / 2, sheet.h * 0.68
    rx, ry = sheet.w * 0.38, sheet.h * 0.2
    sheet.cut(x, y + 20, rx * 0.86, ry * 0.86, mix(ground, COATS[mood.room[2]], 0.55), 0.02)
    sheet.cut(x, y + 20, rx * 0.7, ry * 0.7, mix(ground, CHALK, 0.6), 0.02)
    n = sheet.rng.randint(11, 14)
    seats = [(x + rx * math.cos(k * math.tau / n), y + ry * math.sin(k * math.tau / n)) for k in range(n)]
    for k, (sx, sy) in enumerate(sorted(seats, key=lambda seat: seat[1])):
        if k == 0:
            adult(sheet, mood, sx, sy + 10, 140).stand("right", back=False)
        else:
            child(sheet, mood, sx, sy + 36, 180 + (sy - y) * 0.25).sit(back=sy > y)
    sheet.cut(x, y + 20, 36, 24, sheet.rng.choice(COATS), 0.2)


def stage(sheet: Sheet, mood: Mood) -> None:
    cloths: tuple[Colour, ...] = ((168, 58, 62), (52, 96, 112), (104, 66, 112), (186, 112, 52))
    floor, cloth = sheet.h * 0.62, cloths[mood.room[1]]
    sheet.fade(-80, floor, (50, 48, 78), (92, 84, 112))
    sheet.patch(sheet.w / 2, floor * 0.7, sheet.w * 0.42, floor * 0.75, (255, 240, 200))
    sheet.fade(floor, sheet.h * 0.76, (186, 138, 94), (160, 114, 76))
    crowd(sheet, mood, 5, (sheet.w * 0.24, floor + 30, sheet.w * 0.76, floor + 80), 250)
    for side in (0, 1):
        for k in range(4):
            x = (k * 62 - 20) if side == 0 else sheet.w - 228 + k * 62
            sheet.box(x, -60, 64, floor + 130, dark(cloth, 0.12 * (k % 2)))
    for k in range(9):
        sheet.cut(sheet.w * k / 8, 10, sheet.w / 13, 70, dark(cloth, 0.06 * (k % 2)), 0.03)
    sheet.box(-20, sheet.h * 0.76, sheet.w + 40, sheet.h * 0.3, (72, 58, 66))
    for row in range(2):
        for k in range(9 - row):
            x, y, r = (
                sheet.w * (k + 0.3 + row * 0.3) / (8.6 - row),
                sheet.h * (0.85 + row * 0.1),
                40 + row * 12,
            )
            kid = child(sheet, mood, x, y, 200)
            sheet.shape(
                [(x - r * 1.5, sheet.h + 30), (x - r, y + r), (x + r, y + r), (x + r * 1.5, sheet.h + 30)],
                kid.coat,
            )
            kid.head(x, y, r, back=True)


def windowsill(sheet: Sheet, mood: Mood) -> None:
    sheet.fade(-80, sheet.h, (240, 230, 206), (228, 212, 184))
    left, top, wide, high = sheet.w * 0.08, sheet.h * 0.08, sheet.w * 0.84, sheet.h * 0.54
    sheet.box(left - 22, top - 22, wide + 44, high + 44, (252, 250, 242), 8)
    sheet.box(left, top, wide, high, mix(mood.sky, mood.haze, 0.35))
    clouds(sheet, mood, top + high * 0.7)
    sheet.box(-30, -80, sheet.w + 60, top + 58, (240, 230, 206))
    sheet.box(left - 22, top - 22, wide + 44, 26, (252, 250, 242))
    for k in (0.33, 0.66):
        sheet.box(left + wide * k, top, 14, high, (252, 250, 242))
    sill = top + high + 14
    sheet.box(-20, sill, sheet.w + 40, 44, (250, 246, 236), 6)
    for k in range(8):
        _pot(sheet, sheet.w * (k + 0.5) / 8, sill + 10, sheet.rng.uniform(60, 78), sheet.rng.uniform(90, 230))
    crowd(sheet, mood, 4, (60, sheet.h * 0.96, sheet.w - 60, sheet.h * 0.98), 260)


def _pot(sheet: Sheet, x: float, y: float, r: float, height: float) -> None:
    tone = mix((198, 116, 82), sheet.rng.choice(COATS), 0.3)
    sheet.shape([(x - r * 0.6, y - r), (x + r * 0.6, y - r), (x + r * 0.44, y), (x - r * 0.44, y)], tone)
    sheet.box(x - r * 0.68, y - r * 1.12, r * 1.36, r * 0.28, light(tone, 0.12), 5)
    lean = sheet.rng.uniform(-26, 26)
    sheet.line([(x, y - r), (x + lean * 0.3, y - r - height * 0.5), (x + lean, y - r - height)], 8, (104, 150, 84))
    for k in range(4):
        t, side = (k + 1) / 4, (-1) ** k
        lx, ly = x + lean * t, y - r - height * t
        sheet.cut(lx + side * 24, ly, 25, 13, (128, 172, 92), 0.1)


def atlas(sheet: Sheet, mood: Mood) -> None:
    room(sheet, mood, sheet.h * 0.8, window=False)
    left, top, wide, high = sheet.w * 0.1, sheet.h * 0.08, sheet.w * 0.8, sheet.h * 0.52
    sheet.box(left - 10, top - 10, wide + 20, high + 20, (250, 246, 236), 4)
    sheet.box(left, top, wide, high, (150, 192, 208))
    for _ in range(7):
        x, y = left + wide * sheet.rng.uniform(0.12, 0.88), top + high * sheet.rng.uniform(0.18, 0.82)
        tone = mix(sheet.rng.choice(COATS), (230, 214, 170), 0.5)
        sheet.cut(x, y, wide * 0.09, high * 0.13, tone, 0.35)
    sheet.box(left, top - 26, wide, 20, dark(WOOD))
    for _ in range(8):
        x, y = left + wide * sheet.rng.uniform(0.05, 0.95), top + high * sheet.rng.uniform(0.1, 0.9)
        sheet.line([(x, y), (x, y - 30)], 4, (90, 84, 84))
        sheet.oval(x, y - 34, 10, 10, (206, 64, 56))
    gx, gy = sheet.w * sheet.rng.choice((0.16, 0.84)), sheet.h * 0.8
    sheet.line([(gx, gy), (gx, gy + 70)], 14, dark(WOOD))
    sheet.oval(gx, gy - 60, 92, 92, (116, 168, 192))
    sheet.cut(gx - 20, gy - 80, 42, 30, (156, 182, 104), 0.3)
    sheet.cut(gx + 34, gy - 30, 26, 32, (156, 182, 104), 0.3)
    crowd(sheet, mood, 4, (sheet.w * 0.26, sheet.h * 0.92, sheet.w * 0.76, sheet.h * 0.96), 290)
