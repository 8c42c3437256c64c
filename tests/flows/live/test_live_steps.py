"""What is polled, what is wanted of it and what changed: the steps of `ingest` in this process, on real servers."""

import gzip
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tasks.fetch.schedule import Poll, ask_unconditionally
from tests.hostile.web_run import WebRun
from tests.newsroom import Newsroom, conditional
from tests.tasks.fetch.client.server import Web, answer, redirect

DAY = 24 * 60  # minutes


@pytest.fixture
def newsroom() -> Iterator[Newsroom]:
    web = Web()
    newsroom = Newsroom(web)
    for number in range(3):
        newsroom.publish(number, hours_ago=number + 1)
    yield newsroom
    web.close()


@pytest.fixture
def run(tmp_path: Path) -> Iterator[WebRun]:
    run = WebRun(tmp_path / "data")
    yield run
    run.close()


def test_scheduled_polls(run: WebRun, newsroom: Newsroom):
    """The first poll takes 48 hours; then only what is due, new or changed; 304 costs nothing."""
    newsroom.publish(90, hours_ago=60)
    assert run.scheduled().lists == 0
    assert not newsroom.site.requests  # nothing until chosen
    run.enable(newsroom.feed)
    assert run.scheduled().lists == 1
    assert run.brought() == (3, 0, 0)
    assert run.ask("select decision from entries where title = 'Report 90 is out'") == [("recorded",)]
    assert run.outcomes(newsroom.page(90)) == [("rejected", "before_first_poll")]
    assert run.scheduled().lists == 0  # not due
    run.later(DAY)
    assert run.scheduled().lists == 1
    (last,) = run.ask("select result from polls order by polled_at desc limit 1")
    ((asked_at,),) = run.ask("select max(polled_at) from polls")
    earlier = Poll(asked_at - timedelta(minutes=DAY), "read")
    assert last == ("read" if ask_unconditionally([earlier], asked_at, url=newsroom.feed) else "unchanged",)
    newsroom.publish(4)
    newsroom.stories[0].title = "Report 0 was wrong"
    newsroom.stories[0].more = "The desk has added a paragraph of its own to this."
    run.later(DAY)
    run.scheduled()
    assert run.brought() == (1, 1, 0)
    assert run.ask("select event, count(*) from entries group by all order by 1") == [("changed", 1), ("new", 5)]
    asked = newsroom.asked()
    assert (asked["/news/report-0"], asked["/news/report-90"], asked["/robots.txt"]) == (2, 0, 1)
    run.run([newsroom.feed])  # on the command line a list is fetched whole
    assert (run.brought(), newsroom.asked()["/news/report-90"]) == ((1, 0, 0), 1)


def test_redirects_robots_and_failures(run: WebRun, newsroom: Newsroom):
    """The URL asked for and the one that answered lead to one article; what is refused or down has its row."""
    host = newsroom.url
    newsroom.robots = "User-agent: *\nDisallow: /news/report-2\nContent-Signal: ai-train=no\n"
    newsroom.replies["/news/report-1"] = lambda _: redirect(f"{host}/news/report-0", "301 Moved Permanently")
    newsroom.replies["/news/report-3"] = lambda _: answer(b"", "503 Service Unavailable", "Retry-After: 1")
    newsroom.publish(3)
    run.run([newsroom.feed])
    outcomes = run.ask("select url, outcome, reason from outcomes where reason is distinct from 'waiting' order by url")
    assert [row[1:] for row in outcomes[2:]] == [("rejected", "robots"), ("deferred", "busy")]
    assert sorted(row[1] for row in outcomes[:2]) == ["article", "known"]  # whichever came first
    assert run.ask("select rights_reserved from articles") == [(True,)]
    assert run.ask("select count(*) from captures where rights is null") == [(0,)]
    del newsroom.replies["/news/report-3"]
    run.run([newsroom.feed])
    assert run.brought() == (0, 0, 0)  # it waits for its time
    run.later(30)
    run.run([newsroom.feed])
    assert run.brought() == (1, 0, 0)


def test_a_feed_that_moved_is_followed(run: WebRun, newsroom: Newsroom):
    """A permanent redirect is recorded, and the next poll goes there; when nothing answers there, back to the old."""
    moved = f"{newsroom.url}/new/rss.xml"
    rss = newsroom._rss().encode()
    newsroom.replies["/rss.xml"] = lambda _: redirect(moved, "301 Moved Permanently")
    newsroom.replies["/new/rss.xml"] = lambda request: conditional(request, rss, "application/rss+xml")
    run.enable(newsroom.feed)
    run.scheduled()
    assert run.ask("select moved_url from polls") == [(moved,)]
    run.later(DAY)
    run.scheduled()
    asked = newsroom.asked()
    assert (asked["/rss.xml"], asked["/new/rss.xml"]) == (1, 2)
    del newsroom.replies["/new/rss.xml"], newsroom.replies["/rss.xml"]
    for _ in range(4):
        run.later(40 * DAY)
        run.scheduled()
    assert newsroom.asked()["/rss.xml"] == 2


def test_nothing_answers(run: WebRun):
    """HOSTILE 76: without a network nothing is rejected."""
    run.enable("http://no-such-host.invalid/rss.xml")
    done = run.scheduled()
    assert (done.lists, len(done.failed), done.deferred) == (0, 1, 1)
    assert run.ask("select failure, result from polls") == [("dns", "failed")]


def test_pages_are_looked_at_again_where_wanted(run: WebRun, newsroom: Newsroom):
    """`recapture`: after an hour a page is asked for with its validators; 304 is `known`, new text a revision."""
    run.enable(newsroom.feed, recapture=True)
    run.scheduled()
    run.change("update revisions set publisher = 'testing-times.example'")  # loopback has no registered domain
    run.later(61)
    newsroom.stories[1].more = "One more paragraph that was not there an hour ago."
    run.scheduled()
    assert run.brought() == (0, 1, 2)
    pages = [request for request in newsroom.site.requests if "/news/" in request.target]
    assert ["if-none-match" in request.headers for request in pages] == [False] * 3 + [True] * 3
    run.scheduled()
    assert run.brought() == (0, 0, 0)


@pytest.mark.parametrize("reserved", ["no_text", "skip"])
def test_what_publishers_reserve(run: WebRun, newsroom: Newsroom, reserved: str):
    """PRESSHOUSE_RESERVED: no_text keeps the record without its text, skip keeps a row with the reason."""
    newsroom.robots = "User-agent: *\nContent-Signal: ai-train=no\n"
    run.run([newsroom.page(0)], reserved=reserved)
    stored = run.ask("select title, text, rights_reserved from articles")
    assert stored == ([("Report 0 is out", "", True)] if reserved == "no_text" else [])
    if reserved == "skip":
        assert run.outcomes(newsroom.page(0)) == [("rejected", "reserved")]
        assert list((run.data_dir / "archive").rglob("*.warc.gz")) == []


def test_what_a_page_reserves_by_itself(run: WebRun, newsroom: Newsroom):
    """A meta tag and a header count like robots.txt; they are kept word for word."""
    page = newsroom._page(newsroom.stories[0]).replace("<title>", "<meta name='tdm-reservation' content='1'><title>")
    newsroom.replies["/news/report-0"] = lambda _: answer(page.encode())
    newsroom.replies["/news/report-1"] = lambda _: answer(
        newsroom._page(newsroom.stories[1]).encode(), "200 OK", "X-Robots-Tag: noai"
    )
    run.run([newsroom.page(0), newsroom.page(1), newsroom.page(2)])
    rows = run.ask("select right(fetched_url, 1), rights_reserved from articles order by 1")
    assert rows == [("0", True), ("1", True), ("2", None)]
    kept = run.ask("select rights from captures where rights is not null order by fetched_url")
    assert ["tdm-reservation: 1" in kept[0][0], "noai" in kept[1][0]] == [True, True]


def test_secrets_in_urls(run: WebRun, newsroom: Newsroom):
    """HOSTILE 6, 77: a page behind a token in the feed is fetched, and the token is in no file of the data folder."""
    token = "s3cr3t-t0ken"  # noqa: S105 - planted: looked for where it must not be
    newsroom.replies[f"/news/report-0?token={token}"] = lambda request: conditional(
        request, newsroom._page(newsroom.stories[0]).encode(), "text/html"
    )
    rss = newsroom._rss().replace("/news/report-0<", f"/news/report-0?token={token}<")
    newsroom.replies[f"/rss.xml?api_key={token}"] = lambda r: conditional(r, rss.encode(), "application/rss+xml")
    run.enable(f"{newsroom.feed}?api_key={token}")
    run.scheduled()
    assert run.brought() == (3, 0, 0)
    assert newsroom.asked()[f"/news/report-0?token={token}"] == 1
    for path in run.data_dir.rglob("*"):
        if path.is_file() and path.name != "feeds.csv":
            raw = path.read_bytes()
            raw = gzip.decompress(raw) if raw.startswith(b"\x1f\x8b") else raw
            assert token.encode() not in raw, path
