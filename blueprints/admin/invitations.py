"""Administration of who comes in: what was sent, whether it arrived, inviting many at once, and letters to print."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from flask import current_app, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from blueprints import guards, identity, pages, replies
from blueprints.admin.routes import admin
from blueprints.section import load, load_optional, me
from school import coming_in, letters, policy
from school.coming_in import Newcomer, Part, Sent
from school.groups import Group
from school.lib import dates
from school.lib.text import _, mark, ngettext
from school.people import Person
from school.policy import Access

HERE = "/admin/invitations"
BEGIN = datetime(1970, 1, 1, tzinfo=UTC)
STATES = {
    "none": (mark("not invited"), ""),
    "ended": (mark("invitation ended"), ""),
    "expired": (mark("invitation too old"), "bad"),
    "unprinted": (mark("letter not printed yet"), ""),
    "printed": (mark("letter made"), ""),
    "waiting": (mark("mail on its way"), ""),
    "mailed": (mark("mail sent"), ""),
    "failed": (mark("mail did not arrive"), "bad"),
}
"""What each state is called, and how it looks."""


@dataclass(frozen=True)
class Chosen:
    """Whom an address or a form names."""

    newcomers: list[Newcomer]
    query: str
    """The same choice in an address."""
    group: Group | None = None


@admin.route(HERE, access=Access.MANAGEMENT)
def show_invitations() -> ResponseReturnValue:
    found = coming_in.newcomers()
    if "group" in request.args or "staff" in request.args:
        return _part_page(found)
    fresh = _not_invited(found)
    return replies.page(
        "admin/invitations.html",
        counts=_counts(found),
        progress=coming_in.progress(),
        mail_works=_mail_works(),
        fresh=_told(coming_in.plan(fresh, by_mail=_mail_works())) if fresh else "",
        paper=len(_mine_to_invite(one for one in found if one.needs_paper)),
        late=_rows([one for one in found if one.never_arrived]),
        parts=[_part(part) for part in coming_in.parts(found) if part.total],
    )


def _mail_works() -> bool:
    """Without a mail server everybody gets a letter."""
    return bool(current_app.config["SCHOOL"].mail_server)


def _counts(found: Sequence[Newcomer]) -> list[tuple[str, int, bool]]:
    """A word, a number, and whether somebody should have a look."""
    none = sum(one.state == "none" for one in found)
    late = sum(one.never_arrived for one in found)
    return [
        (_("not in yet"), len(found), False),
        (_("not invited"), none, none > 0),
        (_("with an invitation"), len(found) - none, False),
        (_("not arrived"), late, late > 0),
    ]


def _part_page(found: Sequence[Newcomer]) -> ResponseReturnValue:
    group = load_optional(Group, request.args.get("group"))
    part = next((one for one in coming_in.parts(found) if one.group == group), Part(group))
    fresh = _not_invited(part.newcomers)
    return replies.page(
        "admin/invitations_part.html",
        part=_part(part),
        rows=_rows(part.newcomers),
        fresh=_told(coming_in.plan(fresh, by_mail=_mail_works())) if fresh else "",
        paper=len(_mine_to_invite(part.newcomers)),
        group=group.public_id if group else "",
    )


def _part(part: Part) -> dict[str, Any]:
    group = part.group
    arrived = {"arrived": part.arrived}
    if group is None:
        told = ngettext("%(arrived)s of %(num)s is in", "%(arrived)s of %(num)s are in", part.total, **arrived)
    else:
        told = ngettext(
            "%(arrived)s of %(num)s parent is in", "%(arrived)s of %(num)s parents are in", part.total, **arrived
        )
    return {
        "label": letters.group_label(group),
        "hue": group.hue if group else None,
        "url": f"{HERE}?group={group.public_id}" if group else f"{HERE}?staff=1",
        "told": told,
        "left": len(part.newcomers),
    }


def _rows(found: Sequence[Newcomer]) -> list[dict[str, Any]]:
    allowed = {one.person.id for one in _mine_to_invite(found)}
    return [_row(one, one.person.id in allowed) for one in found]


def _row(newcomer: Newcomer, may_invite: bool) -> dict[str, Any]:
    person, state = newcomer.person, newcomer.state
    children = [f"{one.pupil.full_name} · {letters.group_label(one.group)}" for one in newcomer.children]
    label, look = STATES[state]
    return {
        "id": person.public_id,
        "name": person.full_name,
        "children": [letters.group_label(None), *children] if newcomer.works else children,
        "reached_at": person.email or person.login_name or "",
        "by_mail": bool(person.email) and _mail_works(),
        "state": _(label),
        "look": "bad" if newcomer.never_arrived else look,
        "since": newcomer.sent_at if state not in ("none", "ended", "unprinted") else None,
        "may_invite": may_invite,
        "may_end": may_invite and state not in ("none", "ended", "expired"),
        "again": state not in ("none", "ended", "unprinted"),
    }


def _mine_to_invite(found: Iterable[Newcomer]) -> list[Newcomer]:
    """Whoever holds a letter can take the account: so nobody prints that of who is above them."""
    found = list(found)
    above = policy.above(me(), [one.person.id for one in found])
    return [one for one in found if one.person.id not in above]


def _not_invited(found: Iterable[Newcomer]) -> list[Newcomer]:
    return _mine_to_invite(one for one in found if one.state == "none")


def _told(sent: Sent) -> str:
    """ "12 mails en 3 brieven"."""
    mails = ngettext("%(num)s mail", "%(num)s mails", sent.mails)
    on_paper = ngettext("%(num)s letter", "%(num)s letters", sent.letters)
    if sent.mails and sent.letters:
        return _("%(mails)s and %(letters)s", mails=mails, letters=on_paper)
    return mails if sent.mails else on_paper


# ── choosing ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _chosen() -> Chosen:
    """The people a form or an address names, as far as they are not in yet and this person may invite them."""
    asked, found = request.values, coming_in.newcomers()
    group = load_optional(Group, asked.get("group"))
    if asked.get("person"):
        person = load(Person, asked["person"], to="invite")
        return Chosen([one for one in found if one.person.id == person.id], f"person={person.public_id}")
    if group is not None:
        found, query = [one for one in found if group in one.groups], f"group={group.public_id}"
    elif asked.get("staff"):
        found, query = [one for one in found if one.works], "staff=1"
    elif asked.get("batch"):
        found, query = [one for one in found if _was_printed(one, asked["batch"])], f"batch={asked['batch'][:20]}"
    elif asked.get("left"):
        found, query = [one for one in found if one.needs_paper], "left=1"
    else:
        found, query = (found if asked.get("all") else []), "all=1"
    return Chosen(_mine_to_invite(found), query, group)


def _was_printed(newcomer: Newcomer, batch: str) -> bool:
    printed_at = newcomer.invitation.printed_at if newcomer.invitation else None
    return printed_at is not None and _batch(printed_at) == batch


def _batch(moment: datetime) -> str:
    """A name for the letters that were printed together: the moment, in microseconds."""
    return str((moment - BEGIN) // timedelta(microseconds=1))


# ── inviting ────────────────────────────────────────────────────────────────────────────────────────────────────────


@admin.route(HERE, access=Access.MANAGEMENT, methods=("POST",), endpoint="invite_many")
def invite_many() -> ResponseReturnValue:
    """Everybody in the group, or in the school, who has not been invited yet."""
    chosen = _chosen()
    goto = f"{HERE}?{chosen.query}" if chosen.group or chosen.query == "staff=1" else HERE
    fresh = [one for one in chosen.newcomers if one.state == "none"]
    if not fresh:
        return replies.refused(goto, _("Nobody is left to invite here."))
    sent = coming_in.send(fresh, me().person, identity.secret_key(), by_mail=_mail_works())
    said = [_("Invited: %(what)s.", what=_told(sent)), *([_("Now print the letters.")] if sent.letters else [])]
    return replies.reply(goto, say=" ".join(said))


@admin.route("/admin/people/<person_id>/invitation", access=Access.MANAGEMENT, methods=("POST",))
def invite_one(person_id: str) -> ResponseReturnValue:
    """By mail, for the first time or again. A letter is printed instead, which invites by itself."""
    person = load(Person, person_id, to="invite")
    newcomer = next((one for one in coming_in.newcomers() if one.person.id == person.id), None)
    if newcomer is None:
        said = _("%(name)s cannot be invited: no child, no work here, or in already.", name=person.full_name)
        return replies.refused(_back(), said)
    if not person.email or not _mail_works():
        return replies.refused(_back(), _("No mail can go to %(name)s. Print a letter.", name=person.full_name))
    coming_in.send([newcomer], me().person, identity.secret_key())
    return replies.reply(_back(), say=_("A mail goes to %(name)s.", name=person.full_name))


@admin.route("/admin/people/<person_id>/invitation/removal", access=Access.MANAGEMENT, methods=("POST",))
def end_invitation(person_id: str) -> ResponseReturnValue:
    person = load(Person, person_id, to="invite")
    if not coming_in.end(person, me().person):
        return replies.refused(_back(), _("%(name)s has no invitation that counts.", name=person.full_name))
    return replies.reply(_back(), say=_("The invitation of %(name)s has ended.", name=person.full_name))


def _back() -> str:
    """The list that the button stood in."""
    group = load_optional(Group, request.form.get("group"))
    if group is not None:
        return f"{HERE}?group={group.public_id}"
    return f"{HERE}?staff=1" if request.form.get("staff") else HERE


@admin.route(f"{HERE}/progress", access=Access.MANAGEMENT)
def show_progress() -> ResponseReturnValue:
    """Asked every few seconds by a page that shows it; silent while nothing changed."""
    if not replies.by_htmx():
        return replies.go(HERE)
    now = coming_in.progress()
    if now is not None and str(now.done) == request.args.get("seen"):
        return "", 204
    return replies.page("admin/_invitations_progress.html", progress=now)


# ── letters ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@admin.route(f"{HERE}/letters", access=Access.MANAGEMENT)
def show_letters() -> ResponseReturnValue:
    """The letters that exist already; each is the same however often it is printed."""
    chosen, config, school = _chosen(), current_app.config["SCHOOL"], pages.school()
    assert school is not None
    piles = letters.piles(chosen.newcomers, identity.secret_key(), config.base_url, chosen.group)
    made = letters.sheets(piles, school, f"/logo/{school.logo}" if school.logo else "")
    number = sum(len(pile.letters) for pile in piles)
    return replies.page(
        "admin/letters.html",
        sheets=[Markup(sheet) for sheet in made],  # noqa: S704 - drawn by templates, which escape
        number=number,
        missing=len(chosen.newcomers) - number,
        choice=dict([chosen.query.split("=", 1)]),
        here_only=urlsplit(config.base_url).hostname in guards.LOOPBACK,
        base_url=config.base_url,
        today=dates.day(me().today),
    )


@admin.route(f"{HERE}/letters", access=Access.MANAGEMENT, methods=("POST",), endpoint="make_letters")
def make_letters() -> ResponseReturnValue:
    """Invites who was not invited, renews what would not last, and notes that each was printed."""
    chosen = _chosen()
    if not chosen.newcomers:
        return replies.refused(_back(), _("Nobody here needs a letter: they are in, or have no place."))
    printed_at = coming_in.print_letters(chosen.newcomers, me().person, identity.secret_key())
    query = f"batch={_batch(printed_at)}" if chosen.query == "left=1" else chosen.query
    return replies.go(f"{HERE}/letters?{query}")
