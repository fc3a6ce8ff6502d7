"""How the machine is: for /healthz and for ``flask school doctor``."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from school import schema
from school.lib.db import db
from school.lib.files import MediaStore

CHANGELOG = Path(__file__).parent.parent / "CHANGELOG.md"


@cache
def version() -> str:
    """The newest heading of CHANGELOG.md: ``## 0.1.0 – 2026-11-22`` → ``"0.1.0"``."""
    for line in CHANGELOG.read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            return line[3:].split()[0]
    return "0"


def state(folder: Path, media: MediaStore) -> dict[str, Any]:
    """Version, schema, whether the database can be written, free space in megabytes."""
    revision, writable = "", False
    try:
        revision = str(db.session.scalar(text("SELECT version_num FROM alembic_version")) or "")
        writable = os.access(folder / "school.db", os.W_OK) and os.access(folder, os.W_OK)
    except SQLAlchemyError:
        db.session.rollback()
    return {
        "ok": writable and revision == newest(),
        "version": version(),
        "schema": revision,
        "database_writable": writable,
        "free_megabytes": media.free() // 2**20,
    }


@cache
def newest() -> str:
    return schema.newest()
