"""docs/access-table.md says, for people, who may open which address. It is written from the program and compared here.

``.venv/bin/python -m tests.rules.test_access_table`` writes it anew; look at the difference before you keep it.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from flask import Flask

from blueprints.section import Entry
from school.policy import Access
from tests.house import CONFIG, make_app

TABLE = Path(__file__).parent.parent.parent / "docs" / "access-table.md"
COMMAND = ".venv/bin/python -m tests.rules.test_access_table"


def table(app: Flask) -> str:
    entries: dict[str, Entry] = app.extensions["entries"]
    rows = [
        (rule.rule, method, entries[rule.endpoint])
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    ]
    lines = [
        "# Who may open what",
        "",
        f"Written from the program by `{COMMAND}`; a test compares it. *Door*: the address names an object, and only",
        "those who may see that object find it there. The rules behind the door are in `school/policy/`; what each",
        "person of the test school is answered stands in `tests/rules/test_access.py`.",
        "",
    ]
    for access in Access:
        found = sorted((row for row in rows if row[2].access is access), key=lambda row: row[:2])
        if found:
            lines += [f"## {access.value[0].upper()}{access.value[1:]}", "", "| address | | door |", "|---|---|---|"]
            lines += [f"| `{rule}` | {method} | {'yes' if entry.door else ''} |" for rule, method, entry in found]
            lines.append("")
    return "\n".join(lines)


def test_the_table_is_that_of_the_program(app: Flask) -> None:
    assert TABLE.read_text() == table(app), f"who may open what has changed: look, then run {COMMAND}"


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        TABLE.write_text(table(make_app(Path(folder), CONFIG)))
