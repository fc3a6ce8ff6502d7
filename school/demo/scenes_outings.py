"""Drawn scenes of outings and of the school year's feasts."""

from __future__ import annotations

import math

from school.demo.brush import Colour, Sheet, dark, light, mix
from school.demo.figures import (
    CHALK,
    COATS,
    WOOD,
    adult,
    child,
    clouds,
    crowd,
    crown,
    house,
    pair,
    sheep,
    tree,
)
from school.demo.mood import Mood
from school.demo.scenes_outside import STONE, land, rain

NIGHT: Colour = (38, 50, 84)


def sheep_pen(sheet: Sheet, mood: Mood) -> None:
    horizon = sheet.h * sheet.rng.uniform(0.34, 0.44)
    land(sheet, mood, horizon)
    _barn(sheet, mood, sheet.w * sheet.rng.choice((0.04, 0.5)), horizon + 90)
    sheet.tufts(40, horizon + 150, sheet.h, dark(mood.grass, 0.12))
    for _ in range(sheet.rng.randint(4, 6)):
        x, depth = sheet.rng.uniform(0.05, 0.95) * sheet.w, sheet.rng.random()
        sheep(sheet, x, horizon + 150 + depth * sheet.h * 0.2, 90 + depth * 50, sheet.rng.choice((-1, 1)))
    rail = sheet.h * 0.86
    crowd(sheet, mood, sheet.rng.randint(4, 6), (50, rail + 30, sheet.w - 50, rail + 60), 235)
    for y in (rail - 70, rail - 10):
        sheet.line([(0, y), (sheet.w, y + sheet.rng.uniform(-12, 12))], 15, light(WOOD, 0.1))
    for k in range(6):
        sheet.box(sheet.w * k / 5.4, rail - 110, 22, 190, WOOD, 6)


def _barn(sheet: Sheet, mood: Mood, x: float, y: float) -> None:
    red, wide = mix((168, 78, 62), mood.haze, 0.15), 420
    sheet.box(x, y - 170, wide, 170, red)
    thatch = mix((150, 126, 92), mood.haze, 0.12)
    sheet.shape([(x - 30, y - 160), (x + wide + 30, y - 160), (x + wide - 60, y - 300), (x + 60, y - 300)], thatch)
    sheet.box(x + wide * 0.36, y - 126, wide * 0.28, 126, dark(red, 0.55))
    sheet.line([(x + wide * 0.36, y - 126), (x + wide * 0.36, y)], 7, CHALK)
    sheet.line([(x + wide * 0.64, y - 126), (x + wide * 0.64, y)], 7, CHALK)
    sheet.line([(x + wide * 0.36, y - 126), (x + wide * 0.64, y - 126)], 7, CHALK)


def sheep_close(sheet: Sheet, mood: Mood) -> None:
    horizon = sheet.h * 0.26
    land(sheet, mood, horizon)
    sheet.tufts(60, horizon + 150, sheet.h, dark(mood.grass, 0.12))
    face = sheet.rng.choice((-1, 1))
    x, y = sheet.w * (0.5 - face * 0.1), sheet.h * 0.86
    sheep(sheet, x - face * 330, y - 200, 190, -face)
    sheep(sheet, x, y, 380, face)
    child(sheet, mood, x + face * 390, y + 30, 370).stand("left" if face > 0 else "right")


def orchard(sheet: Sheet, mood: Mood) -> None:
    horizon = sheet.h * 0.4
    land(sheet, mood, horizon)
    for row in range(3):
        y, size = horizon + 60 + row * sheet.h * 0.15, 190 + row * 90
        for k in range(5 - row):
            x = sheet.w * (k + 0.5 + sheet.rng.uniform(-0.15, 0.15)) / (5 - row)
            _apple_tree(sheet, mood, x, y, size)
        crowd(sheet, mood, 2, (60, y + 20, sheet.w - 60, y + 60), 120 + row * 44)
    for k in range(3):
        _basket(sheet, sheet.w * (0.2 + k * 0.28), sheet.h * 0.93)


def _apple_tree(sheet: Sheet, mood: Mood, x: float, y: float, size: float) -> None:
    sheet.line([(x, y), (x, y - size * 0.5)], size * 0.07, (110, 84, 64))
    crown(sheet, mood, x, y - size * 0.72, size * 0.36)
    for _ in range(9):
        a, d = sheet.rng.uniform(0, 6.3), sheet.rng.uniform(0.1, 0.3) * size
        sheet.oval(x + math.cos(a) * d, y - size * 0.72 + math.sin(a) * d, size * 0.035, size * 0.035, (206, 64, 56))


def _basket(sheet: Sheet, x: float, y: float) -> None:
    for _ in range(9):
        sheet.oval(
            x + sheet.rng.uniform(-44, 44),
            y - 66 - sheet.rng.uniform(0, 20),
            17,
            17,
            sheet.rng.choice(((206, 64, 56), (222, 150, 70), (168, 180, 80))),
        )
    sheet.shape([(x - 66, y - 66), (x + 66, y - 66), (x + 50, y), (x - 50, y)], (176, 130, 82))
    for k in range(3):
        sheet.line([(x - 62 + k * 5, y - 52 + k * 18), (x + 62 - k * 5, y - 52 + k * 18)], 4, (140, 100, 64))


def beach(sheet: Sheet, mood: Mood) -> None:
    horizon = sheet.h * 0.36
    sheet.fade(-80, horizon, mood.sky, mood.haze)
    clouds(sheet, mood, horizon)
    sea = mix((92, 150, 166), mood.sky, 0.4)
    sheet.fade(horizon, horizon + 170, dark(sea, 0.08), light(sea, 0.25))
    for k in range(3):
        sheet.slope(horizon + 120 + k * 22, 6, mix(CHALK, sea, 0.5 - k * 0.22), horizon + 170 + k * 22)
    sheet.slope(horizon + 180, 10, (236, 218, 176))
    sheet.scatter(60, horizon + 220, sheet.h, 9, [(214, 190, 148), (250, 240, 216), (196, 168, 138)])
    for k in range(2):
        x, y = sheet.w * (0.26 + 0.46 * k), sheet.h * 0.84
        sheet.cut(x, y, 120, 60, (222, 198, 150))
        for tower in (-60, 0, 60):
            sheet.box(x + tower - 24, y - 100 + abs(tower) * 0.5, 48, 90, (228, 206, 160))
        sheet.line([(x, y - 100), (x, y - 160)], 5, WOOD)
        sheet.shape([(x, y - 160), (x + 46, y - 144), (x, y - 128)], sheet.rng.choice(COATS))
    crowd(sheet, mood, 6, (50, horizon + 200, sheet.w - 50, sheet.h * 0.94), 210)


def canal(sheet: Sheet, mood: Mood) -> None:
    line = sheet.h * 0.46
    sheet.fade(-80, line, mood.sky, mood.haze)
    clouds(sheet, mood, line)
    x = -30.0
    while x < sheet.w:
        wide = sheet.rng.uniform(130, 200)
        brick = sheet.rng.choice(((190, 112, 84), (164, 88, 74), (214, 190, 160), (120, 96, 92), (92, 110, 112)))
        house(sheet, x, line + 4, wide, sheet.rng.uniform(300, 430), mix(brick, mood.haze, 0.14))
        x += wide + 3
    water = mix(mood.sky, (88, 120, 124), 0.5)
    sheet.fade(line, sheet.h * 0.8, dark(water, 0.15), light(water, 0.1))
    for _ in range(26):
        rx, ry = sheet.rng.uniform(0, sheet.w), sheet.rng.uniform(line + 10, sheet.h * 0.78)
        sheet.line([(rx, ry), (rx + sheet.rng.uniform(40, 120), ry)], 4, light(water, 0.25))
    sheet.box(-20, line, sheet.w + 40, 14, dark(STONE, 0.25))
    sheet.slope(sheet.h * 0.8, 2, STONE)
    sheet.box(-20, sheet.h * 0.8, sheet.w + 40, 16, light(STONE, 0.3))
    for k in range(4):
        pair(sheet, mood, sheet.w * (0.14 + k * 0.23), sheet.h * sheet.rng.uniform(0.9, 0.95), 220)
    adult(sheet, mood, sheet.w * 0.94, sheet.h * 0.93, 200).stand("left")


def steamboat(sheet: Sheet, mood: Mood) -> None:
    line = sheet.h * 0.56
    sheet.fade(-80, line, mood.sky, mood.haze)
    clouds(sheet, mood, line)
    water = mix((84, 122, 138), mood.sky, 0.35)
    sheet.fade(line - 30, sheet.h, water, dark(water, 0.2))
    x = sheet.w * sheet.rng.uniform(0.42, 0.58)
    _steamer(sheet, x, line + 40)
    for k in range(4):
        sheet.slope(line + 34 + k * 40, 9, mix(light(water, 0.25), dark(water, 0.15), k / 4), line + 90 + k * 40)
    sheet.slope(sheet.h * 0.84, 2, dark(STONE, 0.1))
    crowd(sheet, mood, 8, (20, sheet.h * 0.9, sheet.w - 20, sheet.h * 0.97), 200)
    for _ in range(7):
        fx, fy = sheet.rng.uniform(0, sheet.w), sheet.h * sheet.rng.uniform(0.72, 0.8)
        sheet.line([(fx, fy), (fx, fy - 70)], 4, WOOD)
        sheet.shape([(fx, fy - 70), (fx + 50, fy - 56), (fx, fy - 40)], sheet.rng.choice(COATS))


def _steamer(sheet: Sheet, x: float, y: float) -> None:
    hull: Colour = (178, 62, 56)
    sheet.box(x - 150, y - 190, 300, 100, CHALK, 10)
    for k in range(5):
        sheet.oval(x - 110 + k * 55, y - 140, 16, 16, (108, 136, 150))
    for k in (-70, 40):
        sheet.box(x + k, y - 310, 54, 130, (222, 168, 66))
        sheet.box(x + k, y - 310, 54, 30, (66, 60, 64))
        for puff in range(4):
            sheet.cut(x + k + 40 + puff * 46, y - 350 - puff * 34, 34 + puff * 13, 26 + puff * 10, (236, 234, 226))
    sheet.shape([(x - 330, y - 120), (x + 330, y - 120), (x + 260, y + 40), (x - 270, y + 40)], hull)
    sheet.shape([(x - 330, y - 120), (x + 330, y - 120), (x + 322, y - 98), (x - 322, y - 98)], (222, 168, 66))
    sheet.line([(x - 310, y - 120), (x - 40, y - 420), (x + 310, y - 120)], 3, dark(hull, 0.3))
    for k in range(8):
        t = k / 7
        fx, fy = x - 310 + t * 620, y - 120 - 300 * (1 - abs(t - 0.44) / 0.56)
        sheet.shape([(fx, fy), (fx + 26, fy), (fx + 13, fy + 34)], COATS[k])


def shoes(sheet: Sheet, mood: Mood) -> None:
    """A row of shoes by the heater, with a carrot for the horse."""
    sheet.fade(-80, sheet.h * 0.62, (240, 226, 198), (232, 212, 178))
    sheet.fade(sheet.h * 0.62, sheet.h, (184, 140, 100), (164, 122, 86))
    for k in range(12):
        sheet.box(sheet.w * k / 12 + 8, sheet.h * 0.22, sheet.w / 12 - 16, sheet.h * 0.3, (248, 244, 234), 14)
    sheet.box(-20, sheet.h * 0.2, sheet.w + 40, 26, (252, 250, 242), 6)
    _bunting(sheet, sheet.h * 0.07)
    for row in range(2):
        for k in range(6):
            x = sheet.w * (k + 0.5) / 6 + sheet.rng.uniform(-12, 12)
            _shoe(sheet, x, sheet.h * (0.74 + row * 0.18), 120, sheet.rng.choice(COATS))


def _shoe(sheet: Sheet, x: float, y: float, w: float, colour: Colour) -> None:
    if sheet.rng.random() < 0.7:
        sheet.shape(
            [(x - w * 0.36, y - w * 0.3), (x - w * 0.12, y - w * 0.3), (x - w * 0.5, y - w * 0.95)],
            (232, 128, 56),
        )
        for k in (-1, 0, 1):
            sheet.line(
                [(x - w * 0.48, y - w * 0.9), (x - w * (0.52 - k * 0.12), y - w * 1.2)],
                w * 0.06,
                (104, 152, 84),
            )
    sheet.oval(x, y + 4, w * 0.55, w * 0.09, (128, 94, 68))
    sheet.box(x - w * 0.46, y - w * 0.46, w * 0.42, w * 0.46, colour, w * 0.08)
    sheet.box(x - w * 0.46, y - w * 0.26, w * 0.92, w * 0.27, colour, w * 0.12)
    sheet.box(x - w * 0.48, y - w * 0.06, w * 0.97, w * 0.09, CHALK, w * 0.04)
    for k in range(3):
        sheet.line([(x - w * 0.06 + k * w * 0.1, y - w * 0.28), (x + k * w * 0.1, y - w * 0.16)], w * 0.03, CHALK)


def _bunting(sheet: Sheet, y: float) -> None:
    points = [(sheet.w * k / 14, y + 26 * math.sin(k * math.pi / 3.5)) for k in range(15)]
    sheet.line(points, 4, CHALK)
    for k, (x, fy) in enumerate(points[:-1]):
        sheet.shape([(x + 10, fy + 4), (x + sheet.w / 15, fy + 4), (x + sheet.w / 28, fy + 64)], COATS[k % len(COATS)])


def lanterns(sheet: Sheet, mood: Mood) -> None:
    line = sheet.h * 0.56
    sheet.fade(-80, line, NIGHT, (92, 86, 118))
    for _ in range(40):
        sheet.oval(sheet.rng.uniform(0, sheet.w), sheet.rng.uniform(0, line * 0.6), 2.4, 2.4, (238, 232, 214))
    x = -30.0
    while x < sheet.w:
        wide = sheet.rng.uniform(150, 220)
        house(sheet, x, line + 20, wide, sheet.rng.uniform(260, 360), (58, 58, 88))
        sheet.box(x + wide * 0.17, line - 70, wide * 0.24, 44, (246, 206, 122))
        x += wide + 5
    sheet.fade(line + 20, sheet.h, (72, 74, 102), (50, 54, 82))
    for k in range(7):
        px, py = sheet.w * (k + 0.5) / 7 + sheet.rng.uniform(-30, 30), sheet.h * sheet.rng.uniform(0.78, 0.95)
        h = 190 + 60 * (py / sheet.h - 0.78)
        child(sheet, mood, px, py, h).stand("right", 0.3)
        _lantern(sheet, px + h * 0.42, py - h * 0.5, h * 0.17)


def _lantern(sheet: Sheet, x: float, y: float, r: float) -> None:
    sheet.patch(x, y, r * 5, r * 5, (255, 214, 130))
    sheet.line([(x - r * 1.1, y - r * 0.7), (x, y - r * 1.7)], r * 0.12, WOOD)
    sheet.oval(x, y, r, r, sheet.rng.choice(((255, 196, 96), (248, 150, 96), (250, 220, 130), (186, 214, 150))))
    sheet.oval(x, y, r * 0.5, r * 0.6, (255, 244, 206))


def snow(sheet: Sheet, mood: Mood) -> None:
    horizon = sheet.h * sheet.rng.uniform(0.38, 0.48)
    sheet.fade(-80, horizon, mix(mood.sky, (172, 196, 214), 0.5), (246, 236, 230))
    for k in range(9):
        _fir(
            sheet,
            sheet.w * (k + sheet.rng.random()) / 9,
            horizon + 20,
            sheet.rng.uniform(70, 130),
            (150, 172, 176),
        )
    for k, tone in enumerate(((228, 234, 240), (238, 241, 244), (248, 248, 247))):
        sheet.slope(horizon + k * 90, 16, tone)
    _fir(sheet, sheet.w * sheet.rng.choice((0.1, 0.9)), horizon + 190, 330, (86, 126, 118))
    crowd(sheet, mood, 5, (40, horizon + 150, sheet.w - 40, sheet.h * 0.8), 200)
    _snowman(sheet, sheet.w * sheet.rng.uniform(0.3, 0.7), sheet.h * 0.92)
    for _ in range(120):
        r = sheet.rng.uniform(2, 6)
        sheet.oval(sheet.rng.uniform(0, sheet.w), sheet.rng.uniform(0, sheet.h), r, r, (255, 255, 255))


def _fir(sheet: Sheet, x: float, y: float, h: float, green: Colour) -> None:
    sheet.box(x - h * 0.04, y - h * 0.14, h * 0.08, h * 0.14, (110, 90, 78))
    for k in range(3):
        low, half = y - h * (0.1 + k * 0.27), h * (0.34 - k * 0.08)
        sheet.shape([(x - half, low), (x + half, low), (x, low - h * 0.42)], dark(green, 0.06 * (2 - k)))
        sheet.shape(
            [(x - half * 0.5, low - h * 0.2), (x + half * 0.4, low - h * 0.22), (x, low - h * 0.42)],
            (246, 248, 248),
        )


def _snowman(sheet: Sheet, x: float, y: float) -> None:
    scarf = sheet.rng.choice(COATS[:8])
    for dy, r in ((0, 78), (110, 58), (190, 42)):
        sheet.oval(x + 9, y - 66 - dy, r, r * 0.96, (190, 206, 220))
        sheet.oval(x, y - 70 - dy, r, r * 0.96, (255, 255, 253))
    sheet.box(x - 50, y - 226, 100, 24, scarf, 12)
    sheet.box(x + 18, y - 214, 24, 74, scarf, 8)
    sheet.shape([(x, y - 266), (x + 54, y - 256), (x, y - 250)], (232, 128, 56))
    for dx in (-14, 14):
        sheet.oval(x + dx, y - 274, 5, 5, (54, 54, 60))
    for side in (-1, 1):
        sheet.line([(x + side * 52, y - 186), (x + side * 130, y - 236)], 7, (110, 84, 64))


def christmas(sheet: Sheet, mood: Mood) -> None:
    sheet.fade(-80, sheet.h * 0.78, (214, 190, 152), (236, 216, 178))
    sheet.fade(sheet.h * 0.78, sheet.h, (170, 122, 86), (150, 104, 72))
    x, base, size = sheet.w * sheet.rng.uniform(0.4, 0.6), sheet.h * 0.84, sheet.h * 0.74
    sheet.patch(x, base - size * 0.5, size * 0.8, size * 0.8, (255, 240, 196))
    sheet.box(x - 34, base - 60, 68, 90, (150, 96, 66))
    for k in range(4):
        low, half = base - size * (0.06 + k * 0.21), size * (0.36 - k * 0.07)
        sheet.shape([(x - half, low), (x + half, low), (x, low - size * 0.36)], dark((74, 122, 92), 0.05 * (3 - k)))
        for bead in range(6 - k):
            bx = x - half * 0.8 + bead * half * 1.6 / max(1, 5 - k)
            sheet.oval(bx, low - 16 - 8 * math.sin(bead), 14, 14, sheet.rng.choice(COATS))
    sheet.patch(x, base - size, 90, 90, (255, 236, 160))
    sheet.cut(x, base - size, 26, 26, (250, 210, 96), 0.5)
    for k in range(3):
        sheet.box(x - 230 + k * 170, base - 26, 110, 84, sheet.rng.choice(COATS), 6)
        sheet.box(x - 184 + k * 170, base - 26, 18, 84, CHALK)
    crowd(sheet, mood, 5, (30, sheet.h * 0.93, sheet.w - 30, sheet.h * 0.97), 210)


def campfire(sheet: Sheet, mood: Mood) -> None:
    line = sheet.h * 0.5
    sheet.fade(-80, line + 60, NIGHT, (150, 112, 112))
    for k in range(14):
        x = sheet.w * (k + sheet.rng.random()) / 14
        sheet.cut(x, line - 60, 50, sheet.rng.uniform(110, 200), (44, 58, 70), 0.08)
    sheet.slope(line + 20, 8, (78, 84, 72))
    x, y = sheet.w / 2 + sheet.rng.uniform(-60, 60), sheet.h * 0.72
    sheet.patch(x, y, 480, 300, (255, 186, 96))
    for k in range(6):
        a = math.pi * (1.1 + k * 0.16)
        child(sheet, mood, x + 380 * math.cos(a), y + 40 + 130 * math.sin(a), 170).sit(back=False)
    for lean in (-1, 1):
        sheet.line([(x - lean * 90, y + 30), (x + lean * 70, y - 20)], 26, (96, 70, 58))
    for r, tone in ((100, (236, 120, 60)), (70, (250, 176, 80)), (40, (255, 232, 150))):
        sheet.shape(
            [
                (x - r * 0.7, y + 10),
                (x - r * 0.5, y - r),
                (x - r * 0.1, y - r * 0.7),
                (x + r * 0.1, y - r * 2),
                (x + r * 0.35, y - r * 0.8),
                (x + r * 0.6, y - r * 1.1),
                (x + r * 0.7, y + 10),
            ],
            tone,
        )
    for k in range(3):
        child(sheet, mood, x + (k - 1) * 300, sheet.h * 0.95, 200).sit()


def wood_trees(sheet: Sheet, mood: Mood) -> None:
    """A tree hut of branches, as every autumn brings one."""
    horizon = sheet.h * 0.5
    land(sheet, mood, horizon)
    for k in range(5):
        tree(
            sheet,
            mood,
            sheet.w * (k + 0.5) / 5,
            horizon + 40 + sheet.rng.uniform(0, 60),
            sheet.rng.uniform(360, 520),
        )
    sheet.scatter(120, horizon + 90, sheet.h, 12, mood.leaves)
    x, y = sheet.w * sheet.rng.uniform(0.4, 0.6), sheet.h * 0.88
    sheet.shape([(x - 150, y), (x + 150, y), (x + 10, y - 300)], (70, 58, 52))
    for k in range(9):
        foot = x - 190 + k * 48
        if abs(foot - x) > 40:
            sheet.line(
                [(foot, y + 6), (x + sheet.rng.uniform(-14, 26), y - 330)],
                15,
                mix(WOOD, (96, 76, 62), sheet.rng.random()),
            )
    crowd(sheet, mood, 5, (30, y - 20, sheet.w - 30, sheet.h * 0.96), 210)
    rain(sheet, mood)
