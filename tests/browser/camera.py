"""A telephone's camera: large JPEGs that tell where and how they were made; and a look at whether that is gone."""

from __future__ import annotations

import io
import json
import shutil
import struct
import subprocess
from collections.abc import Iterator
from pathlib import Path

from PIL import Image

CANARY = "CANARY-of-the-camera"
XMP = b'<?xpacket begin=""?><x:xmpmeta xmlns:x="adobe:ns:meta/"><a>' + CANARY.encode() + b"</a></x:xmpmeta>"
TRACES = (CANARY.encode(), b"Exif\x00\x00", b"http://ns.adobe.com", b"xmpmeta", b"Canary Camera", b"photoshop")
"""Long enough not to occur by chance in the bytes of a picture."""
PLAIN_WEBP = {b"VP8 ", b"VP8L", b"VP8X", b"ALPH"}
TOLD = ("EXIF", "XMP", "GPS", "IPTC", "MakerNotes", "Photoshop")
"""exiftool's groups that hold what a camera told."""


def shots(folder: Path, number: int, size: tuple[int, int] = (4000, 3000)) -> list[Path]:
    """JPEGs as a phone makes them: turned, with a place (GPS), XMP and a comment of their own."""
    folder.mkdir(parents=True, exist_ok=True)
    developed = _jpeg(size)
    files = []
    for at in range(1, number + 1):
        comment = f"{CANARY} {at}".encode()
        segment = b"\xff\xfe" + struct.pack(">H", len(comment) + 2) + comment
        file = folder / f"IMG_{at:04}.jpg"
        file.write_bytes(developed[:2] + segment + developed[2:])
        files.append(file)
    return files


def _jpeg(size: tuple[int, int]) -> bytes:
    shade = Image.linear_gradient("L").resize(size)
    grain = Image.effect_noise((size[0] // 8, size[1] // 8), 60).resize(size)
    image = Image.merge("RGB", (shade, grain, shade.transpose(Image.Transpose.FLIP_TOP_BOTTOM)))
    made = io.BytesIO()
    image.save(made, "JPEG", quality=90, exif=_exif(), xmp=XMP)
    return made.getvalue()


def _exif() -> Image.Exif:
    exif = Image.Exif()
    exif[0x010F], exif[0x0110], exif[0x0112] = "Canary Camera", CANARY, 6
    exif.get_ifd(0x8825).update({1: "N", 2: (52.0, 5.0, 13.0), 3: "E", 4: (4.0, 18.0, 33.0)})
    return exif


def told(content: bytes) -> list[str]:
    """What a picture still tells besides itself; empty when it tells nothing."""
    found = [f"bytes {trace!r}" for trace in TRACES if trace in content]
    if content[:4] == b"RIFF":
        found += [f"chunk {name!r}" for name in _chunks(content) if name not in PLAIN_WEBP]
    elif content[:2] == b"\xff\xd8":
        found += [f"segment {marker:02x}" for marker in _segments(content) if marker in (0xE1, 0xED, 0xFE)]
    else:
        found.append("neither WebP nor JPEG")
    return found


def _chunks(content: bytes) -> Iterator[bytes]:
    at = 12
    while at + 8 <= len(content):
        yield content[at : at + 4]
        length = int(struct.unpack("<I", content[at + 4 : at + 8])[0])
        at += 8 + length + length % 2
    assert at == len(content), "bytes after the last chunk"


def _segments(content: bytes) -> Iterator[int]:
    at = 2
    while content[at] == 0xFF and content[at + 1] != 0xDA:
        yield content[at + 1]
        at += 2 + int(struct.unpack(">H", content[at + 2 : at + 4])[0])


def exiftool_finds(folder: Path) -> list[str]:
    """The second opinion, where exiftool is installed."""
    if shutil.which("exiftool") is None:
        return []
    run = subprocess.run(["exiftool", "-j", "-G", "-r", str(folder)], stdout=subprocess.PIPE, check=False)
    rows = json.loads(run.stdout or b"[]")
    assert rows, "exiftool read nothing"
    return [name for row in rows for name in row if name.startswith(TOLD) or name == "File:Comment"]
