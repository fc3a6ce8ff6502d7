"""Translations for pages, mails and for the verbs that speak to people.

Source strings are English; Dutch is a catalogue in ``translations/nl``, compiled in memory when first used, so that no
compiled file can go stale. The language is per thread of work (a request, a job), never per process.
"""

from __future__ import annotations

import gettext as gettext_module
import io
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

CATALOGUES = Path(__file__).parent.parent.parent / "translations"
DEFAULT = "nl"

_language: ContextVar[str] = ContextVar("language", default=DEFAULT)


@cache
def _catalogue(language: str) -> gettext_module.NullTranslations:
    source = CATALOGUES / language / "LC_MESSAGES" / "messages.po"
    if not source.exists():
        return gettext_module.NullTranslations()
    compiled = io.BytesIO()
    with source.open("rb") as lines:
        write_mo(compiled, read_po(lines, locale=language))
    compiled.seek(0)
    return gettext_module.GNUTranslations(compiled)


def language() -> str:
    return _language.get()


def speak(chosen: str) -> None:
    """Sets the language for the rest of this request or job."""
    _language.set(chosen)


@contextmanager
def speaking(chosen: str) -> Iterator[None]:
    token = _language.set(chosen)
    try:
        yield
    finally:
        _language.reset(token)


def gettext(message: str, /, **values: object) -> str:
    translated = _catalogue(_language.get()).gettext(message)
    return translated % values if values else translated


def ngettext(one: str, many: str, number: int, /, **values: object) -> str:
    translated = _catalogue(_language.get()).ngettext(one, many, number)
    return translated % {"num": number, **values}


def pgettext(context: str, message: str, /, **values: object) -> str:
    translated = _catalogue(_language.get()).pgettext(context, message)
    return translated % values if values else translated


def npgettext(context: str, one: str, many: str, number: int, /, **values: object) -> str:
    translated = _catalogue(_language.get()).npgettext(context, one, many, number)
    return translated % {"num": number, **values}


def mark(message: str) -> str:
    """Marks a string for the catalogue that is translated later, where it is shown."""
    return message


_ = gettext


class Refused(Exception):
    """A verb says no, in a sentence for the person (already in their language)."""

    def __init__(self, sentence: str, field: str | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.field = field
        """The form field the sentence belongs to, when there is one."""
