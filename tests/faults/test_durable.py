"""What a power cut must not take: the order in which the served program writes, seen from inside it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.browser import photo, photo_id
from tests.faults.conftest import Place
from tests.serving import Served

pytestmark = pytest.mark.faults
SPY = Path(__file__).parent / "spy"
Line = list[str]


@pytest.fixture
def watched(place: Place, tmp_path: Path) -> Iterator[tuple[Served, Path]]:
    notes = tmp_path / "notes"
    with place.served(PYTHONPATH=str(SPY), SPY=str(notes)) as school:
        yield school, notes


def read(notes: Path) -> list[Line]:
    """Thread, what, and its particulars, in the order in which it happened."""
    return [line.split("\t") for line in notes.read_text().splitlines()]


def test_a_photo_is_safe_on_disk_before_its_row_is(place: Place, watched: tuple[Served, Path]) -> None:
    school, notes = watched
    teacher = place.browser(school, "writer")
    post = teacher.new_post()
    public_id = photo_id(teacher.upload(post, photo()).text)
    assert len(public_id) == 22
    lines = read(notes)
    place_of = next(
        number for number, line in enumerate(lines) if line[1] == "rename" and line[3].endswith(f"/{public_id}")
    )
    thread, _what, item, target = lines[place_of]
    mine = [(number, line[1:]) for number, line in enumerate(lines) if line[0] == thread]
    synced = {
        Path(line[1]).name for number, line in mine if line[0] == "fsync" and number < place_of and item in line[1]
    }
    assert {"small.webp", "medium.webp", "large.webp", "item"} <= synced
    shelf = next(number for number, line in mine if number > place_of and line == ["fsync", str(Path(target).parent)])
    row = next(number for number, line in mine if line[0] == "sql" and line[2].startswith("INSERT INTO photo"))
    commit = next(number for number, line in mine if number > row and line[0] == "sql" and line[2] == "COMMIT")
    assert place_of < shelf < row < commit


def test_every_connection_is_set_up_before_its_first_transaction(place: Place, watched: tuple[Served, Path]) -> None:
    school, notes = watched
    browser = place.browser(school, "writer")
    browser.autosave(browser.new_post(), "Titel", "Tekst")
    assert place.value("PRAGMA journal_mode") == "wal"
    connections: dict[str, list[str]] = {}
    for line in read(notes):
        if line[1] == "connect":
            connections[line[2]] = []
        elif line[1] == "sql":
            connections[line[2]].append(line[3])
    pooled = [told for told in connections.values() if any(one.startswith("BEGIN") for one in told)]
    assert pooled
    wanted = {"foreign_keys=ON", "journal_mode=WAL", "synchronous=FULL", "secure_delete=ON", "trusted_schema=OFF"}
    for told in pooled:
        first = next(number for number, one in enumerate(told) if one.startswith("BEGIN"))
        assert {f"PRAGMA {pragma}" for pragma in wanted} <= set(told[:first])


def test_writing_begins_at_once_and_reading_cannot_write(place: Place, watched: tuple[Served, Path]) -> None:
    """A transaction that reads first and writes later fails under load whatever its patience."""
    school, notes = watched
    browser = place.browser(school, "writer")
    browser.autosave(browser.new_post(), "Titel", "Tekst")
    begun: dict[str, str] = {}
    guard: dict[str, str] = {}
    writes = 0
    for line in read(notes):
        if line[1] != "sql":
            continue
        connection, statement = line[2], line[3]
        if statement.startswith("PRAGMA query_only"):
            guard[connection] = statement
        if statement.startswith("BEGIN"):
            begun[connection] = statement
            assert guard[connection].endswith("OFF" if statement == "BEGIN IMMEDIATE" else "ON")
        if statement.startswith(("INSERT", "UPDATE", "DELETE")):
            writes += 1
            assert begun[connection] == "BEGIN IMMEDIATE"
    assert writes > 3
