"""One walk over the tree of a page: its visible lines, its date-bearing elements, and how near each is to the headline.

What belongs to comments or lists of other articles is left out; what stands in sidebars, teasers and footers is
marked, because some themes keep the article's own date there and others keep other articles' dates there.
"""

import re
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Literal

from lxml import etree, html

from tasks.extract.parsed import ParsedPage

Level = Literal["page", "aside", "foreign"]  # foreign: not walked

MAX_ELEMENTS = 60_000  # of one page; the head of longer ones has been seen by then
MAX_ATTRIBUTES = 60  # of one element; more are an attack, and lxml reads them in quadratic time
MAX_MARKED = 400  # elements with a date in their markup; pages with more list other articles
MAX_LINE = 240  # characters of a line that is kept; longer ones are prose, cut one character later
MAX_NAMES = 300  # characters of class and id that are looked at
MIN_TITLE = 8  # letters and digits of a heading that can be told from a menu entry
NEAR_ABOVE = 12  # lines of visible text over the headline that may still date it
NEAR_BELOW = 30  # lines under it, inside the element that holds the article; half of it where none does

SKIPPED = frozenset(("script", "style", "template", "svg", "select", "option", "textarea", "iframe", "object", "head"))
# fmt: off
INLINE = frozenset((
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "dfn", "em", "font", "i", "img", "ins",
    "kbd", "label", "mark", "nobr", "noscript", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup",
    "time", "tt", "u", "var", "wbr", "amp-timeago", "relative-time", "time-ago",
))
# fmt: on
# Classes and ids of containers that hold other people's words or other articles.
FOREIGN_CLASS = re.compile(
    r"(?:^|[\s_-])(?:comments?|commentlist|disqus|respond|replies|related|recommend\w*|popular|trending|most-?read|"
    r"latest|newsletter|breadcrumbs?|ticker|read-?more|more-?(?:news|from|stories|articles|posts)|also-?(?:read|like)|"
    r"tweet|embed|outbrain|taboola|captions?|leserbriefe?|kommentare?|calendar)(?:$|[\s_-])"
    r"|(?:related|recommended|comment|similar|popular)(?:posts?|articles?|stories|news|list|s)",
    re.IGNORECASE,
)
ASIDE_TAGS = frozenset(("aside", "footer", "nav"))
ASIDE_CLASS = re.compile(
    r"(?:^|[\s_-])(?:sidebar|widget-?area|aside|menu|navigation|navbar|promo|teasers?|gallery|carousel|slider|rail)"
    r"(?:$|[\s_-])|(?:^|\s)(?:(?:site|page|main|global)[_-]?)?footer(?:$|\s)",
    re.IGNORECASE,
)
FOREIGN_TYPES = re.compile(
    r"(?:Comment|UserComments|ImageObject|VideoObject|AudioObject|Event|Person|Offer|Review|ItemList)$"
)
ARTICLE_TYPES = re.compile(r"(?:Article|BlogPosting|Report|Posting|Recipe|CreativeWork)$")
DATE_CLASS = re.compile(
    r"(?:^|[\s_-])(?:dates?|datetime|time|timestamp|published|publish|pubdate|pubdatetime|posted|posted-?on|submitted|datum|"
    r"fecha|datepublished|date-?line|entry-?date|post-?date|byline|updated|modified|created)(?:$|[\s_-])"
    r"|(?:publish|publication|post|article|entry|news|pub|update|modified)(?:ed)?[_-]?(?:date|time|on)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where an open element stands; passed on to what it contains."""

    level: Level = "page"
    in_article: bool = False  # inside the element that holds the headline and the article
    date_class: str = ""  # class and id of an open element that looks like a date's


@dataclass(frozen=True, slots=True)
class Line:
    """A line of visible text as a reader sees it."""

    text: str
    place: Place


@dataclass(frozen=True, slots=True)
class Marked:
    """An element that may carry a date in its markup. `before`: the text of its line that stands before it."""

    element: html.HtmlElement
    place: Place
    line: int  # index of the line it stands in
    before: str


@dataclass(slots=True)
class Walk:
    """What one walk found. `headline_line`: index of the headline's line; None without a headline."""

    lines: list[Line] = field(default_factory=list)
    marked: list[Marked] = field(default_factory=list)
    headline_line: int | None = None

    def distance(self, line: int, place: Place) -> int | None:
        """Lines from the headline, negative above it; None when too far to be about it."""
        if self.headline_line is None:
            return None
        apart = line - self.headline_line
        below = NEAR_BELOW if place.in_article else NEAR_BELOW // 2
        return apart if -NEAR_ABOVE <= apart <= below else None


def walk_page(page: ParsedPage) -> Walk:
    """Walk the first MAX_ELEMENTS elements of a page in document order."""
    headline = main_headline(page)
    return _Walker(headline).run(page.tree)


class _Walker:
    """The state of one walk."""

    def __init__(self, headline: html.HtmlElement | None) -> None:
        self.found = Walk()
        self.headline = headline
        self.above = set() if headline is None else set(headline.iterancestors())
        self.article = _article_of(headline)
        self.parts: list[str] = []
        self.line_class = ""
        self.articles_seen = 0

    def run(self, tree: html.HtmlElement) -> Walk:
        places = [Place()]
        walker = etree.iterwalk(tree, events=("start", "end"))
        left = MAX_ELEMENTS
        for event, element in walker:
            tag = element.tag if isinstance(element.tag, str) else ""
            if event == "end":
                place = places.pop()
                if tag not in INLINE and tag not in SKIPPED:
                    self.flush(place)
                self.text(element.tail)
                continue
            left -= 1
            place = self.place_of(element, tag, places[-1])
            if tag not in INLINE:
                self.flush(places[-1])
            places.append(place)
            if left < 0 or tag in SKIPPED or place.level == "foreign":
                walker.skip_subtree()
                continue
            self.note(element, place)
            if _hidden(element):
                walker.skip_subtree()
                continue
            if element is self.headline:
                self.found.headline_line = len(self.found.lines)
            self.text(element.text)
        return self.found

    def text(self, text: str | None) -> None:
        if text:
            self.parts.append(text)

    def flush(self, place: Place) -> None:
        text = " ".join("".join(self.parts).split())
        self.parts.clear()
        if text:
            kept = replace(place, date_class=self.line_class)
            self.found.lines.append(Line(text[: MAX_LINE + 1], kept))
            self.line_class = ""

    def place_of(self, element: html.HtmlElement, tag: str, outer: Place) -> Place:
        if element is self.article or element in self.above:
            return Place(in_article=element is self.article or outer.in_article)
        names = "" if tag in ("html", "body") else _names(element)
        is_foreign, is_aside, is_dated = _meaning(names)
        level: Level = outer.level
        if tag == "article":
            self.articles_seen += 1
        kind = _kind(element)
        if is_foreign or (kind and FOREIGN_TYPES.search(kind)):
            level = "foreign"
        elif tag == "figure" or (tag == "article" and self.article is not None and self.article.tag == "article"):
            level = "foreign" if outer.in_article else "aside"
        elif (
            (tag == "article" and self.articles_seen > 1)
            or is_aside
            or (tag in ASIDE_TAGS and not (tag == "footer" and outer.in_article))
        ):
            level = "aside"
        dated = names if is_dated else outer.date_class
        if level == outer.level and dated == outer.date_class:
            return outer
        return Place(level, outer.in_article, dated)

    def note(self, element: html.HtmlElement, place: Place) -> None:
        """Remember an element that is classed as a date's, or carries one in an attribute, property or `<time>`."""
        if place.date_class and not self.line_class:
            self.line_class = place.date_class
        if len(self.found.marked) >= MAX_MARKED:
            return
        attributes = element.attrib
        if len(attributes) > MAX_ATTRIBUTES:
            return
        if element.tag in ("time", "abbr") or any(
            name in ("itemprop", "property", "datetime") or name.startswith("data-") for name in attributes
        ):
            before = "".join(self.parts[-8:])[-MAX_LINE:].strip()
            self.found.marked.append(Marked(element, place, len(self.found.lines), before))


def main_headline(page: ParsedPage) -> html.HtmlElement | None:
    """The heading that shows the page's title: the one like og:title, else the longest part of `<title>`.

    Without such a one the first h1, then None.
    """
    headings = [e for e, _ in zip(page.tree.iter("h1", "h2", "h3", "h4"), range(80), strict=False)]
    words = [(letters(short_text(e)), e) for e in headings]
    named = [letters(t) for t in page.meta_values("og:title", "twitter:title")]
    titles = [letters(short_text(t)) for t in page.tree.findall(".//head/title")]
    for wanted in (named, titles):
        matches = [
            (len(text), at)
            for at, (text, _) in enumerate(words)
            if len(text) >= MIN_TITLE and any(text in w or (len(w) >= MIN_TITLE and w in text) for w in wanted)
        ]
        if matches:
            return headings[max(matches, key=lambda m: (m[0], -m[1]))[1]]
    return next((e for text, e in words if e.tag == "h1" and text), None)


def short_text(element: html.HtmlElement) -> str:
    """The first characters of an element's text, white space collapsed: nested tags may hold all of a page."""
    parts: list[str] = []
    left = 2 * MAX_LINE
    for part in element.itertext():
        parts.append(str(part)[:left])
        left -= len(parts[-1])
        if left <= 0:
            break
    return " ".join("".join(parts).split())


def letters(text: str) -> str:
    """Letters and digits only, for comparing titles."""
    return "".join(c for c in text[:400].casefold() if c.isalnum())


def _article_of(headline: html.HtmlElement | None) -> html.HtmlElement | None:
    """What holds the article: the nearest `<article>`, `<main>` or article-typed scope of the headline."""
    if headline is None:
        return None
    for ancestor in headline.iterancestors():
        if ancestor.tag in ("article", "main") or ARTICLE_TYPES.search(_kind(ancestor)):
            return ancestor
    return None


def _names(element: html.HtmlElement) -> str:
    return f"{element.get('class') or ''} {element.get('id') or ''}".strip()[:MAX_NAMES]


@lru_cache(maxsize=4096)
def _meaning(names: str) -> tuple[bool, bool, bool]:
    """(foreign, aside, a date's) by class and id; pages repeat the same few hundred."""
    patterns = (FOREIGN_CLASS, ASIDE_CLASS, DATE_CLASS)
    foreign, aside, dated = (bool(names) and pattern.search(names) is not None for pattern in patterns)
    return foreign, aside, dated


def _kind(element: html.HtmlElement) -> str:
    return (element.get("itemtype") or element.get("typeof") or "")[:MAX_NAMES].rstrip("/")


def _hidden(element: html.HtmlElement) -> bool:
    style = element.get("style")
    return style is not None and "display:none" in style[:200].replace(" ", "").lower()
