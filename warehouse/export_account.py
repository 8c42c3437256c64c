"""What an export holds and what made it, from a connection that has the table `chosen`: for its manifest."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import duckdb

_FIGURES = """
select
    count(*) as articles,
    count(distinct story_id) as stories,
    count(distinct publisher) as publishers,
    count(*) filter (published_date is null) as undated,
    min(published_date) as first_published_date,
    max(published_date) as last_published_date,
    min(captured_at) as first_captured_at,
    max(captured_at) as last_captured_at,
    max(appended_at) as last_appended_at
from articles
where article_id in (select article_id from chosen)
"""
_COUNTED = """
select {column}, count(*)
from articles
where article_id in (select article_id from chosen)
group by all
order by all
"""
_PROGRAMS = """
select distinct program
from batches
where batch_id in (select batch_id from articles where article_id in (select article_id from chosen))
order by 1
"""
_RULES = """
select
    (select max(version) from schema_migrations) as schema_version,
    (select list_sort(list(distinct url_key_version)) from article_urls) as url_key_versions,
    (select list_sort(list(distinct method)) from story_members) as story_methods
"""
_GAPS = """
select publisher, day, gap
from coverage
where gap is not null and publisher in (
    select publisher from articles where article_id in (select article_id from chosen)
)
order by publisher, gap, day
"""


def account(connection: duckdb.DuckDBPyConnection, *, left_out: int, program: str) -> dict[str, Any]:
    """The manifest's account. Instants are ISO 8601 in UTC; it depends on what is stored, not on the clock."""
    cursor = connection.execute(_FIGURES)
    names = [column[0] for column in cursor.description or ()]
    figures = dict(zip(names, cursor.fetchone() or (), strict=True))
    total = figures["articles"]
    rules = connection.execute(_RULES).fetchone() or (None, None, None)
    via = connection.execute(_COUNTED.format(column="via")).fetchall()
    return {
        "counts": {name: figures[name] for name in ("articles", "stories", "publishers", "undated")}
        | {"left_out_because_reserved": left_out},
        "range": {
            name: _plain(figures[name])
            for name in names
            if name not in ("articles", "stories", "publishers", "undated")
        },
        "made_by": {
            "program": program,
            "programs_of_batches": [row[0] for row in connection.execute(_PROGRAMS).fetchall()],
            "extractors": dict(connection.execute(_COUNTED.format(column="extractor")).fetchall()),
            "schema_version": rules[0],
            "url_key_versions": rules[1] or [],
            "story_methods": rules[2] or [],
            "seeds_hash": _seeds(connection),
        },
        "via": {name: {"articles": count, "share": round(count / total, 4)} for name, count in via},
        "coverage_gaps": gaps(connection.execute(_GAPS).fetchall()),
    }


def _seeds(connection: duckdb.DuckDBPyConnection) -> str | None:
    """Of the registry as it is now: publishers and agencies are replaced, not appended."""
    row = connection.execute("select any_value(seeds_hash) from publishers").fetchone()
    return row[0] if row else None


def gaps(rows: Iterable[tuple[str, date, str]]) -> list[dict[str, str]]:
    """Days with a gap as ranges. `rows`: publisher, day, reason, in order of publisher, reason and day."""
    found: list[dict[str, str]] = []
    for publisher, day, reason in rows:
        last = found[-1] if found else None
        yesterday = (day - timedelta(days=1)).isoformat()
        if last and (last["publisher"], last["reason"], last["to"]) == (publisher, reason, yesterday):
            last["to"] = day.isoformat()
        else:
            found.append({"publisher": publisher, "from": day.isoformat(), "to": day.isoformat(), "reason": reason})
    return found


def _plain(value: Any) -> str | None:
    if isinstance(value, datetime):
        return f"{value.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}"
    return value.isoformat() if value is not None else None
