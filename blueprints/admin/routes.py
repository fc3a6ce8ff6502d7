"""Administration."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from flask import current_app, g, request
from flask.typing import ResponseReturnValue

from blueprints import pages, replies
from blueprints.home.forms import SettingsForm
from blueprints.home.routes import LARGEST_LOGO, school_values, take_logo
from blueprints.section import Section, change, me, slow
from school import access_requests, audit, directory, health, jobs, outbox, policy, proposals, rollover, setup
from school.access_requests import AccessRequest
from school.lib import instance
from school.lib.scheduler import Job
from school.lib.text import Refused, _, ngettext
from school.policy import Access

admin = Section("admin", __name__)


@admin.before_request
def _tab() -> None:
    g.nav = "more"


@admin.route("/admin", access=Access.MANAGEMENT, endpoint="index")
def index() -> ResponseReturnValue:
    disk = instance.network_disk(Path(current_app.instance_path))
    return replies.page(
        "admin/index.html", tiles=_tiles(), notices=list(_notices()), version=health.version(), network_disk=disk
    )


def _notices() -> Iterator[tuple[str, str, str]]:
    """What should not wait, with where to go and what that is called."""
    year = rollover.warning(me().today)
    if year:
        yield year, "/admin/rollover", _("To the school year")
    gone = directory.missing_count()
    if gone:
        said = ngettext("%(num)s pupil is no longer in the file.", "%(num)s pupils are no longer in the file.", gone)
        yield said, "/admin/pupils?state=missing", _("Decide")
    asked = access_requests.count_waiting(me().person, policy.scope(me(), AccessRequest), to_agree=False)
    if asked:
        said = ngettext("%(num)s request for access waits.", "%(num)s requests for access wait.", asked)
        yield said, "/access-requests", _("Decide")
    changes = len(proposals.waiting())
    if changes:
        said = ngettext("%(num)s change of own details waits.", "%(num)s changes of own details wait.", changes)
        yield said, "/admin/proposals", _("Decide")


def _tiles() -> list[dict[str, Any]]:
    counts = directory.counts(me().today)
    free = current_app.extensions["media"].free() // 2**30
    never_in = counts["never_in"]
    never = ngettext("%(num)s never logged in", "%(num)s never logged in", never_in) if never_in else ""
    people_page = "/admin/people"
    tiles: list[tuple[str, int, str, str, bool]] = [
        (_("pupils"), counts["pupils"], "", "/admin/pupils", False),
        (
            _("parents"),
            counts["guardians"],
            never if counts["never_in"] else "",
            "/admin/invitations",
            counts["never_in"] > 0,
        ),
        (_("staff"), counts["staff"], "", people_page, False),
    ]
    if me().is_admin or me().is_director:
        waiting = outbox.count("waiting")
        tiles.append((_("mails waiting"), waiting, "", "/admin/outbox", waiting > 0))
        tiles.append((_("GB free for photos"), free, "", "/admin/jobs", free < 2))
    return [dict(zip(("label", "number", "note", "url", "look"), tile, strict=True)) for tile in tiles]


@admin.route("/admin/school", access=Access.ADMIN)
def show_school() -> ResponseReturnValue:
    return replies.page("admin/school.html", form=SettingsForm(obj=pages.school()))


@admin.route("/admin/school", access=Access.ADMIN, methods=("POST",), writes=False, max_body=LARGEST_LOGO)
def change_school() -> ResponseReturnValue:
    form = SettingsForm(request.form)
    if not form.validate():
        return replies.invalid("admin/school.html", form=form)
    try:
        with slow():
            logo = take_logo(request.files.get("logo"))
    except Refused as no:
        form.refuse(Refused(no.sentence, "logo"))
        return replies.invalid("admin/school.html", form=form)
    with change():
        setup.change({**school_values(form), "reading_grace": form.reading_grace.data}, logo)
        audit.note(me().person, "changed the school's settings")
    pages.forget_school()
    return replies.reply("/admin/school", say=_("The settings are kept."))


@admin.route("/admin/outbox", access=Access.ADMIN)
def show_outbox() -> ResponseReturnValue:
    kinds = {"password_reset": _("New password"), "password_changed": _("Password changed")}
    states = {"sent": _("sent"), "waiting": _("waiting"), "failed": _("failed")}
    mails = [
        {
            "kind_label": kinds.get(mail.kind, mail.kind),
            "to": mail.person.email or "",
            "created_at": mail.created_at,
            "state": mail.state,
            "state_label": states[mail.state],
            "attempts": mail.attempts,
            "error": mail.error,
        }
        for mail in outbox.latest()
    ]
    return replies.page("admin/outbox.html", mails=mails, configured=bool(current_app.config["SCHOOL"].mail_server))


@admin.route("/admin/jobs", access=Access.ADMIN)
def show_jobs() -> ResponseReturnValue:
    return replies.page("admin/jobs.html", jobs=[_job(job) for job in current_app.extensions["jobs"]])


def _job(job: Job) -> dict[str, Any]:
    """As it ran in this process, or as the database remembers it from before a restart."""
    last = jobs.last_run(job.name) if job.last_at is None and job.at else None
    return {
        "label": _(job.label),
        "when_label": _when(job),
        "last_at": job.last_at or (last.ended_at if last else None),
        "outcome": job.outcome or (last.outcome if last else ""),
        "seconds": job.seconds,
        "ok": job.ok if last is None else last.ok,
    }


def _when(job: Job) -> str:
    if job.at is not None:
        return _("every night at %(hour)s.%(minute)s", hour=job.at[0], minute=f"{job.at[1]:02}")
    seconds = int(job.every.total_seconds()) if job.every else 0
    return _("every %(seconds)s seconds", seconds=seconds)


@admin.route("/admin/audit", access=Access.ADMIN)
def show_audit() -> ResponseReturnValue:
    before, only = request.args.get("before", ""), request.args.get("only") == "changes"
    known = before.isascii() and before.isdigit() and len(before) < 16
    entries = audit.latest(int(before) if known else None, changes_only=only)
    names = directory.names({entry.actor_id for entry in entries if entry.actor_id})
    about = directory.subjects(entries)
    told = [
        {
            "at": entry.at,
            "actor": names.get(entry.actor_id, ""),
            "what": _(entry.action),
            "about": about.get((entry.thing, entry.thing_id), "") if _is_about_another(entry) else "",
        }
        for entry in entries
    ]
    older = f"/admin/audit?before={entries[-1].id}{'&only=changes' if only else ''}" if len(entries) == 50 else None
    return replies.page("admin/audit.html", entries=told, older=older, changes_only=only)


def _is_about_another(entry: audit.AuditEntry) -> bool:
    """What people do with their own account needs no second name."""
    return entry.thing != "Person" or entry.thing_id != entry.actor_id
