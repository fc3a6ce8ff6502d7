"""What the machine needs to know, from ``instance/school.toml``; ``SCHOOL_*`` variables override it in containers.

The school's own settings (name, colour, rules) are in the database, with a page of their own.
"""

from __future__ import annotations

import difflib
import os
import tomllib
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

TEMPLATE = """\
# Schoolplein: what this machine needs to know. The school's own settings are on the page Beheer.
# Every line can also be given as a variable, for example SCHOOL_BASE_URL.

# The address people type, with https:// when a proxy or the NAS adds encryption. Links in mails begin with it.
base_url = "http://127.0.0.1:8000"

# Other names under which this machine may be reached, for example ["nas.local"].
trusted_hosts = []

# How many proxies stand in front (0: none). Forwarded addresses are believed only then.
proxies = 0

# Mail. While mail_server is empty, mails are printed on the console.
mail_server = ""
mail_port = 587
mail_security = "starttls"        # starttls, tls or none
mail_user = ""
mail_password = ""
mail_from = ""

# Space that uploads must leave free, in megabytes.
free_space_floor = 512

# Accept HEIC photos on the server; needs the pillow-heif package. Phones send JPEG by themselves.
heic = false
"""


class ConfigError(Exception):
    """A sentence for the administrator, naming the line and what to write instead."""


@dataclass(frozen=True)
class Config:
    base_url: str = "http://127.0.0.1:8000"
    trusted_hosts: tuple[str, ...] = ()
    proxies: int = 0
    mail_server: str = ""
    mail_port: int = 587
    mail_security: str = "starttls"
    mail_user: str = ""
    mail_password: str = ""
    mail_from: str = ""
    free_space_floor: int = 512
    heic: bool = False

    @property
    def https(self) -> bool:
        return self.base_url.startswith("https://")


def read(instance: Path, environ: dict[str, str] | None = None) -> Config:
    """Reads the file (written with comments when absent) and the variables; an unknown key is an error."""
    path = instance / "school.toml"
    if not path.exists():
        path.write_text(TEMPLATE, encoding="utf-8")
        path.chmod(0o600)
    try:
        written = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path.name}: {error}") from error
    _refuse_unknown(written)
    values = written | _from_environment(dict(os.environ) if environ is None else environ)
    return Config(**{name: _checked(name, value) for name, value in values.items()})


def _refuse_unknown(written: dict[str, Any]) -> None:
    known = [field.name for field in fields(Config)]
    for key in written:
        if key not in known:
            near = difflib.get_close_matches(key, known, n=1)
            hint = f" Did you mean {near[0]}?" if near else ""
            raise ConfigError(f"school.toml: {key} is not a known setting.{hint}")


def _from_environment(environ: dict[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for field in fields(Config):
        given = environ.get(f"SCHOOL_{field.name.upper()}")
        if given is not None:
            found[field.name] = _parsed(given, getattr(Config, field.name))
    return found


def _parsed(given: str, default: Any) -> Any:
    if isinstance(default, bool):
        return given.strip().lower() in ("1", "true", "yes", "on", "ja")
    if isinstance(default, int):
        return int(given) if given.strip().lstrip("-").isdigit() else given
    if isinstance(default, tuple):
        return [part.strip() for part in given.split(",") if part.strip()]
    return given


def _checked(name: str, value: Any) -> Any:
    default = getattr(Config, name)
    if isinstance(default, tuple) and isinstance(value, list):
        return tuple(value)
    if type(value) is not type(default):
        raise ConfigError(f"school.toml: {name} must be like {default!r}, not {value!r}.")
    if name == "base_url":
        return _address(value)
    if name == "mail_security" and value not in ("starttls", "tls", "none"):
        raise ConfigError(f"school.toml: mail_security must be starttls, tls or none, not {value!r}.")
    return value


def _address(value: str) -> str:
    if not value.startswith(("http://", "https://")):
        raise ConfigError(f"school.toml: base_url must begin with http:// or https://, not {value!r}.")
    return value.rstrip("/")
