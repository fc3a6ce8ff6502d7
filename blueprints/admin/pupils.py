"""Administration of pupils: who they are, where they sit and sat, and coming and going."""

from __future__ import annotations

from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from blueprints import replies
from blueprints.admin.forms import (
    SCOPE_NAMES,
    BlockForm,
    DepartureForm,
    LastDayForm,
    NewPupilForm,
    PlaceForm,
    PupilForm,
    group_choices,
    kept,
    names_of,
)
from blueprints.admin.people import rights_to
from blueprints.admin.routes import admin
from blueprints.section import load, load_optional, me
from school import audit, directory, enrolments, groups, guardians, policy, pupils, settings
from school.groups import Enrolment, Group
from school.lib.text import Refused, _
from school.policy import Access
from school.pupils import Pupil

HERE = "/admin/pupils"
MANAGED = {"access": Access.MANAGEMENT}
POSTED = {"methods": ("POST",), "writes": False, **MANAGED}


@admin.route(HERE, **MANAGED, endpoint="pupils")
def show_pupils() -> ResponseReturnValue:
    query, state = request.args.get("q", "").strip()[:80], request.args.get("state", "")
    group = load_optional(Group, request.args.get("group"))
    state = state if state in directory.STATES else ""
    rows = directory.pupils(me().today, query, group)
    found = [row for row in rows if row.is_in(state)]
    return replies.page(
        "admin/pupils.html",
        rows=found[: directory.MOST],
        number=len(found),
        most=directory.MOST,
        q=query,
        group=group.public_id if group else "",
        state=state,
        states=_states(rows, state),
        group_choices=_home_choices(),
        everything=not (query or state or group),
    )


def _states(rows: list[directory.Row], chosen: str) -> list[tuple[str, str, int]]:
    """What a pupil can be, with how many are; those of which there are none are left out."""
    labels = [
        ("", _("Everybody")),
        ("alone", _("Without a parent who sees anything")),
        ("missing", _("No longer in the file")),
        ("nowhere", _("Without a group")),
        ("planned", _("Still to come")),
        ("left", _("Left")),
    ]
    counted = [(key, label, sum(row.is_in(key) for row in rows)) for key, label in labels]
    return [each for each in counted if each[2] or each[0] in ("", chosen)]


def _home_choices() -> list[tuple[str, str]]:
    return group_choices([one for one in _offered() if one.kind == "home"], groups.year_of(me().today)[0])


def _offered() -> list[Group]:
    """The groups of children of this school year, and of the next one where they are there already."""
    this = groups.year_of(me().today)
    following = groups.school_year_of(this[2] + enrolments.DAY)
    found = [*groups.current(me().today), *(groups.of_year(following) if following else [])]
    return [group for group in found if group.kind != "committee"]


def _places_offered() -> list[tuple[str, str]]:
    return group_choices(_offered(), groups.year_of(me().today)[0])


@admin.route(f"{HERE}/new", **MANAGED)
def new_pupil() -> ResponseReturnValue:
    form = NewPupilForm(choices=_home_choices(), data={"starts_on": me().today})
    return replies.page("admin/pupil_new.html", form=form)


@admin.route(HERE, **POSTED)
def add_pupil() -> ResponseReturnValue:
    form = NewPupilForm(request.form, choices=_home_choices())
    added: list[Pupil] = []
    if not kept(form, lambda: added.append(_added(form))):
        return replies.invalid("admin/pupil_new.html", form=form)
    return replies.reply(
        f"{HERE}/{added[0].public_id}", say=_("%(name)s is added. Now add the parents.", name=added[0].first_name)
    )


def _added(form: NewPupilForm) -> Pupil:
    assert form.birth_date.data is not None
    pupil = pupils.register(*form.names(), form.birth_date.data)
    audit.note(me().person, "added a pupil", pupil)
    _place(pupil, form)
    return pupil


def _place(pupil: Pupil, form: PlaceForm) -> None:
    assert form.starts_on.data is not None
    group = load(Group, form.group.data)
    made = enrolments.place(pupil, group, form.starts_on.data, form.year_level.data or "")
    audit.note(me().person, "placed a pupil in a group", made, pupil=pupil.id, group=group.id)


@admin.route(f"{HERE}/<pupil_id>", **MANAGED)
def show_pupil(pupil_id: str) -> ResponseReturnValue:
    return pupil_page(load(Pupil, pupil_id, to="change"))


def pupil_page(pupil: Pupil, **forms: Any) -> ResponseReturnValue:
    """``forms``: those that came back with something wrong, by their name in the page."""
    mine = me()
    places = enrolments.of_pupil(pupil)
    roads = directory.roads_of_pupil(pupil, mine.today)
    page = replies.invalid if forms else replies.page
    own = {
        "form_place": PlaceForm(choices=_places_offered(), data={"starts_on": mine.today}),
        "form_leave": DepartureForm(data={"last_day": mine.today}),
        "form_end": LastDayForm(),
        "form_block": BlockForm(),
        "at": "",
    }
    return page(
        "admin/pupil.html",
        pupil=pupil,
        places=places,
        here=[one for one in places if one.starts_on <= mine.today <= one.ends_on],
        roads=roads,
        state=_state(pupil, places),
        scope_names=SCOPE_NAMES,
        today=mine.today,
        grace=settings.grace(),
        may_link=policy.admits(Access.OFFICE, mine),
        history=_history(pupil, roads, places),
        **rights_to(roads),
        **(own | forms),
    )


def _history(
    pupil: Pupil, roads: tuple[directory.Road, ...], places: list[Enrolment]
) -> list[directory.Happening] | None:
    """For who may read the log."""
    if not policy.admits(Access.ADMIN, me()):
        return None
    return directory.history_of_pupil(pupil, [road.guardianship for road in roads], places)


def _state(pupil: Pupil, places: list[Enrolment]) -> str:
    today = me().today
    if pupil.left_on is not None:
        return "left" if pupil.left_on < today else "leaves"
    if pupil.missing_since is not None:
        return "missing"
    home = [place for place in places if place.group.kind == "home" and place.ends_on >= today]
    if not home:
        return "nowhere"
    return "planned" if all(place.starts_on > today for place in home) else ""


@admin.route(f"{HERE}/<pupil_id>/edit", **MANAGED)
def edit_pupil(pupil_id: str) -> ResponseReturnValue:
    pupil = load(Pupil, pupil_id, to="change")
    return replies.page("admin/pupil_edit.html", form=PupilForm(obj=pupil), pupil=pupil)


@admin.route(f"{HERE}/<pupil_id>", **POSTED)
def change_pupil(pupil_id: str) -> ResponseReturnValue:
    pupil = load(Pupil, pupil_id, to="change")
    form = PupilForm(request.form)
    if not kept(form, lambda: _change(load(Pupil, pupil_id, to="change"), form)):
        return replies.invalid("admin/pupil_edit.html", form=form, pupil=pupil)
    return replies.reply(f"{HERE}/{pupil_id}", say=_("The change is kept."))


def _change(pupil: Pupil, form: PupilForm) -> None:
    before = {**names_of(pupil), "birth_date": pupil.birth_date}
    assert form.birth_date.data is not None
    pupils.change(pupil, *form.names(), form.birth_date.data)
    changed = sorted(name for name, value in before.items() if getattr(pupil, name) != value)
    if changed:
        audit.note(me().person, "changed a pupil", pupil, fields=changed)


@admin.route(f"{HERE}/<pupil_id>/places", **POSTED)
def place_pupil(pupil_id: str) -> ResponseReturnValue:
    load(Pupil, pupil_id, to="change")
    form = PlaceForm(request.form, choices=_places_offered())
    if not kept(form, lambda: _place(load(Pupil, pupil_id, to="change"), form)):
        return pupil_page(load(Pupil, pupil_id), form_place=form, at="place")
    return replies.reply(f"{HERE}/{pupil_id}", say=_("The place in the group is kept."))


@admin.route("/admin/enrolments/<enrolment_id>/ending", **POSTED)
def end_place(enrolment_id: str) -> ResponseReturnValue:
    pupil_id = load(Enrolment, enrolment_id, to="end").pupil.public_id
    form = LastDayForm(request.form)
    if not kept(form, lambda: _end(load(Enrolment, enrolment_id, to="end"), form)):
        return pupil_page(load(Pupil, pupil_id), form_end=form, at=enrolment_id)
    return replies.reply(f"{HERE}/{pupil_id}", say=_("The last day in this group is kept."))


def _end(place: Enrolment, form: LastDayForm) -> None:
    enrolments.end(place, form.chosen)
    audit.note(me().person, "ended a place in a group", place, pupil=place.pupil_id, group=place.group_id)


@admin.route(f"{HERE}/<pupil_id>/departure", **POSTED)
def note_departure(pupil_id: str) -> ResponseReturnValue:
    load(Pupil, pupil_id, to="change")
    form = DepartureForm(request.form)
    if not kept(form, lambda: _leave(load(Pupil, pupil_id, to="change"), form)):
        return pupil_page(load(Pupil, pupil_id), form_leave=form, at="leave")
    return replies.reply(f"{HERE}/{pupil_id}", say=_("The last day at school is kept."))


def _leave(pupil: Pupil, form: DepartureForm) -> None:
    assert form.last_day.data is not None
    guardians.note_leaving(pupil, form.last_day.data, settings.grace())
    audit.note(me().person, "noted that a pupil left", pupil)


@admin.route(f"{HERE}/<pupil_id>/departure/removal", methods=("POST",), **MANAGED)
def take_departure_back(pupil_id: str) -> ResponseReturnValue:
    """Also the answer to "no longer in the file": the child is at school all the same."""
    pupil = load(Pupil, pupil_id, to="change")
    try:
        guardians.take_back(pupil, settings.grace())
    except Refused as no:
        return replies.refused(f"{HERE}/{pupil_id}", no.sentence)
    audit.note(me().person, "noted that a pupil stays", pupil)
    return replies.reply(f"{HERE}/{pupil_id}", say=_("%(name)s is at school.", name=pupil.first_name))
