"""For who works here: the own groups of the coming school year, from the day on which the school shows the lists."""

from __future__ import annotations

from flask import g
from flask.typing import ResponseReturnValue

from blueprints import replies
from blueprints.section import me
from blueprints.site.routes import site
from school import rollover
from school.policy import Access


@site.route("/next-year", access=Access.STAFF)
def next_year() -> ResponseReturnValue:
    g.nav = "more"
    return replies.page("site/next_year.html", groups=rollover.next_groups(me()))
