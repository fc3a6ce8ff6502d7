"""The database: one module opens it, one way to read, one way to write.

Reading begins a deferred transaction that refuses every write. Writing begins immediate under one lock for the whole
process and commits once: measured against sixteen writers this gave no "database is locked" and the shortest wait.
Nothing outside ``school.lib`` knows that the database is SQLite.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import ColumnElement, DateTime, Engine, MetaData, event, func
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

from school.lib.files import DiskFull

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

PRAGMAS = (
    "foreign_keys=ON",  # silently ignored inside a transaction, hence: on connect
    "synchronous=FULL",  # NORMAL lost acknowledged commits in every power cut that was tried
    "busy_timeout=5000",
    "secure_delete=ON",
    "trusted_schema=OFF",
)


class DatabaseFull(DiskFull):
    """Not even a row could be written; nothing of the transaction is there."""


class Moment(TypeDecorator[datetime]):
    """A moment in time: aware in Python, UTC in the database."""

    impl = DateTime
    cache_ok = True

    @property
    def python_type(self) -> type[datetime]:
        return datetime

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        return None if value is None else value.replace(tzinfo=UTC)


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)


Base.registry.update_type_annotation_map({datetime: Moment})
db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False, "autoflush": True})

if TYPE_CHECKING:

    class Model(Base):
        __abstract__ = True

        def __init__(self, **columns: Any) -> None: ...
else:
    Model = db.Model

_write_lock = threading.Lock()
_writing: ContextVar[bool] = ContextVar("writing", default=False)


def engine_options() -> dict[str, Any]:
    """Manual transaction mode: the driver begins nothing by itself. What people wrote stays out of error messages."""
    by_hand = {"isolation_level": None, "check_same_thread": False}
    return {"connect_args": by_hand, "pool_size": 12, "hide_parameters": True}


def prepare_engine(engine: Engine, *, network_disk: bool = False) -> None:
    """Gives every connection its pragmas and every transaction its explicit beginning.

    Write-ahead logging needs memory that all connections share, which a network disk does not give.
    """
    journal = "journal_mode=DELETE" if network_disk else "journal_mode=WAL"

    def set_pragmas(connection: sqlite3.Connection, _record: object) -> None:
        for pragma in (*PRAGMAS, journal):
            connection.execute(f"PRAGMA {pragma}")

    event.listen(engine, "connect", set_pragmas)
    event.listen(engine, "begin", _begin)


def _begin(connection: Connection) -> None:
    writing = _writing.get()
    raw: Any = connection.connection.dbapi_connection  # without the ceremony of a statement: at every request
    if connection.info.get("may_write") is not writing:  # this pragma makes SQLite forget every prepared statement
        raw.execute(f"PRAGMA query_only={'OFF' if writing else 'ON'}")
        connection.info["may_write"] = writing
    raw.execute("BEGIN IMMEDIATE" if writing else "BEGIN")


@contextmanager
def writing() -> Iterator[None]:
    """One write transaction: commits at the end, undoes everything when something is raised.

    What was read before is forgotten first: a snapshot cannot be turned into a write. Raises DatabaseFull.
    """
    if _writing.get():
        raise RuntimeError("a write transaction is already open")
    db.session.rollback()
    db.session.expire_all()  # a rollback forgets nothing when no transaction was open
    with _write_lock:
        token = _writing.set(True)
        try:
            yield
            db.session.commit()
        except BaseException as failure:
            db.session.rollback()
            if _is_full(failure):
                raise DatabaseFull from failure
            raise
        finally:
            _writing.reset(token)


def _is_full(failure: BaseException) -> bool:
    """SQLite names most of it "full"; growing its shared index on a full disk is an "I/O error" to it."""
    if not isinstance(failure, OperationalError):
        return False
    code = getattr(failure.orig, "sqlite_errorcode", 0)
    return code in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_SHMSIZE, sqlite3.SQLITE_IOERR_WRITE)


def is_writing() -> bool:
    return _writing.get()


def done_reading() -> None:
    """Ends the read transaction, so that slow work that follows holds no snapshot; objects reload when used again."""
    if not _writing.get():
        db.session.rollback()


def day_before(moment: ColumnElement[Any]) -> ColumnElement[Any]:
    """The day before a day, in the database."""
    return func.date(moment, "-1 day")


def insert_missing(table: type[Base], rows: Sequence[dict[str, Any]]) -> None:
    """Inserts the rows whose key is not there yet and leaves the others as they are."""
    db.session.execute(insert(table).on_conflict_do_nothing(), rows)


@contextmanager
def schema_change() -> Iterator[Connection]:
    """A connection for migrations: everything or nothing, and no row is left without its owner."""
    with db.engine.connect() as connection, _write_lock:
        raw = connection.connection.dbapi_connection
        if raw is None:
            raise RuntimeError("no database connection")
        raw.execute("PRAGMA query_only=OFF")
        raw.execute("PRAGMA foreign_keys=OFF")  # ignored inside a transaction, hence before it
        token = _writing.set(True)
        try:
            with connection.begin():
                yield connection
                strays = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
                if strays:
                    raise RuntimeError(f"the migration leaves {len(strays)} rows without their owner")
        finally:
            _writing.reset(token)
            raw.execute("PRAGMA foreign_keys=ON")
