"""One story as a timeline: its members in the story's order, and what each has of the first one's text."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import duckdb

from tasks.dedupe.changes import Changes, changes
from tasks.url import redact, url_key
from warehouse.connect import READ_WAIT, must_exist, opened
from warehouse.migrate import check_version
from warehouse.place import Place

MOST = 200  # members that are shown

_FIND = """
select story_id from articles where article_id = $id or story_id = $id
union
select story_id from story_aliases where retired_story_id = $id
limit 1
"""
_FIND_URL = """
select story_id from articles
where article_id in (select article_id from article_urls where url = $url or url_key = $key)
limit 1
"""
_STORY = "select size, publishers, agencies, original_article_id from stories where story_id = $id"
_MEMBERS = f"""
select article_id, coalesce(url, fetched_url) as url, publisher, publisher_name, title, text, access, word_count,
    published_at, published_precision, published_date, captured_at,
    coalesce((
        select max_by(relation, assigned_at) from story_members where story_members.article_id = articles.article_id
    ), 'root') as relation
from articles
where story_id = $id
order by published_at is null, story_instant(published_at, published_precision, captured_at), article_id
limit {MOST}
"""
_RELATED = """
select distinct p.relation, coalesce(a.url, a.fetched_url) as url, a.publisher, a.title
from duplicate_pairs as p
join articles as m on m.article_id in (p.one_id, p.other_id) and m.story_id = $id
join articles as a on a.article_id in (p.one_id, p.other_id) and a.story_id <> $id
where p.relation in ('excerpt', 'roundup')
order by all
limit 20
"""


@dataclass(frozen=True, slots=True)
class Line:
    """One member."""

    url: str
    publisher: str | None
    title: str | None
    at: datetime | None  # published, else captured
    precision: str | None  # NULL: `at` is the capture
    day: str | None  # as the publisher prints it
    relation: str  # root, same_text, near, excerpt
    access: str
    words: int
    original: bool
    changes: Changes  # from the root's text


@dataclass(slots=True)
class Timeline:
    """A story; `lines` in its order, at most MOST."""

    story_id: UUID
    size: int
    publishers: list[str]
    agencies: list[str]
    lines: list[Line] = field(default_factory=list)
    related: list[dict[str, Any]] = field(default_factory=list)  # carry an excerpt, stand in other stories


def timeline(place: Place, what: str) -> Timeline | None:
    """The story of a URL, an article or a story id, also a retired one. Raises Stop, WarehouseHeld."""
    must_exist(place.file)
    with opened(place.file, read_only=True, wait=READ_WAIT) as connection:
        check_version(connection, place.file)
        story = _find(connection, what)
        if story is None:
            return None
        values = {"id": story}
        size, publishers, agencies, original = connection.execute(_STORY, values).fetchall()[0]
        rows = _rows(connection, _MEMBERS, values)
        related = _rows(connection, _RELATED, values)
    root = next((row["text"] for row in rows if row["article_id"] == story), rows[0]["text"])
    lines = [_line(row, root, original) for row in rows]
    return Timeline(story, size, publishers or [], agencies or [], lines, related)


def _find(connection: duckdb.DuckDBPyConnection, what: str) -> UUID | None:
    try:
        row = connection.execute(_FIND, {"id": UUID(what)}).fetchone()
    except ValueError:
        url = redact(what)
        row = connection.execute(_FIND_URL, {"url": url, "key": url_key(url)}).fetchone()
    return row[0] if row else None


def _line(row: dict[str, Any], root: str, original: UUID | None) -> Line:
    return Line(
        url=row["url"],
        publisher=row["publisher_name"] or row["publisher"],
        title=row["title"],
        at=row["published_at"] or row["captured_at"],
        precision=row["published_precision"],
        day=row["published_date"].isoformat() if row["published_date"] else None,
        relation=row["relation"],
        access=row["access"],
        words=row["word_count"],
        original=row["article_id"] == original,
        changes=changes(root, row["text"]),
    )


def _rows(connection: duckdb.DuckDBPyConnection, sql: str, values: dict[str, Any]) -> list[dict[str, Any]]:
    cursor = connection.execute(sql, values)
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
