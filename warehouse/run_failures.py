"""What a run could not turn into articles, for people to look at."""

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
select source, outcome, coalesce(reason, ''), detail, count(*) over () as total
from failures
order by outcome = 'rejected', outcome, reason, source, happened_at
limit $most
"""


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
