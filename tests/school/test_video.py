"""Videos: the same picture and sound, nothing else of the original, and a poster that is upright."""

import struct
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from school.lib import video
from school.lib.files import DiskFull
from school.lib.images import Studio
from school.lib.images_pool import Cage, Crew
from school.lib.video import BadVideo, Clip, Cutter
from tests.school import pictures

av = pytest.importorskip("av", reason="videos are off without the av library")

WORD = pictures.CANARY.decode()
MB = 2**20


@pytest.fixture(scope="module")
def cutter() -> Iterator[Cutter]:
    studio = Studio()
    cutter = Cutter(studio)
    yield cutter
    cutter.close()
    studio.close()


def film(
    path: Path,
    *,
    picture: str = "libx264",
    sound: str = "aac",
    seconds: float = 2,
    rate: int = 10,
    talk: bool = True,
    black: bool = False,
    pixels: str = "yuv420p",
    **options: Any,
) -> Path:
    """A small film: a white square wanders over red; with words wherever a container takes them."""
    with av.open(str(path), "w", **options) as out:
        images = out.add_stream(picture, rate=rate)
        images.width, images.height, images.pix_fmt = 160, 96, pixels
        sounds = out.add_stream(sound, rate=48000) if sound else None
        if talk:
            out.metadata.update(title=WORD, comment=WORD, location="+52.1+004.9/", artist=WORD)
            out.metadata["creation_time"] = "2026-11-22T08:15:00Z"
            images.metadata.update(title=WORD, handler_name=WORD, language="nld")
            out.set_chapters(
                [
                    {
                        "id": 1,
                        "start": 0,
                        "end": 1000,
                        "time_base": Fraction(1, 1000),
                        "metadata": {"title": WORD},
                    }
                ]
            )
        for number in range(int(seconds * rate)):
            out.mux(images.encode(_frame(number, black and number < rate * 3 // 2)))
        if sounds:
            _hum(out, sounds, seconds)
        out.mux(images.encode(None))
    return path


def _frame(number: int, black: bool) -> Any:
    im = Image.new("RGB", (160, 96), "black" if black else (200, 20, 20))
    if not black:
        im.paste("white", (number * 2 % 120, 10, number * 2 % 120 + 30, 40))
    frame = av.VideoFrame.from_image(im).reformat(format="yuv420p")
    frame.pts = number
    return frame


def _hum(out: Any, stream: Any, seconds: float) -> None:
    for start in range(0, int(seconds * 48000), 960):
        frame = av.AudioFrame(format=stream.codec_context.format.name, layout="stereo", samples=960)
        frame.sample_rate, frame.pts = 48000, start
        for plane in frame.planes:
            plane.update(bytes(plane.buffer_size))
        out.mux(stream.encode(frame))
    out.mux(stream.encode(None))


def cut(cutter: Cutter, source: Path) -> Clip:
    into = source.parent / "out"
    into.mkdir(exist_ok=True)
    return cutter.cut(source, into)


def refusal(cutter: Cutter, source: Path) -> str:
    """The code; nothing may be left behind."""
    with pytest.raises(BadVideo) as caught:
        cut(cutter, source)
    assert list((source.parent / "out").iterdir()) == []
    assert caught.value.code in video.CODES
    return caught.value.code


def streams(file: Path) -> list[tuple[str, str]]:
    with av.open(str(file)) as opened:
        codecs = ((stream.type, stream.codec_context) for stream in opened.streams)
        return [(kind, context.codec.canonical_name if context else "") for kind, context in codecs]


def test_an_mp4_of_a_phone(cutter: Cutter, tmp_path: Path) -> None:
    source = film(tmp_path / "a.mp4")
    clip = cut(cutter, source)
    assert (clip.kind, clip.width, clip.height, clip.file.name) == ("mp4", 160, 96, "video.mp4")
    assert clip.seconds == pytest.approx(2, abs=0.1)
    assert streams(clip.file) == [("video", "h264"), ("audio", "aac")]
    assert {file.name for file in clip.file.parent.iterdir()} == {"video.mp4"} | {
        rendition.file.name for rendition in clip.poster.renditions
    }


@pytest.mark.parametrize(
    ("name", "picture", "sound", "kind"),
    [
        ("a.mov", "libx264", "aac", "mp4"),
        ("a.webm", "libvpx", "libopus", "webm"),
        ("a.webm", "libvpx-vp9", "", "webm"),
        ("a.mkv", "libx264", "libopus", "mp4"),
        ("a.mp4", "libx264", "", "mp4"),
        ("a.mp4", "libsvtav1", "aac", "mp4"),
    ],
)
def test_what_browsers_play(cutter: Cutter, tmp_path: Path, name: str, picture: str, sound: str, kind: str) -> None:
    if picture not in av.codecs_available:
        pytest.skip(f"{picture} cannot be made here")
    clip = cut(cutter, film(tmp_path / name, picture=picture, sound=sound))
    assert clip.kind == kind
    assert len(streams(clip.file)) == 1 + bool(sound)
    with av.open(str(clip.file)) as opened:
        assert sum(1 for _ in opened.decode(video=0)) == 20


@pytest.mark.parametrize("name", ["a.mp4", "a.mov", "a.mkv"])
def test_no_word_of_the_original_survives(cutter: Cutter, tmp_path: Path, name: str) -> None:
    source = film(tmp_path / name)
    before = source.read_bytes()
    assert pictures.CANARY in before
    assert b"x264" in before
    clip = cut(cutter, source)
    after = clip.file.read_bytes()
    for trace in (pictures.CANARY, b"+52.1", b"x264", b"2026-11-22", b"nld"):
        assert trace not in after
    with av.open(str(clip.file)) as opened:
        assert set(opened.metadata) <= {"major_brand", "minor_version", "compatible_brands", "encoder"}
        assert opened.chapters() == []
        for stream in opened.streams:
            assert set(stream.metadata) <= {"language", "handler_name", "vendor_id"}
            assert stream.metadata.get("handler_name") in ("VideoHandler", "SoundHandler")


def test_subtitles_attachments_and_further_tracks_stay_behind(cutter: Cutter, tmp_path: Path) -> None:
    source = tmp_path / "a.mkv"
    with av.open(str(film(tmp_path / "b.mp4"))) as plain, av.open(str(source), "w") as out:
        tracks = (plain.streams.video[0], plain.streams.audio[0])
        copies = {track.index: out.add_stream_from_template(track, opaque=True) for track in tracks}
        words = out.add_mux_stream("subrip")
        out.add_attachment("secret.txt", "text/plain", pictures.CANARY)
        second = out.add_stream_from_template(plain.streams.audio[0], opaque=True)
        said = av.Packet(pictures.CANARY + b" says")
        said.pts, said.dts, said.duration, said.stream = 0, 0, 500, words
        said.time_base = Fraction(1, 1000)
        for packet in plain.demux(tracks):
            if packet.dts is not None:
                packet.stream = copies[packet.stream.index]
                out.mux(packet)
        out.mux(said)
        assert second.index == len(out.streams) - 1
    assert source.read_bytes().count(pictures.CANARY) == 2, "subtitle and attachment"
    assert len(streams(source)) == 5
    clip = cut(cutter, source)
    assert streams(clip.file) == [("video", "h264"), ("audio", "aac")]
    assert pictures.CANARY not in clip.file.read_bytes()


def test_words_after_the_end_and_in_unknown_boxes(cutter: Cutter, tmp_path: Path) -> None:
    source = film(tmp_path / "a.mp4")
    body = b"\xbe\x7a\xcf\xcb" * 4 + pictures.CANARY
    source.write_bytes(source.read_bytes() + struct.pack(">I", len(body) + 8) + b"uuid" + body + b"PK\x03\x04")
    assert pictures.CANARY not in cut(cutter, source).file.read_bytes()


def test_words_in_another_encoding(cutter: Cutter, tmp_path: Path) -> None:
    source = film(tmp_path / "a.mp4")
    source.write_bytes(source.read_bytes().replace(b"CANARY", b"Caf\xe9\xe9\xe9"))
    assert b"Caf\xe9" not in cut(cutter, source).file.read_bytes()


def test_a_browser_can_start_before_all_is_there(cutter: Cutter, tmp_path: Path) -> None:
    source = film(tmp_path / "a.mp4")
    assert source.read_bytes().index(b"mdat") < source.read_bytes().index(b"moov")
    after = cut(cutter, source).file.read_bytes()
    assert after.index(b"moov") < after.index(b"mdat")


MATRICES = {  # tkhd matrices by the file format's definition: x' = ax + cy, y' = bx + dy, y points down
    90: (0, 1, -1, 0),
    180: (-1, 0, 0, -1),
    270: (0, -1, 1, 0),
}


@pytest.mark.parametrize("clockwise", MATRICES)
def test_a_phone_held_upright(cutter: Cutter, tmp_path: Path, clockwise: int) -> None:
    source = film(tmp_path / "a.mp4")
    _turn(source, MATRICES[clockwise])
    clip = cut(cutter, source)
    sideways = clockwise != 180
    assert (clip.width, clip.height) == ((96, 160) if sideways else (160, 96))
    assert (clip.poster.width, clip.poster.height) == (clip.width, clip.height)
    with Image.open(clip.poster.renditions[-1].file) as poster:
        seen = poster.convert("L").point(lambda level: 255 if level > 200 else 0)
    upright = Image.new("L", (160, 96))
    upright.paste(255, (20, 10, 50, 40))  # where the square is after one second
    box, expected = seen.getbbox(), upright.rotate(-clockwise, expand=True).getbbox()
    assert box
    assert expected
    assert all(abs(a - b) <= 6 for a, b in zip(box, expected, strict=True)), (box, expected)
    assert b"tkhd" in clip.file.read_bytes()
    with av.open(str(clip.file)) as opened:
        assert next(opened.decode(video=0)).rotation % 360 == -clockwise % 360


def _turn(file: Path, matrix: tuple[int, ...]) -> None:
    data = bytearray(file.read_bytes())
    at = data.index(b"tkhd") + 4 + 4 + 20 + 16
    a, b, c, d = (value * 65536 for value in matrix)
    data[at : at + 36] = struct.pack(">9i", a, b, 0, c, d, 0, 0, 0, 1 << 30)
    file.write_bytes(bytes(data))


def test_the_poster_is_not_the_black_at_the_start(cutter: Cutter, tmp_path: Path) -> None:
    clip = cut(cutter, film(tmp_path / "a.mp4", seconds=4, black=True))
    with Image.open(clip.poster.renditions[-1].file) as poster:
        assert max(poster.convert("L").histogram()[200:]) > 0


def test_a_film_of_one_frame(cutter: Cutter, tmp_path: Path) -> None:
    assert cut(cutter, film(tmp_path / "a.mp4", seconds=0.1, sound="")).poster.width == 160


def test_three_minutes_at_most(cutter: Cutter, tmp_path: Path) -> None:
    assert refusal(cutter, film(tmp_path / "a.mp4", seconds=183, rate=1, sound="")) == "too-long"
    assert cut(cutter, film(tmp_path / "b.mp4", seconds=179, rate=1, sound="")).seconds == pytest.approx(179, abs=1)


def test_a_film_that_does_not_say_how_long_it_is(cutter: Cutter, tmp_path: Path) -> None:
    source = film(tmp_path / "a.webm", picture="libvpx", sound="", seconds=183, rate=1, options={"live": "1"})
    with av.open(str(source)) as opened:
        assert opened.duration is None
    assert refusal(cutter, source) == "too-long"


def test_codecs_that_do_not_play_everywhere(cutter: Cutter, tmp_path: Path) -> None:
    for name, picture, sound in (("a.mp4", "mpeg4", "aac"), ("b.mov", "libx264", "pcm_s16le")):
        assert refusal(cutter, film(tmp_path / name, picture=picture, sound=sound)) == "codec"
    for pixels in ("yuv422p", "yuv420p10le"):
        assert refusal(cutter, film(tmp_path / f"{pixels}.mp4", pixels=pixels)) == "codec"
    if "libx265" in av.codecs_available:
        assert refusal(cutter, film(tmp_path / "c.mp4", picture="libx265")) == "codec"


NOT_VIDEOS = {
    "nothing": b"",
    "text": b"#EXTM3U\nfile:///etc/passwd\n",
    "concat": b"ffconcat version 1.0\nfile /etc/passwd\n",
    "photo": pictures.encoded(pictures.photo(64, 48)),
    "heic": pictures.heic_head(),
    "avi": b"RIFF\x00\x10\x00\x00AVI LIST" + bytes(100),
    "zeros": bytes(4000),
}


@pytest.mark.parametrize("name", NOT_VIDEOS)
def test_what_is_no_video_is_told_by_its_bytes(cutter: Cutter, tmp_path: Path, name: str) -> None:
    (tmp_path / "a.mp4").write_bytes(NOT_VIDEOS[name])
    assert refusal(cutter, tmp_path / "a.mp4") == "not-a-video"


def test_only_sound_is_no_video(cutter: Cutter, tmp_path: Path) -> None:
    with av.open(str(tmp_path / "a.m4a"), "w", format="mp4") as out:
        _hum(out, out.add_stream("aac", rate=48000), 1)
    assert refusal(cutter, tmp_path / "a.m4a") == "not-a-video"


def test_a_video_that_broke_off(cutter: Cutter, tmp_path: Path) -> None:
    data = film(tmp_path / "a.mp4", seconds=20).read_bytes()
    (tmp_path / "b.mp4").write_bytes(data[: len(data) // 2])
    assert refusal(cutter, tmp_path / "b.mp4") == "broken"
    fast = cut(cutter, tmp_path / "a.mp4").file.read_bytes()
    (tmp_path / "c").mkdir()
    (tmp_path / "c" / "c.mp4").write_bytes(fast[: len(fast) // 2])
    assert refusal(cutter, tmp_path / "c" / "c.mp4") == "broken"
    (tmp_path / "c" / "c.mp4").write_bytes(b"\x00\x00\x00\x18ftypmp42" + bytes(4000))
    assert refusal(cutter, tmp_path / "c" / "c.mp4") == "broken"


def test_without_the_library_videos_are_off(cutter: Cutter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert video.available()
    monkeypatch.setattr(video, "find_spec", lambda _: None)
    assert not video.available()
    (tmp_path / "a.mp4").write_bytes(b"x")
    (tmp_path / "out").mkdir()
    assert refusal(cutter, tmp_path / "a.mp4") == "off"


@pytest.mark.parametrize(
    ("do", "code"), [("loop", "too-slow"), ("crash", "broken"), ("invent", "broken"), ("greet", "broken")]
)
def test_a_child_that_misbehaves(tmp_path: Path, do: str, code: str) -> None:
    studio = Studio()
    cutter = Cutter(studio)
    cage = Cage(memory=300 * MB, cpu=1, wall=4, jobs=1, file_size=MB)
    cutter._crew = Crew("tests.school.images_naughty", cage, studio.slots)
    (tmp_path / "a.mp4").write_text(do)
    assert refusal(cutter, tmp_path / "a.mp4") == code
    studio.close()


def test_a_lying_child_is_not_believed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cutter = Cutter(Studio())
    (tmp_path / "a.mp4").write_bytes(b"x")
    (tmp_path / "out").mkdir()
    honest = {"kind": "mp4", "seconds": 2.0, "width": 16, "height": 9}
    lies: list[dict[str, Any]] = [
        {"kind": "../../x"},
        {"seconds": "2"},
        {"seconds": 9e9},
        {"width": -1},
        {"height": None},
    ]
    for lie in lies:
        (tmp_path / "out" / "video.mp4").write_bytes(b"\x00\x00\x00\x18ftypmp42")
        monkeypatch.setattr(cutter._crew, "ask", lambda _, told=honest | lie: {"ok": told})
        assert refusal(cutter, tmp_path / "a.mp4") == "broken"
    (tmp_path / "out" / "video.mp4").symlink_to("/etc/passwd")
    monkeypatch.setattr(cutter._crew, "ask", lambda _: {"ok": honest})
    assert refusal(cutter, tmp_path / "a.mp4") == "broken"
    monkeypatch.setattr(cutter._crew, "ask", lambda _: {"bad": "disk-full"})
    with pytest.raises(DiskFull):
        cut(cutter, tmp_path / "a.mp4")


def test_one_video_at_a_time(tmp_path: Path) -> None:
    cutter = Cutter(Studio(wait=0.1))
    (tmp_path / "a.mp4").write_bytes(b"x")
    with cutter._one:
        assert refusal(cutter, tmp_path / "a.mp4") == "busy"
