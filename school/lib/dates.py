"""Dates and times as people say them: "vandaag 14.12", "gisteren 9.05", "maandag 3 februari"."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache

from babel.dates import format_date, get_day_names, get_month_names

from school.lib import clock, text
from school.lib.text import _


def hour(moment: datetime) -> str:
    """``"8.05"`` in Dutch, ``"8:05"`` in English; 24 hours."""
    local = clock.local(moment)
    return f"{local.hour}{'.' if text.language() == 'nl' else ':'}{local.minute:02}"


def day(when: date) -> str:
    """``"maandag 3 februari"``, with the year when it is another one."""
    return _written(when, text.language(), when.year != clock.today().year)


def on_paper(when: date) -> str:
    """``"3 februari 2019"``: a day from a file, where nobody wonders which day of the week it was."""
    return _on_paper(when, text.language())


@lru_cache(maxsize=2048)
def _on_paper(when: date, language: str) -> str:
    return format_date(when, "d MMMM y", locale=language)


@lru_cache(maxsize=2048)
def _written(when: date, language: str, with_year: bool) -> str:
    pattern = "EEEE d MMMM" + (" y" if with_year else "")
    return format_date(when, pattern, locale=language)


def moment(when: datetime) -> str:
    """``"vandaag 14.12"``, ``"gisteren 14.12"``, ``"dinsdag 14.12"`` this week, else with the date."""
    local_day, today = clock.local(when).date(), clock.today()
    time = hour(when)
    if local_day == today:
        return _("today %(time)s", time=time)
    if local_day == today - timedelta(days=1):
        return _("yesterday %(time)s", time=time)
    if today - timedelta(days=6) <= local_day < today:
        return f"{_weekday(local_day, text.language())} {time}"
    return f"{day(local_day)} {time}"


def when(moment_: datetime) -> str:
    """The day without the time, for lists of older things."""
    return day(clock.local(moment_).date())


@lru_cache(maxsize=512)
def _weekday(when_: date, language: str) -> str:
    return format_date(when_, "EEEE", locale=language)


def month_name(number: int) -> str:
    """``"november"``; 1 is January."""
    return _month_name(number, text.language())


@lru_cache(maxsize=64)
def _month_name(number: int, language: str) -> str:
    return str(get_month_names("wide", "stand-alone", language)[number])


def weekday_name(number: int) -> str:
    """``"maandag"``; 0 is Monday."""
    return str(get_day_names("wide", "stand-alone", text.language())[number])


def greeting(now: datetime, name: str) -> str:
    hour_ = clock.local(now).hour
    if hour_ < 6:
        return _("Hello %(name)s", name=name)
    if hour_ < 12:
        return _("Good morning %(name)s", name=name)
    return _("Good afternoon %(name)s", name=name) if hour_ < 18 else _("Good evening %(name)s", name=name)


def number(value: int) -> str:
    """``"1.234"`` in Dutch, ``"1,234"`` in English."""
    written = f"{value:,}"
    return written.replace(",", ".") if text.language() == "nl" else written


def filesize(size: int) -> str:
    """``"340 kB"`` or ``"2,4 MB"``."""
    if size < 1_000_000:
        return f"{max(1, round(size / 1000))} kB"
    written = f"{size / 1_000_000:.1f}"
    return f"{written.replace('.', ',') if text.language() == 'nl' else written} MB"
