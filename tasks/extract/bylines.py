"""Who signed the page: raw author strings and credit lines, collected once from one parse.

Nothing is decided here beyond *where to look*: comments, teasers, navigation and page footers are left out, and of
a list that repeats (forum posts, teasers) only its first element counts. What the strings mean (people, agencies,
places) is read by `tasks.normalise`.
"""

import re
from collections import Counter
from collections.abc import Iterator

from tasks.extract.article_part import SILENT, ArticlePart, Part, article_part, line_of
from tasks.extract.byline_metadata import MAX_RAW, json_ld_authors, meta_authors, metadata_credits, one_line
from tasks.extract.class_words import class_words
from tasks.extract.date_text import find_spans
from tasks.extract.outline import Outline
from tasks.extract.parsed import ParsedPage
from tasks.model import Evidence

MAX_STYLE = 400  # characters of a style
MAX_EVIDENCE = 60  # of a page; more are lists of teasers or comments
BEFORE_HEADLINE = 80  # elements: a byline above the headline stands close to it
AFTER_HEADLINE = 450  # elements: below it come share buttons, standfirst and picture first
LINE_AFTER = 90  # elements: a line that only reads like a byline is, further down, a teaser's (measured)
CLUSTER = 40  # elements between the parts of one byline; what comes later belongs to something else
SAME_MARKUP = 12  # elements between two co-authors
REPEATS = 6  # the same markup with that many texts is a list, not the byline of this article
TAIL_LINES = 3  # lines at the end of a text where wire copy names its agency
HEAD_CHARS = 200  # of the first lines, where wire copy names place and agency

_AUTHOR_PAGE = re.compile(
    r"/(?:authors?|autor(?:en|es)?|auteurs?|redaktion/autor\w{0,3}|profile|journalist[ae]?s?|people|staff|contributors?|"
    r"writers?|reporters?)/[^/]{3,80}"
)
_SPACES = re.compile(r"[ \t\r\f\v\xa0]+")

_UPPER = r"[^\W\d_a-zà-öø-ÿа-я]"  # a letter that is no lower-case Latin or Cyrillic one
# What opens a printed byline. After it must come a name, so that "By law, ..." and "Von heute an" stay out.
VISIBLE_BYLINE = re.compile(
    r"^\W{0,3}(?:(?i:(?:words|text|story|interview|reporting|analysis|written|posted|published|reported|reporter|"
    r"author|"
    r"autor(?:in)?/autor(?:in)?|autor(?:in|en|es|a|e|i)?|auteur|verfasst|erstellt|beitrag|blog ?beitrag|"
    r"geschrieben|recherche|protokoll|kommentar|"
    r"texto|texte|testo|tekst|propos recueillis|penulis|yazan|автор|текст|автори|авторы|skrevet|av|af"
    r"|(?:an?|eine?|une?|una?) [^\W\d_]{4,20} (?=by\s|von\s|par\s|por\s|di\s|de\s))"
    r"\W{0,3}(?:by|von|par|por|di|de|av|af|door|oleh)?[\s:]{1,3})|(?:By|BY|by|Von|VON|von|Par|PAR|Por|POR|Di|De|DE|"
    r"Door|Av|Af|Oleh|Autor|Od|Przez)[\s:]{1,3})"
    rf"{_UPPER}[\w.'’-]{{0,30}}[\s,.]"
)
# "25.10.2022 - Ann Example", "Ann Example, April 19, 2020", "06.11.2023 13:30 von Anna": beside the headline only.
_NAME = rf"{_UPPER}[\w.'’-]{{0,25}}"
_DATE_FIRST = (
    rf"\d{{1,4}}[./ -][\w./,: ]{{3,28}}?(?:\s[-–—|•·]\s|\s(?:by|von|par|por|di|door|av)\s)(?:{_NAME}\s?){{1,4}}$"
)
_THEN = r"[^\W\d_]{0,10}\.?,?\s?\d{1,2}[\w., /:]{3,30}"
_CHANGED = rf"(?:\s?[-–—|]\s?[^\W\d_]{{3,15}}\s?[:：]\s?{_THEN})?"  # " - Updated: 6 April 2025"
_NAME_FIRST = rf"(?:{_NAME}\s){{1,3}}{_NAME}(?:,\s|\s[-–—|•·]\s){_THEN}{_CHANGED}$"
_ONLY_A_NAME = re.compile(rf"(?:{_NAME}\s){{1,4}}{_NAME}$")
DATED_BYLINE = re.compile(rf"^\W{{0,3}}(?:{_DATE_FIRST}|{_NAME_FIRST})")
_NAMES = rf"(?:{_NAME}\s){{1,3}}{_NAME}"
_ONLY_NAMES = re.compile(rf"{_NAMES}(?:(?:\s?[/,&]\s?|\s(?:and|und|et|y|e|og|och|en)\s){_NAMES}){{0,4}}")
SIGNED_HEAD = 3  # lines of a text above which standfirsts may stand, and then the names
MIN_SIGNED_LINES = 4  # of a text that is signed
SIGNATURE = "p[align=right]"  # `where` of a line set to the right
DATED_WITHIN = 25  # elements from the headline
# A label alone; the name stands in the next element, or behind it.
_LABEL = re.compile(
    r"(?i)\W{0,3}(?:(?:(?:written )?by|authors?|autor(?:in|:in|\*in|en|es|e|a|i)?|auteure?s?|verfasser(?:in)?"
    r"|автор|作者|撰文|記者|记者|글쓴이)\s?[:：]?|(?:text[eo]?|reporter|interview|words)\s?:)\s?"
)
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
_NEVER_BYLINE = {"body", "html", "main", "article", "meta", "link", "img", "input", "label"}
_BLOCKS = {"p", "div", "li", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "tr", "td", "section", "article", "header",
           "footer", "address", "dt", "dd", "br", "hr", "table", "figure", "blockquote"}  # fmt: skip


def collect_bylines(page: ParsedPage, near: ArticlePart | None = None) -> tuple[Evidence, ...]:
    """Raw author strings: JSON-LD, then meta, then the page's own markup and visible lines, each in reading order.

    `where` keeps the `@type` ("author[Person].name"), the meta name, or tag and reason ("a[rel=author]",
    "span.byline", "end: div.author" for those far below the headline). Lines of one element are parted by newlines.
    `near` is the page's `article_part`, where somebody has made it already.
    """
    near = near or article_part(page)
    found = [*json_ld_authors(page), *meta_authors(page), *_markup_authors(near)]
    return tuple(dict.fromkeys(e for e in found if e.raw))[:MAX_EVIDENCE]


def emphasised_names(near: ArticlePart, text: str) -> list[Evidence]:
    """Paragraphs in bold or italic that hold nothing but names, first or last in the text: how papers without bylines
    in their templates sign. `where` is "signature head" or "signature tail".
    """
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    if len(lines) < MIN_SIGNED_LINES:
        return []
    found = []
    head, tail = lines[:SIGNED_HEAD], lines[-1]
    for part in near.parts:
        line = part.line
        if (line in head or line == tail) and _ONLY_NAMES.fullmatch(line) and _is_emphasised(near.outline, part.at):
            found.append(Evidence(line, "text", "signature head" if line in head else "signature tail"))
    return list(dict.fromkeys(found))


def collect_credits(page: ParsedPage, text: str, near: ArticlePart | None = None) -> tuple[Evidence, ...]:
    """Lines where agencies and datelines stand: head and tail of the text, source elements, JSON-LD and meta names.

    `text` is the main text. `where` is "head", "tail", "line", an element ("span.source"), a meta name or a key.
    `near` is the page's `article_part`, where somebody has made it already.
    """
    near = near or article_part(page)
    found = [*_text_credits(text), *_markup_credits(near), *metadata_credits(page)]
    return tuple(dict.fromkeys(e for e in found if e.raw))[:MAX_EVIDENCE]


# --- the page's own markup -----------------------------------------------------------------------------------------


def _markup_authors(part: ArticlePart) -> list[Evidence]:
    """Byline elements and visible byline lines; those far from the first near the headline are marked "end: "."""
    near: list[tuple[int, str, Evidence]] = []
    end: list[tuple[int, str, Evidence]] = []
    outline = part.outline
    for one in part.parts:
        evidence, position = _markup_author(outline, one), one.position
        if evidence and evidence.where == SIGNATURE:
            if position > 0:
                end.append((position, "", evidence))
        elif evidence:
            close = -BEFORE_HEADLINE <= position <= (LINE_AFTER if evidence.source == "text" else AFTER_HEADLINE)
            (near if close else end).append(
                (position, f"{outline.tags[one.at]} {outline.attributes[one.at].get('class')}", evidence)
            )
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


def _markup_author(outline: Outline, part: Part) -> Evidence | None:
    kind = _byline_kind(outline, part)
    if kind:
        raw = _lines(outline, part.at)
        return Evidence(raw, *kind) if raw and len(raw) <= MAX_RAW else None
    if line := part.line:
        if _LABEL.fullmatch(line) and (name := _labelled(outline, part.at)):
            return Evidence(name, "text", "label")
        if VISIBLE_BYLINE.match(line) or (not line.isascii() and VISIBLE_BYLINE_CJK.match(line)):
            return Evidence(line, "text", "line")
        if _is_set_right(outline, part.at) and _ONLY_A_NAME.match(line):
            return Evidence(line, "text", SIGNATURE)
        if abs(part.position) <= DATED_WITHIN and DATED_BYLINE.match(line):
            return Evidence(line, "text", "dated line")
    return None


def _labelled(outline: Outline, at: int) -> str:
    """What stands behind a label that is an element of its own: text, else the next element's."""
    if tail := " ".join((outline.tails[at] or "").split()):
        return tail if len(tail) <= MAX_RAW else ""
    following = outline.ends[at]
    parent = outline.parents[at]
    if parent < 0 or following >= outline.ends[parent]:
        return ""
    line = line_of(outline, following)
    return "" if find_spans(line) else line


def _is_emphasised(outline: Outline, at: int) -> bool:
    """A paragraph that is all in bold or italic."""
    if outline.tags[at] != "p" or (outline.texts[at] or "").strip():
        return False
    children = list(outline.children(at))
    return bool(children) and all(
        (outline.tags[child] in ("strong", "b", "em", "i") or not outline.head_text(child, 20))
        and not (outline.tails[child] or "").strip()
        for child in children
    )


def _is_set_right(outline: Outline, at: int) -> bool:
    """A line set to the right below the text: how Vietnamese papers, and many elsewhere, print the author."""
    attributes = outline.attributes[at]
    if not attributes or outline.tags[at] not in ("p", "div"):
        return False
    style = attributes.get("style", "")[:MAX_STYLE].replace(" ", "").lower()
    return "text-align:right" in style or attributes.get("align") == "right"


def _byline_kind(outline: Outline, part: Part) -> tuple[str, str] | None:
    """(source, where) when the element's markup says that it holds authors."""
    tag, attributes = outline.tags[part.at], outline.attributes[part.at]
    if not attributes:
        return None
    if "author" in attributes.get("rel", "").lower().split():
        return "link", f"{tag}[rel=author]"
    itemprop = attributes.get("itemprop", "").lower().split()
    if tag != "meta" and ("author" in itemprop or "creator" in itemprop):
        return "microdata", f"{tag}[itemprop=author]"
    if tag in _NEVER_BYLINE:
        return None
    if part.named.byline and not part.named.is_not_the_name:
        return "html", f"{tag}.{part.named.byline}"
    if tag == "a" and _AUTHOR_PAGE.search(attributes.get("href", "")[:300]):
        return "link", "a[href=author]"
    return None


def _lines(outline: Outline, top: int) -> str:
    """Visible text of an element; block boundaries, links and spans that touch become newlines."""
    pieces: list[str] = []
    _add_lines(outline, top, 0, pieces)
    text = "".join(p.replace("\n", " ") if len(p) > 1 else p for p in pieces)
    text = re.sub(r"\v+(?=\S)", "\n", re.sub(r"\t[ \v]{0,20}\t", "\n", text)).replace("\t", "").replace("\v", "")
    return "\n".join(line for line in (_SPACES.sub(" ", raw).strip() for raw in text.split("\n")) if line)


def _add_lines(outline: Outline, at: int, depth: int, pieces: list[str]) -> None:
    """Not a function inside of `_lines`: it would refer to itself, and the whole page would wait for the collector."""
    tag = outline.tags[at]
    if tag in SILENT or depth > 25 or len(pieces) > 400:
        return
    if depth and class_words(tag, outline.attributes[at]).is_beside_the_name:
        return
    edge = "\n" if tag in _BLOCKS else ("\t" if tag == "a" else "")
    pieces.append(edge)
    pieces.append(outline.texts[at] or "")
    for child in outline.children(at):
        _add_lines(outline, child, depth + 1, pieces)
        pieces.append(outline.tails[child] or "\v")
    pieces.append(edge)


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


def _markup_credits(part: ArticlePart) -> Iterator[Evidence]:
    for one in part.parts:
        if not one.line or one.position < -BEFORE_HEADLINE:
            continue
        if one.named.credit:
            yield Evidence(one.line, "html", f"{part.outline.tags[one.at]}.{one.named.credit}")
        elif VISIBLE_CREDIT.match(one.line):
            yield Evidence(one.line, "html", "line")
