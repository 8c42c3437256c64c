"""An article as the story rules see it: who ran it, when, and how its text is known."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from tasks.dedupe.shingles import Sketch
from tasks.model import Access, Precision

DAY = timedelta(days=1)

# Dated before undated, then the instant, then the id: compares in the order of DESIGN.md, Stories.
Position = tuple[bool, datetime, UUID]


@dataclass(frozen=True, slots=True)
class Member:
    """The newest revision of an article, without its text."""

    article_id: UUID
    published_at: datetime | None  # aware; local midnight where published_precision is "day"
    published_precision: Precision | None
    captured_at: datetime  # aware
    access: Access
    text_hash: str  # tasks.dedupe.normal.text_hash
    sketch: Sketch = field(compare=False)
    publisher: str | None = None
    published_offset_minutes: int | None = None  # not asked for the order: local midnight already carries it

    @property
    def position(self) -> Position:
        """Where the article stands in a story; the first is the root.

        A known instant counts as it is, a day-only date as the end of its local day; undated articles follow by
        `captured_at`.
        """
        if self.published_at is None:
            return (True, self.captured_at, self.article_id)
        if self.published_precision == "day":
            return (False, self.published_at + DAY, self.article_id)
        return (False, self.published_at, self.article_id)

    @property
    def day(self) -> date:
        """The UTC day that date windows and stop lists go by: of `published_at`, else of `captured_at`."""
        return (self.published_at or self.captured_at).astimezone(UTC).date()

    @property
    def is_stub(self) -> bool:
        """Cut by a paywall or in transit: it may join a story, never start or bridge one."""
        return self.access != "full"
