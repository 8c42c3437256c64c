"""The registry in the warehouse: the tables `publishers`, `agencies` and `feeds`, replaced whole when they change."""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from tasks.registry import load_registry
from tasks.registry.choice import ChosenFeed
from tasks.url import redact
from warehouse.connect import opened
from warehouse.migrate import is_prepared

_FILES = ("publishers.csv", "agencies.csv")


def seeds_hash(seeds: Path) -> str:
    """Short hash over the registry's files."""
    digest = hashlib.sha256()
    for name in _FILES:
        digest.update((seeds / name).read_bytes())
    return digest.hexdigest()[:16]


def is_current(file: Path, seeds: Path, feeds: Sequence[ChosenFeed], *, wait: float) -> bool:
    """Whether the warehouse has today's schema, views, registry and feeds: one look, where each for itself would open
    the file anew. Raises WarehouseHeld, and Stop for a file that is not ours, or newer."""
    if not file.exists() or (file.is_file() and file.stat().st_size == 0):
        return False
    with opened(file, read_only=True, wait=wait) as connection:
        if not is_prepared(connection, file):
            return False
        held = connection.execute(
            "select (select any_value(seeds_hash) from publishers), (select any_value(choice_hash) from feeds)"
        ).fetchone()
    rows = _feed_rows(feeds)
    return held is not None and held[0] == seeds_hash(seeds) and (not rows or held[1] == _choice_hash(rows))


def store_registry(file: Path, seeds: Path, *, wait: float) -> None:
    """Bring the tables to the seeds as they are. Raises WarehouseHeld, and Stop for a seed file with a wrong row."""
    now = seeds_hash(seeds)
    with opened(file, read_only=True, wait=wait) as connection:
        held = connection.execute("select any_value(seeds_hash) from publishers").fetchone()
    if held and held[0] == now:
        return
    registry = load_registry(seeds)
    publishers = pa.Table.from_pylist(
        [
            {
                "domain": p.domain,
                "name": p.name,
                "country": p.country,
                "languages": list(p.languages),
                "timezone": p.timezone,
                "aliases": list(p.aliases),
                "names": list(p.names),
                "seeds_hash": now,
            }
            for p in registry.publishers
        ]
    )
    agencies = pa.Table.from_pylist(
        [
            {
                "name": a.name,
                "full_name": a.full_name,
                "country": a.country,
                "domain": a.domain,
                "aliases": list(a.aliases),
                "seeds_hash": now,
            }
            for a in registry.agencies
        ]
    )
    with opened(file, read_only=False, wait=wait) as connection:
        connection.register("new_publishers", publishers)
        connection.register("new_agencies", agencies)
        connection.execute("begin")
        for table in ("publishers", "agencies"):
            connection.execute(f"delete from {table}")
            connection.execute(f"insert into {table} by name select * from new_{table}")
        connection.execute("commit")


def store_feeds(file: Path, feeds: Sequence[ChosenFeed], *, wait: float) -> None:
    """Bring the table to the feeds as the user has them. Raises WarehouseHeld."""
    rows = _feed_rows(feeds)
    now = _choice_hash(rows)
    with opened(file, read_only=True, wait=wait) as connection:
        held = connection.execute("select any_value(choice_hash) from feeds").fetchone()
    if not rows or (held and held[0] == now):
        return
    table = pa.Table.from_pylist([row | {"choice_hash": now} for row in rows])
    with opened(file, read_only=False, wait=wait) as connection:
        connection.register("new_feeds", table)
        connection.execute("begin")
        connection.execute("delete from feeds")
        connection.execute("insert into feeds by name select * from new_feeds")
        connection.execute("commit")


def _feed_rows(feeds: Sequence[ChosenFeed]) -> list[dict[str, Any]]:
    return [
        {
            "feed_url": redact(feed.url),
            "publisher": feed.publisher,
            "kind": feed.kind,
            "languages": list(feed.languages),
            "enabled": feed.is_enabled,
            "recapture": feed.recapture,
            "interval_minutes": feed.interval_minutes,
            "changed_at": feed.changed_at,
        }
        for feed in feeds
    ]


def _choice_hash(rows: Sequence[dict[str, Any]]) -> str:
    return hashlib.sha256(json.dumps(rows, default=str).encode()).hexdigest()[:16]
