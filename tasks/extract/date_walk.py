"""One walk over the tree of a page: its visible lines, its date-bearing elements, and how near each is to the headline.

What belongs to comments or lists of other articles is left out; what stands in sidebars, teasers and footers is
marked, because some themes keep the article's own date there and others keep other articles' dates there.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

from tasks.extract.date_marks import DATE_TAGS, is_marked
from tasks.extract.headline import printed_title
from tasks.extract.outline import Outline
from tasks.extract.parsed import ParsedPage

Level = Literal["page", "aside", "foreign"]  # foreign: not walked
Meaning = tuple[bool, bool, bool]  # (foreign, aside, a date's)

MAX_HEADINGS = 80  # of a page, among which its headline is looked for
MAX_MARKED = 400  # elements with a date in their markup; pages with more list other articles
MAX_LINE = 240  # characters of a line that is kept; longer ones are prose, cut one character later
SHORT = 2 * MAX_LINE  # characters of an element's text that are read where only a line can be meant
MAX_NAMES = 300  # characters of class and id that are looked at
MIN_TITLE = 8  # letters and digits of a heading that can be told from a menu entry
NEAR_ABOVE = 12  # lines of visible text over the headline that may still date it
NEAR_BELOW = 30  # lines under it, inside the element that holds the article; half of it where none does

SKIPPED = frozenset(("script", "style", "template", "svg", "select", "option", "textarea", "iframe", "object", "head"))
HEADINGS = frozenset(("h1", "h2", "h3", "h4"))
# fmt: off
INLINE = frozenset((
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "dfn", "em", "font", "i", "img", "ins",
    "kbd", "label", "mark", "nobr", "noscript", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup",
    "time", "tt", "u", "var", "wbr", "amp-timeago", "relative-time", "time-ago",
))
# fmt: on
# Class and id names are matched in small letters: twice as fast as without regard to case.
# Classes and ids of containers that hold other people's words or other articles.
FOREIGN_CLASS = re.compile(
    r"(?:^|[\s_-])(?:comments?|commentlist|disqus|respond|replies|related|recommend\w*|popular|trending|most-?read|"
    r"latest|newsletter|breadcrumbs?|ticker|read-?more|more-?(?:news|from|stories|articles|posts)|also-?(?:read|like)|"
    r"tweet|embed|outbrain|taboola|leserbriefe?|kommentare?|calendar)(?:$|[\s_-])"
    r"|(?:related|recommended|comment|similar|popular)(?:posts?|articles?|stories|news|list|s)",
)
ASIDE_TAGS = frozenset(("aside", "footer", "nav"))
TELLING_TAGS = ASIDE_TAGS | {"article", "figure"}  # the others say nothing without attributes
ASIDE_CLASS = re.compile(
    r"(?:^|[\s_-])(?:captions?|sidebar|widget-?area|aside|menu|navigation|navbar|promo|teasers?|gallery|carousel|slider|rail)"
    r"(?:$|[\s_-])|(?:^|\s)(?:(?:site|page|main|global)[_-]?)?footer(?:$|\s)",
)
FOREIGN_TYPES = re.compile(r"(?:Comment|UserComments|ImageObject|Event|Person|Offer|Review|ItemList)$")
ASIDE_TYPES = re.compile(r"(?:VideoObject|AudioObject)$")  # a page may be nothing else
ARTICLE_TYPES = re.compile(r"(?:Article|BlogPosting|Report|Posting|Recipe|CreativeWork)$")
DATE_CLASS = re.compile(
    r"(?:^|[\s_-])(?:dates?|datetime|time|timestamp|published|publish|pubdate|pubdatetime|posted|posted-?on|submitted|datum|"
    r"fecha|datepublished|date-?line|entry-?date|post-?date|byline|updated|modified|created)(?:$|[\s_-])"
    r"|(?:publish|publication|post|article|entry|news|pub|update|modified)(?:ed)?[_-]?(?:date|time|on)",
)


_NO_LETTER = re.compile(r"[\W_]+")
_NOTHING: Meaning = (False, False, False)


@dataclass(frozen=True, slots=True)
class Place:
    """Where an open element stands; passed on to what it contains."""

    level: Level = "page"
    in_article: bool = False  # inside the element that holds the headline and the article
    date_class: str = ""  # class and id of an open element that looks like a date's


@dataclass(slots=True)
class Line:
    """A line of visible text as a reader sees it."""

    text: str
    place: Place
    date_class: str  # class and id of an element around or in it that looks like a date's


@dataclass(slots=True)
class Marked:
    """An element that may carry a date in its markup. `before`: the text of its line that stands before it."""

    at: int  # its index in the outline
    place: Place
    line: int  # index of the line it stands in
    before: str


@dataclass(slots=True)
class Walk:
    """What one walk found. `headline_line`: index of the headline's line; None without a headline."""

    outline: Outline
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


def walk_page(page: ParsedPage, outline: Outline) -> Walk:
    """Walk a page in document order."""
    return _Walker(outline, main_headline(page, outline)).run()


class _Walker:
    """The state of one walk."""

    def __init__(self, outline: Outline, headline: int | None) -> None:
        self.found = Walk(outline)
        self.outline = outline
        self.headline = headline
        self.above = frozenset() if headline is None else frozenset(outline.ancestors(headline))
        self.article = _article_of(outline, headline)
        self.own = self.above if self.article is None else self.above | {self.article}
        self.in_own_article = self.article is not None and outline.tags[self.article] == "article"
        self.parts: list[str] = []
        self.line_class = ""
        self.articles_seen = 0

    def run(self) -> Walk:
        outline = self.outline
        tags, texts, tails, ends, attributes = (
            outline.tags, outline.texts, outline.tails, outline.ends, outline.attributes,
        )  # fmt: skip
        outer = Place()
        opened: list[tuple[int, Place, Place, bool, str | None]] = []  # end, place, outer, is a block, tail
        at, count, parts, own, headline = 0, len(tags), self.parts, self.own, self.headline
        while at < count or opened:
            while opened and opened[-1][0] <= at:
                _, place, outer, is_block, tail = opened.pop()
                if is_block and parts:
                    self.flush(place)
                if tail and (parts or not tail.isspace()):  # no line starts with space
                    parts.append(tail)
            if at >= count:
                break
            tag = tags[at]
            place = outer
            named = attributes[at]
            if named or tag in TELLING_TAGS or at in own:
                place = self.place_of(at, tag, outer)
            is_inline = tag in INLINE
            if parts and not is_inline:
                self.flush(outer)
            is_skipped = tag in SKIPPED
            opened.append((ends[at], place, outer, not (is_inline or is_skipped), tails[at]))
            outer = place
            if is_skipped or place.level == "foreign":
                at = ends[at]
                continue
            if place.date_class and not self.line_class:
                self.line_class = place.date_class
            if named or tag in DATE_TAGS:
                self.note(at, tag, place)
                if "style" in named and _is_hidden(named):
                    at = ends[at]
                    continue
            if at == headline:
                self.found.headline_line = len(self.found.lines)
            text = texts[at]
            if text and (parts or not text.isspace()):
                if tag == "span" and parts and text[0].isdigit() and parts[-1][-1:].isalnum():
                    parts.append(" ")  # "name", "28.09.19" and "12:44", kept apart by a style sheet
                parts.append(text)
            at += 1
        return self.found

    def flush(self, place: Place) -> None:
        text = " ".join("".join(self.parts).split())
        self.parts.clear()
        if text:
            self.found.lines.append(Line(text[: MAX_LINE + 1], place, self.line_class))
            self.line_class = ""

    def place_of(self, at: int, tag: str, outer: Place) -> Place:
        attributes = self.outline.attributes[at]
        if at in self.own:
            return Place(in_article=at == self.article or outer.in_article)
        classes, name = attributes.get("class"), attributes.get("id")
        is_named = (classes or name) and tag not in ("html", "body")
        meaning = _meaning(classes or "", name or "") if is_named else _NOTHING
        is_typed = "itemtype" in attributes or "typeof" in attributes
        if meaning is _NOTHING and not is_typed and tag not in TELLING_TAGS:
            return outer  # nearly all
        is_foreign, is_aside, is_dated = meaning
        level: Level = outer.level
        if tag == "article":
            self.articles_seen += 1
        if is_foreign or (is_typed and FOREIGN_TYPES.search(_kind(attributes))):
            level = "foreign"
        elif tag == "figure" or (tag == "article" and self.in_own_article):
            level = "foreign" if outer.in_article else "aside"
        elif (
            (tag == "article" and self.articles_seen > 1)
            or is_aside
            or (is_typed and ASIDE_TYPES.search(_kind(attributes)))
            or (tag in ASIDE_TAGS and not (tag == "footer" and outer.in_article))
        ):
            level = "aside"
        dated = _names(attributes) if is_dated else outer.date_class
        if level == outer.level and dated == outer.date_class:
            return outer
        return Place(level, outer.in_article, dated)

    def note(self, at: int, tag: str, place: Place) -> None:
        """Remember an element that may carry a date in an attribute, property or `<time>`."""
        if len(self.found.marked) >= MAX_MARKED:
            return
        attributes = self.outline.attributes[at]
        if len(attributes) == 1 and "class" in attributes and tag not in DATE_TAGS:
            return  # half of all
        if is_marked(tag, attributes):
            before = "".join(self.parts[-8:])[-MAX_LINE:].strip()
            self.found.marked.append(Marked(at, place, len(self.found.lines), before))


def main_headline(page: ParsedPage, outline: Outline) -> int | None:
    """The heading that shows the page's title: the one like og:title, else the longest part of `<title>`.

    Without such a one the first h1, then the line that is the `<title>`, then None. Its index in the outline.
    """
    headings = [at for at, tag in enumerate(outline.tags) if tag in HEADINGS][:MAX_HEADINGS]
    words = [letters(outline.head_text(at, SHORT)) for at in headings]
    named = [letters(t) for t in page.meta_values("og:title", "twitter:title")]
    titles = [letters(outline.head_text(at, SHORT)) for at in outline.head_titles()]
    for wanted in (named, titles):
        matches = [
            (len(text), -at)
            for at, text in zip(headings, words, strict=True)
            if len(text) >= MIN_TITLE and any(text in w or (len(w) >= MIN_TITLE and w in text) for w in wanted)
        ]
        if matches:
            return -max(matches)[1]
    first = next((at for at, text in zip(headings, words, strict=True) if outline.tags[at] == "h1" and text), None)
    # Old pages print their headline in any element: the line that is their `<title>`.
    return printed_title(page) if first is None else first


def letters(text: str) -> str:
    """Letters and digits only, for comparing titles."""
    return _NO_LETTER.sub("", text[:400].casefold())


def _article_of(outline: Outline, headline: int | None) -> int | None:
    """What holds the article: the nearest `<article>`, `<main>` or article-typed scope of the headline."""
    if headline is None:
        return None
    for at in outline.ancestors(headline):
        if outline.tags[at] in ("article", "main") or ARTICLE_TYPES.search(_kind(outline.attributes[at])):
            return at
    return None


def _is_hidden(attributes: Mapping[str, str]) -> bool:
    style = attributes.get("style")
    return style is not None and "display:none" in style[:200].replace(" ", "").lower()


def _names(attributes: Mapping[str, str]) -> str:
    return f"{attributes.get('class') or ''} {attributes.get('id') or ''}".strip()[:MAX_NAMES]


@lru_cache(maxsize=16_384)
def _meaning(classes: str, name: str) -> Meaning:
    """What class and id say; pages repeat the same few hundred, and sites the same words in them."""
    foreign = aside = dated = False
    for word in f"{classes} {name}".strip()[:MAX_NAMES].lower().split():  # no pattern looks beyond white space
        one = _meaning_of_word(word)
        if one is not _NOTHING:
            foreign, aside, dated = foreign or one[0], aside or one[1], dated or one[2]
    return (foreign, aside, dated) if foreign or aside or dated else _NOTHING


@lru_cache(maxsize=65_536)
def _meaning_of_word(word: str) -> Meaning:
    foreign, aside, dated = FOREIGN_CLASS.search(word), ASIDE_CLASS.search(word), DATE_CLASS.search(word)
    return (bool(foreign), bool(aside), bool(dated)) if foreign or aside or dated else _NOTHING


def _kind(attributes: Mapping[str, str]) -> str:
    return (attributes.get("itemtype") or attributes.get("typeof") or "")[:MAX_NAMES].rstrip("/")
