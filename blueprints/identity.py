"""Who is behind a request: a random token in the browser, its hash in the database, through Flask-Login.

Flask's own signed cookie holds only the CSRF token and messages shown once; nothing in it logs anybody in.
"""

from __future__ import annotations

import re
from datetime import timedelta

from flask import Request, Response, current_app, g, request
from flask_login import LoginManager, UserMixin
from werkzeug.wrappers import Response as BaseResponse

from school import marks, policy, sessions
from school.lib import clock
from school.people import Person
from school.sessions import Session

manager = LoginManager()
DEVICE_DAYS = 400


class Login(UserMixin):
    """What Flask-Login knows of somebody: their session."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def get_id(self) -> str:
        return self.session.public_id


@manager.request_loader
def _from_cookie(asked: Request) -> Login | None:
    token = asked.cookies.get(cookie_name("login"))
    session = sessions.by_token(token) if token else None
    return Login(session) if session is not None else None


def current_session() -> Session | None:
    """The session of this request, read again from the database."""
    login = _from_cookie(request)
    g._login_user = login or manager.anonymous_user()  # where Flask-Login itself keeps who it found
    return login.session if login is not None else None


def begin(person: Person) -> tuple[Session, str]:
    """A session for this browser and its token, in the open transaction; whoever was logged in here is so no longer."""
    earlier = current_session()
    if earlier is not None:
        sessions.end(earlier.id)
    return sessions.begin(person, device_label(), staff=bool(policy.roles_of(person)))


def secret_key() -> bytes:
    """The instance's own key, of which codes and signs are made."""
    return str(current_app.config["SECRET_KEY"]).encode()


def note_use(session: Session, *, staff: bool) -> None:
    """Batches "last seen"; a session seen in the last minutes is left alone."""
    if clock.now() - session.seen_at > timedelta(minutes=5):
        marks.used(session.id, session.person_id, staff=staff)


def cookie_name(name: str) -> str:
    return f"__Host-{name}" if current_app.config["SESSION_COOKIE_SECURE"] else name


def remember(response: BaseResponse, token: str, session: Session) -> None:
    _set(response, "login", token, session.ends_at - clock.now())


def forget(response: Response | BaseResponse) -> None:
    """Logs the browser out, and has it throw away what it kept (photos in its cache)."""
    response.delete_cookie(cookie_name("login"), path="/", secure=current_app.config["SESSION_COOKIE_SECURE"])
    response.headers["Clear-Site-Data"] = '"cache", "storage"'


def know_device(response: BaseResponse, sign: str) -> None:
    """A browser that has logged in before is not locked out when a stranger tries passwords elsewhere."""
    _set(response, "device", sign, timedelta(days=DEVICE_DAYS))


def _set(response: BaseResponse, name: str, value: str, lasts: timedelta) -> None:
    response.set_cookie(
        cookie_name(name),
        value,
        max_age=int(lasts.total_seconds()),
        path="/",
        httponly=True,
        samesite="Lax",
        secure=current_app.config["SESSION_COOKIE_SECURE"],
    )


_BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("Firefox", "Firefox"),
             ("FxiOS", "Firefox"), ("CriOS", "Chrome"), ("Chrome", "Chrome"), ("Safari", "Safari"))  # fmt: skip
_SYSTEMS = (("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("CrOS", "Chromebook"),
            ("Windows", "Windows"), ("Mac OS X", "Mac"), ("Linux", "Linux"))  # fmt: skip


def device_label() -> str:
    """What the owner will recognise in the list of devices: "Chrome · Android"."""
    agent = re.sub(r"[^\x20-\x7e]", "", request.headers.get("User-Agent", ""))
    browser = next((name for sign, name in _BROWSERS if sign in agent), "")
    system = next((name for sign, name in _SYSTEMS if sign in agent), "")
    return " · ".join(part for part in (browser, system) if part) or "?"
