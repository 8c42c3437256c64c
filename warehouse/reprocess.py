"""Stored captures that are to be read again, what they gave last time, and what was found out by reading them again."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import duckdb

from tasks.url import host_of, registered_domain
from warehouse import spool as spooling
from warehouse.connect import opened
from warehouse.place import Place
from warehouse.spool_schema import ARTICLE
from warehouse.stories import redecide

# What tells where a text came from and who read it, not what it says.
NOT_COMPARED = frozenset(
    {"fetched_url", "captured_at", "via", "discovered_at", "extractor", "capture_file", "capture_offset"}
)
COMPARED = tuple(field.name for field in ARTICLE if field.name not in NOT_COMPARED)

# Rejections that another extraction may decide otherwise; the others are of the fetch or the file.
BY_EXTRACTION: tuple[str, ...] = (
    "no_text",
    "not_an_article",
    "soft_404",
    "consent",
    "paywall",
    "time_limit",
    "memory",
    "crashed",
)
BY_EXTRACTION += ("not_html",)

Text = tuple[UUID, str]  # article_id and text hash


@dataclass(frozen=True, slots=True)
class Stored:
    """A capture to read again; `text` is what it gave last time, None where it was rejected."""

    capture_file: str
    capture_offset: int
    via: str
    captured_at: datetime
    text: Text | None


def plan(
    place: Place, first: date, last: date, *, publishers: Sequence[str], rules: str, wait: float
) -> tuple[list[Stored], int]:
    """The captures of these days that these rules have not read yet, file by file, and how many they have.

    Days are those of `published_date`, of undated articles and of rejected captures the UTC day of the capture.
    `publishers`: domains or their aliases; none: all. Raises WarehouseHeld.
    """
    with opened(place.file, read_only=True, wait=wait) as connection:
        domains = _domains(connection, publishers)
        values = {"first": first, "last": last, "domains": domains}
        rows = connection.execute(_TEXTS, values).fetchall()
        found = [Stored(file, offset, via, at, (article, text)) for file, offset, via, at, article, text in rows]
        rejected = connection.execute(
            _REJECTED, {"first": first, "last": last, "reasons": list(BY_EXTRACTION)}
        ).fetchall()
        found += [
            Stored(file, offset, via, at, None)
            for url, file, offset, via, at in rejected
            if not domains or _site(url, domains)
        ]
        done = set(connection.execute(_READ, {"rules": rules}).fetchall())
    new = [one for one in found if (one.capture_file, one.capture_offset) not in done]
    return sorted(new, key=lambda one: (one.capture_file, one.capture_offset)), len(found) - len(new)


def _domains(connection: duckdb.DuckDBPyConnection, publishers: Sequence[str]) -> list[str]:
    named = [one.strip().lower() for one in publishers]
    rows = connection.execute(
        "select domain from publishers where list_has_any(list_append(aliases, domain), $named::varchar[])",
        {"named": named},
    ).fetchall()
    return sorted({*named, *(row[0] for row in rows)})


def _site(url: str, domains: Iterable[str]) -> bool:
    host = host_of(url)
    return host is not None and not {host, registered_domain(host)}.isdisjoint(domains)


def stored_rows(place: Place, captures: Sequence[Stored], *, wait: float) -> dict[Text, Mapping[str, Any]]:
    """What is stored of these texts: the columns that are compared, by article and text. Raises WarehouseHeld."""
    texts = [one.text for one in captures if one.text]
    with opened(place.file, read_only=True, wait=wait) as connection:
        cursor = connection.execute(
            _STORED, {"ids": [str(article) for article, _ in texts], "hashes": [text for _, text in texts]}
        )
        names = [column[0] for column in cursor.description or ()]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return {(row["article_id"], row["text_hash"]): row for row in rows}


def changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """The columns that differ between a stored row and a new reading, in the order of the table. Pure."""
    return [name for name in COMPARED if _plain(before[name]) != _plain(after[name])]


def _plain(value: Any) -> Any:
    """Lists come back as lists, whatever they were when they were stored."""
    return list(value) if isinstance(value, tuple) else value


def reading_row(one: Stored, *, rules: str, result: str, read_at: datetime, **found: Any) -> spooling.Row:
    """The spool row of a capture that was read again; `found`: changed, reason."""
    article, text = one.text or (None, None)
    return {
        "reading": {
            "capture_file": one.capture_file,
            "capture_offset": one.capture_offset,
            "rules": rules,
            "result": result,
            "changed": found.get("changed", []),
            "reason": found.get("reason"),
            "read_at": read_at,
            "article_id": str(article) if result == "changed" else None,
            "replaces": text if result == "changed" else None,
        }
    }


def settle_stories(place: Place, *, run_id: str, wait: float) -> int:
    """Decide the stories of what this run changed, and of everything that shared a story with it.

    Returns how many memberships changed. Raises WarehouseHeld.
    """
    with opened(place.file, read_only=True, wait=wait) as connection:
        rows = connection.execute(_FELLOWS, {"run_id": run_id}).fetchall()
    return redecide(place, [row[0] for row in rows], run_id=run_id, wait=wait)


def summary(place: Place, *, run_id: str, wait: float) -> tuple[dict[str, int], dict[str, int]]:
    """Of one run: captures by result, and changed captures by column; the most first. Raises WarehouseHeld."""
    with opened(place.file, read_only=True, wait=wait) as connection:
        results = connection.execute(_RESULTS, {"run_id": run_id}).fetchall()
        columns = connection.execute(_CHANGED, {"run_id": run_id}).fetchall()
    return dict(results), dict(columns)


def by_file(place: Place, captures: Sequence[Stored]) -> dict[Path, list[Stored]]:
    """Captures by the file that holds their bytes."""
    found: dict[Path, list[Stored]] = defaultdict(list)
    for one in captures:
        found[place.located(one.capture_file)].append(one)
    return found


# The readings in force, as the view numbered_revisions has them, with the hash of their text.
# {condition}: narrows the articles before their texts are read.
_IN_FORCE = """
with replaced as (
    select article_id, captured_at, replaces as text_hash, max(appended_at) as replaced_at
    from revisions where replaces is not null group by all
),
past as (
    select revisions.article_id, revisions.text_hash, revisions.captured_at, revisions.appended_at
    from revisions join replaced using (article_id, text_hash, captured_at)
    where replaced.replaced_at > revisions.appended_at
),
texts as (
    select * from revisions
    where (article_id, text_hash, captured_at, appended_at) not in (
        select (article_id, text_hash, captured_at, appended_at) from past
    ) {condition}
    qualify row_number() over (
        partition by article_id, text_hash order by captured_at, appended_at, batch_id, capture_offset
    ) = 1
)
"""
_TEXTS = f"""
{_IN_FORCE.format(condition="")}
select capture_file, capture_offset, via, captured_at, article_id, text_hash from texts
where capture_file is not null
    and coalesce(published_date, cast(captured_at at time zone 'UTC' as date)) between $first and $last
    and (len($domains::varchar[]) = 0 or publisher in (select unnest($domains::varchar[])))
"""
# Found in one column and fetched by row id: reading all columns everywhere takes ten times as long.
_OF_ARTICLES = "and rowid in (select rowid from revisions where article_id in (select unnest($ids::uuid[])))"
_STORED = f"""
{_IN_FORCE.format(condition=_OF_ARTICLES)}
select article_id, {", ".join(COMPARED)} from texts
where (article_id, text_hash) in (select (unnest($ids::uuid[]), unnest($hashes::varchar[])))
"""
_REJECTED = """
select any_value(fetched_url), capture_file, capture_offset, any_value(via), min(captured_at)
from captures
where capture_file is not null and payload_sha256 is not null
    and cast(captured_at at time zone 'UTC' as date) between $first and $last
    and (capture_file, capture_offset) in (
        select (capture_file, capture_offset) from rejections
        where capture_file is not null and reason in (select unnest($reasons::varchar[]))
    )
group by capture_file, capture_offset
having count(*) filter (outcome <> 'rejected') = 0
"""
_READ = "select distinct capture_file, capture_offset from readings where rules = $rules"
_FELLOWS = """
with mine as (
    select distinct article_id from revisions where run_id = $run_id
)
select distinct article_id from story_members
where story_id in (select story_id from story_members where article_id in (from mine))
"""
_RESULTS = "select result, count(*) from readings where run_id = $run_id group by all order by 2 desc, 1"
_CHANGED = """
select name, count(*) from (select unnest(changed) as name from readings where run_id = $run_id)
group by name order by 2 desc, name
"""
