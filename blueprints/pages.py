"""What every page has at hand: the person, the school, translations, dates, addresses of static files; and errors."""

from __future__ import annotations

import re
import secrets
import sys
import time
from functools import lru_cache
from typing import Any

from flask import Flask, Response, current_app, g, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf
from jinja2 import StrictUndefined
from werkzeug.exceptions import HTTPException

from blueprints import drawn, guards, identity, replies
from blueprints.section import me_or_none
from school import people, settings, timeline
from school.lib import dates, text
from school.lib.assets import Assets
from school.lib.db import DatabaseFull, db, done_reading, is_writing
from school.lib.files import DiskFull
from school.lib.text import Refused, mark
from school.settings import DEFAULT_HUE, School

SCHOOL_SECONDS = 2.0
"""How long the school's own row is remembered; the command line may change it beside us."""

setup_code = "-".join("".join(secrets.choice("23456789abcdefghjkmnpqrstvwxyz") for _ in range(4)) for _ in range(3))
"""The one-time code of the first-use page: new at every start, shown on the console only."""

ERRORS: dict[int, tuple[str, str]] = {
    400: (mark("That did not arrive well"), mark("Go back, reload the page and try again.")),
    403: (
        mark("This is not for you"),
        mark("You are not allowed to do this. Do you think you should be? Call the school."),
    ),
    404: (mark("Not found"), mark("This page is not there, or it is not meant for you.")),
    405: (mark("Not found"), mark("This page is not there, or it is not meant for you.")),
    413: (
        mark("That is too large"),
        mark("What you sent is too large. Choose a smaller file and try again."),
    ),
    422: (mark("Something is missing"), mark("Go back and look at what you filled in.")),
    429: (
        mark("One moment, please"),
        mark("There were very many attempts. Wait a few minutes and try again."),
    ),
    500: (mark("Something went wrong on our side"), mark("It is not your fault. Try again in a moment.")),
    503: (mark("It is busy"), mark("Try again in a moment.")),
    507: (
        mark("The storage is full"),
        mark("Photos cannot be kept right now. Messages still work. Tell the school."),
    ),
}


def init_app(app: Flask) -> None:
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        text.gettext, text.ngettext, newstyle=True, pgettext=text.pgettext, npgettext=text.npgettext
    )
    app.jinja_env.filters.update(
        moment=dates.moment,
        day=dates.day,
        on_paper=dates.on_paper,
        clock=dates.hour,
        when=dates.when,
        filesize=dates.filesize,
        number=dates.number,
        tr=text.gettext,
    )
    app.jinja_env.globals.update(
        asset=_asset,
        csrf=lambda: drawn.csrf_field(_csrf_token()),
        csrf_token=_csrf_token,
    )
    app.jinja_env.auto_reload = app.extensions["assets"].watch
    app.jinja_env.globals["url_for"] = _url_for
    drawn.init_app(app, _csrf_token)
    # Jinja's own chain of maps is slow in every include; its globals are complete before the first template is read
    app.jinja_env.make_globals = lambda own: {**app.jinja_env.globals, **(own or {})}  # type: ignore[method-assign]
    app.before_request(_speak)
    app.after_request(_keep_language)
    app.context_processor(_always)
    app.register_error_handler(HTTPException, _error)
    app.register_error_handler(Exception, _crash)
    app.register_error_handler(DiskFull, lambda _full: _page_of(507))
    app.register_error_handler(DatabaseFull, _give_room)
    app.register_error_handler(Refused, lambda no: _page_of(422, no.sentence))


def _csrf_token() -> str:
    """Masked once for the whole response: every form in it carries the same text, the next response another."""
    raw = g.get("csrf_token") or generate_csrf()
    if g.get("masked_csrf", ("", ""))[0] != raw:
        g.masked_csrf = (raw, guards.mask(raw))
    return str(g.masked_csrf[1])


def _url_for(endpoint: str, **values: Any) -> str:
    return url_for(endpoint, **values) if values else _plain_url(endpoint, request.root_path)


@lru_cache(maxsize=200)
def _plain_url(endpoint: str, _root: str) -> str:
    """Of a page without a name in its address: always the same."""
    return url_for(endpoint)


def _asset(path: str) -> str:
    """The address of a static file with its version; the school's colour is a style sheet of its own."""
    if path == "accent.css":
        known = _known_school()
        return f"/accent/{known.hue if known else DEFAULT_HUE}.css"
    assets: Assets = current_app.extensions["assets"]
    return assets.url(path)


def _known_school() -> School | None:
    """The school as last read, without asking the database: error pages use it too."""
    return _remembered.get(str(current_app.instance_path), (0.0, None))[1]


def _speak() -> None:
    """Before anybody is known: the choice made on the login page, else Dutch."""
    asked, kept = request.args.get("language", ""), request.cookies.get("language", "")
    chosen = asked if asked in people.LANGUAGES else kept
    text.speak(chosen if chosen in people.LANGUAGES else text.DEFAULT)


def _keep_language(response: Response) -> Response:
    """``?language=en`` on the pages before logging in is remembered by the browser."""
    asked = request.args.get("language", "")
    if asked in people.LANGUAGES:
        secure = current_app.config["SESSION_COOKIE_SECURE"]
        response.set_cookie("language", asked, max_age=31536000, httponly=True, samesite="Lax", secure=secure)
    return response


def _always() -> dict[str, Any]:
    me = me_or_none()
    if me is not None and me.session is not None and not me.is_looked_at:
        identity.note_use(me.session, staff=me.is_staff)
    return {
        "me": me,
        "school": school(),
        "language": text.language(),
        "request_path": request.path,
        "nav": g.get("nav", ""),
        "unread": 0 if me is None or g.get("nav") == "timeline" else timeline.unread(me),
        "csrf_token": _csrf_token,  # Flask-WTF's own, which is not masked, would come first
    }


_remembered: dict[str, tuple[float, School | None]] = {}


def school() -> School | None:
    """The school's row, remembered for a moment; ``forget_school()`` after changing it."""
    key = str(current_app.instance_path)
    until, found = _remembered.get(key, (0.0, None))
    if time.monotonic() > until or found is None:
        found = settings.school()
        if found is not None and not is_writing():
            db.session.expunge(found)
            _remembered[key] = (time.monotonic() + SCHOOL_SECONDS, found)
    return found


def forget_school() -> None:
    _remembered.pop(str(current_app.instance_path), None)


def announce_setup() -> None:
    """Tells whoever started an empty school how to begin."""
    if settings.school() is None:
        sys.stderr.write(f"\nFirst use: open the address below. The code is  {setup_code}\n\n")
    done_reading()


def _error(problem: HTTPException) -> ResponseReturnValue:
    if problem.code is not None and 300 <= problem.code < 400:
        return problem
    sentence = problem.description if isinstance(problem, Said) else ""
    return _page_of(problem.code or 500, sentence or "")


class Said(HTTPException):
    """An error with a sentence of its own for the person."""


def _give_room(_full: Exception) -> ResponseReturnValue:
    """The bytes set aside for this day: the next try works, and things can be deleted."""
    current_app.extensions["media"].release_reserve()
    current_app.logger.error("the disk is full: the reserve is given up; remove files or make room")
    return _page_of(507, text.gettext("Nothing was kept: the storage is full. Try again, and tell the school."))


def _crash(problem: Exception) -> ResponseReturnValue:
    if isinstance(problem, HTTPException):
        return _error(problem)
    current_app.logger.exception("%s %s", request.method, re.sub(r"[^/]{11,}", "…", request.path))
    return _page_of(500)


def _page_of(code: int, sentence: str = "") -> ResponseReturnValue:
    """An error page needs no database, so that it also comes when that is the trouble."""
    code = code if code in ERRORS else 400 if code < 500 else 500
    title, usual = ERRORS[code]
    said = sentence or text.gettext(usual)
    if replies.by_script():
        return {"error": said}, code
    known = _known_school()
    body = render_template_alone(
        f"errors/{404 if code == 405 else code}.html",
        title=text.gettext(title),
        sentence=said,
        school_label=known.label if known else "Schoolplein",
        school_phone=known.phone if known else "",
        language=text.language(),
    )
    return make_response(body, 404 if code == 405 else code)


def render_template_alone(template: str, **context: Any) -> str:
    """Without the context processors, which ask the database who somebody is."""
    return current_app.jinja_env.get_template(template).render(**context)


def render(template: str, **context: Any) -> str:
    return render_template(template, **context)
