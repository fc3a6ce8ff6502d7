"""Sight: what of each thing somebody may see."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, exists, false, or_, select, true

from school.access_requests import AccessRequest
from school.feed.audience import seen_as_member, seen_through_child
from school.feed.tables import Comment, Post, PostGroup
from school.groups import Enrolment, Group, GroupMember, GroupStaff, SchoolYear
from school.guardians import Guardianship, live
from school.imports.runs import ImportRun
from school.invitations import Invitation
from school.lib.db import Model, db
from school.people import Person, StaffRole
from school.photos import Attachment, Photo
from school.policy.viewer import Viewer
from school.proposals import Proposal
from school.pupils import Pupil
from school.sessions import Session

Thing = TypeVar("Thing", bound=Model)
Sight = Callable[[Viewer], ColumnElement[bool]]
_sight: dict[type[Any], Sight] = {}


def sees(thing: type[Any]) -> Callable[[Sight], Sight]:
    def register(scope: Sight) -> Sight:
        _sight[thing] = scope
        return scope

    return register


def scope(me: Viewer, thing: type[Any]) -> ColumnElement[bool]:
    """The condition under which this person sees rows of this table; of a table nobody wrote about: none."""
    return _sight[thing](me) if thing in _sight else false()


def find(me: Viewer, thing: type[Thing], public_id: str) -> Thing | None:
    """One object by its public id, if this person may see it."""
    table: Any = thing
    return db.session.scalar(select(thing).where(table.public_id == public_id, scope(me, thing)))


def visible_posts(me: Viewer, public_ids: Sequence[str]) -> list[int]:
    """Of these posts the ids of those this person may read; the others are not mentioned."""
    return list(db.session.scalars(select(Post.id).where(Post.public_id.in_(public_ids), published(me))))


@sees(Post)
def _posts(me: Viewer) -> ColumnElement[bool]:
    mine = _own_work(me)
    return or_(published(me), mine) if me.is_staff else published(me)


def published(me: Viewer) -> ColumnElement[bool]:
    """Published posts this person may read: the timeline."""
    roads: list[ColumnElement[bool]] = []
    if me.reads_every_group:
        roads.append(true())
    elif me.is_staff:
        roads.append(Post.whole_school.expression)
        roads.append(Post.author_id == me.person.id)
        roads.append(_for_groups(me.team_of))
    if me.is_guardian and not me.reads_every_group:
        roads.append(seen_through_child(me.person.id, me.today))
        if me.member_of:
            roads.append(seen_as_member(me.person.id, me.today))
    return (Post.status == "published") & or_(false(), *roads)


def _own_work(me: Viewer) -> ColumnElement[bool]:
    """Unpublished: the author's own; scheduled ones also for the team; scheduled and withdrawn for the director."""
    roads: list[ColumnElement[bool]] = [(Post.author_id == me.person.id) & (Post.status != "published")]
    if me.posts_for:
        roads.append((Post.status == "scheduled") & _for_groups(me.posts_for))
    if me.is_director:
        roads.append(Post.status.in_(("scheduled", "withdrawn")))
    return or_(*roads)


def _for_groups(group_ids: frozenset[int]) -> ColumnElement[bool]:
    return exists().where(PostGroup.post_id == Post.id, PostGroup.group_id.in_(sorted(group_ids)))


def _with_post(me: Viewer, post_id: ColumnElement[int]) -> ColumnElement[bool]:
    return exists().where(Post.id == post_id, scope(me, Post))


@sees(Photo)
def _photos(me: Viewer) -> ColumnElement[bool]:
    return _with_post(me, Photo.post_id.expression)


@sees(Attachment)
def _attachments(me: Viewer) -> ColumnElement[bool]:
    return _with_post(me, Attachment.post_id.expression)


@sees(Comment)
def _comments(me: Viewer) -> ColumnElement[bool]:
    return _with_post(me, Comment.post_id.expression)


@sees(Group)
def _groups(me: Viewer) -> ColumnElement[bool]:
    if me.is_staff:
        return true()
    placed = select(Enrolment.id).join(Guardianship, Guardianship.pupil_id == Enrolment.pupil_id)
    placed = placed.where(Enrolment.group_id == Group.id, Guardianship.person_id == me.person.id, live(me.today))
    placed = placed.where(Enrolment.starts_on <= Enrolment.ends_on)  # a place that was taken away before it began
    known = exists().where(SchoolYear.id == Group.school_year_id, SchoolYear.lists_on <= me.today)
    return or_(placed.where(or_(Enrolment.starts_on <= me.today, known)).exists(), Group.id.in_(sorted(me.member_of)))


@sees(Pupil)
def _pupils(me: Viewer) -> ColumnElement[bool]:
    own = exists().where(Guardianship.pupil_id == Pupil.id, Guardianship.person_id == me.person.id, live(me.today))
    if me.is_management or me.reads_every_group:
        return true()
    taught = exists().where(
        Enrolment.pupil_id == Pupil.id,
        Enrolment.group_id.in_(sorted(me.team_of)),
        Enrolment.starts_on <= me.today,
        Enrolment.ends_on >= me.today,
    )
    return or_(own, taught) if me.is_staff else own


@sees(Person)
def _people(me: Viewer) -> ColumnElement[bool]:
    return true() if me.is_management else Person.id == me.person.id


@sees(Session)
def _sessions(me: Viewer) -> ColumnElement[bool]:
    return Session.person_id == me.person.id


# ── the administration: office, administrator and director ──────────────────────────────────────────────────────────


@sees(Guardianship)
@sees(Enrolment)
@sees(GroupStaff)
@sees(GroupMember)
@sees(StaffRole)
@sees(Invitation)
@sees(ImportRun)
def _administered(me: Viewer) -> ColumnElement[bool]:
    return true() if me.is_management else false()


@sees(AccessRequest)
def _access_requests(me: Viewer) -> ColumnElement[bool]:
    """Who asked it, the child's own teachers today, and the administration."""
    if me.is_management:
        return true()
    road = exists().where(
        Guardianship.pupil_id == AccessRequest.pupil_id, Guardianship.person_id == me.person.id, live(me.today)
    )
    asked = AccessRequest.asked_by_id == me.person.id
    asked = asked if me.is_staff else asked & road
    return or_(asked, _taught(me, AccessRequest.pupil_id.expression)) if me.is_staff else asked


@sees(Proposal)
def _proposals(me: Viewer) -> ColumnElement[bool]:
    return true() if me.is_management else Proposal.person_id == me.person.id


def _taught(me: Viewer, pupil_id: ColumnElement[int]) -> ColumnElement[bool]:
    """The child sits today in a group that this person teaches today."""
    return exists().where(
        Enrolment.pupil_id == pupil_id,
        Enrolment.group_id.in_(sorted(me.posts_for)),
        Enrolment.starts_on <= me.today,
        Enrolment.ends_on >= me.today,
    )
