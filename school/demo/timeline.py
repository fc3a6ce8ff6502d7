"""Twelve weeks of posts: who wrote what, when, with which photos, and what parents said to it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Literal

from school.demo import texts
from school.demo.days import is_school_day, school_days
from school.demo.dice import dice
from school.demo.families import SIZES, levels
from school.demo.mood import season_of
from school.demo.staff import WEEK, StaffMember, staff
from school.demo.texts import Story

WEEKS = 12
BEHIND = "7"  # the group whose goals are late
FIRST_SEEN = "Naar de schaapskooi"  # kept for the newest post of group 5, which the parent of the demo opens first
Status = Literal["published", "scheduled", "draft", "withdrawn"]


@dataclass(frozen=True)
class Shot:
    scene: str
    seed: str
    ratio: str
    season: str
    alt: str
    caption: str


@dataclass(frozen=True)
class DemoPost:
    key: str
    author: str  # key of a member of staff
    group: str  # "" for the whole school
    kind: str
    title: str
    body: str
    at: datetime  # school time, without a zone
    shots: tuple[Shot, ...] = ()
    remarks: tuple[tuple[str, str], ...] = ()  # what a parent said, and the teacher's answer or ""
    must_read: bool = False
    status: Status = "published"
    pinned: bool = False


def timeline(today: date) -> tuple[DemoPost, ...]:
    """Every post, oldest first. The newest published one is from the school day before `today`."""
    desk = _Desk(today)
    posts = [*desk.school_wide(), *(post for group in SIZES for post in desk.group(group)), *desk.unfinished()]
    return tuple(sorted(posts, key=lambda post: (post.at, post.key)))


class _Desk:
    """Hands out topics so that no title and no text comes back."""

    def __init__(self, today: date) -> None:
        self.today = today
        self.days = school_days(today - timedelta(weeks=WEEKS), today - timedelta(days=1))
        self.team = staff(today)
        self.titles = {FIRST_SEEN}
        self.bodies: set[str] = set()
        self.used: dict[str, int] = {}

    # -- for one group --------------------------------------------------------------------------

    def group(self, group: str) -> Iterator[DemoPost]:
        months: set[int] = set()
        topics = {story.key for story in texts.stories() if group == "5" and FIRST_SEEN in story.titles}
        slots = sorted({(day, who.key) for who in self.team for day in self._days_of(who, group)})
        team = {who.key: who for who in self.team}
        last = slots[-1][0] if slots else None
        for day, writer in slots:
            who = team[writer]
            if self._goals_due(group, day, who, months):
                yield self._goals(group, day, who)
            else:
                newest = group == "5" and day == last
                post = self._story(group, day, who, topics, FIRST_SEEN if newest else "")
                if post:
                    yield post

    def _days_of(self, who: StaffMember, group: str) -> Iterator[date]:
        """On which days somebody writes for this group: their pace, on days they teach it."""
        for lesson in who.lessons:
            if lesson.group != group or lesson.role not in ("teacher", "substitute"):
                continue
            mine = [day for day in self.days if WEEK[day.weekday()] in lesson.days]
            mine = [day for day in mine if not lesson.starts_on or day >= lesson.starts_on]
            weeks: dict[date, list[date]] = {}
            for day in mine:
                weeks.setdefault(day - timedelta(days=day.weekday()), []).append(day)
            for monday, there in weeks.items():
                rng = dice("rhythm", who.key, group, monday)
                number = int(who.pace) + (rng.random() < who.pace % 1)
                yield from rng.sample(there, min(number, len(there)))
        if group == "5" and who.key == "5" and self.days:  # the mother in group 5 finds something new
            yield self.days[-1]

    def _goals_due(self, group: str, day: date, who: StaffMember, months: set[int]) -> bool:
        late = group == BEHIND and months
        if late or who.key != group or day.month in months or day.day > 22:
            return False
        months.add(day.month)
        return True

    def _goals(self, group: str, day: date, who: StaffMember) -> DemoPost:
        rng = dice("goals", group, day.year, day.month)
        level = levels(group)[1 if group == "1/2b" else 0]
        name = texts.MONTHS[day.month - 1]
        title = rng.choice(("Doelen van {m}", "Waar we aan werken in {m}", "{m}: dit gaan we leren")).format(m=name)
        title = f"{title[:1].upper()}{title[1:]}"
        body = texts.goals(level, day.month, rng)
        return DemoPost(f"goals-{group}-{day.month}", who.key, group, "goals", title, body, _moment(day, rng))

    def _story(self, group: str, day: date, who: StaffMember, topics: set[str], wanted: str = "") -> DemoPost | None:
        """Something new to tell; the topic with the title `wanted`, when that is in season."""
        rng = dice("story", group, day, who.key)
        level = rng.choice(levels(group))
        season = [story for story in texts.stories() if story.fits(level, day.month)]
        fitting = [s for s in season if s.key not in topics and self._free(s)]
        story = next((s for s in season if wanted in s.titles), None)
        if story is None:
            if not fitting:
                return None
            story = min(fitting, key=lambda s: (*self._order(s), rng.random()))
        topics.add(story.key)
        return self._written(story, group, day, who, rng, wanted)

    def _order(self, story: Story) -> tuple[int, int, int]:
        """A feast cannot wait; then what was told least, in season first. Help is asked for only now and then."""
        times = self.used.get(story.key, 0)
        if story.kind == "help":
            return 1, times + dice("help", story.key, sum(self.used.values())).choice((0, 2, 3, 3)), 1
        return int(len(story.months) > 2), times, int(len(story.months) == 12)

    def _free(self, story: Story) -> list[str]:
        """The titles that nobody has used."""
        return [title for title in story.titles if title not in self.titles]

    def _written(
        self, story: Story, group: str, day: date, who: StaffMember, rng: Random, wanted: str = ""
    ) -> DemoPost:
        self.used[story.key] = self.used.get(story.key, 0) + 1
        key = f"{story.key}.{self.used[story.key]}"
        star = wanted in story.titles
        chosen = wanted if star else rng.choice(self._free(story))
        self.titles.add(chosen)
        title = texts.said(chosen, rng, group, who.salutation)
        body = self._unsaid(story, story.titles.index(chosen), group, who, rng)
        shots = _shots(story, key, day, rng, at_least=8 if star else 0)
        at = datetime.combine(day, time(14, 12)) if star else _moment(day, rng)
        remarks = _remarks(story.kind, bool(shots), who.salutation or "juf", dice("remarks", key), 3 * star)
        return DemoPost(key, who.key, group, story.kind, title, body, at, shots, remarks, story.must_read)

    def _unsaid(self, story: Story, title: int, group: str, who: StaffMember, rng: Random) -> str:
        """A way to say it that nobody used yet, whoever signs it."""
        for _ in range(20):
            said = texts.told(story, title, rng, group, who.salutation)
            if said not in self.bodies:
                break
        self.bodies.add(said)
        return said + _closing(who, rng)

    # -- for everybody --------------------------------------------------------------------------

    def school_wide(self) -> Iterator[DemoPost]:
        topics = [story for story in texts.stories() if not story.levels]
        welcome, rest = topics[0], topics[1:]
        writers = {who.key: who for who in self.team}
        if self.days:
            yield self._written(welcome, "", self.days[0], writers["director"], dice("welcome"))
        for day in self._school_wide_days():
            rng = dice("school", day)
            fitting = [story for story in rest if day.month in story.months]
            if not fitting:
                return
            story = min(fitting, key=lambda s: (len(s.months) == 12, rng.random()))
            rest.remove(story)
            who = writers[rng.choice(("director", "director", "office"))]
            post = self._written(story, "", day, who, rng)
            yield replace(
                post,
                pinned=(day >= self.days[-8] and story.must_read),
                remarks=post.remarks if story.kind == "help" else (),
            )

    def _school_wide_days(self) -> list[date]:
        weeks: dict[date, list[date]] = {}
        for day in self.days:
            weeks.setdefault(day - timedelta(days=day.weekday()), []).append(day)
        found: list[date] = []
        for number, (monday, there) in enumerate(weeks.items()):
            rng = dice("school rhythm", monday)
            found += rng.sample(there, min(len(there), 1 + number % 2))
        return sorted(found)

    # -- what is not (or no longer) there for parents -------------------------------------------

    def unfinished(self) -> Iterator[DemoPost]:
        """A draft, a scheduled post and a withdrawn one."""
        if not self.days:
            return
        team, yesterday = {who.key: who for who in self.team}, self.days[-1]
        draft = self._story("5", yesterday, team["5"], set())
        if draft:
            at = datetime.combine(yesterday, time(16, 5))
            yield replace(draft, key="draft", status="draft", at=at, shots=draft.shots[:3], remarks=())
        later = self._story("6", yesterday, team["6"], set())
        if later:
            yield replace(later, key="scheduled", status="scheduled", at=_next_school_day(self.today), remarks=())
        back = self._story("4", self.days[-4 % len(self.days)], team["4"], set())
        if back:
            yield replace(back, key="withdrawn", status="withdrawn", remarks=())


def _next_school_day(today: date) -> datetime:
    day = today + timedelta(days=1)
    while not is_school_day(day):
        day += timedelta(days=1)
    return datetime.combine(day, time(15, 30))


def _moment(day: date, rng: Random) -> datetime:
    """After school as a rule, and now and then in the evening."""
    minutes = rng.randrange(19 * 60, 21 * 60) if rng.random() < 0.12 else rng.randrange(14 * 60, 16 * 60 + 30)
    return datetime.combine(day, time(minutes // 60, minutes % 60, rng.randrange(60)))


def _closing(who: StaffMember, rng: Random) -> str:
    name = f"{who.salutation} {who.first_name}".strip()
    ways = (
        (f"Groetjes, {name}", "", ""),
        ("", "", "", f"– {name}"),
        ("", "", f"Tot gauw! {name[:1].upper()}{name[1:]}"),
    )[who.voice]
    closing = rng.choice(ways)
    return f"\n\n{closing}" if closing else ""


def _shots(story: Story, key: str, day: date, rng: Random, at_least: int = 0) -> tuple[Shot, ...]:
    """Eight views of one outing: mostly its first scene, never the same words twice in a row."""
    low, high = story.photos
    number = max(at_least, rng.randint(low, high))
    number = round(number * 1.6) if story.kind == "album" else number + 3 * (number > 1)
    weights = (4, 2, 1)[: len(story.scenes)]
    return tuple(_shot(rng.choices(story.scenes, weights)[0], key, n, day) for n in range(number))


def _shot(scene: str, key: str, number: int, day: date) -> Shot:
    rng = dice("shot", key, number)
    ratio = rng.choices(("4:3", "3:4", "3:2", "1:1", "16:9"), (55, 26, 10, 5, 4))[0]
    alts, captions = texts.scene_words()[scene]
    caption = captions[number % len(captions)] if rng.random() < 0.2 else ""
    return Shot(scene, f"{key}/{number}", ratio, season_of(day.month), alts[number % len(alts)], caption)


def _remarks(kind: str, seen: bool, salutation: str, rng: Random, least: int = 0) -> tuple[tuple[str, str], ...]:
    if kind == "help":
        return tuple((offer, "") for offer in rng.sample(texts.lines("offers"), rng.randint(2, 5)))
    number = max(least, rng.choices((0, 1, 2, 3, 4), (30, 28, 22, 12, 8))[0])
    said = [
        (texts.said(text, rng, "", salutation), "")
        for text in rng.sample(texts.lines("comments" if seen else "plain"), number)
    ]
    if seen and number and rng.random() < 0.3:
        question, _, answer = rng.choice(texts.lines("questions")).partition(" > ")
        said.append((question, answer))
    return tuple(said)
