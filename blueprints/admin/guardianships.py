"""Administration of the roads from adults to children: what each gets and since when, blocks, exceptions, order."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from blueprints import replies
from blueprints.admin.forms import (
    SCOPE_NAMES,
    BlockForm,
    ExceptionForm,
    LastDayForm,
    NewGuardianForm,
    TermsForm,
    kept,
    terms_of,
)
from blueprints.admin.routes import admin
from blueprints.section import load, load_optional, me
from school import agreements, audit, directory, groups, guardians, invitations, outbox, people, policy
from school.guardians import Guardianship
from school.lib.text import _
from school.people import Person
from school.policy import Access
from school.pupils import Pupil

HERE = "/admin/guardianships"
OFFICE = {"access": Access.OFFICE}
MANAGED = {"access": Access.MANAGEMENT}
POST: dict[str, Any] = {"methods": ("POST",), "writes": False}
TEACHING = ("teacher", "substitute")


# ── a new one ───────────────────────────────────────────────────────────────────────────────────────────────────────


@admin.route("/admin/people/<person_id>/children", **OFFICE)
def find_child(person_id: str) -> ResponseReturnValue:
    """From somebody's page: which child is it?"""
    person = load(Person, person_id)
    query = request.args.get("q", "").strip()[:80]
    found = directory.matching(query)
    placed = groups.groups_of({pupil.id for pupil in found}, me().today)
    linked = {road.pupil_id for road in guardians.of_person(person)}
    rows = [(pupil, placed.get(pupil.id, []), pupil.id in linked) for pupil in found]
    return replies.page("admin/person_children.html", person=person, q=query, rows=rows)


@admin.route("/admin/pupils/<pupil_id>/guardians/new", **OFFICE)
def new_guardian(pupil_id: str) -> ResponseReturnValue:
    pupil = load(Pupil, pupil_id, to="change")
    known = load_optional(Person, request.args.get("person"))
    return _new_page(pupil, NewGuardianForm(data={"starts_on": me().today}, known=known), known)


def _new_page(pupil: Pupil, form: NewGuardianForm, known: Person | None) -> ResponseReturnValue:
    page = replies.invalid if form.errors or form.form_errors else replies.page
    owner = people.by_login(form.email.data or "") if form.email.errors else None
    return page(
        "admin/guardianship_new.html",
        heading=_heading(pupil, known),
        pupil=pupil,
        form=form,
        known=known,
        owner=owner,
        may_grant=me().is_director,
    )


def _heading(pupil: Pupil, known: Person | None) -> str:
    if known is None:
        return _("A parent or carer for %(child)s", child=pupil.full_name)
    return _("Link %(adult)s to %(child)s", adult=known.full_name, child=pupil.full_name)


@admin.route("/admin/pupils/<pupil_id>/guardians", **POST, **OFFICE)
def add_guardian(pupil_id: str) -> ResponseReturnValue:
    load(Pupil, pupil_id, to="change")
    known = load_optional(Person, request.form.get("person"))
    form = NewGuardianForm(request.form, known=known)
    made: list[Guardianship] = []
    if not kept(form, lambda: made.append(_linked(pupil_id, form))):
        return _new_page(load(Pupil, pupil_id), form, load_optional(Person, request.form.get("person")))
    return replies.reply(_after(made[0]), say=_("%(name)s is linked.", name=made[0].person.full_name))


def _after(road: Guardianship) -> str:
    """Who gets nothing yet: perhaps an exception comes next."""
    if guardians.scopes_of(road):
        return f"/admin/pupils/{road.pupil.public_id}"
    return f"{HERE}/{road.public_id}"


def _linked(pupil_id: str, form: NewGuardianForm) -> Guardianship:
    pupil = load(Pupil, pupil_id, to="change")
    person = load(Person, form.person.data) if form.person.data else _newcomer(form)
    road = agreements.welcome(person, pupil, form.terms(), _approver())
    audit.note(me().person, "linked a guardian", road, pupil=pupil.id, person=person.id)
    if guardians.scopes_of(road) and road.authority != "yes":
        audit.note(me().person, "granted something without authority", road)
    return road


def _newcomer(form: NewGuardianForm) -> Person:
    first, prefix, last = form.names()
    person = people.add(
        first, last, prefix=prefix, email=form.email.data, phone=form.phone.data or "", language=form.language.data
    )
    invitations.ensure_login(person)
    audit.note(me().person, "added a person", person)
    return person


def _approver() -> Person | None:
    """Without authority only the director gives (DOMAIN §3)."""
    return me().person if me().is_director else None


# ── one of them ─────────────────────────────────────────────────────────────────────────────────────────────────────


@admin.route(f"{HERE}/<guardianship_id>", **MANAGED)
def show_guardianship(guardianship_id: str) -> ResponseReturnValue:
    return _page(load(Guardianship, guardianship_id))


def _page(road: Guardianship, **forms: Any) -> ResponseReturnValue:
    """``forms``: those that came back with something wrong, by their name in the page."""
    mine = me()
    page = replies.invalid if forms else replies.page
    own = {"form": terms_of(road), "form_end": LastDayForm(), "form_block": BlockForm()}
    return page(
        "admin/guardianship.html",
        road=road,
        state=guardians.state_of(road, mine.today),
        scopes=guardians.scopes_of(road),
        scope_names=SCOPE_NAMES,
        told=directory.names({by for by in (road.agreed_by_id, road.approved_by_id) if by is not None}),
        may_change=policy.allows(mine, "change", road),
        may_grant=policy.allows(mine, "grant", road),
        may_read_note=policy.allows(mine, "read note", road),
        longest=mine.today + guardians.LONGEST_EXCEPTION,
        today=mine.today,
        **({"form_exception": _exception_form(road)} | own | forms),
    )


def _exception_form(road: Guardianship) -> ExceptionForm:
    scopes = guardians.scopes_of(road) or ("posts",)
    return ExceptionForm(teachers=_teachers(road.pupil), data={"reason": road.reason, "scopes": scopes})


def _teachers(pupil: Pupil) -> list[Person]:
    """Who stands before the child's groups today, each once."""
    today = me().today
    placed = groups.groups_of([pupil.id], today).get(pupil.id, [])
    team = groups.team([group.id for group in placed], today)
    return list({place.person_id: place.person for place in team if place.role in TEACHING}.values())


@admin.route(f"{HERE}/<guardianship_id>", **POST, **OFFICE)
def change_guardianship(guardianship_id: str) -> ResponseReturnValue:
    load(Guardianship, guardianship_id, to="change")
    form = TermsForm(request.form)
    if not kept(form, lambda: _change(load(Guardianship, guardianship_id, to="change"), form)):
        return _page(load(Guardianship, guardianship_id), form=form)
    return replies.reply(f"{HERE}/{guardianship_id}", say=_("The change is kept."))


def _change(road: Guardianship, form: TermsForm) -> None:
    approver = me().person if policy.allows(me(), "grant", road) else None
    given = agreements.agree(road, form.terms(), approver)
    audit.note(me().person, "changed a guardianship", road, pupil=road.pupil_id, person=road.person_id)
    if given:
        audit.note(me().person, "granted something without authority", road)


@admin.route(f"{HERE}/<guardianship_id>/block", **POST, **MANAGED)
def block_guardian(guardianship_id: str) -> ResponseReturnValue:
    """Works at the next request, also of whoever is looking right now."""
    pupil_id = load(Guardianship, guardianship_id, to="block").pupil.public_id
    form = BlockForm(request.form)
    if not kept(form, lambda: _block(load(Guardianship, guardianship_id, to="block"), form)):
        return _page(load(Guardianship, guardianship_id), form_block=form)
    return replies.reply(f"/admin/pupils/{pupil_id}", say=_("Blocked. This works at once."))


def _block(road: Guardianship, form: BlockForm) -> None:
    guardians.block(road, form.reason.data or "")
    audit.note(me().person, "blocked a guardian", road, pupil=road.pupil_id, person=road.person_id)


@admin.route(f"{HERE}/<guardianship_id>/block/removal", methods=("POST",), **OFFICE)
def lift_block(guardianship_id: str) -> ResponseReturnValue:
    road = load(Guardianship, guardianship_id, to="change")
    guardians.lift_block(road)
    audit.note(me().person, "lifted a block", road, pupil=road.pupil_id, person=road.person_id)
    given = guardians.scopes_of(road)
    said = _("The block is lifted.") if given else _("The block is lifted. Now choose what this adult gets.")
    return replies.reply(f"{HERE}/{guardianship_id}", say=said)


@admin.route(f"{HERE}/<guardianship_id>/ending", **POST, **OFFICE)
def end_guardianship(guardianship_id: str) -> ResponseReturnValue:
    load(Guardianship, guardianship_id, to="change")
    form = LastDayForm(request.form)
    if not kept(form, lambda: _end(load(Guardianship, guardianship_id, to="change"), form.chosen)):
        return _page(load(Guardianship, guardianship_id), form_end=form)
    return replies.reply(f"{HERE}/{guardianship_id}", say=_("The last day is kept."))


def _end(road: Guardianship, last_day: date) -> None:
    guardians.end(road, last_day)
    audit.note(me().person, "ended a guardianship", road, pupil=road.pupil_id, person=road.person_id)


@admin.route(f"{HERE}/<guardianship_id>/exception", access=Access.DIRECTOR, **POST)
def approve_exception(guardianship_id: str) -> ResponseReturnValue:
    """Rule R1: with a reason, the teacher who agreed, a last day; the child's own guardians are told."""
    road = load(Guardianship, guardianship_id, to="grant")
    form = ExceptionForm(request.form, teachers=_teachers(road.pupil))
    if not kept(form, lambda: _approve(load(Guardianship, guardianship_id, to="grant"), form)):
        return _page(load(Guardianship, guardianship_id), form_exception=form)
    return replies.reply(f"{HERE}/{guardianship_id}", say=_("The exception is approved. The parents get a mail."))


def _approve(road: Guardianship, form: ExceptionForm) -> None:
    teacher = people.by_id(form.teacher.id)
    assert teacher is not None
    assert form.ends_on.data is not None
    guardians.make_exception(
        road,
        ends_on=form.ends_on.data,
        agreed_by=teacher,
        approved_by=me().person,
        reason=form.reason.data,
        scopes=form.scopes.data,
    )
    for other in guardians.others_of(road.pupil, road.person):
        outbox.put("access_given", other)
    audit.note(me().person, "approved an exception", road, pupil=road.pupil_id, agreed_by=teacher.id)


@admin.route(f"{HERE}/<guardianship_id>/position", methods=("POST",), **OFFICE)
def move_guardian(guardianship_id: str) -> ResponseReturnValue:
    """One place earlier or later in the order in which this child's guardians are called."""
    road = load(Guardianship, guardianship_id, to="change")
    agreements.shift(road, -1 if request.form.get("step") == "earlier" else 1, me().today)
    audit.note(me().person, "changed a guardianship", road, pupil=road.pupil_id)
    return replies.reply(f"/admin/pupils/{road.pupil.public_id}")
