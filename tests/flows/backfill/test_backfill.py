"""`presshouse backfill` on real servers of 127.0.0.0/8: a publisher's sitemaps, CC-NEWS, the Wayback Machine, files."""

import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.flows.conftest import Desk
from tests.library import PUBLISHER, Library
from tests.pages import sentences
from tests.tasks.fetch.client.server import Web, answer

FORTNIGHT = ("--from", "2024-10-01", "--to", "2024-10-14")
OCTOBER = ("--from", "2024-10-01", "--to", "2024-10-31")
ARTICLES = "select title, published_date, text, url, publisher from articles order by title"


@pytest.fixture
def library() -> Iterator[Library]:
    web = Web()
    yield Library(web)
    web.close()


@pytest.fixture
def open_desk(make_desk: Callable[[str], Desk], library: Library) -> Callable[[str], Desk]:
    """Desks that know the archives of the library, and need not wait there."""

    def make(name: str) -> Desk:
        desk = make_desk(name)
        desk.environ |= {
            "PRESSHOUSE_ALLOW_ADDRESSES": "127.0.0.0/8",
            "PRESSHOUSE_HOST_INTERVAL": "0.01",
            "PRESSHOUSE_MIN_FREE": "0",
            "PRESSHOUSE_CONTACT": "mailto:desk@example.org",
            "PRESSHOUSE_CCNEWS_URL": library.archives.url,
            "PRESSHOUSE_WAYBACK_URL": f"{library.archives.url}/",
        }
        return desk

    return make


def backfill(desk: Desk, *arguments: object, status: int = 0) -> dict[str, object]:
    return json.loads(desk.run("backfill", *arguments, "--json", status=status).stdout)


def kill_when(desk: Desk, is_time: Callable[[], bool], *arguments: object) -> None:
    """Start a backfill, and kill its whole tree as soon as `is_time`."""
    child = desk.start("backfill", *arguments, "--quiet")
    ends_at = time.monotonic() + 240
    while not is_time():
        assert time.monotonic() < ends_at
        assert child.poll() is None, child.communicate()
        time.sleep(0.01)
    os.killpg(child.pid, signal.SIGKILL)
    child.communicate()


def ledger(desk: Desk) -> list[tuple[int, int, int]]:
    """(rows, units, rows that say done)"""
    return desk.ask("select count(*), count(distinct unit), count(*) filter (state = 'done') from backfill_units")


def pages(library: Library) -> int:
    return sum(count for path, count in library.asked().items() if path.startswith("/news/"))


def test_a_fortnight_of_sitemaps_killed_in_the_middle(open_desk: Callable[[str], Desk], library: Library):
    """Only the list of the cut unit, and a page that was on its way, are asked for twice; then our own archive gives
    the same articles to a new warehouse, killed in the middle as well."""
    asked = (*FORTNIGHT, "--publisher", library.site.url)
    stormy, calm = open_desk("stormy"), open_desk("calm")
    kill_when(stormy, lambda: pages(library) > 13, *asked)
    done = backfill(stormy, *asked)
    assert 0 < done["done_before"] < 14
    repeated = {path: count for path, count in library.asked().items() if count > 1}
    assert all(count == 2 for count in repeated.values()), repeated
    assert sum(path.startswith("/sitemaps/") for path in repeated) <= 1, repeated
    assert sum(path.startswith("/news/") for path in repeated) <= 1, repeated
    assert not set(repeated) & {"/robots.txt", "/sitemap.xml"}
    assert ledger(stormy) == [(14, 14, 14)]
    assert {row[1].isoformat()[:7] for row in stormy.ask(ARTICLES)} == {"2024-10"}

    before = sum(library.asked().values())
    again = backfill(stormy, *asked, "--dry-run")
    assert (again["done"], again["to_do"]) == (14, 0)
    assert sum(library.asked().values()) == before
    backfill(calm, *asked)
    assert stormy.ask(ARTICLES) == calm.ask(ARTICLES)
    assert len(calm.ask(ARTICLES)) == 28

    calm.warehouse.rename(calm.data_dir / "lost.duckdb")
    batches: set[Path] = set()
    kill_when(calm, lambda: len(_gathered(calm, batches)) > 9, *FORTNIGHT, "--via", "archive")
    backfill(calm, *FORTNIGHT, "--via", "archive")
    assert stormy.ask(ARTICLES) == calm.ask(ARTICLES)
    assert ledger(calm)[0][0] == ledger(calm)[0][1]


def _gathered(desk: Desk, batches: set[Path]) -> set[Path]:
    """All batches that were ever seen in the spool; each unit leaves two."""
    batches.update(desk.waiting())
    return batches


@pytest.mark.slow
def test_a_month_of_cc_news_killed_in_the_middle(open_desk: Callable[[str], Desk], library: Library):
    """The lists and the files that were done are not asked for again; captures lie in the remote files."""
    asked = (*OCTOBER, "--via", "ccnews", "--publisher", PUBLISHER)
    desk = open_desk("news")

    def files() -> dict[str, int]:
        found: dict[str, int] = {}
        for request in library.archives.requests:
            if request.target.endswith(".warc.gz") and request.headers.get("range") != "bytes=0-0":
                found[request.target] = found.get(request.target, 0) + 1
        return found

    kill_when(desk, lambda: len(files()) > 17, *asked)
    done = backfill(desk, *asked)
    assert 0 < done["done_before"] < 34
    assert sum(count - 1 for count in files().values()) <= 1
    lists = [count for path, count in library.asked_of_archives().items() if path.endswith("paths.gz")]
    assert lists == [1, 1, 1]  # of September, October and November: files around the month are read
    assert ledger(desk) == [(34, 34, 34)]
    _has_all(desk, library)
    (place,) = desk.ask("select distinct regexp_replace(capture_file, '/CC-NEWS-.*', '') from articles where true")[:1]
    assert place[0].startswith(f"{library.archives.url}/crawl-data/CC-NEWS/2024/")
    assert desk.ask("select distinct via from articles") == [("ccnews",)]
    assert desk.ask("select count(*) from rejections where fetched_url like '%elsewhere%'") == [(0,)]
    assert not list((desk.data_dir / "backfill" / "files").iterdir())


@pytest.mark.slow
def test_a_month_of_the_wayback_machine_killed_in_the_middle(open_desk: Callable[[str], Desk], library: Library):
    """Captures that were whole are not asked for again; each stands under its own URL and moment."""
    asked = (*OCTOBER, "--via", "wayback", "--publisher", PUBLISHER)
    desk = open_desk("wayback")
    refusals = [answer(b"", "403 Forbidden"), answer(b"", "429 Too Many Requests")]
    library.replies["/cdx/search/cdx"] = lambda request: (
        refusals.pop() if refusals else library._index(_query(request.target))
    )

    def captures() -> dict[str, int]:
        return {path: n for path, n in library.asked_of_archives().items() if path.startswith("/web/")}

    kill_when(desk, lambda: len(captures()) > 40, *asked)
    backfill(desk, *asked)
    assert sum(count - 1 for count in captures().values()) <= 1
    assert ledger(desk) == [(3, 3, 3)]
    _has_all(desk, library)
    assert desk.ask("select distinct via, hour(captured_at at time zone 'UTC') from articles") == [("wayback", 12)]
    assert desk.ask("select distinct split_part(fetched_url, '/', 3) from articles") == [(PUBLISHER,)]


def _query(target: str) -> dict[str, list[str]]:
    from urllib.parse import parse_qs, urlsplit

    return parse_qs(urlsplit(target).query)


def _has_all(desk: Desk, library: Library) -> None:
    """Every article of October, each on its day, and no other."""
    found = desk.ask("select title, published_date from articles order by all")
    wanted = [
        (f"Report {100 * number + place} is out", library.day(number))
        for number in range(library.days)
        for place in range(library.a_day)
    ]
    assert found == sorted(wanted)


def test_a_publisher_whose_list_cannot_be_had_is_no_publisher_without_one(
    open_desk: Callable[[str], Desk], library: Library
):
    """Its failure is told and fails the run, the other publisher is read; and the same command asks again, although a
    listing serves for a day. An address that the user named and that is none fails as well."""
    desk, other = open_desk("two"), Library(library.web, days=1)
    asked = ("--from", "2024-10-01", "--to", "2024-10-01", "--publisher", library.site.url, "--publisher")
    other.replies["/sitemap.xml"] = lambda _: answer(b"", "503 Service Unavailable")
    planned = backfill(desk, *asked, other.site.url, "--dry-run", status=1)
    assert (planned["units"], planned["notes"]) == (1, [])
    assert planned["unread"] == [f"{other.site.url}: busy: status 503 ({other.site.url}/sitemap.xml)"]
    found = backfill(desk, *asked, other.site.url, status=1)
    assert (found["articles"], found["unread"]) == (2, planned["unread"])
    del other.replies["/sitemap.xml"]
    assert backfill(desk, *asked, other.site.url)["done_before"] == 1
    assert {path for path in other.asked() if path.startswith("/news/")} == {
        f"/news/2024/10/01/{other.name(0, place)}" for place in range(2)
    }
    wrong = backfill(desk, *asked, f"{other.site.url}/no-sitemap.xml", "--dry-run", status=1)
    assert "status 404" in wrong["unread"][0]


def test_one_day_of_a_file_moves_the_root_of_a_story(open_desk: Callable[[str], Desk], tmp_path: Path):
    """One day is that day: what is of others is rejected with its reason, what has no date is kept and flagged; the
    older original becomes the root of the story that its copy had begun."""
    desk = open_desk("files")
    text = "\n\n".join(" ".join(sentences(1, 12)[start : start + 3]) for start in range(0, 12, 3))
    late = _records(tmp_path / "late.jsonl", ("b.example", "2024-11-02T08:00:00Z", text))
    early = _records(
        tmp_path / "early.jsonl",
        ("a.example", "2024-10-31T08:00:00Z", text),
        ("c.example", "2024-10-30T08:00:00Z", text.replace("bridge", "tower")),
        ("d.example", None, " ".join(sentences(9, 12))),
    )
    desk.ingest(late)
    assert desk.ask("select publisher from articles where article_id = story_id") == [("b.example",)]
    plan = json.loads(
        desk.run("backfill", "--from", "2024-10-31", "--to", "2024-10-31", "--via", early, "--dry-run", "--json").stdout
    )
    assert (plan["days"], plan["units"]) == (["2024-10-31", "2024-10-31"], 1)
    done = backfill(desk, "--from", "2024-10-31", "--to", "2024-10-31", "--via", early)
    assert (done["articles"], done["rejected"]) == (2, {"outside_range": 1})
    assert desk.ask("select publisher, list_contains(date_flags, 'undated') from articles order by 1") == [
        ("a.example", False), ("b.example", False), ("d.example", True)
    ]  # fmt: skip
    assert desk.ask(
        "select a.publisher from articles as a join articles as b on a.article_id = b.story_id"
        " where b.publisher = 'b.example'"
    ) == [("a.example",)]
    wider = backfill(desk, "--from", "2024-10-30", "--to", "2024-10-31", "--via", early, "--undated", "drop")
    assert wider["articles"] == 1  # what an earlier backfill had left out


def _records(path: Path, *articles: tuple[str, str | None, str]) -> Path:
    lines = [
        {"url": f"https://{site}/report", "publisher": site, "title": f"Report of {site}", "text": text}
        | ({"published_at": at} if at else {})
        for site, at, text in articles
    ]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path


def test_only_what_is_missing_is_fetched(open_desk: Callable[[str], Desk], library: Library, tmp_path: Path):
    """A page that is an article here already, under whatever spelling, is not asked for; without the option it is."""
    desk = open_desk("gaps")
    asked = ("--from", "2024-10-01", "--to", "2024-10-02", "--publisher", library.site.url)
    here = {
        "url": f"{library.url(0, 1)}?utm_source=feed",
        "publisher": PUBLISHER,
        "title": "Loaded",
        "text": " ".join(sentences(1, 12)),
    }
    loaded = tmp_path / "loaded.jsonl"
    loaded.write_text(json.dumps(here | {"published_at": "2024-10-01T09:01:00Z"}), encoding="utf-8")
    desk.ingest(loaded)
    done = backfill(desk, *asked, "--only-missing")
    assert (done["done"], done["articles"], pages(library)) == (2, 3, 3)
    assert library.asked()[f"/news/2024/10/01/{library.name(0, 1)}"] == 0
    backfill(desk, *asked, "--again")
    assert library.asked()[f"/news/2024/10/01/{library.name(0, 1)}"] == 1


def test_files_of_cc_news_are_kept(open_desk: Callable[[str], Desk], library: Library):
    """With --keep they stay in the data folder, captures name them there, and their evidence can be read again."""
    desk = open_desk("kept")
    day = ("--from", "2024-10-10", "--to", "2024-10-10", "--publisher", PUBLISHER)
    assert "--via ccnews" in desk.run("backfill", *day, "--keep", status=2).stderr
    done = backfill(desk, *day, "--via", "ccnews", "--keep")
    assert done["articles"] == library.a_day
    kept = sorted(path.name for path in (desk.data_dir / "ccnews").iterdir())
    assert len(kept) == done["done"] > 0
    places = desk.ask("select distinct parse_filename(capture_file) from articles")
    assert {name for (name,) in places} <= set(kept)
    why = desk.run("why", f"https://{PUBLISHER}/news/{library.name(9, 0)}", "--evidence").stdout
    assert "was not kept" not in why
    assert "Report 900 is out" in why


def test_wrong_calls(open_desk: Callable[[str], Desk], library: Library):
    """Each ends with status 2 and one line that says what to do; nothing is made, and nobody is asked."""
    desk = open_desk("wrong")
    assert "--from" in desk.run("backfill", "--from", "2024-10", status=2).stderr
    assert "--publisher" in desk.run("backfill", *OCTOBER, status=2).stderr
    assert "no-such-file" in desk.run("backfill", *OCTOBER, "--via", "no-such-file", status=2).stderr
    del desk.environ["PRESSHOUSE_CONTACT"]
    assert "PRESSHOUSE_CONTACT" in desk.run("backfill", *OCTOBER, "--via", "ccnews", status=2).stderr
    assert not library.archives.requests
    desk.environ |= {"PRESSHOUSE_CONTACT": "mailto:desk@example.org", "PRESSHOUSE_MAX_DOWNLOAD_GB": "0.00001"}
    refused = desk.run("backfill", *OCTOBER, "--via", "ccnews", status=2)
    assert "--yes" in refused.stderr
    assert not desk.warehouse.exists()
