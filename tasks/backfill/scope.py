"""What a backfill keeps: articles by their own date and publisher, whatever the list or file that brought them."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

from tasks.model import Published

Undated = Literal["keep", "drop"]

OUTSIDE, OTHER, UNDATED = "outside_range", "other_publisher", "undated"
FLAG = "undated"  # in date_flags of what was kept without a date

_NAME = re.compile(r"\.d(\d{8})-(\d{8})([kd])\.warc\.gz\Z")


@dataclass(frozen=True, slots=True)
class Scope:
    """Calendar days of published_date, both included, and publishers (registered domains); none: all."""

    first: date
    last: date
    undated: Undated = "keep"
    publishers: tuple[str, ...] = ()

    def refusal(self, published: Published, publisher: str | None) -> tuple[str, str] | None:
        """(reason, detail) of an article that is not kept; None when it is. An undated one belongs to every range."""
        if self.publishers and publisher not in self.publishers:
            return OTHER, f"of {publisher or 'an unknown publisher'}; {self.days}"
        if published.date is None:
            return (UNDATED, f"left out with --undated drop; {self.days}") if self.undated == "drop" else None
        if not self.first <= published.date <= self.last:
            return OUTSIDE, f"published {published.date}; {self.days}"
        return None

    @property
    def days(self) -> str:
        """`wanted 2024-10-01 to 2024-10-31`: the end of a rejection's detail."""
        return f"wanted {self.first} to {self.last}"

    @property
    def in_name(self) -> str:
        """For the name of an archive file: what a killed backfill left is read by the same range."""
        return f".d{self.first:%Y%m%d}-{self.last:%Y%m%d}{self.undated[0]}"


def scope_of_name(name: str) -> Scope | None:
    """The scope that an archive file was fetched for; None: everything in it is wanted."""
    found = _NAME.search(name)
    if found is None:
        return None
    try:
        first, last = (date.fromisoformat(found[group]) for group in (1, 2))
    except ValueError:
        return None
    return Scope(first, last, "keep" if found[3] == "k" else "drop")
