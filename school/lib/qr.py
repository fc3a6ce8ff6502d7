"""QR codes as a path for an SVG: black squares on whatever is behind them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

import segno

QUIET_ZONE = 4
"""White modules around it, which the standard asks for."""


@dataclass(frozen=True)
class Qr:
    size: int
    """Width and height of the ``viewBox``, quiet zone included."""
    path: str
    """What goes into ``<path d="…">``: a rectangle for each run of dark modules."""


def drawn(data: str) -> Qr:
    """A code that can still be read with a tenth of it creased or stained (level M)."""
    rows = list(segno.make(data, error="m", micro=False).matrix_iter(border=QUIET_ZONE))
    return Qr(len(rows), "".join(_runs(row, y) for y, row in enumerate(rows)))


def _runs(row: Iterable[int], y: int) -> str:
    path, x = "", 0
    for dark, run in groupby(row):
        length = len(list(run))
        path += f"M{x} {y}h{length}v1h-{length}z" if dark else ""
        x += length
    return path
