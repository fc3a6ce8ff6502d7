"""The child's side of a decoding process: limits on itself, then jobs as JSON lines until the parent is gone.

Started by school/lib/images_pool.py. Trusts nothing it is given to decode; is trusted by nobody.
"""

import errno
import json
import os
import queue
import resource
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any

Job = dict[str, Any]


class Bad(Exception):
    """The file cannot be taken; the code says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def serve(handle: Callable[[Job], Job], limits: dict[str, int]) -> None:
    """Answer jobs one by one; `limits`: memory, cpu, file_size, open_files, jobs (bytes, seconds, counts)."""
    answers = _quiet_stdout()
    _lock_in(limits)
    for number, job in enumerate(_jobs(), start=1):
        _allow_cpu(limits["cpu"])
        answer = json.dumps(_answer(handle, job)) + "\n"
        os.write(answers, answer.encode())
        if number == limits["jobs"]:
            return


def _answer(handle: Callable[[Job], Job], job: Job) -> Job:
    try:
        return {"ok": handle(job)}
    except Bad as bad:
        return {"bad": bad.code}
    except MemoryError:
        return {"bad": "memory"}
    except Exception as error:  # every decoder has its own exceptions, all of them mean the file is no good
        full = isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)
        return {"bad": "disk-full" if full else "broken"}


def _quiet_stdout() -> int:
    """Answers get a descriptor of their own: a library that prints must not be able to write one."""
    answers = os.dup(1)
    os.dup2(2, 1)
    return answers


def _lock_in(limits: dict[str, int]) -> None:
    os.umask(0o077)
    os.nice(10)  # pages go first: on two cores two decoders must not be felt
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _limit(resource.RLIMIT_CORE, 0)  # a core dump would be a child's photo on disk
    _limit(resource.RLIMIT_AS, limits["memory"])
    _limit(resource.RLIMIT_FSIZE, limits["file_size"])
    _limit(resource.RLIMIT_NOFILE, limits["open_files"])
    _limit(resource.RLIMIT_CPU, (limits["cpu"] + 1) * limits["jobs"] + 2)


def _limit(which: int, value: int) -> None:
    _, hard = resource.getrlimit(which)
    if hard != resource.RLIM_INFINITY:
        value = min(value, hard)
    resource.setrlimit(which, (value, value))


def _allow_cpu(seconds: int) -> None:
    """CPU time counts per process, so a warm child moves its soft limit along, photo by photo."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    used = usage.ru_utime + usage.ru_stime
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (min(int(used) + seconds + 1, hard), hard))


def _jobs() -> Iterator[Job]:
    """Jobs as they come in; the process ends at once when the parent's end of the pipe closes."""
    lines: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.stack_size(256 * 1024)
    threading.Thread(target=_listen, args=(lines,), daemon=True).start()
    while True:
        yield json.loads(lines.get())


def _listen(lines: "queue.SimpleQueue[bytes]") -> None:
    # A thread, so that a parent that was killed takes a busy decoder with it, too.
    for line in sys.stdin.buffer:
        lines.put(line)
    os._exit(0)
