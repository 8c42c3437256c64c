"""`presshouse discover` as users run it: entries on standard output, everything else on standard error."""

import gzip
import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.tasks.fetch.client.server import Reply, Request, Web, answer

ITEM = (
    "<item><title>{0}</title><link>https://gazette.example/{0}</link><guid>{0}</guid>"
    "<pubDate>Tue, 03 Mar 2026 07:10:00 +0200</pubDate></item>"
)
RSS = "<rss><channel><language>en</language>" + ITEM.format("a") + ITEM.format("b") + "</channel></rss>"


@dataclass(frozen=True)
class Ran:
    status: int
    entries: list[dict[str, Any]]
    said: list[str]
    text: str


@pytest.fixture
def run(tmp_path: Path):
    def run_(*arguments: object, as_json: bool = True) -> Ran:
        done = subprocess.run(
            [sys.executable, "-m", "flows.cli", "discover", *map(str, arguments), *(["--json"] if as_json else [])],
            capture_output=True,
            text=True,
            timeout=120,
            env=os.environ | {"PRESSHOUSE_DATA_DIR": str(tmp_path / "data")},
        )
        entries = [json.loads(line) for line in done.stdout.splitlines()] if as_json else []
        return Ran(done.returncode, entries, done.stderr.splitlines(), done.stdout)

    return run_


def test_one_object_an_entry_and_nothing_else(run, tmp_path: Path):
    """The contract's keys, instants in UTC; files of every kind together, in the order they were named."""
    feed, index, bare = tmp_path / "feed.json", tmp_path / "index.xml", tmp_path / "bare.rss"
    feed.write_text(RSS)
    index.write_bytes(
        gzip.compress(b"<sitemapindex><sitemap><loc>https://a.example/1.xml</loc></sitemap></sitemapindex>")
    )
    bare.write_text("<rss><channel><item><title>x</title></item></channel></rss>")
    ran = run(feed, index, bare)
    assert (ran.status, ran.said) == (0, [])
    assert [entry["source"] for entry in ran.entries] == [str(feed), str(feed), str(index), str(bare)]
    assert ran.entries[0] == {
        "source": str(feed),
        "url": "https://gazette.example/a",
        "title": "a",
        "published_at": "2026-03-03T05:10:00+00:00",
        "updated_at": None,
        "guid": "a",
        "language": "en",
    }
    assert ran.entries[2]["url"] == "https://a.example/1.xml"
    assert (ran.entries[3]["url"], ran.entries[3]["problem"]) == (None, "no link")
    assert not (tmp_path / "data").exists()  # nothing is stored


def test_dates_that_are_none_are_null(run, tmp_path: Path):
    """HOSTILE 43, 45, 49: a wrong date is no date; a change alone is no publication."""
    path = tmp_path / "f.xml"
    dates = ["31 Feb 2026 10:00:00 GMT", "Fri, 01 Jan 2100 00:00:00 GMT", "yesterday", "Thu, 01 Jan 1970 00:00:00 GMT"]
    items = "".join(f"<item><link>https://a.example/</link><pubDate>{date}</pubDate></item>" for date in dates)
    path.write_text(f"<rss><channel>{items}</channel></rss>")
    atom = tmp_path / "a.xml"
    atom.write_text("<feed><entry><updated>2026-03-03T05:10:00Z</updated></entry></feed>")
    ran = run(path, atom)
    assert [entry["published_at"] for entry in ran.entries] == [None] * 5
    assert ran.entries[-1]["updated_at"] == "2026-03-03T05:10:00+00:00"


def test_a_line_for_each_source_that_is_no_list_or_cut(run, tmp_path: Path):
    """The complete entries of a cut feed are printed; one bad source never stops the others."""
    contents = {
        "cut.xml": RSS[:-25],
        "page.html": '<html><head><link rel="alternate" type="application/rss+xml" href="https://a.example/rss"></head></html>',
        "records.jsonl": '{"url": "https://a.example/", "text": "x"}\n{"url": "https://b.example/", "text": "y"}\n',
        "empty.xml": "",
    }
    for name, text in contents.items():
        (tmp_path / name).write_text(text)
    os.mkfifo(tmp_path / "fifo")
    names = [*contents, "fifo", "gone.xml", "."]
    ran = run(*(tmp_path / name for name in names), "https://user:secret@a.example/rss?token=abc")
    assert ran.status == 0
    assert [entry["guid"] for entry in ran.entries] == ["a"]
    assert len(ran.said) == len(names) + 1
    said = "\n".join(sorted(ran.said))
    for words in (
        "cut.xml: it ends before",
        "an HTML page); it links to https://a.example/rss",
        "JSON, but no JSON Feed",
    ):
        assert words in said
    for words in ("empty.xml: no bytes", "a FIFO", "a folder", "No such file", "robots.txt could not be read"):
        assert words in said
    assert "secret" not in said
    assert "abc" not in said


def test_status_when_no_source_could_be_opened(run, tmp_path: Path):
    """1 when none could be opened; 0 when one could, whatever it is; 2 without any."""
    (tmp_path / "page.html").write_text("<html/>")
    assert run(tmp_path / "gone.xml", "http://a.example/").status == 1
    assert run(tmp_path / "gone.xml", tmp_path / "page.html").status == 0
    called_with_nothing = run()
    assert (called_with_nothing.status, len(called_with_nothing.said)) == (2, 1)


def test_lines_for_people(run, tmp_path: Path):
    """A heading a source, a line an entry, no secrets, no control characters."""
    path = tmp_path / "feed.xml"
    path.write_text(RSS.replace("https://gazette", "https://u:p@gazette").replace("<title>b", "<title>&#155;31m\x1bb"))
    lines = run(path, as_json=False).text.splitlines()
    assert lines[0] == f"{path}: rss, 2 entries"
    assert lines[1].split() == ["2026-03-03", "05:10", "a", "https://gazette.example/a"]
    assert all(line.isprintable() for line in lines)


def test_a_list_that_takes_too_long_costs_itself(run, tmp_path: Path):
    """HOSTILE 42: it is ended within 10 s, with a line, and the others are read."""
    slow, good = tmp_path / "slow.xml", tmp_path / "good.xml"
    slow.write_bytes(b"<rss><channel><item><title>" + b"&" * 40_000_000)
    good.write_text(RSS)
    started = time.monotonic()
    ran = run(slow, good)
    assert time.monotonic() - started < 20.0  # 8 s for the list, then the start of processes on a busy machine
    assert (ran.status, len(ran.entries)) == (0, 2)
    assert [line.partition("slow.xml: ")[2] for line in ran.said] == ["more than 8 s"]


def test_a_source_on_the_web(run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Its address resolves links, robots.txt is asked, private addresses are dialled only where the setting says so."""

    def reply(request: Request) -> Reply:
        if request.target == "/robots.txt":
            return answer(b"User-agent: *\nDisallow: /private/\n", content_type="text/plain")
        if request.target == "/rss":
            return answer(b"<rss><channel><item><link>/x</link></item></channel></rss>")
        return answer(b"", "404 Not Found")

    web = Web()
    try:
        host = web.add(reply).url
        refused = run(f"{host}/rss")
        monkeypatch.setenv("PRESSHOUSE_ALLOW_ADDRESSES", "127.0.0.0/8")
        ran = run(f"{host}/rss", f"{host}/private/rss", f"{host}/gone")
    finally:
        web.close()
    assert (refused.status, refused.entries) == (1, [])
    assert [entry["url"] for entry in ran.entries] == [f"{host}/x"]
    assert ["Disallow: /private/" in ran.said[0], "status 404" in ran.said[1]] == [True, True]
