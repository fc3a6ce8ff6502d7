"""Forms about groups, their teams and committees."""

from __future__ import annotations

from datetime import date
from typing import Any

from wtforms import HiddenField, IntegerField, RadioField, SelectMultipleField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from blueprints.admin.forms import DayField, needed
from blueprints.forms import Form, lazy
from school.groups import HUES, WEEKDAYS, YEAR_LEVELS, Facts, Group, GroupStaff
from school.lib import dates
from school.lib.text import _, mark, pgettext
from school.teams import Shift

KIND_NAMES = {
    "home": mark("home group"),
    "cross": mark("cross-group"),
    "care": mark("care group"),
    "committee": mark("committee"),
}
KIND_NOTES = {
    "home": mark("The group a child sits in every day."),
    "cross": mark("Beside the home group, such as a plus group."),
    "care": mark("A few children who get extra help."),
    "committee": mark("Parents together, such as the parents' council."),
}
ROLE_NAMES = {
    "teacher": mark("teacher"),
    "substitute": mark("substitute"),
    "specialist": mark("specialist"),
    "assistant": mark("assistant"),
}
ROLE_NOTES = {
    "teacher": mark("Stands before the group and writes its posts."),
    "substitute": mark("The same, for a while."),
    "specialist": mark("Gives one subject, such as gym. Reads along."),
    "assistant": mark("Helps in the group. Reads along."),
}
HUE_NAMES = (
    mark("red"), mark("orange"), mark("ochre"), mark("green"), mark("sea green"),
    mark("light blue"), mark("blue"), mark("purple"), mark("pink"), mark("raspberry"),
)  # fmt: skip


def said(words: dict[str, str]) -> dict[str, str]:
    """In the language of now."""
    return {key: _(word) for key, word in words.items()}


def day_letters(key: str) -> str:
    """ "ma" for Monday."""
    found = {
        "mon": pgettext("weekday", "Mon"), "tue": pgettext("weekday", "Tue"), "wed": pgettext("weekday", "Wed"),
        "thu": pgettext("weekday", "Thu"), "fri": pgettext("weekday", "Fri"),
    }  # fmt: skip
    return found[key]


class GroupForm(Form):
    name = StringField(lazy("Name"), [needed(mark("Fill in the name of the group.")), Length(max=30)])
    kind = RadioField(lazy("Kind"), default="home")
    levels = SelectMultipleField(lazy("Year levels"), validators=[Optional()])
    position = IntegerField(
        lazy("Place in the list"),
        [InputRequired(lazy("Fill in a number.")), NumberRange(0, 999, lazy("Choose a number from 0 to 999."))],
    )
    hue = RadioField(lazy("Colour"), default="0")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = list(said(KIND_NAMES).items())
        self.levels.choices = [(level, level) for level in YEAR_LEVELS]
        self.hue.choices = [(str(number), _(HUE_NAMES[number])) for number in range(HUES)]

    def facts(self) -> Facts:
        return Facts(
            name=self.name.data or "",
            kind=self.kind.data or "home",
            levels=tuple(self.levels.data or ()),
            position=self.position.data or 0,
            hue=int(self.hue.data or 0),
        )


def form_of(group: Group) -> GroupForm:
    """The form as the group is now."""
    return GroupForm(
        data={
            "name": group.name,
            "kind": group.kind,
            "levels": group.levels,
            "position": group.position,
            "hue": str(group.hue),
        }
    )


class ShiftForm(Form):
    person = HiddenField()
    """Public id; whom a place is for never changes."""
    role = RadioField(lazy("What does this person do here?"), default="teacher")
    days = SelectMultipleField(lazy("On which days?"), default=list(WEEKDAYS))
    starts_on = DayField(lazy("First day"), [Optional()])
    ends_on = DayField(lazy("Last day"), [Optional()])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.role.choices = list(said(ROLE_NAMES).items())
        self.days.choices = [(key, dates.weekday_name(number)) for number, key in enumerate(WEEKDAYS)]

    def shift(self) -> Shift:
        return Shift(self.role.data or "", tuple(self.days.data or ()), self.starts_on.data, self.ends_on.data)


def form_of_place(place: GroupStaff) -> ShiftForm:
    return ShiftForm(
        data={
            "role": place.role,
            "days": place.days.split(","),
            "starts_on": place.starts_on,
            "ends_on": place.ends_on,
        }
    )


class MemberForm(Form):
    person = HiddenField()
    starts_on = DayField(lazy("First day"), [needed(mark("Choose the first day."))])
    ends_on = DayField(lazy("Last day"), [Optional()])


class EndForm(Form):
    last_day = DayField(lazy("Last day"), [needed(mark("Choose the last day."))])


def ending(today: date) -> EndForm:
    return EndForm(data={"last_day": today})
