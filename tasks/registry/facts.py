"""The records of the registry: plain facts about publishers, agencies and feeds."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Publisher:
    """Who runs articles. `domain` is the registered domain that stands in `articles.publisher`."""

    domain: str
    name: str
    country: str | None  # ISO 3166-1 alpha-2
    languages: tuple[str, ...]  # BCP 47, main language first
    timezone: str | None  # IANA name
    aliases: tuple[str, ...] = ()  # further domains (`bbc.com` of `bbc.co.uk`)
    names: tuple[str, ...] = ()  # further names, as printed on pages

    @property
    def zone(self) -> ZoneInfo | None:
        return ZoneInfo(self.timezone) if self.timezone else None


@dataclass(frozen=True, slots=True)
class Agency:
    """A wire agency. `name` is the short name that stands in `articles.agencies` (`AFP`, `dpa`)."""

    name: str
    full_name: str
    country: str | None
    domain: str | None
    aliases: tuple[str, ...] = ()  # other forms in print: "Agence France-Presse", "dpa/lnw", "Press Trust of India"


@dataclass(frozen=True, slots=True)
class Feed:
    """Where a publisher lists its articles."""

    publisher: str  # Publisher.domain
    kind: str  # one of FEED_KINDS
    url: str
    languages: tuple[str, ...]
