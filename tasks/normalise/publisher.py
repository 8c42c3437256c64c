"""Who the publisher is: the site's registered domain, what the registry knows of it, and else what the page says."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from tasks.model import Evidence
from tasks.registry import Publisher, Registry
from tasks.url import clean_url, host_of, registered_domain

# Country codes sold as if they were generic: they tell nothing of the country. Sources: the registries' own marketing
# (.io, .tv, .me, .co, .ai, .fm, ...) and the free domains of Freenom (.tk, .ml, .ga, .cf, .gq).
_UNTELLING = frozenset(
    """
    ac ag ai am as bi bz cc cd cf cm co cx dj fm ga gg gl gq gs hm im io la ly me ml mn ms mu nf nu pn pw re sc sh so
    st tc tf tk tl tm to tv vc vg ws yt
    """.split()
)
# Countries whose newspapers are spread over several zones: the country alone does not tell the clock.
_MANY_ZONES = frozenset(["AU", "BR", "CA", "CD", "GL", "ID", "KZ", "MN", "MX", "RU", "US"])

# Where a page names its site, most telling first.
_NAMING = ("og:site_name", "publisher.name", "organization.name", "application-name", "dc.publisher")
_BOILERPLATE = frozenset({"boilerplate", "copyright", "footer"})

MAX_NAME = 80  # characters; longer ones are slogans
MAX_LINES = 500  # of boilerplate searched for names

# Mentions in boilerplate, in points. One mention alone may be a partner's offer, a quoted source or a related link.
COPYRIGHT_POINTS = 4  # "© 2021 The Guardian"
OFFER_POINTS = 2  # "Subscribe to Business Standard", "Business Standard Epaper"
MENTION_POINTS = 1
MIN_POINTS = 2

_COPYRIGHT = re.compile(r"©|\(c\)|\bcopyright\b|\ball rights reserved\b|\balle rechte\b|\btous droits\b", re.IGNORECASE)
_NOT_THE_HOLDER = re.compile(
    r"©|\(c\)|\bcopyright\b|\ball rights reserved\b|\balle rechte vorbehalten\b|\btous droits réservés\b|"
    r"\btodos los derechos reservados\b|\b(?:19|20)[0-9]{2}\b|\b(?:by|ltd|limited|inc|llc|plc|gmbh|co)\b\.?",
    re.IGNORECASE,
)
_HOLDERS = re.compile(r"[|,;:–—]|\. | - ")
_OFFER_BEFORE = re.compile(
    r"(?:subscri(?:be|ption)s? (?:now )?to|welcome to|sign (?:in|up) (?:to|for)|log in to|about|download(?: the)?|"
    r"follow|support|join|abonnieren sie|abonnez-vous (?:à|au)|suscr[ií]bete a|assine|abbonati a)\W{1,3}(?:the\W)?$",
    re.IGNORECASE,
)
_OFFER_AFTER = re.compile(
    r"^(?:[’']s)?\W{1,3}(?:digital|e-?paper|app|newsletters?|premium|plus|abo|subscri\w{1,10}|digital subscription)\b",
    re.IGNORECASE,
)
_NAME_PARTS = re.compile(r"\s[|•·»–—-]\s|\s*\|\s*|\s[-–—]\s")
_LETTERS = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Source:
    """Who ran an article, as far as it is known."""

    domain: str | None  # stands in `articles.publisher`
    name: str | None
    country: str | None  # ISO 3166-1 alpha-2
    languages: tuple[str, ...]  # BCP 47, main language first; empty when unknown
    zone: ZoneInfo | None  # in which the publisher prints its times


def publisher(
    fetched_url: str,
    url: str | None,
    sites: Sequence[Evidence],
    registry: Registry,
    *,
    declared: str | None = None,
) -> Source:
    """Decide who published an article; raises nothing.

    1. What a record declares (`declared`), when it is a domain or a name of the registry.
    2. The site of the canonical URL (`url`), else of the fetched one: by the registry (aliases folded, a newspaper on a
       subdomain before its host), else its registered domain with the page's own name and the country of the domain.
    3. Without a URL: the publisher's URL or name in the metadata, then names in boilerplate and copyright lines.
    A declared word that nobody knows names the site of the URL; without a URL it is kept as given.
    """
    declared = declared.strip() if declared else None
    shown = url or clean_url(fetched_url)
    known = _declared(declared, registry) if declared else None
    if known is None and shown:
        known = _of_site(shown, sites, registry, declared)
    if known is None and declared:
        known = Source(declared, declared, None, (), None)
    return known or _without_url(sites, registry)


def _declared(declared: str, registry: Registry) -> Source | None:
    """A declared domain, host or URL (known or not), or a name that the registry knows."""
    if " " not in declared and ("." in declared or "://" in declared):
        found = _of_site(declared if "://" in declared else f"https://{declared}", (), registry, None)
        if found is not None:
            return found
    named = registry.publisher_named(declared)
    return _known(named) if named else None


def _of_site(url: str, sites: Sequence[Evidence], registry: Registry, declared: str | None) -> Source | None:
    """The source of an http(s) URL; None for addresses and single-label hosts."""
    host = host_of(url)
    found = registry.publisher_of(host) if host else None
    if found is not None:
        return _known(found)
    domain = registered_domain(url)
    if domain is None:
        return None
    country = country_of_domain(domain)
    return Source(domain, declared or _printed_name(sites, domain), country, (), main_zone(country))


def _without_url(sites: Sequence[Evidence], registry: Registry) -> Source:
    for evidence in sites:
        if evidence.where == "publisher.url":
            found = _of_site(evidence.raw, sites, registry, None)
            if found is not None:
                return found
    for evidence in sites:
        if evidence.where in _NAMING:
            named = registry.publisher_named(evidence.raw)
            if named is not None:
                return _known(named)
    mentioned = _mentioned([e.raw for e in sites if e.where in _BOILERPLATE][:MAX_LINES], registry)
    if mentioned is not None:
        return _known(mentioned)
    return Source(None, _printed_name(sites, ""), None, (), None)


def _known(found: Publisher) -> Source:
    return Source(found.domain, found.name, found.country, found.languages, found.zone or main_zone(found.country))


# -- names that the page prints


def _printed_name(sites: Sequence[Evidence], domain: str) -> str | None:
    """The site's name in the words of its metadata; of a name with a slogan the part that resembles the domain."""
    label = _LETTERS.sub("", domain.partition(".")[0]).casefold()
    spare = None
    for where in _NAMING:
        for evidence in sites:
            if evidence.where != where:
                continue
            printed = " ".join(evidence.raw.split())
            name = host_of(printed) or "" if "://" in printed else _without_slogan(printed, label)
            if len(name) > MAX_NAME or not name or name.startswith("@"):
                continue
            if " " in name or "." not in name:
                return name
            spare = spare or name.removeprefix("www.")  # a host as name, when nothing better is printed
    return spare


def _without_slogan(name: str, label: str) -> str:
    parts = [p.strip() for p in _NAME_PARTS.split(name[: 4 * MAX_NAME]) if p.strip()]
    alike = [p for p in parts if label and _LETTERS.sub("", p).casefold() in {label, f"the{label}"}]
    return (alike or parts or [""])[0]


# -- names in the boilerplate of a text without URL


def _mentioned(lines: Sequence[str], registry: Registry) -> Publisher | None:
    """The publisher that boilerplate names most, if it names one clearly more than the others."""
    points: dict[str, int] = {}
    publishers: dict[str, Publisher] = {}
    for line in lines:
        for found, weight in _points_of_line(line, registry):
            points[found.domain] = points.get(found.domain, 0) + weight
            publishers[found.domain] = found
    ranked = sorted(points, key=lambda domain: -points[domain])
    if not ranked or points[ranked[0]] < MIN_POINTS:
        return None
    if len(ranked) > 1 and points[ranked[1]] == points[ranked[0]]:
        return None
    return publishers[ranked[0]]


def _points_of_line(line: str, registry: Registry) -> Iterator[tuple[Publisher, int]]:
    if _COPYRIGHT.search(line):
        holder = _holder(line, registry)
        if holder is not None:
            yield holder, COPYRIGHT_POINTS
            return
    for found, _ in registry.publishers_in(line):
        offered = any(_is_offer(line, name) for name in (found.name, *found.names))
        yield found, OFFER_POINTS if offered else MENTION_POINTS


def _holder(line: str, registry: Registry) -> Publisher | None:
    """The publisher that a copyright line names: here even an ordinary word ("Time") is a name."""
    for part in _HOLDERS.split(_NOT_THE_HOLDER.sub(" ", line)):
        named = registry.publisher_named(" ".join(part.split()))
        if named is not None:
            return named
    return next((found for found, _ in registry.publishers_in(line)), None)


def _is_offer(line: str, name: str) -> bool:
    start = line.find(name)
    if start < 0:
        return False
    before, after = line[max(0, start - 40) : start], line[start + len(name) : start + len(name) + 40]
    return bool(_OFFER_BEFORE.search(before) or _OFFER_AFTER.search(after))


# -- countries and zones


def country_of_domain(domain: str) -> str | None:
    """ISO code of a country-code domain that tells where its owner is; None for all others."""
    suffix = domain.rpartition(".")[2]
    if suffix in _UNTELLING:
        return None
    code = "GB" if suffix == "uk" else suffix.upper()
    return code if code in _zones_by_country() else None


def main_zone(country: str | None) -> ZoneInfo | None:
    """The zone of a country's newspapers: its most populous; None where several have large cities."""
    if country is None or country in _MANY_ZONES or country not in _zones_by_country():
        return None
    return ZoneInfo(_zones_by_country()[country])


@lru_cache(maxsize=1)
def _zones_by_country() -> dict[str, str]:
    """ISO code -> its first zone in the tz database's zone.tab, which lists the most populous first."""
    lines = files("tzdata").joinpath("zoneinfo", "zone.tab").read_text(encoding="utf-8").splitlines()
    found: dict[str, str] = {}
    for line in lines:
        if not line.startswith("#"):
            code, _, zone = line.split("\t")[:3]
            found.setdefault(code, zone)
    return found
