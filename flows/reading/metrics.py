"""The figures of `status` in Prometheus' text exposition format (version 0.0.4), for a file collector or a cron job."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from warehouse.health import CHECKS, FAILING, Breach
from warehouse.status import Status

Sample = tuple[Mapping[str, str], float]


def exposition(found: Status, breached: Sequence[Breach]) -> str:
    """All gauges, each with its help; what is unknown is left out."""
    return "".join(_lines(found, breached))


def _lines(found: Status, breached: Sequence[Breach]) -> Iterator[str]:
    figures = found.figures
    for name, help_, value in (
        ("articles", "Articles in the warehouse.", figures["articles"]),
        ("revisions", "Texts of articles.", figures["revisions"]),
        ("stories", "Stories.", figures["stories"]),
        ("publishers", "Publishers with an article.", figures["publishers"]),
        ("captures", "Captures.", figures["captures"]),
        ("last_append_timestamp_seconds", "Newest append.", _epoch(figures["last_appended_at"])),
        ("last_run_end_timestamp_seconds", "End of the newest run.", _epoch(figures["last_run_ended_at"])),
        ("runs_without_end", "Runs that were stopped since the newest end of a run.", figures["runs_without_end"]),
        ("waiting_batches", "Batches in the spool.", found.waiting_batches),
        ("waiting_articles", "Articles in these.", found.waiting_articles),
        ("waiting_since_timestamp_seconds", "Oldest batch in the spool.", _epoch(found.waiting_since)),
        ("snapshot_timestamp_seconds", "When the snapshot was made.", _epoch(found.snapshot_at)),
        ("free_bytes", "Free on the disk of the data folder.", found.free_bytes),
        ("days_until_full", "At the growth of the last week.", found.days_until_full),
        ("live_articles_24h", "Articles that came live in the last 24 hours.", found.articles_today),
        ("live_articles_24h_usual", "Median of the same in the days before.", found.articles_usual),
    ):
        if value is not None:
            yield from _gauge(name, help_, [({}, value)])
    yield from _gauge("store_bytes", "Bytes on disk.", [({"store": s}, n) for s, n in found.bytes_of.items()])
    grown = [({"store": store}, a_day) for store, a_day in found.growth_of.items() if a_day is not None]
    yield from _gauge("store_growth_bytes_per_day", "Growth over the last week.", grown)
    rejected = [({"reason": reason}, count) for reason, count in found.rejected.items()]
    yield from _gauge("rejected", "Inputs that did not become articles.", rejected)
    yield from _gauge("feeds", "Enabled feeds by state.", [({"state": s}, n) for s, n in found.feeds.items()])
    if total := sum(found.feeds.values()):
        failing = sum(count for state, count in found.feeds.items() if state in FAILING)
        yield from _gauge("failing_feeds_share", "Of the enabled feeds, 0 to 1.", [({}, failing / total)])
    broken = {one.check for one in breached}
    checks = [({"check": check}, float(check in broken)) for check in CHECKS]
    yield from _gauge("breach", "1 where a limit of presshouse status --check is breached.", checks)


def _gauge(name: str, help_: str, samples: Sequence[Sample]) -> Iterator[str]:
    if not samples:
        return
    yield f"# HELP presshouse_{name} {help_}\n# TYPE presshouse_{name} gauge\n"
    for labels, value in samples:
        inside = ",".join(f'{label}="{_escaped(text)}"' for label, text in labels.items())
        yield f"presshouse_{name}{{{inside}}} {float(value)!r}\n" if inside else f"presshouse_{name} {float(value)!r}\n"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _epoch(at: datetime | None) -> float | None:
    return at.timestamp() if at else None
