"""What a backfill reads from the warehouse and its spool: done units, captured pages, files of the archive."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from tasks.backfill.scope import Scope
from tasks.backfill.windows import Window
from tasks.model import Capture, Published, Rejection
from tests.warehouse.conftest import NOON, Shop
from warehouse import spool as spooling
from warehouse.backfill import (
    archive_files,
    captured_moments,
    captured_pages,
    coverage,
    done_units,
    known_pages,
    usual_articles,
)

DAY = date(2024, 10, 31)
SCOPE = Scope(DAY, DAY)


def unit_row(source: str, state: str = "done", **changes: Any) -> spooling.Row:
    told = {
        "way": "sitemap", "unit": f"a.example {DAY} {source}", "source": source, "publishers": ["a.example"],
        "first_day": DAY, "last_day": DAY, "undated": "keep", "fingerprint": "", "state": state, "detail": None,
        "listed": 1, "outside": 0, "known": 0, "captured": 1, "deferred": 0, "bytes": 0,
        "extractor": "test/1", "rules": "r", "seeds_hash": "s", "started_at": NOON, "ended_at": NOON,
    }  # fmt: skip
    return {"unit": told | changes}


def rejected(shop: Shop, url: str, reason: str, detail: str) -> spooling.Row:
    """The row of a page that was captured and is not kept."""
    shop.offset += 100
    capture = Capture(url, NOON, "sitemap", "/w/a.warc.gz", shop.offset, "text/html", b"x")
    rejection = Rejection(url, reason, detail, NOON, "sitemap", capture.capture_file, capture.capture_offset)
    return spooling.rejection_row(rejection, capture, spooling.CaptureFigures(f"digest-{shop.offset}", 1))


def test_units_in_the_ledger_and_in_the_spool(shop: Shop):
    """Both count, whichever came first; what is incomplete is not done; other ways have their own."""
    shop.add(unit_row("one"), unit_row("two", "incomplete"), unit_row("three", way="ccnews"))
    shop.spool(unit_row("four"))
    found = done_units(shop.place, "sitemap")
    assert sorted(row.source for row in found) == ["four", "one"]
    assert found[0].window == Window(DAY, DAY)
    assert found[0].ended_at == NOON
    shop.drain()
    assert sorted(row.source for row in done_units(shop.place, "sitemap")) == ["four", "one"]
    assert shop.ask("select count(*) from backfill_units") == [(4,)]


def test_pages_that_are_here(shop: Shop):
    """An article, a page that is none, and one that its server refused; not one of other days, unless it was these."""
    urls = [f"https://a.example/{name}" for name in ("article", "none", "gone", "other", "same", "busy", "new")]
    outside = "outside_range", "published 2024-11-05; wanted 2024-11-01 to 2024-11-30"
    these = "outside_range", f"published 2024-11-05; {SCOPE.days}"
    gone = Rejection(urls[2], "http_error", "status 404", NOON, "sitemap")
    busy = Rejection(urls[5], "busy", "status 503", NOON, "sitemap")
    rows = [
        shop.article(urls[0], via="sitemap"),
        rejected(shop, urls[1], "no_text", ""),
        spooling.rejection_row(gone, None, None),
        rejected(shop, urls[3], *outside),
        rejected(shop, urls[4], *these),
        spooling.rejection_row(busy, None, None, outcome="deferred"),
    ]
    wanted = {urls[0], urls[1], urls[2], urls[4]}
    shop.spool(*rows)
    assert captured_pages(shop.place, urls, days=SCOPE.days) == wanted
    shop.drain()
    assert captured_pages(shop.place, urls, days=SCOPE.days) == wanted


def test_captures_of_the_wayback_machine_by_their_moment(shop: Shop):
    """A page that came in live, or was captured on other days, is still wanted."""
    url = "https://a.example/article"
    window = Window(DAY, DAY)
    shop.add(shop.article(url, captured_at=datetime(2024, 10, 31, 23, tzinfo=UTC), via="feed"))
    capture = Capture(url, datetime(2024, 10, 30, 23, tzinfo=UTC), "wayback", "/w/b.warc.gz", 1, "text/html", b"y")
    shop.add(
        spooling.rejection_row(
            Rejection(url, "no_text", "", NOON, "wayback", "/w/b.warc.gz", 1), capture, spooling.CaptureFigures("d", 1)
        )
    )
    assert captured_moments(shop.place, [url], window) == set()
    assert captured_moments(shop.place, [url], Window(DAY - timedelta(days=1), DAY)) == {url}
    assert known_pages(shop.place, [f"{url}?utm_source=x", "https://a.example/other"]) == {f"{url}?utm_source=x"}


def test_files_of_the_archive(shop: Shop):
    """Those that no row names, and those whose rejections another version made; only from the first day on."""
    program = "presshouse/test"
    names = ["2024/10/30/a-1.warc.gz", "2024/11/02/a-2.warc.gz", "2024/11/02/a-3.warc.gz", "2024/11/02/a-4.warc.gz"]
    for name in names:
        path = shop.place.archive / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    row = shop.article("https://a.example/1")
    row["capture"]["capture_file"] = row["article"]["capture_file"] = f"archive/{names[1]}"
    old = rejected(shop, "https://a.example/2", "no_text", "")
    old["capture"]["capture_file"] = old["rejection"]["capture_file"] = f"archive/{names[2]}"
    shop.add(row, old)
    found = archive_files(shop.place, DAY, program=program)
    assert [Path(name).name for name in found] == ["a-4.warc.gz"]
    found = archive_files(shop.place, DAY, program="presshouse/next")
    assert [Path(name).name for name in found] == ["a-3.warc.gz", "a-4.warc.gz"]


def test_what_is_usual_and_what_is_missing(shop: Shop):
    """Articles a day of a publisher, and the view `coverage` for these days; without a warehouse, nothing is known."""
    for number in range(3):
        shop.add(shop.article(f"https://a.example/{number}", f"Text {number}.", published=Published(NOON, DAY, "day")))
    assert usual_articles(shop.place, ["example.com", "b.example"]) == {"example.com": 3.0}
    (told,) = coverage(shop.place, Window(DAY, DAY)).values()
    assert (told.actual, told.is_filled) == (3, False)
    shop.place.file.unlink()
    assert coverage(shop.place, Window(DAY, DAY)) == {}
    assert usual_articles(shop.place, ["example.com"]) == {}
    assert done_units(shop.place, "sitemap") == []
