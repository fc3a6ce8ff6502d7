"""Good and nasty photos, drawn and bent by code: nobody's photo is in the repository."""

import io
import struct
import zipfile
import zlib

from PIL import Image, ImageCms, ImageDraw, ImageFilter

CANARY = b"CANARY-5c1d"
TURNED_COLOURS = {
    "red": (230, 30, 30),
    "green": (30, 200, 30),
    "blue": (30, 30, 230),
    "yellow": (240, 230, 40),
}


def photo(width: int = 640, height: int = 480, *, grain: float = 0.15) -> Image.Image:
    """Light, shapes and grain, so that it packs as badly as a real one."""
    light = Image.radial_gradient("L").resize((width, height))
    im = Image.merge("RGB", (light, light.transpose(Image.Transpose.ROTATE_180), Image.new("L", light.size, 90)))
    draw = ImageDraw.Draw(im)
    for step in range(8):
        x, y = width * step // 8, height * (step * 5 % 8) // 8
        draw.ellipse((x, y, x + width // 5, y + height // 5), fill=(step * 30, 220 - step * 25, 120))
    noise = Image.effect_noise((width, height), 50).filter(ImageFilter.GaussianBlur(0.6)).convert("RGB")
    return Image.blend(im, noise, grain)


def encoded(im: Image.Image, kind: str = "JPEG", **settings: object) -> bytes:
    out = io.BytesIO()
    im.save(out, kind, **settings)
    return out.getvalue()


def corners(width: int = 80, height: int = 60) -> Image.Image:
    """Red and green on top, blue and yellow below: shows which way up it is."""
    im = Image.new("RGB", (width, height))
    x, y = width // 2, height // 2
    for box, colour in zip(((0, 0), (x, 0), (0, y), (x, y)), TURNED_COLOURS.values(), strict=True):
        im.paste(colour, (*box, box[0] + x, box[1] + y))
    return im


def stored_turned(upright: Image.Image, orientation: int) -> bytes:
    """The JPEG a camera held in that EXIF orientation would write of `upright`."""
    undo = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    lying = upright.transpose(undo[orientation]) if orientation in undo else upright
    exif = Image.Exif()
    exif[0x0112] = orientation
    return encoded(lying, quality=95, exif=exif.tobytes())


def talkative_exif() -> bytes:
    exif = Image.Exif()
    text = CANARY.decode()
    exif[0x010F], exif[0x0131], exif[0x9C9B] = "Phone " + text, text, CANARY
    exif[0x0112] = 6
    exif.get_ifd(0x8825).update({1: "N", 2: (52.0, 4.0, 5.0), 3: "E", 4: (4.0, 54.0, 1.0), 29: text})
    exif.get_ifd(0x8769).update({0x9003: "2026:11:22 08:15:00", 0xA431: text, 0x927C: CANARY, 0x9286: CANARY})
    return exif.tobytes()


def talkative_profile() -> bytes:
    """A valid sRGB profile whose description is the canary."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return profile + CANARY


def talkative_jpeg() -> bytes:
    """Every place a JPEG has for words: EXIF with GPS, XMP, IPTC, comment, ICC, other segments, the end."""
    data = encoded(
        photo(300, 200),
        quality=90,
        exif=talkative_exif(),
        icc_profile=talkative_profile(),
        comment=CANARY,
        xmp=b"<x:xmpmeta>" + CANARY + b"</x:xmpmeta>",
    )
    iptc = b"Photoshop 3.0\x00" + b"8BIM\x04\x04\x00\x00" + struct.pack(">I", 5 + len(CANARY))
    iptc += b"\x1c\x02\x78" + struct.pack(">H", len(CANARY)) + CANARY
    extra = _segment(0xED, iptc) + _segment(0xEC, b"Ducky" + CANARY) + _segment(0xE9, CANARY)
    return data[:2] + extra + data[2:] + CANARY * 3


def _segment(marker: int, body: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body


def jpeg_and_zip() -> bytes:
    """A photo that is also a ZIP archive with a page in it."""
    archive = io.BytesIO(encoded(photo(64, 48)))
    with zipfile.ZipFile(archive, "a") as file:
        file.writestr("index.html", "<script>" + CANARY.decode() + "</script>")
    return archive.getvalue()


def png_chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(width: int, height: int, *, colour: int = 2, depth: int = 8, before: bytes = b"") -> bytes:
    """All zeros of any size, written row by row: small as a file, huge when unpacked."""
    samples = {0: 1, 2: 3, 4: 2, 6: 4}[colour] * depth // 8
    pack = zlib.compressobj(1)
    row = bytes(1 + width * samples)
    body = b"".join(pack.compress(row) for _ in range(height)) + pack.flush()
    head = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    chunks = png_chunk(b"IHDR", head) + before + png_chunk(b"IDAT", body) + png_chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks


def png_promising(width: int, height: int) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    body = zlib.compress(bytes(1000))
    chunks = png_chunk(b"IHDR", head) + png_chunk(b"IDAT", body) + png_chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks


def png_text_bomb() -> bytes:
    """A text chunk of 300 kB that wants to be 300 MB."""
    pack = zlib.compressobj(9)
    body = b"".join(pack.compress(bytes(2**20)) for _ in range(300)) + pack.flush()
    return png(8, 8, before=png_chunk(b"zTXt", b"Comment\x00\x00" + body))


def talkative_png() -> bytes:
    words = png_chunk(b"tEXt", b"Author\x00" + CANARY)
    words += png_chunk(b"zTXt", b"Comment\x00\x00" + zlib.compress(CANARY))
    words += png_chunk(b"iTXt", b"XML:com.adobe.xmp\x00\x00\x00\x00\x00" + CANARY)
    words += png_chunk(b"eXIf", talkative_exif()[6:]) + png_chunk(b"prVt", CANARY)
    return png(20, 10, before=words) + CANARY


def webp_promising(width: int, height: int) -> bytes:
    """Two tiny frames on a canvas of any size; the decoder allocates it when the file is opened."""
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    data = bytearray(encoded(frames[0], "WEBP", save_all=True, append_images=frames[1:], lossless=True))
    at = data.index(b"VP8X") + 12
    data[at : at + 6] = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return bytes(data)


def gif_promising(width: int, height: int) -> bytes:
    data = bytearray(encoded(Image.new("P", (8, 8)), "GIF"))
    data[6:10] = struct.pack("<HH", width, height)
    return bytes(data)


def jpeg_promising(width: int, height: int) -> bytes:
    data = bytearray(encoded(photo(64, 48)))
    at = data.index(b"\xff\xc0") + 5
    data[at : at + 4] = struct.pack(">HH", height, width)
    return bytes(data)


def heic_head() -> bytes:
    return struct.pack(">I", 24) + b"ftypheic\x00\x00\x00\x00mif1heic" + bytes(200)


def wide_gamut_profile() -> bytes:
    """sRGB with its red and green exchanged: whoever honours it sees red where the file says green."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    count = struct.unpack(">I", profile[128:132])[0]
    tags = {bytes(profile[132 + i * 12 : 136 + i * 12]): 136 + i * 12 for i in range(count)}
    red, green = tags[b"rXYZ"], tags[b"gXYZ"]
    profile[red : red + 8], profile[green : green + 8] = profile[green : green + 8], profile[red : red + 8]
    return bytes(profile)
