"""``flask school …``: what an administrator does from the command line. Each a few lines over a verb."""

from __future__ import annotations

import sys
import time
from datetime import timedelta
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup

from school import (
    audit,
    coming_in,
    groups,
    health,
    invitations,
    jobs,
    letters,
    passwords,
    people,
    policy,
    schema,
    sessions,
    settings,
)
from school.imports import commands
from school.lib import backup, clock, instance
from school.lib import restore as restoring
from school.lib.backup import BackupError
from school.lib.db import db, writing
from school.lib.files import write_private
from school.lib.instance import InstanceError
from school.lib.restore import RestoreError

school = AppGroup("school", help="The school's own commands.")


def _folder() -> Path:
    return Path(current_app.instance_path)


def _ready() -> Path:
    try:
        schema.prepare(_folder())
    except InstanceError as problem:
        sys.exit(f"✗ {problem}")
    return _folder()


@school.command()
def init() -> None:
    """Makes or upgrades the database of this instance."""
    click.echo(f"The database is ready, schema {schema.current() if _ready() else ''}.")


@school.command()
def demo() -> None:
    """Fills an empty instance with the demo school."""
    from school.demo.build import build

    folder = _ready()
    found = settings.school()
    if found is not None and not found.demo:
        sys.exit(f"✗ {folder.name}/ holds a real school; the demo needs a folder of its own (SCHOOL_INSTANCE).")
    if found is not None:
        click.echo(f"The demo school is there already, up to {clock.local(found.created_at):%d-%m-%Y}.")
        if clock.now() - found.created_at > timedelta(days=3):
            click.echo("./run demo --fresh makes it anew, up to today.")
        return
    db.session.rollback()
    began = time.perf_counter()
    with instance.lock(folder):
        build(store=current_app.extensions["media"], progress=_show)
    click.echo(f"\rThe demo school is ready, in {time.perf_counter() - began:.0f} s.{' ' * 40}")


def _show(done: int, of: int, step: str) -> None:
    if sys.stderr.isatty() or done == of:
        click.echo(f"\r{100 * done // max(of, 1):3} %  {step:<50}", nl=False, err=True)


@school.command()
def doctor() -> None:
    """Says what is wrong and what mends it."""
    folder = _ready()
    state = health.state(folder, current_app.extensions["media"])
    problems = [] if state["ok"] else [f"the database is not ready ({state}); run: ./run flask school init"]
    disk = instance.network_disk(folder)
    if disk:
        problems.append(f"{folder.name}/ is on a network disk ({disk}); move it to a disk of this machine")
    broken = audit.broken_at()
    if broken is not None:
        problems.append(f"the audit log was changed at entry {broken}; compare with a backup")
    problems += jobs.photos_without_files(current_app.extensions["media"])
    for problem in problems:
        click.echo(f"✗ {problem}")
    if problems:
        sys.exit(1)
    click.echo(f"✓ version {state['version']}, schema {state['schema']}, {state['free_megabytes']} MB free")


@school.command("run-job")
@click.argument("name")
def run_job(name: str) -> None:
    """Runs one of the recurring jobs now."""
    _ready()
    found = {job.name: job for job in current_app.extensions["jobs"]}
    if name not in found:
        sys.exit(f"✗ there is no job {name}; choose from {', '.join(found)}")
    click.echo(f"{name}: {found[name].function()}")


@school.command("backup")
def make_backup() -> None:
    """Copies the database while people work; checked before it is put in place."""
    folder = _ready()
    try:
        made = backup.make(instance.database(folder), folder / "backups", "manual", current_app.extensions["media"])
    except BackupError as problem:
        sys.exit(f"✗ {problem}")
    click.echo(f"{made.name}, {made.stat().st_size // 1024} kB")


@school.command()
@click.argument("file", type=click.Path(path_type=Path))
def restore(file: Path) -> None:
    """Puts a backup of the database back; the program must not be running. Everybody logs in again."""
    folder = _folder()
    if not file.exists() and (folder / "backups" / file.name).exists():
        file = folder / "backups" / file.name
    try:
        with instance.lock(folder):
            kept = _put_back(file, folder)
    except (InstanceError, RestoreError) as problem:
        sys.exit(f"✗ {problem}")
    click.echo(f"✓ {file.name} is back, schema {schema.current()}. Everybody has to log in again.")
    if kept is not None:
        click.echo(f"The database that was replaced is kept: {kept.name}")
    _tell_spoiled(jobs.spoiled(current_app.extensions["media"], backup.read_manifest(file).get("media") or {}))


def _put_back(file: Path, folder: Path) -> Path | None:
    kept = restoring.put_back(
        file,
        instance.database(folder),
        revisions=schema.revisions(),
        forget=(sessions.Session.__tablename__, passwords.PasswordReset.__tablename__),
    )
    schema.prepare(folder)
    with writing():
        audit.note(None, "put a backup back")
    return kept


def _tell_spoiled(media: list[str]) -> None:
    """Not an error: the school works without them, and a copy of the media folder brings them back."""
    if not media:
        click.echo("All photos and documents of this backup are there.")
        return
    click.echo(f"✗ {len(media)} photos or documents are missing or damaged; copy them from a copy of media/:")
    for public_id in media:
        click.echo(f"  media/{public_id[:2]}/{public_id}/")


@school.command("new-password")
@click.argument("login")
def new_password(login: str) -> None:
    """Prints a link with which this person chooses a new password; for who cannot be reached by mail."""
    _ready()
    with writing():
        person = people.by_login(login)
        if person is None:
            sys.exit(f"✗ nobody logs in as {login}")
        token = passwords.new_link(person)
        audit.note(None, "made a link for a new password", person)
    click.echo(f"{current_app.config['SCHOOL'].base_url}/password/new/{token}")


@school.command()
@click.argument("login", required=False)
@click.option("--group", "name", help="Everybody of this group who is not invited yet.")
@click.option("--all", "everybody", is_flag=True, help="Everybody who is not invited yet.")
@click.option("--letters", "file", type=click.Path(path_type=Path), help="Where the letters are written, as one page.")
def invite(login: str | None, name: str | None, everybody: bool, file: Path | None) -> None:
    """Invites by mail, or for a letter: who has no address, and everybody while no mail server is set."""
    _ready()
    config = current_app.config["SCHOOL"]
    with writing():
        chosen = _to_invite(login, name, everybody)
        sent = coming_in.send(chosen, None, _key(), by_mail=bool(config.mail_server))
        token = invitations.new_link(chosen[0].person) if login and not sent.mails else None
        if file is not None:
            coming_in.print_letters([one for one in chosen if _on_paper(one)], None, _key())
    click.echo(f"mails: {sent.mails}; letters: {sent.letters}")
    if token is not None:
        click.echo(f"{config.base_url}/invitation/{token}")
    if file is not None:
        _write_letters(file, {one.person.id for one in chosen if _on_paper(one)})
    elif sent.letters:
        click.echo("Print the letters on the page Uitnodigingen, or give --letters FILE.html.")


def _to_invite(login: str | None, name: str | None, everybody: bool) -> list[coming_in.Newcomer]:
    if [bool(login), bool(name), everybody].count(True) != 1:
        sys.exit("✗ say who: a LOGIN, --group NAME or --all")
    if settings.school() is None:
        sys.exit("✗ set the school up first: open the address of the program in a browser")
    if name and name not in {group.name for group in groups.current()}:
        sys.exit(f"✗ there is no group {name} this school year")
    found = coming_in.newcomers()
    if login:
        person = people.by_login(login)
        found = [one for one in found if person is not None and one.person.id == person.id]
        return found or sys.exit(f"✗ {login} cannot be invited: not known, no place at the school, or in already")
    fresh = [one for one in found if one.state == "none"]
    return [one for one in fresh if any(group.name == name for group in one.groups)] if name else fresh


def _on_paper(newcomer: coming_in.Newcomer) -> bool:
    return not (newcomer.person.email and current_app.config["SCHOOL"].mail_server)


def _write_letters(file: Path, person_ids: set[int]) -> None:
    chosen = [one for one in coming_in.newcomers() if one.person.id in person_ids]
    found = settings.school()
    assert found is not None  # _to_invite has looked
    piles = letters.piles(chosen, _key(), current_app.config["SCHOOL"].base_url)
    try:
        write_private(file, letters.as_file(piles, found).encode())
    except OSError as problem:
        sys.exit(f"✗ {file}: {problem.strerror}")
    click.echo(f"{file}: {sum(len(pile.letters) for pile in piles)} letters")


def _key() -> bytes:
    return str(current_app.config["SECRET_KEY"]).encode()


@school.command()
@click.argument("login")
def access(login: str) -> None:
    """Tells what somebody is for the school today."""
    _ready()
    person = people.by_login(login)
    if person is None:
        sys.exit(f"✗ nobody logs in as {login}")
    found = policy.viewer(person)
    click.echo(f"roles: {', '.join(sorted(found.roles)) or 'none'}; guardian: {'yes' if found.is_guardian else 'no'}")


commands.register(school, _ready)
