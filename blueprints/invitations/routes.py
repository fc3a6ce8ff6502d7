"""Routes of coming in. Looking at a link changes nothing: mail scanners look at links too."""

from __future__ import annotations

from flask import abort, request
from flask.typing import ResponseReturnValue

from blueprints import guards, identity, pages, replies
from blueprints.account import throttle
from blueprints.invitations.forms import CodeForm, NewAccountForm
from blueprints.section import Section, change, me_or_none, slow
from school import audit, coming_in, guidelines, passwords, people
from school import invitations as inviting
from school.invitations import Invitation
from school.lib import passwords as hashing
from school.lib import text, tokens
from school.lib.text import Refused, _
from school.people import Person
from school.policy import Access
from school.sessions import Session

invitations = Section("invitations", __name__)


@invitations.route("/invitation", access=Access.PUBLIC)
def ask_code() -> ResponseReturnValue:
    """The square on the letter leads here, with its code filled in."""
    return replies.page("invitations/code.html", form=CodeForm(code=request.args.get("code", "")[:100]))


@invitations.route("/uitnodiging", access=Access.PUBLIC)
def ask_code_in_dutch() -> ResponseReturnValue:
    """What a Dutch letter lets people type."""
    return replies.go("/invitation")


@invitations.route("/invitation", access=Access.PUBLIC, methods=("POST",), writes=False)
def give_code() -> ResponseReturnValue:
    form = CodeForm(request.form)
    if not form.validate():
        return replies.invalid("invitations/code.html", form=form)
    if _find(form.code.data) is None:
        form.refuse(Refused(_("This code does not work, or no longer. Look at the letter once more."), "code"))
        return replies.invalid("invitations/code.html", form=form)
    return replies.go(f"/invitation/{inviting.as_printed(form.code.data)}")


@invitations.route("/invitation/<token>", access=Access.PUBLIC, door=False)
def show(token: str) -> ResponseReturnValue:
    found = _find(token)
    return _no_invitation(token) if found is None else _account_page(found, NewAccountForm(), token)


def _find(token: str) -> Invitation | None:
    """Codes are short, so wrong ones are counted; a link cannot be guessed and is never shut out."""
    short = inviting.is_code(token)
    if short and not throttle.may_try_code():
        abort(429)
    found = inviting.by_token(token, identity.secret_key())
    if found is None and short:
        throttle.note_wrong_code()
    return found


def _no_invitation(token: str) -> ResponseReturnValue:
    """Used, ended, expired or never there: the same page. Only a link that was once right can be renewed."""
    if inviting.by_old_link(token) is not None:
        return replies.page("invitations/old_link.html", token=token), 410
    return replies.page("invitations/none.html"), 404


def _account_page(found: Invitation, form: NewAccountForm, token: str) -> ResponseReturnValue:
    """In the language of whoever was invited, unless they chose another one here."""
    mine, person = me_or_none(), found.person
    chosen = request.values.get("language", "")
    text.speak(chosen if chosen in people.LANGUAGES else person.language)
    children, works = inviting.place_of(person)
    page = replies.invalid if form.errors or form.form_errors else replies.page
    return page(
        "invitations/account.html",
        form=form,
        person=person,
        children=children,
        works=works,
        login=_login_shown(person, by_letter=inviting.is_code(token)),
        rules=guidelines.lines(guidelines.current()),
        logged_in=mine.person.full_name if mine else "",
        token=token,
    )


def _login_shown(person: Person, *, by_letter: bool) -> str:
    """A letter may lie on another table than its reader's, so it does not tell their whole address."""
    if not person.email:
        return person.login_name or ""
    name, _at, domain = person.email.partition("@")
    return f"{name[0]}{'•' * 4}@{domain}" if by_letter else person.email


@invitations.route(
    "/invitation/<token>",
    access=Access.PUBLIC,
    methods=("POST",),
    door=False,
    writes=False,
)
def make_account(token: str) -> ResponseReturnValue:
    form, found = NewAccountForm(request.form), _find(token)
    if found is None:
        return _no_invitation(token)
    if not form.validate():
        return _account_page(found, form, token)
    try:
        password_hash = _hashed(found.person, form.password.data)
    except Refused as no:
        form.refuse(no)
        return _account_page(found, form, token)
    entered = _enter(token, password_hash)
    return _no_invitation(token) if entered is None else _welcome(*entered)


def _hashed(person: Person, password: str) -> str:
    school = pages.school()
    own = passwords.own_words(person, school.name if school else "")
    with slow():
        hashing.require_good(password, own)
        return hashing.hashed(password)


def _enter(token: str, password_hash: str) -> tuple[Person, Session, str] | None:
    """The account and a session in it; nothing when the invitation was used meanwhile, in another window."""
    with change():
        found = inviting.by_token(token, identity.secret_key())
        if found is None:
            return None
        person = inviting.accept(found, password_hash)
        people.choose_language(person, request.form.get("language", ""))
        audit.note(person, "accepted an invitation", person)
        audit.note(person, "accepted the guideline", person)
        return person, *identity.begin(person)


def _welcome(person: Person, session: Session, token: str) -> ResponseReturnValue:
    text.speak(person.language)
    guards.new_csrf_secret()
    answer = replies.reply("/timeline", say=_("Welcome, %(name)s. Your account is ready.", name=person.first_name))
    identity.remember(answer, token, session)
    identity.know_device(answer, throttle.device_cookie(person))
    return answer


@invitations.route("/invitation/renewal", access=Access.PUBLIC, methods=("POST",))
def renew() -> ResponseReturnValue:
    """Answers alike, whatever was sent along."""
    token = request.form.get("token", "")[:200]
    if throttle.may_ask_mail(f"invitation {tokens.digest(token)}"):
        coming_in.send_new_link(token)
    return replies.page("invitations/link_sent.html")
