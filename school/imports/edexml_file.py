"""From the bytes of an upload to the elements the reader knows, and nothing else.

What ``READ`` does not name is never kept, not even for a moment: bsn, origin, address, photo and everything a vendor
adds are skipped while the file goes by. Names of elements are compared without prefix and without regard to case.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.sax import SAXException, SAXParseException  # only the exceptions: defusedxml does the reading
from xml.sax.handler import ContentHandler
from xml.sax.xmlreader import AttributesImpl, Locator

from defusedxml.common import DefusedXmlException
from defusedxml.expatreader import DefusedExpatParser

from school.lib.text import Refused, _, mark

LARGEST = 5 * 1024 * 1024
LONGEST = 500
"""Signs in one value; a name or a role is never that long."""
DEEPEST = 40
MOST = 30_000
"""Elements that are kept: some three thousand pupils."""

Shape = dict[str, "Shape"]

_TEXT: Shape = {}
_NAMES: Shape = dict.fromkeys(
    ("achternaam", "voorvoegsel", "voornamen", "voorletters-1", "voorletters", "roepnaam"), _TEXT
)
_ROLES: Shape = {"rol": _TEXT, "rolomschrijving": _TEXT}
_CROSS: Shape = {"samengestelde_groep": _TEXT}

READ: Shape = {
    "school": dict.fromkeys(
        ("schooljaar", "peildatum", "brincode", "dependancecode", "aanmaakdatum", "xsdversie"), _TEXT
    ),
    "groepen": {"groep": {"naam": _TEXT, "jaargroep": _TEXT}, "samengestelde_groep": {"naam": _TEXT}},
    "leerlingen": {
        "leerling": _NAMES
        | dict.fromkeys(("geboortedatum", "jaargroep", "groep", "instroomdatum", "uitstroomdatum"), _TEXT)
        | {"samengestelde_groepen": _CROSS}
        | _CROSS
    },
    "leerkrachten": {
        "leerkracht": _NAMES
        | {"emailadres": _TEXT}
        | _ROLES
        | {"groepen": {"groep": _ROLES, "samengestelde_groep": _ROLES}}
    },
}
"""All that is read, by place. A key is read of every element that is."""


@dataclass(slots=True)
class Element:
    name: str
    key: str
    line: int
    children: list[Element] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return tidy("".join(self.parts))

    def value(self, *choices: str) -> str:
        """The text of the first child with one of these names that says something; the choices in order."""
        said = (child.text for name in choices for child in self.children if child.name == name)
        return next((text for text in said if text), "")

    def each(self, parent: str, *choices: str) -> Iterator[Element]:
        """Grandchildren; a file may well hold the same block twice."""
        for block in self.children:
            if block.name == parent:
                yield from (child for child in block.children if child.name in choices)

    def below(self) -> Iterator[Element]:
        for child in self.children:
            yield child
            yield from child.below()


def tidy(text: str) -> str:
    """One form for one name: accents composed, space collapsed."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def opened(content: bytes) -> tuple[Element, bool]:
    """The EDEX element with what we read of it, and whether its encoding had to be guessed. Raises ``Refused``."""
    if len(content) > LARGEST:
        raise Refused(_("This file is larger than %(most)s MB. No school's EDEXML is that large.", most=LARGEST >> 20))
    _refuse_another_kind(content)
    text, guessed = _decoded(content)
    _refuse_a_text_or_a_page(text)
    return _parsed(text), guessed


# ── what kind of file it is ─────────────────────────────────────────────────────────────────────────────────────────

OFFICE = mark("This is an Excel or Word file. EDEXML is an XML file. Choose EDEXML when you export.")
OTHER_KINDS = (
    (re.compile(rb"%PDF"), mark("This is a PDF. EDEXML is an XML file. Choose EDEXML when you export.")),
    (re.compile(rb"PK\x03\x04(?s:.){0,4000}(\[Content_Types\]|xl/|mimetype)"), OFFICE),
    (re.compile(rb"\xd0\xcf\x11\xe0"), OFFICE),
    (re.compile(rb"PK|\x1f\x8b|Rar!|7z\xbc\xaf"), mark("This is a zip file. Unpack it and choose the XML file in it.")),
)


def _refuse_another_kind(content: bytes) -> None:
    if not content.strip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n"):
        raise Refused(_("This file is empty."))
    for start, sentence in OTHER_KINDS:
        if start.match(content):
            raise Refused(_(sentence))


def _refuse_a_text_or_a_page(text: str) -> None:
    start = text[:200].lstrip().lower()
    if start.startswith(("<!doctype html", "<html")):
        raise Refused(_("This is a web page. Perhaps you were logged out while exporting. Make the export again."))
    if start.startswith("<"):
        return
    if "\0" in text[:1000]:
        raise Refused(_("This is no EDEXML. EDEXML is an XML file. Choose EDEXML when you export."))
    raise Refused(_("This is a text file. Perhaps it is the older EDEX2000. Make an export of the kind EDEXML (XML)."))


# ── the encoding ────────────────────────────────────────────────────────────────────────────────────────────────────

DECLARED = re.compile(rb"\s*<\?xml[^>]{0,200}?\bencoding\s*=\s*[\"']([\w.:-]{1,40})[\"']")
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"<\0", "utf-16-le"),
    (b"\0<", "utf-16-be"),
)
KNOWN = {"utf-8": "utf-8", "utf8": "utf-8", "us-ascii": "utf-8", "ascii": "utf-8", "utf-16": "utf-8"}
"""A file that can be read far enough to see that it declares UTF-16 is not in UTF-16."""
WESTERN = frozenset(("iso-8859-1", "iso8859-1", "latin1", "latin-1", "windows-1252", "cp1252", "iso-8859-15"))


def _decoded(content: bytes) -> tuple[str, bool]:
    """The text, and whether it was in another encoding than it says."""
    codec = next((codec for mark_, codec in MARKS if content.startswith(mark_)), None) or _declared(content)
    if codec == "western":
        return _western(content), False
    try:
        return content.decode(codec), False
    except UnicodeDecodeError:
        return _western(content.removeprefix(codecs.BOM_UTF8)), True


def _declared(content: bytes) -> str:
    found = DECLARED.match(content)
    name = found[1].decode().lower() if found else "utf-8"
    if name in WESTERN:
        return "western"
    if name not in KNOWN:
        raise Refused(_("This file uses the encoding %(name)s. Make the export in UTF-8.", name=name))
    return KNOWN[name]


def _western(content: bytes) -> str:
    """What calls itself ISO-8859-1 is Windows-1252 in practice; the five places it leaves open are read as they are."""
    try:
        return content.decode("cp1252")
    except UnicodeDecodeError:
        return content.decode("latin-1")


# ── reading the XML ─────────────────────────────────────────────────────────────────────────────────────────────────


def _parsed(text: str) -> Element:
    body = text.lstrip()  # the standard forbids space before <?xml, exports have it
    parser = DefusedExpatParser(forbid_dtd=True)
    collector = _Collector(parser, lines_above=text.count("\n", 0, len(text) - len(body)))
    parser.setContentHandler(collector)
    try:
        parser.feed(body)
        parser.close()
    except DefusedXmlException:
        raise Refused(
            _("Line %(line)s holds a DTD. We do not open such files, for safety.", line=collector.line())
        ) from None
    except SAXParseException as problem:
        raise Refused(_broken(problem, collector.lines_above)) from None
    except SAXException:
        raise Refused(_("This file is not well-formed XML. Make the export again.")) from None
    assert collector.root is not None  # a document without a root is not well-formed
    return collector.root


def _broken(problem: SAXParseException, lines_above: int) -> str:
    return _(
        "The XML is broken on line %(line)s, at sign %(sign)s. Make the export again.",
        line=(problem.getLineNumber() or 1) + lines_above,
        sign=(problem.getColumnNumber() or 0) + 1,
    )


class _Collector(ContentHandler):
    """Keeps what ``READ`` names and counts its way through the rest."""

    def __init__(self, where: Locator, lines_above: int) -> None:
        super().__init__()
        self._where = where
        self.root: Element | None = None
        self.lines_above = lines_above
        self._open: list[tuple[Element, Shape]] = []
        self._skipped = 0
        self._kept = 0
        self._signs = 0

    def line(self) -> int:
        return (self._where.getLineNumber() or 1) + self.lines_above

    def startElement(self, name: str, attrs: AttributesImpl) -> None:  # noqa: N802
        local = _local(name)
        if self._skipped + len(self._open) >= DEEPEST:
            raise Refused(_("Line %(line)s is nested too deeply for EDEXML.", line=self.line()))
        if self.root is None:
            self._begin(local)
        elif self._skipped or local not in self._open[-1][1]:
            self._skipped += 1
        else:
            self._keep(local, attrs)

    def _begin(self, local: str) -> None:
        if local != "edex":
            raise Refused(
                _("This XML is no EDEXML: it begins with <%(name)s> and not with <EDEX>.", name=local[:40]),
            )
        self.root = Element(local, "", self.line())
        self._open.append((self.root, READ))

    def _keep(self, local: str, attrs: AttributesImpl) -> None:
        parent, shape = self._open[-1]
        self._kept, self._signs = self._kept + 1, 0
        if self._kept > MOST:
            raise Refused(_("This file holds more than one school has. Choose the EDEXML of your own school."))
        element = Element(local, self._short(_key(attrs)), self.line())
        parent.children.append(element)
        self._open.append((element, shape[local]))

    def characters(self, content: str) -> None:
        if self._skipped or not self._open:
            return
        element, shape = self._open[-1]
        if not shape:  # only what holds no elements holds a value
            self._signs += len(self._short(content))
            element.parts.append(content)

    def _short(self, value: str) -> str:
        if self._signs + len(value) > LONGEST:
            raise Refused(
                _("Line %(line)s holds more than %(most)s signs in one field.", line=self.line(), most=LONGEST)
            )
        return value

    def endElement(self, name: str) -> None:  # noqa: N802
        if self._skipped:
            self._skipped -= 1
        else:
            self._open.pop()


def _local(name: str) -> str:
    return name.rpartition(":")[2].casefold()


def _key(attrs: AttributesImpl) -> str:
    return next((attrs.getValue(name).strip() for name in attrs.getNames() if _local(name) == "key"), "")
