"""One line of a preview: what an import would do, in words for the office, with a switch."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from school.lib import names, text

Line = tuple[str, tuple[tuple[str, str], ...]]
"""An English sentence of the catalogue and its values; in the reader's language where it is shown."""


def line(message: str, **values: object) -> Line:
    return message, tuple((name, str(value)) for name, value in values.items())


@dataclass
class Change:
    key: str
    """The same for the same change when the file is read again: what the switch is called."""
    kind: str
    name: str
    """Whom or what it is about."""
    group: str = ""
    """Under which heading within its kind."""
    lines: tuple[Line, ...] = ()
    asked: bool = False
    """Off unless somebody switches it on."""
    blocked: bool = False
    """Only told: there is nothing to switch."""
    choices: tuple[tuple[str, str], ...] = ()
    """Answers to choose from instead of a switch: value and English words; the first one is what happens else."""
    known: Any = None
    """The row of ours that it is about."""
    data: Any = field(default=None, repr=False)
    sort_key: str = ""

    def __post_init__(self) -> None:
        self.sort_key = self.sort_key or names.fold(self.name)

    @property
    def sentences(self) -> list[str]:
        return [text.gettext(message, **dict(values)) for message, values in self.lines]
