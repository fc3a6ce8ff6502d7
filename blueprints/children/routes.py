"""My children: their group, who teaches it, and who else has access to them."""

from __future__ import annotations

from typing import Any

from flask import g
from flask.typing import ResponseReturnValue

from blueprints import replies
from blueprints.section import Section, me
from blueprints.site.routes import teams
from school import access_requests, groups, guardians, rollover, timeline
from school.groups import Group
from school.guardians import Guardianship
from school.policy import Access
from school.pupils import Pupil

children = Section("children", __name__)


@children.route("/children", access=Access.SIGNED_IN, mirrored=True, endpoint="children")
def show_children() -> ResponseReturnValue:
    g.nav = "more"
    mine = me()
    by_group = {team["id"]: team["team"] for team in teams(mine)}
    roads = {road.pupil_id: road for road in guardians.of_person(mine.person)}
    found = guardians.children_of(mine.person, mine.today)
    own = [child for child, _group in found if roads[child.id].kind == "guardian"]
    along = access_requests.reading_along(own)
    next_places = rollover.next_places([child.id for child, _group in found], mine.today)
    return replies.page(
        "children/children.html",
        children=[
            _child(child, group, by_group)
            | _access(roads[child.id], along.get(child.id, []))
            | {"next_place": next_places.get(child.id)}
            for child, group in found
        ],
        may_ask=any(not _has_left(child) for child in own),
        asked=bool(own and access_requests.of_guardian(mine.person)),
    )


def _child(child: Pupil, group: Group | None, by_group: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": child.first_name,
        "full_name": child.full_name,
        "initials": child.initials,
        "hue": group.hue if group else 0,
        "group_label": timeline.group_label(group.name, group.kind) if group else "",
        "since": groups.enrolled_since(child, group) if group else None,
        "team": by_group.get(group.public_id, []) if group else [],
        "url": f"/timeline?child={child.public_id}",
    }


def _access(road: Guardianship, along: list[Guardianship]) -> dict[str, Any]:
    """What I may do for this child, until when, and who was let in by exception. Nothing of another guardian."""
    has_left = _has_left(road.pupil)
    return {
        "has_left": has_left,
        "until": road.ends_on if has_left or road.kind == "exception" else None,
        "reads": road.sees_posts,
        "reports": road.reports_absences and not has_left,
        "along": [
            {"name": one.person.full_name, "relation": one.relation, "reads": one.sees_posts, "until": one.ends_on}
            for one in along
        ],
    }


def _has_left(child: Pupil) -> bool:
    return child.left_on is not None and child.left_on < me().today
