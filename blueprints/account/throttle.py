"""How often somebody may try a password: per account, per address and in all; a known device is never locked out.

Counted in memory: one process, and a restart is rare.
"""

from __future__ import annotations

from ipaddress import ip_address, ip_network

from flask import request
from limits import RateLimitItem, parse
from limits.strategies import MovingWindowRateLimiter

from blueprints import identity
from blueprints.counters import Counters
from school.lib import tokens
from school.people import Person, fold_address

_windows = MovingWindowRateLimiter(Counters())
PER_ACCOUNT = parse("8 per 15 minutes")
PER_DEVICE = parse("12 per 15 minutes")
PER_ADDRESS = parse("60 per 15 minutes")
"""A whole staff room shares one address."""
IN_ALL = parse("600 per 15 minutes")
MAILS_PER_ACCOUNT = parse("3 per hour")
MAILS_PER_ADDRESS = parse("20 per hour")
GUESSES = parse("10 per 15 minutes")
WRONG_CODES = parse("30 per 15 minutes")
"""Of invitations, from one address: an evening for parents shares one."""
WRONG_CODES_IN_ALL = parse("300 per 15 minutes")


def may_log_in(entered: str) -> bool:
    """Counts an attempt; whether it may be made. The same answer for accounts that do not exist."""
    account = fold_address(entered)
    if knows_device(account):
        return _hit(PER_DEVICE, "device", account)
    # The narrow limits first: what one address is refused does not use up what everybody shares.
    narrow = _hit(PER_ADDRESS, "login", _address()) and _hit(PER_ACCOUNT, "login", account)
    return narrow and _hit(IN_ALL, "login")


def may_ask_mail(entered: str) -> bool:
    return _hit(MAILS_PER_ADDRESS, "mail", _address()) and _hit(MAILS_PER_ACCOUNT, "mail", fold_address(entered))


def may_guess(what: str) -> bool:
    """For one-time codes and for passwords asked again."""
    return _hit(GUESSES, what, _address())


def may_try_code() -> bool:
    """Whether few enough wrong codes of invitations came from here, and in all. Right ones cost nothing."""
    return _windows.test(WRONG_CODES, "code", _address()) and _windows.test(WRONG_CODES_IN_ALL, "code")


def note_wrong_code() -> None:
    if _hit(WRONG_CODES, "code", _address()):
        _hit(WRONG_CODES_IN_ALL, "code")


def device_sign(person: Person) -> str:
    """What a browser keeps after logging in: it was here with this account before."""
    return tokens.sign(
        identity.secret_key(), f"device:{person.public_id}:{fold_address(person.email or person.login_name or '')}"
    )


def knows_device(account: str) -> bool:
    """Whether this browser has logged in to the entered account before; no database is asked."""
    kept = request.cookies.get(identity.cookie_name("device"), "")
    public_id, _dot, sign = kept.partition(".")
    return bool(sign) and tokens.same(sign, tokens.sign(identity.secret_key(), f"device:{public_id}:{account}"))


def device_cookie(person: Person) -> str:
    return f"{person.public_id}.{device_sign(person)}"


def forget_everything() -> None:
    """For tests: a fresh start."""
    _windows.storage.reset()


def _hit(limit: RateLimitItem, *key: str) -> bool:
    return _windows.hit(limit, *key)


def _address() -> str:
    """Where a request comes from; one household has a whole IPv6 network to choose addresses from."""
    given = request.remote_addr or "?"
    try:
        address = ip_address(given.partition("%")[0])
    except ValueError:
        return given
    if address.version == 4 or address.ipv4_mapped:
        return given
    return str(ip_network((address, 64), strict=False))
