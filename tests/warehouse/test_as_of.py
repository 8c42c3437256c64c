"""The warehouse as it stood at an instant: macros for analysts, and whole connections turned back."""

from datetime import datetime, timedelta
from typing import Any

from tests.warehouse.conftest import NOON, Shop
from tests.warehouse.test_stories import TEXT, at
from warehouse.as_of import INSTANTS, newest_instant, rewind
from warehouse.connect import opened
from warehouse.migrate import VIEW_ORDER, view_texts
from warehouse.stories import assign_stories

LATER = NOON + timedelta(hours=20)


def fill(shop: Shop) -> list[datetime]:
    """Three appends, each with its stories; returns the instants after each.

    First one article; then a new text of it and a copy elsewhere; last the original of both, which leads from then on.
    """
    instants = []
    for rows in (
        [shop.article("https://one.example/x", TEXT, published=at(2))],
        [
            shop.article("https://one.example/x", TEXT + "More.", published=at(2), captured_at=LATER, title="New"),
            shop.article("https://two.example/x", TEXT + "More.", published=at(3), publisher="two.example"),
        ],
        [shop.article("https://root.example/x", TEXT + "More.", published=at(1)), shop.rejection("https://a.example/")],
    ):
        shop.add(*rows)
        assign_stories(shop.place, run_id="run", wait=1)
        with opened(shop.place.file, read_only=True, wait=1) as connection:
            instant = newest_instant(connection)
            assert instant is not None
            instants.append(instant)
    return instants


def test_articles_as_of_tells_what_was_known_then(shop: Shop):
    """Revisions, titles and stories of that instant; later articles are not there."""
    instants = fill(shop)
    asked = "select url, revision, title from articles_as_of(?) order by url"
    assert shop.ask(asked, instants[0]) == [("https://one.example/x", 1, "A title")]
    assert shop.ask(asked, instants[1]) == [
        ("https://one.example/x", 2, "New"),
        ("https://two.example/x", 1, "A title"),
    ]
    assert shop.ask(asked, instants[0] - timedelta(days=1)) == []


def test_stories_as_of_tells_the_root_of_then(shop: Shop):
    """An original that came last does not lead before it came."""
    instants = fill(shop)
    roots = [
        shop.ask(
            "select s.size, a.url from stories_as_of($1) s join articles_as_of($1) a on a.article_id = s.story_id",
            instant,
        )
        for instant in instants
    ]
    assert roots == [[(1, "https://one.example/x")], [(2, "https://one.example/x")], [(3, "https://root.example/x")]]


def test_as_of_now_is_what_the_views_tell(shop: Shop):
    """One truth: the macros give the very rows and columns of the views."""
    now = fill(shop)[-1]
    for view in ("articles", "stories"):
        assert shop.ask(f"from {view}_as_of(?) order by all", now) == shop.ask(f"from {view} order by all")
        assert shop.ask(f"describe from {view}_as_of('infinity')") == shop.ask(f"describe {view}")


def test_a_rewound_connection_answers_every_view_as_of_then(shop: Shop):
    """The second append, asked after the third, is as it was asked before it."""

    def everything(until: datetime) -> dict[str, list[tuple[Any, ...]]]:
        texts = view_texts()
        with opened(shop.place.file, read_only=True, wait=1) as connection:
            rewind(connection, until, texts)
            return {
                view: connection.execute(f"from {view} order by all").fetchall()
                for view in VIEW_ORDER
                if view != "warehouse_info"
            }

    first = fill(shop)[1]
    before = everything(first)
    assert len(before["articles"]) == 2
    assert before["outcomes"] == shop.ask(
        "from outcomes where url not in ('https://root.example/x', 'https://a.example/') order by all"
    )
    shop.add(shop.article("https://four.example/x", TEXT + "More.", published=at(0)))
    assign_stories(shop.place, run_id="run", wait=1)
    assert everything(first) == before


def test_every_table_that_grows_can_be_turned_back(shop: Shop):
    """A table added later with an instant of its own must be named, or `rewind` would tell today's rows."""
    instants = sorted(set(INSTANTS.values()))
    found = shop.ask(
        "select distinct table_name from duckdb_columns() join duckdb_tables() using (table_name)"
        " where column_name in (select unnest(?::varchar[]))",
        instants,
    )
    assert {name for (name,) in found} <= set(INSTANTS)
