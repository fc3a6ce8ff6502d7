"""Who is in a group's team or committee: add, change, end, and take along from the year before."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from blueprints import replies
from blueprints.admin import group_forms
from blueprints.admin.forms import kept
from blueprints.admin.group_forms import EndForm, MemberForm, ShiftForm
from blueprints.admin.groups import address, came_along, day_in
from blueprints.admin.routes import admin
from blueprints.section import change, load, load_optional, me
from school import audit, committees, teams, timeline
from school.groups import WEEKDAYS, Group, GroupMember, GroupStaff
from school.lib import names
from school.lib.text import _
from school.people import Person
from school.policy import Access

# ── the team ────────────────────────────────────────────────────────────────────────────────────────────────────────


@admin.route("/admin/groups/<group_id>/team", access=Access.MANAGEMENT)
def new_team_place(group_id: str) -> ResponseReturnValue:
    """First who, then what and when."""
    group = load(Group, group_id, to="change")
    person = load_optional(Person, request.args.get("person"))
    if person is None:
        return replies.page("admin/group_find.html", **_found(group, _staff(group), "team"))
    known = {"person": person.public_id, "days": WEEKDAYS, "starts_on": day_in(group.school_year)}
    form = ShiftForm(data=known)
    return replies.page("admin/group_place.html", **_place_page(group, person, form))


def _staff(group: Group) -> list[Person]:
    words = names.fold(_query()).split()
    known = teams.candidates(group.school_year)
    return [person for person in known if all(word in names.fold(person.full_name) for word in words)]


def _query() -> str:
    return request.args.get("q", "").strip()[:80]


def _found(group: Group, found: list[Person], into: str) -> dict[str, Any]:
    """``into``: "team" or "members", the last part of the address."""
    label = timeline.group_label(group.name, group.kind)
    url = f"{address(group)}/{into}"
    return {"group": group, "label": label, "people": found, "q": _query(), "url": url, "members": into == "members"}


def _place_page(group: Group, person: Person, form: ShiftForm, place: GroupStaff | None = None) -> dict[str, Any]:
    return {
        "group": group,
        "label": timeline.group_label(group.name, group.kind),
        "person": person,
        "form": form,
        "place": place,
        "role_notes": group_forms.said(group_forms.ROLE_NOTES),
        "end": group_forms.ending(me().today),
    }


@admin.route("/admin/groups/<group_id>/team", access=Access.MANAGEMENT, methods=("POST",), writes=False)
def add_team_place(group_id: str) -> ResponseReturnValue:
    group, form = load(Group, group_id, to="change"), ShiftForm(request.form)
    person = load(Person, form.person.data or "")

    def act() -> None:
        place = teams.join(person, group, form.shift())
        audit.note(me().person, "gave a place in a team", place, person=person.id, group=group.id)

    if not kept(form, act):
        return replies.invalid("admin/group_place.html", **_place_page(group, person, form))
    return replies.reply(address(group), say=_("%(name)s is in the team.", name=person.called))


@admin.route("/admin/team/<place_id>", access=Access.MANAGEMENT)
def edit_team_place(place_id: str) -> ResponseReturnValue:
    place = _load_place(place_id)
    form = group_forms.form_of_place(place)
    return replies.page("admin/group_place.html", **_place_page(place.group, place.person, form, place))


def _load_place(place_id: str) -> GroupStaff:
    """To change it, which is a change of its group."""
    place = load(GroupStaff, place_id)
    load(Group, place.group.public_id, to="change")
    return place


@admin.route("/admin/team/<place_id>", access=Access.MANAGEMENT, methods=("POST",), writes=False)
def change_team_place(place_id: str) -> ResponseReturnValue:
    place, form = _load_place(place_id), ShiftForm(request.form)

    def act() -> None:
        teams.change(place, form.shift())
        audit.note(me().person, "changed a place in a team", place, person=place.person_id, group=place.group_id)

    if not kept(form, act):
        return replies.invalid("admin/group_place.html", **_place_page(place.group, place.person, form, place))
    return replies.reply(address(place.group), say=_("It is kept."))


@admin.route("/admin/team/<place_id>/end", access=Access.MANAGEMENT, methods=("POST",), writes=False)
def end_team_place(place_id: str) -> ResponseReturnValue:
    place, form = load(GroupStaff, place_id, to="end"), EndForm(request.form)
    group, name = place.group, place.person.called

    def act() -> None:
        audit.note(me().person, "ended a place in a team", place, person=place.person_id, group=place.group_id)
        teams.end(place, _last_day(form))

    if not kept(form, act):
        return replies.refused(f"/admin/team/{place_id}", _first_error(form))
    return replies.reply(address(group), say=_("Noted: the last day of %(name)s in this team.", name=name))


def _last_day(form: EndForm) -> date:
    assert form.last_day.data is not None  # the form asks for it
    return form.last_day.data


def _first_error(form: EndForm) -> str:
    return str(next(iter([*form.last_day.errors, *form.form_errors])))


@admin.route("/admin/groups/<group_id>/takeover", access=Access.MANAGEMENT, methods=("POST",), writes=False)
def take_over(group_id: str) -> ResponseReturnValue:
    """The team, or the members, of a group of the year before."""
    group = load(Group, group_id, to="change")
    source = load(Group, request.form.get("source", ""))
    if source.school_year.ends_on >= group.school_year.starts_on:
        return replies.refused(address(group), _("Choose a group of the year before."))
    with change():
        if group.kind == "committee":
            came = committees.take_over(source, group)
            audit.note(me().person, "made somebody a member", group, number=came)
        else:
            came = teams.take_over(source, group)
            audit.note(me().person, "gave a place in a team", group, number=came)
    return replies.reply(address(group), say=came_along(came))


# ── committees ──────────────────────────────────────────────────────────────────────────────────────────────────────


@admin.route("/admin/groups/<group_id>/members", access=Access.MANAGEMENT)
def new_member(group_id: str) -> ResponseReturnValue:
    group = load(Group, group_id, to="change")
    person = load_optional(Person, request.args.get("person"))
    if person is None:
        found = committees.candidates(_query(), me().today)
        return replies.page("admin/group_find.html", **_found(group, found, "members"))
    form = MemberForm(data={"person": person.public_id, "starts_on": day_in(group.school_year)})
    return replies.page("admin/group_member.html", **_member_page(group, person, form))


def _member_page(group: Group, person: Person, form: MemberForm) -> dict[str, Any]:
    label = timeline.group_label(group.name, group.kind)
    return {"group": group, "label": label, "person": person, "form": form}


@admin.route("/admin/groups/<group_id>/members", access=Access.MANAGEMENT, methods=("POST",), writes=False)
def add_member(group_id: str) -> ResponseReturnValue:
    group, form = load(Group, group_id, to="change"), MemberForm(request.form)
    person = load(Person, form.person.data or "")

    def act() -> None:
        assert form.starts_on.data is not None
        member = committees.join(person, group, form.starts_on.data, form.ends_on.data)
        audit.note(me().person, "made somebody a member", member, person=person.id, group=group.id)

    if not kept(form, act):
        return replies.invalid("admin/group_member.html", **_member_page(group, person, form))
    return replies.reply(address(group), say=_("%(name)s is a member now.", name=person.full_name))


@admin.route("/admin/members/<member_id>/end", access=Access.MANAGEMENT, methods=("POST",), writes=False)
def end_member(member_id: str) -> ResponseReturnValue:
    member, form = load(GroupMember, member_id, to="end"), EndForm(request.form)
    group, name = member.group, member.person.full_name

    def act() -> None:
        audit.note(me().person, "ended a membership", member, person=member.person_id, group=member.group_id)
        committees.end(member, _last_day(form))

    if not kept(form, act):
        return replies.refused(address(group), _first_error(form))
    return replies.reply(address(group), say=_("Noted: the last day of %(name)s as a member.", name=name))
