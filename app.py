"""What the program is made of, from top to bottom: ``create_app()``; and how it is served: ``main()``."""

from __future__ import annotations

import os
import signal
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from flask_compress import Compress
from waitress import create_server, wasyncore

from blueprints import gate, guards, identity, pages
from blueprints.access_requests import access_requests
from blueprints.account import account
from blueprints.admin import admin
from blueprints.children import children
from blueprints.feed import feed
from blueprints.home import home
from blueprints.invitations import invitations
from blueprints.photos import photos
from blueprints.site import site
from school import cli, jobs, schema
from school.lib import config as configuration
from school.lib import instance
from school.lib.assets import Assets
from school.lib.config import Config, ConfigError
from school.lib.db import db, engine_options, prepare_engine
from school.lib.files import MediaStore
from school.lib.images import Studio
from school.lib.instance import InstanceError
from school.lib.scheduler import Scheduler
from school.lib.video import Cutter

ROOT = Path(__file__).parent
PATIENCE = 20.0
"""Seconds that requests get to finish when the program is told to stop: a photo may take as long."""


def create_app(folder: Path | str | None = None, config: Config | None = None) -> Flask:
    """The school of one instance folder. Makes the folder and its keys, not the tables: see ``schema.prepare``."""
    folder = Path(folder or os.environ.get("SCHOOL_INSTANCE") or ROOT / "instance").absolute()
    instance.prepare(folder)
    config = config or configuration.read(folder)
    app = Flask(__name__, instance_path=str(folder), static_folder=None)
    configure(app, folder, config)
    build(app, folder, config)
    return app


def configure(app: Flask, folder: Path, config: Config) -> None:
    app.config.update(
        SECRET_KEY=instance.secret_key(folder),
        SQLALCHEMY_DATABASE_URI=f"sqlite:///{instance.database(folder)}",
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(),
        SESSION_COOKIE_NAME="__Host-state" if config.https else "state",
        SESSION_COOKIE_SECURE=config.https,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_HTTPONLY=True,
        PERMANENT_SESSION_LIFETIME=timedelta(days=1),
        MAX_FORM_MEMORY_SIZE=1024 * 1024,
        MAX_FORM_PARTS=400,
        WTF_CSRF_TIME_LIMIT=None,
        COMPRESS_ALGORITHM=["zstd", "br", "gzip"],
        COMPRESS_BR_LEVEL=4,
        COMPRESS_ZSTD_LEVEL=3,
        COMPRESS_MIMETYPES=["text/html", "application/json"],
        SCHOOL=config,
    )


def build(app: Flask, folder: Path, config: Config) -> None:
    db.init_app(app)
    with app.app_context():
        prepare_engine(db.engine, network_disk=bool(instance.network_disk(folder)))
    media = MediaStore(folder / "media", floor=config.free_space_floor * 2**20)
    studio = Studio(heic=config.heic, queue=3)  # a full queue answers "busy" at once, so that pages keep their threads
    app.extensions.update(
        media=media,
        studio=studio,
        cutter=Cutter(studio),
        assets=Assets(ROOT / "static", watch=bool(os.environ.get("SCHOOL_DEV"))),
        jobs=jobs.all_jobs(folder, config, media),
    )
    identity.manager.init_app(app)
    guards.init_app(app)
    pages.init_app(app)
    Compress(app)
    for section in (home, account, invitations, feed, photos, children, access_requests, admin, site):
        app.register_blueprint(section)
    guards.require_sections(app)
    app.cli.add_command(cli.school)


def scheduler(app: Flask) -> Scheduler:
    def around(work: object) -> None:
        with app.app_context():
            work()  # type: ignore[operator]

    return Scheduler(app.extensions["jobs"], around, jobs.claim, jobs.settle)


def main() -> None:
    """Serves one school: lock, migrate, listen, until told to stop."""
    try:
        serve()
    except (ConfigError, InstanceError) as problem:
        sys.exit(f"✗ {problem}")


def serve() -> None:
    app = create_app()
    folder = Path(app.instance_path)
    held = instance.lock(folder)
    tempfile.tempdir = str(folder / "tmp")  # uploads are spooled where there is room, not in a small /tmp
    with app.app_context():
        schema.prepare(folder)
        pages.announce_setup()
    host, port = os.environ.get("HOST", "127.0.0.1"), int(os.environ.get("PORT", "8000"))
    sockets: dict[int, Any] = {}
    gate.install(app)
    server = create_server(
        app, map=sockets, host=host, port=port, threads=8, ident=None, channel_timeout=60, connection_limit=500,
        send_bytes=256 * 1024,  # a whole page at once: in pieces of 18 kB each is a turn of its own
        max_request_body_size=520 * 2**20, clear_untrusted_proxy_headers=True,
        **guards.proxy_options(app.config["SCHOOL"]),
    )  # fmt: skip
    clock_thread = scheduler(app)
    clock_thread.start()
    shown = "127.0.0.1" if host in ("", "0.0.0.0") else host  # noqa: S104 - only asked, not bound
    sys.stderr.write(f"Schoolplein: http://{shown}:{port}\n")
    try:
        _until_told(server, sockets)
    finally:
        clock_thread.stop()
        server.close()
        with app.app_context():
            jobs.last_words()
        app.extensions["cutter"].close()
        app.extensions["studio"].close()
        held.close()


def _until_told(server: Any, sockets: dict[int, Any]) -> None:
    """Serves until SIGTERM or Ctrl-C; then nothing new is let in and what runs still gets its answer.

    waitress by itself drops answers that were made but not sent: a post that is there would look as if it failed.
    """
    told: list[int] = []
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, lambda number, _frame: told.append(number))
    while not told:
        wasyncore.loop(1.0, use_poll=True, map=sockets, count=1)
    for one in list(sockets.values()):
        one.accepting = False
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and any(_is_busy(one) for one in list(sockets.values())):
        wasyncore.loop(0.05, use_poll=True, map=sockets, count=1)
    server.task_dispatcher.shutdown()


def _is_busy(connection: Any) -> bool:
    """A request runs, or its answer has not left yet. Listening sockets have neither."""
    return bool(getattr(connection, "requests", None) or getattr(connection, "total_outbufs_len", 0))


if __name__ == "__main__":
    main()
