"""What a run brought."""

from collections import Counter
from dataclasses import dataclass, field

from warehouse.append import Drained
from warehouse.connect import WarehouseHeld
from warehouse.place import Place
from warehouse.run_account import run_totals


@dataclass(slots=True)
class Ingested:
    """What a run brought, as far as it is appended; the rest waits in the spool."""

    run_id: str
    articles: int = 0
    revisions: int = 0
    known: int = 0
    rejected: Counter[str] = field(default_factory=Counter)
    damage: list[str] = field(default_factory=list)  # cut and corrupt files: read as far as they go
    failed_sources: list[str] = field(default_factory=list)
    earlier_batches: int = 0  # batches of other runs that this one appended
    earlier_texts: int = 0  # articles and revisions in them
    waiting_batches: int = 0
    waiting_articles: int = 0
    held: WarehouseHeld | None = None
    lists: int = 0  # feeds and sitemaps that were read or unchanged
    new_entries: int = 0  # that they named to be fetched
    fetched: int = 0  # pages
    deferred: Counter[str] = field(default_factory=Counter)  # by reason: tried again by a later run
    left_over: int = 0  # pages that wait for the next run
    failed_lists: list[str] = field(default_factory=list)
    host_seconds: dict[str, float] = field(default_factory=dict)  # waited for answers, by host
    notice: str | None = None  # why nothing was polled

    def add(self, drained: Drained) -> None:
        for batch in drained.appended:
            if batch.run_id != self.run_id:
                self.earlier_batches += not batch.already
                self.earlier_texts += batch.articles + batch.revisions
                continue
            self.articles += batch.articles
            self.revisions += batch.revisions
            self.known += batch.known
            self.rejected.update(batch.rejected)
        self.waiting_batches, self.waiting_articles = drained.waiting_batches, drained.waiting_articles
        self.held = drained.held

    def recount(self, place: Place) -> None:
        """By the ledger, where it can be read: another run may have appended what this one left in the spool."""
        try:
            totals = run_totals(place, self.run_id)
        except WarehouseHeld:
            return
        self.articles, self.revisions, self.known = totals.articles, totals.revisions, totals.known
        self.rejected = Counter(totals.rejected)
