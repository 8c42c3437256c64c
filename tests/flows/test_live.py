"""`presshouse ingest` on the web: what is due, what is new, what changed; on real servers of 127.0.0.0/8."""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest

from tasks.fetch.schedule import Poll, ask_unconditionally
from tests.flows.conftest import Desk
from tests.newsroom import Newsroom, conditional
from tests.tasks.fetch.client.server import Request, Web, answer, redirect


@pytest.fixture
def web() -> Iterator[Web]:
    web = Web()
    yield web
    web.close()


@pytest.fixture
def newsroom(web: Web) -> Newsroom:
    newsroom = Newsroom(web)
    for number in range(3):
        newsroom.publish(number, hours_ago=number + 1)
    return newsroom


@pytest.fixture
def live(desk: Desk) -> Desk:
    """A desk that may dial loopback, and need not wait there."""
    desk.environ |= {
        "PRESSHOUSE_ALLOW_ADDRESSES": "127.0.0.0/8",
        "PRESSHOUSE_HOST_INTERVAL": "0.01",
        "PRESSHOUSE_MIN_FREE": "0",
    }
    return desk


def choose(desk: Desk, *feeds: str, more: str = "") -> None:
    """Enable feeds as a user would by hand; `interval_minutes` of 5 lets nothing be due at once again."""
    desk.data_dir.mkdir(parents=True, exist_ok=True)
    rows = "".join(f"{feed},testing-times.example,yes,{more}\n" for feed in feeds)
    (desk.data_dir / "feeds.csv").write_text("url,publisher,enabled,recapture\n" + rows)


def later(desk: Desk, minutes: int) -> None:
    """Let the polls and captures so far be that much older: the clock of the machine is not ours to turn."""
    columns = {
        "polls": ["polled_at"],
        "entries": ["seen_at"],
        "captures": ["seen_at", "captured_at"],
        "revisions": ["captured_at"],
        "rejections": ["seen_at"],
    }
    with duckdb.connect(str(desk.warehouse)) as connection:
        for table, names in columns.items():
            for name in names:
                connection.execute(f"update {table} set {name} = {name} - to_minutes({minutes})")  # noqa: S608 - ours


def test_feed_home_page_and_page(live: Desk, web: Web, newsroom: Newsroom):
    """A feed, a home page that declares one, a single page, and a page that is not there; then nothing twice."""
    other, third = Newsroom(web), Newsroom(web)
    other.publish(20)
    third.publish(30)
    sources = (newsroom.feed, f"{other.url}/", third.page(30), f"{third.url}/gone")
    done = live.ingest(*sources, status=1)  # one of them was not there
    assert (done["articles"], done["lists"], done["rejected"]) == (5, 2, {"http_error": 1})
    rows = live.ask("select fetched_url, via, published_from, discovered_at is not null from articles order by all")
    assert [row[1:] for row in rows] == [("feed", "meta", True)] * 4 + [("page", "meta", False)]
    assert {row[0] for row in rows} == {
        *(newsroom.page(number) for number in range(3)), other.page(20), third.page(30)
    }  # fmt: skip
    again = live.ingest(*sources[:2])
    assert (again["articles"], again["fetched"], again["lists"]) == (0, 0, 2)
    asked = newsroom.asked()
    assert [asked[f"/news/report-{number}"] for number in range(3)] == [1, 1, 1]
    assert asked["/robots.txt"] == 1  # kept from run to run


def test_scheduled_polls(live: Desk, newsroom: Newsroom):
    """Nothing until chosen; the first poll takes 48 hours; then only what is due, new or changed; 304 costs nothing."""
    newsroom.publish(90, hours_ago=60)
    idle = live.ingest()
    assert "No feed is enabled" in idle["notice"]
    assert not newsroom.site.requests
    choose(live, newsroom.feed)
    first = live.ingest()
    assert (first["articles"], first["lists"]) == (3, 1)
    assert live.ask("select decision from entries where title = 'Report 90 is out'") == [("recorded",)]
    assert live.ingest()["lists"] == 0  # not due
    later(live, 24 * 60)
    assert live.ingest()["lists"] == 1
    last = live.ask("select result from polls order by polled_at")[-1][0]
    (asked_at,) = live.ask("select max(polled_at) from polls")[0]
    earlier = Poll(asked_at - timedelta(days=1), "read")
    assert last == ("read" if ask_unconditionally([earlier], asked_at, url=newsroom.feed) else "unchanged")
    newsroom.publish(4)
    newsroom.stories[0].title = "Report 0 was wrong"
    newsroom.stories[0].more = "The desk has added a paragraph of its own to this."
    later(live, 24 * 60)
    third = live.ingest()
    assert (third["articles"], third["revisions"]) == (1, 1)
    assert live.ask("select event, count(*) from entries group by all order by 1") == [("changed", 1), ("new", 5)]
    assert newsroom.asked()["/news/report-0"] == 2
    assert newsroom.asked()["/news/report-90"] == 0
    named = live.ingest(newsroom.feed)  # on the command line a list is fetched whole
    assert (named["articles"], newsroom.asked()["/news/report-90"]) == (1, 1)


def test_overdue_runs_do_the_work_of_one(live: Desk, newsroom: Newsroom):
    """HOSTILE 67: three runs at once poll each feed once; those that come second say so."""
    choose(live, newsroom.feed)
    newsroom.replies["/rss.xml"] = _slow(newsroom, 3.0)
    runs = [live.start("ingest", "--json") for _ in range(3)]
    ended = [run.communicate(timeout=300) for run in runs]
    assert [run.returncode for run in runs] == [0, 0, 0], ended
    assert newsroom.asked()["/rss.xml"] == 1
    assert live.ask("select count(*) from articles") == [(3,)]


def _slow(newsroom: Newsroom, seconds: float) -> Callable[[Request], object]:
    body = newsroom._rss().encode()

    def reply(request: Request) -> object:
        time.sleep(seconds)
        return conditional(request, body, "application/rss+xml")

    return reply


def test_killed_while_fetching(live: Desk, newsroom: Newsroom):
    """No page whose capture was complete is fetched again, and all arrive; what was written is salvaged."""
    for number in range(3, 40):
        newsroom.publish(number, hours_ago=2)
    choose(live, newsroom.feed)
    live.environ["PRESSHOUSE_HOST_INTERVAL"] = "0.15"
    run = live.start("ingest")
    _wait(lambda: sum("/news/" in request.target for request in newsroom.site.requests) > 15)
    os.killpg(run.pid, signal.SIGKILL)
    run.communicate()
    done = live.ingest()
    assert live.ask("select count(*), count(distinct article_id) from articles") == [(40, 40)]
    repeated = {path: count for path, count in newsroom.asked().items() if "/news/" in path and count > 1}
    assert len(repeated) <= 1, repeated  # the one that was on its way
    assert done["fetched"] < 40


def _wait(until: Callable[[], bool], seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while not until():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_redirects_robots_and_failures(live: Desk, web: Web, newsroom: Newsroom):
    """The URL asked for and the one that answered lead to one article; what is refused or down has its row."""
    host = newsroom.url
    newsroom.robots = "User-agent: *\nDisallow: /news/report-2\nContent-Signal: ai-train=no\n"
    newsroom.replies["/news/report-1"] = lambda _: redirect(f"{host}/news/report-0", "301 Moved Permanently")
    newsroom.replies["/news/report-3"] = lambda _: answer(b"", "503 Service Unavailable", "Retry-After: 1")
    newsroom.publish(3)
    done = live.ingest(newsroom.feed)
    assert (done["articles"], done["rejected"], done["deferred"]) == (1, {"robots": 1}, {"busy": 1})
    outcomes = live.ask("select url, outcome, reason from outcomes order by url")
    assert outcomes == [
        (f"{host}/news/report-0", "article", None),
        (f"{host}/news/report-1", "known", None),
        (f"{host}/news/report-2", "rejected", "robots"),
        (f"{host}/news/report-3", "deferred", "busy"),
    ]
    assert live.ask("select rights_reserved from articles") == [(True,)]
    assert live.ask("select distinct rights from captures where rights is not null") != []
    del newsroom.replies["/news/report-3"]
    assert live.ingest(newsroom.feed)["articles"] == 0  # it waits for its time
    later(live, 30)
    assert live.ingest(newsroom.feed)["articles"] == 1


def test_nothing_answers(live: Desk):
    """HOSTILE 76: without a network nothing is rejected, and the run is not green."""
    choose(live, "http://no-such-host.invalid/rss.xml")
    done = live.ingest(status=1)
    assert (done["lists"], len(done["failed_lists"])) == (0, 1)
    assert live.ask("select failure, result from polls") == [("dns", "failed")]


def test_pages_are_looked_at_again_where_wanted(live: Desk, newsroom: Newsroom):
    """`recapture`: after an hour a page is asked for with its validators; 304 is `known`, new text a revision."""
    choose(live, newsroom.feed, more="yes")
    live.ingest()
    with duckdb.connect(str(live.warehouse)) as connection:  # loopback has no registered domain
        connection.execute("update revisions set publisher = 'testing-times.example'")
    later(live, 61)
    newsroom.stories[1].more = "One more paragraph that was not there an hour ago."
    done = live.ingest()
    assert (done["fetched"], done["revisions"], done["known"]) == (3, 1, 2)
    fresh = live.ask("select outcome from captures where captured_at > now() - interval 30 minutes order by outcome")
    assert fresh == [("known",), ("known",), ("revision",)]
    assert live.ingest()["fetched"] == 0


def test_a_reader_keeps_the_warehouse_open(live: Desk, newsroom: Newsroom):
    """HOSTILE 74: fetching goes on by memory, the PID is named, nothing is fetched twice, the next run drains."""
    choose(live, newsroom.feed)
    live.ingest()
    later(live, 24 * 60)
    # What the last run remembered is of before `later`: let it be so too.
    memory = next(live.data_dir.glob("spool/*/memory.duckdb"))
    with duckdb.connect(str(memory)) as connection:
        connection.execute("update polls set polled_at = polled_at - to_minutes(1440)")
    newsroom.publish(4)
    holder = duckdb.connect(str(live.warehouse))  # for writing: nobody else may even read
    try:
        done = live.ingest()
    finally:
        holder.close()
    assert str(os.getpid()) in done["held_by"]
    assert (done["fetched"], done["waiting_articles"]) == (1, 1)
    assert live.ingest()["earlier_texts"] == 1
    assert newsroom.asked()["/news/report-0"] == 1


def test_little_room(live: Desk, newsroom: Newsroom):
    """Below PRESSHOUSE_MIN_FREE nothing is fetched, and one line says what to do."""
    live.environ["PRESSHOUSE_MIN_FREE"] = str(1 << 60)
    refused = live.run("ingest", newsroom.feed, status=2)
    assert "PRESSHOUSE_MIN_FREE" in refused.stderr
    assert not newsroom.site.requests


def test_what_publishers_reserve(live: Desk, newsroom: Newsroom):
    """PRESSHOUSE_RESERVED: no_text keeps the record without its text, skip keeps a row with the reason."""
    newsroom.robots = "User-agent: *\nContent-Signal: ai-train=no\n"
    live.environ["PRESSHOUSE_RESERVED"] = "no_text"
    live.ingest(newsroom.page(0))
    assert live.ask("select title, text, rights_reserved from articles") == [("Report 0 is out", "", True)]
    live.environ["PRESSHOUSE_RESERVED"] = "skip"
    assert live.ingest(newsroom.page(1))["articles"] == 0
    assert live.ask("select reason from outcomes where outcome = 'rejected'") == [("reserved",)]


def test_secrets_in_urls(live: Desk, newsroom: Newsroom, tmp_path: Path):
    """HOSTILE 6, 77: a page behind a token in the feed is fetched, and the token is in no file of the data folder."""
    page = newsroom.replies["/news/report-0?token=s3cr3t-t0ken"] = lambda request: conditional(
        request, newsroom._page(newsroom.stories[0]).encode(), "text/html"
    )
    assert page
    rss = newsroom._rss().replace("/news/report-0<", "/news/report-0?token=s3cr3t-t0ken<")
    newsroom.replies["/rss.xml?api_key=s3cr3t-t0ken"] = lambda r: conditional(r, rss.encode(), "application/rss+xml")
    choose(live, f"{newsroom.feed}?api_key=s3cr3t-t0ken")
    assert live.ingest()["articles"] == 3
    assert newsroom.asked()["/news/report-0?token=s3cr3t-t0ken"] == 1
    for path in live.data_dir.rglob("*"):
        if path.is_file() and path.name != "feeds.csv":
            assert b"s3cr3t-t0ken" not in _bytes(path), path


def _bytes(path: Path) -> bytes:
    import gzip

    data = path.read_bytes()
    return gzip.decompress(data) if data.startswith(b"\x1f\x8b") else data


def test_ends_when_told(live: Desk, newsroom: Newsroom):
    """HOSTILE 70: SIGTERM in the middle of fetching ends within 10 s; what was captured is not fetched again."""
    for number in range(3, 40):
        newsroom.publish(number)
    live.environ["PRESSHOUSE_HOST_INTERVAL"] = "0.3"
    run = live.start("ingest", newsroom.feed)
    _wait(lambda: sum("/news/" in request.target for request in newsroom.site.requests) > 5)
    started = threading.Event(), time.monotonic()
    run.send_signal(signal.SIGTERM)
    out, err = run.communicate(timeout=60)
    assert time.monotonic() - started[1] < 20.0, out + err  # 10 s on a machine of its own
    assert run.returncode == 143
    live.environ["PRESSHOUSE_HOST_INTERVAL"] = "0.01"
    live.ingest(newsroom.feed)
    assert live.ask("select count(*) from articles") == [(40,)]
    assert sum(count - 1 for path, count in newsroom.asked().items() if "/news/" in path) <= 1
