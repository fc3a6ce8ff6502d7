"""How Alembic reaches the database: the program's own engine, foreign keys off while tables are rebuilt.

With foreign keys on, rebuilding a table (batch mode) silently deletes the rows that hang on it.
"""

from typing import Any

from alembic import context

import school.schema  # noqa: F401 - makes every table known
from school.lib.db import Moment, db, schema_change

SEARCH = ("post_search",)


def include_name(name: str | None, kind: str, _parents: Any) -> bool:
    """The full-text index makes shadow tables that are nobody's model."""
    return not (kind == "table" and name is not None and name.startswith(SEARCH))


def render_item(kind: str, item: Any, _context: Any) -> str | bool:
    return "sa.DateTime()" if kind == "type" and isinstance(item, Moment) else False


def run() -> None:
    with schema_change() as connection:
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            render_as_batch=True,
            transactional_ddl=True,
            include_name=include_name,
            render_item=render_item,
            compare_type=True,
        )
        context.run_migrations()


run()
