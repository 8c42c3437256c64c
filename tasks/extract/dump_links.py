"""The day in a page's own address, where a text dump holds it: in the links by which readers hand the page on."""

import re
from collections import defaultdict
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

from tasks.model import DateEvidence

MAX_TEXT = 1_000_000  # characters that are looked through; links of a page are a tenth of that
SHARERS = 2  # different services that hand the same address on: one may be a teaser's, or an advertisement

_LINK = re.compile(r"[a-z][a-z-]{1,20}:[^\s\"<>()?]{0,300}\?[^\s\"<>()]{10,4000}", re.IGNORECASE)
_HANDED = re.compile(r"https?://[^\s?#&\"'<>]{8,600}")
# html2text breaks addresses behind such a sign
_BROKEN = re.compile(r"(?<=[-/_=&%])\n(?=[^\s)]{2})")
_DAY = re.compile(r"(?<!\d)(?:19|20)\d\d(?P<sign>[/_.-]?)(?:0[1-9]|1[0-2])(?P=sign)(?:0[1-9]|[12]\d|3[01])(?!\d)")


def own_address(text: str) -> str | None:
    """The address that share links of different services carry; None where there is none, or more than one."""
    text = text[:MAX_TEXT]
    if "](" in text:
        text = _BROKEN.sub("", text)
    sharers: dict[str, set[str]] = defaultdict(set)
    for link in _LINK.finditer(text):
        service, _, query = link[0].partition("?")
        handed = _HANDED.search(unquote(query))
        if handed and (place := _place(handed[0])) and place[1].strip("/"):
            host = _host(service)
            if host != place[0]:
                sharers["".join(place)].add(host)
            elif "oembed" in service:  # the page's own preview for other sites
                sharers["".join(place)].update(f"{host} {number}" for number in range(SHARERS))
    found = [address for address, services in sharers.items() if len(services) >= SHARERS]
    return found[0] if len(found) == 1 else None


def address_dates(address: str | None) -> Iterator[DateEvidence]:
    """The day in the path of an address."""
    if address and (day := _DAY.search(address.partition("/")[2])):
        yield DateEvidence(day[0], "url", "path", "unknown")


def _place(address: str) -> tuple[str, str] | None:
    """(host, path) of an address; None for a malformed one."""
    try:
        parts = urlsplit(address)
    except ValueError:  # a bracket that is no IPv6 address
        return None
    return parts.netloc.lower().removeprefix("www."), parts.path


def _host(service: str) -> str:
    place = _place(service)
    return place[0] or service if place else service
