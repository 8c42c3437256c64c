"""What became of a URL: everything that warehouse and spool hold about it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import duckdb

from tasks.url import redact, url_key
from warehouse.connect import READ_WAIT, must_exist, opened
from warehouse.forgotten import hash_of, keys_of
from warehouse.migrate import check_version
from warehouse.place import Place
from warehouse.waiting import waiting_batches

Row = dict[str, Any]
MOST = 50  # rows of a kind that are worth reading


@dataclass(slots=True)
class Trace:
    """All that is known of one URL; empty lists where there is nothing."""

    url: str
    url_key: str | None
    outcomes: list[Row] = field(default_factory=list)  # newest first
    articles: list[Row] = field(default_factory=list)
    revisions: list[Row] = field(default_factory=list)
    urls: list[str] = field(default_factory=list)  # every URL that led to the articles
    story: list[Row] = field(default_factory=list)  # other members of the stories
    waiting: int = 0  # rows in the spool
    inside: list[Row] = field(default_factory=list)  # of a file or folder: what became of what is in it, counted
    forgotten: list[Row] = field(default_factory=list)  # tombstones: forgotten_at, reason
    listed: list[Row] = field(default_factory=list)  # what feeds and sitemaps said of it, oldest first
    polls: list[Row] = field(default_factory=list)  # where the URL is a feed or sitemap itself: the newest ones
    removed: list[Row] = field(default_factory=list)  # captures whose bytes a rule took away: captured_at, when, rule
    repeated: list[str] = field(default_factory=list)  # lines that its publisher repeats: not in its clean text

    @property
    def empty(self) -> bool:
        return not (
            self.outcomes or self.articles or self.waiting or self.inside or self.forgotten or self.listed or self.polls
        )


def trace(place: Place, url: str, *, file: Path | None = None) -> Trace:
    """Look a URL (or an article_id) up, by its spelling and by its key; `file`: what it holds, too.

    Raises Stop, WarehouseHeld.
    """
    must_exist(place.file)
    url = redact(url)
    found = Trace(url=url, url_key=url_key(url))
    with opened(place.file, read_only=True, wait=READ_WAIT) as connection:
        check_version(connection, place.file)
        ids = _article_ids(connection, found)
        found.outcomes = _rows(
            connection,
            "select * from outcomes where url = $url or article_id in (select unnest($ids::uuid[]))"
            f" order by seen_at desc, capture_file, capture_offset limit {MOST}",
            {"url": url, "ids": ids},
        )
        hashes = [hash_of(key) for key in keys_of(url)]
        found.forgotten = _rows(
            connection,
            "select distinct forgotten_at, reason from forgotten where key_hash in (select unnest($hashes::varchar[]))"
            " order by forgotten_at",
            {"hashes": hashes},
        )
        ids = sorted(set(ids) | {str(row["article_id"]) for row in found.outcomes if row["article_id"]})
        if ids:
            _follow(connection, found, ids)
        found.listed = _rows(connection, _LISTED, {"url": url, "key": found.url_key})
        found.polls = _rows(connection, _POLLS, {"url": url})
        if file is not None:
            found.inside = _rows(
                connection,
                "select outcome, reason, count(distinct (url, capture_offset)) as inputs from outcomes"
                " where capture_file = $stored or starts_with(url, $uri || '#') or starts_with(url, $uri || '/')"
                " group by all order by inputs desc, outcome",
                {"stored": place.stored(file), "uri": file.as_uri()},
            )
    found.waiting = _waiting(place, found)
    return found


_LISTED = f"""
select seen_at, feed_url, event, decision, title, published_raw, updated_raw
from entries
where url = $url or entry_key = $key
order by seen_at
limit {MOST}
"""
_POLLS = f"""
select polled_at, result, status, reason, detail, listed, new_entries
from polls
where feed_url = $url
order by polled_at desc
limit {MOST}
"""


def _article_ids(connection: duckdb.DuckDBPyConnection, found: Trace) -> list[str]:
    rows = connection.execute(
        "select distinct article_id from article_urls where url = $url or url_key = $key"
        " union select article_id from revisions where article_id = try_cast($url as uuid)",
        {"url": found.url, "key": found.url_key},
    ).fetchall()
    return [str(row[0]) for row in rows]


def _follow(connection: duckdb.DuckDBPyConnection, found: Trace, ids: Sequence[str]) -> None:
    mine = {"ids": list(ids)}
    where = "article_id in (select unnest($ids::uuid[]))"
    found.articles = _rows(connection, f"select * exclude (text) from articles where {where}", mine)
    found.revisions = _rows(
        connection,
        "select revision, captured_at, title, word_count, capture_file, capture_offset"
        f" from article_revisions where {where} order by article_id, revision limit {MOST}",
        mine,
    )
    found.removed = _rows(
        connection,
        "select distinct captured_at, bytes_removed_at, bytes_removed_by from captures"
        f" where bytes_removed_at is not null and {where} order by 1 limit {MOST}",
        mine,
    )
    removed = _rows(connection, f"select unnest(removed) as line from clean_texts where {where} limit {MOST}", mine)
    found.repeated = [row["line"] for row in removed]
    found.urls = [
        row["url"] for row in _rows(connection, f"select distinct url from article_urls where {where} order by 1", mine)
    ]
    found.story = _rows(
        connection,
        "select publisher, coalesce(url, fetched_url) as url, published_at from articles"
        f" where story_id in (select story_id from articles where {where}) and not {where}"
        f" order by published_at limit {MOST}",
        mine,
    )


def _waiting(place: Place, found: Trace) -> int:
    total = 0
    with duckdb.connect() as connection:
        for path in waiting_batches(place):
            row = connection.execute(
                "select count(*) from read_parquet($file) where capture.fetched_url = $url"
                " or rejection.fetched_url = $url or list_contains(url_keys, $key)",
                {"file": str(path), "url": found.url, "key": found.url_key},
            ).fetchone()
            total += int(row[0]) if row else 0
    return total


def _rows(connection: duckdb.DuckDBPyConnection, sql: str, values: dict[str, Any]) -> list[Row]:
    cursor = connection.execute(sql, values)
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, (_plain(v) for v in row), strict=True)) for row in cursor.fetchall()]


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, UUID) else value
