"""Routes of requests for access: one list and one page a request, for who asks, agrees and decides alike."""

from __future__ import annotations

from typing import Any

from flask import g, request
from flask.typing import ResponseReturnValue

from blueprints import replies
from blueprints.access_requests.forms import ApprovalForm, AskForm, RefusalForm
from blueprints.forms import Form
from blueprints.section import Section, load, load_optional, me
from school import access_requests as requests
from school import groups, guardians, policy, timeline
from school.access_requests import AccessRequest, Terms, Wanted
from school.lib import clock
from school.lib.text import Refused, _, mark, ngettext
from school.people import Person
from school.policy import Access
from school.pupils import Pupil

access_requests = Section("access_requests", __name__)

LIST = "/access-requests"
STATES = {
    "asked": (mark("asked"), "sun"),
    "agreed": (mark("teacher agrees"), "sun"),
    "granted": (mark("has access"), "accent"),
    "refused": (mark("refused"), "warn"),
    "withdrawn": (mark("taken back"), "plain"),
}


@access_requests.before_request
def _tab() -> None:
    g.nav = "more"


@access_requests.route("/access-requests", access=Access.SIGNED_IN, mirrored=True)
def show_requests() -> ResponseReturnValue:
    mine = me()
    scope = policy.scope(mine, AccessRequest)
    waiting = requests.waiting(mine.person, scope) if mine.is_staff else []
    decided = requests.decided(mine.person, scope) if mine.is_staff else []
    return replies.page(
        "access_requests/requests.html",
        own=[_line(asked) for asked in requests.of_guardian(mine.person)],
        waiting=[_line(asked) for asked in waiting],
        decided=[_line(asked) for asked in decided],
    )


def _line(asked: AccessRequest) -> dict[str, Any]:
    label, colour = STATES[asked.state]
    return {
        "url": f"{LIST}/{asked.public_id}",
        "name": asked.full_name,
        "relation": asked.relation,
        "child": asked.pupil.first_name,
        "child_full": asked.pupil.full_name,
        "asked_by": asked.asked_by.full_name,
        "at": asked.created_at,
        "state": asked.state,
        "state_label": _(label),
        "state_colour": colour,
        "is_exception": asked.kind == "exception",
    }


# ── asking ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@access_requests.route("/access-requests/new", access=Access.SIGNED_IN)
def new_request() -> ResponseReturnValue:
    named = load_optional(Pupil, request.args.get("pupil"))
    children = _askable(named)
    ticked = [child.public_id for child in children if child == named or len(children) == 1]
    return _ask_page(AskForm(children=ticked), children, named)


def _askable(named: Pupil | None) -> list[Pupil]:
    """The own children; or the one that staff write a request down for."""
    own = [child for child, _group in guardians.children_of(me().person, me().today)]
    return requests.askable(me().person, own if named is None or named in own else [named])


def _ask_page(form: AskForm, children: list[Pupil], named: Pupil | None) -> ResponseReturnValue:
    form.children.choices = [(child.public_id, child.full_name) for child in children]
    answer = replies.invalid if form.errors or form.form_errors else replies.page
    today = clock.today()
    return answer(
        "access_requests/new.html",
        form=form,
        pupil=named.public_id if named else "",
        for_others=me().is_staff and named is not None and guardians.between(me().person, named) is None,
        first_day=today.isoformat(),
        last_day=(today + guardians.LONGEST_EXCEPTION).isoformat(),
    )


@access_requests.route("/access-requests", access=Access.SIGNED_IN, methods=("POST",))
def ask() -> ResponseReturnValue:
    named = load_optional(Pupil, request.form.get("pupil"))
    children = _askable(named)
    form = AskForm(request.form)
    form.children.choices = [(child.public_id, child.full_name) for child in children]
    if not form.validate():
        return _ask_page(form, children, named)
    chosen = [child for child in children if child.public_id in form.children.data]
    told = {name: value or "" for name, value in form.data.items() if name not in ("children", "ends_on")}
    try:
        made = requests.ask(me().person, chosen, Wanted(**told, ends_on=form.ends_on.data))
    except Refused as no:
        form.refuse(no)
        return _ask_page(form, children, named)
    say = ngettext("Your request is in. The school answers.", "Your requests are in. The school answers.", len(made))
    return replies.reply(LIST, say=say)


# ── one request ─────────────────────────────────────────────────────────────────────────────────────────────────────


@access_requests.route("/access-requests/<request_id>", access=Access.SIGNED_IN, mirrored=True)
def show_request(request_id: str) -> ResponseReturnValue:
    asked = load(AccessRequest, request_id)
    return _request_page(asked, _first_approval(asked), RefusalForm())


def _request_page(asked: AccessRequest, approval: ApprovalForm | None, refusal: RefusalForm) -> ResponseReturnValue:
    wrong = [form for form in (approval, refusal) if form and (form.errors or form.form_errors)]
    answer = replies.invalid if wrong else replies.page
    return answer(
        "access_requests/request.html",
        asked={**_line(asked), **_facts(asked)},
        to_school=me().is_management,
        for_asker=asked.asked_by_id == me().person.id,
        may_agree=_may(asked, "agree") and asked.state == "asked",
        may_withdraw=_may(asked, "withdraw"),
        approval=approval,
        refusal=refusal,
        directs=me().is_director,
        next_step=_next_step(asked) if me().is_management else None,
    )


def _may(asked: AccessRequest, action: str) -> bool:
    return asked.is_open and policy.allows(me(), action, asked)


def _facts(asked: AccessRequest) -> dict[str, Any]:
    group = next(iter(groups.groups_of([asked.pupil_id], me().today).get(asked.pupil_id, [])), None)
    return {
        "id": asked.public_id,
        "group": {"label": timeline.group_label(group.name, group.kind), "hue": group.hue} if group else None,
        "email": asked.email,
        "phone": asked.phone,
        "reason": asked.reason,
        "ends_on": asked.ends_on,
        "agreed_by": asked.agreed_by.called if asked.agreed_by else "",
        "answer": asked.answer,
        "is_open": asked.is_open,
    }


def _first_approval(asked: AccessRequest) -> ApprovalForm | None:
    """As it stands before anybody touched it; nothing for who does not decide."""
    if not _may(asked, "decide"):
        return None
    scopes = ["posts"] if asked.kind == "exception" else []
    return _approval(asked, scopes=scopes, ends_on=asked.ends_on)


def _approval(asked: AccessRequest, *args: Any, **values: Any) -> ApprovalForm:
    """The form with only the fields that this request, and whoever decides, need."""
    form = ApprovalForm(*args, exception=asked.kind == "exception", **values)
    known = requests.candidates(asked)
    form.person.choices = [(person.public_id, _known_label(person)) for person in known]
    if not asked.email:
        form.person.choices.append(("new", _("Somebody new")))
    form.agreed_by.choices = [("", _("Choose a teacher"))]
    form.agreed_by.choices += [(teacher.public_id, teacher.called) for teacher in requests.who_can_agree(asked)]
    unneeded = {"authority", "reason"} if asked.kind == "exception" else {"agreed_by", "ends_on"}
    unneeded |= {"agreed_by"} if asked.agreed_by else set()
    unneeded |= {"person"} if requests.is_certain(asked, known) else set()
    unneeded |= set() if me().is_director else {"scopes", "reason"}
    for name in unneeded:
        del form[name]
    return form


def _known_label(person: Person) -> str:
    children = [child.full_name for child, _group in guardians.children_of(person)]
    if not children:
        return person.full_name
    return _("%(name)s, of %(children)s", name=person.full_name, children=", ".join(children))


def _next_step(asked: AccessRequest) -> dict[str, Any] | None:
    person = requests.given_to(asked) if asked.state == "granted" else None
    if person is None:
        return None
    return {
        "name": person.full_name,
        "is_in": person.password_hash is not None,
        "url": f"/admin/invitations?person={person.public_id}",
    }


@access_requests.route("/access-requests/<request_id>/withdrawal", access=Access.SIGNED_IN, methods=("POST",))
def withdraw(request_id: str) -> ResponseReturnValue:
    asked = load(AccessRequest, request_id, to="withdraw")
    try:
        requests.withdraw(asked, me().person)
    except Refused as no:
        return replies.refused(f"{LIST}/{request_id}", no.sentence)
    return replies.reply(LIST, say=_("Your request is taken back."))


@access_requests.route("/access-requests/<request_id>/agreement", access=Access.STAFF, methods=("POST",))
def agree(request_id: str) -> ResponseReturnValue:
    asked = load(AccessRequest, request_id, to="agree")
    try:
        requests.agree(asked, me().person)
    except Refused as no:
        return replies.refused(f"{LIST}/{request_id}", no.sentence)
    return replies.reply(LIST, say=_("You agree. The director decides now."))


@access_requests.route("/access-requests/<request_id>/approval", access=Access.OFFICE, methods=("POST",))
def approve(request_id: str) -> ResponseReturnValue:
    asked = load(AccessRequest, request_id, to="decide")
    form = _approval(asked, request.form)
    if not form.validate():
        return _request_page(asked, form, RefusalForm())
    try:
        requests.grant(asked, me().person, _terms(asked, form), directs=me().is_director)
    except Refused as no:
        return _not_like_this(asked, form, no)
    return replies.reply(f"{LIST}/{request_id}", say=_("%(name)s has access now.", name=asked.full_name))


def _not_like_this(asked: AccessRequest, form: Form, no: Refused) -> ResponseReturnValue:
    if not asked.is_open:
        return replies.refused(f"{LIST}/{asked.public_id}", no.sentence)
    form.refuse(no)
    if isinstance(form, RefusalForm):
        return _request_page(asked, _first_approval(asked), form)
    return _request_page(asked, form, RefusalForm())


def _terms(asked: AccessRequest, form: ApprovalForm) -> Terms:
    told = form.data
    known = {person.public_id: person for person in requests.candidates(asked)}
    teachers = {teacher.public_id: teacher for teacher in requests.who_can_agree(asked)}
    return Terms(
        authority=told.get("authority") or "",
        scopes=told.get("scopes") or (),
        reason=told.get("reason") or "",
        ends_on=told.get("ends_on"),
        agreed_by=teachers.get(told.get("agreed_by") or ""),
        person=known.get(told.get("person") or ""),
        somebody_new=told.get("person") == "new",
    )


@access_requests.route("/access-requests/<request_id>/refusal", access=Access.OFFICE, methods=("POST",))
def refuse(request_id: str) -> ResponseReturnValue:
    asked = load(AccessRequest, request_id, to="decide")
    form = RefusalForm(request.form)
    if not form.validate():
        return _request_page(asked, _first_approval(asked), form)
    try:
        requests.refuse(asked, me().person, form.answer.data)
    except Refused as no:
        return _not_like_this(asked, form, no)
    return replies.reply(LIST, say=_("The request is refused. Who asked hears it."))
