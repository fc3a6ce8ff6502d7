"""Questions that are built once and asked thousands of times: compiled once, then straight to the database.

SQLAlchemy's own way costs more than such a question itself. What stays: its compiler, its types, this request's
transaction, and whoever counts statements is told of each.
"""

from __future__ import annotations

import json
from collections import namedtuple
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, String, bindparam, func, select
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

from school.lib.db import db

Convert = Callable[[Any], Any]


class Numbers(TypeDecorator[Sequence[int]]):
    """A list of numbers as one value, so that the statement is the same for any number of them."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: Iterable[int] | None, dialect: Dialect) -> str:
        return json.dumps(list(value or ()))


def among(column: Any, name: str) -> ColumnElement[bool]:
    """True when the column is one of the numbers that will be given under this name."""
    given = func.json_each(bindparam(name, type_=Numbers)).table_valued("value")
    found: ColumnElement[bool] = column.in_(select(given.c.value))
    return found


def nested(rows: Select[Any]) -> ColumnElement[str]:
    """The rows of a question within a question, as one JSON text of lists: one answer instead of a second question."""
    inner = rows.subquery()
    return select(func.json_group_array(func.json_array(*inner.c), type_=String)).scalar_subquery()


class Prepared:
    """One compiled statement: its text, its values in order, and how its columns become Python's."""

    def __init__(self, statement: Any, dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect)
        later = {name: None for name, bound in compiled.binds.items() if bound.required}
        whole = compiled.construct_expanded_state(later)  # lists that were given while building are written out
        self.text = whole.statement
        converts = {
            name: bound.type.dialect_impl(dialect).bind_processor(dialect) for name, bound in compiled.binds.items()
        } | dict(whole.processors)
        self.values = [(name, whole.parameters[name], converts.get(name)) for name in whole.positiontup or ()]
        columns = statement.selected_columns
        reads = [column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns]
        self.reads: list[tuple[int, Convert]] = [(at, one) for at, one in enumerate(reads) if one is not None]
        self.row: Any = namedtuple("Row", [getattr(column, "name", "_") for column in columns], rename=True)  # type: ignore[misc]

    def given(self, values: dict[str, Any]) -> list[Any]:
        """In the order of the statement; what is not given keeps the value it was built with."""
        found = ((values.get(name, usual), convert) for name, usual, convert in self.values)
        return [value if convert is None else convert(value) for value, convert in found]

    def read(self, found: Iterable[tuple[Any, ...]]) -> list[Any]:
        if not self.reads:
            return list(map(self.row._make, found))
        return [self._converted(list(row)) for row in found]

    def _converted(self, row: list[Any]) -> Any:
        for at, convert in self.reads:
            if row[at] is not None:
                row[at] = convert(row[at])
        return self.row._make(row)


@lru_cache(maxsize=256)
def _prepared(statement: Any, dialect: Dialect) -> Prepared:
    return Prepared(statement, dialect)


def plain_rows(statement: Select[Any] | Any, **values: Any) -> list[Any]:
    """The rows of a statement that was built before, as named tuples; values it does not ask for are ignored."""
    session = db.session()
    session.flush()
    connection = session.connection()
    prepared = _prepared(statement, connection.dialect)
    given = prepared.given(values)
    cursor: Any = connection.connection.cursor()
    for told in connection.dispatch.before_cursor_execute:
        told(connection, cursor, prepared.text, given, None, False)
    try:
        return prepared.read(cursor.execute(prepared.text, given).fetchall())
    finally:
        cursor.close()
