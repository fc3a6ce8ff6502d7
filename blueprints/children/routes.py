"""My children: their group and who teaches it."""

from __future__ import annotations

from flask import g
from flask.typing import ResponseReturnValue

from blueprints import replies
from blueprints.section import Section, me
from blueprints.site.routes import teams
from school import groups, guardians, timeline
from school.policy import Access

children = Section("children", __name__)


@children.route("/children", access=Access.SIGNED_IN, endpoint="children")
def show_children() -> ResponseReturnValue:
    g.nav = "more"
    mine = me()
    by_group = {team["id"]: team["team"] for team in teams(mine)}
    rows = [
        {
            "name": child.first_name,
            "full_name": child.full_name,
            "initials": child.initials,
            "hue": group.hue if group else 0,
            "group_label": timeline.group_label(group.name, group.kind) if group else "",
            "since": groups.enrolled_since(child, group) if group else None,
            "team": by_group.get(group.public_id, []) if group else [],
            "url": f"/timeline?child={child.public_id}",
        }
        for child, group in guardians.children_of(mine.person, mine.today)
    ]
    return replies.page("children/children.html", children=rows)
