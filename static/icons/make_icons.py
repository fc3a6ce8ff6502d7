"""Draws the app icons from the mark: three hopscotch tiles and a pebble. Run once after a change of the mark:
``.venv/bin/python static/icons/make_icons.py``. The PNGs lie in the repository, so the server never needs this."""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageDraw

HERE = Path(__file__).parent
GROUND, CHALK, PEBBLE = (7, 92, 76), (255, 253, 247), (246, 196, 82)
FINE = 4
"""Drawn this many times larger, then scaled down: smooth edges."""

# Centre, side and tilt of each tile in a square of 100; the first is the one that is thrown at.
TILES = ((50.5, 31.0, 27.0, -9.0), (32.5, 66.5, 27.0, 1.0), (67.5, 66.5, 27.0, -1.0))


def main() -> None:
    for size in (192, 512):
        icon(size, mark=1.02, corner=0.22).save(HERE / f"icon-{size}.png", optimize=True)
    icon(512, mark=0.86, corner=0.0).save(HERE / "icon-maskable-512.png", optimize=True)
    icon(180, mark=1.02, corner=0.0).save(HERE / "icon-apple-180.png", optimize=True)  # rounded by the phone


def icon(size: int, mark: float, corner: float) -> Image.Image:
    """``mark``: share of the side the drawing takes; ``corner``: radius of the ground, 0 for a maskable icon."""
    large = size * FINE
    image = Image.new("RGBA", (large, large))
    ImageDraw.Draw(image).rounded_rectangle((0, 0, large - 1, large - 1), corner * large, fill=GROUND)
    unit, start = large * mark / 100, large * (1 - mark) / 2
    for x, y, side, tilt in TILES:
        tile(image, start + x * unit, start + y * unit, side * unit, tilt)
    x, y, radius = start + TILES[0][0] * unit, start + TILES[0][1] * unit, 4.6 * unit
    ImageDraw.Draw(image).ellipse((x - radius, y - radius, x + radius, y + radius), fill=PEBBLE)
    return image.resize((size, size), Image.Resampling.LANCZOS)


def tile(image: Image.Image, x: float, y: float, side: float, tilt: float) -> None:
    """A square outline with round corners around (x, y)."""
    room = int(side * 1.6)
    sheet = Image.new("RGBA", (room, room))
    edge = (room - side) / 2
    box = (edge, edge, room - edge, room - edge)
    ImageDraw.Draw(sheet).rounded_rectangle(box, side * 0.16, outline=CHALK, width=round(side * 0.2))
    sheet = sheet.rotate(tilt, Image.Resampling.BICUBIC)
    image.alpha_composite(sheet, (round(x - room / 2), round(y - room / 2)))


if __name__ == "__main__":
    main()
