"""Routes of the own account."""

from __future__ import annotations

from flask import abort, current_app, g, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound
from werkzeug.routing import RequestRedirect

from blueprints import guards, identity, pages, replies
from blueprints.account import throttle
from blueprints.account.forms import (
    LANGUAGE_NAMES,
    ChangePasswordForm,
    ConfirmForm,
    ForgottenForm,
    LoginForm,
    NewPasswordForm,
    OwnDataForm,
)
from blueprints.section import Section, change, load, me, me_or_none, slow
from school import audit, demo_logins, outbox, passwords, people, proposals, sessions
from school.lib import passwords as hashing
from school.lib.text import Refused, _
from school.people import Person
from school.policy import Access

account = Section("account", __name__)


@account.before_request
def _tab() -> None:
    g.nav = "more"


@account.route("/login", access=Access.PUBLIC)
def login() -> ResponseReturnValue:
    if me_or_none() is not None:
        return replies.go("/timeline")
    return _login_page(LoginForm())


def _login_page(form: LoginForm, code: int = 200) -> ResponseReturnValue:
    school = pages.school()
    answer = replies.page(
        "account/login.html",
        form=form,
        next=request.values.get("next", ""),
        demo_logins=demo_logins.listed() if school and school.demo else [],
    )
    answer.status_code = code
    return answer


@account.route("/login", access=Access.PUBLIC, methods=("POST",), writes=False, endpoint="log_in")
def log_in() -> ResponseReturnValue:
    form = LoginForm(request.form)
    if not form.validate():
        return _login_page(form, 422)
    if not throttle.may_log_in(form.login.data):
        form.refuse(Refused(_("There were too many attempts. Wait fifteen minutes, or ask for a new password.")))
        return _login_page(form, 429)
    person = people.by_login(form.login.data)
    password_hash = person.password_hash if person is not None else None
    with slow():
        right = hashing.fits(password_hash, form.password.data)
    if not right or person is None or person.deactivated_at is not None:
        form.refuse(Refused(_("This address and this password do not belong together.")))
        return _login_page(form, 422)
    return _begin(person.id, password_hash)


def _begin(person_id: int, password_hash: str | None) -> ResponseReturnValue:
    """Starts a session, unless the account changed while the password was being checked."""
    with change():
        person = people.by_id(person_id)
        if person is None or person.deactivated_at is not None or person.password_hash != password_hash:
            abort(403)
        session, token = identity.begin(person)
        audit.note(person, "logged in", person)
    guards.new_csrf_secret()
    answer = replies.go(safe_next(request.form.get("next", "")))
    identity.remember(answer, token, session)
    identity.know_device(answer, throttle.device_cookie(person))
    return answer


@account.route("/demo-login", access=Access.PUBLIC, methods=("POST",), writes=False)
def demo_login() -> ResponseReturnValue:
    """One click, in a demo school only, and only for the accounts that are listed there."""
    school = pages.school()
    wanted = request.form.get("email", "")
    if school is None or not school.demo or wanted not in demo_logins.addresses():
        abort(404)
    person = people.by_login(wanted)
    if person is None:
        abort(404)
    return _begin(person.id, person.password_hash)


@account.route("/logout", access=Access.PUBLIC, methods=("POST",))
def logout() -> ResponseReturnValue:
    found = me_or_none()
    if found is not None and found.session is not None:
        sessions.end(found.session.id)
    guards.new_csrf_secret()
    answer = replies.go("/login")
    identity.forget(answer)
    return answer


@account.route("/password/forgotten", access=Access.PUBLIC)
def forgotten() -> ResponseReturnValue:
    return replies.page("account/forgotten.html", form=ForgottenForm())


@account.route("/password/forgotten", access=Access.PUBLIC, methods=("POST",), endpoint="ask_reset")
def ask_reset() -> ResponseReturnValue:
    """Answers alike, whether or not the account exists; the link is made when the mail is sent."""
    form = ForgottenForm(request.form)
    if not form.validate():
        return replies.invalid("account/forgotten.html", form=form)
    if throttle.may_ask_mail(form.login.data):
        person = people.by_login(form.login.data)
        if person is not None and (person.deactivated_at is not None or person.password_hash is None):
            person = None  # who was never in comes in by the invitation, and so past the guideline
        if person is not None:
            outbox.put("password_reset", person)
        audit.note(None, "asked for a new password", person)  # always: the time of a commit would tell
    return replies.page("account/forgotten_sent.html")


@account.route("/password/new/<token>", access=Access.PUBLIC, door=False)
def new_password(token: str) -> ResponseReturnValue:
    """Looking at the link uses nothing up: mail scanners look at links too."""
    return _new_password_page(_of_link(token), NewPasswordForm(), token)


def _of_link(token: str) -> Person:
    person = passwords.by_link(token)
    if person is None:
        abort(404)
    return person


def _new_password_page(person: Person, form: NewPasswordForm, token: str) -> ResponseReturnValue:
    page = replies.invalid if form.errors or form.form_errors else replies.page
    return page("account/new_password.html", form=form, person_name=person.first_name, token=token)


@account.route(
    "/password/new/<token>",
    access=Access.PUBLIC,
    methods=("POST",),
    door=False,
    writes=False,
    endpoint="set_password",
)
def set_password(token: str) -> ResponseReturnValue:
    form = NewPasswordForm(request.form)
    person = _of_link(token)
    if not form.validate():
        return _new_password_page(person, form, token)
    try:
        password_hash = passwords.hashed(person, form.password.data, _school_name())
    except Refused as no:
        form.refuse(no)
        return _new_password_page(person, form, token)
    with change():
        person = _of_link(token)
        passwords.change(person, password_hash)
        outbox.put("password_changed", person)
        audit.note(person, "set a new password", person)
    answer = replies.reply("/login", say=_("Your new password is set. You can log in now."))
    identity.know_device(answer, throttle.device_cookie(person))
    return answer


@account.route("/account", access=Access.SIGNED_IN, endpoint="account")
def show_account() -> ResponseReturnValue:
    return account_page()


def account_page(
    password: ChangePasswordForm | None = None, own_data: OwnDataForm | None = None
) -> ResponseReturnValue:
    """The whole page; a form that was not right is shown again."""
    page = replies.page if password is None and own_data is None else replies.invalid
    mine = me()
    devices = [
        {
            "id": session.public_id,
            "device": session.device,
            "seen_at": session.seen_at,
            "created_at": session.created_at,
            "this": mine.session is not None and session.id == mine.session.id,
        }
        for session in sessions.of_person(mine.person)
    ]
    return page(
        "account/account.html",
        form_password=password or ChangePasswordForm(),
        form_own=own_data or OwnDataForm(obj=mine.person),
        is_changing=own_data is not None,
        proposal=proposals.latest_of(mine.person),
        languages=LANGUAGE_NAMES,
        devices=devices,
    )


@account.route("/account/password", access=Access.SIGNED_IN, methods=("POST",), writes=False)
def change_password() -> ResponseReturnValue:
    form = ChangePasswordForm(request.form)
    mine = me()
    if not form.validate():
        return account_page(form)
    try:
        password_hash = _proved(mine.person, form)
    except Refused as no:
        form.refuse(no)
        return account_page(form)
    with change():
        mine = me()
        session_id = mine.session.id if mine.session else None
        passwords.change(mine.person, password_hash, keep_session=session_id)
        token = sessions.renew(session_id)
        outbox.put("password_changed", mine.person)
        audit.note(mine.person, "changed their password", mine.person)
    answer = replies.reply("/account", say=_("Your password is changed. Your other devices are logged out."))
    if mine.session is not None and token is not None:
        identity.remember(answer, token, mine.session)
    return answer


def _proved(person: Person, form: ChangePasswordForm) -> str:
    """The new hash, when the current password is right and the new one is good."""
    own = passwords.own_words(person, _school_name())
    _require_password(person, form.current.data, "current")
    with slow():
        hashing.require_good(form.password.data, own)
        return hashing.hashed(form.password.data)


@account.route("/account/confirmation", access=Access.SIGNED_IN)
def confirmation() -> ResponseReturnValue:
    """Before what cannot be undone the password is asked again."""
    return replies.page("account/confirmation.html", form=ConfirmForm(), next=request.args.get("next", ""))


@account.route("/account/confirmation", access=Access.SIGNED_IN, methods=("POST",), writes=False)
def confirm_password() -> ResponseReturnValue:
    form, wanted = ConfirmForm(request.form), request.form.get("next", "")
    if not form.validate():
        return replies.invalid("account/confirmation.html", form=form, next=wanted)
    try:
        _require_password(me().person, form.password.data, "password")
    except Refused as no:
        form.refuse(no)
        return replies.invalid("account/confirmation.html", form=form, next=wanted)
    with change():
        session = me().session
        token = sessions.renew(session.id if session else None)
        audit.note(me().person, "gave the password again", me().person)
    answer = replies.go(safe_next(wanted))
    if session is not None and token is not None:
        identity.remember(answer, token, session)
    return answer


def _require_password(person: Person, given: str, field: str) -> None:
    """Slow on purpose. Raises Refused at the field."""
    if not throttle.may_guess(f"password:{person.public_id}"):
        raise Refused(_("There were too many attempts. Wait fifteen minutes, or ask for a new password."), field)
    current_hash = person.password_hash
    with slow():
        if not hashing.fits(current_hash, given):
            raise Refused(_("This is not your current password."), field)


@account.route("/account/language", access=Access.SIGNED_IN, methods=("POST",))
def choose_language() -> ResponseReturnValue:
    people.choose_language(me().person, request.form.get("language", ""))
    proposals.speak(me().person)
    return replies.go("/account")


@account.route("/account/devices/<session_id>/removal", access=Access.SIGNED_IN, methods=("POST",))
def end_session(session_id: str) -> ResponseReturnValue:
    session = load(sessions.Session, session_id, to="end")
    sessions.end(session.id)
    audit.note(me().person, "logged out a device", me().person)
    return replies.reply("/account", say=_("That device is logged out."))


@account.route("/account/devices/removal", access=Access.SIGNED_IN, methods=("POST",))
def end_other_sessions() -> ResponseReturnValue:
    mine = me()
    sessions.end_all(mine.person, but=mine.session.id if mine.session else None)
    audit.note(mine.person, "logged out the other devices", mine.person)
    return replies.reply("/account", say=_("Your other devices are logged out."))


def safe_next(wanted: str) -> str:
    """Only a path of our own that somebody may look at; everything else leads to the timeline."""
    if (
        not wanted.startswith("/")
        or wanted.startswith(("//", "/\\"))
        or "\\" in wanted
        or any(ord(c) < 32 for c in wanted)
    ):
        return "/timeline"
    try:
        current_app.create_url_adapter(request).match(wanted.partition("?")[0], method="GET")  # type: ignore[union-attr]
    except (NotFound, MethodNotAllowed, RequestRedirect, HTTPException):
        return "/timeline"
    return wanted


def _school_name() -> str:
    school = pages.school()
    return school.name if school else ""
