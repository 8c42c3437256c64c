"""What may be an article's text, as plain lists: a page of nine hundred elements without the furniture has some 250.

Everything that looks for the text reads these several times; over lists that costs half of what lxml's elements cost,
which are new Python objects with new strings at each look.
"""

import re
from collections.abc import Container, Mapping
from dataclasses import dataclass, field

from lxml import etree, html

from tasks.extract.parsed import html_parser

# What trafilatura is shown of an element.
_ATTRIBUTES = frozenset((
    "class", "id", "role", "itemprop", "style", "hidden", "aria-hidden", "href", "lang", "colspan", "rowspan",
    "data-component",
))  # fmt: skip
_UNSOUND = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML has no such characters


@dataclass(frozen=True, slots=True)
class SmallTree:
    """Elements in document order, each list with one entry an element; element 0 is the root.

    The descendants of element `at` are `at + 1` to `ends[at] - 1`; those that are `gone` were dropped.
    """

    tags: list[str] = field(default_factory=list)
    attributes: list[Mapping[str, str]] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)  # before the first child
    tails: list[str] = field(default_factory=list)  # behind the element
    parents: list[int] = field(default_factory=list)  # -1 of the root
    ends: list[int] = field(default_factory=list)
    gone: bytearray = field(default_factory=bytearray)
    pieces: list[str] = field(default_factory=list)  # all text in document order
    begins: list[int] = field(default_factory=list)  # where an element's text begins in them
    stops: list[int] = field(default_factory=list)  # where it ends
    skipped: dict[int, int] = field(default_factory=dict)  # the element left before a dropped one, in the same parent

    def open(self, tag: str, attributes: Mapping[str, str], parent: int) -> int:
        """A new element, the last child of `parent`; everything that it holds is added before it is closed."""
        at = len(self.tags)
        self.tags.append(tag)
        self.attributes.append(attributes)
        self.texts.append("")
        self.tails.append("")
        self.parents.append(parent)
        self.ends.append(0)
        self.gone.append(0)
        self.begins.append(len(self.pieces))
        self.stops.append(0)
        return at

    def write(self, text: str, parent: int, last: int) -> None:
        """Text in `parent`, behind its child `last`; -1: before all children."""
        if last < 0:
            self.texts[parent] = text
        else:
            self.tails[last] = text
        self.pieces.append(text)

    def close(self, at: int) -> None:
        """Nothing more is in it."""
        self.ends[at] = len(self.tags)
        self.stops[at] = len(self.pieces)

    def clean(self) -> None:
        """Without characters that XML lacks and a numeric reference can name. Once, when all is closed."""
        if _UNSOUND.search("".join(self.pieces)):
            for texts in (self.texts, self.tails, self.pieces):
                texts[:] = [_UNSOUND.sub("", text) for text in texts]

    def text(self, at: int = 0) -> str:
        """All text in an element, as it stands there."""
        begin, stop = self.begins[at], self.stops[at]
        if stop - begin == 1:
            return self.pieces[begin]
        return "".join(self.pieces[begin:stop])

    def line(self, at: int) -> str:
        """The same, white space collapsed."""
        return " ".join(self.text(at).split())

    def length(self, at: int = 0) -> int:
        """Characters in an element."""
        return sum(map(len, self.pieces[self.begins[at] : self.stops[at]]))

    def children(self, at: int) -> list[int]:
        ends, gone = self.ends, self.gone
        found: list[int] = []
        child, end = at + 1, ends[at]
        while child < end:
            if not gone[child]:
                found.append(child)
            child = ends[child]
        return found

    def within(self, at: int, *tags: str) -> list[int]:
        """Elements of these tags in document order, the element itself among them."""
        end = self.ends[at]
        if end == at + 1:
            return [at] if self.tags[at] in tags and not self.gone[at] else []
        gone = self.gone
        return [one for one, tag in enumerate(self.tags[at:end], at) if tag in tags and not gone[one]]

    def has_child(self, at: int, tag: str) -> bool:
        """Whether one of its children, not of their children, has this tag."""
        if tag not in self.tags[at + 1 : self.ends[at]]:
            return False
        return any(self.tags[child] == tag for child in self.children(at))

    def has_within(self, at: int, tags: Container[str]) -> bool:
        """Whether anything in it has one of these tags."""
        return any(self.tags[one] in tags and not self.gone[one] for one in range(at + 1, self.ends[at]))

    def is_last(self, at: int) -> bool:
        """Whether no element follows in the same parent."""
        parent = self.parents[at]
        if parent < 0:
            return True
        following, end = self.ends[at], self.ends[parent]
        while following < end:
            if not self.gone[following]:
                return False
            following = self.ends[following]
        return True

    def drop(self, at: int) -> None:
        """Take an element out, with all that it holds; the text behind it stays. What is gone stays gone."""
        if self.gone[at]:
            return
        before = self._sibling_before(at)
        while before >= 0 and self.gone[before]:
            before = self.skipped[before]
        self.skipped[at] = before
        if tail := self.tails[at]:
            if before >= 0:
                self.tails[before] += tail
            else:
                self.texts[self.parents[at]] += tail
        end, begin, stop = self.ends[at], self.begins[at], self.stops[at]
        self.gone[at:end] = b"\1" * (end - at)
        self.pieces[begin:stop] = [""] * (stop - begin)

    def _sibling_before(self, at: int) -> int:
        """Also one that is gone; -1 for a first child."""
        parent, one = self.parents[at], at - 1
        if one == parent:
            return -1
        while self.parents[one] != parent:
            one = self.parents[one]
        return one

    def as_lxml(self) -> html.HtmlElement:
        """The tree as trafilatura wants it."""
        root: html.HtmlElement = html_parser().makeelement(self.tags[0])
        root.text = self.texts[0] or None
        made = {0: root}
        for at in range(1, len(self.tags)):
            if self.gone[at]:
                continue
            attributes = {name: value for name, value in self.attributes[at].items() if name in _ATTRIBUTES}
            made[at] = element = etree.SubElement(made[self.parents[at]], self.tags[at], attributes)
            if text := self.texts[at]:
                element.text = text
            if tail := self.tails[at]:
                element.tail = tail
        return root


def small_tree_of(root: html.HtmlElement) -> SmallTree:
    """The same elements and texts; `root` is parsed without comments."""
    tree = SmallTree()
    opened = [-1]
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if event == "start":
            opened.append(tree.open(str(element.tag), dict(element.attrib), opened[-1]))
            if element.text:
                tree.write(element.text, opened[-1], -1)
        else:
            at = opened.pop()
            tree.close(at)
            if element.tail and at:
                tree.write(element.tail, opened[-1], at)
    return tree
