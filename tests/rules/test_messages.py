"""Every text of the program stands in the Dutch catalogue, and fits."""

from __future__ import annotations

import re

import pytest
from babel.messages.catalog import Message

from school.lib import text
from tests import messages

DUTCH = [message for message in messages.catalogue() if message.id]


def test_nothing_is_missing_unsure_or_forgotten() -> None:
    assert messages.problems() == [], "run ./run messages, then fill in what is empty"


def test_the_command_loses_no_translation_and_gathers_nothing_twice() -> None:
    again = {(message.id, message.context): message.string for message in messages.updated() if message.id}
    assert again == {(message.id, message.context): message.string for message in DUTCH}


def test_the_catalogue_changes_only_when_words_do() -> None:
    kept = messages.CATALOGUE.read_text(encoding="utf-8")
    assert not re.search(r"^#: .*:\d+|Date:", kept, re.MULTILINE)


@pytest.mark.parametrize("message", DUTCH, ids=messages._name)
def test_dutch_speaks_as_we_do(message: Message) -> None:
    """ "je", never "u"; a group, never a class; nothing longer than people read."""
    for words in messages._texts(message.string):
        assert not re.search(r"\b[Uu]w?\b(?!\.)", words)
        assert not re.search(r"\b[Kk]las(sen)?\b", words)
        for sentence in re.split(r"(?<=[.!?]) ", words):
            assert len(sentence.split()) <= 16, sentence


def test_english_is_itself_and_dutch_is_not() -> None:
    with text.speaking("en"):
        assert text.gettext("Log in") == "Log in"
    with text.speaking("nl"):
        assert text.gettext("Log in") == "Inloggen"
        assert text.ngettext("%(num)s family", "%(num)s families", 1) == "1 gezin"
        assert text.ngettext("%(num)s family", "%(num)s families", 2) == "2 gezinnen"


def test_a_language_lasts_as_long_as_its_work() -> None:
    text.speak("nl")
    with pytest.raises(ValueError, match="on purpose"), text.speaking("en"):
        raise ValueError("on purpose")
    assert text.language() == "nl"
