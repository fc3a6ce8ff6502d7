"""Passwords: Argon2id, twelve signs at least, a blocklist, no composition rules (OWASP ASVS 5.0, 6.2)."""

from __future__ import annotations

import re

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from school.lib import names
from school.lib.text import Refused, _

SHORTEST, LONGEST = 12, 200

_hasher = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
_nobody = _hasher.hash("a person who does not exist takes as long to refuse")

_COMMON = (
    "wachtwoord", "welkom", "password", "geheim", "qwertyuiop", "asdfghjkl", "zxcvbnm", "qwerty", "azerty", "iloveyou",
    "letmein", "admin", "administrator", "beheerder", "school", "schoolplein", "basisschool", "nederland", "amsterdam",
    "rotterdam", "feyenoord", "ajax", "voetbal", "zomer", "winter", "lente", "herfst", "januari", "februari", "maart",
    "april", "juni", "juli", "augustus", "september", "oktober", "november", "december", "maandag", "dinsdag",
    "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag", "hallo", "inloggen", "changeme", "default", "trustno",
    "sunshine", "princess", "dragon", "monkey", "football", "baseball", "superman", "batman", "pokemon", "minecraft",
    "abc", "abcdef", "abcdefghij", "test", "demo", "gebruiker", "toegang", "lieverd", "schatje", "mama", "papa",
)  # fmt: skip


def hashed(password: str) -> str:
    return _hasher.hash(password)


def fits(password_hash: str | None, password: str) -> bool:
    """Whether the password is right. Takes as long for somebody without one, so that time tells nothing."""
    try:
        _hasher.verify(password_hash or _nobody, password)
    except (Argon2Error, InvalidHashError):
        return False
    return password_hash is not None


def outdated(password_hash: str) -> bool:
    return _hasher.check_needs_rehash(password_hash)


def require_good(password: str, own_words: tuple[str, ...] = ()) -> None:
    """Raises Refused for a password that is too short or too easy to guess. ``own_words``: name, address, school."""
    if len(password) < SHORTEST:
        raise Refused(_("Use at least %(least)s characters. A few words in a row is fine.", least=SHORTEST), "password")
    if len(password) > LONGEST:
        raise Refused(_("Use at most %(most)s characters.", most=LONGEST), "password")
    if is_common(password, own_words):
        raise Refused(_("This password is easy to guess. Choose a few words that do not belong together."), "password")


def is_common(password: str, own_words: tuple[str, ...] = ()) -> bool:
    """True when hardly anything is left without well-known words, own words, digits, repeats and rows of keys."""
    rest = names.fold(password)
    for word in sorted(_parts(own_words) | set(_COMMON), key=len, reverse=True):
        rest = rest.replace(word, "")
    rest = re.sub(r"[\W\d_]+", "", rest)
    rest = re.sub(r"(.)\1+", r"\1", rest)
    return len(rest) < 5 or len(set(rest)) < 4


def _parts(own_words: tuple[str, ...]) -> set[str]:
    found = {part for word in own_words for part in re.split(r"[\W_]+", names.fold(word))}
    return {part for part in found if len(part) >= 3}
