"""Bringing a school in: a file, what it would change, applying, and undoing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import groupby
from typing import Any, NamedTuple

from flask import Response, abort, request
from flask.typing import ResponseReturnValue

from blueprints import replies
from blueprints.admin.routes import admin
from blueprints.section import change, load, me, slow
from school import audit, directory, policy, timeline
from school.groups import year_of
from school.imports import (
    edexml_apply,
    edexml_plan,
    guardian_apply,
    guardian_plan,
    guardian_sheets,
    intake,
    runs,
    sheet_fields,
    staff_import,
)
from school.imports.edexml import from_json
from school.imports.plans import Change
from school.imports.runs import ImportRun
from school.lib.text import Refused, _, mark, ngettext
from school.policy import Access

HERE = "/admin/imports"
READING = timedelta(hours=1)
"""So long somebody may look at a preview before the password is asked again, which would lose the ticks."""
DEED: dict[str, Any] = {"access": Access.MANAGEMENT, "methods": ("POST",), "writes": False, "fresh": READING}
KINDS = ("edexml", "guardians", "staff")
KIND_NAMES = {
    "edexml": mark("Pupils and groups (EDEXML)"),
    "guardians": mark("Parents and carers"),
    "staff": mark("Staff"),
    "rollover": mark("School year change"),
}
STATE_NAMES = {"preview": mark("to look at"), "applied": mark("applied"), "undone": mark("undone")}
HEADINGS = {
    "merge": mark("Groups that are put together"),
    "group": mark("New groups"),
    "new": mark("New"),
    "planned": mark("Come later"),
    "changed": mark("Changed"),
    "moved": mark("To another group"),
    "left": mark("Left the school"),
    "missing": mark("No longer in the file"),
    "prefix": mark("Prefix inside the surname"),
    "unmatched": mark("Not recognised"),
    "staff": mark("Staff"),
    "ask": mark("Your answer is needed"),
    "letter": mark("New, without an e-mail address"),
    "existing": mark("Have an account already"),
}
WHY = {
    "merge": mark("A combination group stands in the file once for each year level."),
    "missing": mark("Nobody is removed. You decide about each of them on the page of pupils."),
    "prefix": mark("Tick where the prefix should stand apart."),
    "unmatched": mark("Nothing happens with these by itself."),
    "staff": mark("The file only suggests. Tick who may come in."),
    "ask": mark("Until you answer nothing happens with these."),
    "letter": mark("They get a login name. Their invitation is a letter."),
    "left": mark("Their parents can read on for a while."),
}


@admin.route(HERE, access=Access.MANAGEMENT, endpoint="imports")
def show_imports() -> ResponseReturnValue:
    return _start_page({})


def _start_page(wrong: dict[str, str]) -> Response:
    page = replies.invalid if wrong else replies.page
    return page(
        "admin/imports.html",
        kinds=[(kind, _(KIND_NAMES[kind]), policy.imports(me(), kind)) for kind in KINDS],
        runs=[_told(run) for run in runs.latest()],
        wrong=wrong,
        megabytes=intake.LARGEST // 2**20,
    )


def _told(run: ImportRun) -> dict[str, Any]:
    return {
        "id": run.public_id,
        "kind": _(KIND_NAMES[run.kind]),
        "state": run.state,
        "state_label": _(STATE_NAMES.get(run.state, run.state)),
        "at": run.undone_at or run.applied_at or run.created_at,
        "by": run.by.full_name if run.by else "",
        "counts": list(_counted(run.told)),
        "shown": run.state == "preview" and run.kind != "rollover",
        "undone_by_me": run.kind != "rollover" and policy.imports(me(), run.kind) and runs.is_newest(run),
    }


def _counted(counts: dict[str, int]) -> Iterator[str]:
    """What an import did, in words; kinds nobody asks about are left out."""
    for key, number in counts.items():
        said = {
            "group": ngettext("%(num)s group", "%(num)s groups", number),
            "new": ngettext("%(num)s new", "%(num)s new", number),
            "planned": ngettext("%(num)s for later", "%(num)s for later", number),
            "changed": ngettext("%(num)s changed", "%(num)s changed", number),
            "moved": ngettext("%(num)s moved", "%(num)s moved", number),
            "left": ngettext("%(num)s left", "%(num)s left", number),
            "missing": ngettext("%(num)s no longer in the file", "%(num)s no longer in the file", number),
            "letter": ngettext("%(num)s without an address", "%(num)s without an address", number),
            "links": ngettext("%(num)s link with a child", "%(num)s links with a child", number),
            "placed": ngettext("%(num)s place next year", "%(num)s places next year", number),
            "staff": ngettext("%(num)s member of staff", "%(num)s members of staff", number),
            "places": ngettext("%(num)s place in a team", "%(num)s places in a team", number),
        }.get(key)
        if said and number:
            yield said


@admin.route(
    f"{HERE}/<kind>",
    access=Access.MANAGEMENT,
    methods=("POST",),
    door=False,
    writes=False,
    max_body=intake.LARGEST + 2**20,
    endpoint="read_file",
)
def read_file(kind: str) -> ResponseReturnValue:
    if kind not in KINDS:
        abort(404)
    if not policy.imports(me(), kind):
        abort(403)
    given = request.files.get("file")
    try:
        if given is None or not given.filename:
            raise Refused(_("Choose a file first."))
        if kind == "guardians" and not directory.counts(me().today)["pupils"]:
            raise Refused(_("Import the pupils first: parents belong to a child."))
        with given.stream as stream, slow():
            content, name = stream.read(intake.LARGEST + 1), given.filename
            kept = intake.payload(kind, content, name)
    except Refused as no:
        return _start_page({kind: no.sentence})
    with change():
        run = runs.begin(kind, kept, me().person)
    return replies.go(f"{HERE}/{run.public_id}")


@admin.route(f"{HERE}/template/<layout>.csv", access=Access.MANAGEMENT, door=False)
def empty_sheet(layout: str) -> ResponseReturnValue:
    """The headers to fill in, for who has no sheet yet."""
    if layout not in sheet_fields.FIELDS:
        abort(404)
    headers = {"Content-Disposition": f'attachment; filename="{layout}.csv"'}
    return Response(guardian_sheets.template_csv(layout), mimetype="text/csv", headers=headers)


# ── the preview ─────────────────────────────────────────────────────────────────────────────────────────────────────


class Part(NamedTuple):
    """The changes of one kind, under the headings of their groups."""

    kind: str
    title: str
    why: str
    number: int
    groups: list[tuple[str, list[Change]]]
    folded: bool


@admin.route(f"{HERE}/<run_id>", access=Access.MANAGEMENT, fresh=True, endpoint="show_import")
def show_import(run_id: str) -> ResponseReturnValue:
    run = load(ImportRun, run_id, to="use")
    if run.state != "preview" or run.kind not in KINDS:
        return replies.go(HERE)
    return _columns_page(run) if runs.table_of(run) else _preview_page(run)


def _plan(run: ImportRun, today: date) -> Any:
    if run.kind == "edexml":
        return edexml_apply.preview(run, today)
    if run.kind == "staff":
        return staff_import.preview(run, today, _may_give)
    return guardian_apply.preview(run, today)


def _may_give(role: str) -> bool:
    return policy.appoints(me(), role)


def _preview_page(run: ImportRun, wrong: str = "", chosen: dict[str, Any] | None = None) -> Response:
    page = replies.invalid if wrong else replies.page
    made = _plan(run, me().today)
    return page(
        "admin/import.html",
        run=_told(run),
        kind=run.kind,
        school_year=made.edexml.school_year if run.kind == "edexml" else "",
        other_year=run.kind == "edexml" and made.edexml.school_year != year_of(me().today)[0],
        parts=list(_parts(run.kind, made.changes)),
        seen=made.digest,
        warnings=[one.sentence for one in from_json(run.payload).warnings] if run.kind == "edexml" else [],
        unchanged=getattr(made, "unchanged", 0),
        without_authority=getattr(made, "without_authority", 0),
        wrong=wrong,
        chosen=chosen,
    )


def _parts(kind: str, changes: list[Change]) -> Iterator[Part]:
    order = {"edexml": edexml_plan.KINDS, "guardians": guardian_plan.KINDS, "staff": staff_import.KINDS}[kind]
    for one in order:
        own = [change for change in changes if change.kind == one]
        if own:
            by_group = [(label, list(rows)) for label, rows in groupby(own, lambda change: change.group)]
            named = [(timeline.group_label(label, "home") if label else "", rows) for label, rows in by_group]
            why = _(WHY[one]) if one in WHY else ""
            folded = len(own) > 12 and one not in ("ask", "unmatched")
            yield Part(one, _(HEADINGS[one]), why, len(own), named, folded)


@admin.route(
    f"{HERE}/<run_id>/application",
    access=Access.MANAGEMENT,
    methods=("POST",),
    fresh=True,
    writes=False,
    endpoint="apply_import",
)
def apply_import(run_id: str) -> ResponseReturnValue:
    """What was ticked or answered is done, all of it or nothing."""
    try:
        with change():
            run = load(ImportRun, run_id, to="use")
            done = _apply(run)
    except Refused as no:
        run = load(ImportRun, run_id, to="use")
        if run.state != "preview":
            return replies.refused(HERE, no.sentence)
        return _preview_page(run, no.sentence, {"on": set(request.form.getlist("on")), "answers": _answers()})
    said = ", ".join(_counted(done)) or _("nothing had to be changed")
    goto = "/admin/invitations" if run.kind == "guardians" else HERE  # what comes next on the morning of moving in
    return replies.reply(goto, say=_("Done: %(what)s.", what=said))


def _answers() -> dict[str, str]:
    return {name[7:]: value for name, value in request.form.items() if name.startswith("answer:")}


def _apply(run: ImportRun) -> dict[str, int]:
    on, seen = set(request.form.getlist("on")), request.form.get("seen", "")
    mine, today = me().person, me().today
    if run.kind == "edexml":
        return edexml_apply.apply(run, today, mine, on=on, seen=seen)
    if run.kind == "staff":
        return staff_import.apply(run, today, mine, on=on, seen=seen, may_give=_may_give)
    trusted = request.form.get("authority", "")
    if not trusted and guardian_apply.preview(run, today).without_authority:
        raise Refused(_("Say what should happen where the sheet does not tell about parental authority."))
    return guardian_apply.apply(run, today, mine, on=on, answers=_answers(), seen=seen, trusted=trusted == "yes")


# ── which column is what ────────────────────────────────────────────────────────────────────────────────────────────


def _columns_page(run: ImportRun, wrong: str = "", chosen: dict[int, str] | None = None) -> Response:
    page = replies.invalid if wrong else replies.page
    headers, rows = runs.table_of(run) or ([], [])
    found = intake.recognise(run.kind, headers)
    layout = request.values.get("layout", found.layout)
    layout = layout if layout in (*intake.GUARDIAN_LAYOUTS, "staff") else found.layout
    mapping = chosen if chosen is not None else found.mapping
    columns = [
        {"number": n, "header": header or "–", "field": mapping.get(n, ""), "examples": _examples(rows, n)}
        for n, header in enumerate(headers)
    ]
    return page(
        "admin/import_columns.html",
        run=_told(run),
        kind=run.kind,
        columns=columns,
        fields=[(key, sheet_fields.label(layout, key)) for key in sheet_fields.FIELDS[layout]],
        layout=layout,
        wrong=wrong,
    )


def _examples(rows: list[list[Any]], column: int) -> list[str]:
    """Three cells that help to recognise a column."""
    return [str(row[column + 1])[:40] for row in rows if row[column + 1]][:3]


@admin.route(
    f"{HERE}/<run_id>/columns",
    access=Access.MANAGEMENT,
    methods=("POST",),
    fresh=True,
    writes=False,
    endpoint="name_columns",
)
def name_columns(run_id: str) -> ResponseReturnValue:
    layout = request.form.get("layout", "")
    given = {name[7:]: value for name, value in request.form.items() if name.startswith("column:") and value}
    mapping = {
        int(number): key for number, key in given.items() if number.isascii() and number.isdigit() and len(number) < 4
    }
    try:
        with change():
            run = load(ImportRun, run_id, to="use")
            if layout not in ((*intake.GUARDIAN_LAYOUTS,) if run.kind == "guardians" else ("staff",)):
                raise Refused(_("Choose what a row of the sheet is about."))
            intake.name_columns(run, layout, mapping)
    except Refused as no:
        run = load(ImportRun, run_id, to="use")
        return _columns_page(run, no.sentence, mapping) if runs.table_of(run) else replies.refused(HERE, no.sentence)
    return replies.go(f"{HERE}/{run.public_id}")


# ── the end of an import ────────────────────────────────────────────────────────────────────────────────────────────


@admin.route(f"{HERE}/<run_id>/removal", access=Access.MANAGEMENT, methods=("POST",), endpoint="drop_import")
def drop_import(run_id: str) -> ResponseReturnValue:
    runs.drop(load(ImportRun, run_id, to="use"))
    return replies.reply(HERE, say=_("Thrown away. Nothing was changed."))


@admin.route(
    f"{HERE}/<run_id>/reversal",
    access=Access.MANAGEMENT,
    methods=("POST",),
    fresh=True,
    writes=False,
    endpoint="undo_import",
)
def undo_import(run_id: str) -> ResponseReturnValue:
    try:
        with change():
            run = load(ImportRun, run_id, to="use")
            rows = runs.undo(run, _may_give)
            audit.note(me().person, "undid an import", run, rows=rows)
    except Refused as no:
        return replies.refused(HERE, no.sentence)
    return replies.reply(HERE, say=_("Undone. Everything is as it was before this import."))
