"""Who signed the page: raw author strings and credit lines, collected once from one parse.

Nothing is decided here beyond *where to look*: comments, teasers, navigation and page footers are left out, and of
a list that repeats (forum posts, teasers) only its first element counts. What the strings mean (people, agencies,
places) is read by `tasks.normalise`.
"""

import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache

from lxml import html

from tasks.extract.byline_metadata import MAX_RAW, json_ld_authors, meta_authors, metadata_credits, one_line
from tasks.extract.parsed import ParsedPage, element_text
from tasks.model import Evidence

MAX_CLASS = 400  # characters of class and id names
MAX_LINE = 160  # characters of a visible byline or credit line
MAX_EVIDENCE = 60  # of a page; more are lists of teasers or comments
BEFORE_HEADLINE = 80  # elements: a byline above the headline stands close to it
AFTER_HEADLINE = 450  # elements: below it come share buttons, standfirst and picture first
LINE_AFTER = 90  # elements: a line that only reads like a byline is, further down, a teaser's (measured)
HEADLINE_ZONE = (0, 40)  # elements from the headline on: what stands there is the article's, whatever its class says
ZONE_LINKS = 8  # links in an element there that make it a menu all the same
CLUSTER = 40  # elements between the parts of one byline; what comes later belongs to something else
SAME_MARKUP = 12  # elements between two co-authors
REPEATS = 6  # the same markup with that many texts is a list, not the byline of this article
TAIL_LINES = 3  # lines at the end of a text where wire copy names its agency
HEAD_CHARS = 200  # of the first lines, where wire copy names place and agency

_BYLINE_WORDS = re.compile(
    r"^(?:by-?lines?|authors?|autor(?:en|es|e|i|a|in|zy|ka)?|auteurs?|auct?or|redactor|redakteur(?:in)?|"
    r"verfasser(?:in)?|"
    r"writers?|written|forfatter|skribent|journalist[ae]?s?|reporters?|penulis|yazar|autore|firma|signature|"
    r"contributors?|"
    r"kirjoittaja|schrijver|byliner|p-author|writtenby|postedby|editor|authored\w{0,8}|authors?(?:name|link|text|"
    r"info|url|box)s?)$"
)
# Parts around a name that are not the name itself.
_NOT_THE_NAME = re.compile(
    r"^(?:bios?|biograph\w{0,5}|about|avatars?|images?|img|photos?|pictures?|pic|icons?|social|twitter|facebook|"
    r"follow\w{0,4}|"
    r"desc|description|excerpt|role|job|jobtitle|position|email|mail|date|dates|time|timestamp|datetime|posts|articles|"
    r"count|button|btn|tooltip|contact|share|subscribe|profession|occupation|location|ort|place)$"
)
_ELSEWHERE = re.compile(
    r"^(?:comments?|commentary|kommentare?n?|kommentar|commentaires|comentarios|disqus|respond|replies|reply|related|"
    r"recommend\w{0,8}|recirc\w{0,10}|teasers?|promo|newsfeed|latest\w{0,12}|popular|trending|carousel|slider|swiper|"
    r"mega|menu|nav|navbar|navigation|sidebar|newsletter|modal|popup|archive|mostread|readmore|outbrain|"
    r"taboola|caption|figcaption|cookie\w{0,8}|breadcrumbs?|ads?|advert\w{0,8}|subscription|paywall|login|"
    r"footer|aside|sitemap|tagcloud|recentcomments|testimonials?|quote|signup|poll)$"
)
_ARTICLE_WORDS = {"post", "entry", "article", "story", "news", "content"}
_CREDIT_WORDS = re.compile(
    r"^(?:source|sources|quelle|quellen|fuente|fuentes|fonte|fonti|agency|agencies|agentur|agencia|agence|credits?|"
    r"dateline|provider|origins?|attribution|copyright|wire|syndication|kilde|bron|источник|kaynak)$"
)
_AUTHOR_PAGE = re.compile(
    r"/(?:authors?|autor(?:en|es)?|auteurs?|redaktion/autor\w{0,3}|profile|journalist[ae]?s?|people|staff|contributors?|"
    r"writers?|reporters?)/[^/]{3,80}"
)
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_WORDS = re.compile(r"[^A-Za-zА-я]+")
_WHITE = re.compile(r"\s+")
_SPACES = re.compile(r"[ \t\r\f\v\xa0]+")

_UPPER = r"[^\W\d_a-zà-öø-ÿа-я]"  # a letter that is no lower-case Latin or Cyrillic one
# What opens a printed byline. After it must come a name, so that "By law, ..." and "Von heute an" stay out.
VISIBLE_BYLINE = re.compile(
    r"^\W{0,3}(?:(?i:(?:words|text|story|interview|reporting|analysis|written|posted|published|reported|reporter|"
    r"author|"
    r"autor(?:in)?/autor(?:in)?|autor(?:in|en|es|a|e|i)?|auteur|verfasst|erstellt|beitrag|blog ?beitrag|"
    r"geschrieben|recherche|protokoll|kommentar|"
    r"texto|texte|testo|tekst|propos recueillis|penulis|yazan|автор|текст|автори|авторы|skrevet|av|af)"
    r"\W{0,3}(?:by|von|par|por|di|de|av|af|door|oleh)?[\s:]{1,3})|(?:By|BY|by|Von|VON|von|Par|PAR|Por|POR|Di|De|DE|"
    r"Door|Av|Af|Oleh|Autor|Od|Przez)[\s:]{1,3})"
    rf"{_UPPER}[\w.'’-]{{0,30}}[\s,.]"
)
# "25.10.2022 - Ann Example", "Ann Example, April 19, 2020", "06.11.2023 13:30 von Anna": beside the headline only.
_NAME = rf"{_UPPER}[\w.'’-]{{0,25}}"
_DATE_FIRST = (
    rf"\d{{1,4}}[./ -][\w./,: ]{{3,28}}?(?:\s[-–—|•·]\s|\s(?:by|von|par|por|di|door|av)\s)(?:{_NAME}\s?){{1,4}}$"
)
_NAME_FIRST = rf"(?:{_NAME}\s){{1,3}}{_NAME}(?:,\s|\s[-–—|•·]\s)[^\W\d_]{{0,10}}\.?,?\s?\d{{1,2}}[\w., /:]{{3,30}}$"
_ONLY_A_NAME = re.compile(rf"(?:{_NAME}\s){{1,4}}{_NAME}$")
DATED_BYLINE = re.compile(rf"^\W{{0,3}}(?:{_DATE_FIRST}|{_NAME_FIRST})")
SIGNATURE = "p[align=right]"  # `where` of a line set to the right
DATED_WITHIN = 25  # elements from the headline
VISIBLE_BYLINE_CJK = re.compile(
    r"^[（(\[【〔]?(?:(?:本[报報]|特[约約]|[见見][习習]|實習|实习)?[记記]者|(?:责任)?[编編][辑輯]|[责責][编編]|"
    r"作者|撰文|文|取材・文|取材・構成|著者|執筆|글|글쓴이)"
    r"\s{0,2}[：:／/・|｜●◆ ]\s{0,2}\S"
    r"|^\S{0,20}\s{0,2}\S{2,4} (?:선임|수습|인턴|객원)?기자(?:\s|$|=)"
    r"|^(?:本[报報])?[记記]者\S{2,4}\s{0,2}[／/]"
)
VISIBLE_CREDIT = re.compile(
    r"(?i)^\W{0,3}(?:quellen?|sources?|fuentes?|fontes?|fonti|agenc(?:y|ies|ia|e)s?|agentur(?:en)?|kilder?|bron|"
    r"(?:with|avec|mit|con|com|met|med) (?:inputs?|agenc|material|files|informa|text|les agences)|"
    r"来源|來源|出典|출처|источник|джерело|kaynak|zdroj|źródło|©|\(c\)|copyright)\b"
)
_BLOCKS = {"p", "div", "li", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "tr", "td", "section", "article", "header",
           "footer", "address", "dt", "dd", "br", "hr", "table", "figure", "blockquote"}  # fmt: skip
_SILENT = {"script", "style", "noscript", "time", "button", "svg", "figure", "figcaption", "picture", "template",
           "select", "form", "iframe", "sup"}  # fmt: skip
_LINE_TAGS = {"p", "div", "span", "em", "i", "b", "strong", "small", "address", "li", "h2", "h3", "h4", "h5", "h6",
              "td", "cite", "dd", "font", "center", "header", "section", "a", "mark"}  # fmt: skip


def collect_bylines(page: ParsedPage) -> tuple[Evidence, ...]:
    """Raw author strings: JSON-LD, then meta, then the page's own markup and visible lines, each in reading order.

    `where` keeps the `@type` ("author[Person].name"), the meta name, or tag and reason ("a[rel=author]",
    "span.byline", "end: div.author" for those far below the headline). Lines of one element are parted by newlines.
    """
    found = [*json_ld_authors(page), *meta_authors(page), *_markup_authors(page)]
    return tuple(dict.fromkeys(e for e in found if e.raw))[:MAX_EVIDENCE]


def collect_credits(page: ParsedPage, text: str) -> tuple[Evidence, ...]:
    """Lines where agencies and datelines stand: head and tail of the text, source elements, JSON-LD and meta names.

    `text` is the main text. `where` is "head", "tail", "line", an element ("span.source"), a meta name or a key.
    """
    found = [*_text_credits(text), *_markup_credits(page), *metadata_credits(page)]
    return tuple(dict.fromkeys(e for e in found if e.raw))[:MAX_EVIDENCE]


# --- the page's own markup -----------------------------------------------------------------------------------------


def _markup_authors(page: ParsedPage) -> list[Evidence]:
    """Byline elements and visible byline lines; those far from the first near the headline are marked "end: "."""
    near: list[tuple[int, str, Evidence]] = []
    end: list[tuple[int, str, Evidence]] = []
    for position, element in _reading_order(page):
        evidence = _markup_author(element, position)
        if evidence and evidence.where == SIGNATURE:
            if position > 0:
                end.append((position, "", evidence))
        elif evidence:
            close = -BEFORE_HEADLINE <= position <= (LINE_AFTER if evidence.source == "text" else AFTER_HEADLINE)
            (near if close else end).append((position, f"{element.tag} {element.get('class')}", evidence))
    signatures = {e for _, _, e in end if e.where == SIGNATURE}
    end = [one for one in end if one[2].where != SIGNATURE]
    below = [n for n in near if n[0] >= 0] or near
    first = last = below[0][0] if below else 0
    kept: list[Evidence] = []
    seen: dict[str, int] = {}
    for position, sign, evidence in near:
        # The same markup again, further away than co-authors stand from each other, is the next card of a list.
        apart = position - seen.get(sign, position) > SAME_MARKUP
        if not apart and (abs(position - first) <= CLUSTER or 0 <= position - last <= CLUSTER):
            last = max(last, position)
            seen[sign] = position
            kept.append(evidence)
        else:
            end.append((position, sign, evidence))
    end.sort(key=lambda e: (e[0] < 0, e[0]))
    # One line set to the right is a signature; several are signed letters.
    kept += signatures if len(signatures) == 1 else ()
    return kept + [Evidence(e.raw, e.source, f"end: {e.where}") for e in _without_lists(end)]


def _markup_author(element: html.HtmlElement, position: int) -> Evidence | None:
    kind = _byline_kind(element)
    if kind:
        raw = _lines(element)
        return Evidence(raw, *kind) if raw and len(raw) <= MAX_RAW else None
    if element.tag in _LINE_TAGS and _may_be_line(element):
        raw = _short_text(element)
        if raw and (VISIBLE_BYLINE.match(raw) or VISIBLE_BYLINE_CJK.match(raw)):
            return Evidence(raw, "text", "line")
        if _is_set_right(element) and _ONLY_A_NAME.match(raw):
            return Evidence(raw, "text", SIGNATURE)
        if abs(position) <= DATED_WITHIN and DATED_BYLINE.match(raw):
            return Evidence(raw, "text", "dated line")
    return None


def _reading_order(page: ParsedPage) -> Iterator[tuple[int, html.HtmlElement]]:
    """Elements of the article's part of the page with their distance from the headline, in elements."""
    elements = [e for e in page.tree.iter() if isinstance(e.tag, str)]
    headline = _headline_index(page, elements)
    around = set(elements[headline].iterancestors()) if headline else set()
    skipped: html.HtmlElement | None = None
    for index, element in enumerate(elements):
        if skipped is not None:
            if any(a is skipped for a in element.iterancestors()):
                continue
            skipped = None
        # What holds the headline is the article, whatever its class says ("has-sidebar", "search-result").
        if element.tag in _SILENT or (element not in around and _is_elsewhere(element, index - headline)):
            skipped = element
            continue
        yield index - headline, element


def _headline_index(page: ParsedPage, elements: list[html.HtmlElement]) -> int:
    """Where the headline stands: the h1 that og:title or the title repeats, else the first long h1, else 0."""
    titles = " ".join(
        [*page.meta_values("og:title", "twitter:title")[:2], page.tree.findtext(".//title") or ""]
    ).casefold()
    found = 0
    for index, element in enumerate(elements):
        if element.tag != "h1":
            continue
        text = element_text(element).casefold()
        if len(text) > 12 and text in titles:
            return index
        if len(text) > 12:
            found = found or index
    return found


def _is_elsewhere(element: html.HtmlElement, position: int) -> bool:
    """Comments, teasers, navigation, page footers: other people's names."""
    tag = element.tag
    if tag in ("body", "html", "main", "article"):
        return False
    words = _class_words(element)
    if tag in ("nav", "menu", "aside", "footer"):
        words |= {tag}
    if not _elsewhere_words(words):
        return False
    if HEADLINE_ZONE[0] <= position <= HEADLINE_ZONE[1] and len(element.xpath(".//a")) <= ZONE_LINKS:
        return False
    if words & {"footer", "aside"} and not words & {"nav", "menu", "sidebar"}:
        # An article has its own footer, where many set the author.
        return not (words & _ARTICLE_WORDS or any(a.tag in ("article", "main") for a in element.iterancestors()))
    return _byline_word(words) is None


def _is_set_right(element: html.HtmlElement) -> bool:
    """A line set to the right below the text: how Vietnamese papers, and many elsewhere, print the author."""
    style = (element.get("style") or "")[:MAX_CLASS].replace(" ", "").lower()
    return element.tag in ("p", "div") and ("text-align:right" in style or element.get("align") == "right")


def _byline_kind(element: html.HtmlElement) -> tuple[str, str] | None:
    """(source, where) when the element's markup says that it holds authors."""
    tag = element.tag
    if "author" in (element.get("rel") or "").lower().split():
        return "link", f"{tag}[rel=author]"
    itemprop = (element.get("itemprop") or "").lower().split()
    if tag != "meta" and ("author" in itemprop or "creator" in itemprop):
        return "microdata", f"{tag}[itemprop=author]"
    if tag in ("body", "html", "main", "article", "meta", "link", "img", "input", "label"):
        return None
    words = _class_words(element)
    named = _byline_word(words)
    if named and not any(_NOT_THE_NAME.match(w) for w in words if w not in ("date", "time", "place")):
        return "html", f"{tag}.{named}"
    href = element.get("href") or ""
    if tag == "a" and _AUTHOR_PAGE.search(href[:300]):
        return "link", "a[href=author]"
    return None


def _class_words(element: html.HtmlElement) -> frozenset[str]:
    names = " ".join(filter(None, map(element.get, ("class", "id", "data-testid", "data-component", "data-qa"))))
    return _words_of(names[:MAX_CLASS]) if names else frozenset()


@lru_cache(maxsize=8192)  # the same few classes stand on thousands of elements
def _words_of(names: str) -> frozenset[str]:
    return frozenset(w.lower() for w in _WORDS.split(_CAMEL.sub(" ", names)) if len(w) > 1)


@lru_cache(maxsize=8192)
def _elsewhere_words(words: frozenset[str]) -> bool:
    return any(_ELSEWHERE.match(w) for w in words)


@lru_cache(maxsize=8192)
def _byline_word(words: frozenset[str]) -> str | None:
    return next((w for w in sorted(words) if _BYLINE_WORDS.match(w)), None)


def _short_text(element: html.HtmlElement) -> str:
    """Visible text of an element that may be one line; "" when it is longer, without reading it all."""
    pieces, length = [], 0
    for piece in element.itertext():
        pieces.append(piece)
        length += len(piece)
        if length > 4 * MAX_LINE:  # white space counts, too
            return ""
    text = _WHITE.sub(" ", "".join(pieces)).strip()
    return text if len(text) <= MAX_LINE else ""


def _may_be_line(element: html.HtmlElement) -> bool:
    """A short line of its own: cheap tests before any text is joined."""
    text = (element.text or "").strip()
    if len(text) > MAX_LINE or (not text and len(element) == 0):
        return False
    return len(element) <= 8 and not any(child.tag in ("p", "div", "ul", "section") for child in element)


def _lines(element: html.HtmlElement) -> str:
    """Visible text of an element; block boundaries, links and spans that touch become newlines."""
    pieces: list[str] = []

    def walk(node: html.HtmlElement, depth: int) -> None:
        if not isinstance(node.tag, str) or node.tag in _SILENT or depth > 25 or len(pieces) > 400:
            return
        if node is not element and _class_words(node) & {"bio", "biography", "avatar", "tooltip", "role", "email"}:
            return
        edge = "\n" if node.tag in _BLOCKS else ("\t" if node.tag == "a" else "")
        pieces.append(edge)
        pieces.append(node.text or "")
        for child in node:
            walk(child, depth + 1)
            tail = child.tail or ""
            pieces.append(tail if tail else "\v")
        pieces.append(edge)

    walk(element, 0)
    text = "".join(p.replace("\n", " ") if len(p) > 1 else p for p in pieces)
    text = re.sub(r"\v+(?=\S)", "\n", re.sub(r"\t[ \v]{0,20}\t", "\n", text)).replace("\t", "").replace("\v", "")
    return "\n".join(line for line in (_SPACES.sub(" ", raw).strip() for raw in text.split("\n")) if line)


def _without_lists(found: list[tuple[int, str, Evidence]]) -> list[Evidence]:
    """Of markup that repeats with many texts (teasers, posts) only the first counts."""
    often = {sign for sign, n in Counter(sign for sign, _ in {(s, e.raw) for _, s, e in found}).items() if n >= REPEATS}
    kept, seen = [], set()
    for _, sign, evidence in found:
        if sign in often and sign in seen:
            continue
        seen.add(sign)
        kept.append(evidence)
    return kept


# --- credits -------------------------------------------------------------------------------------------------------


def _text_credits(text: str) -> Iterator[Evidence]:
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    for line in lines[:2]:
        yield Evidence(one_line(line[:HEAD_CHARS]), "text", "head")
    for line in lines[2:][-TAIL_LINES:]:
        yield Evidence(one_line(line[-HEAD_CHARS:]), "text", "tail")


def _markup_credits(page: ParsedPage) -> Iterator[Evidence]:
    for position, element in _reading_order(page):
        if element.tag not in _LINE_TAGS or position < -BEFORE_HEADLINE or not _may_be_line(element):
            continue
        words = _class_words(element)
        named = next((w for w in sorted(words) if _CREDIT_WORDS.match(w)), None)
        raw = _short_text(element)
        if not raw:
            continue
        if named and not words & {"image", "img", "photo", "picture", "media", "video"}:
            yield Evidence(raw, "html", f"{element.tag}.{named}")
        elif VISIBLE_CREDIT.match(raw):
            yield Evidence(raw, "html", "line")
