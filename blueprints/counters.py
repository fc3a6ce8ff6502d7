"""Where the rate limits keep their counts."""

from __future__ import annotations

from time import monotonic

from limits.storage import MemoryStorage

SWEEP_SECONDS = 60


class Counters(MemoryStorage):
    """In memory. The library's own starts a thread at nearly every request to forget old counts, which cost a tenth
    of the timeline; here they are forgotten in passing, once a minute."""

    sweep_at = 0.0

    def _MemoryStorage__schedule_expiry(self) -> None:  # noqa: N802 - the library's private name
        if monotonic() >= self.sweep_at:
            self.sweep_at = monotonic() + SWEEP_SECONDS
            self._MemoryStorage__expire_events()  # type: ignore[attr-defined]
