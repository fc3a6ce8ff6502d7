"""Style sheets, scripts and icons: joined, hashed and compressed once, kept in memory. No build step.

``static/css/order.txt`` and ``static/js/order.txt`` name the files that make up ``all.css`` and ``all.js``.
"""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
import re
from dataclasses import dataclass, field
from pathlib import Path

try:
    import brotli
except ImportError:  # pragma: no cover - comes with flask-compress; gzip does without it
    brotli = None

BUNDLES = {"all.css": "css", "all.js": "js"}
TYPES = {".js": "text/javascript", ".webmanifest": "application/manifest+json", ".svg": "image/svg+xml"}
PLAIN = re.compile(r"(?=.{1,200}$)[\w-][\w.-]*(/[\w-][\w.-]*)*", re.ASCII)
"""A path without empty parts, dots that lead elsewhere or hidden files."""
COMPRESSIBLE = ("text/", "image/svg+xml", "application/")


@dataclass
class Asset:
    content: bytes
    mimetype: str
    version: str
    _packed: dict[str, bytes] = field(default_factory=dict)

    def packed(self, accepted: str) -> tuple[bytes, str]:
        """The content in the best encoding the browser takes, and that encoding's name ("" for none)."""
        if len(self.content) < 600 or not self.mimetype.startswith(COMPRESSIBLE):
            return self.content, ""
        encoding = "br" if brotli and "br" in accepted else "gzip" if "gzip" in accepted else ""
        if encoding and encoding not in self._packed:
            self._packed[encoding] = (
                brotli.compress(self.content, quality=9) if encoding == "br" else gzip.compress(self.content, 9)
            )
        return (self._packed[encoding], encoding) if encoding else (self.content, "")


class Assets:
    def __init__(self, folder: Path, *, watch: bool = False) -> None:
        self.folder, self.watch = folder, watch
        self._found: dict[str, Asset] = {}

    def get(self, path: str) -> Asset:
        """Raises FileNotFoundError for what is not there or not meant for browsers."""
        if path not in self._found or self.watch:
            self._found[path] = self._read(path)
        return self._found[path]

    def url(self, path: str) -> str:
        return f"/static/{self.get(path).version}/{path}"

    def _read(self, path: str) -> Asset:
        content = self._bundle(BUNDLES[path]) if path in BUNDLES else self._file(path).read_bytes()
        suffix = Path(path).suffix
        mimetype = TYPES.get(suffix) or mimetypes.guess_type(path)[0] or "application/octet-stream"
        return Asset(content, mimetype, hashlib.sha256(content).hexdigest()[:12])

    def _bundle(self, kind: str) -> bytes:
        order = (self.folder / kind / "order.txt").read_text().split()
        joint = b"\n" if kind == "css" else b";\n"
        return joint.join((self.folder / name).read_bytes().rstrip() for name in order) + b"\n"

    def _file(self, path: str) -> Path:
        """One way to write each path: what is found is kept, so that a thousand ways would fill the memory."""
        if not PLAIN.fullmatch(path):
            raise FileNotFoundError(path)
        found = self.folder / path
        if not found.is_file() or found.suffix in ("", ".py", ".txt"):
            raise FileNotFoundError(path)
        return found
