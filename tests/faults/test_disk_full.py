"""A full disk: photos stop first and say so, words go on; when nothing fits any more, deleting still works."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.faults.browser import Browser, photo, photo_id
from tests.faults.conftest import Place
from tests.faults.ledger import items
from tests.faults.test_storm import published
from tests.serving import Served

pytestmark = pytest.mark.faults
MB = 2**20
FLOOR = 80
SENTENCE = "de opslag is vol"


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own of 300 MB, in memory. Mounting needs root, which continuous integration is."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=300m", "tmpfs", str(folder)], check=False, capture_output=True, text=True
    )
    if mounted.returncode:
        why = f"a small disk cannot be mounted: {mounted.stderr.strip()}"
        pytest.fail(why) if os.environ.get("CI") == "true" and os.geteuid() == 0 else pytest.skip(why)
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.fixture
def tight(place: Place, small_disk: Path) -> Place:
    shutil.copytree(place.folder, small_disk / "instance")
    place.folder = small_disk / "instance"
    return place


@pytest.fixture
def tight_school(tight: Place) -> Iterator[Served]:
    with tight.served(SCHOOL_FREE_SPACE_FLOOR=str(FLOOR)) as school:
        yield school


def leave_free(place: Place, size: int) -> None:
    """Somebody else fills the disk until at most so many bytes are left."""
    with (place.folder.parent / "somebody-else").open("ab", buffering=0) as file, suppress(OSError):
        os.posix_fallocate(file.fileno(), 0, free(place) - size - MB)
        while free(place) > size:
            file.write(bytes(64 * 1024))


def free(place: Place) -> int:
    disk = os.statvfs(place.folder)
    return disk.f_bavail * disk.f_frsize


def make_room(place: Place) -> None:
    (place.folder.parent / "somebody-else").unlink()


def draft_with_photo(browser: Browser) -> tuple[str, str]:
    post = browser.new_post()
    answer = browser.upload(post, photo())
    assert answer.status == 201, answer
    return post, photo_id(answer.text)


def nothing_half(place: Place) -> None:
    assert items(place) == {row[0] for row in place.rows("SELECT public_id FROM photo")}
    assert list((place.folder / "media" / ".work").iterdir()) == []
    assert list((place.folder / "tmp").iterdir()) == []
    assert place.value("PRAGMA integrity_check") == "ok"


def test_photos_stop_first_and_words_go_on(tight: Place, tight_school: Served) -> None:
    post = published(tight, tight_school, 1)[0]
    teacher, parent = tight.browser(tight_school, "writer"), tight.browser(tight_school, "parent-0")
    draft, kept = draft_with_photo(teacher)
    leave_free(tight, (FLOOR - 5) * MB)

    refused = teacher.upload(draft, photo(1, side=1600))
    assert refused.status == 507
    assert SENTENCE in json.loads(refused.text)["error"]
    form = teacher.send(f"/posts/{draft}/photos", *multipart(photo(2)))
    assert form.status == 303
    assert SENTENCE in teacher.get(form.location).text

    assert teacher.autosave(draft, "Zonder foto's", "Maar wel met woorden").status == 200
    assert teacher.publish(draft, tight.group, "Zonder foto's", "Maar wel met woorden").status == 303
    assert parent.post(f"/posts/{post}/comments", {"body": "Ook dit gaat door"}).status == 303
    assert parent.get(f"/photos/{kept}/large").status == 200
    nothing_half(tight)

    make_room(tight)
    assert teacher.upload(teacher.new_post(), photo(1)).status == 201


def test_when_nothing_fits_the_reserve_lets_people_delete(tight: Place, tight_school: Served) -> None:
    teacher = tight.browser(tight_school, "writer")
    draft, gone = draft_with_photo(teacher)
    reserve = tight.folder / "media" / ".reserve"
    assert reserve.stat().st_size == 64 * MB
    typed = teacher.new_post()
    assert teacher.autosave(typed, "Versie 0", text_of(0)).status == 200
    leave_free(tight, 0)

    refused = type_until_full(teacher, typed)
    assert not reserve.exists()  # given up at the first refusal
    assert SENTENCE in refused["error"]
    assert tight.value("PRAGMA integrity_check") == "ok"
    leave_whole_text(tight, typed)

    assert teacher.autosave(typed, "Nog een keer", "Nu wel").status == 200
    assert tight.value("SELECT body FROM post WHERE public_id = ?", typed) == "Nu wel"
    assert teacher.post(f"/posts/{draft}/removal").status == 303
    assert gone not in items(tight)
    assert teacher.upload(typed, photo()).status == 507
    nothing_half(tight)

    make_room(tight)
    assert teacher.upload(typed, photo()).status == 201
    assert reserve.stat().st_size == 64 * MB  # set aside again


def type_until_full(teacher: Browser, post: str) -> dict[str, str]:
    """Saves long texts until one is refused for lack of room."""
    for number in range(1, 600):
        answer = teacher.autosave(post, f"Versie {number}", text_of(number))
        if answer.status != 200:
            assert answer.status == 507, answer
            return dict(json.loads(answer.text))
    raise AssertionError("the disk did not fill up")


def text_of(number: int) -> str:
    return f"{number} " * (19_000 // (len(str(number)) + 1))


def leave_whole_text(place: Place, post: str) -> None:
    """The last version that was acknowledged, title and text of the same one."""
    row = place.rows("SELECT title, body FROM post WHERE public_id = ?", post)[0]
    number = int(row["title"].removeprefix("Versie "))
    assert row["body"] == text_of(number).strip()


def multipart(data: bytes) -> tuple[bytes, str]:
    edge = "einde-van-de-foto"
    head = f'--{edge}\r\nContent-Disposition: form-data; name="files"; filename="foto.jpg"\r\n\r\n'.encode()
    return head + data + f"\r\n--{edge}--\r\n".encode(), f"multipart/form-data; boundary={edge}"
