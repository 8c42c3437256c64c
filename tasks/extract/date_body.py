"""Dates in the body of a page: microdata and RDFa, `<time>`, and visible text near the headline.

One walk over the tree. What belongs to comments, related lists or teasers is left out; what stands near the
headline is told apart from the rest, because a page shows other articles' dates too.
"""

import re
from dataclasses import dataclass, field
from typing import Literal

from lxml import etree, html

from tasks.extract.date_text import MAX_LABEL, MAX_LINE, dates_of_line, role_of
from tasks.extract.parsed import ParsedPage, element_text
from tasks.model import DateEvidence

Role = Literal["published", "updated", "unknown"]

MAX_ELEMENTS = 60_000  # of one page; the head of longer ones has been seen by then
MAX_EVIDENCE = 80  # of one kind; pages with more list other articles
MAX_RAW = 120  # characters of one date
NEAR_LINES_ABOVE = 12  # lines of visible text over the headline that may still date it
NEAR_LINES_BELOW = 30

SKIPPED = frozenset(("script", "style", "template", "svg", "select", "option", "textarea", "iframe", "object"))
# fmt: off
INLINE = frozenset((
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "dfn", "em", "font", "i", "img", "ins",
    "kbd", "label", "mark", "nobr", "noscript", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup",
    "time", "tt", "u", "var", "wbr", "amp-timeago", "relative-time", "time-ago",
))
# fmt: on
# Classes and ids of containers that hold other people's words or other articles.
FOREIGN_CLASS = re.compile(
    r"(?:^|[\s_-])(?:comments?|commentlist|disqus|respond|replies|related|recommend\w*|sidebar|popular|trending|"
    r"most-?read|latest|newsletter|promo|navigation|navbar|breadcrumbs?|ticker|teasers?|read-?more|more-?(?:news|from|stories|"
    r"articles|posts)|also-?(?:read|like)|gallery|carousel|slider|rail|tweet|embed|outbrain|taboola|captions?)(?:$|[\s_-])"
    r"|(?:related|recommended|comment|similar|popular)(?:posts?|articles?|stories|news|list|s)",
    re.IGNORECASE,
)
# Containers that hold other articles unless they stand in the article itself (some themes date it in a footer).
OUTER_TAGS = frozenset(("aside", "footer", "nav"))
OUTER_CLASS = re.compile(r"(?:^|[\s_-])(?:footer|widgets?|aside|menu)(?:$|[\s_-])", re.IGNORECASE)
FOREIGN_TYPES = re.compile(
    r"(?:Comment|UserComments|ImageObject|VideoObject|AudioObject|Event|Person|Offer|Review|ItemList)$"
)
ARTICLE_TYPES = re.compile(r"(?:Article|BlogPosting|Report|Posting|Recipe|CreativeWork)$")
DATE_CLASS = re.compile(
    r"(?:^|[\s_-])(?:date|dates|datetime|time|timestamp|published|publish|pubdate|pubdatetime|posted|posted-?on|datum|fecha|"
    r"datepublished|date-?line|entry-?date|post-?date|byline|updated|modified|created)(?:$|[\s_-])"
    r"|(?:publish|publication|post|article|entry|news|pub|update|modified)(?:ed)?[_-]?(?:date|time|on)",
    re.IGNORECASE,
)
UPDATED_CLASS = re.compile(r"updat|modif|lastmod|edited|revis|changed", re.IGNORECASE)
PUBLISHED_CLASS = re.compile(r"publi|pub-?date|posted|created|entry-?date|post-?date|issued", re.IGNORECASE)
# Microdata and RDFa properties, without their vocabulary prefix.
PROPERTIES: dict[str, Role] = {
    "datepublished": "published",
    "published": "published",
    "issued": "published",
    "datecreated": "unknown",
    "created": "unknown",
    "date": "unknown",
    "pubdate": "published",
    "uploaddate": "unknown",
    "datemodified": "updated",
    "modified": "updated",
    "updated": "updated",
}
VALUE_ATTRIBUTES = ("datetime", "content", "title", "data-datetime", "data-timestamp", "data-pubdate", "data-time")


@dataclass(slots=True)
class _Place:
    """What an open element passes on to what it contains."""

    foreign: bool = False
    in_article: bool = False  # inside the container of the headline


@dataclass(slots=True)
class _Line:
    text: str
    foreign: bool
    in_article: bool
    date_class: str  # class of the element that looks like a date's, or ""


@dataclass(slots=True)
class _Walk:
    headline: html.HtmlElement | None
    lines: list[_Line] = field(default_factory=list)
    headline_line: int | None = None
    parts: list[str] = field(default_factory=list)
    line_class: str = ""
    marked: list[tuple[html.HtmlElement, str, Role, _Place, int]] = field(default_factory=list)

    def text(self, text: str | None) -> None:
        if text and not text.isspace():
            self.parts.append(text)
        elif text:
            self.parts.append(" ")

    def flush(self, place: _Place) -> None:
        text = " ".join("".join(self.parts).split())
        if text:
            self.lines.append(_Line(text[: MAX_LINE + 1], place.foreign, place.in_article, self.line_class))
            self.line_class = ""
        self.parts.clear()


def find_body_dates(page: ParsedPage) -> list[DateEvidence]:
    """Dates of the visible page, near ones (`where` starts with `headline `) told from the rest.

    Works on at most MAX_ELEMENTS elements; returns at most MAX_EVIDENCE of markup and of text each.
    """
    headline = main_headline(page)
    walk = _Walk(headline)
    _walk_tree(page.tree, walk, _article_of(headline), set() if headline is None else set(headline.iterancestors()))
    return _marked_dates(walk)[:MAX_EVIDENCE] + _text_dates(walk)[:MAX_EVIDENCE]


def main_headline(page: ParsedPage) -> html.HtmlElement | None:
    """The h1 (or h2) that shows the page's title; else the first h1; None without any."""
    titles = [
        *page.meta_values("og:title", "twitter:title"),
        *(element_text(t) for t in page.tree.findall(".//head/title")),
    ]
    wanted = [_letters(title) for title in titles]
    first: html.HtmlElement | None = None
    for element, _ in zip(page.tree.iter("h1", "h2"), range(60), strict=False):
        words = _letters(element_text(element))
        if len(words) >= 8 and any(words in title or title in words for title in wanted if len(title) >= 8):
            return element
        if first is None and element.tag == "h1" and words:
            first = element
    return first


def _letters(text: str) -> str:
    return "".join(c for c in text[:400].casefold() if c.isalnum())


def _article_of(headline: html.HtmlElement | None) -> html.HtmlElement | None:
    """The element that holds the article: the nearest `<article>`, `<main>` or article-typed scope of the headline."""
    if headline is None:
        return None
    for ancestor in headline.iterancestors():
        kind = (ancestor.get("itemtype") or ancestor.get("typeof") or "").rstrip("/")
        if ancestor.tag in ("article", "main") or ARTICLE_TYPES.search(kind):
            return ancestor
    return None


def _walk_tree(
    tree: html.HtmlElement, walk: _Walk, article: html.HtmlElement | None, above: set[etree._Element]
) -> None:
    """Visible lines and date-bearing elements, in document order. What contains the headline (`above`) stays in."""
    places = [_Place()]
    walker = etree.iterwalk(tree, events=("start", "end"))
    left = MAX_ELEMENTS
    for event, element in walker:
        tag = element.tag if isinstance(element.tag, str) else ""
        block = tag not in INLINE
        if event == "end":
            if tag not in SKIPPED and block:
                walk.flush(places[-1])
            places.pop()
            walk.text(element.tail)
            continue
        left -= 1
        place = _place_of(element, tag, places[-1], element is article, element in above)
        if left < 0 or tag in SKIPPED or tag == "head" or _hidden(element):
            walker.skip_subtree()
            places.append(place)
            continue
        if block:
            walk.flush(places[-1])
        places.append(place)
        if element is walk.headline:
            walk.headline_line = len(walk.lines)
        _note(element, tag, walk, place)
        walk.text(element.text)


def _place_of(element: html.HtmlElement, tag: str, outer: _Place, is_article: bool, holds_headline: bool) -> _Place:
    if is_article or holds_headline:
        return _Place(foreign=False, in_article=is_article or outer.in_article)
    if outer.foreign:
        return outer
    names = f"{element.get('class') or ''} {element.get('id') or ''}"[:300]
    kind = (element.get("itemtype") or element.get("typeof") or "").rstrip("/")
    foreign = (
        (tag not in ("html", "body") and FOREIGN_CLASS.search(names) is not None)
        or FOREIGN_TYPES.search(kind) is not None
        or (outer.in_article and tag in ("article", "figure"))
        or (not outer.in_article and (tag in OUTER_TAGS or OUTER_CLASS.search(names) is not None))
    )
    return _Place(foreign, outer.in_article) if foreign else outer


def _hidden(element: html.HtmlElement) -> bool:
    """Marked as not for readers; elements with a machine-readable date are still looked at."""
    style = (element.get("style") or "")[:200].replace(" ", "").lower()
    return "display:none" in style and not (element.get("itemprop") or element.get("property"))


def _note(element: html.HtmlElement, tag: str, walk: _Walk, place: _Place) -> None:
    """Remember an element that carries a date in its markup, and the line class of one that looks like a date's."""
    names = f"{element.get('class') or ''} {element.get('id') or ''}".strip()[:300]
    if names and tag not in ("html", "body") and DATE_CLASS.search(names):
        walk.line_class = names
    name, role = _property_of(element)
    if name is None and tag == "time":
        name, role = "time", _role_of_names(names)
    elif name is None and walk.line_class == names and any(element.get(a) for a in VALUE_ATTRIBUTES[3:]):
        name, role = tag, _role_of_names(names)
    if name is not None and len(walk.marked) < 4 * MAX_EVIDENCE:
        if role == "unknown":
            above = walk.lines[-1].text if walk.lines and not "".join(walk.parts).strip() else ""
            label = "".join(walk.parts)[-MAX_LABEL:] or (above if len(above) <= MAX_LABEL else "")
            role = role_of(label) or "unknown"
        walk.marked.append((element, name, role, place, len(walk.lines)))


def _property_of(element: html.HtmlElement) -> tuple[str | None, Role]:
    """(property, role) of microdata or RDFa about a date."""
    for attribute in ("itemprop", "property"):
        for name in (element.get(attribute) or "").split()[:4]:
            role = PROPERTIES.get(name.rsplit(":", 1)[-1].rsplit("/", 1)[-1].lower())
            if role is not None and not name.lower().startswith("og:"):
                return name, role
    return None, "unknown"


def _role_of_names(names: str) -> Role:
    updated, published = UPDATED_CLASS.search(names), PUBLISHED_CLASS.search(names)
    if published:  # `entry-date published updated`: one date for both
        return "published"
    return "updated" if updated else "unknown"


def _marked_dates(walk: _Walk) -> list[DateEvidence]:
    """Evidence from microdata, RDFa and `<time>`."""
    found: dict[DateEvidence, None] = {}
    for element, name, role, place, line in walk.marked:
        if place.foreign:
            continue
        values = [element.get(attribute) for attribute in VALUE_ATTRIBUTES]
        raw = next((v for v in values if v and any(c.isdigit() for c in v)), None) or element_text(element)
        raw = " ".join(raw[: 4 * MAX_RAW].split())
        if not raw or len(raw) > MAX_RAW or not any(c.isdigit() for c in raw):
            continue
        is_time = name == "time"
        names = (element.get("class") or "").split()
        where = f"{name}.{names[0]}" if is_time and names else name
        near = "headline " if _near(walk, line, place) else ""
        found[DateEvidence(raw, "time" if is_time else "microdata", near + where, role)] = None
    return list(found)


def _near(walk: _Walk, line: int, place: _Place) -> bool:
    if walk.headline_line is None:
        return False
    below = NEAR_LINES_BELOW if place.in_article else NEAR_LINES_BELOW // 2
    return -NEAR_LINES_ABOVE <= line - walk.headline_line <= below


def _text_dates(walk: _Walk) -> list[DateEvidence]:
    """Evidence from visible text: labelled, near the headline, or in an element classed as a date."""
    found: dict[DateEvidence, None] = {}
    above = ""
    for number, line in enumerate(walk.lines):
        if not line.foreign and len(line.text) <= MAX_LINE and any(c.isdigit() for c in line.text):
            near = _near(walk, number, _Place(line.foreign, line.in_article))
            for span in dates_of_line(line.text, above):
                role = span.role or "unknown"
                if role == "unknown" and line.date_class:
                    role = _role_of_names(line.date_class)
                if near or role != "unknown" or line.date_class:
                    where = span.label if span.role != "unknown" else ("class" if line.date_class else "line")
                    found[DateEvidence(span.raw, "text", ("headline " if near else "") + where, role)] = None
        above = line.text
    return list(found)
