"""Full-text search over what people wrote, accents folded. The only file that knows about FTS5."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Select, bindparam, column, func, select, table, text

from school.lib import names
from school.lib.db import db

SHORTEST = 3
"""A trigram index finds nothing below three signs; then the text is read row by row."""

CREATE = "CREATE VIRTUAL TABLE post_search USING fts5(body, tokenize='trigram')"
"""Used by the migration. It keeps the folded text itself: a contentless index cannot delete before SQLite 3.43."""

_index = table("post_search", column("rowid"), column("body"), column("post_search"))


def write(post_id: int, content: str) -> None:
    """Replaces what the index knows of a post."""
    forget(post_id)
    db.session.execute(
        text("INSERT INTO post_search(rowid, body) VALUES (:id, :body)"),
        {"id": post_id, "body": names.fold(content)},
    )


def forget(post_id: int) -> None:
    db.session.execute(text("DELETE FROM post_search WHERE rowid = :id"), {"id": post_id})


def terms(query: str) -> list[str]:
    """What is looked for, word by word; a null byte would end the question half-way."""
    return names.fold(query).replace("\0", " ").split()[:8]


def matching(
    query: str, fallback: tuple[ColumnElement[str], ...]
) -> tuple[Select[tuple[int]] | None, list[ColumnElement[bool]]]:
    """How to find the posts with every term: ids from the index, and conditions on ``fallback`` for short terms."""
    words = terms(query)
    long = [word for word in words if len(word) >= SHORTEST]
    short = [word for word in words if len(word) < SHORTEST]
    found = None
    if long:
        phrase = " AND ".join('"' + word.replace('"', '""') + '"' for word in long)
        found = select(_index.c.rowid).where(text("post_search MATCH :phrase").bindparams(bindparam("phrase", phrase)))
    plain = [_contains(word, fallback) for word in short]
    return found, plain


def _contains(word: str, columns: tuple[ColumnElement[str], ...]) -> ColumnElement[bool]:
    joined = columns[0]
    for more in columns[1:]:
        joined = joined + " " + more
    return func.lower(joined).contains(word, autoescape=True)
