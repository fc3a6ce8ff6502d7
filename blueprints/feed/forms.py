"""The composer's form."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from wtforms import (
    BooleanField,
    DateField,
    MultipleFileField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.validators import Length, Optional

from blueprints.forms import Form, lazy
from school import timeline
from school.feed import Content, Post
from school.groups import Group
from school.lib import clock
from school.lib.text import Refused, _


class CommentForm(Form):
    body = TextAreaField(lazy("Your comment"), [Length(max=2000)])


class PostForm(Form):
    kind = RadioField(lazy("What is it?"), default="news")
    goals_month = SelectField(lazy("Which month?"), validators=[Optional()])
    whole_school = BooleanField(lazy("The whole school"))
    groups = SelectMultipleField(lazy("Groups"), validators=[Optional()])
    title = StringField(lazy("Title"), [Length(max=120)])
    body = TextAreaField(lazy("Text"), [Length(max=20_000)])
    comments_open = BooleanField(lazy("Parents can comment"))
    must_read = BooleanField(lazy("Must read: ask every parent to confirm"))
    pin = BooleanField(lazy("Keep on top for two weeks"))
    when = RadioField(lazy("When?"), default="now")
    publish_day = DateField(lazy("Day"), [Optional()])
    publish_time = TimeField(lazy("Time"), [Optional()])
    files = MultipleFileField(lazy("Photos and videos"))
    documents = MultipleFileField(lazy("Documents"))

    def __init__(self, *args: Any, choices: Sequence[Group], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = kind_labels()
        self.goals_month.choices = _months()
        self.groups.choices = [(group.public_id, timeline.group_label(group.name, group.kind)) for group in choices]
        self.when.choices = [("now", _("Publish now")), ("later", _("Publish later"))]
        self._by_id = {group.public_id: group for group in choices}

    @property
    def chosen(self) -> list[Group]:
        """The chosen groups; ids that this person may not write for are not in the list and so not taken."""
        return [self._by_id[public_id] for public_id in self.groups.data or () if public_id in self._by_id]

    def content(self, *, may_address_school: bool) -> Content:
        month = date.fromisoformat(self.goals_month.data) if self.goals_month.data else None
        return Content(
            kind=self.kind.data or "news",
            title=self.title.data or "",
            body=self.body.data or "",
            goals_month=month,
            whole_school=bool(self.whole_school.data) and may_address_school,
            groups=self.chosen,
            comments_open=bool(self.comments_open.data),
            must_read=bool(self.must_read.data),
        )

    def moment(self) -> datetime | None:
        """When to publish; None is now. Raises Refused when half of it is missing."""
        if self.when.data != "later":
            return None
        if not self.publish_day.data:
            raise Refused(_("Choose the day."), "publish_day")
        if not self.publish_time.data:
            raise Refused(_("Choose the time."), "publish_time")
        return clock.at(self.publish_day.data, self.publish_time.data.hour, self.publish_time.data.minute)


def kind_labels() -> list[tuple[str, str]]:
    return [
        ("news", _("News")),
        ("goals", _("Goals")),
        ("album", _("Photo album")),
        ("help", _("Help wanted")),
    ]


def of_post(post: Post, choices: Sequence[Group]) -> PostForm:
    """The form as the draft stands."""
    later = clock.local(post.publish_at) if post.publish_at else None
    return PostForm(
        choices=choices,
        data={
            "kind": post.kind,
            "goals_month": post.goals_month.isoformat() if post.goals_month else _months()[0][0],
            "whole_school": post.whole_school,
            "groups": [group.public_id for group in post.groups],
            "title": post.title,
            "body": post.body,
            "comments_open": post.comments_open,
            "must_read": post.must_read,
            "pin": post.pinned_until is not None,
            "when": "later" if later else "now",
            "publish_day": later.date() if later else None,
            "publish_time": later.time() if later else None,
        },
    )


def _months() -> list[tuple[str, str]]:
    this = clock.today().replace(day=1)
    following = (this + timedelta(days=32)).replace(day=1)
    return [(month.isoformat(), timeline.month_label(month)) for month in (this, following)]
