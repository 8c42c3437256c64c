"""Paragraphs, lists and cards that only point to other pages, between and below the paragraphs of an article.

They are told by their links, not by their words, so the rules hold in every language.
"""

import re
from collections.abc import Iterator

from tasks.extract.small_tree import SmallTree

LINKED = 0.8  # share of a paragraph's text inside links that makes it a pointer
LISTED = 0.75  # the same for a list: its items carry labels
MAX_LABEL = 40  # characters before a link: "Read also: "
MIN_POINTER = 15  # characters; shorter link paragraphs are names and sources
MAX_POINTER = 300  # characters of a pointer paragraph
MAX_CARD = 500  # characters of a card: headline, teaser, date
MIN_CARDS = 3  # linked headlines with a teaser below; one or two may be subheadings
MAX_SHARE = 0.35  # of the text in paragraphs and lists; pages with more pointers are about them (a link collection)

MAX_CAPTION = 200  # characters of a line that shares a box with a picture and nothing else
BOX_LEVELS = 3  # elements around a list of links that may be its box
BOXED = 0.5  # share of links in the text of a box
MAX_NOTE = 160  # characters of a paragraph in a box; longer ones are prose
MAX_BOXED = 0.2  # of the text in paragraphs; boxes with more are the page itself

_BOXES = frozenset(("div", "section", "aside", "td", "form"))
_HEADINGS = ("h2", "h3", "h4", "h5", "h6")
_BLOCKS = ("h2", "h3", "h4", "h5", "p")
_LINES = ("p", "small", "span", "h2", "h3", "h4")
_LABEL = re.compile(r"[:：|>»→►▶•–—-]\s*$")


def drop_pointers(tree: SmallTree) -> None:
    """Take pointers out of the tree, in place; all of one kind or none."""
    for at in _boxed_paragraphs(tree):
        tree.drop(at)
    total = sum(map(tree.length, tree.within(0, "p", "li")))
    for kind in (_picture_lines, _block_links, _cards, _pointing_lists, _pointing_paragraphs):
        found = list(kind(tree))
        if sum(len(tree.line(at)) for at in found) <= MAX_SHARE * total:
            for at in found:
                tree.drop(at)


def _picture_lines(tree: SmallTree) -> Iterator[int]:
    """Boxes with a picture and one short line: a caption, whatever element it stands in."""
    tags, parents = tree.tags, tree.parents
    seen: set[int] = set()
    for picture in tree.within(0, "img"):
        box = parents[picture]
        while box >= 0 and tags[box] in ("a", "picture", "figure"):
            box = parents[box]
        if box < 0 or tags[box] != "div" or box in seen:
            continue
        seen.add(box)
        if (
            0 < len(tree.line(box)) <= MAX_CAPTION
            and sum(1 for part in tree.within(box, *_LINES) if tree.line(part)) <= 1
        ):
            yield box


def _boxed_paragraphs(tree: SmallTree) -> list[int]:
    """Short paragraphs that share a box with a longer list of links: weather, prices, letters of a sidebar.

    Empty when they are much of the page's paragraphs: then they are its text.
    """
    found: dict[int, int] = {}
    seen: dict[int, bool] = {}  # lists share their boxes
    for listing in _pointing_lists(tree):
        around = tree.parents[listing]
        for _ in range(BOX_LEVELS):
            if around < 0 or tree.tags[around] not in _BOXES:
                break
            if around not in seen:
                seen[around] = _is_link_box(tree, around)
                if seen[around]:
                    found |= {part: len(tree.line(part)) for part in tree.within(around, "p")}
            if not seen[around]:
                break
            around = tree.parents[around]
    if not found:
        return []
    total = sum(map(tree.length, tree.within(0, "p")))
    return list(found) if sum(found.values()) <= MAX_BOXED * total else []


def _is_link_box(tree: SmallTree, box: int) -> bool:
    """No headline, no long paragraph, and mostly links where it has paragraphs at all."""
    paragraphs = tree.within(box, "p")
    if tree.has_within(box, ("h1",)) or any(len(tree.line(part)) > MAX_NOTE for part in paragraphs):
        return False
    return not paragraphs or _linked(tree, box) >= BOXED * len(tree.line(box))


def _block_links(tree: SmallTree) -> Iterator[int]:
    """Links around headings or paragraphs: teasers."""
    for link in tree.within(0, "a"):
        if tree.has_within(link, _BLOCKS) and tree.attributes[link].get("href") and not tree.has_within(link, ("h1",)):
            yield link


def _cards(tree: SmallTree) -> Iterator[int]:
    """Elements that hold one linked headline and a teaser, where there are several of them."""
    found = [card for heading in tree.within(0, *_HEADINGS) if (card := _card(tree, heading)) is not None]
    if len(found) >= MIN_CARDS:
        yield from found


def _card(tree: SmallTree, heading: int) -> int | None:
    """The largest element around a linked heading that holds no other heading; None when that is the heading itself."""
    text = tree.line(heading)
    if len(text) < MIN_POINTER or _linked(tree, heading) < LINKED * len(text):
        return None
    card = heading
    while (parent := tree.parents[card]) >= 0 and tree.tags[parent] not in ("body", "article", "main"):
        if len(tree.within(parent, *_HEADINGS)) > 1 or len(tree.line(parent)) > MAX_CARD:
            break
        card = parent
    return card if len(tree.line(card)) > len(text) + MIN_POINTER else None


def _pointing_lists(tree: SmallTree) -> Iterator[int]:
    for at in tree.within(0, "ul", "ol"):
        if tree.tags[tree.parents[at]] == "li":
            continue  # nested
        text = tree.line(at)
        if text and _linked(tree, at) >= LISTED * len(text):
            yield at


def _pointing_paragraphs(tree: SmallTree) -> Iterator[int]:
    """Paragraphs that are all link, or a label and a link: `Read also: ...`."""
    for at in tree.within(0, "p"):
        links = tree.within(at, "a")
        if not links:
            continue
        text = tree.line(at)
        if not MIN_POINTER <= len(text) <= MAX_POINTER or not (linked := _linked(tree, at)):
            continue
        label = text[: text.find(tree.line(links[0]))]
        labelled = len(label) <= MAX_LABEL and _LABEL.search(label) and linked + len(label) >= len(text) - 3
        if linked >= LINKED * len(text) or labelled:
            yield at


def _linked(tree: SmallTree, at: int) -> int:
    """Characters in links."""
    return sum(len(tree.line(link)) for link in tree.within(at, "a") if tree.attributes[link].get("href"))
