"""Figures for the operator: what there is, what waits, how many bytes. Asks the files, never a server."""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from warehouse import spool as spooling
from warehouse.connect import READ_WAIT, must_exist, opened
from warehouse.migrate import check_version
from warehouse.place import Place
from warehouse.stories_holds import held_stories

_FIGURES = """
select
    (select count(*) from articles) as articles,
    (select count(*) from article_revisions) as revisions,
    (select count(distinct story_id) from articles) as stories,
    (select count(distinct publisher) from articles) as publishers,
    (select count(distinct (capture_file, capture_offset)) from captures) as captures,
    (select min(published_date) from articles) as first_published_date,
    (select max(published_date) from articles) as last_published_date,
    (select max(appended_at) from batches) as last_appended_at,
    (select max(happened_at) from runs where event = 'ended') as last_run_ended_at,
    (select count(*) from runs where event = 'started' and happened_at > (
        select coalesce(max(happened_at), '-infinity'::timestamptz) from runs where event = 'ended'
    )) as runs_without_end
"""


@dataclass(slots=True)
class Status:
    """Bytes are of files on disk; instants are UTC."""

    warehouse: str
    figures: dict[str, Any] = field(default_factory=dict)
    rejected: dict[str, int] = field(default_factory=dict)  # by reason
    waiting_batches: int = 0
    waiting_articles: int = 0
    waiting_since: datetime | None = None
    bytes_of: dict[str, int] = field(default_factory=dict)  # warehouse, archive, spool, prefect
    held_stories: list[dict[str, Any]] = field(default_factory=list)  # groups too large to be believed, for review


def status(place: Place, prefect_home: Path) -> Status:
    """Read the figures. Raises Stop when there is no warehouse, WarehouseHeld when it stays in use."""
    must_exist(place.file)
    found = Status(warehouse=str(place.file))
    with opened(place.file, read_only=True, wait=READ_WAIT) as connection:
        check_version(connection, place.file)
        cursor = connection.execute(_FIGURES)
        names = [column[0] for column in cursor.description or ()]
        row = cursor.fetchone()
        found.figures = dict(zip(names, row or (), strict=True))
        found.rejected = dict(
            connection.execute(  # each input once, however often it was seen
                "select reason, count(distinct (fetched_url, capture_offset)) from rejections"
                " group by all order by 2 desc, 1"
            ).fetchall()
        )
        found.held_stories = held_stories(connection)
    batches = spooling.waiting(place.spool)
    found.waiting_batches = len(batches)
    found.waiting_articles = spooling.count_articles(batches)
    found.bytes_of = {
        "warehouse": sum(path.stat().st_size for path in place.file.parent.glob(place.file.name + "*")),
        "archive": _bytes(place.archive),
        "spool": _bytes(place.spool),
        "prefect": _bytes(prefect_home),
    }
    return found


def _bytes(folder: Path) -> int:
    total = 0
    for path in folder.rglob("*"):
        try:
            total += path.stat().st_size if path.is_file() else 0
        except FileNotFoundError:  # a run works beside us: appended and removed in this moment
            continue
    return total
