"""What stands before every route: tokens, origins, hosts, sizes, errors; and the machine's own addresses."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask

from blueprints import guards, pages
from school import health
from school.feed import Comment
from school.lib import text
from school.lib.config import Config
from school.lib.db import db
from tests import factories, lint
from tests.cast import Cast
from tests.client import Client, ClientOf
from tests.house import make_app

# ── CSRF ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("token", [None, "wrong", "00.00", "zz.zz", "." * 10, "é.é", "a" * 5000])
def test_a_post_without_its_token_is_refused(cast: Cast, client_of: ClientOf, token: str | None) -> None:
    browser = client_of(cast.parent)
    browser.get("/account")
    assert browser.post("/account/language", {"language": "en"}, csrf=token).status_code == 400
    assert cast.parent.language == "nl"


def test_somebody_elses_token_is_refused(cast: Cast, client_of: ClientOf) -> None:
    mine, theirs = client_of(cast.parent), client_of(cast.mother)
    mine.get("/account")
    theirs.get("/account")
    assert mine.post("/account/language", {"language": "en"}, csrf=theirs.token).status_code == 400


def test_the_token_is_another_one_each_time_and_all_of_them_count(cast: Cast, client_of: ClientOf) -> None:
    browser = client_of(cast.parent)
    tokens = []
    for _page in range(3):
        browser.get("/account")
        tokens.append(browser.token)
    assert len(set(tokens)) == 3
    for token in tokens:
        assert browser.post("/reads", {"posts": ""}, csrf=token).status_code == 204


def test_masking_comes_undone() -> None:
    assert guards.unmask(guards.mask("a token")) == "a token"
    assert guards.mask("a token") != guards.mask("a token")


def test_every_post_route_wants_a_token(cast: Cast, app: Flask, client_of: ClientOf) -> None:
    browser = client_of(cast.director)
    browser.checks = False
    for rule in app.url_map.iter_rules():
        if "POST" in (rule.methods or ()):
            url = rule.rule.replace("<", "").replace(">", "")
            assert browser.post(url, {}, csrf=None).status_code == 400, rule.rule


# ── where it comes from ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("site", "code"), [("cross-site", 403), ("same-site", 403), ("same-origin", 204), ("none", 204)]
)
def test_other_sites_cannot_post(cast: Cast, client_of: ClientOf, site: str, code: int) -> None:
    browser = client_of(cast.parent)
    browser.get("/account")
    assert browser.post("/reads", {"posts": ""}, headers={"Sec-Fetch-Site": site}).status_code == code


def test_a_link_from_another_site_may_be_followed(cast: Cast, client_of: ClientOf) -> None:
    assert client_of(cast.parent).get("/calendar", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 200


@pytest.mark.parametrize(
    ("host", "code"),
    [
        ("localhost", 200),
        ("127.0.0.1:8000", 200),
        ("192.168.1.20", 200),
        ("evil.example", 400),
        ("localhost.evil.example", 400),
        ("[::1]:8000", 200),
    ],
)
def test_only_our_own_names_are_answered(cast: Cast, client: Client, host: str, code: int) -> None:
    client.checks = code == 200
    assert client.get("/login", headers={"Host": host}).status_code == code


def test_no_address_follows_the_host_header(cast: Cast, client: Client) -> None:
    client.get("/login", headers={"Host": "192.168.1.20"})
    assert client.get("/timeline", headers={"Host": "192.168.1.20"}).location.startswith("/")


# ── sizes ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_body_that_is_too_large_is_refused(cast: Cast, client_of: ClientOf) -> None:
    browser = client_of(cast.parent)
    browser.get("/account")
    answer = browser.post("/account/language", {"language": "x" * (1024 * 1024 + 1)})
    assert answer.status_code == 413
    assert "te groot" in answer.text


def test_so_is_one_that_does_not_say_how_large_it_is(cast: Cast, client_of: ClientOf) -> None:
    browser = client_of(cast.parent)
    browser.get("/account")
    post = factories.post(cast.teacher, [cast.five])
    answer = browser.open(
        f"/posts/{post.public_id}/comments",
        method="POST",
        input_stream=BytesIO(b"body=" + b"x" * (1024 * 1024 + 10)),
        environ_overrides={"wsgi.input_terminated": True, "CONTENT_TYPE": "application/x-www-form-urlencoded"},
    )
    assert answer.status_code in (400, 413)
    assert db.session.query(Comment).count() == 0


# ── errors ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "path", ["/nowhere", "/posts/", "/posts/x/y/z", "/admin/nowhere", "/static/../school.toml", "/.env", "/%00"]
)
def test_what_is_not_there_says_so(cast: Cast, client: Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert "Niet gevonden" in answer.text


def test_error_pages_show_the_phone_number(cast: Cast, client_of: ClientOf) -> None:
    browser = client_of(cast.parent)
    browser.get("/timeline")
    assert "0123-456789" in browser.get("/admin").text
    assert browser.get("/admin").status_code == 403


@pytest.mark.parametrize("code", [400, 403, 404, 413, 422, 429, 500, 503, 507])
@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_error_page_is_whole(app: Flask, code: int, language: str) -> None:
    with app.test_request_context("/"), text.speaking(language):
        answer = app.make_response(pages._page_of(code))
    assert answer.status_code == code
    assert lint.problems(answer.get_data(as_text=True), whole=True) == ()


def test_a_crash_tells_the_browser_nothing(
    app: Flask, cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: object) -> None:
        raise RuntimeError("the secret of the crash")

    monkeypatch.setattr(health, "state", fail)
    client.crashes = True
    answer = client.get("/healthz")
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text


# ── headers ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_with_https_cookies_and_headers_are_stricter(tmp_path: Path) -> None:
    app = make_app(tmp_path, Config(base_url="https://school.example"))
    browser = Client(app)
    browser.checks = False
    answer = browser.get("/robots.txt", base_url="https://school.example")
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000")
    assert app.config["SESSION_COOKIE_NAME"] == "__Host-state"
    assert app.config["SESSION_COOKIE_SECURE"] is True


def test_the_policy_allows_nothing_inline(cast: Cast, client: Client) -> None:
    policy = client.get("/login").headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    for rule in (
        "default-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "form-action 'self'",
    ):
        assert rule in policy
