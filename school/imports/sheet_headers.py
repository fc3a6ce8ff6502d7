"""Recognises the headers of a sheet: many spellings, one field each, and no guess where two could fit.

A header is folded and taken apart into whose it is (a child's, a guardian's), which guardian's (1–4) and what of it:
"E-mailadres ouder/verzorger 2" is guardian, 2, e-mail. Columns that are none of our business (a citizen service
number, an address) are known, and left unread.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from school.imports.sheet_fields import FIELDS, missing
from school.lib import names

_WHO = {
    word: who
    for who, words in {
        "child": "kind kinds kinderen leerling leerlingen pupil pupils child children student students",
        "guardian": "ouder ouders verzorger verzorgers verzorgende contactpersoon contact contactpersonen voogd"
        " opvoeder parent parents guardian guardians carer carers moeder vader mother father mama papa",
        "staff": "medewerker personeelslid leerkracht staff employee",
    }.items()
    for word in words.split()
}
_FIRST_OR_SECOND = {"moeder": 1, "mother": 1, "mama": 1, "vader": 2, "father": 2, "papa": 2}
"""A sheet with a column for either parent; the word itself is read as the relation."""
_FILLERS = {"van", "de", "het", "een", "of", "en", "the", "and", "s", "to", "tot", "with", "zijn", "haar"}
_ORDINALS = {"eerste": 1, "tweede": 2, "derde": 3, "vierde": 4}

_SPELLINGS: dict[str, tuple[str, ...]] = {
    "first": (
        "roepnaam|call name|callname|preferred name",
        "voornaam|first name|firstname|given name|forename|vnaam",
        "voornamen|first names|voorletters|voorletter|initialen|initials",
    ),
    "prefix": ("tussenvoegsel|tussenvoegsels|voorvoegsel|voorvoegsels|tv|tussenv|tussen|prefix|infix|name prefix",),
    "last": ("achternaam|familienaam|geslachtsnaam|last name|lastname|surname|family name|anaam",),
    "name": (
        "naam|name|volledige naam|full name|fullname|voor en achternaam|voor achternaam|naam volledig|first last name|",
    ),
    "birth_date": (
        "geboortedatum|geb datum|gebdatum|geboren|geboren op|geboorte datum|birth date|birthdate|date birth|born|dob",
    ),
    "number": (
        "leerlingnummer|leerlingnr|llnr|llnummer|ll nr|ll nummer|stamnummer|nummer|nr|number|no|id"
        "|leerlingnummers|leerlingnrs|nummers|numbers",
    ),
    "group": (
        "klasnaam|groep|groepsnaam|groepnaam|stamgroep|basisgroep|klas|group|group name|class|class name|classname"
        "|groep klas|klas groep|naam groep|naam klas|home group",
    ),
    "level": ("leerjaar|jaargroep|jaarlaag|year level|year|grade|year group",),
    "email": (
        "e mail|email|mail|e mailadres|emailadres|mailadres|e mail adres|email adres|mail adres|e mail address"
        "|email address|mail address|emailaddress|mailbox",
    ),
    "phone": (
        "mobiel|mobiele nummer|mobiel nummer|mobielnummer|mobiele telefoon|mobiel telefoonnummer|mobiele telefoonnummer"
        "|mobile|mobile number|mobile phone|mobile phone number|gsm|06|06 nummer|cell|cell phone",
        "telefoon|telefoonnummer|tel|telnr|tel nr|telefoonnr|telefoon nummer|telefoonnummers|phone|phone number"
        "|telephone|telephone number",
        "telefoon thuis|telefoon vast|vaste telefoon|huistelefoon|thuistelefoon|tel thuis|home phone|landline",
    ),
    "relation": ("relatie|relation|relationship|soort relatie|relatie type|relatietype|soort|rol|type",),
    "authority": (
        "gezag|ouderlijk gezag|heeft gezag|ouderlijk gezag ja nee|gezag ja nee|gezagdragend|gezaghebbend|authority"
        "|parental authority|custody|legal authority|has authority",
    ),
    "language": ("thuistaal|taal|moedertaal|voertaal|taal thuis|home language|language|preferred language",),
}
_STAFF_SPELLINGS: dict[str, tuple[str, ...]] = {
    name: _SPELLINGS[name] for name in ("first", "prefix", "last", "name", "email", "phone")
} | {
    "salutation": ("aanhef|aanspreekvorm|aanspreektitel|aanspreeknaam|juf meester|juf|salutation|title",),
    "role": ("rol|rollen|functie|functies|taak|taken|functieomschrijving|role|roles|function|position|job title",),
    "groups": ("groep|groepen|klas|klassen|stamgroep|groepsnaam|klasnaam|group|groups|class|classes",),
    "days": ("dagen|dag|werkdagen|werkdag|aanwezig|aanwezige dagen|days|day|working days|work days|workdays",),
}
_UNREAD = {
    word
    for words in (
        "bsn|burgerservicenummer|sofinummer|onderwijsnummer|eckid|eck id",
        "geslacht|gender|sex|m v|nationaliteit|nationality|geboorteplaats|geboorteland|birth place|birth country",
        "adres|address|straat|straatnaam|street|huisnummer|huisnr|toevoeging|postcode|zip|zip code|postal code",
        "woonplaats|plaats|city|town|land|country|godsdienst|gewicht|inschrijfdatum|uitschrijfdatum",
        "volgnummer|opmerking|opmerkingen|remarks|notes",
    )
    for word in words.split("|")
}
_ABOUT_CHILDREN = {"birth_date", "number", "group", "level"}
_ABOUT_GUARDIANS = {"email", "phone", "relation", "authority", "language"}
_NAMES = {"first", "prefix", "last", "name"}
_PLURAL = {"leerlingnummers", "nummers", "numbers", "leerlingnrs"}
_BARE = {"nummer", "nr", "number", "no", "id", "nummers", "numbers"}
"""A child's only when the header says so: most lists count their own rows."""


@dataclass(frozen=True, slots=True)
class Recognised:
    layout: str
    """"child": a row per child; "guardian": a row per guardian; "staff"."""
    mapping: dict[int, str]
    """Column → field."""
    unknown: tuple[int, ...]
    """Columns somebody has to look at."""
    missing: tuple[str, ...]
    """Fields without which the sheet says too little."""
    certain: bool
    """No mapping page is needed."""
    unread: tuple[int, ...] = ()
    """Columns that are known, and not ours to read."""


@dataclass(frozen=True, slots=True)
class _Column:
    index: int
    who: str = ""
    number: int = 0
    """Which guardian; 0 when the header does not say."""
    what: str = ""
    choice: int = 0
    """Of two columns for one field, the lower one is read."""
    plural: bool = False


def recognise(headers: Sequence[str]) -> Recognised:
    """The fields of a guardian sheet, in the layout its headers speak of."""
    read = [_understood(index, header, _GUARDIAN_PHRASES) for index, header in enumerate(headers)]
    layout, sure = _layout(read)
    return _recognised(headers, layout, [(column, _key(column, layout)) for column in read], sure)


def recognise_staff(headers: Sequence[str]) -> Recognised:
    read = [_understood(index, header, _STAFF_PHRASES) for index, header in enumerate(headers)]
    keyed = [(column, f"staff.{column.what}" if column.who in ("", "staff") else "") for column in read]
    return _recognised(headers, "staff", keyed, True)


def signature(headers: Sequence[str]) -> str:
    """The same for sheets with the same columns in the same order: a chosen mapping is remembered under it."""
    return hashlib.sha256("\x1f".join(map(folded, headers)).encode()).hexdigest()[:32]


def folded(header: str) -> str:
    """``"E-mailadres ouder/verzorger1"`` → ``"e mailadres ouder verzorger 1"``."""
    return " ".join(re.findall(r"\d+|[^\W\d_]+", names.fold(header)))


def relation_in(header: str) -> str:
    """ "moeder" of "E-mail moeder": a sheet with a column for either parent says the relation in its headers."""
    found = [word for word in folded(header).split() if word in _FIRST_OR_SECOND]
    return found[0] if len(found) == 1 else ""


# ── one header ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _phrases(spellings: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, int]]:
    return {
        phrase: (what, choice)
        for what, choices in spellings.items()
        for choice, phrases in enumerate(choices)
        for phrase in phrases.split("|")
    }


_GUARDIAN_PHRASES = _phrases(_SPELLINGS)
_STAFF_PHRASES = _phrases(_STAFF_SPELLINGS)


def _understood(index: int, header: str, phrases: dict[str, tuple[str, int]]) -> _Column:
    words = folded(header).split()
    if " ".join(words) in phrases.keys() - {"", *_BARE}:  # before the words are taken apart: "voor- en achternaam"
        what, choice = phrases[" ".join(words)]
        return _Column(index, what=what, choice=choice, plural=words[-1] in _PLURAL)
    whose = {_WHO[word] for word in words if word in _WHO}
    rest = [word for word in words if word not in _WHO and word not in _FILLERS]
    numbers = [found for word in rest if (found := _number(word))]
    phrase = " ".join(word for word in rest if not _number(word) and not (numbers and word in ("e", "ste")))
    if len(whose) > 1 or len(numbers) > 1 or not (whose or phrase) or (phrase in _BARE and whose != {"child"}):
        return _Column(index)
    what, choice = phrases.get(phrase, ("", 0))
    return _Column(index, "".join(whose), sum(numbers) or _parent(words), what, choice, phrase in _PLURAL)


def _number(word: str) -> int:
    return int(word) if re.fullmatch("[1-9]", word) else _ORDINALS.get(word, 0)


def _parent(words: Iterable[str]) -> int:
    found = {_FIRST_OR_SECOND[word] for word in words if word in _FIRST_OR_SECOND}
    return found.pop() if len(found) == 1 else 0


# ── all of them ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _layout(read: list[_Column]) -> tuple[str, bool]:
    """Whom a row is about, and whether the headers leave no doubt."""
    known = [column for column in read if column.what]
    if any(column.number and column.who != "child" for column in known):
        return "child", True
    if any(column.plural for column in known):
        return "guardian", True
    named = {column.who for column in known if column.what in _NAMES}
    if "guardian" in named:
        return "child", True
    if "child" in named:
        return "guardian", True
    if any(
        column.what in _ABOUT_CHILDREN - {"number"} or (column.what, column.choice) == ("first", 0) for column in known
    ):
        return "child", True
    if any(column.what in {"number", "relation", "authority"} for column in known):
        return "guardian", any(column.what == "number" for column in known)
    return "child", False


def _key(column: _Column, layout: str) -> str:
    """The field of a column in this layout, or nothing."""
    about = column.who
    if column.what in _ABOUT_CHILDREN:
        about = "" if about == "guardian" or column.number else "child"
    elif column.what in _ABOUT_GUARDIANS:
        about = "guardian" if about != "child" or column.what in {"relation", "authority"} else ""
    elif not about and column.what:
        about = "guardian" if column.number else layout
    if about == "child":
        return "" if column.number else f"child.{column.what}"
    if about != "guardian":
        return ""
    return f"guardian.{column.what}" if layout == "guardian" else f"guardian{column.number or 1}.{column.what}"


def _recognised(headers: Sequence[str], layout: str, keyed: list[tuple[_Column, str]], sure: bool) -> Recognised:
    chosen = _chosen(keyed, layout)
    mapping = dict(sorted((column, key) for key, column in _surname(chosen).items()))
    rest = [column for column, _key in keyed if column.index not in mapping]
    unread = tuple(
        column.index for column in rest if folded(headers[column.index]) in _UNREAD or _spare(column, mapping)
    )
    unknown = tuple(column.index for column in rest if column.index not in unread)
    lacking = missing(set(mapping.values()), layout)
    return Recognised(layout, mapping, unknown, lacking, sure and not unknown and not lacking, unread)


def _chosen(keyed: list[tuple[_Column, str]], layout: str) -> dict[str, int]:
    """One column a field: the best spelling, else the leftmost."""
    chosen: dict[str, int] = {}
    for column, key in sorted(keyed, key=lambda pair: (pair[0].choice, pair[0].index)):
        if key in FIELDS[layout]:
            chosen.setdefault(key, column.index)
    return chosen


def _surname(chosen: dict[str, int]) -> dict[str, int]:
    """Next to a first name or a prefix, "Naam" is the surname."""
    found = dict(chosen)
    for key in chosen:
        owner, _dot, what = key.partition(".")
        beside = {f"{owner}.first", f"{owner}.prefix"} & chosen.keys()
        if what == "name" and beside and f"{owner}.last" not in chosen:
            found[f"{owner}.last"] = found.pop(key)
    return found


def _spare(column: _Column, mapping: dict[int, str]) -> bool:
    """All first names, or initials, where the call name has its own column."""
    return column.what == "first" and column.choice > 1 and any(key.endswith(".first") for key in mapping.values())
