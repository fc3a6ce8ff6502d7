"""The measurements, in the order of the table."""

from __future__ import annotations

import os
import re
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bench import inside, load, writing
from bench.browser import Browser
from bench.seed import Facts
from bench.table import Table
from tests.serving import Served

Say = Callable[[str], None]


@dataclass
class Setting:
    """Two schools and the bare page, all being served."""

    folder: Path
    one: Served
    ten: Served
    bare: str
    bare_pid: int
    facts: dict[int, Facts]
    rounds: int
    seconds: int


# ── how fast ────────────────────────────────────────────────────────────────────────────────────────────────────────


def speed(setting: Setting, table: Table, say: Say) -> None:
    """Every page once a round, so that what else the machine does hits all of them alike; medians of the rounds."""
    rates, cpu = _rates(setting, say)
    middle = {what: statistics.median(found) for what, found in rates.items()}
    ratios = {what: _ratio(rates[what], rates["bare"]) for what in rates}
    table.note("bare page", f"{middle['bare']:.0f} a second")
    table.least("timeline of one year ÷ bare page", ratios["one"], 0.5)
    table.least("timeline of ten years ÷ bare page", ratios["ten"], 0.5)
    table.least("timeline of ten years ÷ of one year", _ratio(rates["ten"], rates["one"]), 0.85)
    table.note("the same in processor time", f"{cpu['bare'] / cpu['one']:.2f} and {cpu['bare'] / cpu['ten']:.2f}")
    for what in ("one", "ten", "packed", "post", "login"):
        shown = f"{middle[what]:.0f} a second, × {ratios[what]:.2f}"
        table.note({"one": "timeline, one year", "ten": "timeline, ten years", "packed": "timeline, gzip",
                    "post": "one post", "login": "login page"}[what], shown)  # fmt: skip


def _ratio(rates: list[float], others: list[float]) -> float:
    return statistics.median(rate / other for rate, other in zip(rates, others, strict=True))


def _rates(setting: Setting, say: Say) -> tuple[dict[str, list[float]], dict[str, float]]:
    """Requests a second of every round, and the median seconds of processor time a request took."""
    one, ten = (_cookies(served, setting.facts[years]) for years, served in ((1, setting.one), (10, setting.ten)))
    post = _newest_post(setting.one, setting.facts[1])
    pages = {
        "bare": (f"{setting.bare}/", [], ""),
        "one": (f"{setting.one.url}/timeline", one, ""),
        "ten": (f"{setting.ten.url}/timeline", ten, ""),
        "packed": (f"{setting.one.url}/timeline", one, "gzip"),
        "post": (f"{setting.one.url}{post}", one[:1], ""),
        "login": (f"{setting.one.url}/login", [], ""),
    }
    server = dict.fromkeys(pages, setting.one.process.pid) | {
        "bare": setting.bare_pid,
        "ten": setting.ten.process.pid,
    }
    rates: dict[str, list[float]] = defaultdict(list)
    cpu: dict[str, list[float]] = defaultdict(list)
    for number in range(setting.rounds + 1):
        say(f"round {number} of {setting.rounds}" if number else "warming up")
        for what, (url, cookies, encoding) in pages.items():
            before = processor_time(server[what])
            rate = load.requests_a_second(setting.folder, url, cookies, setting.seconds, encoding)
            if number:
                rates[what].append(rate)
                cpu[what].append((processor_time(server[what]) - before) / rate)
    return rates, {what: statistics.median(found) for what, found in cpu.items()}


def processor_time(pid: int) -> float:
    """Seconds of the processor that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _cookies(served: Served, facts: Facts) -> list[str]:
    """Of families that have looked before, as a browser would send them."""
    families = [Browser(served.port, token) for token in facts.guardians]
    for family in families:
        if family.get("/timeline").status != 200:
            raise RuntimeError("a guardian does not get the timeline")
    return [family.cookie for family in families]


def _newest_post(served: Served, facts: Facts) -> str:
    page = Browser(served.port, facts.guardians[0]).get("/timeline").text
    return re.findall(r'<h3[^>]*><a href="(/posts/[^"]+)"', page)[0]


def others(setting: Setting, table: Table) -> None:
    """The first page of ten years for who see little or everything."""
    facts = setting.facts[10]
    for who, token in (("newcomer", facts.newcomer), ("teacher", facts.teacher), ("director", facts.director)):
        browser = Browser(setting.ten.port, token)
        took = statistics.median(browser.get("/timeline").seconds for _time in range(15))
        table.note(f"timeline of ten years, {who}", f"{took * 1000:.0f} ms")


# ── how much ────────────────────────────────────────────────────────────────────────────────────────────────────────


def questions(setting: Setting, table: Table) -> None:
    facts = setting.facts[10]
    few, many = inside.asked_for(facts, facts.guardians[0], (5, 50))
    table.yes("as many questions for 5 as for 50 posts", len(few) == len(many), f"{len(few)} and {len(many)}")
    lookers = (facts.guardians[0], facts.newcomer, facts.teacher, facts.director)
    scans = [step for token in lookers for step in inside.full_scans(facts, inside.asked_for(facts, token)[0])]
    table.yes("no walk through a whole table", not scans, scans[0][:22] if scans else "none")


def first_view(setting: Setting, table: Table) -> None:
    """HTML, style sheets, scripts and icons of the first look at the timeline, as a browser without HTTPS gets them."""
    browser = Browser(setting.one.port, setting.facts[1].guardians[0])
    page = browser.get("/timeline", **{"Accept-Encoding": "gzip"})
    table.yes("pages are compressed", page.headers.get("content-encoding") == "gzip", f"{len(page.body) / 1000:.1f} kB")
    linked = r'\s(?:href|src)="((?:/static/[^"#]+\.(?:css|js|svg)|/accent/[^"]+))["#]'
    parts = {path: len(browser.get(path, **{"Accept-Encoding": "gzip"}).body) for path in re.findall(linked, page.text)}
    table.most("first view", (len(page.body) + sum(parts.values())) / 1000, 60, "kB", 1)


def memory(served: Served) -> float:
    """Megabytes in use by the serving process."""
    status = Path(f"/proc/{served.process.pid}/status").read_text()
    found = re.search(r"VmRSS:\s+(\d+)", status)
    return int(found.group(1)) / 1024 if found else 0.0


def ready(served: Served, times: int = 3) -> float:
    """Median seconds from the command until the program answers; it is running afterwards."""
    took = []
    for _time in range(times):
        served.stop()
        took.append(served.start())
    return statistics.median(took)


# ── while others write ──────────────────────────────────────────────────────────────────────────────────────────────


def posting(setting: Setting, table: Table) -> None:
    table.most("a text post", writing.text_post(setting.ten.port, setting.facts[10].teacher), 30, "ms")
    with writing.write_lock(Path(setting.facts[10].folder)):
        began = time.perf_counter()
        answer = Browser(setting.ten.port, setting.facts[10].guardians[0]).get("/timeline")
        took = time.perf_counter() - began
    table.yes("reading waits for no writer", answer.status == 200 and took < 1, f"{took * 1000:.0f} ms")


def uploading(setting: Setting, table: Table) -> None:
    facts, content = setting.facts[10], writing.photo_of(12)
    with writing.Looking(setting.ten.port, facts.guardians[0]) as looking:
        took = writing.send_photos(setting.ten.port, facts.teacher, content)
    table.note("twenty 12-megapixel photos", f"{took:.1f} s")
    table.most("timeline meanwhile, 95 of 100", looking.percentile(95), 100, "ms")
    table.note("timeline meanwhile, middle and slowest",
               f"{looking.percentile(50):.0f} and {1000 * max(looking.seconds):.0f} ms")  # fmt: skip


def to_stderr(text: str) -> None:
    sys.stderr.write(f"\r{text:<60}")
