"""Paragraphs, lists and cards that only point to other pages, between and below the paragraphs of an article.

They are told by their links, not by their words, so the rules hold in every language.
"""

import re
from collections.abc import Iterator

from lxml import html

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


def drop_pointers(tree: html.HtmlElement) -> None:
    """Take pointers out of the tree, in place; all of one kind or none."""
    for element in _boxed_paragraphs(tree):
        if element.getparent() is not None:
            element.drop_tree()
    total = sum(len(element.text_content()) for element in tree.iter("p", "li"))
    for kind in (_picture_lines, _block_links, _cards, _pointing_lists, _pointing_paragraphs):
        found = list(kind(tree))
        if sum(len(_text(element)) for element in found) <= MAX_SHARE * total:
            for element in found:
                if element.getparent() is not None:
                    element.drop_tree()


def _picture_lines(tree: html.HtmlElement) -> Iterator[html.HtmlElement]:
    """Boxes with a picture and one short line: a caption, whatever element it stands in."""
    seen: set[html.HtmlElement] = set()
    for picture in tree.iter("img"):
        box = picture.getparent()
        while box is not None and box.tag in ("a", "picture", "figure"):
            box = box.getparent()
        if box is None or box.tag != "div" or box in seen:
            continue
        seen.add(box)
        if 0 < len(_text(box)) <= MAX_CAPTION and sum(1 for part in box.iter(*_LINES) if _text(part)) <= 1:
            yield box


def _boxed_paragraphs(tree: html.HtmlElement) -> list[html.HtmlElement]:
    """Short paragraphs that share a box with a longer list of links: weather, prices, letters of a sidebar.

    Empty when they are much of the page's paragraphs: then they are its text.
    """
    found: dict[html.HtmlElement, int] = {}
    seen: dict[html.HtmlElement, bool] = {}  # lists share their boxes
    for listing in _pointing_lists(tree):
        around = listing.getparent()
        for _ in range(BOX_LEVELS):
            if around is None or around.tag not in _BOXES:
                break
            if around not in seen:
                seen[around] = _is_link_box(around)
                found |= {part: len(_text(part)) for part in around.iter("p") if seen[around]}
            if not seen[around]:
                break
            around = around.getparent()
    total = sum(len(paragraph.text_content()) for paragraph in tree.iter("p"))
    return list(found) if sum(found.values()) <= MAX_BOXED * total else []


def _is_link_box(box: html.HtmlElement) -> bool:
    """No headline, no long paragraph, and mostly links where it has paragraphs at all."""
    paragraphs = list(box.iter("p"))
    if box.find(".//h1") is not None or any(len(_text(part)) > MAX_NOTE for part in paragraphs):
        return False
    return not paragraphs or _linked(box) >= BOXED * len(_text(box))


def _block_links(tree: html.HtmlElement) -> Iterator[html.HtmlElement]:
    """Links around headings or paragraphs: teasers."""
    for link in tree.iter("a"):
        if link.get("href") and any(True for _ in link.iter(*_BLOCKS)) and link.find(".//h1") is None:
            yield link


def _cards(tree: html.HtmlElement) -> Iterator[html.HtmlElement]:
    """Elements that hold one linked headline and a teaser, where there are several of them."""
    found = [card for heading in tree.iter(*_HEADINGS) if (card := _card(heading)) is not None]
    if len(found) >= MIN_CARDS:
        yield from found


def _card(heading: html.HtmlElement) -> html.HtmlElement | None:
    """The largest element around a linked heading that holds no other heading; None when that is the heading itself."""
    text = _text(heading)
    if len(text) < MIN_POINTER or _linked(heading) < LINKED * len(text):
        return None
    card = heading
    while (parent := card.getparent()) is not None and parent.tag not in ("body", "article", "main"):
        if sum(1 for _ in parent.iter(*_HEADINGS)) > 1 or len(_text(parent)) > MAX_CARD:
            break
        card = parent
    return card if len(_text(card)) > len(text) + MIN_POINTER else None


def _pointing_lists(tree: html.HtmlElement) -> Iterator[html.HtmlElement]:
    for element in tree.iter("ul", "ol"):
        text = _text(element)
        nested = element.getparent() is not None and element.getparent().tag == "li"
        if text and not nested and _linked(element) >= LISTED * len(text):
            yield element


def _pointing_paragraphs(tree: html.HtmlElement) -> Iterator[html.HtmlElement]:
    """Paragraphs that are all link, or a label and a link: `Read also: ...`."""
    for element in tree.iter("p"):
        link = next(element.iter("a"), None)
        if link is None:
            continue
        text = _text(element)
        if not MIN_POINTER <= len(text) <= MAX_POINTER or not (linked := _linked(element)):
            continue
        label = text[: text.find(_text(link))]
        labelled = len(label) <= MAX_LABEL and _LABEL.search(label) and linked + len(label) >= len(text) - 3
        if linked >= LINKED * len(text) or labelled:
            yield element


def _linked(element: html.HtmlElement) -> int:
    return sum(len(_text(link)) for link in element.iter("a") if link.get("href"))


def _text(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())
