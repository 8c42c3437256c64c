"""A page's elements as plain lists, read from lxml in one pass, for everything that visits each of them.

lxml makes new Python objects at every look at an element's tag, text or attributes. Dates, bylines and credits look at
all elements several times: over these lists that costs a tenth.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lxml import etree, html

MAX_ELEMENTS = 60_000  # of one page; the head of longer ones has been seen by then
MAX_ATTRIBUTES = 60  # of one element; more are an attack, and lxml reads all of them in quadratic time
# What is read of an element with more.
NAMED = (
    "class", "id", "rel", "href", "style", "align", "itemprop", "itemtype", "typeof", "datetime", "content", "property",
    "name", "http-equiv", "value", "type",
)  # fmt: skip

_NONE: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class Outline:
    """The first MAX_ELEMENTS elements in document order; every list has one entry an element.

    The descendants of element `at` are `at + 1` to `ends[at] - 1`, its first child is `at + 1`, what follows a child
    is `ends[child]`. `parents[0]` is -1.
    """

    elements: list[html.HtmlElement] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    attributes: list[Mapping[str, str]] = field(default_factory=list)
    texts: list[str | None] = field(default_factory=list)
    tails: list[str | None] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    parents: list[int] = field(default_factory=list)
    places: dict[str, list[int]] = field(default_factory=dict)  # the elements of each tag

    @property
    def is_cut(self) -> bool:
        """The page may have more elements than these."""
        return len(self.tags) == MAX_ELEMENTS

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
        """The text nodes of an element in document order."""
        texts, tails, ends = self.texts, self.tails, self.ends
        if text := texts[at]:
            yield text
        opened: list[int] = []
        for index in range(at + 1, ends[at]):
            while opened and ends[opened[-1]] <= index:
                if tail := tails[opened.pop()]:
                    yield tail
            if text := texts[index]:
                yield text
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
        found = (at for at, attributes in enumerate(self.attributes) if attributes.get("itemprop") == name)
        return [at for at in found if tags[at] != "meta"]

    def line(self, at: int) -> str:
        """All text of an element, white space collapsed."""
        if self.ends[at] == at + 1:
            return " ".join((self.texts[at] or "").split())
        return " ".join("".join(self.pieces(at)).split())


def outline_of(tree: html.HtmlElement) -> Outline:
    """Read a tree without comments and processing instructions (`parse_page` removes them)."""
    found = Outline()
    elements, tags, attributes, texts = found.elements, found.tags, found.attributes, found.texts
    tails, ends, parents = found.tails, found.ends, found.parents
    opened = [-1]
    for event, element in etree.iterwalk(tree, events=("start", "end")):
        if event == "end":
            at = opened.pop()
            ends[at] = len(tags)
            tails[at] = element.tail
            continue
        if len(tags) == MAX_ELEMENTS:
            break
        parents.append(opened[-1])
        opened.append(len(tags))
        elements.append(element)
        tags.append(element.tag)
        attrib = element.attrib
        count = len(attrib)
        attributes.append(_NONE if not count else dict(attrib.items()) if count <= MAX_ATTRIBUTES else _few(element))
        texts.append(element.text)
        tails.append(None)
        ends.append(0)
    for at in opened[1:]:
        ends[at] = len(tags)
    places = defaultdict[str, list[int]](list)
    for at, tag in enumerate(tags):
        places[tag].append(at)
    found.places.update(places)
    return found


def _few(element: html.HtmlElement) -> Mapping[str, str]:
    return {name: value for name in NAMED if (value := element.get(name)) is not None}
