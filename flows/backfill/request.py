"""What a backfill is asked to do."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flows.days import Days, days
from flows.settings import Settings
from tasks.backfill.scope import Scope, Undated
from tasks.backfill.units import Way
from tasks.backfill.windows import Window
from tasks.errors import Stop
from tasks.registry import Registry, load_registry
from tasks.url import registered_domain

WAYS = ("sitemap", "ccnews", "wayback", "archive")
FETCHING = ("sitemap", "ccnews", "wayback")
ALL_ARE_MEANT = ("ccnews", "archive", "path")  # ways that, with no publisher named, take every publisher


@dataclass(frozen=True, slots=True)
class Request:
    """A backfill as understood. `publishers`: registered domains; for `sitemap` also addresses as they were given."""

    asked: Window
    way: Way
    path: str | None = None
    publishers: tuple[str, ...] = ()
    undated: Undated = "keep"
    only_missing: bool = False
    again: bool = False
    keep: bool = False
    yes: bool = False

    @property
    def days(self) -> Days:
        return Days(*self.asked)

    @property
    def fetches(self) -> bool:
        return self.way in FETCHING

    @property
    def scope(self) -> Scope:
        """What is kept. Where a publisher's own list or site is read, what it brings is that publisher's."""
        publishers = self.publishers if self.way in ALL_ARE_MEANT else ()
        return Scope(*self.asked, self.undated, publishers)

    def sentence(self) -> str:
        """The first line that is printed."""
        source = self.path or self.way
        whose = ", ".join(self.publishers) or ("all publishers" if self.way in ALL_ARE_MEANT else "the enabled feeds")
        return f"{self.days.sentence()}; from {source}; {whose}"


def understood(
    from_day: str | None,
    to_day: str | None,
    via: str,
    publishers: Sequence[str],
    settings: Settings,
    now: datetime,
    *,
    undated: str = "keep",
    only_missing: bool = False,
    again: bool = False,
    keep: bool = False,
    yes: bool = False,
) -> Request:
    """The request that these words make. Raises Stop for what cannot be meant."""
    if from_day is None or to_day is None:
        raise Stop(
            "Name both ends: presshouse backfill --from 2024-10-01 --to 2024-10-31 (or --from 7d --to yesterday)"
        )
    if undated not in ("keep", "drop"):
        raise Stop(f"--undated takes keep or drop, not {undated!r}.")
    chosen = days(from_day, to_day, now.date())
    if chosen.first > now.date():
        raise Stop(f"{chosen.first} is still to come: nothing was published then.")
    way: Way = via if via in WAYS else "path"  # type: ignore[assignment]  # mypy sees no Literal in `in`
    if keep and way != "ccnews":
        raise Stop("--keep is for --via ccnews: everything else that is fetched is kept anyway.")
    registry = load_registry(settings.seeds)
    return Request(
        Window(chosen.first, min(chosen.last, now.date())),
        way,
        via if way == "path" else None,
        tuple(dict.fromkeys(_publisher(name, registry, is_address_allowed=way == "sitemap") for name in publishers)),
        "drop" if undated == "drop" else "keep",
        only_missing,
        again,
        keep,
        yes,
    )


def _publisher(name: str, registry: Registry, *, is_address_allowed: bool) -> str:
    if is_address_allowed and name.startswith(("http://", "https://")):
        return name
    known = registry.publisher_of(name) if "." in name else registry.publisher_named(name)
    if known is not None:
        return known.domain
    if "." not in name and ":" not in name:
        raise Stop(f"--publisher {name!r} is neither a domain nor a name of the registry, such as example.com.")
    return registered_domain(name) or name.lower()
