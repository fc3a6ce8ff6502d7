"""What reading leaves behind, gathered in memory and written in batches, so that looking at a page never takes the
write lock. A crash loses a few seconds of read marks and nothing that anybody was told is saved."""

from __future__ import annotations

import threading
from collections.abc import Iterable

from school import feed, sessions
from school.lib.db import writing

_lock = threading.Lock()
_seen: set[tuple[int, int]] = set()
_used: dict[bool, set[tuple[int, int]]] = {True: set(), False: set()}


def saw(person_id: int, post_ids: Iterable[int]) -> None:
    with _lock:
        _seen.update((post_id, person_id) for post_id in post_ids)


def used(session_id: int, person_id: int, *, staff: bool) -> None:
    with _lock:
        _used[staff].add((session_id, person_id))


def just_seen(person_id: int) -> set[int]:
    """Posts this person saw whose mark is still waiting to be written."""
    with _lock:
        return {post_id for post_id, reader in _seen if reader == person_id}


def write() -> int:
    """Writes everything that was gathered in one short transaction; returns how many marks."""
    with _lock:
        seen, used = set(_seen), {staff: set(pairs) for staff, pairs in _used.items()}
        _seen.clear()
        for pairs in _used.values():
            pairs.clear()
    if not seen and not any(used.values()):
        return 0
    with writing():
        feed.see(_still_there(seen))
        for staff, pairs in used.items():
            if pairs:
                sessions.touch({pair[0] for pair in pairs}, {pair[1] for pair in pairs}, staff=staff)
    return len(seen)


def _still_there(seen: set[tuple[int, int]]) -> list[tuple[int, int]]:
    """Without posts that were removed in the meantime."""
    there = feed.existing({post_id for post_id, _reader in seen})
    return [pair for pair in seen if pair[0] in there]
