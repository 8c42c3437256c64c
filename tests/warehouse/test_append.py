"""Appending: what is an article, a revision, known; once, whole, and in whatever order it comes."""

import itertools
import os
import shutil
import subprocess
import sys
import textwrap
from datetime import timedelta
from uuid import NAMESPACE_URL, uuid5

from tests.warehouse.conftest import NOON, Shop
from warehouse.connect import opened
from warehouse.spool import sweep, waiting
from warehouse.spool_schema import ARTICLE, CAPTURE, REJECTION


def test_an_article_comes_with_its_columns(shop: Shop):
    """What was extracted stands in the view, under the id that its URL key gives."""
    shop.add(shop.article("https://www.example.com/a?utm_source=x"))
    row = shop.ask("select article_id, revision, story_id, url, publisher, authors, captured_at from articles")
    expected = uuid5(NAMESPACE_URL, "example.com/a")
    assert row == [
        (expected, 1, expected, "https://www.example.com/a?utm_source=x", "example.com", ["Ada Byron"], NOON)
    ]
    assert waiting(shop.place.spool) == []


def test_the_same_batch_twice_is_appended_once(shop: Shop, tmp_path):
    """A crash between commit and the removal of the spool file: the ledger knows the batch."""
    batch = shop.spool(shop.article("https://example.com/a"))
    shutil.copy(batch.path, tmp_path / "again")
    shop.drain()
    shutil.copy(tmp_path / "again", batch.path)
    again = shop.drain().appended
    assert [one.already for one in again] == [True]
    assert shop.ask("select count(*) from outcomes") == [(1,)]
    assert shop.ask("select count(*) from batches") == [(1,)]


def test_same_key_and_text_is_known(shop: Shop):
    """Another spelling of the URL with the same text, up to white space and quotes, is the same article."""
    shop.add(shop.article("https://example.com/a", 'He said "no".'))
    done = shop.add(shop.article("http://www.example.com/a?fbclid=1#top", "He  said “no”."))
    assert done.appended[0].known == 1
    assert shop.ask("select outcome from outcomes order by capture_offset") == [("article",), ("known",)]
    assert shop.ask("select count(*) from article_revisions") == [(1,)]
    assert shop.ask("select count(distinct url) from article_urls") == [(2,)]


def test_new_text_is_a_revision_and_the_newest_is_the_article(shop: Shop):
    """Revisions are numbered by capture, and the article is the newest of them."""
    later = NOON + timedelta(hours=1)
    done = shop.add(
        shop.article("https://example.com/a", "First text."),
        shop.article("https://example.com/a", "Second text.", captured_at=later),
    )
    assert (done.appended[0].articles, done.appended[0].revisions) == (1, 1)
    assert shop.ask("select revision, text from articles") == [(2, "Second text.")]
    assert shop.ask("select revision, text from article_revisions order by 1") == [
        (1, "First text."),
        (2, "Second text."),
    ]


def test_order_of_arrival_does_not_matter(shop: Shop):
    """Four captures of an article, two of them with the same text, give the same revisions in each of the 24 orders:
    an article for each, all in one warehouse, whose n-th captures come with the n-th append."""
    orders = list(itertools.permutations(range(4)))
    rows = [
        [
            shop.article(f"https://example.com/{name}", f"{text} of {name}", captured_at=NOON + timedelta(hours=hour))
            for hour, text in enumerate(["one", "two", "one", "three"])
        ]
        for name in range(len(orders))
    ]
    for turn in range(4):
        shop.add(*(rows[name][order[turn]] for name, order in enumerate(orders)))
    assert shop.ask("select count(*) from batches") == [(4,)]
    found = shop.ask("select url, revision, text, captured_at from article_revisions order by all")
    for name, order in enumerate(orders):
        url = f"https://example.com/{name}"
        assert [row[1:] for row in found if row[0] == url] == [
            (1, f"one of {name}", NOON),
            (2, f"two of {name}", NOON + timedelta(hours=1)),
            (3, f"three of {name}", NOON + timedelta(hours=3)),
        ], order


def test_canonical_and_fetched_url_lead_to_one_article(shop: Shop):
    """An AMP page names its canonical; a later page under either URL is the same article."""
    shop.add(
        shop.article("https://cdn.other.net/x1", "text", canonical="https://example.com/story"),
        shop.article("https://cdn.other.net/x1", "text"),
        shop.article("https://example.com/story", "text"),
    )
    assert shop.ask("select count(*) from articles") == [(1,)]
    assert shop.ask("select url from article_urls order by url") == [
        ("https://cdn.other.net/x1",),
        ("https://example.com/story",),
    ]


def test_without_a_url_the_text_is_the_identity(shop: Shop):
    """Two dumps with the same text are one article, with another text another."""
    shop.add(shop.article(None, "a text"), shop.article(None, "A  text"), shop.article(None, "other"))
    assert shop.ask("select outcome, count(*) from outcomes group by all order by all") == [
        ("article", 2),
        ("known", 1),
    ]


def test_a_revisit_is_known_only_when_its_url_is(shop: Shop):
    """Also within one batch; a revisit of nothing is rejected with its reason."""
    shop.add(
        shop.article("https://example.com/a"),
        shop.revisit("https://example.com/a"),
        shop.revisit("https://no.example/"),
    )
    assert shop.ask("select url, outcome, reason from outcomes order by capture_offset") == [
        ("https://example.com/a", "article", None),
        ("https://example.com/a", "known", None),
        ("https://no.example/", "rejected", "revisit_unseen"),
    ]


def test_every_row_of_a_batch_has_one_outcome(shop: Shop):
    """Nothing disappears: as many outcomes as rows, rejections with reason and detail."""
    shop.add(shop.article("https://example.com/a"), shop.rejection("https://example.com/b"))
    assert shop.ask("select outcome, reason, detail from outcomes order by capture_offset") == [
        ("article", None, None),
        ("rejected", "consent", "because"),
    ]


def test_appended_at_never_decreases(shop: Shop):
    """The watermark of incremental readers holds even when the clock goes back."""
    shop.add(shop.article("https://example.com/a"))
    with opened(shop.place.file, read_only=False, wait=1) as connection:
        connection.execute("update batches set appended_at = appended_at + interval 1 day")
    shop.add(shop.article("https://example.com/b"))
    first, second = shop.ask("select appended_at from batches order by batch_id")
    assert second > first


def test_a_broken_batch_is_set_aside_and_the_others_go_on(shop: Shop):
    """A file that is no Parquet costs itself only."""
    shop.place.spool.mkdir(parents=True)
    broken = shop.place.spool / "20200101T000000000000-aaaaaaaa.parquet"
    broken.write_bytes(b"PAR1 nothing PAR1")
    done = shop.add(shop.article("https://example.com/a"))
    assert len(done.appended) == 1
    assert broken.with_name(broken.name + ".broken").exists()
    assert "set aside" in shop.said[0]


def test_a_reader_in_another_process_is_named_and_the_spool_waits(shop: Shop):
    """An open notebook keeps the writer out: the batch waits, the PID is told, the next drain appends it."""
    code = f"""
        import duckdb, sys
        connection = duckdb.connect({str(shop.place.file)!r}, read_only=True)
        print("open", flush=True)
        sys.stdin.read()
    """
    reader = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    try:
        assert reader.stdout is not None
        assert reader.stdout.readline() == b"open\n"
        held = shop.add(shop.article("https://example.com/a"))
        assert held.held is not None
        assert held.held.pid == reader.pid
        assert (held.waiting_batches, held.waiting_articles, held.appended) == (1, 1, [])
    finally:
        reader.communicate()
    assert shop.drain().appended[0].articles == 1


def test_warehouses_do_not_share_a_spool(make_shop):
    """A batch never lands in another warehouse, even in the same data folder."""
    one, other = make_shop("one"), make_shop("other")
    one.spool(one.article("https://example.com/a"))
    assert other.drain().appended == []
    assert one.drain().appended[0].articles == 1


def test_spool_structs_and_tables_have_the_same_columns(shop: Shop):
    """What is spooled has a column to go to, under the same name."""
    for table, struct in (("captures", CAPTURE), ("revisions", ARTICLE), ("rejections", REJECTION)):
        columns = {name for (name,) in shop.ask("select column_name from duckdb_columns() where table_name = ?", table)}
        assert {field.name for field in struct} <= columns


def test_half_written_batches_of_dead_writers_are_removed(shop: Shop):
    """Those of a living writer stay."""
    shop.place.spool.mkdir(parents=True)
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    dead, living = (shop.place.spool / f"x.parquet.{pid}.part" for pid in (gone.pid, os.getpid()))
    dead.touch()
    living.touch()
    sweep(shop.place.spool)
    assert list(shop.place.spool.iterdir()) == [living]
