"""Every date that a page states about itself, as raw text with the place it stood in: nothing is read or decided here.

What the places are worth is decided in `tasks.normalise.dates`.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Literal
from urllib.parse import unquote, urlsplit

from tasks.extract.date_body import LONE, MAX_RAW, find_body_dates
from tasks.extract.date_text import find_spans, find_text_dates
from tasks.extract.date_walk import MIN_TITLE, SHORT, letters
from tasks.extract.outline import Outline
from tasks.extract.parsed import ParsedPage, types_of
from tasks.model import DateEvidence

__all__ = ["collect_dates", "find_text_dates"]

Role = Literal["published", "updated", "unknown"]

MAX_META = 60  # pieces of evidence from one page's meta tags
MAX_META_TAGS = 2_000  # looked at on one page
MAX_NODES = 30  # JSON-LD nodes of one page that are asked for dates
MAX_VALUES = 4  # dates under one key of a node
MAX_FOUND = 300  # pieces of evidence from one page
MAX_SCRIPT = 400_000  # characters of one script that are searched

JSON_LD_ROLES: dict[str, Role] = {
    "datepublished": "published",
    "uploaddate": "published",
    "datecreated": "unknown",
    "datemodified": "updated",
}
ARTICLE_TYPE = re.compile(
    r"(?:Article|BlogPosting|Posting|Report|Review|ClaimReview|Recipe|HowTo|FAQPage|Book|Episode)$"
)
PAGE_TYPE = re.compile(
    r"(?:WebPage|ItemPage|AboutPage|QAPage|CreativeWork|ImageGallery|MediaGallery|CreativeWorkSeries)$"
)
MEDIA_TYPE = re.compile(r"(?:VideoObject|AudioObject|PodcastEpisode|Clip)$", re.IGNORECASE)
# Keys under which a node lists other works than the one it describes.
PART_KEYS = (
    "liveBlogUpdate",
    "itemListElement",
    "item",
    "hasPart",
    "comment",
    "review",
    "video",
    "image",
    "associatedMedia",
)

# Names of meta tags, letters only (`cXenseParse:recs:publishtime` -> `cxenseparserecspublishtime`).
META_FOREIGN = re.compile(
    r"expir|copyright|valid|review|unavail|coverage|image|video|birth|event|start|end(?:date|time)|"
    r"deadline|year|publisher|publishing|pushed|visit|robots|until|section|author|title|descr|keyword|url"
)
META_UPDATED = re.compile(r"modif|updat|revis|chang|lastpub|lastmod|datelastpubbed")
META_PUBLISHED = re.compile(
    r"publi|pubdate|pubtime|posted|issued|release|firstpub|dateoriginal|sailthrudate|articledate|onlinedate"
)
META_DATE = re.compile(
    r"^(?:.{0,20}(?:dc|dcterms|article|news|page|cms|obj))?(?:date|time|datetime|isodatetime|pdate|created?|"
    r"creat(?:ion|ed?)date|datecreated|dateavailable|timestamp|docdate|dategsa|parselypubdate|datum|fecha)$"
)
_LOOKS_DATED = re.compile(r"\d{4}|\d[./-]\d{1,2}[./-]\d\d|\d{10}")
_BROKEN_JSON_LD = re.compile(r"\"(datePublished|dateModified|dateCreated)\"\s{0,4}:\s{0,4}\"([^\"\\]{6,60})\"")
# The state that a page hands to its own scripts: `"publishDate":"04-05-2022"`, `\"publicationDate\":1734352200000`.
_STATE = re.compile(
    r"((?:[Pp]ubli[sc]|PUBLISH)\w{0,20}|[Dd]eploy\w{0,6}|(?:[Pp]osted|[Rr]elease|[Cc]reated)_?(?:d|[DdTtAaOo]\w)\w{0,6})\\{0,3}\""
    r"\s{0,4}:\s{0,4}(?:\\{0,3}\"([^\"\\]{6,40})|(\d{10}(?:\d{3})?)(?!\d))"
)
_STATE_WORDS = ("ublis", "ublic", "UBLISH", "eploy", "osted", "elease", "reated")  # its first words without initials
_STATE_KEY = re.compile(r"date|time|dt|at|on$|publish(?:ed)?$|first", re.IGNORECASE)
_STATE_DATE = re.compile(
    r"(?:19|20)\d\d[-/.]\d{1,2}[-/.]\d{1,2}|^\d{1,2}[-/.]\d{1,2}[-/.](?:19|20)\d\d|^\d{10}(?:\d{3})?$"
)
# A script that writes the day where it stands: `showDate("2020/04/17 01:43")`.
_CALL = re.compile(r"\s*[\w.$]{0,40}(?:[Dd]ate|[Tt]ime)\w{0,20}\(\s*[\"']([^\"'\\]{8,40})[\"']\s*\)\s*;?\s*")
MAX_CALL = 200  # characters of such a script
MAX_STATES = 40  # dates taken from scripts; more come from lists of articles

# `/2021/03/04/`, `/2021-03-04-title`, `/2021/world/03/04/`, `/2021/mar/04/`, `/20210304/`, `/04-03-2021`: a day in
# the path of the URL.
_URL_DATES = (
    re.compile(r"(?<!\d)((?:19|20)\d\d)[/_.-]([01]?\d)[/_.-]([0-3]?\d)(?!\d)"),
    re.compile(
        r"(?<=/)(?P<y>(?:19|20)\d\d)/[a-z_]{2,20}/(?P<m>0?[1-9]|1[0-2])/(?P<d>3[01]|[12]\d|0?[1-9])(?=/)", re.IGNORECASE
    ),
    re.compile(r"(?<!\d)((?:19|20)\d\d)/([a-z]{3})/([0-3]?\d)(?!\d)", re.IGNORECASE),
    re.compile(r"(?<!\d)((?:19|20)\d\d)((?:0[1-9]|1[0-2]))((?:0[1-9]|[12]\d|3[01]))(?!\d)"),
    re.compile(r"(?<=/)((?:19|20)\d\d)/((?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]))(?=/)"),
    re.compile(r"(?<=/)(?:3[01]|[12]\d|0?[1-9])([.-])(?:1[0-2]|0?[1-9])\1(?:19|20)\d\d(?=/|$)"),
)
MAX_URL = 2_000
_LAST_BRACKET = re.compile(r"\(([^()]{6,60})\)\s*$")


def collect_dates(page: ParsedPage, headers: Sequence[tuple[str, str]] = ()) -> tuple[DateEvidence, ...]:
    """All dates that a page states: JSON-LD, meta, microdata, `<time>`, visible text, URL, HTTP headers.

    Each once, in the order found. `headers` are those of the response, names in lower case.
    """
    outline = page.outline
    found = [
        *_json_ld_dates(page, outline),
        *_meta_dates(outline),
        *_script_dates(page, outline),
        *find_body_dates(page, outline),
        *_title_dates(page, outline),
        *_url_dates(page, outline),
        *(DateEvidence(v[:MAX_RAW], "headers", k, "updated") for k, v in headers if k == "last-modified"),
    ]
    if any(d.where != f"page {LONE}" and d.source != "url" for d in found):  # it speaks where nothing else does
        found = [d for d in found if d.where != f"page {LONE}"]
    return tuple(dict.fromkeys(found))[:MAX_FOUND]


def _json_ld_dates(page: ParsedPage, outline: Outline) -> Iterator[DateEvidence]:
    parts = {id(part) for node in page.json_ld for key in PART_KEYS for part in _objects(node.get(key))}
    nodes = [node for node in page.json_ld if id(node) not in parts]
    articles = [n for n in nodes if _is_of(n, ARTICLE_TYPE)]
    paths, titles = _own_names(page, outline)
    mine = [n for n in articles if _describes(n, paths, titles)]
    pages = [n for n in nodes if _is_of(n, PAGE_TYPE) or not types_of(n)]
    media = [n for n in nodes if _is_of(n, MEDIA_TYPE)] if not articles else []
    for kind, group in (("", mine or articles), ("page ", pages), ("media ", media)):
        for node in group[:MAX_NODES]:
            # Several articles, none of which names this page: the page is a list, or the last word is elsewhere.
            doubt = "other " if kind == "" and not mine and len(articles) > 1 else ""
            yield from _node_dates(node, kind + doubt)


def _node_dates(node: dict[str, Any], kind: str) -> Iterator[DateEvidence]:
    name = next(iter(types_of(node)), "node")
    for key, value in node.items():
        role = JSON_LD_ROLES.get(key.lower())
        if role is None:
            continue
        for text in value[:MAX_VALUES] if isinstance(value, list) else [value]:
            if isinstance(text, dict):
                text = text.get("@value")
            if isinstance(text, (str, int)) and 0 < len(str(text).strip()) <= MAX_RAW:
                yield DateEvidence(str(text).strip(), "json-ld", f"{kind}{name}.{key}", role)


def _objects(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


def _is_of(node: dict[str, Any], pattern: re.Pattern[str]) -> bool:
    return any(pattern.search(name) for name in types_of(node))


def _own_names(page: ParsedPage, outline: Outline) -> tuple[set[str], list[str]]:
    """(paths of this page's URLs, its titles by their letters)."""
    urls = (page.url, *_canonical(outline), *page.meta_values("og:url")[:2])
    titles = [*page.meta_values("og:title")[:2], *(outline.head_text(at, SHORT) for at in outline.head_titles()[:1])]
    named = (letters(title) for title in titles)
    return {_path(u) for u in urls if u} - {""}, [name for name in named if len(name) >= MIN_TITLE]


def _describes(node: dict[str, Any], paths: set[str], titles: list[str]) -> bool:
    """The node names this page by URL or by headline."""
    main = node.get("mainEntityOfPage")
    urls = [node.get("url"), node.get("@id"), main.get("@id") if isinstance(main, dict) else main]
    if any(isinstance(u, str) and _path(u) in paths for u in urls):
        return True
    headline = node.get("headline") or node.get("name")
    mine = letters(headline) if isinstance(headline, str) else ""
    return len(mine) >= MIN_TITLE and any(mine in title or title in mine for title in titles)


def _canonical(outline: Outline) -> list[str]:
    links = (outline.attributes[at] for at in outline.named("link"))
    return [link["href"] for link in links if link.get("rel") == "canonical" and "href" in link][:2]


def _path(url: str) -> str:
    """Path and query of a URL, to tell pages of one site apart; empty for a home page."""
    try:
        parts = urlsplit(url.strip()[:MAX_URL])
    except ValueError:
        return ""
    return unquote(parts.path.strip("/") + (f"?{parts.query}" if parts.query else ""))


def _script_dates(page: ParsedPage, outline: Outline) -> Iterator[DateEvidence]:
    """Dates that only scripts carry.

    JSON-LD that does not parse gives the first date of each name. State objects list other articles too: they are
    believed (`state name`) when they name one day only, else they are witnesses of the hour (`states name`).
    """
    attributes, texts = outline.attributes, outline.texts
    scripts = [(attributes[at].get("type") or "", (texts[at] or "")[:MAX_SCRIPT]) for at in outline.named("script")]
    if not any("datePublished" in node for node in page.json_ld):
        broken: dict[str, str] = {}
        for _, text in scripts:
            for match in _BROKEN_JSON_LD.finditer(text) if '"date' in text else ():
                broken.setdefault(match[1], match[2].strip())
        for name, raw in broken.items():
            yield DateEvidence(raw, "script", name, JSON_LD_ROLES[name.lower()])
    written = {call[1].strip() for _, text in scripts if len(text) <= MAX_CALL and (call := _CALL.fullmatch(text))}
    if len(written) == 1:  # of several nobody knows which is the article's
        yield DateEvidence(written.pop(), "script", "call", "unknown")
    states: dict[tuple[str, str], None] = {}
    for kind, text in scripts:
        for match in _states(text) if "ld+json" not in kind else ():
            raw = (match[2] or match[3]).strip()
            if len(states) < MAX_STATES and _STATE_KEY.search(match[1]) and _STATE_DATE.search(raw):
                states[match[1], raw] = None
    one_day = len({_state_day(raw) for _, raw in states}) == 1
    for name, raw in states:
        role: Role = "unknown" if "creat" in name.lower() else "published"
        yield DateEvidence(raw, "script", f"state {name}" if one_day else f"states {name}", role)


def _states(text: str) -> Iterator[re.Match[str]]:
    """What `_STATE.finditer` finds, in a third of the time: only where one of its words stands is it tried."""
    starts = sorted(at for word in _STATE_WORDS for at in _places_of(word, text))
    end = 0
    for start in starts:
        if start > end and (match := _STATE.match(text, start - 1)):
            end = match.end()
            yield match


def _places_of(word: str, text: str) -> Iterator[int]:
    at = text.find(word)
    while at >= 0:
        yield at
        at = text.find(word, at + len(word))


def _state_day(raw: str) -> str:
    """What tells the day of a date in script state: its head, or the UTC day of a Unix time."""
    return datetime.fromtimestamp(int(raw[:10]), UTC).date().isoformat() if raw.isdigit() else raw[:10]


def _title_dates(page: ParsedPage, outline: Outline) -> Iterator[DateEvidence]:
    """A day that stands at one end of the page's title: `Headline | 28.04.2023`; in brackets behind a description."""
    for at in outline.head_titles()[:1]:
        title = outline.head_text(at, SHORT)
        for span in find_spans(title):
            if not title[: span.start].strip(" |-–—·:") or not title[span.end :].strip(" |-–—·:)"):
                yield DateEvidence(span.raw, "text", "title", "unknown")
    for description in page.meta_values("description", "og:description")[:1]:
        if bracket := _LAST_BRACKET.search(description[-MAX_RAW:]):  # "Headline (news of 3 March 2024)"
            yield from (DateEvidence(span.raw, "text", "title", "unknown") for span in find_spans(bracket[1]))


def _meta_dates(outline: Outline) -> Iterator[DateEvidence]:
    """Meta tags by the words in their names; `itemprop` in the body is microdata, which the walk collects."""
    left = MAX_META
    tags = outline.named("meta")[:MAX_META_TAGS]
    # Some programs that save pages write `value` for every `content`.
    content_attribute = "content" if any("content" in outline.attributes[at] for at in tags) else "value"
    for at in tags:
        attributes = outline.attributes[at]
        content = (attributes.get(content_attribute) or "").strip()
        if not content or len(content) > MAX_RAW or not _LOOKS_DATED.search(content):
            continue
        for attribute in ("property", "name", "itemprop", "http-equiv"):
            name = (attributes.get(attribute) or "").strip().lower()[:MAX_RAW]
            if not name or (attribute == "itemprop" and not _is_in_head(at, outline)):
                continue
            role = meta_role(name)
            if role is not None and left:
                left -= 1
                yield DateEvidence(content, "meta", name, role)


def _is_in_head(at: int, outline: Outline) -> bool:
    return any(outline.tags[above] == "head" for above in outline.ancestors(at))


@lru_cache(maxsize=4096)  # systems use the same few names
def meta_role(name: str) -> Role | None:
    """The role of the date in a meta tag of this lower-case name; None when it is no date of the article."""
    letters = re.sub(r"[^a-z]", "", name)
    if not letters or META_FOREIGN.search(letters):
        return None
    if META_UPDATED.search(letters):
        return "updated"
    if META_PUBLISHED.search(letters):
        return "published"
    return "unknown" if META_DATE.search(letters) else None


def _url_dates(page: ParsedPage, outline: Outline) -> Iterator[DateEvidence]:
    url = page.url or next(iter(_canonical(outline)), None)
    if not url:
        return
    path = url.split("#", 1)[0][:MAX_URL]
    path = path.split("//", 1)[-1].partition("/")[2]
    for pattern in _URL_DATES:
        if match := pattern.search("/" + path):
            raw = "/".join(match.group("y", "m", "d")) if "y" in pattern.groupindex else match[0].strip("/")
            yield DateEvidence(raw, "url", "path", "unknown")
            return
