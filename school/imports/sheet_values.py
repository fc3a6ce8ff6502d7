"""One cell of a sheet as a value: an address, a telephone number, a day, yes or no, a language.

Each function gives the value and, when the cell says something that cannot be read, an English sentence about it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from school.lib import names
from school.lib.text import mark
from school.people import fold_address

NOTHING = {
    "",
    "-",
    "--",
    "?",
    "x",
    "geen",
    "nvt",
    "n.v.t.",
    "n.v.t",
    "onbekend",
    "unknown",
    "none",
    "n/a",
    "niet bekend",
}
"""What people write in a cell that they leave empty."""


def is_empty(cell: str) -> bool:
    return cell.strip().casefold() in NOTHING


# ── addresses ───────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Address:
    text: str
    """Folded when it is an address, else as it stood there."""
    wrong: str = ""
    """What is wrong with it: an English sentence with ``%(address)s``."""


_LOCAL = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_DOMAIN = re.compile(r"(?:[^\W_](?:[^\W_]|-(?!\.|$))*\.)+[^\W\d_]{2,}|(?:[^\W_](?:[^\W_]|-(?!\.|$))*\.)+xn--[a-z0-9-]+")
_BETWEEN = re.compile(r"\s*[/|&]\s*|\s+(?:en|of|and|or)\s+|\s+", re.IGNORECASE)


def addresses(cell: str) -> tuple[Address, ...]:
    """Every address of a cell, in order: ``"a@x.nl; B@x.nl"`` holds two, ``"Anne <a@x.nl>"`` one."""
    if is_empty(cell):
        return ()
    bracketed = re.findall(r"<\s*([^<>]*@[^<>]*?)\s*>", cell)
    parts = bracketed or [part for piece in re.split(r"[;,\n]+", cell) for part in _divided(piece)]
    found = [_address(part) for part in parts if part.strip() and not is_empty(part)]
    return tuple(dict.fromkeys(found))


def _divided(piece: str) -> list[str]:
    """Two addresses with a space or a word between them; any other space belongs to a mistake."""
    parts = [part for part in _BETWEEN.split(piece.strip()) if part]
    return parts if len(parts) > 1 and all("@" in part.strip("@") for part in parts) else [piece]


def _address(part: str) -> Address:
    text = re.sub(r"^mailto:", "", part.strip(), flags=re.IGNORECASE).strip("\"'.:()[] ")
    folded = fold_address(text)
    local, _at, domain = folded.partition("@")
    if not (wrong := _wrong(local, domain, folded)):
        return Address(folded)
    return Address(text, wrong)


def _wrong(local: str, domain: str, text: str) -> str:
    if "@" not in text:
        return mark("“%(address)s” is not an e-mail address: there is no @ in it.")
    if "@" in domain:
        return mark("“%(address)s” is not an e-mail address: it has more than one @.")
    if re.search(r"\s", text):
        return mark("“%(address)s” is not an e-mail address: there is a space in it.")
    if not local or not domain:
        return mark("“%(address)s” is not an e-mail address: a part is missing beside the @.")
    if "." not in domain:
        return mark("“%(address)s” is not an e-mail address: after the @ it ends too soon.")
    if not _LOCAL.fullmatch(local) or not _DOMAIN.fullmatch(domain) or len(text) > 254:
        return mark("“%(address)s” is not an e-mail address: look for a typing mistake.")
    return ""


# ── telephone numbers ───────────────────────────────────────────────────────────────────────────────────────────────

_SHORT_AREAS = {
    *("010", "013", "014", "015", "020", "023", "024", "026", "030", "033", "035", "036", "038", "040", "043", "045"),
    *("046", "050", "053", "055", "058", "070", "071", "072", "073", "074", "075", "076", "077", "078", "079"),
    *("082", "084", "085", "087", "088", "091", "097"),
}
_TWO_NUMBERS = re.compile(r"\s*(?:[/;,|\n]|\bof\b|\ben\b|\bor\b|\band\b)\s*", re.IGNORECASE)

UNREADABLE_PHONE = mark("“%(phone)s” is not a telephone number.")
SECOND_PHONE = mark("There are two numbers: “%(phone)s”. The first mobile one is used.")


def phone(cell: str) -> tuple[str, str]:
    """``"0612345678"``, ``"+31 (0)6 12345678"`` and Excel's ``"612345678"`` are all ``"06-12345678"``.

    Numbers of other countries keep their own groups.
    """
    if is_empty(cell):
        return "", ""
    if whole := _number(cell) or _number(cell.replace("/", " ")):
        return whole, ""
    numbers = [number for part in _TWO_NUMBERS.split(cell) if (number := _number(part))]
    if not numbers:
        return "", UNREADABLE_PHONE
    return next((number for number in numbers if is_mobile(number)), numbers[0]), SECOND_PHONE


def is_mobile(number: str) -> bool:
    """Dutch and personal; who has the same one is the same person."""
    return number.startswith("06-")


def _number(text: str) -> str:
    bare = re.sub(r"\(0\)|\([^\d()]*\)", "", text)  # "+31 (0)6 …", "06… (werk)"
    bare = re.sub(r"^\s*(?:(?:tel|mob|mobiel|telefoon)\b[.:]*)", "", bare, flags=re.IGNORECASE).strip()
    if not re.fullmatch(r"\+?[\d\s().\-–]+", bare):
        return ""
    digits = re.sub(r"\D", "", bare)
    abroad = bare.startswith("+") or digits.startswith("00")
    digits = digits.removeprefix("00") if not bare.startswith("+") else digits
    if re.fullmatch(r"310?[1-9]\d{8}", digits):
        return _dutch("0" + digits[2:].removeprefix("0"))
    if abroad:
        return _foreign(bare) if 8 <= len(digits) <= 15 else ""
    return _dutch(digits if digits.startswith("0") else f"0{digits}")


def _dutch(digits: str) -> str:
    if not re.fullmatch(r"0[1-9]\d{8}", digits):
        return ""
    area = 2 if digits.startswith("06") else 3 if digits[:3] in _SHORT_AREAS else 4
    return f"{digits[:area]}-{digits[area:]}"


def _foreign(text: str) -> str:
    """In its own groups, which we do not know."""
    return re.sub(r"^(?:\+|00)\s*", "+", " ".join(re.sub(r"[().\-–]", " ", text).split()))


# ── days ────────────────────────────────────────────────────────────────────────────────────────────────────────────

_MONTHS = ("jan", "feb", "mrt maa mar", "apr", "mei may", "jun", "jul", "aug", "sep", "okt oct", "nov", "dec")
_MONTH = {word: str(number) for number, words in enumerate(_MONTHS, start=1) for word in words.split()}
_DAY_FIRST = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4}|\d{2})")
_YEAR_FIRST = re.compile(r"(\d{4}|\d{2})[-/.](\d{1,2})[-/.](\d{1,2})")

UNREADABLE_DAY = mark("“%(day)s” is not a date. Write it as dd-mm-yyyy.")
SHORT_YEAR = mark("“%(day)s” can be read in two ways. Write the year with four digits.")
UNLIKELY_DAY = mark("“%(day)s” is an unlikely date of birth for a pupil.")
_PUPIL_AGES = range(2, 17)
"""Years of age, generously, of who is in a primary school."""


def birth_date(cell: str, today: date) -> tuple[date | None, str]:
    """dd-mm-yyyy, also with / or . or the name of the month, and yyyy-mm-dd; never month first."""
    text = re.sub(r"\s+\d{1,2}:\d\d.*$", "", cell.strip().casefold())
    if not text or is_empty(text):
        return None, ""
    text = re.sub(r"([a-z]{3})[a-z]*\.?", lambda word: _MONTH.get(word[1], word[0]), text)
    days = {day for day in (_day_first(text, today), _year_first(text, today)) if day}
    if len(days) != 1:
        return None, SHORT_YEAR if days else UNREADABLE_DAY
    day = days.pop()
    return day, "" if _age(day, today) in range(21) else UNLIKELY_DAY


def _day_first(text: str, today: date) -> date | None:
    found = _DAY_FIRST.fullmatch(text)
    return _day(found[3], found[2], found[1], today) if found else None


def _year_first(text: str, today: date) -> date | None:
    found = _YEAR_FIRST.fullmatch(text)
    return _day(found[1], found[2], found[3], today) if found else None


def _day(year: str, month: str, day: str, today: date) -> date | None:
    try:
        found = date(int(year) if len(year) == 4 else 2000 + int(year), int(month), int(day))
    except ValueError:
        return None
    return found if len(year) == 4 or _age(found, today) in _PUPIL_AGES else None


def _age(born: date, today: date) -> int:
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


# ── one of a few ────────────────────────────────────────────────────────────────────────────────────────────────────

_YES = {"ja", "j", "yes", "y", "1", "true", "waar", "met gezag", "wel", "heeft gezag", "gezag", "volledig"}
_NO = {"nee", "n", "no", "0", "false", "onwaar", "zonder gezag", "geen gezag", "niet", "neen"}
_LANGUAGES = {
    "nl": "nl",
    "nederlands": "nl",
    "dutch": "nl",
    "nld": "nl",
    "en": "en",
    "engels": "en",
    "english": "en",
} | {
    "eng": "en",
    "gb": "en",
    "uk": "en",
}

UNREADABLE_AUTHORITY = mark("“%(word)s” says neither yes nor no about parental authority.")
OTHER_LANGUAGE = mark("The site does not speak “%(word)s”. Dutch is used.")


def authority(cell: str) -> tuple[str, str]:
    """ "yes", "no" or "unknown". "Geen" is an answer here, not an empty cell."""
    word = names.fold(cell.strip()).strip(".")
    if word in _YES:
        return "yes", ""
    if word in _NO or word == "geen":
        return "no", ""
    return "unknown", "" if is_empty(cell) else UNREADABLE_AUTHORITY


def language(cell: str) -> tuple[str, str]:
    """One of the site's languages, or nothing."""
    word = names.fold(cell.strip())
    found = _LANGUAGES.get(word) or next(
        (_LANGUAGES[part] for part in re.split(r"[\s,/]+", word) if part in _LANGUAGES), ""
    )
    return found, "" if found or is_empty(cell) else OTHER_LANGUAGE
