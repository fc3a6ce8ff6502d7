"""Settings of the machine: written at the first start; every mistake is named, with what to write instead."""

from __future__ import annotations

from pathlib import Path

import pytest

from school.lib import config
from school.lib.config import Config, ConfigError


def read(folder: Path, written: str = "", **environ: str) -> Config:
    if written:
        (folder / "school.toml").write_text(written)
    return config.read(folder, environ)


def test_the_first_start_writes_a_file_that_reads_back(tmp_path: Path) -> None:
    assert read(tmp_path) == Config() == read(tmp_path)
    assert (tmp_path / "school.toml").stat().st_mode & 0o077 == 0


def test_every_setting_is_explained_in_the_file() -> None:
    for name in Config.__dataclass_fields__:
        assert f"\n{name} = " in config.TEMPLATE


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ('base_ur = "x"', "Did you mean base_url"),
        ("colour = 3", "colour is not a known setting"),
        ("base_url = 'school.nl'", "must begin with http"),
        ("proxies = 'one'", "proxies must be like 0"),
        ("proxies = true", "proxies must be like 0"),
        ("heic = 1", "heic must be like False"),
        ("mail_security = 'ssl'", "starttls, tls or none"),
        ("base_url = ", "school.toml"),
        ("mail_port = 25\nmail_port = 26", "school.toml"),
    ],
)
def test_a_mistake_is_named(tmp_path: Path, written: str, words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        read(tmp_path, written)


def test_variables_win(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        'base_url = "http://nas.local/"\nproxies = 1',
        SCHOOL_BASE_URL="https://school.example/",
        SCHOOL_TRUSTED_HOSTS="nas.local, nas",
        SCHOOL_HEIC="ja",
        SCHOOL_MAIL_PORT="25",
    )
    assert (found.base_url, found.https, found.proxies) == ("https://school.example", True, 1)
    assert (found.trusted_hosts, found.heic, found.mail_port) == (("nas.local", "nas"), True, 25)


def test_a_variable_that_does_not_fit_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="mail_port"):
        read(tmp_path, SCHOOL_MAIL_PORT="many")
