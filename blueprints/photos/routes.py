"""Uploads one by one, the order of photos and their words; every photo and document goes out through the door."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, BinaryIO
from urllib.parse import unquote

from flask import abort, current_app, request, send_file
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import RequestedRangeNotSatisfiable
from werkzeug.wrappers import Response

from blueprints import replies
from blueprints.photos import intake
from blueprints.section import Section, change, load
from school import feed as posts
from school import photos as album
from school import timeline
from school.feed import Post
from school.lib.text import Refused, _
from school.photos import Attachment, Photo
from school.policy import Access

photos = Section("photos", __name__)

ROOM_FOR_FORM = 2 * intake.MB
LARGEST_FORM = 256 * intake.MB
AT_ONCE = 5
"""Of the server's eight threads, so that pages never wait for photos."""

KINDS = {"webp": "image/webp", "jpg": "image/jpeg", "mp4": "video/mp4", "webm": "video/webm"}
SANDBOX = "sandbox; default-src 'none'"

_places = threading.BoundedSemaphore(AT_ONCE)


# ── coming in ───────────────────────────────────────────────────────────────────────────────────────────────────────


@photos.route(
    "/posts/<post_id>/photos",
    access=Access.STAFF,
    methods=("POST",),
    writes=False,
    max_body=intake.LARGEST_FILM + ROOM_FOR_FORM,
)
def add_photo(post_id: str) -> ResponseReturnValue:
    load(Post, post_id, to="edit")
    return _take(post_id, "files", intake.take_photo, _photo_tile)


@photos.route(
    "/posts/<post_id>/documents",
    access=Access.STAFF,
    methods=("POST",),
    writes=False,
    max_body=intake.LARGEST_DOCUMENT + ROOM_FOR_FORM,
)
def add_document(post_id: str) -> ResponseReturnValue:
    load(Post, post_id, to="edit")
    return _take(post_id, "documents", intake.take_document, _document_line)


def _take(
    post_id: str, field: str, take: Callable[[str, BinaryIO, str], Any], shown: Callable[[str, Any], str]
) -> ResponseReturnValue:
    if request.mimetype == "multipart/form-data":
        return _take_several(post_id, field)
    if not _places.acquire(blocking=False):
        return _busy(_("It is busy. Try again in a moment."))
    try:
        part = take(post_id, request.stream, unquote(request.headers.get("X-File-Name", "")))
    except intake.Busy as no:
        return _busy(no.sentence)
    except intake.Full as no:
        return {"error": no.sentence}, 507
    except Refused as no:
        return {"error": no.sentence}, 422
    finally:
        _places.release()
    return shown(post_id, part), 201


def _busy(sentence: str) -> ResponseReturnValue:
    return {"error": sentence}, 503, {"Retry-After": "2"}


def _take_several(post_id: str, field: str) -> ResponseReturnValue:
    """A plain form with files: every one that can be taken is, and the others are named."""
    problems = intake.take_files(post_id, field)
    if problems:
        return replies.refused(f"/posts/{post_id}/edit", " ".join(no.sentence for no in problems))
    return replies.reply(f"/posts/{post_id}/edit")


def _photo_tile(post_id: str, photo: Photo) -> str:
    return replies.fragment("feed/_photo_tile.html", photo=timeline.picture(photo), card={"url": f"/posts/{post_id}"})


def _document_line(_post_id: str, document: Attachment) -> str:
    return replies.fragment("feed/_compose_document.html", document=timeline.document(document))


# ── changing ────────────────────────────────────────────────────────────────────────────────────────────────────────


@photos.route("/posts/<post_id>/photos/order", access=Access.STAFF, methods=("POST",), max_body=LARGEST_FORM)
def order_photos(post_id: str) -> ResponseReturnValue:
    """``order``: all ids in their new order (scripts); ``move``: ``<id>:-1`` or ``<id>:1`` (the arrow buttons)."""
    post = load(Post, post_id, to="edit")
    if "order" in request.form:
        album.reorder(post.id, request.form["order"].split(","))
        return "", 204
    photo_id, _colon, steps = request.form.get("move", "").rpartition(":")
    photo = load(Photo, photo_id, to="edit")
    if photo.post_id != post.id or steps not in ("-1", "1"):
        abort(400)
    album.move(photo, int(steps))
    return _keep_the_form(post)


@photos.route("/photos/<photo_id>", access=Access.STAFF, methods=("POST",))
def describe_photo(photo_id: str) -> ResponseReturnValue:
    photo = load(Photo, photo_id, to="edit")
    album.describe(photo, request.form.get("caption", ""), request.form.get("alt", ""))
    post = posts.by_id(photo.post_id)
    posts.parts_changed(post)
    return replies.reply(f"/posts/{post.public_id}/edit", say=_("Kept."))


@photos.route("/photos/<photo_id>/removal", access=Access.STAFF, methods=("POST",), writes=False, max_body=LARGEST_FORM)
def remove_photo(photo_id: str) -> ResponseReturnValue:
    return _remove(Photo, photo_id)


@photos.route(
    "/documents/<document_id>/removal", access=Access.STAFF, methods=("POST",), writes=False, max_body=LARGEST_FORM
)
def remove_document(document_id: str) -> ResponseReturnValue:
    return _remove(Attachment, document_id)


def _remove(thing: type[Photo] | type[Attachment], public_id: str) -> ResponseReturnValue:
    """The row first, its files after the commit: never a row without files."""
    with change():
        part = load(thing, public_id, to="edit")
        post = posts.by_id(part.post_id)
        gone = album.remove(part)
        posts.parts_changed(post)
    current_app.extensions["media"].discard(gone)
    return _keep_the_form(post)


def _keep_the_form(post: Post) -> ResponseReturnValue:
    """Without scripts the button carried the whole form: 307 sends it on to be kept, so no typed word is lost."""
    if replies.by_script():
        return "", 204
    return "", 307, {"Location": f"/posts/{post.public_id}"}


# ── going out ───────────────────────────────────────────────────────────────────────────────────────────────────────


@photos.route("/photos/<photo_id>/<size>", access=Access.SIGNED_IN, mirrored=True)
def show_photo(photo_id: str, size: str) -> ResponseReturnValue:
    photo = load(Photo, photo_id)
    if size not in album.SIZES and not (size == "film" and photo.film):
        abort(404)
    name = album.file_name(photo, size)
    return _send(photo.public_id, name, KINDS[name.rpartition(".")[2]])


@photos.route("/documents/<document_id>", access=Access.SIGNED_IN, mirrored=True)
def show_document(document_id: str) -> ResponseReturnValue:
    document = load(Attachment, document_id)
    _magic, kind = intake.DOCUMENTS[document.kind]
    return _send(document.public_id, f"document.{document.kind}", kind, download_name=document.name, as_attachment=True)


def _send(public_id: str, name: str, kind: str, **options: Any) -> Response:
    """The browser keeps it but asks again at every use: the door is passed each time, mostly for a 304 without bytes.

    A public id is used once and its files never change, so id and name are a strong ETag.
    """
    try:
        file = current_app.extensions["media"].find(public_id, name)
    except FileNotFoundError:
        current_app.logger.error("a row without its file: %s", name)
        abort(404)
    try:
        answer = send_file(file, mimetype=kind, conditional=True, etag=f"{public_id}-{name}", **options)
    except RequestedRangeNotSatisfiable:
        return Response(status=416, headers={"Content-Range": f"bytes */{file.stat().st_size}"})
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.headers["Content-Security-Policy"] = SANDBOX
    return answer
