"""``./run bench``: one and ten school years, served and measured beside a bare page. About three minutes."""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench import load, measures
from bench.measures import Setting
from bench.seed import Facts, seed
from bench.table import Table
from tests.serving import Served, free_port

ROOT = Path(__file__).parent.parent


def main() -> int:
    asked = arguments()
    load.require_wrk()
    folder = Path(tempfile.mkdtemp(prefix="bench-"))
    try:
        table = measure(folder, asked)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    sys.stdout.write(f"\n{table}\n\n")
    if table.missed:
        sys.stdout.write(f"{table.missed} not reached\n")
    return 1 if asked.strict and table.missed else 0


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./run bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=11, help="how often each page is measured (11)")
    parser.add_argument("--seconds", type=int, default=1, help="how long each time (1)")
    parser.add_argument("--strict", action="store_true", help="fail when a target is not reached")
    return parser.parse_args()


def measure(folder: Path, asked: argparse.Namespace) -> Table:
    say, table = measures.to_stderr, Table()
    facts = {}
    for years in (1, 10):
        say(f"writing a school of {years} years")
        facts[years] = seed(folder / f"school-{years}", years)
        table.note(f"posts and photos, {years} years", f"{facts[years].posts} and {facts[years].photos}")
    behind_proxy = {"SCHOOL_PROXIES": "1"}  # so that each family has an address of its own
    one = Served(folder / "school-1", **behind_proxy)
    ten = Served(folder / "school-10", **behind_proxy)
    with one, ten, bare_page(facts[1], folder) as (bare, pid):
        setting = Setting(folder, one, ten, bare, pid, facts, asked.rounds, asked.seconds)
        run(setting, table, say)
    say("")
    return table


def run(setting: Setting, table: Table, say: measures.Say) -> None:
    say("starting")
    table.most("ready", measures.ready(setting.ten), 2, "s", 2)
    time.sleep(3)
    table.most("memory, idle", measures.memory(setting.ten), 100, "MB")
    measures.speed(setting, table, say)
    table.most("memory after the load", max(map(measures.memory, (setting.one, setting.ten))), 160, "MB")
    say("counting")
    measures.others(setting, table)
    measures.questions(setting, table)
    measures.first_view(setting, table)
    say("writing")
    measures.posting(setting, table)
    measures.uploading(setting, table)
    table.most("memory after the photos", measures.memory(setting.ten), 160, "MB")


@contextmanager
def bare_page(facts: Facts, folder: Path) -> Iterator[tuple[str, int]]:
    """Serves the bare page; gives its address and its process."""
    port, ids = free_port(), ",".join(map(str, facts.first_page))
    command = [sys.executable, "-m", "bench.bare", str(Path(facts.folder) / "school.db"), ids, str(port)]
    with (folder / "bare.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log)
    try:
        _wait_for(f"http://127.0.0.1:{port}/")
        yield f"http://127.0.0.1:{port}", process.pid
    finally:
        process.terminate()
        process.wait()


def _wait_for(url: str) -> None:
    for _time in range(100):
        try:
            urllib.request.urlopen(url, timeout=2).close()
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"{url} does not answer")


if __name__ == "__main__":
    sys.exit(main())
