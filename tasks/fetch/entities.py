"""Entities in feeds: those of HTML and plain ones that the document declares; none that leads into others or elsewhere.

A declaration that refers to other entities can grow without bound (billion laughs), one with SYSTEM or PUBLIC reads
what the author names (XXE). Feeds need neither, so the document type declaration never reaches the XML parser.
"""

import re
from collections.abc import Mapping
from html.entities import html5

MAX_DECLARATION = 262_144  # characters of a document type declaration looked at; the DTD of RSS 0.91 has 8,000
MAX_DECLARED = 300  # entities; HTML's own are 253
MAX_VALUE = 200  # characters of a declared entity: namespaces, names, characters
MAX_GROWTH = 1_000_000  # characters that all references to declared entities together may add

XML_ENTITIES = frozenset({"amp", "lt", "gt", "quot", "apos"})

_DECLARATION = re.compile(
    r"<!ENTITY\s{1,50}(%?)\s{0,50}([A-Za-z_][\w.-]{0,60})\s{1,50}"
    r"(?:\"([^\"]{0,2000})\"|'([^']{0,2000})'|(SYSTEM|PUBLIC)\b)",
    re.IGNORECASE,
)
_REFERENCE_IN_VALUE = re.compile(r"[&%<]")
_CHARACTER_REFERENCE = re.compile(r"&#(?:x([0-9a-fA-F]{1,6})|([0-9]{1,7}));")
# An ampersand that XML does not know, with the name that may follow it.
_UNKNOWN = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#[0-9]{1,7}|#x[0-9a-fA-F]{1,6});)(?:([A-Za-z_][\w.-]{0,60});)?")


def declared_entities(declaration: str) -> tuple[Mapping[str, str], str]:
    """The plain entities of a document type declaration, and which one was refused ("" when none was)."""
    declared: dict[str, str] = {}
    refused = ""
    for match in _DECLARATION.finditer(declaration[:MAX_DECLARATION]):
        parameter, name, double, single, external = match.groups()
        if parameter or name in XML_ENTITIES:
            continue  # parameter entities serve the declaration alone: RSS 0.91 and XHTML bring theirs
        if external:
            refused = refused or f"{name!r} lies elsewhere"
        else:
            value = _CHARACTER_REFERENCE.sub(_character, single if double is None else double)
            if _REFERENCE_IN_VALUE.search(value):
                refused = refused or f"{name!r} contains others"
            elif len(value) <= MAX_VALUE and len(declared) < MAX_DECLARED:
                declared.setdefault(name, value)  # XML 1.0, 4.2: the first declaration is binding
    return declared, refused


def replace_entities(text: str, declared: Mapping[str, str]) -> str:
    """`text` with no entities left but XML's own; unknown ones and bare ampersands stand for themselves.

    CDATA sections stay as they are. Linear in the length of `text`.
    """
    if _UNKNOWN.search(text) is None:
        return text
    replacement = _Replacement(declared)
    parts: list[str] = []
    at = 0
    while at < len(text):
        start = text.find("<![CDATA[", at)
        end = text.find("]]>", start) if start >= 0 else -1
        if end < 0:
            start = end = len(text)
        parts.append(_UNKNOWN.sub(replacement, text[at:start]))
        parts.append(text[start:end])
        at = end
    return "".join(parts)


class _Replacement:
    """Called for each reference; counts how much the declared ones add."""

    def __init__(self, declared: Mapping[str, str]) -> None:
        self._declared = declared
        self._room = MAX_GROWTH

    def __call__(self, reference: re.Match[str]) -> str:
        name = reference[1]
        if name is None:
            return "&amp;"
        value = self._declared.get(name)
        if value is not None and len(value) <= self._room:
            self._room -= len(value)
        else:
            value = html5.get(f"{name};", reference[0])
        return value.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;").replace("'", "&apos;")


def _character(reference: re.Match[str]) -> str:
    code = int(reference[1], 16) if reference[1] else int(reference[2])
    return chr(code) if 0 < code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF else "\ufffd"
