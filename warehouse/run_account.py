"""What a run brought, by the ledger, and what it could not turn into articles."""

from collections.abc import Mapping
from dataclasses import dataclass

from warehouse.connect import opened
from warehouse.place import Place

SHORT_WAIT = 2.0  # seconds; a run does not wait longer to tell what it already stored

_FAILURES = """
with failures as (
    select feed_url as source, 'failed' as outcome, reason, detail, polled_at as happened_at
    from polls
    where run_id = $run_id and result = 'failed'
    union all
    select fetched_url, outcome, reason, detail, seen_at
    from rejections
    where run_id = $run_id
)
select source, outcome, coalesce(reason, ''), detail, (select count(*) from failures) as total
from failures
order by outcome = 'rejected', outcome, reason, source, happened_at
limit $most
"""

_TEXTS = """
select
    coalesce(sum(articles), 0)::bigint,
    coalesce(sum(revisions), 0)::bigint,
    coalesce(sum(known), 0)::bigint
from batches
where run_id = $run_id
"""
_REJECTED = "select reason, count(*) from rejections where run_id = $run_id and outcome = 'rejected' group by reason"


@dataclass(frozen=True, slots=True)
class RunTotals:
    """What of a run is appended. `rejected`: by reason."""

    articles: int
    revisions: int
    known: int
    rejected: Mapping[str, int]


def run_totals(place: Place, run_id: str) -> RunTotals:
    """Whoever appended it: runs beside each other take each other's batches. Raises WarehouseHeld."""
    with opened(place.file, read_only=True, wait=SHORT_WAIT) as connection:
        ((articles, revisions, known),) = connection.execute(_TEXTS, {"run_id": run_id}).fetchall()
        rejected = dict(connection.execute(_REJECTED, {"run_id": run_id}).fetchall())
    return RunTotals(articles, revisions, known, rejected)


@dataclass(frozen=True, slots=True)
class Failure:
    """`outcome`: failed (a list), deferred or rejected (an entry, page or record)."""

    source: str
    outcome: str
    reason: str
    detail: str | None


def run_failures(place: Place, run_id: str, most: int) -> tuple[list[Failure], int]:
    """At most `most` failures of a run, those that may pass first, and how many there are in all.

    Of what is appended: what waits in the spool is told by a later run. Raises WarehouseHeld.
    """
    with opened(place.file, read_only=True, wait=SHORT_WAIT) as connection:
        rows = connection.execute(_FAILURES, {"run_id": run_id, "most": most}).fetchall()
    return [Failure(*row[:4]) for row in rows], rows[0][4] if rows else 0
