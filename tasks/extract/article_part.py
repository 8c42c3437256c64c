"""The part of a page in which its own authors and sources stand, in reading order, with its short lines of text.

Comments, teasers, navigation and page footers are left out.
"""

from dataclasses import dataclass

from tasks.extract.class_words import ClassWords, class_words
from tasks.extract.outline import Outline
from tasks.extract.parsed import ParsedPage

MAX_LINE = 160  # characters of a visible byline or credit line
MAX_CHILDREN = 8  # of an element that may be one line
MIN_HEADLINE = 12  # characters
MAX_HEADLINE = 1_000  # characters that are read; an h1 may hold all of a page
HEADLINE_ZONE = (0, 40)  # elements from the headline on: what stands there is the article's, whatever its class says
ZONE_LINKS = 8  # links in an element there that make it a menu all the same

SILENT = frozenset((
    "script", "style", "noscript", "time", "button", "svg", "figure", "figcaption", "picture", "template", "select",
    "form", "iframe", "sup",
))  # fmt: skip
_LINE_TAGS = frozenset((
    "p", "div", "span", "em", "i", "b", "strong", "small", "address", "li", "h2", "h3", "h4", "h5", "h6", "td", "cite",
    "dd", "font", "center", "header", "section", "a", "mark",
))  # fmt: skip
_PARTS = frozenset(("p", "div", "ul", "section"))  # what holds one of these is no line
_ROOMS = frozenset(("body", "html", "main", "article"))  # hold everything: their names say nothing


@dataclass(slots=True)
class Part:
    """One element of the article's part of a page."""

    at: int  # its index in the outline
    position: int  # its distance from the headline, in elements
    named: ClassWords
    line: str  # its visible text where that may be one line, else ""


@dataclass(frozen=True, slots=True)
class ArticlePart:
    outline: Outline
    parts: list[Part]


def article_part(page: ParsedPage) -> ArticlePart:
    """One walk over the page's outline."""
    outline = page.outline
    tags, attributes, ends = outline.tags, outline.attributes, outline.ends
    headline = _headline(page, outline)
    around = frozenset(outline.ancestors(headline)) if headline else frozenset()
    parts: list[Part] = []
    at, count = 0, len(tags)
    while at < count:
        tag = tags[at]
        named = class_words(tag, attributes[at])
        # What holds the headline is the article, whatever its class says ("has-sidebar", "search-result").
        is_foreign = named.is_elsewhere and at not in around and _is_elsewhere(outline, at, named, at - headline)
        if is_foreign or tag in SILENT:
            at = ends[at]
            continue
        parts.append(Part(at, at - headline, named, line_of(outline, at) if tag in _LINE_TAGS else ""))
        at += 1
    return ArticlePart(outline, parts)


def _headline(page: ParsedPage, outline: Outline) -> int:
    """Where the headline stands: the h1 that og:title or the title repeats, else the first long h1, else 0."""
    title = next((outline.texts[at] or "" for at in outline.named("title")), "")
    titles = " ".join([*page.meta_values("og:title", "twitter:title")[:2], title]).casefold()
    found = 0
    for at in outline.named("h1"):
        text = outline.head_text(at, MAX_HEADLINE).casefold()
        if len(text) > MIN_HEADLINE and text in titles:
            return at
        if len(text) > MIN_HEADLINE:
            found = found or at
    return found


def _is_elsewhere(outline: Outline, at: int, named: ClassWords, position: int) -> bool:
    """Whether an element whose name says so holds other people's words."""
    if outline.tags[at] in _ROOMS:
        return False
    in_zone = HEADLINE_ZONE[0] <= position <= HEADLINE_ZONE[1]
    if in_zone and outline.tags[at + 1 : outline.ends[at]].count("a") <= ZONE_LINKS:
        return False
    if named.is_ending:
        # An article has its own footer, where many set the author.
        return not (named.is_article or any(outline.tags[a] in ("article", "main") for a in outline.ancestors(at)))
    return named.byline is None


def line_of(outline: Outline, at: int) -> str:
    """Visible text of an element that may be one line; "" when it is longer, without reading it all."""
    text, end = outline.texts[at], outline.ends[at]
    if end == at + 1:
        if not text or text.isspace():
            return ""
        line = " ".join(text.split())
        return line if len(line) <= MAX_LINE and len(text) <= 4 * MAX_LINE else ""
    if text and len(text.strip()) > MAX_LINE:
        return ""
    for number, child in enumerate(outline.children(at), 1):
        if number > MAX_CHILDREN or outline.tags[child] in _PARTS:
            return ""
    pieces, length = [], 0
    for piece in outline.pieces(at):
        pieces.append(piece)
        length += len(piece)
        if length > 4 * MAX_LINE:  # white space counts, too
            return ""
    line = " ".join("".join(pieces).split())
    return line if len(line) <= MAX_LINE else ""
