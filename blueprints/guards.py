"""What stands before every route and after every answer: host, origin, CSRF, body size, rate limits, headers."""

from __future__ import annotations

import ipaddress
import secrets
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, abort, current_app, g, request, session
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFProtect, generate_csrf

from blueprints import replies
from blueprints.counters import Counters
from blueprints.section import SMALL_BODY, UNSAFE, Entry, entry_of, me_or_none
from school import policy
from school.lib.config import Config

CONTENT_POLICY = (
    "default-src 'self'; img-src 'self' blob:; media-src 'self' blob:; object-src 'none'; base-uri 'none'; "
    "frame-ancestors 'none'; form-action 'self'"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()",
    "X-Frame-Options": "DENY",
}
LOOPBACK = {"localhost", "127.0.0.1", "::1"}

counted = Counters()
MOST_A_MINUTE = 12_000
"""Requests of one address: a whole school may come through one proxy, and a page may ask for eighty photos."""


class Csrf(CSRFProtect):
    """The token is masked anew in every page, so that compression tells nothing about it (BREACH)."""

    def _get_csrf_token(self) -> str | None:
        return unmask(super()._get_csrf_token() or "")


csrf = Csrf()


def init_app(app: Flask) -> None:
    app.before_request(_know_the_route)
    app.before_request(_trust_host)
    app.before_request(_refuse_other_sites)
    app.before_request(_limit_requests)
    csrf.init_app(app)
    app.after_request(_add_headers)


def require_sections(app: Flask) -> None:
    """Stops the start of a program with a route that does not say who may open it."""
    known = app.extensions.get("entries", {})
    for rule in app.url_map.iter_rules():
        if rule.endpoint not in known:
            raise RuntimeError(f"{rule.rule} ({rule.endpoint}) does not say who may open it")


def _know_the_route() -> ResponseReturnValue | None:
    entry = entry_of(request.endpoint)
    if request.endpoint and entry is None:
        abort(404)
    if entry is not None:
        if _is_large() and me_or_none() is None and entry.access is not policy.Access.PUBLIC:
            return replies.to_login()
        most = _largest_body(entry)
        request.max_content_length = most
        if request.content_length is not None and request.content_length > most:
            abort(413)
    return None


def _is_large() -> bool:
    return (request.content_length or 0) > SMALL_BODY


def _largest_body(entry: Entry) -> int:
    """Photos are unpacked only for who may send them."""
    welcome = not _is_large() or policy.admits(entry.access, me_or_none())
    return entry.max_body if welcome else min(SMALL_BODY, entry.max_body)


def _trust_host() -> None:
    """Links and redirects never follow a Host header somebody made up. A bare address cannot be made up usefully."""
    name = urlsplit(f"//{request.host}").hostname or ""
    config: Config = current_app.config["SCHOOL"]
    known = LOOPBACK | set(config.trusted_hosts) | {urlsplit(config.base_url).hostname}
    if name not in known and not _is_address(name):
        abort(400)


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _refuse_other_sites() -> None:
    """Fetch Metadata: a browser says itself that another site sent this."""
    if request.method in UNSAFE and request.headers.get("Sec-Fetch-Site", "same-origin") not in (
        "same-origin",
        "none",
    ):
        abort(403)


def _limit_requests() -> None:
    if counted.incr(f"requests of {request.remote_addr}", 60) > MOST_A_MINUTE:
        abort(429)


def _add_headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if current_app.config["SCHOOL"].https:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    if "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "no-store"
    return response


def mask(token: str) -> str:
    """``pad.token-xor-pad`` in hexadecimal: another text every time for the same token."""
    raw = token.encode()
    pad = secrets.token_bytes(len(raw))
    mixed = int.from_bytes(raw, "big") ^ int.from_bytes(pad, "big")
    return f"{pad.hex()}.{mixed.to_bytes(len(raw), 'big').hex()}"


def unmask(masked: str) -> str | None:
    pad, _dot, mixed = masked.partition(".")
    try:
        pairs = zip(bytes.fromhex(pad), bytes.fromhex(mixed), strict=True)
        return bytes(one ^ other for one, other in pairs).decode()
    except ValueError:
        return None


def csrf_token() -> str:
    """A freshly masked token for this response."""
    return mask(generate_csrf())


def new_csrf_secret() -> None:
    """After logging in or out an earlier token counts no longer."""
    session.clear()
    g.pop("csrf_token", None)


def proxy_options(config: Config) -> dict[str, Any]:
    """Forwarded addresses count only for the number of proxies that was set."""
    if not config.proxies:
        return {}
    return {
        "trusted_proxy": "*",
        "trusted_proxy_count": config.proxies,
        "trusted_proxy_headers": {"x-forwarded-for", "x-forwarded-proto"},
    }
