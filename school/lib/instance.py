"""The instance folder: keys, lock, and the refusal to invent a new database where one was."""

from __future__ import annotations

import fcntl
import os
import secrets
from pathlib import Path
from typing import IO


class InstanceError(Exception):
    """A sentence for the administrator: what is wrong and what mends it."""


def prepare(instance: Path) -> None:
    """Makes the folder and its sub-folders, readable by its owner only."""
    for folder in (instance, instance / "media", instance / "backups", instance / "tmp"):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def secret_key(instance: Path) -> str:
    """The key that signs the browser's cookies; made once. It is not in the database nor in a backup of it."""
    path = instance / "secret.key"
    if not path.exists():
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(48))
    return path.read_text().strip()


def database(instance: Path) -> Path:
    return instance / "school.db"


def require_database(instance: Path) -> None:
    """Refuses to begin anew where a school has been: a lost disk must not look like a fresh start."""
    if (instance / "began").exists() and not database(instance).exists():
        raise InstanceError(
            f"{database(instance).name} is gone from {instance.name}/, but a school has been here. "
            "Put a backup back (instance/backups/), or choose an empty folder with SCHOOL_INSTANCE."
        )


def mark_begun(instance: Path) -> None:
    (instance / "began").touch(mode=0o600)


NETWORK = ("nfs", "cifs", "smb", "fuse.sshfs", "9p", "afpfs")


def network_disk(instance: Path, mounts: Path = Path("/proc/mounts")) -> str:
    """The kind of network file system the folder is on; empty for a disk of this machine.

    Locks and write-ahead logging cannot be trusted there: a database on such a disk gets damaged.
    """
    if not mounts.exists():
        return ""
    kind, longest = "", -1
    for line in mounts.read_text(encoding="utf-8", errors="replace").splitlines():
        _device, point, filesystem, *_rest = line.split()
        point = point.replace("\\040", " ")
        if instance.resolve().is_relative_to(point) and len(point) > longest:
            kind, longest = filesystem, len(point)
    return kind if kind.startswith(NETWORK) else ""


def lock(instance: Path) -> IO[str]:
    """Holds the folder for this process; a second one is refused. Keep the returned file open."""
    file = (instance / "lock").open("a+")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        file.close()
        raise InstanceError(
            f"Another Schoolplein is already running on {instance.name}/. Stop that one first."
        ) from error
    return file
