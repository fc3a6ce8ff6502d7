"""The Dutch catalogue: ``./run messages`` gathers the texts of the program into it, so that somebody only fills in.

No line numbers and no dates in it: a change of the file is a change of words. ``problems()`` is what the tests ask.
"""

from __future__ import annotations

import io
import re
import sys
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parent.parent
CATALOGUE = ROOT / "translations" / "nl" / "LC_MESSAGES" / "messages.po"
KEYWORDS: dict[str, Any] = {
    "_": None,
    "gettext": None,
    "lazy": None,
    "mark": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w+\}")


def extracted() -> Catalog:
    """Every text of the program, as the sources stand now."""
    with (ROOT / "babel.cfg").open() as mapping:
        method_map, options_map = parse_mapping_cfg(mapping, "babel.cfg")
    found = Catalog(locale="nl", charset="utf-8")
    for name, _line, message, _comments, context in extract_from_dir(
        str(ROOT), method_map, options_map, keywords=KEYWORDS, directory_filter=_is_source
    ):
        found.add(message, locations=[(name, 0)], context=context)
    return found


def _is_source(folder: str) -> bool:
    return not re.search(
        r"/(\.|instance|tests|bench|static|migrations|docs|translations|screenshots)", folder[len(str(ROOT)) :]
    )


def catalogue() -> Catalog:
    with CATALOGUE.open("rb") as lines:
        return read_po(lines, locale="nl")


def updated() -> Catalog:
    """The catalogue with new texts added and forgotten ones removed; a text that changed is new, never guessed."""
    kept = catalogue()
    kept.update(extracted(), no_fuzzy_matching=True, update_header_comment=False)
    kept.obsolete.clear()
    return kept


def written(found: Catalog) -> str:
    out = io.BytesIO()
    write_po(out, found, width=110, sort_by_file=False, sort_output=True, include_lineno=False, omit_header=True)
    return HEADER + out.getvalue().decode()


HEADER = """\
# Dutch. Short, warm, "je", no word a parent would have to look up. Gathered by ./run messages.
msgid ""
msgstr ""
"Language: nl\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

"""


def problems() -> list[str]:
    """What is missing, unsure, forgotten or does not fit, each with its text."""
    source, dutch = extracted(), catalogue()
    found = [f"missing: {_name(message)}" for message in source if message.id and _of(dutch, message) is None]
    for message in dutch:
        if message.id:
            found += _problems_of(message, source)
    return found + [f"obsolete: {name}" for name in map(_name, dutch.obsolete.values())]


def _problems_of(message: Message, source: Catalog) -> list[str]:
    if _of(source, message) is None:
        return [f"no longer in the program: {_name(message)}"]
    if message.fuzzy:
        return [f"unsure: {_name(message)}"]
    if not all(_texts(message.string)):
        return [f"empty: {_name(message)}"]
    wanted = {mark for text in _texts(message.id) for mark in PLACEHOLDER.findall(text)}
    wrong = [text for text in _texts(message.string) if not set(PLACEHOLDER.findall(text)) <= wanted]
    lost = wanted - {mark for text in _texts(message.string) for mark in PLACEHOLDER.findall(text)}
    return [f"other placeholders: {_name(message)}"] if wrong or lost else []


def _texts(text: Any) -> tuple[str, ...]:
    return tuple(text) if isinstance(text, list | tuple) else (text,)


def _of(catalogue_: Catalog, message: Message) -> Message | None:
    return catalogue_.get(_texts(message.id)[0], message.context)


def _name(message: Message) -> str:
    return f"{message.context}|{_texts(message.id)[0]}" if message.context else _texts(message.id)[0]


def main() -> None:
    """Writes the catalogue anew and says what is still to be filled in."""
    CATALOGUE.write_text(written(updated()), encoding="utf-8")
    left = problems()
    for line in left:
        print(line)
    print(f"{CATALOGUE.relative_to(ROOT)}: {len(catalogue())} texts, {len(left)} to look at")
    sys.exit(bool(left))


if __name__ == "__main__":
    main()
