"""What is counted of a unit while it is read."""

from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(slots=True)
class Figures:
    """Columns of `backfill_units` (warehouse/migrations) that a unit fills."""

    started_at: datetime
    listed: int = 0
    outside: int = 0
    known: int = 0
    captured: int = 0
    deferred: int = 0
    bytes: int = 0

    @classmethod
    def begun(cls) -> "Figures":
        return cls(datetime.now(UTC))
