"""Administration of people: who they are, what they reach and since when, their account and their roles."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from blueprints import replies
from blueprints.admin.forms import (
    LANGUAGE_NAMES,
    SCOPE_NAMES,
    AddressForm,
    BlockForm,
    LastDayForm,
    NewPersonForm,
    PersonForm,
    RoleForm,
    kept,
    names_of,
)
from blueprints.admin.routes import admin
from blueprints.section import load, me
from school import accounts, audit, directory, invitations, outbox, people, policy, sessions, timeline
from school.lib import clock
from school.lib.text import Refused, _
from school.people import Person, StaffRole
from school.policy import Access

HERE = "/admin/people"
MANAGED = {"access": Access.MANAGEMENT}
POSTED = {"methods": ("POST",), "writes": False, **MANAGED}


@admin.route(HERE, **MANAGED, endpoint="people")
def show_people() -> ResponseReturnValue:
    query, kind = request.args.get("q", "").strip()[:80], request.args.get("kind", "")
    kind = kind if kind in directory.KINDS else ""
    found = directory.everybody(me().today, query, kind)
    return replies.page(
        "admin/people.html",
        people=found[: directory.MOST],
        number=len(found),
        most=directory.MOST,
        q=query,
        kind=kind,
        kinds=[("", _("Everybody")), ("staff", _("Staff")), ("guardians", _("Parents")), ("closed", _("Closed"))],
    )


def roles_to_give() -> list[str]:
    return [role for role in people.ROLES if policy.appoints(me(), role)]


@admin.route(f"{HERE}/new", **MANAGED, fresh=True)
def new_person() -> ResponseReturnValue:
    return replies.page("admin/person_new.html", form=NewPersonForm(roles=roles_to_give()))


@admin.route(HERE, **POSTED, fresh=True)
def add_person() -> ResponseReturnValue:
    form = NewPersonForm(request.form, roles=roles_to_give())
    added: list[Person] = []
    if not kept(form, lambda: added.append(_added(form))):
        return replies.invalid("admin/person_new.html", form=form)
    person = added[0]
    return replies.reply(f"{HERE}/{person.public_id}", say=_("%(name)s is added.", name=person.full_name))


def _added(form: NewPersonForm) -> Person:
    for field in (form.email, form.login_name):
        if field.data:
            people.require_free(field.data, field.name)
    first, prefix, last = form.names()
    person = people.add(
        first, last, prefix=prefix, email=form.email.data, login_name=form.login_name.data or None, **form.facts()
    )
    invitations.ensure_login(person)
    audit.note(me().person, "added a person", person)
    for role in form.roles.data or ():
        held = people.give_role(person, role, clock.today(), None)
        audit.note(me().person, "gave a role", held, role=role)
    return person


@admin.route(f"{HERE}/<person_id>", **MANAGED)
def show_person(person_id: str) -> ResponseReturnValue:
    return _person_page(load(Person, person_id), AddressForm())


def _person_page(person: Person, form: AddressForm) -> ResponseReturnValue:
    mine = me()
    roads = directory.roads_of_person(person, mine.today)
    page = replies.invalid if form.errors or form.form_errors else replies.page
    return page(
        "admin/person.html",
        person=person,
        roads=roads,
        roles=sorted(policy.roles_of(person), key=people.ROLES.index),
        role_names=directory.ROLE_NAMES,
        scope_names=SCOPE_NAMES,
        languages=dict(LANGUAGE_NAMES),
        days={place.id: timeline.days_label(place) or _("the whole week") for place in roads.teams},
        today=mine.today,
        form_address=form,
        form_block=BlockForm(),
        invitation=invitations.latest_of([person.id]).get(person.id),
        now=clock.now(),
        history=directory.history_of_person(person, roads) if policy.admits(Access.ADMIN, mine) else None,
        **_rights(person),
        **rights_to(roads.children),
    )


def rights_to(roads: Sequence[directory.Road]) -> dict[str, bool]:
    """What somebody may do with the guardianships of a page, and read of them."""
    rules = {"may_block": "block", "may_read_notes": "read note"}
    return {name: all(policy.allows(me(), rule, road.guardianship) for road in roads) for name, rule in rules.items()}


def _rights(person: Person) -> dict[str, bool]:
    """What the buttons of the page ask; the routes ask again."""
    mine = me()
    return {
        "may_change": policy.allows(mine, "change", person),
        "may_close": policy.allows(mine, "close", person) and person.id != mine.person.id,
        "may_link": policy.admits(Access.OFFICE, mine),
        "may_look": person.deactivated_at is None and policy.allows(mine, "look as", person),
    }


@admin.route(f"{HERE}/<person_id>/edit", **MANAGED)
def edit_person(person_id: str) -> ResponseReturnValue:
    person = load(Person, person_id, to="change")
    return replies.page("admin/person_edit.html", form=PersonForm(obj=person), person=person)


@admin.route(f"{HERE}/<person_id>", **POSTED)
def change_person(person_id: str) -> ResponseReturnValue:
    person = load(Person, person_id, to="change")
    form = PersonForm(request.form)
    if not kept(form, lambda: _change(load(Person, person_id, to="change"), form)):
        return replies.invalid("admin/person_edit.html", form=form, person=person)
    return replies.reply(f"{HERE}/{person_id}", say=_("The change is kept."))


def _change(person: Person, form: PersonForm) -> None:
    before = {**names_of(person), **{name: getattr(person, name) for name in form.facts()}}
    people.rename(person, *form.names())
    people.change(person, **form.facts())
    changed = sorted(name for name, value in before.items() if getattr(person, name) != value)
    if changed:
        audit.note(me().person, "changed a person", person, fields=changed)


@admin.route(f"{HERE}/<person_id>/address", **POSTED)
def change_address(person_id: str) -> ResponseReturnValue:
    """The old address is told: if this was not meant, somebody there is the first to know."""
    had_one = bool(load(Person, person_id, to="change").email)
    form = AddressForm(request.form)
    if not kept(form, lambda: _move(load(Person, person_id, to="change"), form.email.data or "")):
        return _person_page(load(Person, person_id, to="change"), form)
    told = _("The new address is kept. The old one gets a mail about it.") if had_one else _("The new address is kept.")
    return replies.reply(f"{HERE}/{person_id}", say=told)


def _move(person: Person, address: str) -> None:
    own = me().session
    keep = own.id if own is not None and own.person_id == person.id else None
    old = accounts.change_address(person, address, keep_session=keep)
    if old:
        outbox.put("address_changed", person, address=old)
    audit.note(me().person, "changed an address", person)


@admin.route(f"{HERE}/<person_id>/closure", methods=("POST",), **MANAGED)
def close_account(person_id: str) -> ResponseReturnValue:
    person = load(Person, person_id, to="close")
    try:
        accounts.close(person, me().person)
    except Refused as no:
        return replies.refused(f"{HERE}/{person_id}", no.sentence)
    audit.note(me().person, "closed an account", person)
    return replies.reply(f"{HERE}/{person_id}", say=_("The account is closed. Nobody can log in with it."))


@admin.route(f"{HERE}/<person_id>/closure/removal", methods=("POST",), **MANAGED)
def open_account(person_id: str) -> ResponseReturnValue:
    person = load(Person, person_id, to="close")
    accounts.open_again(person)
    audit.note(me().person, "opened an account again", person)
    return replies.reply(f"{HERE}/{person_id}", say=_("The account is open again."))


@admin.route(f"{HERE}/<person_id>/roles", **MANAGED, fresh=True)
def show_roles(person_id: str) -> ResponseReturnValue:
    person = load(Person, person_id, to="change")
    return _roles_page(person, RoleForm(roles=roles_to_give(), data={"starts_on": me().today}))


def _roles_page(person: Person, form: RoleForm, ending: LastDayForm | None = None, at: str = "") -> ResponseReturnValue:
    wrong = any(one is not None and (one.errors or one.form_errors) for one in (form, ending))
    page = replies.invalid if wrong else replies.page
    return page(
        "admin/person_roles.html",
        person=person,
        form=form,
        held=[_held(one) for one in sorted(person.roles, key=lambda one: one.starts_on, reverse=True)],
        role_names=directory.ROLE_NAMES,
        form_end=ending or LastDayForm(),
        at=at,
    )


def _held(one: StaffRole) -> dict[str, Any]:
    over = one.ends_on is not None and one.ends_on < me().today
    return {"role": one, "over": over, "may_end": not over and policy.allows(me(), "end", one)}


@admin.route(f"{HERE}/<person_id>/roles", **POSTED, fresh=True)
def give_role(person_id: str) -> ResponseReturnValue:
    load(Person, person_id, to="change")
    form = RoleForm(request.form, roles=roles_to_give())
    if not kept(form, lambda: _give(load(Person, person_id, to="change"), form)):
        return _roles_page(load(Person, person_id, to="change"), form)
    return replies.reply(f"{HERE}/{person_id}/roles", say=_("The role is given."))


def _give(person: Person, form: RoleForm) -> None:
    """Who gets more rights logs in anew; only the one who is doing this stays."""
    assert form.starts_on.data is not None
    held = people.give_role(person, form.role.data, form.starts_on.data, form.ends_on.data)
    own = me().session
    sessions.end_all(person, but=own.id if own is not None and own.person_id == person.id else None)
    audit.note(me().person, "gave a role", held, role=held.role)


@admin.route("/admin/roles/<role_id>/ending", **POSTED, fresh=True)
def end_role(role_id: str) -> ResponseReturnValue:
    """Counts from the next request on when it ends at once."""
    person_id = _role_to_end(role_id).person.public_id
    form = LastDayForm(request.form)
    if not kept(form, lambda: _end(_role_to_end(role_id), form)):
        blank = RoleForm(roles=roles_to_give(), data={"starts_on": me().today})
        return _roles_page(load(Person, person_id), blank, form, role_id)
    return replies.reply(f"{HERE}/{person_id}/roles", say=_("The last day of the role is kept."))


def _role_to_end(role_id: str) -> StaffRole:
    """Of somebody whose account this person may change: a director's classes are not the office's to end."""
    held = load(StaffRole, role_id, to="end")
    load(Person, held.person.public_id, to="change")
    return held


def _end(held: StaffRole, form: LastDayForm) -> None:
    people.end_role(held, form.chosen)
    audit.note(me().person, "ended a role", held, role=held.role)
