"""Fixtures everybody uses: the program on a fresh folder, the cast, browsers that are logged in."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from school.people import Person
from tests import factories
from tests.cast import Cast
from tests.client import Client
from tests.house import House

MEMORY = Path("/dev/shm")
"""Where a commit need not wait for a disk; what those waits are good for is tested in tests/faults."""


@pytest.fixture(scope="session")
def house() -> Iterator[House]:
    in_memory = MEMORY.is_dir() and os.access(MEMORY, os.W_OK)
    with tempfile.TemporaryDirectory(prefix="school-", dir=MEMORY if in_memory else None) as folder:
        house = House(Path(folder))
        yield house
        house.end()


@pytest.fixture
def app(house: House) -> Iterator[Flask]:
    """The program with an empty, migrated database, inside its context. Requests get a context of their own."""
    with house.app.app_context():
        house.begin("empty")
        yield house.app


@pytest.fixture
def cast(app: Flask, house: House) -> Cast:
    """The same with the school of ``tests/cast.py`` in it."""
    house.begin("cast")
    return Cast()


@pytest.fixture
def client(app: Flask) -> Client:
    """A stranger's browser."""
    return Client(app)


@pytest.fixture
def client_of(app: Flask) -> Callable[[Person], Client]:
    """The browser of somebody who is logged in."""

    def logged_in(person: Person) -> Client:
        _session, token = factories.session(person)
        browser = Client(app)
        browser.set_cookie("login", token)
        return browser

    return logged_in
