"""How people's names are folded, sorted and shown (DOMAIN §7): never title-cased, sorted on the core of the surname."""

import unicodedata

_SPECIAL = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ı": "i", "ß": "ss", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d"})


def fold(text: str) -> str:
    """Lower case without accents, for sorting and searching: ``"Ayşe Çelik"`` → ``"ayse celik"``."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign)).translate(_SPECIAL)


def sort_key(first: str, last: str) -> str:
    """Orders on the core surname, then on the first name; the prefix does not count and IJ is one letter (as Y)."""
    core = fold(last).replace("ij", "y") if fold(last).startswith("ij") else fold(last)
    return f"{core or fold(first)}, {fold(first)}"


def full(first: str, prefix: str, last: str) -> str:
    return " ".join(part for part in (first, prefix, last) if part)


def initials(first: str, last: str) -> str:
    """One or two letters for an avatar; IJ counts as one letter."""
    return (_initial(first) + _initial(last)).strip()


def _initial(word: str) -> str:
    stripped = word.lstrip("'’ ")
    return "IJ" if stripped.startswith("IJ") else stripped[:1].upper()
