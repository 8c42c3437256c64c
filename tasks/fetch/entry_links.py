"""Which address an entry leads to: the page itself, not its comments, its audio file or a redirector that counts."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain, islice
from urllib.parse import urljoin

from lxml import etree

from tasks.fetch.entry_text import element_text
from tasks.fetch.vocabulary import RDF_NAMESPACE, XML_NAMESPACE, Fields
from tasks.url import clean_url

MAX_ADDRESS = 8_192  # characters; longer ones are never dialled (tasks.url)
MAX_BASES = 10  # elements around an address that are asked for `xml:base`; an entry's link has three
HTML_TYPES = frozenset({"", "text/html", "application/xhtml+xml"})

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]{0,30}):")
_XML_BASE = f"{{{XML_NAMESPACE}}}base"
_IANA = "http://www.iana.org/assignments/relation/"

# An address as it stands in an entry, and the element whose `xml:base` counts for it.
Candidate = tuple[str, etree._Element | None]

NO_LINK = "no link"
ONLY_ENCLOSURE = "only an enclosure, no page"


def resolve(raw: str, bases: Iterable[str | None]) -> tuple[str | None, str]:
    """(absolute http(s) URL, "") or (None, why there is none). `bases`: the first usable one counts; raises nothing."""
    address = raw.strip()
    if len(address) > MAX_ADDRESS:
        return None, f"an address of {len(address):,} characters"
    if address.lower().startswith("www."):  # never meant relative
        address = f"http://{address}"
    scheme = _SCHEME.match(address)
    if scheme and scheme[1].lower() not in ("http", "https"):
        return None, f"not an http(s) address ({scheme[1].lower()}:)"
    if not scheme:
        base = next((b for b in bases if b and _SCHEME.match(b)), None)
        if base is None:
            return None, "a relative address, and nothing that it is relative to"
        try:
            address = urljoin(base, address)
        except ValueError:
            return None, "an address that cannot be read"
    return (address, "") if clean_url(address) else (None, "an address that cannot be read")


def first_usable(candidates: Iterable[Candidate], bases: Sequence[str | None]) -> tuple[str | None, str]:
    """The first candidate that can be followed, else None and what is wrong with the first one that is not empty."""
    problem = ""
    for raw, element in candidates:
        if not raw.strip():
            continue
        url, fault = resolve(raw, _bases(element, bases))
        if url:
            return url, ""
        problem = problem or fault
    return None, problem or NO_LINK


def _bases(element: etree._Element | None, bases: Sequence[str | None]) -> Iterator[str | None]:
    """Lazily: few addresses are relative."""
    if element is not None:
        yield base_of(element, bases)
    yield from bases


def base_of(element: etree._Element, bases: Sequence[str | None]) -> str | None:
    """What the `xml:base` of an element and of those around it come to; None where there is none."""
    around = islice(chain([element], element.iterancestors()), MAX_BASES)
    return _joined(tuple(str(base) for e in around if (base := e.get(_XML_BASE))), tuple(bases))


@lru_cache(maxsize=64)
def _joined(written: tuple[str, ...], bases: tuple[str | None, ...]) -> str | None:
    """`written`: innermost first; each may be relative to the one outside it. The same for most entries of a list."""
    found: str | None = None
    for base in reversed(written):
        found = resolve(base, (found, *bases))[0] or found
    return found


def rss_url(item: etree._Element, fields: Fields, bases: Sequence[str | None]) -> tuple[str | None, str | None]:
    """(URL, None) of an RSS or RDF item, or (None, problem).

    Redirectors of feed services keep the publisher's address in `origLink`. A guid is an address unless it says not
    (RSS 2.0: isPermaLink is true by default, but many guids are numbers: only whole addresses are believed unless it
    says so); `rdf:about` names the item itself.
    """
    candidates = [_text(e) for e in fields.all("feedburner:origlink", "pheedo:origlink", "link")]
    candidates += [_attribute(e, "href") for e in fields.all("link")]
    candidates += _atom_links(fields, None)
    candidates += [_text(e) for e in fields.all("guid") if _is_permalink(e) == "true"]
    names = [_text(e) for e in fields.all("guid") if _is_permalink(e) == ""]
    names.append(_attribute(item, f"{{{RDF_NAMESPACE}}}about"))
    return _decided(first_usable(candidates + _addresses(names), bases), fields)


def atom_url(fields: Fields, language: str | None, bases: Sequence[str | None]) -> tuple[str | None, str | None]:
    """(URL, None) of an Atom entry, or (None, problem): its alternate, else out-of-line content, else an http id."""
    candidates = [_text(e) for e in fields.all("feedburner:origlink", "pheedo:origlink")]
    candidates += _atom_links(fields, language)
    candidates += [_text(e) for e in fields.all("link") if not e.get("href")]
    candidates += [_attribute(e, "src") for e in fields.all("content")]
    candidates += _addresses([_text(e) for e in fields.all("id", "guid")])
    return _decided(first_usable(candidates, bases), fields)


def relations(link: etree._Element) -> str:
    """The relation of an Atom link: "alternate" when nothing is said (RFC 4287, 4.2.7.2)."""
    return (link.get("rel") or "alternate").strip().lower().removeprefix(_IANA)


def _atom_links(fields: Fields, language: str | None) -> list[Candidate]:
    links = [e for e in fields.all("link", "atom:link") if e.get("href") and relations(e) == "alternate"]
    primary = (language or "").partition("-")[0]
    links.sort(key=lambda e: (not _is_html(e), not _speaks(e, primary)))  # stable: else the first
    return [_attribute(e, "href") for e in links]


def _is_permalink(guid: etree._Element) -> str:
    """ "true", "false", or "" where nothing is said."""
    return next((str(value).strip().lower() for name, value in guid.items() if str(name).lower() == "ispermalink"), "")


def _is_html(link: etree._Element) -> bool:
    return (link.get("type") or "").partition(";")[0].strip().lower() in HTML_TYPES


def _speaks(link: etree._Element, primary: str) -> bool:
    spoken = (link.get("hreflang") or "").lower()
    return not spoken or not primary or spoken.partition("-")[0] == primary


def _text(element: etree._Element) -> Candidate:
    """Of `<link/>http://...`, which HTML tools write, the text behind it."""
    text = element_text(element, MAX_ADDRESS + 1) or (element.tail or "").strip()[: MAX_ADDRESS + 1]
    return text, element


def _attribute(element: etree._Element, name: str) -> Candidate:
    return str(element.get(name) or ""), element


def _addresses(names: Iterable[Candidate]) -> list[Candidate]:
    """Those names of an entry that are addresses: a number or a sentence would resolve against any base."""
    return [(raw, element) for raw, element in names if raw[:8].lower().startswith(("http://", "https://"))]


def _decided(found: tuple[str | None, str], fields: Fields) -> tuple[str | None, str | None]:
    url, problem = found
    if url is None and problem == NO_LINK and fields.all("enclosure", "media:content"):
        problem = ONLY_ENCLOSURE
    return url, problem or None
