"""`presshouse ingest` on the web: what is due, what is new, what changed; on real servers of 127.0.0.0/8."""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator

import duckdb
import pytest

from tests.flows.conftest import Desk
from tests.hostile.web_run import grow_older
from tests.newsroom import Newsroom, conditional
from tests.tasks.fetch.client.server import Request, Web


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


def choose(desk: Desk, *feeds: str) -> None:
    """Enable feeds as a user would by hand."""
    desk.data_dir.mkdir(parents=True, exist_ok=True)
    rows = "".join(f"{feed},testing-times.example,yes\n" for feed in feeds)
    (desk.data_dir / "feeds.csv").write_text("url,publisher,enabled\n" + rows)


def later(desk: Desk, minutes: int) -> None:
    """Let all that was seen be that much older: the clock of the machine is not ours to turn."""
    grow_older(desk.warehouse, minutes)


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


def test_a_reader_keeps_the_warehouse_open(live: Desk, newsroom: Newsroom):
    """HOSTILE 74: fetching goes on by memory, the PID is named, nothing is fetched twice, the next run drains."""
    choose(live, newsroom.feed)
    live.ingest()
    memory = next(live.data_dir.glob("spool/*/memory.duckdb"))
    for file in (memory, live.warehouse):  # a day goes by
        with duckdb.connect(str(file)) as connection:
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
