"""Reading: the timeline, one post, who read it, likes and comments."""

from __future__ import annotations

from typing import Any, NamedTuple
from urllib.parse import urlencode

from flask import g, request
from flask.typing import ResponseReturnValue

from blueprints import replies
from blueprints.feed import writing
from blueprints.feed.forms import CommentForm, kind_labels
from blueprints.section import Section, load, load_optional, me
from school import audit, groups, marks, policy, timeline
from school import feed as posts
from school.feed import Comment, Post
from school.groups import Group
from school.lib import clock, dates, markdown
from school.lib.text import Refused, _
from school.policy import Access, Viewer
from school.pupils import Pupil
from school.timeline import Filters

feed = Section("feed", __name__)
writing.register(feed)


@feed.before_request
def _tab() -> None:
    g.nav = "timeline"


@feed.route("/timeline", access=Access.SIGNED_IN, mirrored=True)
def show_timeline() -> ResponseReturnValue:
    mine = me()
    group = load_optional(Group, request.args.get("group"))
    child = load_optional(Pupil, request.args.get("child"))
    before = load_optional(Post, request.args.get("before"))
    filters = Filters(
        group_id=group.id if group else None,
        pupil_id=child.id if child else None,
        kind=request.args.get("kind", "") if request.args.get("kind") in posts.KINDS else "",
        query=request.args.get("q", "").replace("\0", " ").strip()[:100],
    )
    found = timeline.page(mine, filters, before)
    children = timeline.children(mine)
    return replies.page(
        "feed/timeline.html",
        greeting=dates.greeting(clock.now(), mine.person.first_name),
        today=mine.today,
        cards=found.cards,
        pinned=found.pinned,
        older=_here(before=found.older) if found.older else None,
        filters=_chips(mine, filters, group, child, children),
        can_post=policy.writes_posts(mine),
        **_above(mine, children, first=before is None and not filters.any),
    )


def _above(mine: Viewer, children: tuple[timeline.Child, ...], *, first: bool) -> dict[str, Any]:
    """What stands above the timeline on its first page, by person."""
    empty = {"children": (), "todo": [], "team": (), "morning": None, "my_drafts": 0, "my_scheduled": 0, "requests": 0}
    if not first:
        return empty
    return empty | {
        "children": children,
        "todo": timeline.to_confirm(mine),
        "team": timeline.own_groups(mine) if mine.team_of else (),
        "morning": timeline.morning(mine),
        "requests": timeline.requests_waiting(mine),
        "my_drafts": timeline.count_mine(mine, "draft") if mine.is_staff else 0,
        "my_scheduled": timeline.count_mine(mine, "scheduled") if mine.is_staff else 0,
    }


class Chip(NamedTuple):
    id: str
    label: str
    on: bool
    hue: int = 0


class Chips(NamedTuple):
    """The filters as plain links; the one that is on leads back to everything."""

    groups: tuple[Chip, ...]
    children: tuple[Chip, ...]
    kinds: tuple[Chip, ...]
    q: str
    any: bool


def _chips(
    mine: Viewer, filters: Filters, group: Group | None, child: Pupil | None, children: tuple[timeline.Child, ...]
) -> Chips:
    offered = groups.current(mine.today) if mine.reads_every_group else groups.by_ids(mine.team_of)
    chosen_group, chosen_child = group.id if group else None, child.id if child else None
    return Chips(
        groups=tuple(
            Chip(one.public_id, timeline.group_label(one.name, one.kind), one.id == chosen_group, one.hue)
            for one in offered
        ),
        children=tuple(Chip(one.id, one.name, one.key == chosen_child) for one in children),
        kinds=tuple(Chip(key, label, filters.kind == key) for key, label in kind_labels()),
        q=filters.query,
        any=filters.any,
    )


def _here(**changes: str | None) -> str:
    """This timeline with some of its filters changed."""
    kept = {name: request.args[name] for name in ("group", "child", "kind", "q") if request.args.get(name)}
    return "/timeline?" + urlencode({**kept, **{name: value for name, value in changes.items() if value}})


@feed.route("/posts/<post_id>", access=Access.SIGNED_IN, mirrored=True)
def show_post(post_id: str) -> ResponseReturnValue:
    post = load(Post, post_id)
    if post.status == "published" and not me().is_looked_at:
        marks.saw(me().person.id, [post.id])
    return replies.page("feed/post.html", **_post_page(post))


def _post_page(post: Post, form: CommentForm | None = None) -> dict[str, Any]:
    return {
        "card": timeline.card(me(), post),
        "comments": _comments(post),
        "comment_form": form or CommentForm(),
    }


def _comments(post: Post) -> list[dict[str, Any]]:
    said = posts.comments_of(post)
    roles = policy.roles_among({comment.author_id for comment in said})
    return [_comment(comment, roles.get(comment.author_id, frozenset())) for comment in said]


def _comment(comment: Comment, roles: frozenset[str]) -> dict[str, Any]:
    return {
        "id": comment.public_id,
        "author": comment.author.called,
        "initials": comment.author.initials,
        "role": _("teacher") if "teacher" in roles else _("school") if roles else None,
        "body": markdown.to_html(comment.body),
        "created_at": comment.created_at,
        "removed": comment.removed_at is not None,
        "can_remove": comment.removed_at is None and policy.allows(me(), "remove", comment),
    }


@feed.route("/posts/<post_id>/comments", access=Access.SIGNED_IN, methods=("POST",))
def add_comment(post_id: str) -> ResponseReturnValue:
    post = load(Post, post_id, to="comment")
    form = CommentForm(request.form)
    try:
        posts.comment(post, me().person, form.body.data or "")
    except Refused as no:
        form.refuse(no)
        return replies.invalid("feed/post.html", "feed/_comments.html", **_post_page(post, form))
    fragment = replies.fragment("feed/_comments.html", **_post_page(post))
    return replies.reply(f"/posts/{post_id}#comments-{post_id}", fragment, say=_("Your comment is there."))


@feed.route("/comments/<comment_id>/removal", access=Access.SIGNED_IN, methods=("POST",))
def remove_comment(comment_id: str) -> ResponseReturnValue:
    comment = load(Comment, comment_id, to="remove")
    posts.remove_comment(comment, me().person)
    audit.note(me().person, "removed a comment", comment)
    post = posts.by_id(comment.post_id)
    fragment = replies.fragment("feed/_comments.html", **_post_page(post))
    return replies.reply(f"/posts/{post.public_id}", fragment, say=_("The comment is removed."))


@feed.route("/posts/<post_id>/reaction", access=Access.SIGNED_IN, methods=("POST",))
def react(post_id: str) -> ResponseReturnValue:
    post = load(Post, post_id, to="like")
    posts.like(post, me().person, request.form.get("on") == "1")
    fragment = replies.fragment("feed/_foot.html", card=timeline.card(me(), post))
    return replies.reply(_back_to(post_id), fragment)


@feed.route("/posts/<post_id>/confirmation", access=Access.GUARDIAN, methods=("POST",))
def confirm(post_id: str) -> ResponseReturnValue:
    post = load(Post, post_id, to="confirm")
    posts.confirm(post, me().person)
    fragment = replies.fragment("feed/_confirm.html", card=timeline.card(me(), post))
    return replies.reply(_back_to(post_id), fragment, say=_("Thank you. The school knows you have read it."))


def _back_to(post_id: str) -> str:
    """The page the button stood on, at the post itself."""
    came_from = request.headers.get("Referer", "")
    on_timeline = "/timeline" in came_from
    return f"/timeline#post-{post_id}" if on_timeline else f"/posts/{post_id}"


@feed.route("/posts/<post_id>/readers", access=Access.STAFF)
def readers(post_id: str) -> ResponseReturnValue:
    post = load(Post, post_id, to="see readers")
    receipts = posts.receipts(post)
    reached = posts.audience_of(post, me().today).guardians
    names_shown = post.must_read
    seen = [
        {"name": person.full_name, "seen_at": receipt.seen_at, "confirmed_at": receipt.confirmed_at}
        for person in reached
        if (receipt := receipts.get(person.id)) is not None
    ]
    missing = [
        {"name": person.full_name, "never_in": person.first_login_at is None}
        for person in reached
        if person.id not in receipts
    ]
    return replies.page(
        "feed/readers.html",
        card=timeline.card(me(), post),
        readers=seen if names_shown else [],
        missing=missing if names_shown else [],
        never_in=sum(row["never_in"] for row in missing),
        names_shown=names_shown,
    )


@feed.route("/reads", access=Access.SIGNED_IN, methods=("POST",), writes=False, mirrored=True)
def note_reads() -> ResponseReturnValue:
    """What the browser saw on its screen; ids of posts this person cannot see are left out in silence."""
    wanted = request.form.get("posts", "").split(",")[:60]
    if not me().is_looked_at:  # who only looks leaves no trace in somebody's name
        marks.saw(me().person.id, policy.visible_posts(me(), wanted))
    return "", 204


@feed.route("/posts", access=Access.STAFF)
def my_posts() -> ResponseReturnValue:
    mine = me()
    return replies.page(
        "feed/mine.html",
        drafts=timeline.mine(mine, "draft"),
        scheduled=timeline.mine(mine, "scheduled"),
        withdrawn=timeline.mine(mine, "withdrawn"),
        can_post=policy.writes_posts(mine),
    )
