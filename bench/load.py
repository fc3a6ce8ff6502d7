"""wrk: many requests at once, and how many the server answers in a second."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

CONNECTIONS = 8

SCRIPT = """-- each request comes from the next family, at its own address: one address has a limit
local cookies, encoding, n = %s, %s, 0
request = function()
  n = n + 1
  wrk.headers["Cookie"] = cookies[n %% #cookies + 1]
  wrk.headers["X-Forwarded-For"] = "10.0." .. math.floor(n / 200) %% 20 .. "." .. n %% 200
  if encoding ~= "" then wrk.headers["Accept-Encoding"] = encoding end
  return wrk.format()
end
"""


def require_wrk() -> None:
    """Raises SystemExit with what to do when wrk is not there and cannot be installed."""
    if shutil.which("wrk"):
        return
    install = ["apt-get", "install", "-y", "--no-install-recommends", "wrk"]
    if not shutil.which("apt-get") or subprocess.run(install, check=False, capture_output=True).returncode:
        raise SystemExit(f"✗ wrk is needed; on Debian, as root: {' '.join(install)}")


def requests_a_second(folder: Path, url: str, cookies: list[str], seconds: int, encoding: str = "") -> float:
    """Raises RuntimeError when an answer was an error: a fast refusal is not a fast page."""
    script = folder / "wrk.lua"
    script.write_text(SCRIPT % ("{" + ",".join(map(json.dumps, cookies or [""])) + "}", json.dumps(encoding)))
    said = subprocess.run(
        ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "-s", str(script), url],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    if "Non-2xx" in said or "Socket errors" in said:
        raise RuntimeError(f"{url}: {said}")
    found = re.search(r"Requests/sec:\s+([\d.]+)", said)
    if found is None:
        raise RuntimeError(said)
    return float(found.group(1))
