"""Writing: the composer and what happens to a post afterwards."""

from __future__ import annotations

from typing import Any

from flask import abort, current_app, g, request
from flask.typing import ResponseReturnValue

from blueprints import replies
from blueprints.feed.forms import PostForm, of_post
from blueprints.photos.intake import DOCUMENTS, take_files
from blueprints.section import Section, change, load, me
from school import audit, groups, photos, policy, timeline
from school import feed as posts
from school.feed import Post
from school.groups import Group
from school.lib import clock, tokens, video
from school.lib.dates import hour
from school.lib.text import Refused, _
from school.policy import Access

LARGEST_FORM = 512 * 2**20


def register(feed: Section) -> None:
    """Adds the routes of writing to the section of the feed."""
    staff = {"access": Access.STAFF}
    post = staff | {"methods": ("POST",)}
    feed.route("/posts", **post)(new_post)
    feed.route("/posts/<post_id>/edit", **staff)(edit_post)
    feed.route("/posts/<post_id>", **post, writes=False, max_body=LARGEST_FORM)(save_post)
    feed.route("/posts/<post_id>/publication", **post, writes=False, max_body=LARGEST_FORM)(publish_post)
    feed.route("/posts/<post_id>/audience", **staff)(show_audience)
    feed.route("/posts/<post_id>/withdrawal", **post)(withdraw_post)
    feed.route("/posts/<post_id>/removal", **post, writes=False)(remove_post)
    feed.route("/posts/<post_id>/pin", **post)(pin_post)


def _choices() -> list[Group]:
    """The groups this person writes for, own groups first."""
    mine = me()
    every = groups.current(mine.today)
    allowed = [group for group in every if policy.allows(mine, "post to", group)]
    return sorted(allowed, key=lambda group: group.id not in mine.posts_for)


def new_post() -> ResponseReturnValue:
    if not policy.writes_posts(me()):
        abort(403)
    own = [group for group in _choices() if group.id in me().posts_for]
    post = posts.draft(me().person, own[:1], whole_school=not own and policy.writes_for_school(me()))
    return replies.go(f"/posts/{post.public_id}/edit")


def edit_post(post_id: str) -> ResponseReturnValue:
    post = load(Post, post_id, to="edit")
    return replies.page("feed/compose.html", **_composer(post, of_post(post, _choices_for(post))))


def _choices_for(post: Post) -> list[Group]:
    """Also the groups that are chosen already, by a colleague for instance."""
    offered = _choices()
    return [*offered, *(group for group in post.groups if group not in offered)]


def _composer(post: Post, form: PostForm) -> dict[str, Any]:
    editing = post.status == "published"
    chosen = form.chosen if not editing else list(post.groups)
    return {
        "card": timeline.card(me(), post),
        "form": form,
        "group_hues": {group.public_id: group.hue for group in _choices_for(post)},
        "photos": [timeline.picture(photo) for photo in photos.of_post(post.id)],
        "documents": [timeline.document(document) for document in photos.documents_of(post.id)],
        "audience": audience_view(chosen, whole_school=bool(form.whole_school.data)),
        "editing": editing,
        "scheduled": post.status == "scheduled",
        "may_address_school": policy.writes_for_school(me()) or post.whole_school,
        "most_photos": photos.MOST_PHOTOS,
        "video_on": video.available(),
        "document_kinds": ",".join(f".{kind}" for kind in DOCUMENTS),
    }


def audience_view(chosen: list[Group], *, whole_school: bool) -> dict[str, Any]:
    """Who gets this, in numbers; the page makes the words of the button from them."""
    today = clock.today()
    found = (
        posts.audience([group.id for group in chosen], whole_school, today, today) if chosen or whole_school else None
    )
    label = _("the whole school") if whole_school else _joined([timeline.group_label(g.name, g.kind) for g in chosen])
    return {
        "families": found.families if found else 0,
        "guardians": found.size if found else 0,
        "never_in": found.never_in if found else 0,
        "label": label,
        "fingerprint": _fingerprint(chosen, whole_school),
    }


def _joined(labels: list[str]) -> str:
    if len(labels) < 2:
        return "".join(labels)
    return _("%(one)s and %(other)s", one=", ".join(labels[:-1]), other=labels[-1])


def _fingerprint(chosen: list[Group], whole_school: bool) -> str:
    """What the button promised: when the choice changed without a script, the numbers are shown again first."""
    what = "school" if whole_school else ",".join(sorted(group.public_id for group in chosen))
    return tokens.digest(what)[:16]


def show_audience(post_id: str) -> ResponseReturnValue:
    """The numbers for the groups that are ticked now; asked by the composer while choosing."""
    post = load(Post, post_id, to="edit")
    wanted = request.args.get("groups", "").split(",")
    chosen = [group for group in _choices_for(post) if group.public_id in wanted]
    whole_school = request.args.get("whole_school") == "1" and policy.writes_for_school(me())
    audience = audience_view(chosen, whole_school=whole_school)
    card = timeline.card(me(), post)
    return replies.page(
        "feed/_audience.html",
        audience=audience,
        card=card,
        editing=post.status == "published",
        scheduled=False,
    )


def save_post(post_id: str) -> ResponseReturnValue:
    """Keeps the draft (or the change of a published post) with the photos that came along."""
    load(Post, post_id, to="edit")
    problems = take_files(post_id, "files", "documents")
    form, post, no = _save(post_id)
    if request.headers.get("X-Autosave"):
        return ({"error": no.sentence}, 422) if no else ({"saved": hour(post.saved_at)}, 200)
    if no or problems:
        return _again(post, form, no, problems)
    if post.status == "published":
        return replies.reply(f"/posts/{post_id}", say=_("Your change is kept."))
    return replies.reply(f"/posts/{post_id}/edit", say=_("Kept as a draft."))


def _save(post_id: str) -> tuple[PostForm, Post, Refused | None]:
    with change():
        post = load(Post, post_id, to="edit")
        form = PostForm(request.form, choices=_choices_for(post))
        try:
            _store(post, form)
        except Refused as no:
            return form, post, no
    return form, post, None


def _store(post: Post, form: PostForm) -> None:
    if not form.validate():
        field, sentences = next(iter(form.errors.items()))
        raise Refused(str(sentences[0]), str(field))
    allowed = policy.writes_for_school(me()) or post.whole_school
    posts.save(post, form.content(may_address_school=allowed))
    for photo in photos.of_post(post.id):
        caption, alt = (request.form.get(f"{name}-{photo.public_id}") for name in ("caption", "alt"))
        if caption is not None and alt is not None:
            photos.describe(photo, caption, alt)
    posts.parts_changed(post)


def _again(post: Post, form: PostForm, no: Refused | None, problems: list[Refused]) -> ResponseReturnValue:
    """The composer once more, with everything that was typed and a sentence for everything that did not work."""
    if no is not None:
        form.refuse(no)
    for problem in problems:
        form.refuse(problem)
    return replies.invalid("feed/compose.html", **_composer(post, form))


def publish_post(post_id: str) -> ResponseReturnValue:
    """Saves and publishes (or schedules) in one go; nothing is published that was not shown with its numbers."""
    load(Post, post_id, to="edit")
    problems = take_files(post_id, "files", "documents")
    with change():
        post = load(Post, post_id, to="edit")
        form = PostForm(request.form, choices=_choices_for(post))
        no = _try_publish(post, form, problems)
    if no is not None or problems:
        return _again(post, form, no, problems)
    if post.status == "scheduled":
        return replies.reply("/posts", say=_("Planned. It will be published by itself."))
    return replies.reply(f"/timeline#post-{post_id}", say=_("Published for %(label)s.", label=g.audience_label))


def _try_publish(post: Post, form: PostForm, problems: list[Refused]) -> Refused | None:
    """What was typed is kept in any case; published only when everything is well."""
    try:
        _store(post, form)
        if problems:
            return None
        _require_right(post)
        _require_shown(post, form)
        moment = form.moment()
        if moment is not None:
            posts.schedule(post, moment)
        else:
            posts.publish(post)
            if form.pin.data:
                posts.pin(post)
            audit.note(me().person, "published", post)
    except Refused as no:
        return no
    return None


def _require_right(post: Post) -> None:
    if not policy.allows(me(), "publish", post):
        raise Refused(_("You no longer write for everybody this is for. Choose other groups."), "groups")


def _require_shown(post: Post, form: PostForm) -> None:
    """The numbers on the button were those of this audience."""
    view = audience_view(list(post.groups), whole_school=post.whole_school)
    g.audience_label = view["label"]
    if request.form.get("shown_audience") != view["fingerprint"]:
        form.groups.data = [group.public_id for group in post.groups]
        raise Refused(_("The choice of groups changed. Check who gets this, and publish again."), "groups")


def withdraw_post(post_id: str) -> ResponseReturnValue:
    post = load(Post, post_id, to="withdraw")
    try:
        posts.withdraw(post, me().person)
    except Refused as no:
        return replies.refused(f"/posts/{post_id}", no.sentence)
    audit.note(me().person, "withdrew", post)
    return replies.reply("/timeline", say=_("The post is withdrawn. Nobody sees it any more."))


def remove_post(post_id: str) -> ResponseReturnValue:
    """Deletes a draft; the files go after the commit, never before."""
    with change():
        post = load(Post, post_id, to="remove")
        media = posts.remove(post)
    for public_id in media:
        current_app.extensions["media"].discard(public_id)
    return replies.reply("/posts", say=_("The draft is gone."))


def pin_post(post_id: str) -> ResponseReturnValue:
    post = load(Post, post_id, to="pin")
    wanted = request.form.get("on") == "1"
    try:
        if wanted:
            posts.pin(post)
        else:
            posts.unpin(post)
    except Refused as no:
        return replies.refused(f"/posts/{post_id}", no.sentence)
    return replies.reply(
        f"/posts/{post_id}", say=_("It stays on top for two weeks.") if wanted else _("No longer on top.")
    )
