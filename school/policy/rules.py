"""Rules: what somebody may do with what they see."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from school.access_requests import AccessRequest
from school.feed.tables import Comment, Post
from school.groups import Enrolment, Group, GroupMember, GroupStaff, groups_of
from school.guardians import Guardianship
from school.imports.runs import ImportRun
from school.invitations import Invitation
from school.lib.db import db
from school.people import Person, StaffRole
from school.photos import Attachment, Photo
from school.policy.viewer import Viewer, roles_given
from school.proposals import Proposal
from school.pupils import Pupil
from school.sessions import Session

Rule = Callable[[Viewer, Any], bool]
_rules: dict[tuple[str, type[Any]], Rule] = {}


def may(action: str, thing: type[Any]) -> Callable[[Rule], Rule]:
    def register(rule: Rule) -> Rule:
        _rules[action, thing] = rule
        return rule

    return register


def allows(me: Viewer, action: str, thing: Any) -> bool:
    """Whether this person may do this with this object, which they can see."""
    rule = _rules.get((action, type(thing)))
    return rule is not None and rule(me, thing)


def writes_for_school(me: Viewer) -> bool:
    """School-wide posts come from the director or the office."""
    return me.is_director or me.is_office


def writes_posts(me: Viewer) -> bool:
    return writes_for_school(me) or bool(me.posts_for)


@may("post to", Group)
def _post_to(me: Viewer, group: Group) -> bool:
    return writes_for_school(me) or group.id in me.posts_for


def edits(me: Viewer, author_id: int, status: str, group_ids: Iterable[int], whole_school: bool) -> bool:
    """A draft: its author. Afterwards: who writes for one of its groups today, and the director.

    Who left a group still reads the posts they wrote there, and no longer changes them, planned ones included.
    """
    if not me.is_staff or status == "withdrawn":
        return False
    own = author_id == me.person.id
    if status == "draft" or (status == "scheduled" and own and writes_for_school(me)):
        return own
    writes = writes_for_school(me) if whole_school else any(group_id in me.posts_for for group_id in group_ids)
    return writes or me.is_director


@may("edit", Post)
def _edit(me: Viewer, post: Post) -> bool:
    return edits(me, post.author_id, post.status, [group.id for group in post.groups], post.whole_school)


@may("publish", Post)
def _publish(me: Viewer, post: Post) -> bool:
    """A draft for a group can outlast the right to write for it."""
    if post.status != "draft":
        return _edit(me, post)
    return writes_for_school(me) if post.whole_school else all(_post_to(me, group) for group in post.groups)


@may("withdraw", Post)
def _withdraw(me: Viewer, post: Post) -> bool:
    return me.is_director or _edit(me, post)


@may("pin", Post)
def _pin(me: Viewer, post: Post) -> bool:
    return post.status == "published" and _edit(me, post)


@may("remove", Post)
def _remove(me: Viewer, post: Post) -> bool:
    return me.is_staff and post.author_id == me.person.id and post.status in ("draft", "scheduled")


@may("see readers", Post)
def _readers(me: Viewer, post: Post) -> bool:
    if not me.is_staff or post.status != "published":
        return False
    return _edit(me, post) or me.reads_every_group or any(group.id in me.team_of for group in post.groups)


def responds(me: Viewer, group_ids: Iterable[int], whole_school: bool) -> bool:
    """Who works here; a guardian through a child that is still at the school; members in their committee.

    Families of a child that left read on for a while (the school says how long) and say nothing more.
    """
    if me.is_staff:
        return True
    if whole_school:
        return bool(me.responds_in)
    return any(group_id in me.responds_in or group_id in me.member_of for group_id in group_ids)


@may("like", Post)
def _like(me: Viewer, post: Post) -> bool:
    return post.status == "published" and responds(me, [group.id for group in post.groups], post.whole_school)


@may("comment", Post)
def _comment(me: Viewer, post: Post) -> bool:
    return _like(me, post) and post.comments_open


@may("confirm", Post)
def _confirm(me: Viewer, post: Post) -> bool:
    return me.is_guardian and post.must_read and post.status == "published"


@may("remove", Comment)
def _remove_comment(me: Viewer, comment: Comment) -> bool:
    """Own words, or somebody of the team, the author of the post, the director."""
    if comment.author_id == me.person.id or me.is_director:
        return True
    post = db.session.get(Post, comment.post_id)
    return post is not None and _edit(me, post)


@may("edit", Photo)
@may("edit", Attachment)
def _edit_part(me: Viewer, part: Photo | Attachment) -> bool:
    post = db.session.get(Post, part.post_id)
    return post is not None and _edit(me, post)


@may("end", Session)
def _end(me: Viewer, session: Session) -> bool:
    return session.person_id == me.person.id


# ── the administration ──────────────────────────────────────────────────────────────────────────────────────────────

RESPONSIBLE = frozenset({"director", "admin"})
"""Roles that give other people rights: only their like may give, take or touch them."""


def appoints(me: Viewer, role: str) -> bool:
    """The office gives the roles of a group's team; the director and the administrator give every role."""
    return me.is_director or me.is_admin or (me.is_office and role in ("teacher", "support"))


@may("end", StaffRole)
def _end_role(me: Viewer, held: StaffRole) -> bool:
    return appoints(me, held.role)


@may("change", Pupil)
@may("change", Group)
@may("end", Enrolment)
@may("end", GroupStaff)
@may("end", GroupMember)
@may("print", Invitation)
@may("decide", Proposal)
def _administers(me: Viewer, _thing: object) -> bool:
    return me.is_management


def above(me: Viewer, person_ids: Iterable[int]) -> set[int]:
    """Which of these people, by id, this person of the administration does not touch. One question for all."""
    if me.is_director or me.is_admin:
        return set()
    return {person_id for person_id, roles in roles_given(person_ids).items() if roles & RESPONSIBLE}


@may("change", Person)
@may("invite", Person)
@may("close", Person)
def _change_person(me: Viewer, person: Person) -> bool:
    """Whoever can change the address an account is reached at can take it over: so not of who is above them."""
    return me.is_management and not above(me, [person.id])


def imports(me: Viewer, kind: str) -> bool:
    """Linking children with adults is not the administrator's, by a sheet no more than by hand."""
    return me.is_office or me.is_director if kind == "guardians" else me.is_management


@may("use", ImportRun)
def _use_import(me: Viewer, run: ImportRun) -> bool:
    return imports(me, run.kind)


@may("change", Guardianship)
def _change_guardianship(me: Viewer, _guardianship: Guardianship) -> bool:
    return me.is_office or me.is_director


@may("block", Guardianship)
def _block(me: Viewer, _guardianship: Guardianship) -> bool:
    """At once, by whoever is there."""
    return me.is_management


@may("grant", Guardianship)
def _grant(me: Viewer, _guardianship: Guardianship) -> bool:
    """An exception, and a scope for a parent without authority, are the director's (DOMAIN §3, rule R1)."""
    return me.is_director


@may("read note", Guardianship)
def _read_note(me: Viewer, _guardianship: Guardianship) -> bool:
    return me.is_office or me.is_director


@may("look as", Person)
def _look_as(me: Viewer, person: Person) -> bool:
    """As a guardian only: who works here sees more than families do."""
    return me.is_director and not roles_given([person.id])


@may("agree", AccessRequest)
def _agree(me: Viewer, asked: AccessRequest) -> bool:
    """The teacher of the child knows who is closely involved (rule R1)."""
    return bool(me.posts_for) and asked.kind == "exception" and _teaches(me, asked.pupil_id)


@may("decide", AccessRequest)
def _decide_request(me: Viewer, asked: AccessRequest) -> bool:
    return me.is_director or (me.is_office and asked.kind == "guardian")


@may("withdraw", AccessRequest)
def _withdraw_request(me: Viewer, asked: AccessRequest) -> bool:
    return asked.asked_by_id == me.person.id


@may("withdraw", Proposal)
def _withdraw_proposal(me: Viewer, proposal: Proposal) -> bool:
    return proposal.person_id == me.person.id


def _teaches(me: Viewer, pupil_id: int) -> bool:
    return any(group.id in me.posts_for for group in groups_of([pupil_id], me.today).get(pupil_id, []))
