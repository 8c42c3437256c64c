"""The article's own headline, chosen from everything that claims to be it."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from urllib.parse import urljoin, urlsplit

from tasks.extract.headline import SEPARATOR, printed_title
from tasks.extract.outline import Outline
from tasks.extract.parsed import ParsedPage
from tasks.extract.schema import clean, letters, names_page, strings
from tasks.model import Evidence

OWN_HEADLINE = "headline of this URL"  # `where` of a headline in a node that names the page's own URL

MAX_TITLE = 400  # characters; longer h1 elements wrap a whole page
BANNER = ("site", "h1")  # source and `where` of a heading with the site's name
FRONT_PAGES = ("", "index.html", "index.htm", "index.php", "blog")  # paths that a site's name links to
MAX_H1 = 6  # h1 elements looked at; more belong to lists
MAX_SITE_NAME = 45  # characters of a part that may be the site's name with an addition: "Mirror Online"
LONG_NAME = 30  # letters from which the first part of a title of the page is no site's name
CUT_LENGTH = 90  # a stated headline of this length or more may have been cut; search engines once took 110
MIN_REST = 12  # characters of a headline behind its kicker
CONFIRMED = 0.34  # share of the shorter title's words that the other must have

_PARTS = frozenset(("span", "small", "div", "p", "a", "em", "strong"))  # of a heading
_EXACT = ("og:title", "twitter:title", "headline", OWN_HEADLINE)  # places that state the headline and nothing else
_SHOWN = ("h1", "og:title", "title")
META_TITLES = ("og:title", "twitter:title", "dc.title", "parsely-title", "sailthru.title", "headline", "title")

_KICKER = re.compile(
    r"(?:^|[\s_-])(?:kicker|overline|top-?line|roof-?line|dachzeile|spitzmarke|oberzeile|vorspann|ante-?titulo|ante-?title"
    r"|pre-?title|super-?title|supra-?title|eyebrow|flag|label|category|rubri[kc]\w{0,2}|section|date|time|meta|topic|badge)"
    r"(?:$|[\s_-])",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W_]+")
_UNSPACED = re.compile("[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff]")  # Thai, kana, han: no spaces between words
_RUBRIC = re.compile(r"[-_]\w{1,15}")  # `Headline-Politics`, where another candidate does without it
_DASH = re.compile(r"\s[-–—]\s")
_ANCHOR = re.compile(r"\s*[¶🔗]\s*$")  # a link to the heading itself
_CUT = re.compile(r"\s*(?:\.{3}|…)$")


def titles(page: ParsedPage, node: dict[str, Any] | None) -> tuple[Evidence, ...]:
    """Every candidate, as found."""
    found = list(_h1(page))
    where = OWN_HEADLINE if names_page(node, page) else "headline"
    found += [Evidence(text, "json-ld", where) for text in strings((node or {}).get("headline"))]
    found += [Evidence(text, "microdata", "headline") for text in _microdata(page)]
    for name in META_TITLES:
        found += [Evidence(text, "meta", name) for value in page.meta_values(name) if (text := clean(value))]
    if text := clean(page.title_text()):
        found.append(Evidence(text, "title", "title"))
    if not any(one.source == "h1" for one in found):
        line = printed_title(page)
        if line is not None and (text := clean(page.outline.line(line))):
            found.append(Evidence(text, "html", "line"))
    return tuple(one for one in dict.fromkeys(found) if len(one.raw) <= MAX_TITLE)


def _h1(page: ParsedPage) -> Iterator[Evidence]:
    outline = page.outline
    headings = outline.named("h1")[: 2 * MAX_H1]
    found = [
        Evidence(text, *_place(outline, at, page.url)) for at in headings if (text := _without_kicker(outline, at))
    ]
    yield from found[:MAX_H1]


def _place(outline: Outline, heading: int, url: str | None) -> tuple[str, str]:
    """A heading that is all link, to the front page, bears the site's name; but not on the front page."""
    link = next((at for at in range(heading, outline.ends[heading]) if outline.tags[at] == "a"), None)
    href = urljoin(url or "", outline.attributes[link].get("href", "")) if link is not None else ""
    front = urlsplit(href)
    is_front = bool(href) and front.path.strip("/") in FRONT_PAGES and not front.query and not front.fragment
    there = urlsplit(url or "")
    if link is None or not is_front or (there.path.strip("/") in FRONT_PAGES and not there.query):
        return "h1", "h1"
    return BANNER if letters(outline.line(link)) == letters(outline.line(heading)) else ("h1", "h1")


def _without_kicker(outline: Outline, heading: int) -> str | None:
    """The heading's text without parts that are marked as kicker, rubric or date, unless nothing else is there."""
    text = _ANCHOR.sub("", clean(outline.line(heading)) or "") or None
    for part in range(heading + 1, outline.ends[heading]):
        tag = outline.tags[part]
        if tag == "time" or (tag in _PARTS and _KICKER.search(outline.attributes[part].get("class", ""))):
            kicker = clean(outline.line(part))
            if text and kicker and text.startswith(kicker) and len(text) > len(kicker) + MIN_REST:
                text = text[len(kicker) :].lstrip(" :|–—-/")
    return text


def _microdata(page: ParsedPage) -> list[str]:
    found = page.outline.with_property("headline")[:1]
    return [text for at in found if (text := clean(page.outline.line(at)))]


def site_names(sites: Iterable[Evidence], url: str | None) -> frozenset[str]:
    """Letters of the names a site goes by: what it says, and the labels of its host."""
    names = {letters(one.raw) for one in sites if len(one.raw) <= MAX_SITE_NAME}
    host = (urlsplit(url).hostname or "") if url else ""
    labels = [label for label in host.split(".")[:-1] if label not in ("www", "m", "co", "com")]
    names |= {letters(label) for label in labels} | {letters(host.removeprefix("www."))}
    return frozenset(name for name in names if len(name) > 2)


def without_headlines(sites: Sequence[Evidence], candidates: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """Some templates print the headline as the site's name: a title of the page that begins with a long part."""
    shown = {letters(one.raw) for one in candidates}
    return tuple(one for one in sites if letters(one.raw) not in shown or not _begins_long(one.raw))


def _begins_long(text: str) -> bool:
    first = letters(SEPARATOR.split(text, maxsplit=1)[0])
    return len(first) + len(_UNSPACED.findall(first)) >= LONG_NAME  # a sign of these scripts says as much as two


def choose_title(candidates: Sequence[Evidence], names: frozenset[str]) -> str | None:
    """The headline without the site's name; None without candidates. `names`: from `site_names`.

    First what the page states as its headline in JSON-LD, unless nothing else on the page resembles it and it names
    no URL of this page (the node of another article), or it was cut. Then the h1 that another candidate confirms,
    microdata, og:title, a printed part of `<title>`, `<title>`.
    """
    names |= {letters(one.raw) for one in candidates if (one.source, one.where) == BANNER}
    bare = [(one, without_site(one.raw, names, candidates)) for one in candidates]
    bare = [(one, text) for one, text in bare if text and letters(text) not in names]
    # Of several headings the one that another place repeats goes first: one that only resembles may be a section's.
    repeated = {letters(text) for one, text in bare if one.where in _EXACT}
    in_order = sorted(bare, key=lambda found: found[0].source == "h1" and letters(found[1]) not in repeated)
    for source in ("json-ld", "h1", "microdata", "meta", "html", "title"):
        for one, text in in_order:
            others = [other for another, other in bare if another.source != source]
            if one.source != source or (_is_word(text) and any(len(_WORD.findall(other)) > 2 for other in others)):
                continue
            if source == "json-ld" and _is_search_title(text, bare):
                continue
            if source in ("meta", "title") or one.where == OWN_HEADLINE or _is_confirmed(text, others):
                return _kicker_as_printed(_uncut(text, others), others)
    return bare[0][1] if bare else None


def _kicker_as_printed(text: str, others: Sequence[str]) -> str:
    """`Kicker - Headline` with the colon that another place prints there: templates for machines join with a dash."""
    if text in others:
        return text
    colon = _DASH.sub(": ", text, count=1)
    return next((other for other in others if other == colon != text), text)


def _is_search_title(text: str, bare: Sequence[tuple[Evidence, str]]) -> bool:
    """A stated headline that equals `<title>` while h1 and og:title agree on another: written for search engines."""
    by_place = {where: {letters(other) for one, other in bare if one.where == where} for where in _SHOWN}
    shown = by_place["h1"] & by_place["og:title"]
    return (
        letters(text) in by_place["title"]
        and bool(shown)
        and letters(text) not in by_place["h1"] | by_place["og:title"]
    )


def _is_word(text: str) -> bool:
    """A single word: the name of a section, where the page has a longer title too."""
    return len(_WORD.findall(text)) < 2 and not _UNSPACED.search(text)


def _is_confirmed(text: str, others: Sequence[str]) -> bool:
    """Another candidate has some of its words; a title that stands alone needs no witness."""
    return not others or any(_resemble(text, other) for other in others)


def _resemble(one: str, other: str) -> bool:
    mine, theirs = _words(one), _words(other)
    return bool(mine and theirs) and len(mine & theirs) >= CONFIRMED * min(len(mine), len(theirs))


def _uncut(text: str, others: Sequence[str]) -> str:
    """A longer candidate that goes on, with a word and not with a site's name, where a cut headline ends."""
    start = _CUT.sub("", text)
    if start == text and len(text) < CUT_LENGTH:
        return text
    longer = (other for other in others if other.startswith(start) and _WORD.match(other[len(start) :].lstrip()[:1]))
    return next(longer, text)


def without_site(text: str, names: frozenset[str], candidates: Sequence[Evidence]) -> str:
    """`text` without first or last parts that name the site, nor a last part that other candidates do without.

    >>> without_site("Rain falls | Weather | The Daily Drop", frozenset({"thedailydrop"}), [])
    'Rain falls | Weather'
    """
    pieces = [(match.start(), match.end()) for match in SEPARATOR.finditer(text) if match.start()]
    for start, end in pieces:
        if _names_site(text[end:], names):
            return without_site(text[:start].strip(), names, candidates)
        if letters(text[:start]) in names:
            return without_site(text[end:].strip(), names, candidates)
    shorter = {letters(one.raw) for one in candidates if len(one.raw) < len(text)}
    for start, end in pieces:
        if letters(text[:start]) in shorter and len(text[end:]) <= MAX_SITE_NAME:
            return text[:start].strip()
    for one in candidates:
        if len(one.raw) >= MIN_REST and text.startswith(one.raw) and _RUBRIC.fullmatch(text, len(one.raw)):
            return one.raw
    return text


def _names_site(part: str, names: frozenset[str]) -> bool:
    """The site's name, or the name with an addition: `BR24`, `Mirror Online`, `sportschau.de`."""
    key = letters(part)
    if not key:
        return True
    return key in names or (
        len(part) <= MAX_SITE_NAME and any(len(name) > 3 and key.startswith(name) for name in names)
    )


def _words(text: str) -> set[str]:
    """Words longer than three letters, all words where there are no such; pairs of signs in scripts without spaces."""
    folded = text.casefold().replace("\u00ad", "")
    if _UNSPACED.search(folded):
        signs = letters(folded)
        return {signs[at : at + 2] for at in range(len(signs) - 1)}
    words = set(_WORD.findall(folded))
    return {word for word in words if len(word) > 3} or words
