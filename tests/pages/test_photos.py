"""Photos, films and documents come in one by one or with the form, and go out through the door with safe headers."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from urllib.parse import quote

import pytest

from school import photos
from school.feed import Post
from school.lib import video
from school.lib.db import db
from school.photos import Attachment, Photo
from tests import factories
from tests.cast import Cast
from tests.client import Client, ClientOf

JPEG = factories.picture("JPEG", (640, 480))


@pytest.fixture
def draft(cast: Cast) -> Post:
    return factories.post(cast.teacher, [cast.five], status="draft")


@pytest.fixture
def teacher(cast: Cast, client_of: ClientOf) -> Client:
    browser = client_of(cast.teacher)
    browser.get("/account")
    return browser


def send(browser: Client, post: Post, content: bytes, name: str, what: str = "photos"):  # type: ignore[no-untyped-def]
    """One file as the scripts send it: a raw body with its name in a header."""
    return browser.post(f"/posts/{post.public_id}/{what}", content, headers={"X-File-Name": quote(name)})


def stored() -> list[Photo]:
    db.session.expire_all()
    return db.session.query(Photo).order_by(Photo.position).all()


# ── coming in ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_photo_by_script(teacher: Client, draft: Post) -> None:
    answer = send(teacher, draft, JPEG, "Zoë in het bos.jpg")
    assert answer.status_code == 201
    (photo,) = stored()
    assert f'id="photo-{photo.public_id}"' in answer.text
    assert (photo.width, photo.height, photo.name) == (640, 480, "Zoë in het bos.jpg")
    assert teacher.get(f"/photos/{photo.public_id}/small").status_code == 200
    assert photo.public_id in teacher.get(f"/posts/{draft.public_id}/edit").text


def test_photos_with_the_form(teacher: Client, draft: Post) -> None:
    """Without scripts: what can be taken is taken, and each file that cannot has its sentence."""
    files = [
        (BytesIO(JPEG), "een.jpg"),
        (BytesIO(b"geen foto"), "tekst.jpg"),
        (BytesIO(factories.picture("PNG")), "twee.png"),
        (BytesIO(b""), "leeg.jpg"),
        (BytesIO(b"<svg xmlns='http://www.w3.org/2000/svg'/>"), "tekening.svg"),
    ]
    teacher.get(f"/posts/{draft.public_id}/edit")
    answer = teacher.press(f"/posts/{draft.public_id}", title="Met foto's", files=files)
    assert answer.status_code == 422
    for name in ("tekst.jpg", "leeg.jpg", "tekening.svg"):
        assert name in answer.text
    assert "een.jpg" not in answer.text
    assert len(stored()) == 2
    assert draft.title == "Met foto's"


def test_a_form_with_only_files(teacher: Client, draft: Post) -> None:
    data = {"files": [(BytesIO(JPEG), "een.jpg"), (BytesIO(JPEG), "twee.jpg")]}
    answer = teacher.post(f"/posts/{draft.public_id}/photos", data, content_type="multipart/form-data")
    assert answer.location == f"/posts/{draft.public_id}/edit"
    assert [photo.position for photo in stored()] == [0, 1]


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"", "leeg.jpg", "leeg.jpg is leeg"),
        (b"MZ\x90\x00", "virus.jpg", "geen foto die we kennen"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "x.svg", "tekening"),
        (JPEG[:300], "half.jpg", "half.jpg"),
        (b"%PDF-1.4", "brief.jpg", "brief.jpg"),
        (b"<script>alert(1)</script>", "../../<b>x.jpg", "x.jpg"),
    ],
)
def test_what_is_no_photo_is_refused_by_name(
    teacher: Client, draft: Post, content: bytes, name: str, words: str
) -> None:
    answer = send(teacher, draft, content, name)
    assert answer.status_code == 422
    assert words in answer.json["error"]  # type: ignore[index]
    assert "/" not in answer.json["error"].split()[0]  # type: ignore[index]
    assert stored() == []


def test_the_forty_first_photo_is_refused(teacher: Client, draft: Post) -> None:
    for _each in range(photos.MOST_PHOTOS):
        factories.photo(draft)
    answer = send(teacher, draft, JPEG, "nog een.jpg")
    assert answer.status_code == 422
    assert "hoogstens 40" in answer.json["error"]  # type: ignore[index]
    assert len(stored()) == 40
    kept = {
        item.name
        for shard in teacher.application.extensions["media"].root.iterdir()
        for item in shard.iterdir()
        if len(item.name) == 22
    }
    assert kept == {photo.public_id for photo in stored()}


def test_one_photo_in_two_posts_has_two_names(cast: Cast, teacher: Client, draft: Post) -> None:
    other = factories.post(cast.teacher, [cast.five], status="draft", title="Ander")
    for post in (draft, other):
        send(teacher, post, JPEG, "zelfde.jpg")
    assert len({photo.public_id for photo in stored()}) == 2


def test_order_words_and_removal_by_script(teacher: Client, draft: Post) -> None:
    first, second, third = (factories.photo(draft).public_id for _each in range(3))
    url = f"/posts/{draft.public_id}/photos/order"
    assert teacher.post(url, {"order": f"{third},{first}"}).status_code == 204
    assert [photo.public_id for photo in stored()] == [third, first, second]
    teacher.post(f"/photos/{second}", {"caption": " Een blad ", "alt": "Groen blad"})
    assert (stored()[2].caption, stored()[2].alt) == ("Een blad", "Groen blad")
    answer = teacher.post(f"/photos/{third}/removal", headers={"X-Autosave": "1"})
    assert answer.status_code == 204
    assert [(photo.public_id, photo.position) for photo in stored()] == [(first, 0), (second, 1)]
    assert teacher.get(f"/photos/{third}/small").status_code == 404
    with pytest.raises(FileNotFoundError):
        teacher.application.extensions["media"].find(third, "small.webp")


def test_the_arrows_without_scripts_lose_no_word(teacher: Client, draft: Post) -> None:
    """The button carries the whole form; 307 sends it on to be kept."""
    first, second = (factories.photo(draft).public_id for _each in range(2))
    teacher.get(f"/posts/{draft.public_id}/edit")
    answer = teacher.press(f"/posts/{draft.public_id}/photos/order", title="Getypt", move=f"{second}:-1")
    assert answer.status_code == 307
    assert answer.location == f"/posts/{draft.public_id}"
    assert [photo.public_id for photo in stored()] == [second, first]
    teacher.press(f"/posts/{draft.public_id}", title="Getypt")
    assert draft.title == "Getypt"


@pytest.mark.parametrize("move", ["", "nonsense", "{photo}:5", "{photo}:", "{other}:1"])
def test_moves_that_make_no_sense(cast: Cast, teacher: Client, draft: Post, move: str) -> None:
    other = factories.post(cast.teacher, [cast.five], title="Ander")
    sent = move.format(photo=factories.photo(draft).public_id, other=factories.photo(other).public_id)
    assert teacher.post(f"/posts/{draft.public_id}/photos/order", {"move": sent}).status_code in (400, 404)


# ── documents ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_document_is_a_download(cast: Cast, teacher: Client, draft: Post) -> None:
    assert send(teacher, draft, factories.PDF, 'brief "A" é.pdf', "documents").status_code == 201
    document = db.session.query(Attachment).one()
    answer = teacher.get(f"/documents/{document.public_id}")
    assert answer.data == factories.PDF
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"MZ", "x.exe"),
        (b"<html>", "x.html"),
        (b"<svg/>", "x.svg"),
        (b"<html>", "x.pdf"),
        (b"PK\x03\x04", "x.pdf"),
        (factories.PDF, "x.docx"),
        (b"", "x.pdf"),
        (b"PK\x03\x04", "x.docm"),
        (b"x", "pdf"),
    ],
)
def test_other_files_are_no_documents(teacher: Client, draft: Post, content: bytes, name: str) -> None:
    answer = send(teacher, draft, content, name, "documents")
    assert answer.status_code == 422
    assert db.session.query(Attachment).count() == 0


def test_the_eleventh_document_is_refused(teacher: Client, draft: Post) -> None:
    for _each in range(photos.MOST_DOCUMENTS):
        factories.document(draft)
    assert send(teacher, draft, factories.PDF, "elf.pdf", "documents").status_code == 422


# ── going out ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_photo_is_asked_for_again_and_costs_no_bytes(cast: Cast, client_of: ClientOf) -> None:
    post = factories.post(cast.teacher, [cast.five])
    photo = factories.photo(post)
    parent = client_of(cast.parent)
    url = f"/photos/{photo.public_id}/medium"
    first = parent.get(url)
    assert first.mimetype == "image/webp"
    assert first.headers["Cache-Control"] == "private, no-cache"
    assert first.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    again = parent.get(url, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    factories.withdraw(post, cast.teacher)
    assert parent.get(url, headers={"If-None-Match": first.headers["ETag"]}).status_code == 404


@pytest.mark.parametrize("size", ["tiny", "film", "original", "small.webp", "..", "%2e%2e%2fsmall"])
def test_only_sizes_that_are_there(cast: Cast, client_of: ClientOf, size: str) -> None:
    photo = factories.photo(factories.post(cast.teacher, [cast.five]))
    assert client_of(cast.parent).get(f"/photos/{photo.public_id}/{size}").status_code == 404


def test_a_row_without_its_file_is_not_found_and_noted(
    cast: Cast, client_of: ClientOf, caplog: pytest.LogCaptureFixture
) -> None:
    photo = factories.photo(factories.post(cast.teacher, [cast.five]))
    browser = client_of(cast.parent)
    browser.application.extensions["media"].discard(photo.public_id)
    assert browser.get(f"/photos/{photo.public_id}/small").status_code == 404
    assert "without its file" in caplog.text
    assert photo.public_id not in caplog.text


@pytest.mark.skipif(not video.available(), reason="no video library here")
def test_a_film_is_handed_out_in_parts(cast: Cast, teacher: Client, draft: Post, tmp_path: Path) -> None:
    from tests.school.test_video import film  # needs the video library

    assert send(teacher, draft, film(tmp_path / "film.mp4").read_bytes(), "film.mp4").status_code == 201
    (photo,) = stored()
    assert photo.film in ("mp4", "webm")
    answer = teacher.get(f"/photos/{photo.public_id}/film", headers={"Range": "bytes=0-99"})
    assert answer.status_code == 206
    assert len(answer.data) == 100
    assert answer.mimetype.startswith("video/")
    assert teacher.get(f"/posts/{draft.public_id}").status_code == 200


# ── room ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_on_a_full_disk_photos_stop_and_words_go_on(
    teacher: Client, draft: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(teacher.application.extensions["media"], "floor", 10**18)
    answer = send(teacher, draft, JPEG, "een.jpg")
    assert answer.status_code == 507
    assert "opslag" in answer.text or "bewaard" in answer.text
    assert stored() == []
    teacher.get(f"/posts/{draft.public_id}/edit")
    assert teacher.press(f"/posts/{draft.public_id}", title="Woorden").status_code == 303


def test_a_photo_of_somebody_elses_post_is_not_taken(cast: Cast, client_of: ClientOf, draft: Post) -> None:
    for key, code in (("duo", 404), ("parent", 403), ("director", 404)):
        browser = client_of(getattr(cast, key))
        browser.get("/account")
        assert send(browser, draft, JPEG, "een.jpg").status_code == code
    assert stored() == []
