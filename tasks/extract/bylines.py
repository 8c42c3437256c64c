"""Who signed the page: raw author strings and credit lines, collected once from one parse.

Nothing is decided here beyond *where to look*: comments, teasers, navigation and page footers are left out, and of
a list that repeats (forum posts, teasers) only its first element counts. What the strings mean (people, agencies,
places) is read by `tasks.normalise`.
"""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from lxml import html

from tasks.extract.parsed import ParsedPage, element_text, types_of
from tasks.extract.schema import article_node
from tasks.model import Evidence

MAX_RAW = 300  # characters of one author string; longer ones are biographies
MAX_LINE = 160  # characters of a visible byline or credit line
MAX_EVIDENCE = 60  # of a page; more are lists of teasers or comments
BEFORE_HEADLINE = 80  # elements: a byline above the headline stands close to it
AFTER_HEADLINE = 450  # elements: below it come share buttons, standfirst and picture first
HEADLINE_ZONE = (-10, 40)  # elements around the headline: what stands there is the article's, whatever its class says
ZONE_LINKS = 8  # links in an element there that make it a menu all the same
CLUSTER = 40  # elements between the parts of one byline; what comes later belongs to something else
SAME_MARKUP = 12  # elements between two co-authors
REPEATS = 6  # the same markup with that many texts is a list, not the byline of this article
TAIL_LINES = 3  # lines at the end of a text where wire copy names its agency
HEAD_CHARS = 200  # of the first lines, where wire copy names place and agency

# schema.org/Article and its subtypes, besides what ends in "Article"; the weak ones only where there is no other.
ARTICLE_TYPES = {"BlogPosting", "SocialMediaPosting", "DiscussionForumPosting", "LiveBlogPosting", "Report", "Review",
                 "Recipe", "TechArticle", "CriticReview", "PodcastEpisode"}  # fmt: skip
WEAK_TYPES = {"WebPage", "CreativeWork", "VideoObject", "NewsVideoObject", "ItemPage", "Book"}

AUTHOR_META = ("author", "authors", "article:author", "article:author_name", "og:article:author", "og:author",
               "parsely-author", "sailthru.author", "sailthru.byline_name", "byl", "byline", "dc.creator", "dc:creator",
               "dcterms.creator", "cxenseparse:author", "cxenseparse:recs:author", "vr:author", "lp.article:author",
               "dable:author", "mrf:authors", "cse_author", "citation_author", "shareaholic:article_author_name",
               "twitter:misc:written by", "article.author", "article_author", "author_name", "authorname",
               "twitter:author")  # fmt: skip
CREDIT_META = ("source", "news_source", "article:source", "dc.source", "dc.rights", "agency", "article:agency",
               "copyright", "syndication-source", "original-source", "publisher", "dc.publisher", "provider",
               "cxenseparse:source", "rights")  # fmt: skip
# Labels of twitter:label1/twitter:data1 pairs (written by a widespread SEO plugin) that announce an author.
WRITTEN_BY = re.compile(
    r"(?i)\b(?:written|author|by|verfasst|geschrieben|autor|écrit|rédigé|par|escrito|por|scritto|autore|geschreven|"
    r"skrevet|skrivet|skriven|napisan\w+|napsal|kirjoitt\w+|yazan|yazar|penulis|ditulis|оавтор|автор|написано)\b"
    r"|[作著]者|執筆|글쓴이|작성자|کاتب|מאת|نوشته|كتب"
)

_BYLINE_WORDS = re.compile(
    r"^(?:by-?lines?|authors?|autor(?:en|es|e|i|a|in|zy|ka)?|auteurs?|auct?or|redactor|redakteur(?:in)?|verfasser(?:in)?|"
    r"writers?|written|forfatter|skribent|journalist[ae]?s?|reporters?|penulis|yazar|autore|firma|signature|contributors?|"
    r"kirjoittaja|schrijver|byliner|p-author|writtenby|postedby|editor|authored\w{0,8}|authors?(?:name|link|text|info|url|box)s?)$"
)
# Parts around a name that are not the name itself.
_NOT_THE_NAME = re.compile(
    r"^(?:bios?|biograph\w{0,5}|about|avatars?|images?|img|photos?|pictures?|pic|icons?|social|twitter|facebook|follow\w{0,4}|"
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
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_WORDS = re.compile(r"[^A-Za-zА-я]+")
_SPACES = re.compile(r"[ \t\r\f\v\xa0]+")

_UPPER = r"[^\W\d_a-zà-öø-ÿа-я]"  # a letter that is no lower-case Latin or Cyrillic one
# What opens a printed byline. After it must come a name, so that "By law, ..." and "Von heute an" stay out.
VISIBLE_BYLINE = re.compile(
    r"^\W{0,3}(?:(?i:(?:words|text|story|interview|reporting|analysis|written|posted|published|reported|reporter|author|"
    r"autor(?:in)?/autor(?:in)?|autor(?:in|en|es|a|e|i)?|auteur|verfasst|erstellt|beitrag|blog ?beitrag|geschrieben|recherche|protokoll|kommentar|"
    r"texto|texte|testo|tekst|propos recueillis|penulis|yazan|автор|текст|автори|авторы|skrevet|av|af)"
    r"\W{0,3}(?:by|von|par|por|di|de|av|af|door|oleh)?[\s:]{1,3})|(?:By|BY|by|Von|VON|von|Par|PAR|Por|POR|Di|De|DE|Door|Av|Af|Oleh|Autor|Od|Przez)[\s:]{1,3})"
    rf"{_UPPER}[\w.'’-]{{0,30}}[\s,.]"
)
# "25.10.2022 - Ann Example", "Ann Example, April 19, 2020", "06.11.2023 13:30 von Anna": beside the headline only.
DATED_BYLINE = re.compile(
    rf"^\W{{0,3}}(?:\d{{1,4}}[./ -][\w./,: ]{{3,28}}?(?:\s[-–—|•·]\s|\s(?:by|von|par|por|di|door|av)\s)(?:{_UPPER}[\w.'’-]{{1,25}}\s?){{1,4}}$"
    rf"|(?:{_UPPER}[\w.'’-]{{0,25}}\s){{1,3}}{_UPPER}[\w.'’-]{{1,25}}(?:,\s|\s[-–—|•·]\s)[^\W\d_]{{0,10}}\.?,?\s?\d{{1,2}}[\w., /:]{{3,30}}$)"
)
DATED_WITHIN = 25  # elements from the headline
VISIBLE_BYLINE_CJK = re.compile(
    r"^[（(\[【〔]?(?:(?:本[报報]|特[约約]|[见見][习習]|實習|实习)?[记記]者|(?:责任)?[编編][辑輯]|[责責][编編]|作者|撰文|文|取材・文|取材・構成|著者|執筆|글|글쓴이)"
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
    found = [*_json_ld_authors(page), *_meta_authors(page), *_markup_authors(page)]
    return tuple(dict.fromkeys(e for e in found if e.raw))[:MAX_EVIDENCE]


def collect_credits(page: ParsedPage, text: str) -> tuple[Evidence, ...]:
    """Lines where agencies and datelines stand: head and tail of the text, source elements, JSON-LD and meta names.

    `text` is the main text. `where` is "head", "tail", "line", an element ("span.source"), a meta name or a JSON-LD key.
    """
    found = [*_text_credits(text), *_markup_credits(page), *_named_credits(page)]
    return tuple(dict.fromkeys(e for e in found if e.raw))[:MAX_EVIDENCE]


# --- JSON-LD -------------------------------------------------------------------------------------------------------


def _json_ld_authors(page: ParsedPage) -> Iterator[Evidence]:
    by_id = {node["@id"]: node for node in page.json_ld if isinstance(node.get("@id"), str) and "name" in node}
    for node in _article_nodes(page):
        for key in ("author", "creator"):
            names = list(_names(node.get(key), key, by_id, depth=0))
            yield from names
            if names:
                break


def _article_nodes(page: ParsedPage) -> list[dict[str, Any]]:
    """The nodes that describe this page and name an author: the article's own, else the first, and its doubles."""
    own = article_node(page)
    nodes = [n for n in page.json_ld if n is own or _is_article(n, ARTICLE_TYPES)]
    nodes = nodes or [n for n in page.json_ld if _is_article(n, WEAK_TYPES)]
    signed = [n for n in nodes if n.get("author") or n.get("creator")]
    if not signed:
        return [own] if own else nodes[:1]
    first = own if own is not None and own in signed else signed[0]
    headline = first.get("headline")
    return [first, *(n for n in signed if n is not first and headline and n.get("headline") == headline)]


def _is_article(node: dict[str, Any], types: set[str]) -> bool:
    return any(t in types or (types is ARTICLE_TYPES and t.endswith("Article")) for t in types_of(node))


def _names(value: Any, key: str, by_id: dict[str, dict[str, Any]], depth: int) -> Iterator[Evidence]:
    """Names of an author value: a string, an object, a reference by `@id`, or a list of these."""
    if depth > 4:
        return
    if isinstance(value, list):
        for child in value[:MAX_EVIDENCE]:
            yield from _names(child, key, by_id, depth + 1)
    elif isinstance(value, str):
        yield Evidence(_line(value), "json-ld", key)
    elif isinstance(value, dict):
        if "name" not in value and isinstance(value.get("@id"), str):
            value = by_id.get(value["@id"], value)
        kind = next(iter(types_of(value)), "")
        name = value.get("name")
        if not name and (value.get("givenName") or value.get("familyName")):
            name = f"{value.get('givenName') or ''} {value.get('familyName') or ''}"
        for one in name if isinstance(name, list) else [name]:
            if isinstance(one, str):
                yield Evidence(_line(one), "json-ld", f"{key}[{kind}].name")


def _named_credits(page: ParsedPage) -> Iterator[Evidence]:
    for node in _article_nodes(page):
        for key in ("sourceOrganization", "provider", "copyrightHolder", "publisher", "isBasedOn"):
            for evidence in _names(node.get(key), key, {}, depth=0):
                if not evidence.raw.startswith("http"):
                    yield evidence
    for name in CREDIT_META:
        for content in page.meta_values(name):
            yield Evidence(_line(content), "meta", name)


# --- meta ----------------------------------------------------------------------------------------------------------


def _meta_authors(page: ParsedPage) -> Iterator[Evidence]:
    for name in AUTHOR_META:
        for content in page.meta_values(name):
            yield Evidence(_line(content), "meta", name)
    for number in "12":
        labels, values = page.meta_values(f"twitter:label{number}"), page.meta_values(f"twitter:data{number}")
        if labels and values and WRITTEN_BY.search(labels[0]):
            yield Evidence(_line(values[0]), "meta", f"twitter:data{number}")


# --- the page's own markup -----------------------------------------------------------------------------------------


def _markup_authors(page: ParsedPage) -> list[Evidence]:
    """Byline elements and visible byline lines; those far from the first near the headline are marked "end: "."""
    near: list[tuple[int, str, Evidence]] = []
    end: list[tuple[int, str, Evidence]] = []
    for position, element in _reading_order(page):
        evidence = _markup_author(element, position)
        if evidence:
            close = -BEFORE_HEADLINE <= position <= AFTER_HEADLINE
            (near if close else end).append((position, f"{element.tag} {element.get('class')}", evidence))
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
    return kept + [Evidence(e.raw, e.source, f"end: {e.where}") for e in _without_lists(end)]


def _markup_author(element: html.HtmlElement, position: int) -> Evidence | None:
    kind = _byline_kind(element)
    if kind:
        raw = _lines(element)
        return Evidence(raw, *kind) if raw and len(raw) <= MAX_RAW else None
    if element.tag in _LINE_TAGS and _may_be_line(element):
        raw = element_text(element)
        if len(raw) <= MAX_LINE and (VISIBLE_BYLINE.match(raw) or VISIBLE_BYLINE_CJK.match(raw)):
            return Evidence(raw, "text", "line")
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
        words = words | {tag}
    if not any(_ELSEWHERE.match(w) for w in words):
        return False
    if HEADLINE_ZONE[0] <= position <= HEADLINE_ZONE[1]:
        if len(element.xpath(".//a")) <= ZONE_LINKS:
            return False
    if words & {"footer", "aside"} and not words & {"nav", "menu", "sidebar"}:
        # An article has its own footer, where many set the author.
        return not (words & _ARTICLE_WORDS or any(a.tag in ("article", "main") for a in element.iterancestors()))
    return not any(_BYLINE_WORDS.match(w) for w in words - {"comment"})


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
    named = next((w for w in sorted(words) if _BYLINE_WORDS.match(w)), None)
    if named and not any(_NOT_THE_NAME.match(w) for w in words if w not in ("date", "time", "place")):
        return "html", f"{tag}.{named}"
    href = element.get("href") or ""
    if tag == "a" and re.search(r"/(?:authors?|autor(?:en|es)?|auteurs?|redaktion/autor\w{0,3}|profile|journalist[ae]?s?|"
                                r"people|staff|contributors?|writers?|reporters?)/[^/]{3,80}", href[:300]):  # fmt: skip
        return "link", "a[href=author]"
    return None


def _class_words(element: html.HtmlElement) -> set[str]:
    names = " ".join(element.get(a) or "" for a in ("class", "id", "data-testid", "data-component", "data-qa"))[:400]
    return {w.lower() for w in _WORDS.split(_CAMEL.sub(" ", names)) if len(w) > 1} if names.strip() else set()


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
        yield Evidence(_line(line[:HEAD_CHARS]), "text", "head")
    for line in lines[2:][-TAIL_LINES:]:
        yield Evidence(_line(line[-HEAD_CHARS:]), "text", "tail")


def _markup_credits(page: ParsedPage) -> Iterator[Evidence]:
    for position, element in _reading_order(page):
        if element.tag not in _LINE_TAGS or position < -BEFORE_HEADLINE or not _may_be_line(element):
            continue
        words = _class_words(element)
        named = next((w for w in sorted(words) if _CREDIT_WORDS.match(w)), None)
        raw = element_text(element)
        if not raw or len(raw) > MAX_LINE:
            continue
        if named and not words & {"image", "img", "photo", "picture", "media", "video"}:
            yield Evidence(raw, "html", f"{element.tag}.{named}")
        elif VISIBLE_CREDIT.match(raw):
            yield Evidence(raw, "html", "line")


def _line(raw: str) -> str:
    return _SPACES.sub(" ", raw.replace("\n", " ")).strip()[:MAX_RAW]
