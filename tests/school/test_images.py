"""Photos: what comes out is clean, what cannot be taken has a reason, and no file can hurt the next one."""

import gc
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from PIL import Image, features

from school.lib import images_pool
from school.lib.images import CODES, BadPicture, Picture, Studio
from school.lib.images_pool import Cage, ChildError, ChildSlow, Crew, PoolBusy, Slots
from tests.school import images_naughty, pictures

NAUGHTY = "tests.school.images_naughty"
MB = 2**20


@pytest.fixture(scope="module")
def studio() -> Iterator[Studio]:
    studio = Studio()
    yield studio
    studio.close()


def develop(studio: Studio, folder: Path, data: bytes, name: str = "photo.jpg") -> Picture:
    (folder / name).write_bytes(data)
    (folder / "out").mkdir(exist_ok=True)
    return studio.develop(folder / name, folder / "out")


def refusal(studio: Studio, folder: Path, data: bytes) -> str:
    """The code; nothing may be left behind."""
    with pytest.raises(BadPicture) as caught:
        develop(studio, folder, data)
    assert list((folder / "out").iterdir()) == []
    assert caught.value.code in CODES
    return caught.value.code


def large(picture: Picture) -> Image.Image:
    with Image.open(picture.renditions[-1].file) as im:
        return im.convert("RGB")


def near(seen: object, expected: tuple[int, ...], by: int = 24) -> bool:
    assert isinstance(seen, tuple)
    return all(abs(a - b) <= by for a, b in zip(seen, expected, strict=True))


# What comes out


def test_three_sizes_true_to_shape(studio: Studio, tmp_path: Path) -> None:
    picture = develop(studio, tmp_path, pictures.encoded(pictures.photo(4000, 3000)))
    assert [(r.size, r.width, r.height) for r in picture.renditions] == [
        ("small", 480, 360),
        ("medium", 1280, 960),
        ("large", 2048, 1536),
    ]
    assert (picture.width, picture.height) == (2048, 1536)
    for rendition in picture.renditions:
        with Image.open(rendition.file) as im:
            assert im.size == (rendition.width, rendition.height)
            assert im.format == rendition.kind.upper()
            assert rendition.file.name == f"{rendition.size}.{'jpg' if rendition.kind == 'jpeg' else 'webp'}"
            assert im.mode == "RGB"


def test_a_small_photo_is_not_blown_up(studio: Studio, tmp_path: Path) -> None:
    picture = develop(studio, tmp_path, pictures.encoded(pictures.photo(300, 500)))
    assert {(r.width, r.height) for r in picture.renditions} == {(300, 500), (288, 480)}


@pytest.mark.parametrize("size", [(1, 1), (1, 900), (12000, 16), (9000, 700), (3, 2)])
def test_odd_shapes(studio: Studio, tmp_path: Path, size: tuple[int, int]) -> None:
    picture = develop(studio, tmp_path, pictures.encoded(Image.new("RGB", size, "orange"), "PNG"))
    assert max(picture.width, picture.height) == min(2048, max(size))
    assert min(rendition.height for rendition in picture.renditions) >= 1
    assert near(large(picture).getpixel((0, 0)), (255, 165, 0))


def test_the_smaller_of_webp_and_jpeg_is_kept(studio: Studio, tmp_path: Path) -> None:
    kinds = set()
    for grain in (0.0, 0.9):
        picture = develop(studio, tmp_path, pictures.encoded(pictures.photo(900, 700, grain=grain), quality=97))
        other = {"webp": ("JPEG", 82), "jpeg": ("WEBP", 86)}[picture.renditions[-1].kind]
        rival = pictures.encoded(large(picture), other[0], quality=other[1])
        assert picture.renditions[-1].file.stat().st_size < len(rival) * 1.1
        kinds.add(picture.renditions[-1].kind)
    assert kinds == {"webp", "jpeg"}


def test_the_colour_is_what_most_of_the_photo_has(studio: Studio, tmp_path: Path) -> None:
    im = Image.new("RGB", (400, 300), (20, 90, 160))
    im.paste((250, 240, 10), (0, 0, 120, 120))
    colour = develop(studio, tmp_path, pictures.encoded(im, "PNG")).colour
    assert near(tuple(bytes.fromhex(colour[1:])), (20, 90, 160), by=8)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_comes_out_upright(studio: Studio, tmp_path: Path, orientation: int) -> None:
    picture = develop(studio, tmp_path, pictures.stored_turned(pictures.corners(), orientation))
    im = large(picture)
    assert im.size == (80, 60)
    for at, colour in zip(((10, 10), (70, 10), (10, 50), (70, 50)), pictures.TURNED_COLOURS.values(), strict=True):
        assert near(im.getpixel(at), colour)


def test_a_maimed_orientation_is_no_reason_to_refuse(studio: Studio, tmp_path: Path) -> None:
    data = pictures.stored_turned(pictures.corners(), 6)
    at = data.index(b"Exif\x00\x00") + 14
    develop(studio, tmp_path, data[:at] + b"\xff" * 6 + data[at + 6 :])


MODES = {
    "RGBA": (Image.new("RGBA", (40, 30), (200, 0, 0, 0)), "PNG", (255, 255, 255)),
    "half": (Image.new("RGBA", (40, 30), (0, 0, 0, 128)), "PNG", (127, 127, 127)),
    "LA": (Image.new("LA", (40, 30), (0, 0)), "PNG", (255, 255, 255)),
    "P": (Image.new("RGB", (40, 30), (10, 120, 60)).quantize(4), "GIF", (10, 120, 60)),
    "1": (Image.new("1", (40, 30), 1), "PNG", (255, 255, 255)),
    "L": (Image.new("L", (40, 30), 77), "JPEG", (77, 77, 77)),
    "I;16": (Image.new("I;16", (40, 30), 0x8000), "PNG", (128, 128, 128)),
    "CMYK": (Image.new("RGB", (40, 30), (200, 40, 40)).convert("CMYK"), "JPEG", (200, 40, 40)),
    "webp": (Image.new("RGBA", (40, 30), (9, 9, 9, 0)), "WEBP", (255, 255, 255)),
}


@pytest.mark.parametrize("mode", MODES)
def test_every_mode_becomes_plain_colour_on_white(studio: Studio, tmp_path: Path, mode: str) -> None:
    im, kind, expected = MODES[mode]
    picture = develop(studio, tmp_path, pictures.encoded(im, kind))
    assert near(large(picture).getpixel((20, 15)), expected, by=6)


def test_transparent_edges_have_no_dark_fringe(studio: Studio, tmp_path: Path) -> None:
    im = Image.new("RGBA", (4000, 40), (0, 0, 0, 0))
    im.paste((255, 255, 255, 255), (0, 0, 1999, 40))
    seen = large(develop(studio, tmp_path, pictures.encoded(im, "PNG"))).convert("L").getextrema()
    assert seen[0] >= 245


def test_sixteen_bit_colour_and_palette_transparency(studio: Studio, tmp_path: Path) -> None:
    assert develop(studio, tmp_path, pictures.png(30, 20, colour=2, depth=16)).width == 30
    assert develop(studio, tmp_path, pictures.png(30, 20, colour=6, depth=16)).width == 30
    clear = pictures.encoded(Image.new("P", (30, 20), 0), "GIF", transparency=0)
    assert near(large(develop(studio, tmp_path, clear)).getpixel((5, 5)), (255, 255, 255))


def test_only_the_first_frame(studio: Studio, tmp_path: Path) -> None:
    frames = [Image.new("RGB", (40, 30), colour) for colour in ((200, 0, 0), (0, 0, 200))]
    for kind in ("GIF", "WEBP", "PNG", *(["AVIF"] if features.check("avif") else [])):
        data = pictures.encoded(frames[0], kind, save_all=True, append_images=frames[1:])
        picture = develop(studio, tmp_path, data)
        assert near(large(picture).getpixel((20, 15)), (200, 0, 0)), kind
        for rendition in picture.renditions:
            with Image.open(rendition.file) as im:
                assert getattr(im, "n_frames", 1) == 1


def test_a_photo_with_a_second_one_inside(studio: Studio, tmp_path: Path) -> None:
    """Phones hide a preview or a depth map behind the photo, and not always by the rules."""
    both = [Image.new("RGB", (40, 30), colour) for colour in ((200, 0, 0), (0, 0, 200))]
    data = pictures.encoded(both[0], "MPO", save_all=True, append_images=both[1:])
    for version in (data, data[:-200], data.replace(b"MPF\x00", b"MPF\x00\xff\xff")):
        assert near(large(develop(studio, tmp_path, version)).getpixel((20, 15)), (200, 0, 0))


def test_a_colour_profile_is_applied(studio: Studio, tmp_path: Path) -> None:
    green = Image.new("RGB", (40, 30), (0, 200, 0))
    data = pictures.encoded(green, "PNG", icc_profile=pictures.wide_gamut_profile())
    red, other, _ = large(develop(studio, tmp_path, data)).getpixel((20, 15))
    assert red > 150 > 100 > other


def test_a_broken_or_unfitting_profile_is_ignored(studio: Studio, tmp_path: Path) -> None:
    for im in (Image.new("RGB", (40, 30), (0, 200, 0)), Image.new("L", (40, 30), 90)):
        for profile in (b"nonsense" * 40, pictures.wide_gamut_profile()[:300], pictures.talkative_profile()):
            assert develop(studio, tmp_path, pictures.encoded(im, "PNG", icc_profile=profile)).width == 40


# What does not come along


@pytest.mark.parametrize(
    "make", [pictures.talkative_jpeg, pictures.talkative_png, pictures.jpeg_and_zip], ids=lambda f: f.__name__
)
def test_no_word_of_the_original_survives(studio: Studio, tmp_path: Path, make: object) -> None:
    assert callable(make)
    data = make()
    assert pictures.CANARY in data
    for rendition in develop(studio, tmp_path, data).renditions:
        saved = rendition.file.read_bytes()
        for trace in (
            pictures.CANARY,
            b"Exif",
            b"EXIF",
            b"ICC",
            b"xmp",
            b"http",
            b"PK\x03\x04",
            b"8BIM",
            b"\xff\xfe\x00",
        ):
            assert trace not in saved
        with Image.open(rendition.file) as im:
            assert not im.getexif()
            assert not {"comment", "exif", "icc_profile", "xmp", "photoshop", "dpi", "adobe"} & set(im.info)


@pytest.mark.parametrize("kind", ["WEBP", *(["AVIF"] if features.check("avif") else [])])
def test_nor_from_newer_formats(studio: Studio, tmp_path: Path, kind: str) -> None:
    data = pictures.encoded(
        pictures.photo(200, 150),
        kind,
        exif=pictures.talkative_exif(),
        icc_profile=pictures.talkative_profile(),
        xmp=pictures.CANARY,
    )
    assert pictures.CANARY in data
    for rendition in develop(studio, tmp_path, data).renditions:
        assert pictures.CANARY not in rendition.file.read_bytes()


def test_the_original_is_left_alone_and_nothing_else_is_made(studio: Studio, tmp_path: Path) -> None:
    data = pictures.talkative_jpeg()
    picture = develop(studio, tmp_path, data)
    assert (tmp_path / "photo.jpg").read_bytes() == data
    assert {r.file for r in picture.renditions} == set((tmp_path / "out").iterdir())
    assert all(r.file.stat().st_mode & 0o777 == 0o600 for r in picture.renditions)


# What cannot be taken

SVG = b'<?xml version="1.0"?>\n<!-- c -->\n<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
NOT_PHOTOS = {
    "nothing": (b"", "empty"),
    "text": (b"Beste ouders, zie bijlage", "not-a-photo"),
    "page": (b"<!DOCTYPE html><html><body><svg/></body></html>", "not-a-photo"),
    "pdf": (b"%PDF-1.7\n1 0 obj", "not-a-photo"),
    "zip": (b"PK\x03\x04" + bytes(60), "not-a-photo"),
    "mp4": (b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isommp42" + bytes(40), "not-a-photo"),
    "bmp": (pictures.encoded(Image.new("RGB", (4, 4)), "BMP"), "not-a-photo"),
    "tiff": (pictures.encoded(Image.new("RGB", (4, 4)), "TIFF"), "not-a-photo"),
    "eps": (b"%!PS-Adobe-3.0 EPSF-3.0\n", "not-a-photo"),
    "zeros": (bytes(5000), "not-a-photo"),
    "svg": (SVG, "vector"),
    "svg utf-16": (SVG.decode().encode("utf-16"), "vector"),
    "heic": (pictures.heic_head(), "heic"),
    "jpeg head": (b"\xff\xd8\xff\xe0", "broken"),
    "png head": (b"\x89PNG\r\n\x1a\n", "broken"),
    "webp head": (b"RIFF\x00\x00\x00\x00WEBP", "broken"),
    "gif head": (b"GIF89a", "broken"),
    "jpeg, then noise": (b"\xff\xd8\xff" + bytes(range(256)) * 20, "broken"),
}


@pytest.mark.parametrize("name", NOT_PHOTOS)
def test_what_is_no_photo_is_told_by_its_bytes(studio: Studio, tmp_path: Path, name: str) -> None:
    data, code = NOT_PHOTOS[name]
    assert refusal(studio, tmp_path, data) == code


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP"])
def test_a_photo_that_broke_off(studio: Studio, tmp_path: Path, kind: str) -> None:
    data = pictures.encoded(pictures.photo(200, 150), kind)
    assert refusal(studio, tmp_path, data[: len(data) // 2]) == "broken"


BOMBS = {
    "png of 56 MP": lambda: pictures.png(8000, 7000),
    "png that says 4 GP": lambda: pictures.png_promising(65000, 65000),
    "webp canvas of 256 MP": lambda: pictures.webp_promising(16000, 16000),
    "webp canvas of 36 MP": lambda: pictures.webp_promising(6000, 6000),
    "gif canvas of 4 GP": lambda: pictures.gif_promising(65535, 65535),
    "jpeg that says 4 GP": lambda: pictures.jpeg_promising(65500, 65500),
}


@pytest.mark.parametrize("name", BOMBS)
def test_bombs(studio: Studio, tmp_path: Path, name: str) -> None:
    before = time.monotonic()
    assert refusal(studio, tmp_path, BOMBS[name]()) == "too-many-pixels"
    assert time.monotonic() - before < 10


def test_a_bomb_in_a_text_chunk(studio: Studio, tmp_path: Path) -> None:
    assert refusal(studio, tmp_path, pictures.png_text_bomb()) in ("broken", "too-many-pixels")


def test_the_largest_photos_fit_into_the_limits(studio: Studio, tmp_path: Path) -> None:
    assert develop(studio, tmp_path, pictures.png(7000, 7000, colour=6)).width == 2048
    huge = Image.new("RGB", (9000, 9000), (40, 90, 50))
    assert develop(studio, tmp_path, pictures.encoded(huge, quality=50)).width == 2048


def test_too_little_memory_is_a_reason_not_a_crash(tmp_path: Path) -> None:
    studio = Studio(memory=150 * MB)
    try:
        assert refusal(studio, tmp_path, pictures.png(5000, 5000, colour=6)) == "too-many-pixels"
        assert develop(studio, tmp_path, pictures.encoded(pictures.photo())).width == 640
    finally:
        studio.close()


def test_heic_stays_off_without_its_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("school.lib.images.find_spec", lambda _: None)
    studio = Studio(heic=True)
    try:
        assert refusal(studio, tmp_path, pictures.heic_head()) == "heic"
    finally:
        studio.close()


# A child that was broken or taken over


@pytest.fixture
def crew() -> Iterator[Crew]:
    cage = Cage(memory=300 * MB, cpu=1, wall=10, jobs=6, file_size=MB)
    crew = Crew(NAUGHTY, cage, Slots(2, wait=2))
    yield crew
    crew.close()


def test_the_child_has_nothing_but_its_work(crew: Crew, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SCHOOL_SECRET", "x")
    with (tmp_path / "school.db").open("w") as inherited:
        os.set_inheritable(inherited.fileno(), True)
        seen = crew.ask({"do": "look around"})["ok"]["said"]
    assert set(seen["environment"]) <= {"MALLOC_ARENA_MAX", "LD_LIBRARY_PATH", "LC_CTYPE"}
    assert all(d == "/dev/null" or d.startswith("pipe:") for d in seen["descriptors"]), seen["descriptors"]
    assert seen["nice"] >= 10
    assert seen["group"]
    assert seen["folder"] == "/"
    assert not {"flask", "sqlalchemy", "sqlite3", "school.lib.db"} & set(seen["modules"])
    assert seen["limits"] == {"AS": [300 * MB] * 2, "CORE": [0, 0], "FSIZE": [MB, MB]}


def test_the_real_child_loads_no_database_and_no_web() -> None:
    code = "import sys; sys.path.append(sys.argv[1]); import school.lib.images_child; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-I", "-c", code, str(images_pool.ROOT)], capture_output=True, text=True, check=True
    )
    assert not {"flask", "sqlalchemy", "sqlite3", "socket", "school.lib.db"} & set(done.stdout.split())


def test_an_endless_decoder_is_stopped_by_its_cpu_limit(crew: Crew) -> None:
    before = time.monotonic()
    with pytest.raises(ChildSlow, match="cpu"):
        crew.ask({"do": "loop"})
    assert time.monotonic() - before < 9


def test_a_warm_child_has_the_limit_per_photo(crew: Crew) -> None:
    used = [crew.ask({"do": "burn"})["ok"]["said"] for _ in range(4)]
    assert used == sorted(used), "the same child all along"
    assert used[-1] > 2.2, "more in all than one photo may"
    with pytest.raises(ChildSlow, match="cpu"):
        crew.ask({"do": "loop"})


def test_a_decoder_that_hangs_is_stopped_by_the_clock() -> None:
    crew = Crew(NAUGHTY, Cage(memory=300 * MB, cpu=9, wall=0.5, jobs=3, file_size=MB), Slots(1, wait=1))
    with pytest.raises(ChildSlow, match="wall"):
        crew.ask({"do": "sleep"})
    assert isinstance(crew.ask({"do": "greet"})["ok"]["said"], int)
    crew.close()


@pytest.mark.parametrize("do", ["crash", "leave", "flood"])
def test_after_a_crash_the_next_photo_is_fine(crew: Crew, do: str) -> None:
    first = crew.ask({"do": "greet"})["ok"]["said"]
    with pytest.raises(ChildError):
        crew.ask({"do": do})
    assert crew.ask({"do": "greet"})["ok"]["said"] != first


@pytest.mark.parametrize(("do", "code"), [("refuse", "vector"), ("hog", "memory")])
def test_a_child_that_refused_is_not_used_again(crew: Crew, do: str, code: str) -> None:
    first = crew.ask({"do": "greet"})["ok"]["said"]
    assert crew.ask({"do": do}) == {"bad": code}
    assert crew.ask({"do": "greet"})["ok"]["said"] != first


def test_a_child_serves_one_batch(crew: Crew) -> None:
    served = [crew.ask({"do": "greet"})["ok"]["said"] for _ in range(13)]
    assert [served.count(pid) for pid in dict.fromkeys(served)] == [6, 6, 1]


def test_what_a_library_prints_is_no_answer(crew: Crew) -> None:
    assert crew.ask({"do": "chatter"}) == {"ok": {"said": "honest"}}


def test_a_child_cannot_fill_the_disk(crew: Crew, tmp_path: Path) -> None:
    assert crew.ask({"do": "write much", "file": str(tmp_path / "much")}) == {"bad": "broken"}
    assert (tmp_path / "much").stat().st_size <= MB


def alive(pid: int) -> bool:
    """Running, that is: a dead process whose parent has not looked yet does not count."""
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return False


def gone(pid: int, within: float) -> bool:
    end = time.monotonic() + within
    while alive(pid) and time.monotonic() < end:
        time.sleep(0.02)
    return not alive(pid)


def test_what_a_decoder_started_goes_with_it(tmp_path: Path) -> None:
    crew = Crew(NAUGHTY, Cage(memory=300 * MB, cpu=9, wall=1, jobs=3, file_size=MB), Slots(1, wait=1))
    with pytest.raises(ChildSlow):
        crew.ask({"do": "leave somebody", "file": str(tmp_path / "pid")})
    assert gone(int((tmp_path / "pid").read_text()), within=2)
    crew.close()


PARENT = f"""
import sys, threading, time
sys.path.insert(0, sys.argv[1])
from school.lib.images_pool import *
crew = Crew({NAUGHTY!r}, Cage(memory=300 * 2**20, cpu=30, wall=30, jobs=3, file_size=2**20), Slots(2, wait=1))
crew.ask({{"do": "greet"}})
print(crew._idle[0].pid, flush=True)
threading.Thread(target=crew.ask, args=({{"do": sys.argv[2]}},)).start()
time.sleep(60)
"""


@pytest.mark.parametrize("do", ["greet", "loop", "sleep"])
def test_children_die_with_the_server(do: str) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PARENT, str(images_pool.ROOT), do], stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout
        child = int(server.stdout.readline())
        time.sleep(0.2)
        assert alive(child)
        server.send_signal(signal.SIGKILL)
        server.wait()
        assert gone(child, within=5)


def test_an_idle_child_is_sent_home(monkeypatch: pytest.MonkeyPatch, crew: Crew) -> None:
    monkeypatch.setattr(images_pool, "IDLE", 0.5)
    pid = crew.ask({"do": "greet"})["ok"]["said"]
    assert alive(pid)
    assert gone(pid, within=4)
    assert crew.ask({"do": "greet"})["ok"]["said"] != pid


def test_a_crew_nobody_closed_takes_its_children_along(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Crew, "_start_rounds", lambda _: None)
    crew = Crew(NAUGHTY, Cage(memory=300 * MB, cpu=1, wall=4, jobs=6, file_size=MB), Slots(1, wait=1))
    pid = crew.ask({"do": "greet"})["ok"]["said"]
    del crew
    gc.collect()
    assert not alive(pid)


def test_close_ends_idle_children(crew: Crew) -> None:
    pid = crew.ask({"do": "greet"})["ok"]["said"]
    crew.close()
    assert not alive(pid)


@pytest.mark.parametrize("do", images_naughty.FORGERIES)
def test_a_lying_child_is_not_believed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, do: str) -> None:
    studio = Studio()
    into = tmp_path / "out"
    into.mkdir()
    (into / "secret").write_bytes(b"\xff\xd8\xff the database")
    monkeypatch.setattr(studio._crew, "ask", lambda _: images_naughty.forge(do, into))
    (tmp_path / "photo.jpg").write_bytes(b"x")
    if do == "nothing wrong":
        assert studio.develop(tmp_path / "photo.jpg", into).colour == "#123456"
        return
    with pytest.raises(BadPicture, match="broken"):
        studio.develop(tmp_path / "photo.jpg", into)
    assert [file.name for file in into.iterdir()] == ["secret"]


def test_a_code_that_does_not_exist_is_not_passed_on(tmp_path: Path) -> None:
    studio = Studio()
    studio._crew = Crew(NAUGHTY, Cage(memory=300 * MB, cpu=1, wall=4, jobs=6, file_size=MB), studio.slots)
    assert refusal(studio, tmp_path, b"invent") == "broken"
    assert refusal(studio, tmp_path, b"refuse") == "vector"
    assert refusal(studio, tmp_path, b"crash") == "broken"
    assert refusal(studio, tmp_path, b"loop") == "too-slow"
    studio.close()


# Many at once


def test_at_most_two_work_at_once_and_all_come_through(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    studio = Studio(wait=60)
    (tmp_path / "photo.jpg").write_bytes(pictures.encoded(pictures.photo(1600, 1200)))
    lock, at_work, most = threading.Lock(), 0, 0
    ask = images_pool.Child.ask

    def counted(child: images_pool.Child, job: images_pool.Job) -> images_pool.Job:
        nonlocal at_work, most
        with lock:
            at_work += 1
            most = max(most, at_work)
        try:
            return ask(child, job)
        finally:
            with lock:
                at_work -= 1

    monkeypatch.setattr(images_pool.Child, "ask", counted)

    def one(number: int) -> Picture:
        (tmp_path / str(number)).mkdir()
        return studio.develop(tmp_path / "photo.jpg", tmp_path / str(number))

    with ThreadPoolExecutor(10) as many:
        done = list(many.map(one, range(10)))
    idle = len(studio._crew._idle)
    studio.close()
    assert [picture.width for picture in done] == [1600] * 10
    assert most == 2
    assert idle == 2


def hold(slots: Slots) -> tuple[threading.Thread, threading.Event]:
    """Somebody who is at work until the event is set."""
    started, end = threading.Event(), threading.Event()

    def work() -> None:
        with slots:
            started.set()
            end.wait(10)

    thread = threading.Thread(target=work)
    thread.start()
    assert started.wait(5)
    return thread, end


def test_who_waits_too_long_hears_busy(tmp_path: Path) -> None:
    studio = Studio(children=1, wait=0.2)
    thread, end = hold(studio.slots)
    assert refusal(studio, tmp_path, pictures.encoded(pictures.photo())) == "busy"
    end.set()
    thread.join()
    assert develop(studio, tmp_path, pictures.encoded(pictures.photo())).width == 640
    studio.close()


def test_a_full_queue_is_busy_at_once() -> None:
    slots = Slots(1, wait=5, queue=0)
    thread, end = hold(slots)
    before = time.monotonic()
    with pytest.raises(PoolBusy), slots:
        pass
    assert time.monotonic() - before < 1
    end.set()
    thread.join()
    with slots:
        assert slots.wait == 5
