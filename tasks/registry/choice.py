"""The user's choice of feeds: `feeds.csv` in the data folder, which overrides `seeds/feeds.csv` row by row.

The seeds are read-only at run time and enable nothing; whatever the user enables, adds, changes or removes is a row of
the choice. Pure functions of such rows; `tasks.registry.choice_file` reads and writes them.
"""

import difflib
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from tasks.errors import Stop
from tasks.registry.facts import Feed
from tasks.registry.lookup import Registry
from tasks.url import host_of, redact, registered_domain, url_key


@dataclass(frozen=True, slots=True)
class ChosenFeed:
    """A feed or sitemap as the user has it: a row of the choice, or one of the seeds that nobody has touched."""

    url: str  # may hold a secret: shown only through `redact`
    publisher: str  # domain
    kind: str  # one of FEED_KINDS
    languages: tuple[str, ...] = ()
    is_enabled: bool = False
    is_removed: bool = False
    recapture: bool = False
    interval_minutes: int | None = None
    changed_at: datetime | None = None  # aware
    note: str = ""
    is_chosen: bool = True  # stands in the choice, not only in the seeds

    @property
    def key(self) -> str:
        return feed_key(self.url)


def feed_key(url: str) -> str:
    """What two URLs of the same feed have in common."""
    return url_key(url) or url


def publisher_of(url: str) -> str:
    """Whose feed it is as long as nobody knows better: the registered domain, of an address the address itself."""
    return registered_domain(url) or host_of(url) or ""


def merge(seeds: Sequence[Feed], choice: Sequence[ChosenFeed]) -> tuple[ChosenFeed, ...]:
    """The feeds that there are for the user: the seeds, each overridden by its row of the choice, then further rows.

    What is removed is not in it.
    """
    chosen = {one.key: one for one in choice}
    rows = [chosen.pop(feed_key(seed.url), _of_seed(seed)) for seed in seeds]
    return tuple(row for row in (*rows, *chosen.values()) if not row.is_removed)


def _of_seed(seed: Feed) -> ChosenFeed:
    return ChosenFeed(seed.url, seed.publisher, seed.kind, seed.languages, is_chosen=False)


def select(
    rows: Sequence[ChosenFeed],
    registry: Registry,
    *,
    countries: Collection[str] = (),
    publishers: Collection[str] = (),
    urls: Collection[str] = (),
    everything: bool = False,
) -> tuple[ChosenFeed, ...]:
    """The rows of any of these countries, publishers (domain, alias or name) or URLs, in the order of `rows`.

    Raises Stop for one that has no row, naming the nearest.
    """
    wanted = set() if not everything else {row.key for row in rows}
    for country in countries:
        wanted |= _of_country(rows, registry, country)
    for name in publishers:
        wanted |= _of_publisher(rows, registry, name)
    known = {row.key: row for row in rows}
    for url in urls:
        if feed_key(url) not in known:
            near = nearest(url, [redact(row.url) for row in rows])
            raise Stop(
                f"{redact(url)} is no feed of the registry{near}. To have it: presshouse feeds add {redact(url)}"
            )
        wanted.add(feed_key(url))
    return tuple(row for row in rows if row.key in wanted)


def _of_country(rows: Sequence[ChosenFeed], registry: Registry, country: str) -> set[str]:
    by_country: dict[str, set[str]] = {}
    for row in rows:
        publisher = registry.publisher_of(row.publisher)
        if publisher is not None and publisher.country:
            by_country.setdefault(publisher.country, set()).add(row.key)
    found = by_country.get(country.upper())
    if not found:
        raise Stop(f"No feed of the country {country!r}. There are feeds of {', '.join(sorted(by_country)) or 'none'}.")
    return found


def _of_publisher(rows: Sequence[ChosenFeed], registry: Registry, name: str) -> set[str]:
    named = registry.publisher_of(name) or registry.publisher_named(name)
    domain = named.domain if named else name.lower()
    found = {row.key for row in rows if row.publisher == domain}
    if not found:
        near = nearest(name, [row.publisher for row in rows])
        raise Stop(f"No feed of the publisher {name!r}{near}. To look for its feeds: presshouse feeds add DOMAIN")
    return found


def nearest(text: str, known: Sequence[str]) -> str:
    """`; the nearest is ...` for a message, or nothing."""
    near = difflib.get_close_matches(text[:500], known, n=1)
    return f"; the nearest is {near[0]}" if near else ""


def decided(choice: Sequence[ChosenFeed], rows: Sequence[ChosenFeed], now: datetime) -> tuple[ChosenFeed, ...]:
    """The choice with these rows in it, each in the place of the row with its key, else at the end; dated `now`."""
    new = {row.key: replace(row, changed_at=now, is_chosen=True) for row in rows}
    kept = [new.pop(row.key, row) for row in choice]
    return (*kept, *new.values())


def without(
    choice: Sequence[ChosenFeed], rows: Sequence[ChosenFeed], seeds: Sequence[Feed], now: datetime
) -> tuple[ChosenFeed, ...]:
    """The choice without these rows; those of the seeds stay as rows that say so, else they would be back."""
    gone = {row.key for row in rows}
    of_seeds = {feed_key(seed.url) for seed in seeds}
    hidden = [replace(row, is_enabled=False, is_removed=True) for row in rows if row.key in of_seeds]
    return decided([row for row in choice if row.key not in gone or row.key in of_seeds], hidden, now)
