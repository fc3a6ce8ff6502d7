"""Random names for things, and secrets of which only the hash is kept."""

import hashlib
import hmac
import secrets

ALPHABET = "23456789abcdefghjkmnpqrstvwxyz"
"""Thirty signs that cannot be mistaken for one another when read aloud."""


def public_id() -> str:
    """A name for what hangs on a person: 11 signs, 54 bits, easy to read aloud."""
    return "".join(secrets.choice(ALPHABET) for _ in range(11))


def media_id() -> str:
    """A name for a photo, film or document: 128 bits, 22 url-safe signs; one per use."""
    return secrets.token_urlsafe(16)


def secret() -> str:
    """A bearer secret (session, reset link): 256 bits."""
    return secrets.token_urlsafe(32)


def digest(token: str) -> str:
    """What the database keeps of a secret; 256 random bits need no slow hash."""
    return hashlib.sha256(token.encode()).hexdigest()


def sign(key: bytes, text: str) -> str:
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def same(one: str, other: str) -> bool:
    """Compares in constant time."""
    return hmac.compare_digest(one.encode(), other.encode())
