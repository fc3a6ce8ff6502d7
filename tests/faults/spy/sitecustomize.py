"""Loaded by the served program before everything else: notes what goes to the disk, in order, in the file $SPY."""

import os
import sqlite3
import threading

_target = os.open(os.environ["SPY"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
_lock = threading.Lock()
_connect, _fsync, _rename = sqlite3.connect, os.fsync, os.rename


def _note(*words: object) -> None:
    with _lock:
        line = "\t".join(str(word).replace("\n", " ") for word in (threading.get_ident(), *words))
        os.write(_target, f"{line}\n".encode())


def connect(*arguments: object, **options: object) -> sqlite3.Connection:
    made = _connect(*arguments, **options)  # type: ignore[arg-type]
    made.set_trace_callback(lambda statement: _note("sql", id(made), statement[:80]))
    _note("connect", id(made), arguments[0])
    return made


def fsync(handle: int) -> None:
    _note("fsync", os.readlink(f"/proc/self/fd/{handle}"))
    _fsync(handle)


def rename(source: object, target: object, **options: object) -> None:
    _rename(source, target, **options)  # type: ignore[arg-type]
    _note("rename", source, target)


sqlite3.connect = sqlite3.dbapi2.connect = connect  # type: ignore[assignment]
os.fsync, os.rename = fsync, rename  # type: ignore[assignment]
