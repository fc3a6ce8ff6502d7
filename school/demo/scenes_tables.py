"""Drawn scenes at the tables: baking, clay, experiments, robots, a lesson."""

from __future__ import annotations

import math

from school.demo.brush import Colour, Sheet, dark, light, mix
from school.demo.figures import CHALK, COATS, WOOD, adult, child
from school.demo.mood import Mood
from school.demo.scenes_inside import room


def table(sheet: Sheet, x: float, y: float, w: float, deep: float, top: Colour = (222, 186, 140)) -> None:
    """A table seen from slightly above; `y` is its far edge."""
    for leg in (x + 20, x + w - 34):
        sheet.box(leg, y + deep, 16, 150, dark(top, 0.3))
    sheet.shape([(x + 34, y), (x + w - 34, y), (x + w, y + deep), (x, y + deep)], top)
    sheet.box(x, y + deep, w, 20, dark(top, 0.16))


def _at_table(sheet: Sheet, mood: Mood, y: float, n: int, h: float) -> None:
    for k in range(n):
        x = sheet.w * (k + 0.5 + sheet.rng.uniform(-0.1, 0.1)) / n
        child(sheet, mood, x, y, h).bust(sheet.rng.choice(("down", "left", "right", "down")))


def baking(sheet: Sheet, mood: Mood) -> None:
    y = sheet.h * 0.56
    room(sheet, mood, sheet.h * 0.66)
    _at_table(sheet, mood, y + 12, 4, 430)
    table(sheet, -40, y, sheet.w + 80, sheet.h * 0.33, (232, 206, 166))
    for _ in range(14):
        x, ty, r = (
            sheet.rng.uniform(40, sheet.w - 40),
            sheet.rng.uniform(y + 40, y + sheet.h * 0.3),
            sheet.rng.uniform(20, 34),
        )
        sheet.oval(x, ty + 6, r * 1.1, r * 0.7, (206, 176, 132))
        sheet.cut(x, ty, r, r * 0.72, sheet.rng.choice(((206, 150, 90), (222, 176, 112), (188, 128, 76))), 0.12)
    for k in range(2):
        x = sheet.w * (0.24 + 0.5 * k) + sheet.rng.uniform(-50, 50)
        _bowl(sheet, x, y + sheet.h * 0.13, 105, sheet.rng.choice(COATS))
    x = sheet.w * sheet.rng.uniform(0.4, 0.6)
    sheet.line([(x - 120, y + sheet.h * 0.27), (x + 120, y + sheet.h * 0.23)], 34, (196, 148, 100))
    sheet.line([(x - 170, y + sheet.h * 0.278), (x + 170, y + sheet.h * 0.222)], 14, dark(WOOD))


def _bowl(sheet: Sheet, x: float, y: float, r: float, colour: Colour) -> None:
    sheet.oval(x, y + r * 0.72, r * 0.75, r * 0.16, (206, 176, 132))
    half = [(x + r * math.cos(t / 10), y + r * 0.75 * math.sin(t / 10)) for t in range(32)]
    sheet.shape(half, colour)
    sheet.oval(x, y, r, r * 0.26, light(colour, 0.35))
    sheet.oval(x, y + 4, r * 0.84, r * 0.19, (246, 236, 208))


def experiment(sheet: Sheet, mood: Mood) -> None:
    y = sheet.h * 0.58
    room(sheet, mood, sheet.h * 0.66)
    _at_table(sheet, mood, y + 12, 4, 430)
    table(sheet, -40, y, sheet.w + 80, sheet.h * 0.3, (206, 214, 212))
    x, base = sheet.w * sheet.rng.uniform(0.4, 0.6), y + sheet.h * 0.2
    sheet.shape([(x - 190, base), (x + 190, base), (x + 50, base - 210), (x - 50, base - 210)], (142, 104, 84))
    sheet.shape([(x - 40, base), (x + 190, base), (x + 50, base - 210), (x + 6, base - 210)], (122, 88, 72))
    lava = sheet.rng.choice(((226, 92, 62), (230, 140, 60), (206, 84, 130)))
    sheet.cut(x, base - 214, 58, 24, lava)
    for k in (-1, 0, 1):
        sheet.line([(x + k * 30, base - 206), (x + k * 62, base - 70 + abs(k) * 20)], 30, lava)
    for k in range(6):
        r = sheet.rng.uniform(14, 32)
        sheet.cut(x + sheet.rng.uniform(-70, 70), base - 240 - k * 26, r, r, light(lava, 0.35))
    for place in (0.1, 0.24, 0.78, 0.9):
        _bottle(sheet, sheet.w * place, y + sheet.h * sheet.rng.uniform(0.12, 0.2), sheet.rng.choice(COATS))


def _bottle(sheet: Sheet, x: float, y: float, juice: Colour) -> None:
    sheet.box(x - 14, y - 150, 28, 60, (226, 236, 238), 6)
    sheet.shape([(x - 14, y - 100), (x + 14, y - 100), (x + 46, y), (x - 46, y)], (226, 236, 238))
    sheet.shape([(x - 27, y - 56), (x + 27, y - 56), (x + 44, y - 4), (x - 44, y - 4)], juice)
    sheet.line([(x - 10, y - 90), (x - 30, y - 30)], 5, (252, 253, 250))


def clay(sheet: Sheet, mood: Mood) -> None:
    y = sheet.h * 0.5
    room(sheet, mood, sheet.h * 0.6)
    _at_table(sheet, mood, y + 12, 4, 420)
    table(sheet, -40, y, sheet.w + 80, sheet.h * 0.42, (214, 190, 156))
    for k in range(7):
        x, ty = sheet.w * (k + 0.5) / 7, y + sheet.h * sheet.rng.uniform(0.16, 0.36)
        tone = mix((190, 124, 92), sheet.rng.choice(COATS), sheet.rng.choice((0.0, 0.0, 0.5)))
        sheet.oval(x, ty + 4, 84, 20, (184, 158, 124))
        for leg in (-40, -14, 18, 42):
            sheet.box(x + leg - 9, ty - 34, 18, 38, dark(tone, 0.12), 6)
        sheet.cut(x, ty - 50, 66, 36, tone, 0.08)
        side = sheet.rng.choice((-1, 1))
        sheet.cut(x + side * 66, ty - 84, 32, 30, light(tone, 0.08), 0.08)
        sheet.line([(x - side * 60, ty - 60), (x - side * 92, ty - 92)], 11, tone)
        for ear in (-12, 12):
            sheet.oval(x + side * 66 + ear, ty - 116, 8, 15, dark(tone, 0.1))


def robots(sheet: Sheet, mood: Mood) -> None:
    y = sheet.h * 0.5
    room(sheet, mood, sheet.h * 0.6)
    _at_table(sheet, mood, y + 12, 4, 420)
    table(sheet, -40, y, sheet.w + 80, sheet.h * 0.42, (226, 222, 210))
    track = [(sheet.w * (0.06 + 0.11 * k), y + sheet.h * (0.2 + 0.12 * math.sin(k * 1.1))) for k in range(9)]
    sheet.line(track, 16, (70, 74, 84))
    for k in (1, 4, 7):
        x, ty = track[k]
        tone = sheet.rng.choice(COATS)
        sheet.oval(x, ty + 12, 74, 20, (196, 190, 176))
        for wheel in (-44, 44):
            sheet.oval(x + wheel, ty + 2, 20, 20, (60, 62, 70))
        sheet.box(x - 60, ty - 62, 120, 60, tone, 16)
        sheet.box(x - 36, ty - 108, 72, 52, light(tone, 0.3), 14)
        for eye in (-15, 15):
            sheet.oval(x + eye, ty - 84, 9, 9, (54, 60, 70))
        sheet.line([(x, ty - 108), (x, ty - 136)], 5, (90, 92, 98))
        sheet.oval(x, ty - 140, 9, 9, (226, 92, 62))


def lesson(sheet: Sheet, mood: Mood) -> None:
    floor = sheet.h * 0.56
    room(sheet, mood, floor, window=False)
    left, top, wide, high = sheet.w * 0.2, sheet.h * 0.08, sheet.w * 0.6, floor * 0.62
    sheet.box(left - 14, top - 14, wide + 28, high + 28, WOOD, 6)
    sheet.box(left, top, wide, high, (58, 98, 88))
    for k in range(4):
        y = top + high * (0.2 + 0.19 * k)
        x1 = left + wide * sheet.rng.uniform(0.35, 0.8)
        wave = [(left + wide * 0.08 + (x1 - left) * t / 9, y + 7 * math.sin(t * 2.2 + k)) for t in range(10)]
        sheet.line(wave, 7, (226, 234, 226))
    sheet.ring(left + wide * 0.84, top + high * 0.4, high * 0.17, 6, (246, 222, 150))
    adult(sheet, mood, left + wide * sheet.rng.choice((0.05, 0.95)), floor + 40, 230).stand("right", back=False)
    for row in range(2):
        y = sheet.h * (0.66 + row * 0.17)
        n = 4 - row
        for k in range(n):
            x = sheet.w * (k + 0.5) / n
            table(sheet, x - 110 - row * 25, y, 220 + row * 50, 46 + row * 10)
            sheet.box(x - 40, y + 10, 60, 26, CHALK, 3)
            child(sheet, mood, x, y + 130 + row * 20, 260 + row * 40).stand(sheet.rng.choice(("down", "down", "right")))
