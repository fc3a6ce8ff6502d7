"""The media folder: all or nothing, nothing outside it, and room left when the disk fills up."""

import errno
import os
import secrets
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from school.lib import files
from school.lib.files import DiskFull, MediaStore
from school.lib.images import Studio
from school.lib.images_pool import ROOT
from tests.school import pictures

MB = 2**20
DAY = 24 * 3600


def new_id() -> str:
    return secrets.token_urlsafe(16)


@pytest.fixture
def store(tmp_path: Path) -> MediaStore:
    return MediaStore(tmp_path / "media", floor=0, reserve=0)


def keep(store: MediaStore, public_id: str, *names: str) -> None:
    with store.workspace() as work:
        for name in names:
            (work / name).write_bytes(name.encode() * 100)
        store.keep(public_id, {name: work / name for name in names})


def everything(store: MediaStore) -> list[str]:
    """All files below the folder, the reserve aside."""
    found = (path.relative_to(store.root) for path in store.root.rglob("*") if path.is_file())
    return sorted(str(path) for path in found if path.name != ".reserve")


def test_what_is_kept_is_found(store: MediaStore) -> None:
    public_id = new_id()
    keep(store, public_id, "small.webp", "large.jpg")
    found = store.find(public_id, "large.jpg")
    assert found == store.root / public_id[:2] / public_id / "large.jpg"
    assert found.read_bytes() == b"large.jpg" * 100
    assert found.stat().st_mode & 0o777 == 0o600
    assert found.parent.stat().st_mode & 0o777 == 0o700
    assert len(everything(store)) == 2
    with pytest.raises(FileNotFoundError):
        store.find(public_id, "medium.webp")
    with pytest.raises(FileNotFoundError):
        store.find(new_id(), "large.jpg")


def test_files_from_another_filesystem_are_copied(
    store: MediaStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rename = Path.rename

    def across(path: Path, target: Path) -> Path:
        if path == tmp_path / "a.jpg":
            raise OSError(errno.EXDEV, "other disk")
        return rename(path, target)

    (tmp_path / "a.jpg").write_bytes(b"a")
    monkeypatch.setattr(Path, "rename", across)
    public_id = new_id()
    store.keep(public_id, {"large.jpg": tmp_path / "a.jpg"})
    assert store.find(public_id, "large.jpg").read_bytes() == b"a"


@pytest.mark.parametrize(
    "public_id",
    [
        "",
        "..",
        "../../../../etc/passwd",
        "a" * 21,
        "a" * 23,
        "a" * 21 + "/",
        "a" * 21 + ".",
        "a" * 22 + "\n",
        "é" * 22,
    ],
)
def test_ids_that_are_none(store: MediaStore, public_id: str, tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"x")
    with pytest.raises(FileNotFoundError):
        store.find(public_id, "large.jpg")
    with pytest.raises(ValueError, match="public id"):
        store.keep(public_id, {"large.jpg": tmp_path / "x"})
    with pytest.raises(ValueError, match="public id"):
        store.discard(public_id)
    assert store.missing([public_id]) == [public_id]


@pytest.mark.parametrize(
    "name",
    [
        "",
        ".",
        "..",
        "../x.jpg",
        "a/b.jpg",
        "..\\x.jpg",
        "/etc/passwd",
        ".jpg",
        "large.jpg\n",
        "large.jpg\0",
        "LARGE.JPG",
        "a",
    ],
)
def test_names_that_are_none(store: MediaStore, name: str, tmp_path: Path) -> None:
    public_id = new_id()
    keep(store, public_id, "large.jpg")
    with pytest.raises(FileNotFoundError):
        store.find(public_id, name)
    (tmp_path / "x").write_bytes(b"x")
    with pytest.raises(ValueError, match="name"):
        store.keep(new_id(), {name: tmp_path / "x"})
    assert len(everything(store)) == 1


def test_links_are_neither_kept_nor_found(store: MediaStore, tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"s")
    (tmp_path / "link").symlink_to(tmp_path / "secret")
    with pytest.raises(OSError, match="symbolic"):
        store.keep(new_id(), {"large.jpg": tmp_path / "link"})
    public_id = new_id()
    keep(store, public_id, "large.jpg")
    (store.root / public_id[:2] / public_id / "small.jpg").symlink_to(tmp_path / "secret")
    with pytest.raises(FileNotFoundError):
        store.find(public_id, "small.jpg")
    assert (tmp_path / "secret").stat().st_mode & 0o777 != 0o600


def test_an_id_is_used_once(store: MediaStore, tmp_path: Path) -> None:
    public_id = new_id()
    keep(store, public_id, "large.jpg")
    (tmp_path / "x").write_bytes(b"x")
    with pytest.raises(FileExistsError):
        store.keep(public_id, {"large.jpg": tmp_path / "x"})
    assert store.find(public_id, "large.jpg").read_bytes() == b"large.jpg" * 100


def test_discard(store: MediaStore) -> None:
    public_id, other = new_id(), new_id()
    keep(store, public_id, "small.webp", "large.jpg")
    keep(store, other, "large.jpg")
    store.discard(public_id)
    store.discard(public_id)
    assert everything(store) == [f"{other[:2]}/{other}/large.jpg"]


def test_order_on_disk(store: MediaStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bytes, names, place, then the folder that shows it: what a power cut leaves is whole or absent."""
    steps: list[str] = []
    fsync, rename = os.fsync, Path.rename

    def noted_fsync(handle: int) -> None:
        steps.append("sync " + Path(os.readlink(f"/proc/self/fd/{handle}")).name)
        fsync(handle)

    def noted_rename(path: Path, target: Path) -> Path:
        steps.append("rename " + target.name)
        return rename(path, target)

    public_id = new_id()
    with store.workspace() as work:
        (work / "large.jpg").write_bytes(b"x")
        monkeypatch.setattr(os, "fsync", noted_fsync)
        monkeypatch.setattr(Path, "rename", noted_rename)
        store.keep(public_id, {"large.jpg": work / "large.jpg"})
    placed = ["sync media", f"rename {public_id}", f"sync {public_id[:2]}"]
    assert steps == ["rename large.jpg", "sync large.jpg", "sync item", *placed]


# Crashes

KILLED = """
import os, signal, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from school.lib.files import MediaStore
root, public_id, deadly = Path(sys.argv[2]), sys.argv[3], int(sys.argv[4])
store = MediaStore(root, floor=0, reserve=0)
step = 0
def count(real):
    def call(*args, **named):
        global step
        step += 1
        if step == deadly:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*args, **named)
    return call
with store.workspace() as work:
    for name in ("small.webp", "large.jpg"):
        (work / name).write_bytes(name.encode() * 1000)
    os.fsync, Path.rename, Path.mkdir = count(os.fsync), count(Path.rename), count(Path.mkdir)
    store.keep(public_id, {name: work / name for name in ("small.webp", "large.jpg")})
print("kept")
"""

STEPS = 11  # calls in keep() that change the disk


@pytest.mark.faults
@pytest.mark.parametrize("deadly", range(1, STEPS + 1))
def test_killed_at_every_step_leaves_all_or_nothing(tmp_path: Path, deadly: int) -> None:
    public_id = new_id()
    command = [sys.executable, "-c", KILLED, str(ROOT), str(tmp_path / "media"), public_id, str(deadly)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr
    store = MediaStore(tmp_path / "media", floor=0, reserve=0)
    whole = [f"{public_id[:2]}/{public_id}/{name}" for name in ("large.jpg", "small.webp")]
    assert everything(store) in ([], whole)
    assert store.missing([public_id]) == ([] if everything(store) else [public_id])


def test_the_steps_above_are_all_of_them(tmp_path: Path) -> None:
    command = [sys.executable, "-c", KILLED, str(ROOT), str(tmp_path / "media"), new_id(), str(STEPS + 1)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout == "kept\n"


def test_a_workspace_is_private_and_goes_away(store: MediaStore) -> None:
    with store.workspace() as work:
        assert work.stat().st_mode & 0o777 == 0o700
        assert work.stat().st_dev == store.root.stat().st_dev
        (work / "x").write_bytes(b"x")
        MediaStore(store.root, floor=0, reserve=0)  # as a command beside the running server does
        assert (work / "x").exists()
    assert not work.exists()
    with pytest.raises(RuntimeError), store.workspace() as work:
        raise RuntimeError
    assert not work.exists()


def test_a_stale_workspace_is_swept_at_the_next_start(store: MediaStore) -> None:
    stale = store.root / ".work" / "0123456789abcdef"
    stale.mkdir()
    (stale / "half.jpg").write_bytes(b"x")
    MediaStore(store.root, floor=0, reserve=0)
    assert not stale.exists()


def test_many_at_once(store: MediaStore) -> None:
    ids = [new_id() for _ in range(40)]
    threads = [threading.Thread(target=keep, args=(store, one, "large.jpg", "small.webp")) for one in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert store.missing(ids) == []
    assert len(everything(store)) == 80
    assert list((store.root / ".work").iterdir()) == []


# Comparing with the database


def test_sweep_removes_old_items_without_a_row(store: MediaStore) -> None:
    known, orphan, young = new_id(), new_id(), new_id()
    for public_id in (known, orphan, young):
        keep(store, public_id, "large.jpg")
    for public_id in (known, orphan):
        folder = store.root / public_id[:2] / public_id
        past = folder.stat().st_mtime - DAY - 60
        os.utime(folder, (past, past))
    asked: list[str] = []

    def rows(ids: list[str]) -> set[str]:
        asked.extend(ids)
        return {known} & set(ids)

    assert store.sweep(rows, DAY) == [orphan]
    assert sorted(asked) == sorted([known, orphan])
    assert store.missing([known, orphan, young]) == [orphan]
    assert store.sweep(rows, DAY) == []


def test_sweep_asks_in_portions_and_leaves_strangers_alone(store: MediaStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "AT_ONCE", 3)
    for _ in range(8):
        keep(store, new_id(), "large.jpg")
    (store.root / "lost+found").mkdir()
    (store.root / "@eaDir" / "thumb").mkdir(parents=True)  # a NAS puts these anywhere
    sizes: list[int] = []

    def rows(ids: list[str]) -> set[str]:
        sizes.append(len(ids))
        return set()

    assert len(store.sweep(rows, 0)) == 8
    assert sizes == [3, 3, 2]
    assert (store.root / "@eaDir" / "thumb").is_dir()


def test_missing_also_means_an_empty_folder(store: MediaStore) -> None:
    public_id = new_id()
    keep(store, public_id, "large.jpg")
    store.find(public_id, "large.jpg").unlink()
    assert store.missing(iter([public_id])) == [public_id]


# Room


def test_the_floor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = MediaStore(tmp_path, floor=100 * MB, reserve=0)
    monkeypatch.setattr(store, "free", lambda: 110 * MB)
    store.require_room(10 * MB)
    with pytest.raises(DiskFull):
        store.require_room(10 * MB + 1)


def test_the_reserve(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = MediaStore(tmp_path, floor=0, reserve=4 * MB)
    store.require_room(1)
    reserve = tmp_path / ".reserve"
    assert reserve.stat().st_blocks * 512 >= 4 * MB
    store.release_reserve()
    store.release_reserve()
    assert not reserve.exists()
    monkeypatch.setattr(store, "free", lambda: 7 * MB)
    assert not store.restore_reserve()
    assert not reserve.exists()
    monkeypatch.undo()
    assert store.restore_reserve()
    assert store.restore_reserve()


def test_free_is_what_the_disk_says(store: MediaStore) -> None:
    assert 0 < store.free() <= os.statvfs(store.root).f_frsize * os.statvfs(store.root).f_blocks


def full_at(call: str, number: int) -> Callable[[pytest.MonkeyPatch], None]:
    """Makes the number-th such call fail as on a full disk."""

    def patch(monkeypatch: pytest.MonkeyPatch) -> None:
        owner, name = (os, "fsync") if call == "fsync" else (Path, call)
        real, calls = getattr(owner, name), iter(range(1, 1000))

        def failing(*args: object, **named: object) -> object:
            if next(calls) == number:
                raise OSError(errno.ENOSPC, "No space left on device")
            return real(*args, **named)

        monkeypatch.setattr(owner, name, failing)

    return patch


@pytest.mark.parametrize("number", range(1, 6))
@pytest.mark.parametrize("call", ["fsync", "rename", "mkdir"])
def test_a_disk_that_fills_up_leaves_nothing_behind(
    store: MediaStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str, number: int
) -> None:
    sources = {name: tmp_path / name for name in ("small.webp", "large.jpg")}
    for file in sources.values():
        file.write_bytes(b"x")
    public_id = new_id()
    full_at(call, number)(monkeypatch)
    steps = {"fsync": 5, "rename": 3, "mkdir": 3}[call]
    if number > steps:
        store.keep(public_id, sources)
        assert len(everything(store)) == 2
        return
    with pytest.raises(DiskFull):
        store.keep(public_id, sources)
    monkeypatch.undo()
    assert everything(store) == []
    assert store.missing([public_id]) == [public_id]


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    """A real disk of 8 MB, where that can be had."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("mounting is not allowed here; the tests above pretend")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.mark.faults
def test_a_really_full_disk(tiny_disk: Path, tmp_path: Path) -> None:
    store = MediaStore(tiny_disk / "media", floor=MB, reserve=2 * MB)
    public_id = new_id()
    store.require_room(MB)
    assert (tiny_disk / "media" / ".reserve").stat().st_size == 2 * MB
    (tmp_path / "big").write_bytes(bytes(7 * MB))
    with pytest.raises(DiskFull):
        store.keep(public_id, {"video.mp4": tmp_path / "big"})
    with pytest.raises(DiskFull), store.workspace() as work:
        (work / "upload").write_bytes(bytes(7 * MB))
    assert everything(store) == []
    with pytest.raises(DiskFull):
        store.require_room(6 * MB)
    store.release_reserve()
    (tmp_path / "big").write_bytes(bytes(6 * MB))
    store.keep(public_id, {"video.mp4": tmp_path / "big"})
    assert store.missing([public_id]) == []
    assert not store.restore_reserve()
    store.discard(public_id)
    assert store.restore_reserve()


@pytest.mark.faults
def test_a_disk_that_fills_up_while_a_photo_is_developed(tiny_disk: Path, tmp_path: Path) -> None:
    (tmp_path / "photo.jpg").write_bytes(pictures.encoded(pictures.photo(1600, 1200)))
    store = MediaStore(tiny_disk / "media", floor=0, reserve=0)
    (tiny_disk / "ballast").write_bytes(bytes(store.free() - 64 * 1024))
    studio = Studio()
    with pytest.raises(DiskFull), store.workspace() as work:
        studio.develop(tmp_path / "photo.jpg", work)
    studio.close()
    assert everything(store) == []
