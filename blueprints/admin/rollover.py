"""The change of year, step by step: groups, children, teams, lists, a rehearsal, and making it final."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import current_app, request
from flask.typing import ResponseReturnValue

from blueprints import replies
from blueprints.admin.forms import DayField, kept
from blueprints.admin.group_forms import KIND_NAMES, said
from blueprints.admin.groups import alone_sentence, came_along
from blueprints.admin.routes import admin
from blueprints.forms import Form, lazy
from blueprints.section import change, load, me, slow
from school import audit, groups, rollover, timeline
from school.groups import Group
from school.lib import backup, instance
from school.lib.backup import BackupError
from school.lib.text import Refused, _, ngettext
from school.policy import Access
from school.pupils import Pupil
from school.rollover import LEAVE, OPEN, Gap, Option, Row, Step, Turn

OVERVIEW = "/admin/rollover"


class ListsForm(Form):
    lists_on = DayField(lazy("Families and teachers see the new groups from"))


def _turn() -> Turn:
    return rollover.at_hand(me().today)


def label_of(group: Group) -> str:
    return timeline.group_label(group.name, group.kind)


# ── where we stand ──────────────────────────────────────────────────────────────────────────────────────────────────


@admin.route(OVERVIEW, access=Access.MANAGEMENT, endpoint="rollover")
def show_rollover() -> ResponseReturnValue:
    turn = _turn()
    return replies.page("admin/rollover.html", **_standing(turn, ListsForm(obj=turn.new)))


def _standing(turn: Turn, form: ListsForm) -> dict[str, Any]:
    homes = [group for group in turn.new_groups if group.kind == "home"]
    known = rollover.steps(turn)
    return {
        "turn": turn,
        "form": form,
        "has_groups": bool(turn.old_groups),
        "homes": len(homes),
        "undecided": sum(step.choice == OPEN for step in known),
        "placed": sum(step.future is not None for step in known),
        "leaving": sum(step.leaves for step in known),
        "gaps": _gaps(rollover.gaps(turn)),
        "today": me().today,
        "late": rollover.warning(me().today) if turn.first <= me().today else None,
        "settled": _settled() if turn.is_settled else None,
    }


def _gaps(found: list[Gap]) -> dict[str, Any]:
    """Groups that nobody stands before, and those with a day without anybody, which is said."""
    return {
        "nobody": [(gap.group, label_of(gap.group)) for gap in found if gap.nobody],
        "days": [
            (gap.group, label_of(gap.group), alone_sentence(gap.group, gap.week)) for gap in found if not gap.nobody
        ],
        "number": len(found),
    }


def _settled() -> dict[str, Any] | None:
    """When it was settled, by whom, and with which backup it can be put back."""
    run = rollover.last_run()
    if run is None:
        return None
    made = rollover.backup_before(run, Path(current_app.instance_path) / "backups")
    return {"at": run.applied_at, "by": run.by.full_name if run.by else "", "told": run.told, "backup": made}


@admin.route("/admin/rollover/lists", access=Access.MANAGEMENT, methods=("POST",), writes=False)
def show_lists_from() -> ResponseReturnValue:
    form = ListsForm(request.form)

    def act() -> None:
        rollover.show_lists_from(_turn(), form.lists_on.data)
        audit.note(me().person, "chose when class lists are shown", _turn().new, day=form.lists_on.data or "")

    if not kept(form, act):
        return replies.invalid("admin/rollover.html", **_standing(_turn(), form))
    return replies.reply(OVERVIEW, say=_("It is kept."))


@admin.route("/admin/rollover/teams", access=Access.MANAGEMENT, methods=("POST",), writes=False)
def take_over_teams() -> ResponseReturnValue:
    try:
        with change():
            turn = _turn()
            came = rollover.take_over_teams(turn)
            audit.note(me().person, "prepared the new year", turn.new, team=came)
    except Refused as no:
        return replies.refused(OVERVIEW, no.sentence)
    return replies.reply(OVERVIEW, say=came_along(came))


# ── the groups of next year ─────────────────────────────────────────────────────────────────────────────────────────


@admin.route("/admin/rollover/preparation", access=Access.MANAGEMENT)
def show_preparation() -> ResponseReturnValue:
    turn = _turn()
    there = {group.name.casefold() for group in turn.new_groups}
    kinds = said(KIND_NAMES)
    offered = [
        (group.public_id, label_of(group), kinds[group.kind], group.kind == "home")
        for group in turn.old_groups
        if group.name.casefold() not in there
    ]
    return replies.page("admin/rollover_preparation.html", turn=turn, offered=offered)


@admin.route("/admin/rollover/preparation", access=Access.MANAGEMENT, methods=("POST",), writes=False)
def prepare() -> ResponseReturnValue:
    wanted = set(request.form.getlist("groups"))
    try:
        with change():
            turn = _turn()
            made = rollover.prepare(turn, [group for group in turn.old_groups if group.public_id in wanted])
            audit.note(me().person, "prepared the new year", groups.school_year(turn.first), groups=made)
    except Refused as no:
        return replies.refused(OVERVIEW, no.sentence)
    said_so = ngettext("%(num)s group has been made.", "%(num)s groups have been made.", made)
    return replies.reply(OVERVIEW, say=said_so)


# ── the children ────────────────────────────────────────────────────────────────────────────────────────────────────


def choice_label(option: Option, level: str) -> str:
    """ "groep 6"; in a combination group with the year level; and whether a child would stay in its level."""
    label = label_of(option.group)
    if len(option.group.levels) > 1:
        label = _("%(group)s, year level %(level)s", group=label, level=option.level)
    return _("%(group)s (stays in year level %(level)s)", group=label, level=level) if level == option.level else label


def choices(offered: list[Option], level: str) -> list[tuple[str, str]]:
    """What can be chosen for children of a year level."""
    going = [(option.value, choice_label(option, level)) for option in offered]
    return [(OPEN, _("not chosen yet")), *going, (LEAVE, _("leaves the school"))]


@admin.route("/admin/rollover/places", access=Access.MANAGEMENT)
def show_places() -> ResponseReturnValue:
    turn = _turn()
    known, offered = rollover.steps(turn), rollover.options(turn)
    rows = rollover.table(turn, known, offered)
    groups_told: dict[int, dict[str, Any]] = {}
    for row in rows:
        told = groups_told.setdefault(row.group.id, {"group": row.group, "label": label_of(row.group), "rows": []})
        told["rows"].append(_row(row, offered))
    others = [step for step in known if step.place is None]
    open_others = sum(step.choice == OPEN for step in others)
    return replies.page(
        "admin/rollover_places.html",
        turn=turn, groups=list(groups_told.values()), others=len(others), open_others=open_others,
    )  # fmt: skip


def _row(row: Row, offered: list[Option]) -> dict[str, Any]:
    return {
        "name": f"{row.group.public_id}.{row.level}",
        "level": row.level,
        "children": len(row.steps),
        "usual": row.usual,
        "choices": choices(offered, row.level),
        "undecided": len(row.undecided),
        "exceptions": [(step.pupil.full_name, _decision(step)) for step in row.exceptions],
    }


def _decision(step: Step) -> str:
    if step.leaves:
        return _("leaves the school")
    if step.future is None:
        return _("not chosen yet")
    return choice_label(Option(step.future.group, step.next_level), step.level)


@admin.route("/admin/rollover/places", access=Access.MANAGEMENT, methods=("POST",), writes=False)
def keep_places() -> ResponseReturnValue:
    parted = {name.rpartition(".")[::2]: value for name, value in request.form.items() if "." in name}
    try:
        with change():
            turn = _turn()
            changed = rollover.decide_rows(turn, parted)
            audit.note(me().person, "prepared the new year", turn.new, children=changed)
    except Refused as no:
        return replies.refused("/admin/rollover/places", no.sentence)
    return replies.reply("/admin/rollover/places", say=_said_places(changed))


def _said_places(changed: int) -> str:
    if not changed:
        return _("Nothing had to be changed.")
    return ngettext("Kept for %(num)s child.", "Kept for %(num)s children.", changed)


@admin.route("/admin/rollover/groups/<group_id>", access=Access.MANAGEMENT)
def show_places_of(group_id: str) -> ResponseReturnValue:
    group = load(Group, group_id)
    return replies.page("admin/rollover_group.html", **_group_page(group))


@admin.route("/admin/rollover/others", access=Access.MANAGEMENT)
def show_other_places() -> ResponseReturnValue:
    return replies.page("admin/rollover_group.html", **_group_page(None))


def _group_page(group: Group | None) -> dict[str, Any]:
    """Each child of a group of this year, or each one without a group, with its own choice."""
    turn = _turn()
    offered = rollover.options(turn)
    children = [_child(turn, step, offered) for step in _steps_of(turn, group)]
    return {"turn": turn, "group": group, "label": label_of(group) if group else "", "children": children}


def _child(turn: Turn, step: Step, offered: list[Option]) -> dict[str, Any]:
    """Where nothing has been chosen something is proposed; it counts once it is kept."""
    probable = step.level or rollover.probable_level(step, turn)
    proposed = rollover.proposal(step.place.group, probable, offered) if step.place else OPEN
    return {
        "id": step.pupil.public_id,
        "name": step.pupil.full_name,
        "note": _level_note(step, probable),
        "chosen": step.choice or ("" if turn.is_settled else proposed),
        "undecided": step.choice == OPEN and not turn.is_settled,
        "choices": choices(offered, step.level),
    }


def _level_note(step: Step, probable: str) -> str:
    if step.level:
        return _("year level %(level)s", level=step.level)
    return _("year level %(level)s by the birth date", level=probable) if probable else ""


def _steps_of(turn: Turn, group: Group | None) -> list[Step]:
    wanted = group.id if group else None
    return [step for step in rollover.steps(turn) if (step.place.group_id if step.place else None) == wanted]


@admin.route("/admin/rollover/groups/<group_id>", access=Access.MANAGEMENT, methods=("POST",), writes=False)
def keep_places_of(group_id: str) -> ResponseReturnValue:
    load(Group, group_id, to="change")
    return _keep_children(f"/admin/rollover/groups/{group_id}")


@admin.route("/admin/rollover/others", access=Access.MANAGEMENT, methods=("POST",), writes=False)
def keep_other_places() -> ResponseReturnValue:
    return _keep_children("/admin/rollover/others")


def _keep_children(here: str) -> ResponseReturnValue:
    chosen = {name.removeprefix("child-"): value for name, value in request.form.items() if name.startswith("child-")}
    try:
        with change():
            changed = rollover.decide(_turn(), chosen)
            for pupil in changed:
                left = chosen[pupil.public_id] == LEAVE
                audit.note(me().person, "noted that a pupil left" if left else "placed a pupil in a group", pupil)
    except Refused as no:
        return replies.refused(here, no.sentence)
    return replies.reply("/admin/rollover/places", say=_said_places(len(changed)))


# ── the rehearsal, and making it final ──────────────────────────────────────────────────────────────────────────────


@admin.route("/admin/rollover/rehearsal", access=Access.MANAGEMENT)
def show_rehearsal() -> ResponseReturnValue:
    turn = _turn()
    told = rollover.rehearse(turn)
    gaps = _gaps(told.gaps)
    return replies.page("admin/rollover_rehearsal.html", turn=turn, told=told, gaps=gaps, label_of=label_of)


@admin.route("/admin/rollover/settlement", access=Access.MANAGEMENT)
def show_settlement() -> ResponseReturnValue:
    turn = _turn()
    known = rollover.steps(turn)
    leaving = sum(step.leaves for step in known)
    return replies.page(
        "admin/rollover_settlement.html",
        turn=turn,
        undecided=_undecided(known),
        leaving=leaving,
        placed=len(known) - leaving,
        grace=rollover.grace(),
    )


def _undecided(known: list[Step]) -> dict[str, list[Pupil]]:
    """The children about whom nothing has been chosen, by group."""
    found: dict[str, list[Pupil]] = {}
    for step in known:
        if step.choice == OPEN:
            label = label_of(step.place.group) if step.place else _("Without a group this year")
            found.setdefault(label, []).append(step.pupil)
    return dict(sorted(found.items()))


@admin.route("/admin/rollover/settlement", access=Access.MANAGEMENT, methods=("POST",), writes=False)
def settle() -> ResponseReturnValue:
    """First everything is looked at and a backup is made, with no lock held; then one short transaction."""
    try:
        rollover.require_decided(_turn())
        with slow():
            _back_up()
        with change():
            rollover.settle(_turn(), me().person)
    except Refused as no:
        return replies.refused("/admin/rollover/settlement", no.sentence)
    except BackupError:
        current_app.logger.exception("no backup before the year change")
        return replies.refused(OVERVIEW, _("No backup could be made, so nothing was settled. Is the disk full?"))
    return replies.reply(OVERVIEW, say=_("The year change is settled."))


def _back_up() -> None:
    folder = Path(current_app.instance_path)
    store = current_app.extensions["media"]
    backup.make(instance.database(folder), folder / "backups", rollover.BACKUP, store)
    backup.keep_newest(folder / "backups", rollover.BACKUP, rollover.KEEP_BACKUPS)


@admin.route("/admin/rollover/undo", access=Access.MANAGEMENT, methods=("POST",), writes=False)
def undo_rollover() -> ResponseReturnValue:
    try:
        with change():
            rollover.undo(_turn(), me().person)
    except Refused as no:
        return replies.refused(OVERVIEW, no.sentence)
    return replies.reply(OVERVIEW, say=_("The year change is no longer settled. You can change it again."))
