"""What happens to a photo inside the child: sniff, decode small, turn, to sRGB on white, save anew.

Only pixels leave this module. The saved files are made from a fresh canvas, so that no EXIF, GPS, XMP,
comment, text chunk or colour profile of the original can come along, whatever Pillow would carry over.
"""

import contextlib
import importlib
import io
import json
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PIL import AvifImagePlugin, Image, ImageCms

from school.lib.images_cage import Bad, Job, serve

JPEG_QUALITY = 82
WEBP_QUALITY = 86  # looks as good as JPEG 82, measured: docs/decisions/0005-photo-formats.md

# Megapixels. JPEG is decoded at a fraction of its size; WebP and AVIF need several whole canvases at once.
PIXELS = {"jpeg": 200, "png": 50, "gif": 50, "webp": 32, "avif": 32, "heic": 50}
DECODED = 50
PLUGINS = {
    "jpeg": ("PIL.JpegImagePlugin", "JpegImageFile"),
    "png": ("PIL.PngImagePlugin", "PngImageFile"),
    "gif": ("PIL.GifImagePlugin", "GifImageFile"),
    "webp": ("PIL.WebPImagePlugin", "WebPImageFile"),
    "avif": ("PIL.AvifImagePlugin", "AvifImageFile"),
    "heic": ("pillow_heif", "HeifImageFile"),
}
HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"heif"}
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
# Cameras write sloppy metadata, and it is thrown away: no reason to refuse. Other warnings are errors.
HARMLESS = (".*EXIF data", "Metadata Warning", "Tag ", "Truncated File Read", "Invalid APNG")


def main(limits: str) -> None:
    warnings.simplefilter("error")
    for message in HARMLESS:
        warnings.filterwarnings("ignore", message=message)
    AvifImagePlugin.DEFAULT_MAX_THREADS = 1
    serve(develop, json.loads(limits))


def develop(job: Job) -> Job:
    """`source`, `into`: paths; `sizes`: name → longest side in px; `heic`: whether that is allowed."""
    longest = max(job["sizes"].values())
    with open(job["source"], "rb") as file:
        kind = sniff(file.read(4096), heic=job["heic"])
        file.seek(0)
        large = _decode(file, kind, longest)
    saved = {name: _save(large, side, Path(job["into"]), name) for name, side in job["sizes"].items()}
    return {"width": large.width, "height": large.height, "colour": _colour(large), "saved": saved}


def sniff(head: bytes, *, heic: bool = False) -> str:
    """The kind of photo these first bytes are; the name and what the browser said do not count."""
    if not head:
        raise Bad("empty")
    if head.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if head.startswith((b"GIF87a", b"GIF89a")):
        return "gif"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "webp"
    if head[4:8] == b"ftyp":
        return _sniff_brand(head, heic)
    raise Bad("vector" if _is_svg(head) else "not-a-photo")


def _sniff_brand(head: bytes, heic: bool) -> str:
    size = min(int.from_bytes(head[:4], "big"), 256)
    brands = {head[at : at + 4] for at in (8, *range(16, size, 4))}
    if brands & {b"avif", b"avis"}:
        return "avif"
    if not brands & HEIC_BRANDS:
        raise Bad("not-a-photo")
    if not heic:
        raise Bad("heic")
    return "heic"


def _is_svg(head: bytes) -> bool:
    text = head.decode("utf-16" if head[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8", "ignore")
    text = text.lstrip("\ufeff \t\r\n").lower()
    return text.startswith("<") and "<svg" in text and "<html" not in text


def _decode(file: io.BufferedReader, kind: str, longest: int) -> Image.Image:
    """The photo as it should be seen: upright, sRGB, at most `longest` px, without anything but pixels."""
    with _open(file, kind) as im:
        _refuse_huge(im.size, PIXELS[kind])
        turn = TURNS.get(_orientation(im))
        profile = im.info.get("icc_profile")
        target = _fit(im.size, longest)
        im.draft(None, target)  # the decoder itself drops pixels that are not needed: JPEG only
        _refuse_huge(im.size, DECODED)
        im.load()
        small = _shrink(_plain(im), target)
    clean = _srgb(_on_white(small), profile)
    return clean if turn is None else clean.transpose(turn)


def _open(file: io.BufferedReader, kind: str) -> Image.Image:
    # The plugin itself, not Image.open: no other decoder gets to see the bytes, nor does the one for "MPO".
    module, name = PLUGINS[kind]
    opener: Callable[[Any], Image.Image] = getattr(importlib.import_module(module), name)
    Image.MAX_IMAGE_PIXELS = PIXELS[kind] * 500_000  # Pillow refuses at twice this, before WebP allocates
    try:
        return opener(file)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Bad("too-many-pixels") from None


def _refuse_huge(size: tuple[int, int], megapixels: int) -> None:
    if size[0] * size[1] > megapixels * 1_000_000:
        raise Bad("too-many-pixels")


def _orientation(im: Image.Image) -> int:
    try:
        return int(im.getexif().get(0x0112, 1))
    except Exception:  # a maimed EXIF block leaves the photo as it lies; a photo is not refused for it
        return 1


def _fit(size: tuple[int, int], longest: int) -> tuple[int, int]:
    """Same shape, at most `longest`, never larger than it was, never less than a pixel."""
    scale = min(1.0, longest / max(size))
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _plain(im: Image.Image) -> Image.Image:
    """A mode that can be resized well: palettes and bitmaps cannot, 16 bits are cut to 8."""
    if im.mode.startswith(("I", "F")):
        top = 65535 if im.mode.startswith("I") else 1
        return im.convert("F").point(lambda value: value * (255 / top) + 0.5).convert("L")
    if im.has_transparency_data:
        return im if im.mode in ("RGBA", "LA") else im.convert("RGBA")
    return im if im.mode in ("L", "RGB", "CMYK") else im.convert("RGB")


def _shrink(im: Image.Image, size: tuple[int, int]) -> Image.Image:
    if im.size == size:
        return im
    return im.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)


def _on_white(im: Image.Image) -> Image.Image:
    if "A" not in im.getbands():
        return im
    sheet = Image.new("RGB", im.size, "white")
    sheet.paste(im.convert("RGB"), mask=im.getchannel("A"))
    return sheet


def _srgb(im: Image.Image, profile: bytes | None) -> Image.Image:
    """Colours as a screen expects them. An unreadable or unfitting profile is as good as none."""
    if profile:
        with contextlib.suppress(ImageCms.PyCMSError, OSError, ValueError, TypeError):
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            turned = ImageCms.profileToProfile(im, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
            im = turned or im
    sheet = Image.new("RGB", im.size)
    sheet.paste(im.convert("RGB"))
    return sheet


def _save(large: Image.Image, side: int, into: Path, name: str) -> list[Any]:
    """Writes the smaller of WebP and JPEG; returns [kind, width, height]."""
    im = _shrink(large, _fit(large.size, side))
    webp = _encoded(im, "WEBP", quality=WEBP_QUALITY, method=4)
    jpeg = _encoded(im, "JPEG", quality=JPEG_QUALITY, optimize=True, progressive=True)
    kind, data = ("webp", webp) if len(webp) < len(jpeg) else ("jpeg", jpeg)
    (into / f"{name}.{'webp' if kind == 'webp' else 'jpg'}").write_bytes(data)
    return [kind, im.width, im.height]


def _encoded(im: Image.Image, kind: str, **settings: Any) -> bytes:
    im.info.clear()
    out = io.BytesIO()
    im.save(out, kind, **settings)
    return out.getvalue()


def _colour(im: Image.Image) -> str:
    """The colour most of the photo has, for its empty place: the largest of a few, not the muddy mean."""
    few = im.resize((32, 32), Image.Resampling.BOX).quantize(6, Image.Quantize.MEDIANCUT)
    counts = few.getcolors()
    palette = few.getpalette()
    if not counts or not palette:
        return "#808080"
    index = max(counts)[1]
    assert isinstance(index, int)
    red, green, blue = palette[index * 3 : index * 3 + 3]
    return f"#{red:02x}{green:02x}{blue:02x}"
