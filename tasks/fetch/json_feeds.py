"""JSON Feed 1 and 1.1 (https://www.jsonfeed.org/version/1.1/), and RSS and Atom as feed services put them into JSON."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tasks.fetch.entry_links import MAX_ADDRESS, NO_LINK, ONLY_ENCLOSURE, first_usable, resolve
from tasks.fetch.entry_text import (
    MAX_AUTHORS,
    MAX_DATE,
    MAX_GUID,
    MAX_NAME,
    MAX_SUMMARY,
    MAX_TITLE,
    language_tag,
    one_line,
    plain_text,
)
from tasks.model import Entry, Listing, ListProblem

# Names of JSON Feed, then those of RSS and Atom that services keep.
ADDRESSES = ("url", "external_url", "link")
GUIDS = ("id", "guid")
CONTENTS = ("summary", "content_text", "content_html", "description", "content")
PUBLISHED = ("date_published", "published", "pubDate")
UPDATED = ("date_modified", "updated")

_ITEMS = re.compile(r'"items"\s{0,100}:\s{0,100}\[')
_VERSION = re.compile(r'"version"\s{0,100}:\s{0,100}"[^"]{0,100}jsonfeed\.org', re.IGNORECASE)
_SEPARATOR = re.compile(r"[\s,]{0,1000}")


def read_json_feed(text: str, url: str | None) -> tuple[Listing, Iterator[Entry]] | None:
    """What the feed says of itself, and its entries; None for JSON that is no feed. Of a cut one the complete items."""
    problems: tuple[ListProblem, ...] = ()
    try:
        feed = json.loads(text, strict=False)
    except (ValueError, RecursionError) as error:
        if not _VERSION.search(text):
            return None
        feed = _complete_part(text)
        problems = (ListProblem("cut", f"it is no valid JSON: {error}"[:200]),)
    if not _is_feed(feed):
        return None
    home = resolve(_string(feed, "home_page_url", MAX_GUID) or "", (url,))[0] if feed.get("home_page_url") else None
    own = resolve(_string(feed, "feed_url", MAX_GUID) or "", (url,))[0] if feed.get("feed_url") else None
    language = language_tag(_string(feed, "language", MAX_NAME))
    listing = Listing(
        kind="json_feed",
        title=_plain(feed, ("title",), MAX_TITLE),
        language=language,
        home_url=home,
        self_url=own,
        hub_urls=tuple(_hubs(feed)),
        problems=problems,
    )
    return listing, (_entry(item, language, (url, own, home)) for item in feed["items"])


def _is_feed(feed: object) -> bool:
    """It says so, or all that it lists has an address or a text."""
    if not isinstance(feed, dict) or not isinstance(feed.get("items"), list):
        return False
    if "jsonfeed.org" in str(feed.get("version"))[:200]:
        return True
    items = feed["items"]
    telling = frozenset((*ADDRESSES, *CONTENTS))
    return bool(items) and all(isinstance(i, dict) and any(isinstance(i.get(n), str) for n in telling) for i in items)


def _complete_part(text: str) -> dict[str, Any]:
    """What stands before the items, and the items up to the fault."""
    start = _ITEMS.search(text)
    at = start.end() if start else len(text)
    decoder = json.JSONDecoder(strict=False)
    try:
        head = decoder.decode(text[:at] + "]}")
    except (ValueError, RecursionError):
        head = None
    items: list[Any] = []
    while at < len(text):
        separator = _SEPARATOR.match(text, at)
        at = separator.end() if separator else at
        try:
            item, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            break
        items.append(item)
    return (head if isinstance(head, dict) else {}) | {"version": "jsonfeed.org", "items": items}


def _entry(item: object, language: str | None, bases: Sequence[str | None]) -> Entry:
    if not isinstance(item, dict):
        return Entry(url=None, problem=NO_LINK)
    guid = _first(item, GUIDS, MAX_GUID)
    addresses = [_string(item, name, MAX_ADDRESS + 1) or "" for name in ADDRESSES]
    addresses += [guid] if guid and guid.lower().startswith(("http://", "https://")) else []
    url, problem = first_usable([(address, None) for address in addresses], bases)
    if problem == NO_LINK and (item.get("attachments") or item.get("enclosures")):
        problem = ONLY_ENCLOSURE
    return Entry(
        url=url,
        problem=problem or None,
        title=_plain(item, ("title",), MAX_TITLE),
        published_raw=_first(item, PUBLISHED, MAX_DATE),
        updated_raw=_first(item, UPDATED, MAX_DATE),
        guid=guid,
        language=language_tag(_string(item, "language", MAX_NAME)) or language,
        authors=tuple(_authors(item)),
        summary=_plain(item, CONTENTS, MAX_SUMMARY),
    )


def _string(holder: Mapping[str, Any], name: str, limit: int) -> str | None:
    """A text, or a number where a text belongs, as one line; None for anything else."""
    value = holder.get(name)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        value = repr(value) if abs(value) < 1e18 else None
    return one_line(value, limit) or None if isinstance(value, str) else None


def _first(holder: Mapping[str, Any], names: Sequence[str], limit: int) -> str | None:
    return next((found for name in names if (found := _string(holder, name, limit))), None)


def _plain(holder: Mapping[str, Any], names: Sequence[str], limit: int) -> str | None:
    values = (holder.get(name) for name in names)
    return next((found for v in values if isinstance(v, str) and (found := plain_text(v, limit))), None)


def _authors(item: Mapping[str, Any]) -> Iterator[str]:
    """Version 1.1 has a list, version 1 one author."""
    several = item.get("authors")
    people = several if isinstance(several, list) else [item.get("author")]
    for person in people[:MAX_AUTHORS]:
        name = person.get("name") if isinstance(person, dict) else person
        if isinstance(name, str) and (found := plain_text(name, MAX_NAME)):
            yield found


def _hubs(feed: Mapping[str, Any]) -> Iterator[str]:
    hubs = feed.get("hubs")
    for hub in hubs[:MAX_AUTHORS] if isinstance(hubs, list) else []:
        if isinstance(hub, dict) and (found := resolve(_string(hub, "url", MAX_GUID) or "", ())[0]):
            yield found
