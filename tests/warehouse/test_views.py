"""The analyst's views: columns as promised, and the same rows wherever the analyst sits."""

import json
import os
import subprocess
import sys
from datetime import date, timedelta

import pytest

from tasks.model import Published
from tests.warehouse.conftest import NOON, Shop
from warehouse.migrate import VIEW_ORDER
from warehouse.stories import assign_stories

# DESIGN.md: the order is the promise to analysts.
ARTICLES = (
    "article_id revision story_id url fetched_url publisher publisher_name country language title description text"
    " authors agencies keywords dateline section image_url published_at published_date published_precision"
    " published_offset_minutes published_from published_raw date_flags updated_at updated_raw captured_at word_count"
    " access rights_reserved via discovered_at appended_at language_declared extractor capture_file capture_offset"
    " run_id batch_id"
).split()
OUTCOMES = "url seen_at outcome reason detail capture_file capture_offset article_id run_id".split()
TYPES = {
    "article_id": "UUID",
    "revision": "INTEGER",
    "story_id": "UUID",
    "authors": "VARCHAR[]",
    "published_at": "TIMESTAMP WITH TIME ZONE",
    "published_date": "DATE",
    "published_offset_minutes": "SMALLINT",
    "word_count": "INTEGER",
    "rights_reserved": "BOOLEAN",
    "capture_offset": "BIGINT",
}


@pytest.mark.parametrize(("view", "columns"), [("articles", ARTICLES), ("outcomes", OUTCOMES)])
def test_columns_are_as_promised(shop: Shop, view: str, columns: list[str]):
    """Names and order; further columns may only follow."""
    found = [row[0] for row in shop.ask(f"describe {view}")]
    assert found[: len(columns)] == columns


def test_article_revisions_begins_with_the_columns_of_articles(shop: Shop):
    """Queries can move from one view to the other."""
    assert [row[0] for row in shop.ask("describe article_revisions")][: len(ARTICLES)] == ARTICLES


def test_types_are_as_promised(shop: Shop):
    """Instants carry their zone, lists are lists."""
    types = {row[0]: row[1] for row in shop.ask("describe articles")}
    assert {name: types[name] for name in TYPES} == TYPES


# A plain client, which sets no zone: DuckDB takes the system's. Instants are printed in UTC to be compared.
DUMP = """
import json, sys
from datetime import UTC, datetime
import duckdb
def plain(value):
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else repr(value)
connection = duckdb.connect(sys.argv[1], read_only=True)
views = sys.argv[2].split()
print(json.dumps({v: connection.execute(f"select * from {v} order by all").fetchall() for v in views}, default=plain))
"""


def test_every_view_gives_the_same_rows_in_tokyo_and_los_angeles(shop: Shop):
    """No view casts or truncates an instant by the session's zone."""
    late = NOON.replace(hour=23, minute=30)
    shop.add(
        shop.article(
            "https://example.com/a",
            published=Published(late, date(2026, 3, 2), "minute", 540, "meta", "2026-03-02T08:30+09:00"),
        ),
        shop.article("https://example.com/b", published=Published(NOON, date(2026, 3, 1), "day", 0, "text", "1 March")),
        shop.article("https://example.com/b", "new text", captured_at=NOON + timedelta(hours=20)),
        shop.rejection("https://example.com/c"),
    )
    assign_stories(shop.place, run_id="run-1", wait=1)
    seen = {}
    for zone in ("Asia/Tokyo", "America/Los_Angeles"):
        out = subprocess.run(
            [sys.executable, "-c", DUMP, str(shop.place.file), " ".join(VIEW_ORDER)],
            env=os.environ | {"TZ": zone},
            capture_output=True,
            text=True,
            check=True,
        )
        seen[zone] = json.loads(out.stdout)
    assert seen["Asia/Tokyo"] == seen["America/Los_Angeles"]
    assert len(seen["Asia/Tokyo"]["articles"]) == 2
