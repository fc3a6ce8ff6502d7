"""What was measured beside what it should be."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Table:
    rows: list[tuple[str, str, str, bool | None]] = field(default_factory=list)

    def most(self, what: str, measured: float, target: float, unit: str, digits: int = 0) -> None:
        """At most the target."""
        self._add(what, f"≤ {target:g} {unit}", f"{measured:.{digits}f} {unit}", measured <= target)

    def least(self, what: str, measured: float, target: float, digits: int = 2) -> None:
        self._add(what, f"≥ {target:g}", f"{measured:.{digits}f}", measured >= target)

    def yes(self, what: str, measured: bool, shown: str) -> None:
        self._add(what, "yes", shown, measured)

    def note(self, what: str, shown: str) -> None:
        """Measured to know, without a target."""
        self.rows.append((what, "", shown, None))

    def _add(self, what: str, target: str, measured: str, ok: bool) -> None:
        self.rows.append((what, target, measured, ok))

    @property
    def missed(self) -> int:
        return sum(ok is False for _what, _target, _measured, ok in self.rows)

    def __str__(self) -> str:
        wide = max(len(row[0]) for row in self.rows)
        marks = {True: "✓", False: "✗", None: " "}
        lines = [f"{what:<{wide}}  {target:>12}  {shown:>22}  {marks[ok]}" for what, target, shown, ok in self.rows]
        return "\n".join([f"{'':<{wide}}  {'to reach':>12}  {'measured':>22}", *lines])
