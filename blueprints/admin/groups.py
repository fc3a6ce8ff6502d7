"""Groups: this year's and next year's, with their teams by day, their children or members."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from blueprints import replies
from blueprints.admin import group_forms
from blueprints.admin.forms import kept
from blueprints.admin.group_forms import GroupForm, day_letters
from blueprints.admin.routes import admin
from blueprints.section import change, load, me
from school import audit, committees, groups, teams, timeline
from school.groups import Group, GroupStaff, SchoolYear
from school.lib import dates
from school.lib.text import Refused, _, mark, ngettext, pgettext
from school.policy import Access
from school.teams import Weekday

HEADINGS = {
    "home": mark("Home groups"),
    "cross": mark("Cross-groups"),
    "care": mark("Care groups"),
    "committee": mark("Committees"),
}


@admin.route("/admin/groups", access=Access.MANAGEMENT, endpoint="groups")
def show_groups() -> ResponseReturnValue:
    first = _first_day()
    year = groups.school_year_of(first)
    return replies.page("admin/groups.html", years=_years(), year=groups.year_of(first)[0], kinds=_by_kind(year))


def _first_day() -> date:
    """Of the school year in the address; of this one when it is another than this or the next."""
    this = groups.year_of(me().today)
    following = _following()
    return following[1] if request.values.get("year") == following[0] else this[1]


def _following() -> tuple[str, date, date]:
    this = groups.year_of(me().today)
    return groups.year_of(this[2].replace(month=8, day=1))


def _years() -> list[tuple[str, str]]:
    """This year and, when something of it is there, the next: name and label."""
    this, following = groups.year_of(me().today)[0], _following()
    found = [(this, _("%(year)s, this year", year=this))]
    if groups.school_year_of(following[1]) is not None:
        found.append((following[0], _("%(year)s, next year", year=following[0])))
    return found


def _by_kind(year: SchoolYear | None) -> list[dict[str, Any]]:
    if year is None:
        return []
    found = groups.of_year(year)
    sizes = groups.sizes(year, day_in(year))
    places = teams.places_in([group.id for group in found])
    lines = [_line(group, [p for p in places if p.group_id == group.id], sizes.get(group.id, 0)) for group in found]
    return [
        {"label": heading, "groups": own, "members": kind == "committee"}
        for kind, heading in group_forms.said(HEADINGS).items()
        if (own := [line for line in lines if line["kind"] == kind])
    ]


def day_in(year: SchoolYear) -> date:
    """Today, or the nearest day of that school year."""
    return min(max(me().today, year.starts_on), year.ends_on)


def _line(group: Group, places: list[GroupStaff], size: int) -> dict[str, Any]:
    week = teams.week(places, group.school_year, me().today)
    return {
        "id": group.public_id,
        "kind": group.kind,
        "label": timeline.group_label(group.name, group.kind),
        "hue": group.hue,
        "levels": ", ".join(group.levels),
        "size": size,
        "runs": [run for run in runs_of(week) if run["who"]],
        "alone": alone_sentence(group, week),
        "soon": group.school_year.starts_on > me().today,
    }


def runs_of(week: Iterable[Weekday]) -> list[dict[str, str]]:
    """ "ma di wo: juf Fleur": days that follow each other with the same people are told at once."""
    runs: list[tuple[list[str], str]] = []
    for day in week:
        there = _joined([_named(place) for place in day.places])
        if runs and runs[-1][1] == there:
            runs[-1][0].append(day_letters(day.key))
        else:
            runs.append(([day_letters(day.key)], there))
    return [{"days": _days(days), "who": who} for days, who in runs]


def _days(letters: list[str]) -> str:
    return _("every day") if len(letters) == len(groups.WEEKDAYS) else " ".join(letters)


def _named(place: GroupStaff) -> str:
    if place.role == "substitute":
        return _("%(name)s (substitute)", name=place.person.called)
    return place.person.called


def _joined(words: list[str]) -> str:
    if len(words) < 2:
        return "".join(words)
    return _("%(names)s and %(last)s", names=", ".join(words[:-1]), last=words[-1])


def alone_sentence(group: Group, week: tuple[Weekday, ...]) -> str:
    """For a home group with days on which nobody stands before it."""
    empty = teams.alone(week)
    if group.kind != "home" or not empty:
        return ""
    if len(empty) == len(week):
        return _("Nobody stands before this group yet.")
    days = _joined([dates.weekday_name(day.day.weekday()) for day in empty])
    return _("On %(days)s nobody stands before this group.", days=days)


def came_along(number: int) -> str:
    return ngettext("%(num)s person has come along.", "%(num)s people have come along.", number)


# ── one group ───────────────────────────────────────────────────────────────────────────────────────────────────────


def address(group: Group) -> str:
    return f"/admin/groups/{group.public_id}"


@admin.route("/admin/groups/<group_id>", access=Access.MANAGEMENT)
def show_group(group_id: str) -> ResponseReturnValue:
    group = load(Group, group_id)
    return replies.page("admin/group.html", **group_page(group))


def group_page(group: Group) -> dict[str, Any]:
    today, day = me().today, day_in(group.school_year)
    places = teams.places_of(group)
    week = teams.week(places, group.school_year, today)
    label = timeline.group_label(group.name, group.kind)
    over = [place for place in places if place.ends_on is not None and place.ends_on < today]
    return {
        "group": group,
        "label": label,
        "title": label[:1].upper() + label[1:],
        "kind": group_forms.said(group_forms.KIND_NAMES)[group.kind],
        "runs": [run for run in runs_of(week) if run["who"] or group.kind == "home"],
        "alone": alone_sentence(group, week),
        "soon": group.school_year.starts_on > today,
        "week_of": week[0].day if week[0].day > today else None,
        "team": [_place(place) for place in places if place not in over],
        "past": [_place(place) for place in over],
        "sources": _sources(group) if not places or group.kind == "committee" else [],
        "children": [(place.pupil, place.year_level) for place in groups.pupils_in(group, day)],
        "members": _members(group),
        "end": group_forms.ending(today),
    }


def _place(place: GroupStaff) -> dict[str, Any]:
    return {
        "id": place.public_id,
        "name": place.person.full_name,
        "initials": place.person.initials,
        "called": place.person.called,
        "role": _(group_forms.ROLE_NAMES[place.role]),
        "gone": not teams.works_here(place.person, max(me().today, place.starts_on)),
        "days": days_of(place),
        "span": span(place.starts_on, place.ends_on, place.group.school_year),
    }


def days_of(place: GroupStaff) -> str:
    return _days([day_letters(key) for key in groups.WEEKDAYS if key in place.days.split(",")])


def span(starts_on: date, ends_on: date | None, year: SchoolYear) -> str:
    """From when until when, as far as it is not simply the school year."""
    begins = starts_on > year.starts_on
    ends = ends_on is not None and ends_on < year.ends_on
    if begins and ends and ends_on:
        return _("%(first)s until %(last)s", first=dates.day(starts_on), last=dates.day(ends_on))
    if begins:
        return pgettext("dates", "from %(day)s", day=dates.day(starts_on))
    return _("until %(day)s", day=dates.day(ends_on)) if ends and ends_on else ""


def _sources(group: Group) -> list[tuple[str, str]]:
    """Groups of the year before whose team (or members) can come along, the one with the same name first."""
    before = groups.school_year_of(groups.year_of(group.school_year.starts_on)[1].replace(month=7))
    if before is None:
        return []
    committee = group.kind == "committee"
    known = [one for one in groups.of_year(before) if (one.kind == "committee") is committee]
    known.sort(key=lambda one: one.name != group.name)
    return [(one.public_id, timeline.group_label(one.name, one.kind)) for one in known]


def _members(group: Group) -> list[dict[str, Any]]:
    """Those of now and later; who was one is history."""
    if group.kind != "committee":
        return []
    return [
        {
            "id": member.public_id,
            "name": member.person.full_name,
            "initials": member.person.initials,
            "span": span(member.starts_on, member.ends_on, group.school_year),
        }
        for member in committees.members_of(group)
        if member.ends_on is None or member.ends_on >= me().today
    ]


# ── making and changing ─────────────────────────────────────────────────────────────────────────────────────────────


@admin.route("/admin/groups/new", access=Access.MANAGEMENT)
def new_group() -> ResponseReturnValue:
    first = _first_day()
    year = groups.school_year_of(first)
    place = max([group.position for group in groups.of_year(year)], default=-1) + 1 if year else 0
    form = GroupForm(data={"kind": "home", "position": place, "hue": str(place % groups.HUES)})
    return replies.page("admin/group_edit.html", **_edit_page(form, None, groups.year_of(first)[0]))


def _edit_page(form: GroupForm, group: Group | None, year: str) -> dict[str, Any]:
    hues = {str(number): number for number in range(groups.HUES)}
    notes = group_forms.said(group_forms.KIND_NOTES)
    return {"form": form, "group": group, "year": year, "hues": hues, "kind_notes": notes}


@admin.route("/admin/groups", access=Access.MANAGEMENT, methods=("POST",), writes=False)
def create_group() -> ResponseReturnValue:
    form, first = GroupForm(request.form), _first_day()
    made: list[Group] = []

    def create() -> None:
        made.append(groups.create(groups.school_year(first), form.facts()))
        audit.note(me().person, "added a group", made[0])

    if not kept(form, create):
        return replies.invalid("admin/group_edit.html", **_edit_page(form, None, groups.year_of(first)[0]))
    return replies.reply(address(made[0]), say=_("The group is there."))


@admin.route("/admin/groups/<group_id>/edit", access=Access.MANAGEMENT)
def edit_group(group_id: str) -> ResponseReturnValue:
    group = load(Group, group_id, to="change")
    page = _edit_page(group_forms.form_of(group), group, group.school_year.name)
    return replies.page("admin/group_edit.html", **page)


@admin.route("/admin/groups/<group_id>", access=Access.MANAGEMENT, methods=("POST",), writes=False)
def change_group(group_id: str) -> ResponseReturnValue:
    group, form = load(Group, group_id, to="change"), GroupForm(request.form)

    def act() -> None:
        groups.change(group, form.facts())
        audit.note(me().person, "changed a group", group)

    if not kept(form, act):
        return replies.invalid("admin/group_edit.html", **_edit_page(form, group, group.school_year.name))
    return replies.reply(address(group), say=_("It is kept."))


@admin.route("/admin/groups/<group_id>/removal", access=Access.MANAGEMENT, methods=("POST",), writes=False)
def remove_group(group_id: str) -> ResponseReturnValue:
    group = load(Group, group_id, to="change")
    year = group.school_year.name
    try:
        with change():
            audit.note(me().person, "removed a group", group)
            groups.remove(group)
    except Refused as no:
        return replies.refused(f"{address(group)}/edit", no.sentence)
    return replies.reply(f"/admin/groups?year={year}", say=_("The group is gone."))
