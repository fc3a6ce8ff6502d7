"""From what a browser sent to a row with files. Slow work first and outside any transaction; then files, then the row.

Every refusal is a sentence that names the file: among twenty photos the teacher must see which one it was.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from flask import current_app, request

from blueprints.section import change, load, slow
from school import photos
from school.feed import Post, parts_changed
from school.lib import tokens
from school.lib.files import DiskFull, MediaStore
from school.lib.images import BadPicture, Picture
from school.lib.text import Refused, _, mark
from school.lib.video import BadVideo
from school.photos import Attachment, Photo

MB = 2**20
LARGEST_PHOTO = 40 * MB
LARGEST_FILM = 200 * MB
LARGEST_DOCUMENT = 20 * MB
LARGEST_LOGO = 10 * MB
CHUNK = 256 * 1024

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
DOCUMENTS = {
    "pdf": (b"%PDF-", "application/pdf"),
    "docx": (ZIP, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "xlsx": (ZIP, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "pptx": (ZIP, "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
    "odt": (ZIP, "application/vnd.oasis.opendocument.text"),
    "ods": (ZIP, "application/vnd.oasis.opendocument.spreadsheet"),
    "odp": (ZIP, "application/vnd.oasis.opendocument.presentation"),
    "doc": (OLE, "application/msword"),
    "xls": (OLE, "application/vnd.ms-excel"),
    "ppt": (OLE, "application/vnd.ms-powerpoint"),
}
"""File ending → the bytes such a file begins with, and the type it is handed out with."""

PHOTO_BRANDS = (b"hei", b"hev", b"mif", b"msf", b"avi")
"""How HEIC and AVIF name themselves in the box that a film has too."""

PROBLEMS = {
    "empty": mark("%(name)s is empty. Choose it once more."),
    "not-a-photo": mark("%(name)s is not a photo we know. Use JPEG, PNG, WebP or GIF."),
    "vector": mark("%(name)s is a drawing, not a photo. Save it as PNG or JPEG first."),
    "heic": mark("%(name)s is a HEIC photo. Send it as JPEG: on an iPhone choose “Most Compatible”."),
    "too-many-pixels": mark("%(name)s has too many pixels. Make it smaller and try again."),
    "broken": mark("%(name)s is damaged and cannot be opened."),
    "too-slow": mark("%(name)s takes too long to open. Make it smaller and try again."),
    "off": mark("%(name)s is a video. This school cannot take videos yet."),
    "not-a-video": mark("%(name)s is not a video we know. Use MP4 or MOV."),
    "codec": mark("%(name)s is a kind of video that does not play everywhere. Save it as MP4 (H.264)."),
    "too-long": mark("%(name)s is longer than three minutes. Make it shorter and try again."),
    "busy": mark("It is busy. Try %(name)s again in a moment."),
}


class Full(Refused):
    """Nothing is wrong with the file: the disk has no room for it."""


class Busy(Refused):
    """Nothing is wrong with the file: try again in a moment."""


def take_photo(post_id: str, source: BinaryIO, name: str) -> Photo:
    """Takes a photo or film into the post. Raises Refused with a sentence that names the file."""
    name = _shown(name)
    with slow(), _room(name), _store().workspace() as work:
        file = work / "upload"
        if _save(source, file, LARGEST_FILM, name) > LARGEST_PHOTO and not _is_film(file):
            raise _too_large(name, LARGEST_PHOTO)
        made, film, seconds = _develop(file, work, name)
        files = {rendition.file.name: rendition.file for rendition in made.renditions}
        if film is not None:
            files[f"film{film.suffix}"] = film
        with _kept(files) as public_id, change():
            post = load(Post, post_id, to="edit")
            photo = photos.add_photo(
                post.id,
                public_id,
                name=name,
                colour=made.colour,
                renditions={one.size: f"{one.width}x{one.height}.{one.kind}" for one in made.renditions},
                film=film.suffix[1:] if film is not None else "",
                seconds=seconds,
            )
            parts_changed(post)
            return photo


def take_document(post_id: str, source: BinaryIO, name: str) -> Attachment:
    """Takes a document into the post. Raises Refused with a sentence that names the file."""
    name = _shown(name)
    kind = name.rpartition(".")[2].lower()
    if kind not in DOCUMENTS:
        raise Refused(_("%(name)s is not a PDF, Word, Excel or PowerPoint file.", name=name), "documents")
    with slow(), _room(name), _store().workspace() as work:
        file = work / f"document.{kind}"
        size = _save(source, file, LARGEST_DOCUMENT, name)
        if not _head(file).startswith(DOCUMENTS[kind][0]):
            raise Refused(_("%(name)s is not what its name says. Open it and save it anew.", name=name), "documents")
        with _kept({file.name: file}) as public_id, change():
            post = load(Post, post_id, to="edit")
            document = photos.add_document(post.id, public_id, name=name, kind=kind, size=size)
            parts_changed(post)
            return document


def take_logo(source: BinaryIO, name: str) -> str:
    """Keeps a school's logo; returns its id. Raises Refused with a sentence that names the file."""
    name = _shown(name)
    with _store().workspace() as work:
        file = work / "upload"
        _save(source, file, LARGEST_LOGO, name)
        made, _film, _seconds = _develop(file, work, name)
        with _kept({one.file.name: one.file for one in made.renditions}) as public_id:
            return public_id


def take_files(post_id: str, *fields: str) -> list[Refused]:
    """The files of a plain form: takes every one it can and returns what is wrong with the others."""
    problems: list[Refused] = []
    for field in fields:
        take = take_document if field == "documents" else take_photo
        for file in request.files.getlist(field):
            try:
                if file.filename:
                    take(post_id, file.stream, file.filename)
            except Refused as no:
                problems.append(Refused(no.sentence, field))
    return problems


def _store() -> MediaStore:
    store: MediaStore = current_app.extensions["media"]
    return store


@contextmanager
def _room(name: str) -> Iterator[None]:
    try:
        yield
    except DiskFull as full:
        raise Full(
            _("There is no room for %(name)s: the storage is full. Tell the school.", name=name), "files"
        ) from full


def _shown(name: str) -> str:
    """The file's own name, without folders and control signs."""
    last = name.replace("\\", "/").rpartition("/")[2]
    clean = "".join(sign for sign in last if sign.isprintable()).strip()
    return clean[-120:] or _("The file")


def _save(source: BinaryIO, file: Path, most: int, name: str) -> int:
    """Writes what comes to the file; returns its size."""
    size = 0
    with file.open("wb") as target:
        while part := source.read(CHUNK):
            _store().require_room(len(part))
            size += target.write(part)
            if size > most:
                raise _too_large(name, most)
    if not size:
        raise _problem("empty", name)
    return size


def _develop(file: Path, work: Path, name: str) -> tuple[Picture, Path | None, int]:
    """The photo in its sizes; for a film its poster, the clean film and its length in seconds."""
    try:
        if not _is_film(file):
            return current_app.extensions["studio"].develop(file, work), None, 0
        clip = current_app.extensions["cutter"].cut(file, work)
        return clip.poster, clip.file, max(1, round(clip.seconds))
    except (BadPicture, BadVideo) as bad:
        raise _problem(bad.code, name) from bad


def _problem(code: str, name: str) -> Refused:
    sentence = _(PROBLEMS[code], name=name)
    return Busy(sentence, "files") if code == "busy" else Refused(sentence, "files")


def _too_large(name: str, most: int) -> Refused:
    return Refused(_("%(name)s is too large: at most %(most)s MB.", name=name, most=most // MB), "files")


def _head(file: Path) -> bytes:
    with file.open("rb") as opened:
        return opened.read(16)


def _is_film(file: Path) -> bool:
    """MP4, MOV or WebM by its first bytes; whether it really is one is for the decoder."""
    head = _head(file)
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return True
    box, brand = head[4:8], head[8:11]
    return box in (b"moov", b"mdat", b"wide") or (box == b"ftyp" and brand not in PHOTO_BRANDS)


@contextmanager
def _kept(files: dict[str, Path]) -> Iterator[str]:
    """The files safe in the store under a new id, and gone again when the row is not written."""
    public_id = tokens.media_id()
    _store().keep(public_id, files)
    try:
        yield public_id
    except BaseException:
        _store().discard(public_id)
        raise
