"""Health, static files, manifest, service worker, and the small pages behind the bottom bar."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from flask import Response, abort, current_app, g, request
from flask.typing import ResponseReturnValue

from blueprints import pages, replies
from blueprints.section import Section, me
from school import calendar, groups, guardians, health, policy, rollover, timeline
from school.groups import Group, GroupStaff
from school.lib.assets import Assets
from school.policy import Access, Viewer
from school.settings import School

site = Section("site", __name__)

SANDBOX = {"Content-Security-Policy": "sandbox; default-src 'none'"}
FOREVER = "public, max-age=31536000, immutable"


@site.route("/healthz", access=Access.PUBLIC)
def healthz() -> ResponseReturnValue:
    """For the machine that watches us; nothing about people."""
    state = health.state(Path(current_app.instance_path), current_app.extensions["media"])
    return state, 200 if state["ok"] else 503


@site.route("/static/<version>/<path:path>", access=Access.PUBLIC, door=False)
def static_file(version: str, path: str) -> ResponseReturnValue:
    assets: Assets = current_app.extensions["assets"]
    try:
        asset = assets.get(path)
    except (FileNotFoundError, NotADirectoryError):
        abort(404)
    if version != asset.version:
        abort(404)
    content, encoding = asset.packed(request.headers.get("Accept-Encoding", ""))
    answer = Response(content, mimetype=asset.mimetype, headers={"Cache-Control": FOREVER, "Vary": "Accept-Encoding"})
    if encoding:
        answer.headers["Content-Encoding"] = encoding
    return answer


@site.route("/accent/<int:hue>.css", access=Access.PUBLIC, door=False)
def accent(hue: int) -> ResponseReturnValue:
    """The school's colour for the style sheets, which cannot be written inline."""
    if not 0 <= hue < 360:
        abort(404)
    return Response(f":root{{--h:{hue}}}", mimetype="text/css", headers={"Cache-Control": FOREVER})


@site.route("/manifest.webmanifest", access=Access.PUBLIC)
def manifest() -> ResponseReturnValue:
    return Response(
        json.dumps(_manifest(pages.school())),
        mimetype="application/manifest+json",
        headers={"Cache-Control": "public, max-age=3600"},
    )


def _manifest(school: School | None) -> dict[str, Any]:
    """What a phone needs to put the school on its home screen."""
    return {
        "name": school.name if school else "Schoolplein",
        "short_name": school.label if school else "Schoolplein",
        "id": "/timeline",
        "start_url": "/timeline",
        "scope": "/",
        "display": "standalone",
        "background_color": "#f8f7f3",
        "theme_color": "#f8f7f3",
        "icons": [_icon("icon-192", 192), _icon("icon-512", 512), _icon("icon-maskable-512", 512, "maskable")],
    }


def _icon(name: str, size: int, purpose: str = "any") -> dict[str, str]:
    assets: Assets = current_app.extensions["assets"]
    src = assets.url(f"icons/{name}.png")
    return {"src": src, "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}


@site.route("/sw.js", access=Access.PUBLIC)
def service_worker() -> ResponseReturnValue:
    asset = current_app.extensions["assets"].get("sw.js")
    return Response(asset.content, mimetype="text/javascript", headers={"Cache-Control": "no-cache"})


@site.route("/offline", access=Access.PUBLIC)
def offline() -> ResponseReturnValue:
    """Kept by the service worker: no person, only the school's phone number."""
    school = pages.school()
    body = pages.render_template_alone(
        "site/offline.html",
        school_label=school.label if school else "Schoolplein",
        school_phone=school.phone if school else "",
        language=pages.text.language(),
    )
    return Response(body, headers={"Cache-Control": "no-cache"})


@site.route("/robots.txt", access=Access.PUBLIC)
def robots() -> ResponseReturnValue:
    return Response("User-agent: *\nDisallow: /\n", mimetype="text/plain", headers={"Cache-Control": "max-age=86400"})


@site.route("/logo/<public_id>", access=Access.PUBLIC, door=False)
def logo(public_id: str) -> ResponseReturnValue:
    """The school's logo: the one picture that everybody may see."""
    school = pages.school()
    if school is None or not school.logo or public_id != school.logo:
        abort(404)
    for name, mimetype in (("small.webp", "image/webp"), ("small.jpg", "image/jpeg")):
        try:
            content = current_app.extensions["media"].find(public_id, name).read_bytes()
        except FileNotFoundError:
            continue
        return Response(content, mimetype=mimetype, headers={"Cache-Control": "public, max-age=86400", **SANDBOX})
    return abort(404)


# ── the bottom bar ──────────────────────────────────────────────────────────────────────────────────────────────────


@site.route("/conversations", access=Access.SIGNED_IN)
def conversations() -> ResponseReturnValue:
    g.nav = "conversations"
    return replies.page("site/conversations.html", teams=teams(me()))


@site.route("/absences", access=Access.SIGNED_IN)
def absences() -> ResponseReturnValue:
    g.nav = "absences"
    children = [
        {
            "full_name": child.full_name,
            "initials": child.initials,
            "hue": group.hue if group else 0,
            "group_label": timeline.group_label(group.name, group.kind) if group else "",
        }
        for child, group in guardians.children_of(me().person)
    ]
    return replies.page("site/absences.html", children=children)


@site.route("/calendar", access=Access.SIGNED_IN, mirrored=True)
def show_calendar() -> ResponseReturnValue:
    g.nav = "calendar"
    school = pages.school()
    region = school.region if school else "midden"
    return replies.page("site/calendar.html", vacations=calendar.vacations(region, me().today))


@site.route("/more", access=Access.SIGNED_IN, mirrored=True)
def more() -> ResponseReturnValue:
    g.nav = "more"
    mine = me()
    answers = mine.is_management or bool(mine.posts_for)
    return replies.page(
        "site/more.html",
        can_post=policy.writes_posts(mine),
        answers_requests=answers,
        requests=timeline.requests_waiting(mine),
        lists_shown=mine.is_staff and rollover.lists_are_shown(mine.today),
    )


def teams(mine: Viewer) -> list[dict[str, Any]]:
    """The groups of my children (or my own, for staff) with who works there on which days."""
    own = [group for _child, group in guardians.children_of(mine.person) if group]
    found = own or groups.by_ids(mine.team_of)
    places = groups.team([group.id for group in found], mine.today)
    return [
        {
            "label": timeline.group_label(group.name, group.kind),
            "hue": group.hue,
            "id": group.public_id,
            "team": _members(group, places),
        }
        for group in dict.fromkeys(found)
    ]


def _members(group: Group, places: list[GroupStaff]) -> list[dict[str, str]]:
    return [
        {"called": place.person.called, "days_label": timeline.days_label(place)}
        for place in places
        if place.group_id == group.id and place.role in ("teacher", "substitute")
    ]
