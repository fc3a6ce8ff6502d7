"""Who saw a post, and when; who liked it, who spoke, who confirmed. Nobody does so after yesterday evening."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from school.demo.dice import dice
from school.demo.families import Roll
from school.demo.special import Child, Guardian
from school.demo.timeline import DemoPost

EAGER = ("anna", "six")  # the parents whose screens people look at: they have read all but the newest


@dataclass(frozen=True)
class Reading:
    reader: str  # key of a guardian
    seen_at: datetime
    confirmed_at: datetime | None
    liked_at: datetime | None


@dataclass(frozen=True)
class Remark:
    author: str  # key of a guardian, or of a member of staff
    by_staff: bool
    body: str
    at: datetime


def reads(guardian: Guardian) -> bool:
    """Whether posts reach this adult at all, and they ever logged in."""
    reached = guardian.authority == "yes" if guardian.scopes is None else "posts" in guardian.scopes
    return reached and not guardian.invited and not guardian.removed


def there_from(child: Child, since: date) -> date:
    """From when a child sits in its group: the start, or its fourth birthday."""
    four = date(child.birth_date.year + 4, child.birth_date.month, min(child.birth_date.day, 28))
    return max(since, four)


def audience(post: DemoPost, roll: Roll, since: date) -> tuple[Guardian, ...]:
    """The guardians whom this post reaches through a child that was there on its day."""
    children = roll.in_group(post.group) if post.group else roll.pupils
    there = {child.key for child in children if there_from(child, since) <= post.at.date()}
    return tuple(g for g in roll.guardians if reads(g) and there.intersection(g.children))


def readings(post: DemoPost, guardians: tuple[Guardian, ...], today: date) -> tuple[Reading, ...]:
    end = datetime.combine(today - timedelta(days=1), time(22, 30))
    found = (_reading(post, guardian, end) for guardian in guardians)
    return tuple(reading for reading in found if reading is not None)


def _reading(post: DemoPost, guardian: Guardian, end: datetime) -> Reading | None:
    rng = dice("reads", post.key, guardian.key)
    habit = dice("habit", guardian.key).choice((0.25, 0.5, 0.7, 0.8, 0.9, 0.97))
    if guardian.key in EAGER:
        if end - post.at < timedelta(days=4):
            return None
        habit = 1.0
    seen_at = _waking(post.at + timedelta(hours=rng.expovariate(1 / 9)), rng)
    if rng.random() > habit or seen_at > end:
        return None
    newest = end - post.at < timedelta(days=21)
    willing = rng.random() < (0.8 if not (guardian.key in EAGER and newest) else 0)
    fond = 0.4 if len(post.shots) > 2 and not post.must_read else 0.1
    return Reading(
        guardian.key,
        seen_at,
        seen_at + timedelta(seconds=rng.randrange(20, 90)) if post.must_read and willing else None,
        seen_at + timedelta(seconds=rng.randrange(5, 60)) if rng.random() < fond else None,
    )


def _waking(moment: datetime, rng: Random) -> datetime:
    """Nobody reads at four in the morning; most do at breakfast."""
    if moment.hour >= 7 and (moment.hour, moment.minute) < (22, 30):
        return moment
    morning = moment.date() + timedelta(days=moment.hour > 12)
    return datetime.combine(morning, time(7, rng.randrange(60), rng.randrange(60)))


def remarks(post: DemoPost, seen: tuple[Reading, ...], today: date) -> tuple[Remark, ...]:
    """What parents who saw it said, in the order of time, each answer a little later."""
    end = datetime.combine(today - timedelta(days=1), time(22, 45))
    rng = dice("speakers", post.key)
    speakers = sorted(rng.sample(seen, min(len(seen), len(post.remarks))), key=lambda reading: reading.seen_at)
    said: list[Remark] = []
    for reading, (words, answer) in zip(speakers, post.remarks, strict=False):
        at = reading.seen_at + timedelta(seconds=rng.randrange(40, 240))
        said.append(Remark(reading.reader, False, words, at))
        back = at + timedelta(minutes=rng.randrange(12, 90))
        if answer and back < end:
            said.append(Remark(post.author, True, answer, back))
    return tuple(sorted(said, key=lambda remark: remark.at))
