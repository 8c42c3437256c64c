"""RSS 0.9 to 2.0, RDF and Atom 0.3 and 1.0: the tree of a feed -> its entries.

Versions are not told apart: what a name means is the same in all of them, and feeds mix them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from lxml import etree

from tasks.fetch.entry_links import atom_url, base_of, relations, resolve, rss_url
from tasks.fetch.entry_text import (
    MAX_AUTHORS,
    MAX_DATE,
    MAX_GUID,
    MAX_NAME,
    MAX_SUMMARY,
    MAX_TITLE,
    SPARE,
    element_text,
    language_tag,
    plain_text,
)
from tasks.fetch.vocabulary import XML_NAMESPACE, Fields, is_named, local_name, named_children
from tasks.model import Entry, Listing, ListKind, UpdateHints

# Most telling first. A bare date of Dublin Core is the publication: RSS 1.0 has no other.
PUBLISHED = ("pubdate", "published", "issued", "atom:published", "dcterms:issued", "dc:date", "date", "dcterms:created")
PUBLISHED_LAST = ("created",)  # Atom 0.3: when it was begun
UPDATED = ("updated", "modified", "atom:updated", "dcterms:modified")
LANGUAGES = ("language", "dc:language")
SUMMARIES = ("description", "summary", "atom:summary", "itunes:summary", "content")
AUTHORS = ("author", "dc:creator", "creator", "atom:author", "itunes:author")

PERIOD_MINUTES = {"hourly": 60, "daily": 1_440, "weekly": 10_080, "monthly": 43_200, "yearly": 525_600}
MAX_HINT_MINUTES = 525_600  # a year; larger numbers are typing errors
_XML_LANGUAGE = f"{{{XML_NAMESPACE}}}lang"


def is_atom(root_name: str) -> bool:
    return root_name in ("feed", "entry")


def read_feed(root: etree._Element, url: str | None) -> tuple[Listing, Iterator[Entry]]:
    """What the feed says of itself, and its entries, read as they are asked for."""
    kind = _kind(local_name(root))
    head = root if kind == "atom" else next((e for e in root if is_named(e, "channel")), root)
    fields = Fields(head)
    language = _language(fields, head) or _language(fields, root)
    links = _FeedLinks.of(fields, url, kind)
    listing = Listing(
        kind=kind,
        title=_text(fields, ("title",), MAX_TITLE),
        language=language,
        home_url=links.home,
        self_url=links.own,
        hub_urls=links.hubs,
        hints=_hints(fields),
    )
    read = _atom_entry if kind == "atom" else _rss_entry
    return listing, (read(e, language, links.bases) for e in entry_elements(root, _entry_name(root, kind)))


def _entry_name(root: etree._Element, kind: ListKind) -> str:
    """Some Atom feeds list `item`s, some RSS feeds `entry`s."""
    names = ("entry", "item") if kind == "atom" else ("item", "entry")
    return next((name for name in names if next(entry_elements(root, name), None) is not None), names[0])


def _kind(root_name: str) -> ListKind:
    if is_atom(root_name):
        return "atom"
    return "rdf" if root_name == "rdf" else "rss"


def entry_elements(root: etree._Element, name: str) -> Iterator[etree._Element]:
    """The elements with this local name, in document order; what lies inside one is its own affair."""
    walk = etree.iterwalk(root, events=("start",))
    for _, element in walk:
        if is_named(element, name):
            walk.skip_subtree()
            yield element


@dataclass(frozen=True, slots=True)
class _FeedLinks:
    home: str | None
    own: str | None
    hubs: tuple[str, ...]
    bases: tuple[str | None, ...]  # what relative addresses of entries are relative to, best first

    @classmethod
    def of(cls, fields: Fields, url: str | None, kind: ListKind) -> "_FeedLinks":
        links = [e for e in fields.all("link", "atom:link") if e.get("href")]
        by_relation: dict[str, list[str]] = {}
        for link in links:
            found, _ = resolve(link.get("href") or "", (base_of(link, (url,)), url))
            if found:
                by_relation.setdefault(relations(link), []).append(found)
        own = next(iter(by_relation.get("self", [])), None)
        written = [element_text(e, MAX_GUID) for e in fields.all("link") if not e.get("href")]
        homes = [found for raw in written if (found := resolve(raw, (url, own))[0])]
        home = next(iter(homes or by_relation.get("alternate", [])), None)
        # Atom: RFC 3986, the document. RSS says nothing, and its relative links are written for the site.
        bases = (url, own, home) if kind == "atom" else (home, url, own)
        return cls(home, own, tuple(by_relation.get("hub", []))[:MAX_AUTHORS], bases)


def _rss_entry(item: etree._Element, language: str | None, bases: Sequence[str | None]) -> Entry:
    fields = Fields(item)
    url, problem = rss_url(item, fields, bases)
    return Entry(
        url=url,
        problem=problem,
        title=_text(fields, ("title", "atom:title", "dc:title", "media:title", "itunes:title"), MAX_TITLE),
        published_raw=_raw(fields, (*PUBLISHED, *PUBLISHED_LAST)),
        updated_raw=_raw(fields, UPDATED),
        guid=_raw(fields, ("guid", "id", "atom:id", "dc:identifier"), MAX_GUID),
        language=_language(fields, item) or language,
        authors=_authors(fields),
        summary=_text(fields, SUMMARIES, MAX_SUMMARY),
    )


def _atom_entry(entry: etree._Element, language: str | None, bases: Sequence[str | None]) -> Entry:
    fields = Fields(entry)
    spoken = _language(fields, entry) or language
    url, problem = atom_url(fields, spoken, bases)
    return Entry(
        url=url,
        problem=problem,
        title=_text(fields, ("title", "dc:title", "media:title"), MAX_TITLE, constructs=True),
        published_raw=_raw(fields, (*PUBLISHED, *PUBLISHED_LAST)),
        updated_raw=_raw(fields, UPDATED),
        guid=_raw(fields, ("id", "guid"), MAX_GUID),
        language=spoken,
        authors=_authors(fields),
        summary=_text(fields, ("summary", "content"), MAX_SUMMARY, constructs=True),
    )


def _text(fields: Fields, names: Sequence[str], limit: int, *, constructs: bool = False) -> str | None:
    """The first that is not empty. With `constructs` an Atom text says itself whether it is markup (RFC 4287, 3.1)."""
    for element in fields.all(*names):
        markup = not constructs or (element.get("type") or element.get("mode") or "text") != "text"
        if found := plain_text(element_text(element, SPARE * limit), limit, markup=markup):
            return found
    return None


def _raw(fields: Fields, names: Sequence[str], limit: int = MAX_DATE) -> str | None:
    return next((text for e in fields.all(*names) if (text := element_text(e, limit))), None)


def _language(fields: Fields, element: etree._Element) -> str | None:
    said = [element_text(e, MAX_NAME) for e in fields.all(*LANGUAGES)] + [element.get(_XML_LANGUAGE)]
    return next((tag for raw in said if (tag := language_tag(raw))), None)


def _authors(fields: Fields) -> tuple[str, ...]:
    """Names as written, each once: of the person that Atom and itunes describe, else the text itself."""
    found: dict[str, None] = {}
    for element in fields.all(*AUTHORS)[:MAX_AUTHORS]:
        names = [child for name, child in named_children(element) if name in ("name", "atom:name")]
        for named in names or [element]:
            if text := plain_text(element_text(named, MAX_NAME), MAX_NAME):
                found[text] = None
    return tuple(found)


def _hints(fields: Fields) -> UpdateHints:
    period = PERIOD_MINUTES.get((_raw(fields, ("sy:updateperiod", "updateperiod")) or "").lower())
    frequency = _number(_raw(fields, ("sy:updatefrequency", "updatefrequency"))) or 1
    hours = {n for text in _parts(fields, "skiphours") if (n := _number(text)) is not None}
    days = dict.fromkeys(text.title() for text in _parts(fields, "skipdays"))
    return UpdateHints(
        ttl_minutes=_number(_raw(fields, ("ttl",))) or None,
        period_minutes=max(1, period // frequency) if period else None,
        skip_hours=tuple(sorted(n % 24 for n in hours if n <= 24)),  # RSS 0.91 counts from 1 to 24
        skip_days=tuple(day for day in days if day in _DAYS),
    )


_DAYS = frozenset(("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"))


def _parts(fields: Fields, name: str) -> list[str]:
    return [element_text(part, MAX_DATE) for e in fields.all(name) for _, part in islice(named_children(e), 31)]


def _number(text: str | None) -> int | None:
    """A whole number of a sensible size; None for anything else."""
    if text and len(text) <= 6 and text.isascii() and text.isdecimal():
        return min(int(text), MAX_HINT_MINUTES)
    return None
