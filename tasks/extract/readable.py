"""A small tree of what may be an article's text: the page without the elements that are none wherever they stand.

Built anew from the page's outline instead of taken out of a copy: of nine hundred elements two hundred remain, and
everything that reads them afterwards costs by the element.
"""

import re
from collections import defaultdict
from collections.abc import Mapping
from functools import lru_cache

from tasks.extract.boilerplate import CONTAINERS, ROLES, boilerplate_word
from tasks.extract.outline import Outline
from tasks.extract.small_tree import SmallTree

# Elements without article text.
_NO_TEXT = frozenset((
    "head", "script", "style", "noscript", "template", "svg", "iframe", "nav", "button", "select", "input", "textarea",
    "object", "embed", "canvas", "dialog", "audio", "video", "map", "link", "meta", "figcaption", "source", "track",
))  # fmt: skip
# Their text stays, without them.
_INLINE = frozenset((
    "span", "strong", "em", "b", "i", "u", "font", "mark", "wbr", "abbr", "bdi", "big", "label", "small", "s", "ins",
))  # fmt: skip
_SOUND_NAME = re.compile(r"[a-z][a-z0-9-]*$")
MAX_SHARE = 0.5  # of the page's paragraph text; what holds more is the article, whatever its name


def readable_tree(outline: Outline) -> SmallTree:
    """The tree without elements whose tag, role or name says that they are no article text.

    A name that covers more than half of the page's paragraphs is not believed, nor one around the headline.
    """
    sums = _Sums(outline)
    return _built(outline, _dropped(outline, sums))


class _Sums:
    """Running sums over the elements: how much stands inside of one is a difference of two."""

    def __init__(self, outline: Outline) -> None:
        tags, attributes, texts = outline.tags, outline.attributes, outline.texts
        tails, ends = outline.tails, outline.ends
        count = len(tags)
        self.ends = ends
        self.letters = letters = [0] * (count + 1)  # characters in paragraphs
        self.headlines = headlines = [0] * (count + 1)
        self.named: list[tuple[int, str]] = []
        inside = 0  # where the paragraph ends that is read
        at = characters = found = 0
        while at < count:
            tag = tags[at]
            if tag in _NO_TEXT:
                end = ends[at]
                letters[at + 1 : end + 1] = [characters] * (end - at)
                headlines[at + 1 : end + 1] = [found] * (end - at)
                if at < inside and (tail := tails[at]):
                    letters[end] = characters = characters + len(tail)
                at = end
                continue
            within = at < inside
            if tag == "p":
                inside = max(inside, ends[at])
            elif tag == "h1":
                found += 1
            if at < inside:
                if text := texts[at]:
                    characters += len(text)
                if within and (tail := tails[at]):
                    characters += len(tail)
            if tag in CONTAINERS and (word := _word(tag, attributes[at])):
                self.named.append((at, word))
            at += 1
            letters[at], headlines[at] = characters, found

    def paragraphs(self, at: int) -> int:
        """Characters of the paragraphs in an element."""
        return self.letters[self.ends[at]] - self.letters[at]

    def holds_headline(self, at: int) -> bool:
        return self.headlines[self.ends[at]] > self.headlines[at]


def _word(tag: str, attributes: Mapping[str, str]) -> str:
    """The word that gives an element away as no article text; empty when none does."""
    if not attributes:
        return tag if tag in ("aside", "footer") else ""
    if attributes.get("role") in ROLES:
        return "role"
    if tag in ("aside", "footer"):
        return tag
    if (names := attributes.get("class")) and (word := boilerplate_word(names)):
        return word
    return boilerplate_word(names) if (names := attributes.get("id")) else ""


def _dropped(outline: Outline, sums: _Sums) -> set[int]:
    """Elements that are no article text by their names; of nested ones of a word the outermost count."""
    groups: dict[str, list[int]] = defaultdict(list)
    for at, word in sums.named:
        group = groups[word]
        if not group or at >= outline.ends[group[-1]]:
            group.append(at)
    total = sums.letters[-1]
    dropped: set[int] = set()
    for group in groups.values():
        if sum(map(sums.paragraphs, group)) <= MAX_SHARE * total:
            dropped.update(at for at in group if not sums.holds_headline(at))
    return dropped


def _built(outline: Outline, dropped: set[int]) -> SmallTree:
    tags, attributes, texts = outline.tags, outline.attributes, outline.texts
    tails, ends = outline.tails, outline.ends
    tree = SmallTree()
    parent, last = tree.open("html", {}, -1), -1
    pending: list[str] = []
    opened: list[tuple[int, int, int]] = []  # end, index, what holds it in the small tree; -1: only its text is there
    at, count = 1, len(tags)
    while True:
        while opened and opened[-1][0] <= at:
            _, index, holder = opened.pop()
            if holder >= 0:
                if pending:
                    tree.write("".join(pending), parent, last)
                    pending.clear()
                tree.close(parent)
                parent, last = holder, parent
            if tail := tails[index]:
                pending.append(tail)
        if at >= count:
            break
        tag = tags[at]
        if tag in _NO_TEXT or at in dropped:
            if tail := tails[at]:
                pending.append(tail)
            at = ends[at]
            continue
        if tag in _INLINE or not _is_sound(tag):
            opened.append((ends[at], at, -1))
        else:
            if pending:
                tree.write("".join(pending), parent, last)
                pending.clear()
            opened.append((ends[at], at, parent))
            parent, last = tree.open(tag, attributes[at], parent), -1
        if text := texts[at]:
            pending.append(text)
        at += 1
    if pending:
        tree.write("".join(pending), parent, last)
    tree.close(parent)
    tree.clean()
    return tree


@lru_cache(maxsize=1_024)
def _is_sound(tag: str) -> bool:
    return _SOUND_NAME.match(tag) is not None
