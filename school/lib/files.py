"""The folder with photos and videos: nothing half, nothing outside it, never so full that the school stops.

An item is a folder `<first two characters of its public id>/<public id>/` with a few files. It appears in
one rename, after its bytes are safe on disk; the caller writes the row only then. So a crash leaves at worst
a folder without a row.
"""

import errno
import fcntl
import os
import re
import secrets
import shutil
import stat
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

PUBLIC_ID = re.compile(r"[A-Za-z0-9_-]{22}")
NAME = re.compile(r"[a-z][a-z0-9-]{0,30}\.[a-z0-9]{2,5}")
FULL = (errno.ENOSPC, errno.EDQUOT)
AT_ONCE = 500  # ids per question to the database


def write_private(file: Path, content: bytes) -> None:
    """A file for its owner only, from its first byte on, also where one with other rights was. Raises OSError."""
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.fchmod(handle, 0o600)
    with os.fdopen(handle, "wb") as opened:
        opened.write(content)


class DiskFull(Exception):
    """No room on the disk of the media folder, or less than must stay free."""


class MediaStore:
    """`floor`: bytes that uploads must leave free; `reserve`: bytes set aside for an emergency."""

    def __init__(self, root: Path, *, floor: int = 512 * 2**20, reserve: int = 64 * 2**20) -> None:
        self.root, self.floor, self.reserve = root, floor, reserve
        self._work = root / ".work"
        self._work.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._sweep_work()

    # Room

    def free(self) -> int:
        """Bytes that an ordinary process can still write."""
        disk = os.statvfs(self.root)
        return disk.f_bavail * disk.f_frsize

    def require_room(self, incoming: int) -> None:
        """Call before accepting `incoming` bytes; raises DiskFull when the floor would be touched."""
        self.restore_reserve()
        if self.free() - incoming < self.floor:
            raise DiskFull

    def release_reserve(self) -> None:
        """Gives the set-aside bytes back, so that deleting and the database can work on a full disk."""
        self._reserve_file.unlink(missing_ok=True)

    def restore_reserve(self) -> bool:
        """Sets the bytes aside again when there is room for that and to spare; whether they are there."""
        if self.reserve == 0 or self._reserve_file.exists():
            return True
        if self.free() - self.reserve < max(self.floor, self.reserve):
            return False
        try:
            _allocate(self._reserve_file, self.reserve)
        except OSError:
            self.release_reserve()
            return False
        return True

    @property
    def _reserve_file(self) -> Path:
        return self.root / ".reserve"

    # Items

    @contextmanager
    def workspace(self) -> Iterator[Path]:
        """A private folder on the same filesystem, gone afterwards; after a crash, gone at the next start.

        A disk that fills up inside comes out as DiskFull.
        """
        with _full_disk():
            folder, lock = self._new_workspace()
            try:
                yield folder
            finally:
                shutil.rmtree(folder, ignore_errors=True)
                os.close(lock)

    def keep(self, public_id: str, files: dict[str, Path]) -> None:
        """Moves the files into a new item: all of them or none, safe against a power cut when it returns.

        Raises FileExistsError when the id is taken, ValueError for an unfit id or name, DiskFull.
        """
        target = self._folder(public_id)
        if not files or not all(NAME.fullmatch(name) for name in files):
            raise ValueError("unfit file name")
        if target.exists():
            raise FileExistsError(public_id)
        with self.workspace() as work:
            item = work / "item"
            item.mkdir(mode=0o700)
            for name, file in files.items():
                _move_safely(file, item / name)
            _sync_folder(item)
            self._place(item, target)

    def find(self, public_id: str, name: str) -> Path:
        """The file of that name in that item; FileNotFoundError for everything else."""
        if not PUBLIC_ID.fullmatch(public_id) or not NAME.fullmatch(name):
            raise FileNotFoundError(errno.ENOENT, "no such media")
        file = self._folder(public_id) / name
        if not stat.S_ISREG(file.lstat().st_mode):
            raise FileNotFoundError(errno.ENOENT, "no such media")
        return file

    def discard(self, public_id: str) -> None:
        """Removes the item, at once and for good; no error when it was not there."""
        target = self._folder(public_id)
        with self.workspace() as work:
            try:
                target.rename(work / "gone")  # out of reach in one step, even when deleting takes long
            except FileNotFoundError:
                return
            _sync_folder(target.parent)

    # Comparing with the database

    def inventory(self) -> dict[str, dict[str, int]]:
        """Every item with its files and their sizes in bytes."""
        return {item.name: self.sizes(item.name) for item in sorted(self._items())}

    def sizes(self, public_id: str) -> dict[str, int]:
        """The files of one item and their sizes in bytes; nothing when it is not there."""
        try:
            return {file.name: file.stat().st_size for file in sorted(self._folder(public_id).iterdir())}
        except (OSError, ValueError):
            return {}

    def sweep(self, known: Callable[[list[str]], set[str]], older_than: float) -> list[str]:
        """Removes items without a row that have been there for `older_than` seconds; returns their ids."""
        now = self._now()
        old = [item.name for item in self._items() if now - item.stat().st_mtime >= older_than]
        removed = []
        for start in range(0, len(old), AT_ONCE):
            ids = old[start : start + AT_ONCE]
            removed += sorted(set(ids) - known(ids))
        for public_id in removed:
            self.discard(public_id)
        return removed

    def missing(self, public_ids: Iterable[str]) -> list[str]:
        """Those ids that have no files here: each is a row that promises what is not there."""
        return [public_id for public_id in public_ids if not self._present(public_id)]

    def _present(self, public_id: str) -> bool:
        try:
            return any(entry.is_file() for entry in self._folder(public_id).iterdir())
        except (OSError, ValueError):
            return False

    def _items(self) -> Iterator[Path]:
        for shard in self.root.iterdir():
            if shard.is_dir() and not shard.name.startswith("."):
                yield from (item for item in shard.iterdir() if PUBLIC_ID.fullmatch(item.name))

    def _folder(self, public_id: str) -> Path:
        if not PUBLIC_ID.fullmatch(public_id):
            raise ValueError("not a public id")
        return self.root / public_id[:2] / public_id

    def _place(self, item: Path, target: Path) -> None:
        if not target.parent.exists():
            target.parent.mkdir(mode=0o700, exist_ok=True)
            _sync_folder(self.root)
        item.rename(target)
        try:
            _sync_folder(target.parent)
        except OSError:  # not known to be safe, so not there
            shutil.rmtree(target, ignore_errors=True)
            raise

    # Workspaces

    def _new_workspace(self) -> tuple[Path, int]:
        """A folder that is locked while its process lives; the lock is what tells a stale one apart."""
        with _locked(self._work):
            folder = self._work / secrets.token_hex(8)
            folder.mkdir(mode=0o700)
            lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
            fcntl.flock(lock, fcntl.LOCK_EX)
        return folder, lock

    def _sweep_work(self) -> None:
        with _locked(self._work):
            for entry in self._work.iterdir():
                if entry.is_dir() and _is_abandoned(entry):
                    shutil.rmtree(entry, ignore_errors=True)

    def _now(self) -> float:
        """The time by the clock that stamps the files, which on a network disk is another machine's."""
        with self.workspace() as work:
            return work.stat().st_mtime


@contextmanager
def _full_disk() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            raise DiskFull from error
        raise


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _is_abandoned(folder: Path) -> bool:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(handle)
    return True


def _move_safely(file: Path, target: Path) -> None:
    """Into `target` with its bytes on the disk, by rename where possible."""
    try:
        file.rename(target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        shutil.copyfile(file, target)
    handle = os.open(target, os.O_RDONLY | os.O_NOFOLLOW)  # a link is not a photo
    try:
        os.fchmod(handle, 0o600)
        os.fsync(handle)
    finally:
        os.close(handle)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _allocate(file: Path, size: int) -> None:
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.posix_fallocate(handle, 0, size)
        os.fsync(handle)
    finally:
        os.close(handle)
