"""Where / leads, and first use: behind a one-time code, a real school or a demo."""

from __future__ import annotations

import threading
from typing import Any

from flask import Flask, abort, current_app, redirect, request, session
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from blueprints import pages, replies
from blueprints.account import throttle
from blueprints.home.forms import CodeForm, SchoolForm, SetupForm
from blueprints.photos import intake
from blueprints.section import Section, change, me_or_none, slow
from school import audit, settings, setup
from school.lib import passwords, tokens
from school.lib.text import Refused, _
from school.policy import Access

home = Section("home", __name__)
LARGEST_LOGO = 12 * 2**20


@home.route("/", access=Access.PUBLIC)
def front() -> ResponseReturnValue:
    if pages.school() is None:
        return redirect("/setup", 303)
    return redirect("/timeline" if me_or_none() is not None else "/login", 303)


@home.before_app_request
def _begin_with_setup() -> ResponseReturnValue | None:
    """An empty instance has one page."""
    if request.endpoint in ("account.login", "feed.show_timeline") and pages.school() is None:
        return redirect("/setup", 303)
    return None


def _require_empty(code_given: bool = True) -> None:
    if pages.school() is not None:
        abort(404)
    if code_given and not session.get("setup"):
        abort(403)


@home.route("/setup", access=Access.PUBLIC)
def begin() -> ResponseReturnValue:
    if filling.running:
        return redirect("/setup/progress", 303)
    _require_empty(code_given=False)
    if session.get("setup"):
        return replies.page("setup/choose.html")
    return replies.page("setup/start.html", form=CodeForm())


@home.route("/setup", access=Access.PUBLIC, methods=("POST",), writes=False, endpoint="give_code")
def give_code() -> ResponseReturnValue:
    """The code stands on the console: only who started the program can set up the school."""
    _require_empty(code_given=False)
    if session.get("setup") and "kind" in request.form:
        return _fill_demo() if request.form["kind"] == "demo" else redirect("/setup/school", 303)
    form = CodeForm(request.form)
    try:
        if form.validate():
            _require_code(form.code.data)
            session["setup"] = True
            return redirect("/setup", 303)
    except Refused as no:
        form.refuse(no)
    return replies.invalid("setup/start.html", form=form)


def _require_code(given: str) -> None:
    if not throttle.may_guess("setup"):
        raise Refused(_("There were too many attempts. Wait fifteen minutes."), "code")
    plain = "".join(sign for sign in given.lower() if sign.isalnum())
    if not tokens.same(plain, pages.setup_code.replace("-", "")):
        raise Refused(_("That is not the code. It stands where you started Schoolplein."), "code")


@home.route("/setup/school", access=Access.PUBLIC)
def fill_in() -> ResponseReturnValue:
    _require_empty()
    return replies.page("setup/school.html", form=SetupForm())


@home.route(
    "/setup/school",
    access=Access.PUBLIC,
    methods=("POST",),
    writes=False,
    max_body=LARGEST_LOGO,
    endpoint="set_up",
)
def set_up() -> ResponseReturnValue:
    _require_empty()
    form = SetupForm(request.form)
    if not form.validate():
        return replies.invalid("setup/school.html", form=form)
    try:
        with slow():
            passwords.require_good(form.password.data, (form.name.data, form.admin_email.data, form.last_name.data))
            password_hash = passwords.hashed(form.password.data)
            logo = take_logo(request.files.get("logo"))
    except Refused as no:
        form.refuse(no)
        return replies.invalid("setup/school.html", form=form)
    with change():
        _require_empty()
        admin = setup.begin(school_values(form), _admin_values(form), password_hash, logo)
        audit.note(admin, "set up the school", admin)
    pages.forget_school()
    session.pop("setup", None)
    return replies.reply("/login", say=_("The school stands. Log in with your e-mail address and password."))


def school_values(form: SchoolForm) -> dict[str, Any]:
    return {
        "name": form.name.data.strip(),
        "short_name": (form.short_name.data or "").strip(),
        "hue": form.own_hue.data if form.own_hue.data is not None else form.hue.data,
        "region": form.region.data,
        "phone": form.phone.data.strip(),
        "email": (form.email.data or "").strip(),
    }


def _admin_values(form: SetupForm) -> dict[str, str]:
    return {
        "first_name": form.first_name.data.strip(),
        "prefix": (form.prefix.data or "").strip(),
        "last_name": form.last_name.data.strip(),
        "email": form.admin_email.data,
    }


def take_logo(file: FileStorage | None) -> str:
    """Keeps a logo in the media store; the id, or nothing when none was chosen."""
    if file is None or not file.filename:
        return ""
    return intake.take_logo(file.stream, file.filename)


# ── the demo, filled while a page shows how far it is ───────────────────────────────────────────────────────────────


class Filling:
    """The one thread that fills the demo school."""

    def __init__(self) -> None:
        self.running = False
        self.done, self.of, self.step, self.failed = 0, 1, "", False

    def start(self, app: Flask) -> None:
        self.running, self.failed, self.done = True, False, 0
        threading.Thread(target=self._fill, args=(app,), name="demo", daemon=True).start()

    def _fill(self, app: Flask) -> None:
        from school.demo.build import build  # drawing is only needed here

        try:
            with app.app_context():
                build(store=app.extensions["media"], progress=self.note)
        except Exception:
            app.logger.exception("the demo school could not be filled")
            self.failed = True
        finally:
            self.running = False

    def note(self, done: int, of: int, step: str) -> None:
        self.done, self.of, self.step = done, of, step


filling = Filling()


def _fill_demo() -> ResponseReturnValue:
    if not filling.running:
        filling.start(current_app._get_current_object())  # type: ignore[attr-defined]
    return redirect("/setup/progress", 303)


@home.route("/setup/progress", access=Access.PUBLIC)
def progress() -> ResponseReturnValue:
    if filling.running:
        return replies.page("setup/progress.html", done=filling.done, of=filling.of, step=_(filling.step))
    if filling.failed:
        raise Refused(_("The demo school could not be filled. Start again with an empty folder."))
    pages.forget_school()
    return replies.page("setup/done.html") if settings.school() else redirect("/setup", 303)
