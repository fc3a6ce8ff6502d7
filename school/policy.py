"""Who may see and do what. The only such file; written so that a headteacher can read it.

Three lists: **access** (which kinds of people may open a page at all), **sight** (``@sees``: what of each thing a
person may see; lists and single objects share it) and **rules** (``@may``: what they may do with what they see).
Nothing written, nothing allowed. Rules of time and state are in the verbs, not here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum
from functools import cache
from typing import Any, TypeVar, cast

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Date,
    Integer,
    bindparam,
    exists,
    false,
    literal,
    or_,
    select,
    true,
    union_all,
)  # fmt: skip

from school.feed.audience import seen_through_child
from school.feed.tables import Comment, Post, PostGroup
from school.groups import Enrolment, Group, GroupStaff, on
from school.guardians import Guardianship, live
from school.lib import clock
from school.lib.db import Model, db
from school.lib.prepared import plain_rows
from school.people import Person, StaffRole
from school.photos import Attachment, Photo
from school.pupils import Pupil
from school.sessions import Session

Thing = TypeVar("Thing", bound=Model)


@dataclass(frozen=True, slots=True)
class Viewer:
    """A person as they are today: what the database says now, not what a session remembers."""

    person: Person
    roles: frozenset[str]
    is_guardian: bool
    team_of: frozenset[int]
    """Ids of the groups whose team this person is in today."""
    posts_for: frozenset[int]
    """Ids of the groups for which this person writes posts: those they teach today."""
    today: date
    session: Session | None = None

    @property
    def is_staff(self) -> bool:
        return bool(self.roles)

    @property
    def is_office(self) -> bool:
        return "office" in self.roles

    @property
    def is_director(self) -> bool:
        return "director" in self.roles

    @property
    def is_admin(self) -> bool:
        return "admin" in self.roles

    @property
    def is_management(self) -> bool:
        return bool(self.roles & {"office", "director", "admin"})

    @property
    def reads_every_group(self) -> bool:
        return bool(self.roles & {"office", "director", "care"})


def viewer(person: Person, session: Session | None = None) -> Viewer:
    """Reads what this person is today, in one query."""
    today = clock.today()
    found = plain_rows(_places(), person=person.id, today=today)
    roles = frozenset(role for kind, role, _group in found if kind == "role")
    team = [(group_id, role) for kind, role, group_id in found if kind == "team" and roles]
    return Viewer(
        person=person,
        roles=roles,
        is_guardian=any(kind == "guardian" for kind, _role, _group in found),
        team_of=frozenset(group_id for group_id, _role in team),
        posts_for=frozenset(group_id for group_id, role in team if role in ("teacher", "substitute")),
        today=today,
        session=session,
    )


@cache
def _places() -> CompoundSelect[Any]:
    """Guardian or not, the roles, and the places in teams of one person on one day."""
    person, today = bindparam("person", type_=Integer), cast("date", bindparam("today", type_=Date))
    guardian = exists().where(Guardianship.person_id == person, live(today))
    employed = on(today, StaffRole.starts_on.expression, StaffRole.ends_on.expression)
    in_team = on(today, GroupStaff.starts_on.expression, GroupStaff.ends_on.expression)
    return union_all(
        select(literal("guardian"), literal(""), literal(0)).where(guardian),
        select(literal("role"), StaffRole.role, literal(0)).where(StaffRole.person_id == person, employed),
        select(literal("team"), GroupStaff.role, GroupStaff.group_id).where(GroupStaff.person_id == person, in_team),
    )


def roles_of(person: Person) -> frozenset[str]:
    """What somebody is for the school today; nothing for who is not staff."""
    return roles_among([person.id]).get(person.id, frozenset())


def roles_among(person_ids: Iterable[int]) -> dict[int, frozenset[str]]:
    """The same for several people in one query; who is not staff is not in it."""
    current = on(clock.today(), StaffRole.starts_on.expression, StaffRole.ends_on.expression)
    held = select(StaffRole.person_id, StaffRole.role).where(StaffRole.person_id.in_(list(person_ids)), current)
    found: dict[int, frozenset[str]] = {}
    for person_id, role in db.session.execute(held):
        found[person_id] = found.get(person_id, frozenset()) | {role}
    return found


# ── Access: who may open a page at all ──────────────────────────────────────────────────────────────────────────────


class Access(Enum):
    PUBLIC = "everybody, also without logging in"
    SIGNED_IN = "everybody who is logged in"
    GUARDIAN = "parents and carers"
    STAFF = "everybody who works at the school"
    OFFICE = "office and director"
    MANAGEMENT = "office, administrator and director"
    ADMIN = "administrator and director"
    DIRECTOR = "director"


def admits(access: Access, me: Viewer | None) -> bool:
    if access is Access.PUBLIC:
        return True
    if me is None:
        return False
    return {
        Access.SIGNED_IN: True,
        Access.GUARDIAN: me.is_guardian,
        Access.STAFF: me.is_staff,
        Access.OFFICE: me.is_office or me.is_director,
        Access.MANAGEMENT: me.is_management,
        Access.ADMIN: me.is_admin or me.is_director,
        Access.DIRECTOR: me.is_director,
    }[access]


# ── Sight: what of each thing somebody may see ──────────────────────────────────────────────────────────────────────

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
    roads = select(Enrolment.id).join(Guardianship, Guardianship.pupil_id == Enrolment.pupil_id)
    return roads.where(Enrolment.group_id == Group.id, Guardianship.person_id == me.person.id, live(me.today)).exists()


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


# ── Rules: what somebody may do with what they see ──────────────────────────────────────────────────────────────────

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


@may("like", Post)
def _like(me: Viewer, post: Post) -> bool:
    return post.status == "published"


@may("comment", Post)
def _comment(me: Viewer, post: Post) -> bool:
    return post.status == "published" and post.comments_open


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
