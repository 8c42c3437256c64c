"""A page's elements as plain lists, for everything that visits each of them.

lxml makes new Python objects at every look at an element's tag, text or attributes. Dates, bylines and credits look at
all elements several times: over these lists that costs a tenth. They are written down while libxml2 parses, without
a tree: two thirds of the time of a tree that is read into lists, and nothing to free.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from lxml import etree, html

MAX_ELEMENTS = 60_000  # of one page; the head of longer ones has been seen by then
MAX_LATE = 2_000  # elements behind them that are read still
LATE = ("script", "meta", "link", "title", "h1")  # their tags: what says something of the whole page
MAX_DEPTH = 2_048  # elements around one; what libxml2 allows when it makes a tree


@dataclass(frozen=True, slots=True)
class Outline:
    """The first MAX_ELEMENTS elements in document order, then those that speak for the page wherever they stand.

    Every list has one entry an element.

    The descendants of element `at` are `at + 1` to `ends[at] - 1`, its first child is `at + 1`, what follows a child
    is `ends[child]`. `parents[0]` is -1.
    """

    tags: list[str] = field(default_factory=list)
    attributes: list[Mapping[str, str]] = field(default_factory=list)
    texts: list[str | None] = field(default_factory=list)
    tails: list[str | None] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    parents: list[int] = field(default_factory=list)
    places: dict[str, list[int]] = field(default_factory=dict)  # the elements of each tag
    properties: dict[str, list[int]] = field(default_factory=dict)  # the elements of each `itemprop`

    def children(self, at: int) -> Iterator[int]:
        child, end = at + 1, self.ends[at]
        while child < end:
            yield child
            child = self.ends[child]

    def ancestors(self, at: int) -> Iterator[int]:
        """From the parent up to the root."""
        while (at := self.parents[at]) >= 0:
            yield at

    def pieces(self, at: int) -> Iterator[str]:
        """The text nodes of an element in document order; a line break is white space."""
        texts, tails, ends, tags = self.texts, self.tails, self.ends, self.tags
        if text := texts[at]:
            yield text
        opened: list[int] = []
        for index in range(at + 1, ends[at]):
            while opened and ends[opened[-1]] <= index:
                if tail := tails[opened.pop()]:
                    yield tail
            if text := texts[index]:
                yield text
            elif tags[index] == "br":
                yield " "
            opened.append(index)
        for index in reversed(opened):
            if tail := tails[index]:
                yield tail

    def head_text(self, at: int, limit: int) -> str:
        """The first `limit` characters of an element's text, white space collapsed: it may hold all of a page."""
        kept: list[str] = []
        left = limit
        for piece in self.pieces(at):
            kept.append(piece)
            left -= len(piece)
            if left <= 0:
                break
        return " ".join("".join(kept)[:limit].split())

    def head_titles(self) -> list[int]:
        """`<title>` in a `<head>`: not those of drawings."""
        tags, parents = self.tags, self.parents
        return [at for at in self.named("title") if at and tags[parents[at]] == "head"]

    def named(self, tag: str) -> list[int]:
        """The elements of one tag."""
        return self.places.get(tag, [])

    def of_tags(self, *tags: str) -> list[int]:
        """The elements of several tags, in document order."""
        return sorted(at for tag in tags for at in self.places.get(tag, ()))

    def with_property(self, name: str) -> list[int]:
        """Elements that show a property of microdata: not those of the head, which is meta tags."""
        tags = self.tags
        return [at for at in self.properties.get(name, ()) if tags[at] != "meta"]

    def line(self, at: int) -> str:
        """All text of an element, white space collapsed."""
        if self.ends[at] == at + 1:
            return " ".join((self.texts[at] or "").split())
        return " ".join("".join(self.pieces(at)).split())


def read_outline(source: bytes) -> Outline:
    """Read HTML in UTF-8, without comments and processing instructions. Raises etree.ParserError without any element.

    What stands behind the root element is left out, and what stands deeper than MAX_DEPTH with all that follows.
    """
    found = Outline()
    target = _Target(found)
    try:
        # The stubs ask for all methods of a target; lxml calls those that are there, with str.
        parser = etree.HTMLParser(encoding="utf-8", target=target)  # type: ignore[arg-type]
        etree.fromstring(source, parser)
    except _EnoughError:
        pass
    except etree.XMLSyntaxError as error:
        raise etree.ParserError(str(error)) from error
    target.finish()
    if not found.tags:
        raise etree.ParserError("Document is empty")
    if len(found.tags) == MAX_ELEMENTS:
        _add_late(found, source)
    return found


class _EnoughError(Exception):
    """The rest of the page is not read."""


class _Target:
    """What lxml calls while it parses. Closures over lists: called two thousand times a page."""

    start: Callable[[str, Mapping[str, str]], None]
    end: Callable[[str], None]
    data: Callable[[str], None]
    finish: Callable[[], None]  # when the parser ended on the way

    def __init__(self, found: Outline) -> None:
        tags, attributes, ends, parents = found.tags, found.attributes, found.ends, found.parents
        texts, tails, places, properties = found.texts, found.tails, found.places, found.properties
        opened = [-1]
        pieces: list[str] = []
        at, count, where = 0, 0, texts  # the element whose text is read, how many there are, where it belongs

        def start(tag: str, attrib: Mapping[str, str]) -> None:
            nonlocal at, count, where
            if pieces:
                if count:
                    where[at] = pieces[0] if len(pieces) == 1 else "".join(pieces)
                pieces.clear()
            parent = opened[-1]
            if count == MAX_ELEMENTS or len(opened) > MAX_DEPTH or (parent < 0 and count):
                raise _EnoughError
            at = count
            count += 1
            parents.append(parent)
            opened.append(at)
            tags.append(tag)
            attributes.append(attrib)
            texts.append(None)
            tails.append(None)
            ends.append(0)
            if "itemprop" in attrib:
                properties.setdefault(attrib["itemprop"], []).append(at)
            if tag in places:
                places[tag].append(at)
            else:
                places[tag] = [at]
            where = texts

        def end(_tag: str) -> None:
            nonlocal at, where
            if pieces:
                where[at] = pieces[0] if len(pieces) == 1 else "".join(pieces)
                pieces.clear()
            at = opened.pop()
            ends[at] = count
            where = tails

        def finish() -> None:
            for one in opened[1:]:
                ends[one] = len(tags)

        self.start, self.end, self.data, self.finish = start, end, pieces.append, finish

    def close(self) -> None:
        """Nothing is returned: the lists are filled."""


def _add_late(found: Outline, source: bytes) -> None:
    """What stands at the foot of a page of too many elements, as children of its root."""
    read = {tag: len(found.named(tag)) for tag in LATE}
    tree = html.document_fromstring(source, parser=html.HTMLParser(encoding="utf-8"))
    for element in tree.iter(*LATE):
        tag = element.tag
        if read[tag]:
            read[tag] -= 1
            continue
        at = len(found.tags)
        if at == MAX_ELEMENTS + MAX_LATE:
            break
        found.tags.append(tag)
        found.attributes.append({str(name): str(value) for name, value in element.attrib.items()})
        found.texts.append("".join(map(str, element.itertext())))
        found.tails.append(None)
        found.parents.append(0)
        found.ends.append(at + 1)
        found.places.setdefault(tag, []).append(at)
    found.ends[0] = len(found.tags)
