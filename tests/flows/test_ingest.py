"""`presshouse ingest`, whole: the command, the flow, the warehouse."""

import gzip
import json
import signal
import subprocess
import sys
import textwrap
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.flows.conftest import Desk, copied
from tests.pages import page, sentences, write_warc


@pytest.fixture(scope="module")
def loaded(prefect_server: str, tmp_path_factory: pytest.TempPathFactory) -> tuple[Desk, Path, dict[str, Any]]:
    """A file of 120 articles, ingested once: the desk, the file, what the run said. To be looked at only."""
    folder = tmp_path_factory.mktemp("loaded")
    desk = Desk(folder / "data", {"PREFECT_API_URL": prefect_server, "PRESSHOUSE_WORKERS": "0"})  # one a core
    warc = write_warc(folder / "crawl.warc.gz", 120)
    return desk, warc, desk.ingest(warc)


def test_a_warc_file_becomes_articles_and_every_record_has_an_outcome(
    loaded: tuple[Desk, Path, dict[str, Any]], tmp_path: Path
):
    """Captures, redirects and revisits; the second run adds nothing and says so."""
    first, warc, done = loaded
    desk = copied(first, tmp_path / "data")
    assert (done["articles"], done["revisions"], done["known"], done["rejected"]) == (120, 0, 12, {"redirect": 12})
    assert desk.ask("select outcome, count(*) from outcomes group by all order by all") == [
        ("article", 120),
        ("known", 12),
        ("rejected", 12),
    ]
    assert desk.ask(
        "select title, publisher, publisher_name, authors, published_precision, via, url from articles"
        " where url like '%report-7'"
    ) == [
        (
            "Report 7 is out",
            "testing-times.example",
            "The Testing Times",
            ["Ada Example"],
            "second",
            "warc",
            "https://testing-times.example/news/report-7",
        )
    ]
    again = desk.run("ingest", warc)
    assert "Nothing new" in again.stdout
    assert desk.ask("select count(*) from articles") == [(120,)]
    assert desk.ask("select count(*) from revisions") == [(120,)]
    assert desk.waiting() == []


def test_all_kinds_of_local_input(desk: Desk, tmp_path: Path):
    """Folders, globs, html, html.gz, text, JSON Lines and zip; each is kept in the archive, none twice."""
    folder = tmp_path / "in" / "deeper"
    folder.mkdir(parents=True)
    (folder / "one.html").write_text(page(1))
    (folder / "two.html.gz").write_bytes(gzip.compress(page(2).encode()))
    paragraphs = sentences(3, 12)
    (folder / "three.txt").write_text(
        "Report 3 is out\n\nBy Ada Example\n\n" + "\n\n".join(" ".join(paragraphs[i : i + 3]) for i in range(0, 12, 3))
    )
    record = {
        "url": "https://a.example/4",
        "publisher": "a.example",
        "title": "Four",
        "text": " ".join(sentences(4, 9)),
    }
    (folder / "four.jsonl").write_text(json.dumps(record) + "\nnot json\n" + json.dumps({"url": "x", "title": "y"}))
    with zipfile.ZipFile(folder / "five.zip", "w") as archive:
        archive.writestr("../five.html", page(5))
        archive.writestr("six.html", page(6))
    done = desk.ingest(tmp_path / "in", str(folder / "*.html"))
    assert done["articles"] == 5
    assert done["rejected"] == {"bad_json": 2, "unreadable": 1}  # `../five.html` leads out of its zip
    assert desk.ask("select count(distinct capture_file) from articles where capture_file like 'archive/%'")[0][0] >= 1
    assert dict(desk.ask("select via, count(*) from articles group by all")) == {"file": 4, "jsonl": 1}
    archived = sorted(desk.data_dir.glob("archive/*/*/*/*.warc.gz"))
    again = desk.ingest(tmp_path / "in")
    assert (again["articles"], again["revisions"], again["known"]) == (0, 0, 5)
    assert sorted(desk.data_dir.glob("archive/*/*/*/*.warc.gz")) == archived


def test_bad_input_costs_its_own_row(desk: Desk, tmp_path: Path):
    """A file that is no WARC, a cut one, an unknown charset, an empty file: the rest is stored."""
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "no.warc.gz").write_bytes(gzip.compress(b"not a WARC at all\n" * 50))
    whole = write_warc(tmp_path / "whole.warc.gz", 20).read_bytes()
    (folder / "cut.warc.gz").write_bytes(whole[: len(whole) * 3 // 4])
    (folder / "empty.html").touch()
    (folder / "klingon.html").write_bytes(page(77).replace("utf-8", "klingon").encode())
    (folder / "good.html").write_text(page(78))
    done = desk.ingest(folder)
    assert done["articles"] >= 14
    assert any("cut.warc.gz" in line for line in done["damage"])
    titles = {title for (title,) in desk.ask("select title from articles")}
    assert {"Report 77 is out", "Report 78 is out"} <= titles
    reasons = dict(desk.ask("select reason, count(*) from outcomes where outcome = 'rejected' group by all"))
    assert {"empty", "incomplete"} <= set(reasons)
    assert desk.ask("select count(*) from outcomes where url like '%no.warc.gz'") == [(1,)]


def test_a_page_that_takes_for_ever_is_stopped(desk: Desk, tmp_path: Path):
    """The limit of a page holds, the pages after it are stored."""
    desk.environ["PRESSHOUSE_PAGE_SECONDS"] = "2"
    # libxml2 compares each attribute of an element with all before it
    slow = "<html><body><p " + " ".join(f"a{n}" for n in range(60_000)) + ">A page of attributes.</p></body></html>"
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a-slow.html").write_text(slow)
    (tmp_path / "in" / "b-good.html").write_text(page(1))
    done = desk.ingest(tmp_path / "in")
    assert done["articles"] == 1
    assert sum(done["rejected"].values()) == 1


def test_an_open_reader_keeps_the_spool_waiting(desk: Desk, warc: Path):
    """The run ends, names who holds the file and what waits; the next run drains it."""
    desk.ingest(write_warc(warc.parent / "first.warc.gz", 3))
    code = f"""
        import duckdb, sys
        connection = duckdb.connect({str(desk.warehouse)!r}, read_only=True)
        print("open", flush=True)
        sys.stdin.read()
    """
    reader = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert reader.stdout is not None
    assert reader.stdout.readline() == "open\n"
    try:
        said = desk.run("ingest", warc).stdout
        assert f"is held by PID {reader.pid}" in said
        assert "wait in" in said
        assert desk.ask("select count(*) from articles") == [(3,)]
        assert desk.waiting()
    finally:
        reader.communicate()
    done = desk.ingest(warc)
    assert done["earlier_batches"] >= 1
    assert desk.waiting() == []
    assert desk.ask("select count(*) from articles") == [(120,)]
    assert desk.ask("select count(*) from article_revisions") == [(120,)]


def test_damaged_json_lines_and_unreadable_folders_say_so(desk: Desk, tmp_path: Path):
    """A folder without anything readable is said; the exit status tells a source that could not be read."""
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures" / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    done = desk.ingest(tmp_path / "pictures", status=1)
    assert done["articles"] == 0
    assert done["rejected"] == {"unreadable": 2}
    source = (tmp_path / "pictures").as_uri()
    assert done["failed_sources"] == [source]
    said = desk.run("ingest", tmp_path / "pictures", status=1).stdout
    assert f"not read: {source}\nWhy: uv run presshouse why {source}\n" in said
    assert "nothing in this folder can be read" in desk.run("why", source).stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("missing.html",), "missing.html"),
        (("*.nothing",), "nothing"),
    ],
)
def test_a_wrong_call_stops_before_anything_is_stored(desk: Desk, arguments: tuple[str, ...], words: str):
    """Exit status 2, one line, no warehouse."""
    err = desk.run("ingest", *arguments, status=2).stderr
    assert words in err
    assert err.strip().splitlines()[-1].startswith("presshouse: ")
    assert "Traceback" not in err
    assert not desk.warehouse.exists()


def test_why_explains_a_stored_a_known_a_rejected_and_an_unknown_url(loaded: tuple[Desk, Path, dict[str, Any]]):
    """Step by step, and with the evidence of each field."""
    desk, _, _ = loaded
    stored = desk.run("why", "http://www.testing-times.example/news/report-3?utm_source=x").stdout
    assert "Report 3 is out" in stored
    assert "revision 1" in stored
    known = desk.run("why", "https://testing-times.example/news/report-9", "--evidence").stdout
    assert "known" in known
    assert "article:published_time" in known
    rejected = desk.run("why", "https://testing-times.example/news/report-9?old").stdout
    assert "redirect" in rejected
    assert "unknown" in desk.run("why", "https://elsewhere.example/").stdout


def test_status_reads_the_figures(loaded: tuple[Desk, Path, dict[str, Any]]):
    """For people and for machines."""
    desk, _, _ = loaded
    found = json.loads(desk.run("status", "--json").stdout)
    assert found["figures"]["articles"] == 120
    assert found["rejected"] == {"redirect": 12}
    assert found["bytes_of"]["warehouse"] > 0
    assert "120 revisions" in desk.run("status").stdout


@pytest.mark.parametrize(("number", "status"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_run_that_is_told_to_end_ends_and_loses_nothing(desk: Desk, warc: Path, number: int, status: int):
    """HOSTILE 70: one line, within ten seconds; the next run goes on where it was."""
    desk.environ["PRESSHOUSE_BATCH_CAPTURES"] = "20"
    child = desk.start("ingest", warc)
    end = time.monotonic() + 120
    while not desk.waiting() and time.monotonic() < end:
        time.sleep(0.05)
    child.send_signal(number)
    told = time.monotonic()
    _, err = child.communicate(timeout=60)
    assert time.monotonic() - told < 10
    assert child.returncode == status, err
    assert err.strip().splitlines()[-1].startswith("presshouse: interrupted; what was archived or extracted is kept")
    assert "Traceback" not in err
    desk.ingest(warc)
    assert desk.ask("select count(*), (select count(*) from article_revisions) from articles") == [(120, 120)]
    assert desk.waiting() == []
