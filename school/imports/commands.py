"""``flask school import-…`` and ``export-…``: the same previews and verbs as on the pages, with counts for answers.

No name is printed: what a terminal shows can end in a log.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

import click

from school import audit, settings
from school.imports import edexml_apply, edexml_writer, export, guardian_apply, guardian_sheets, intake, runs
from school.imports.edexml import from_json
from school.imports.plans import Change
from school.imports.runs import ImportRun
from school.lib import clock
from school.lib.db import writing
from school.lib.files import write_private
from school.lib.text import Refused

FILE = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
TARGET = click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
DRY = click.option("--dry-run", is_flag=True, help="Only tell what would change.")


def register(group: click.Group, ready: Callable[[], object]) -> None:
    """Adds the commands; ``ready`` brings the database up to date first."""

    @group.command("import-edexml")
    @FILE
    @DRY
    @click.option("--with-staff", is_flag=True, help="Also what the file suggests about staff and their groups.")
    def import_edexml(file: Path, dry_run: bool, with_staff: bool) -> None:
        """Brings pupils and groups in from an EDEXML file."""
        ready()
        run = _begin("edexml", file)
        for warning in from_json(run.payload).warnings:
            click.echo(f"! line {warning.line}: a remark, to be read on the page")
        made = edexml_apply.preview(run, clock.today())
        _finish(
            run,
            made.changes,
            dry_run,
            lambda: edexml_apply.apply(
                run, clock.today(), None, on=_on(made.changes, "staff" if with_staff else ""), seen=made.digest
            ),
        )

    @group.command("import-guardians")
    @FILE
    @DRY
    @click.option("--trust", is_flag=True, help="No word on parental authority: they get what guardians get.")
    def import_guardians(file: Path, dry_run: bool, trust: bool) -> None:
        """Brings parents and carers in from a CSV or XLSX sheet."""
        ready()
        run = _begin("guardians", file)
        if runs.table_of(run):
            with writing():
                runs.drop(run)
            sys.exit("✗ not every column is known; import this sheet on the page Beheer → Importeren, once")
        made = guardian_apply.preview(run, clock.today())
        _finish(
            run,
            made.changes,
            dry_run,
            lambda: guardian_apply.apply(
                run, clock.today(), None, on=_on(made.changes), answers={}, seen=made.digest, trusted=trust
            ),
        )

    @group.command("export-edexml")
    @TARGET
    @click.option("--brin", default="", help="The BRIN number of the school.")
    def export_edexml(file: Path, brin: str) -> None:
        """Writes pupils, groups and teachers of this school year as EDEXML 2.1."""
        ready()
        _write(file, edexml_writer.write(export.edexml(clock.today(), brin)))

    @group.command("export-guardians")
    @TARGET
    def export_guardians(file: Path) -> None:
        """Writes the parents and carers as a sheet (.csv or .xlsx), a row for each."""
        ready()
        rows = export.guardians(clock.today())
        if file.suffix.lower() not in (".csv", ".xlsx"):
            sys.exit("✗ the name of the file ends in .csv or .xlsx")
        write = guardian_sheets.write_xlsx if file.suffix.lower() == ".xlsx" else guardian_sheets.write_csv
        _write(file, write(rows))


def _begin(kind: str, file: Path) -> ImportRun:
    if settings.school() is None:
        sys.exit("✗ set the school up first: open the address of the program in a browser")
    if file.stat().st_size > intake.LARGEST:
        sys.exit(f"✗ the file is larger than {intake.LARGEST // 2**20} MB")
    try:
        kept = intake.payload(kind, file.read_bytes(), file.name)
        with writing():
            return runs.begin(kind, kept, None)
    except Refused as no:
        sys.exit(f"✗ {no.sentence}")


def _on(changes: Iterable[Change], asked: str = "") -> set[str]:
    return {change.key for change in changes if not change.choices and (not change.asked or change.kind == asked)}


def _finish(run: ImportRun, changes: list[Change], dry_run: bool, apply: Callable[[], Counter[str]]) -> None:
    waiting = sum(bool(change.choices) or change.asked for change in changes)
    for kind, number in Counter(change.kind for change in changes).items():
        click.echo(f"{number:5} {kind}")
    if dry_run:
        with writing():
            runs.drop(run)
        click.echo("Nothing was changed.")
        return
    try:
        with writing():
            done = apply()
    except Refused as no:
        sys.exit(f"✗ {no.sentence}")
    click.echo("Done: " + (", ".join(f"{number} {kind}" for kind, number in done.items()) or "no change"))
    if waiting:
        click.echo(f"{waiting} need somebody's answer: import the file on the page Beheer → Importeren.")


def _write(file: Path, content: bytes) -> None:
    """A file with children's names: for its owner only."""
    try:
        write_private(file, content)
    except OSError as problem:
        sys.exit(f"✗ {file}: {problem.strerror}")
    with writing():
        audit.note(None, "exported")
    click.echo(f"{file.name}, {len(content) // 1024} kB. It holds names: keep it safe, and remove it afterwards.")
