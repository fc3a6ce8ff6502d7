"""The machine's own addresses, and the small pages of the bottom bar."""

from __future__ import annotations

import json

import pytest
from flask import Flask

from tests.cast import Cast
from tests.client import Client, ClientOf


def test_health_says_nothing_about_people(cast: Cast, client: Client) -> None:
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.json is not None
    assert set(answer.json) == {"ok", "version", "schema", "database_writable", "free_megabytes"}


def test_the_manifest_and_its_icons(cast: Cast, client: Client) -> None:
    manifest = json.loads(client.get("/manifest.webmanifest").data)
    assert manifest["short_name"] == "De Proef"
    for icon in manifest["icons"]:
        answer = client.get(icon["src"])
        assert answer.status_code == 200
        assert answer.mimetype == "image/png"


def test_static_files_are_kept_for_a_year_and_old_addresses_are_gone(cast: Cast, app: Flask, client: Client) -> None:
    for name in ("all.css", "all.js", "icons/sprite.svg"):
        url = app.extensions["assets"].url(name)
        answer = client.get(url)
        assert answer.status_code == 200
        assert "immutable" in answer.headers["Cache-Control"]
        assert client.get(url.replace(url.split("/")[2], "000000000000")).status_code == 404


@pytest.mark.parametrize(
    "path",
    ["icons/make_icons.py", "css/order.txt", "../app.py", "..%2fapp.py", "icons", "/etc/passwd", "js/../../app.py"],
)
def test_only_what_is_meant_for_browsers_is_handed_out(cast: Cast, client: Client, path: str) -> None:
    assert client.get(f"/static/000000000000/{path}").status_code in (404, 308)
    with pytest.raises((FileNotFoundError, NotADirectoryError, IsADirectoryError)):
        client.application.extensions["assets"].get(path)


def test_the_service_worker_and_the_offline_page(cast: Cast, client: Client, client_of: ClientOf) -> None:
    assert client.get("/sw.js").mimetype == "text/javascript"
    page = client_of(cast.parent).get("/offline")
    assert "0123-456789" in page.text
    assert "Anna" not in page.text
    assert "csrf" not in page.text


def test_robots_stay_out(client: Client) -> None:
    assert client.get("/robots.txt").text == "User-agent: *\nDisallow: /\n"


@pytest.mark.parametrize("hue", ["360", "-1", "x", "1000000000"])
def test_a_colour_is_a_hue(cast: Cast, client: Client, hue: str) -> None:
    assert client.get("/accent/170.css").text == ":root{--h:170}"
    assert client.get(f"/accent/{hue}.css").status_code == 404


def test_the_phone_number_stands_where_it_is_needed(cast: Cast, client_of: ClientOf) -> None:
    browser = client_of(cast.parent)
    for path in ("/absences", "/conversations", "/more"):
        assert 'href="tel:0123-456789"' in browser.get(path).text
    assert "Noor" in browser.get("/absences").text
