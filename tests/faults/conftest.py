"""One seeded school per worker, copied for every test that serves it."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.faults import seed
from tests.faults.browser import Browser
from tests.serving import ROOT, Served


@dataclass
class Place:
    """A folder with a school in it, the tokens of its people, and the program on it when it is served."""

    folder: Path
    tokens: dict[str, str]
    browsers: list[Browser] = field(default_factory=list)

    @property
    def database(self) -> Path:
        return self.folder / "school.db"

    def served(self, **environment: str) -> Served:
        return Served(self.folder, **{"SCHOOL_FREE_SPACE_FLOOR": "0", **environment})

    def browser(self, school: Served, who: str, number: int = 1) -> Browser:
        made = Browser(school.port, self.tokens[who], f"127.0.0.{number}")
        self.browsers.append(made)
        return made

    def rows(self, question: str, *values: Any) -> list[Any]:
        """Asks the database from outside the program, as rows that know their column names."""
        with closing(sqlite3.connect(self.database, timeout=20)) as connection:
            connection.row_factory = sqlite3.Row
            return connection.execute(question, values).fetchall()

    def value(self, question: str, *values: Any) -> Any:
        return self.rows(question, *values)[0][0]

    def command(self, *words: str) -> str:
        """``flask school …`` on this folder; what it printed. Raises AssertionError when it fails."""
        done = self.try_command(*words)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def try_command(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "flask", "--app", "app", "school", *words],
            cwd=ROOT, env=self.served().environment, check=False, capture_output=True, text=True, timeout=120,
        )  # fmt: skip

    @property
    def group(self) -> str:
        return str(self.value('SELECT public_id FROM "group"'))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Whoever types plain ``pytest`` does not mean half an hour."""
    if not config.option.markexpr:
        long = [item for item in items if item.get_closest_marker("soak")]
        config.hook.pytest_deselected(items=long)
        items[:] = [item for item in items if item not in long]


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    folder = tmp_path_factory.mktemp("seed") / "instance"
    return folder, seed.make(folder)


@pytest.fixture
def place(seeded: tuple[Path, dict[str, str]], tmp_path: Path) -> Iterator[Place]:
    folder, tokens = seeded
    shutil.copytree(folder, tmp_path / "instance")
    place = Place(tmp_path / "instance", tokens)
    yield place
    for browser in place.browsers:
        browser.close()


@pytest.fixture
def school(place: Place) -> Iterator[Served]:
    """The real program on the place."""
    with place.served() as served:
        yield served
