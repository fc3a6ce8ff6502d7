"""A child that does what a broken or taken-over decoder would do: the job says which."""

import json
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from school.lib.images_cage import Bad, Job, serve


def main(limits: str) -> None:
    serve(obey, json.loads(limits))


def obey(job: Job) -> Job:
    do = job.get("do") or Path(job["source"]).read_text()
    return {"said": DEEDS[do](job)}


def greet(_: Job) -> int:
    return os.getpid()


def look_around(_: Job) -> Job:
    limits = {name: resource.getrlimit(getattr(resource, "RLIMIT_" + name)) for name in ("AS", "CORE", "FSIZE")}
    return {
        "environment": dict(os.environ),
        "descriptors": sorted(os.readlink(f"/proc/self/fd/{fd}") for fd in range(64) if _is_open(fd)),
        "nice": os.nice(0),
        "group": os.getpgrp() == os.getpid(),
        "folder": os.getcwd(),
        "modules": sorted(sys.modules),
        "limits": limits,
    }


def _is_open(fd: int) -> bool:
    try:
        os.fstat(fd)
    except OSError:
        return False
    return True


def loop(_: Job) -> None:
    while True:
        pass


def burn(_: Job) -> float:
    """0.6 s of CPU: less than a second's limit, but not for ever."""
    end = time.process_time() + 0.6
    while time.process_time() < end:
        pass
    return time.process_time()


def sleep(_: Job) -> None:
    time.sleep(60)


def hog(_: Job) -> int:
    return len(bytearray(2**30))


def crash(_: Job) -> None:
    os.kill(os.getpid(), signal.SIGSEGV)


def leave(_: Job) -> None:
    os._exit(0)


def refuse(_: Job) -> None:
    raise Bad("vector")


def invent(_: Job) -> None:
    raise Bad("<script>")


def chatter(_: Job) -> str:
    print('{"ok": "forged"}', flush=True)
    os.write(1, b'{"ok": "forged"}\n')
    return "honest"


def flood(_: Job) -> str:
    return "x" * 10**6


def write_much(job: Job) -> None:
    with open(job["file"], "wb") as file:
        file.write(bytes(2**22))


def leave_somebody(job: Job) -> None:
    """Starts a process that would outlive the child, tells its id in a file's name, and hangs."""
    process = subprocess.Popen(["sleep", "60"])
    Path(job["file"]).write_text(str(process.pid))
    time.sleep(60)


DEEDS: dict[str, Callable[[Job], object]] = {
    "greet": greet,
    "look around": look_around,
    "loop": loop,
    "burn": burn,
    "sleep": sleep,
    "hog": hog,
    "crash": crash,
    "leave": leave,
    "refuse": refuse,
    "invent": invent,
    "chatter": chatter,
    "flood": flood,
    "write much": write_much,
    "leave somebody": leave_somebody,
}


def forge(do: str, into: Path) -> Job:
    """What a child that was taken over might leave and say, for a Studio's eyes."""
    saved = _each("jpeg", 10)
    for name in saved:
        (into / f"{name}.jpg").write_bytes(b"\xff\xd8\xff whatever")
    answer: Job = {"width": 10, "height": 10, "colour": "#123456", "saved": saved}
    FORGERIES[do](into, answer)
    return {"ok": answer}


def _each(kind: str, width: object) -> Job:
    return {name: [kind, width, 10] for name in ("small", "medium", "large")}


def _symlink(into: Path, _: Job) -> None:
    (into / "large.jpg").unlink()
    (into / "large.jpg").symlink_to(into / "secret")


def _hard_link(into: Path, _: Job) -> None:
    (into / "large.jpg").unlink()
    os.link(into / "secret", into / "large.jpg")


def _page(into: Path, _: Job) -> None:
    (into / "small.jpg").write_bytes(b"<script>alert(1)</script>")


def _absent(into: Path, _: Job) -> None:
    (into / "small.jpg").unlink()


def _says(key: str, value: object) -> Callable[[Path, Job], None]:
    return lambda _, answer: answer.__setitem__(key, value)


FORGERIES: dict[str, Callable[[Path, Job], None]] = {
    "nothing wrong": lambda _, __: None,
    "a symbolic link": _symlink,
    "a hard link": _hard_link,
    "a page": _page,
    "no file": _absent,
    "style in the colour": _says("colour", "red;background:url(//x)"),
    "no colour": _says("colour", None),
    "another kind": _says("saved", _each("svg", 10)),
    "too wide": _says("saved", _each("jpeg", 10**6)),
    "text for a width": _says("saved", _each("jpeg", "10")),
    "a list": _says("saved", []),
}
