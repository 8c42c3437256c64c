"""A tree from XML that is none: cut, unclosed, with stray tags, bare attributes, undeclared prefixes, HTML in between.

One pass over the text, linear in its length. An end tag closes what it names and everything opened since; one that
names nothing is ignored; entries do not nest, so the start of one ends the one before.
"""

import html
import re
from dataclasses import dataclass
from functools import lru_cache

from lxml import etree

from tasks.fetch.vocabulary import EXTENSIONS

MAX_MARKS = 500_000  # of `<` that are read, 5 to 15 microseconds each; an entry has 10 to 25
MAX_DEPTH = 100  # elements in each other; deeper ones are left out, their text is kept
MAX_ATTRIBUTES = 100  # of an element
MAX_TAG = 16_384  # characters of a tag that are read for attributes
MAX_NAMESPACES = 200  # in scope

_NAME = r"[A-Za-z_][A-Za-z0-9._-]{0,80}"
_TAG = re.compile(
    rf"<(/?)((?:{_NAME}:)?{_NAME})(?=[\s/>])((?:[^<>\"']++|\"[^\"<]*+\"|'[^'<]*+')*+)>"  # `>` may stand in quotes
    rf"|<(/?)((?:{_NAME}:)?{_NAME})(?=[\s/>])([^<>]*+)>"  # a quote that is never closed
)
_ATTRIBUTE = re.compile(rf"((?:{_NAME}:)?{_NAME})\s{{0,20}}=\s{{0,20}}(?:\"([^\"]*+)\"|'([^']*+)'|([^\s\"'>]++))")
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

_CONTAINERS = frozenset("rss rdf channel feed urlset sitemapindex items".split())
# Hold text alone: where the next field starts, they have ended.
_LEAVES = frozenset(
    """
    title link guid id pubdate published updated issued modified created language ttl loc lastmod changefreq priority
    category comments creator date name email uri generator copyright docs managingeditor webmaster lastbuilddate
    publication_date keywords origlink
    """.split()
)
# Hold markup that may be left open; what follows them in an entry and is no HTML ends them.
_TEXTS = frozenset({"title", "description", "summary", "content", "encoded", "subtitle", "tagline"})
_FIELDS = _LEAVES | _TEXTS | {"author", "enclosure"}
_NO_HTML = frozenset("guid pubdate published updated issued modified loc lastmod creator origlink".split())
_VOID = frozenset({"br", "hr", "img", "input", "meta", "wbr"})  # of HTML: never closed


@dataclass(frozen=True, slots=True)
class Repaired:
    element: etree._Element
    cut: str  # where the document ends too early; "" when it does not


def repair(text: str, entry_name: str) -> Repaired:
    """The tree of a text that starts with its root element. An entry in which the text ends is left out."""
    reading = _Reading(entry_name)
    at = _read_tags(text, reading)
    rest = "" if reading.left_out else text[at:]
    if reading.is_open and rest.lstrip().startswith("</"):
        reading.end_all_but_entry()  # all that is missing is the rest of the last tag
    else:
        reading.characters(rest)
    return reading.finish()


def _read_tags(text: str, reading: "_Reading") -> int:
    """Hand everything up to the last tag to `reading`; returns where that ends."""
    at = search_from = 0
    marks = 0
    unclosed: set[str] = set()  # openings whose end does not come any more: looked for once
    while (start := text.find("<", search_from)) >= 0 and marks < MAX_MARKS and not reading.finished:
        marks += 1
        if text.startswith("<![CDATA[", start):
            reading.characters(text[at:start])
            end = text.find("]]>", start)
            reading.plain(text[start + 9 : end if end >= 0 else len(text)])
            at = search_from = end + 3 if end >= 0 else len(text)
        elif text.startswith(("<!", "<?"), start):
            end = _end_of_declaration(text, start, unclosed)
            reading.characters(text[at:start])
            at = search_from = end
        elif match := _TAG.match(text, start):
            reading.characters(text[at:start])
            slash, name, rest = match.group(1, 2, 3) if match[2] else match.group(4, 5, 6)
            if slash:
                reading.end(name)
            else:
                reading.start(name, rest)
            at = search_from = match.end()
        else:
            search_from = start + 1  # a bare `<`, or a tag that the text ends in
    if marks == MAX_MARKS:
        reading.left_out = f"only its first {MAX_MARKS:,} tags are read"
    return at


def _end_of_declaration(text: str, start: int, unclosed: set[str]) -> int:
    for opening, closing in (("<!--", "-->"), ("<?", "?>"), ("<!", ">")):
        if text.startswith(opening, start):
            if opening not in unclosed and (end := text.find(closing, start + len(opening))) >= 0:
                return end + len(closing)
            unclosed.add(opening)
            return start + len(opening)
    raise AssertionError("only called at a declaration")


@dataclass(slots=True)
class _Open:
    name: str  # as written, lower case
    local: str
    element: etree._Element
    namespaces: dict[str, str]


class _Reading:
    def __init__(self, entry_name: str) -> None:
        self._pending: list[str] = []  # text since the last tag
        self._last: etree._Element | None = None  # the child that closed last, in the element that is open
        self._stack: list[_Open] = []
        self._entry_name = entry_name
        self._entry_at = 0  # depth of the open entry, 0: none
        self._holder_at = 1  # depth of what holds the entries
        self._root: etree._Element | None = None
        self.finished = False
        self.left_out = ""  # why the rest is not read

    @property
    def is_open(self) -> bool:
        return bool(self._stack)

    def characters(self, text: str) -> None:
        """Text with references."""
        self.plain(html.unescape(text) if "&" in text else text)

    def plain(self, text: str) -> None:
        if self._stack and text:
            self._pending.append(_ILLEGAL.sub("", text))

    def _place_text(self) -> None:
        if self._pending:
            text = "".join(self._pending)
            self._pending.clear()
            if self._last is None:
                self._stack[-1].element.text = text
            else:
                self._last.tail = text

    def start(self, written: str, rest: str) -> None:
        prefix, _, local = written.rpartition(":")
        name, low = written.lower(), local.lower()
        is_entry = low == self._entry_name and prefix.lower() not in EXTENSIONS
        self._close_before(low, is_entry=is_entry)
        if len(self._stack) >= MAX_DEPTH or (self._root is None and self._stack):
            return
        attributes = _attributes(rest)
        namespaces = _scope(self._stack[-1].namespaces if self._stack else {}, attributes)
        element = etree.Element(_qualified(prefix, local, namespaces), _named(attributes, namespaces))
        if self._root is None:
            self._root = element
        else:
            self._place_text()
            self._stack[-1].element.append(element)
        self._last = None
        self._stack.append(_Open(name, low, element, namespaces))
        if is_entry and not self._entry_at:
            self._entry_at = len(self._stack)
            self._holder_at = max(self._entry_at - 1, 1)
        if rest.endswith("/") or low in _VOID:
            self._pop()
        self.finished = not self._stack  # a root without content: nothing is listed behind it

    def _close_before(self, local: str, *, is_entry: bool) -> None:
        """Close what the start of this element ends."""
        if is_entry:
            while len(self._stack) > 1 and self._stack[-1].local not in _CONTAINERS:
                self._pop()
        elif local in _NO_HTML and self._is_in_text:
            self._pop_to(self._entry_at)
        if len(self._stack) > 1 and local in _FIELDS and self._stack[-1].local in _LEAVES:
            self._pop()

    @property
    def _is_in_text(self) -> bool:
        return 0 < self._entry_at < len(self._stack) and self._stack[self._entry_at].local in _TEXTS

    def end(self, written: str) -> None:
        name = written.lower()
        floor = self._entry_at if name.rpartition(":")[2] not in _CONTAINERS else 0
        for depth in range(len(self._stack), max(floor, 1) - 1, -1):
            if self._stack[depth - 1].name == name:
                self._pop_to(depth - 1)
                break
        if not self._stack:
            self.finished = True

    def _pop_to(self, depth: int) -> None:
        while len(self._stack) > depth:
            self._pop()

    def _pop(self) -> None:
        self._place_text()
        self._last = self._stack.pop().element
        if len(self._stack) < self._entry_at:
            self._entry_at = 0

    def end_all_but_entry(self) -> None:
        if not self._entry_at:
            self._pop_to(0)

    def finish(self) -> Repaired:
        """The tree, without an entry that was still open. It is cut where more entries could have followed."""
        cut = self.left_out
        unfinished = self._stack[self._entry_at - 1].element if self._entry_at else None
        if unfinished is not None:
            cut = cut or "it ends inside an entry"
        elif len(self._stack) >= self._holder_at:
            cut = cut or "it ends before the end of " + self._stack[self._holder_at - 1].name
        self._pop_to(0)
        if self._root is None:
            return Repaired(etree.Element("empty"), cut)
        parent = unfinished.getparent() if unfinished is not None else None
        if unfinished is not None and parent is not None:
            parent.remove(unfinished)
        return Repaired(self._root, cut)


def _attributes(rest: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for match in _ATTRIBUTE.finditer(rest[:MAX_TAG].removesuffix("/")):
        if len(found) == MAX_ATTRIBUTES:
            break
        value = next(v for v in match.group(2, 3, 4) if v is not None)
        found.setdefault(match[1], _ILLEGAL.sub("", html.unescape(value)))
    return found


def _scope(outer: dict[str, str], attributes: dict[str, str]) -> dict[str, str]:
    """Prefixes in scope; "" is the default namespace."""
    declared = {name.partition(":")[2]: uri for name, uri in attributes.items() if name.partition(":")[0] == "xmlns"}
    return outer | declared if declared and len(outer) + len(declared) <= MAX_NAMESPACES else outer


def _qualified(prefix: str, local: str, namespaces: dict[str, str]) -> str:
    uri = EXTENSIONS["xml"] if prefix.lower() == "xml" else namespaces.get(prefix)
    if uri is None and prefix:
        uri = EXTENSIONS.get(prefix.lower(), f"urn:undeclared:{prefix}")
    return f"{{{uri}}}{local}" if uri and _is_usable(uri) else local


def _named(attributes: dict[str, str], namespaces: dict[str, str]) -> dict[str, str]:
    named: dict[str, str] = {}
    for written, value in attributes.items():
        prefix, _, local = written.rpartition(":")
        if "xmlns" not in (prefix, local):
            named.setdefault(_qualified(prefix, local, namespaces) if prefix else local, value)
    return named


@lru_cache(maxsize=256)
def _is_usable(uri: str) -> bool:
    """Whether lxml takes this as a namespace."""
    try:
        etree.Element(f"{{{uri}}}x")
    except ValueError:
        return False
    return True
