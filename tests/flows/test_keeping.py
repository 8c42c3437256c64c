"""forget, reprocess and maintain as users run them: the command, a real Prefect server, real files."""

import gzip
import json
import os
import shutil
import signal
import time
from pathlib import Path

import pytest

from tests.flows.conftest import Desk, copied
from tests.flows.live.test_live import live, newsroom, web
from tests.newsroom import Newsroom
from tests.pages import page, sentences
from warehouse.place import PROJECT

__all__ = ["live", "newsroom", "web"]


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pages")
    for number in range(6):
        (folder / f"{number}.html").write_text(page(number))
    return folder


@pytest.fixture(scope="module")
def loaded_once(pages: Path, prefect_server: str, tmp_path_factory: pytest.TempPathFactory) -> Desk:
    desk = Desk(tmp_path_factory.mktemp("loaded") / "data", {"PREFECT_API_URL": prefect_server})
    desk.ingest(pages)
    return desk


@pytest.fixture
def loaded(loaded_once: Desk, tmp_path: Path) -> Desk:
    """A desk that has the six pages."""
    return copied(loaded_once, tmp_path / "data")


def holding(folder: Path, words: str) -> list[str]:
    """Files that hold these words, as they are or inside gzip; Prefect's own are of another kind."""
    found = []
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            content = path.read_bytes()
            plain = gzip.decompress(content) if path.suffix == ".gz" else b""
            found += [path.name] if words.encode() in content + plain else []
    return found


def test_forgotten_for_good(loaded: Desk, pages: Path):
    """After forget, and after the same folder was loaded again, no file of the data folder holds a sentence of it."""
    loaded.run("maintain", "--quiet")
    words = sentences(3, 12)[7]
    assert holding(loaded.data_dir, words) != []
    url = "https://testing-times.example/news/report-3"
    told = json.loads(loaded.run("forget", url, "--reason", "asked for by the author", "--json").stdout)
    assert (told["articles"], told["records"]) == (1, 1)
    assert holding(loaded.data_dir, words) == []
    again = loaded.ingest(pages)
    assert again["rejected"] == {"forgotten": 1}
    assert holding(loaded.data_dir, words) == []
    assert loaded.run("check", "--deep").stdout == "Nothing is wrong.\n"
    assert "asked for by the author" in loaded.run("why", url).stdout


def test_what_was_fetched_is_not_fetched_again(live: Desk, newsroom: Newsroom):
    """The feed goes on listing it, and it is changed: nobody asks for the page, and no file holds a word of it."""
    live.ingest(newsroom.feed)
    words = sentences(1, 12)[7]
    assert holding(live.data_dir, words) != []
    live.run("forget", newsroom.page(1), "--reason", "asked for by the author")
    assert holding(live.data_dir, words) == []
    newsroom.stories[1].title = "A new headline"
    newsroom.publish(7)
    done = live.ingest(newsroom.feed)
    assert (done["articles"], newsroom.asked()["/news/report-1"]) == (1, 1)
    assert holding(live.data_dir, words) == holding(live.data_dir, "A new headline") == []
    named = live.ingest(newsroom.page(1))  # who names it has it asked for, and refused
    assert named["rejected"] == {"forgotten": 1}
    assert holding(live.data_dir, words) == []


def test_forget_asks_for_a_reason_and_a_name(loaded: Desk):
    """Exit status 2 with one line, and nothing is changed; a dry run needs no reason and changes nothing."""
    before = loaded.warehouse.read_bytes()
    assert "--reason" in loaded.run("forget", "https://testing-times.example/news/report-3", status=2).stderr
    assert "--publisher" in loaded.run("forget", "--reason", "because", status=2).stderr
    domain = loaded.run("forget", "testing-times.example", "--reason", "because", status=2).stderr
    assert "no URL. Say: presshouse forget --publisher testing-times.example" in domain
    told = loaded.run("forget", "--publisher", "testing-times.example", "--dry-run").stdout
    assert told.startswith("would go: 6 articles")
    assert loaded.warehouse.read_bytes() == before


def test_forget_does_not_pass_over_an_archive_that_is_not_there(loaded: Desk, tmp_path: Path):
    """With another PRESSHOUSE_ARCHIVE the record would stay in the file, and nobody would owe it."""
    words, url = sentences(3, 12)[7], "https://testing-times.example/news/report-3"
    loaded.environ["PRESSHOUSE_ARCHIVE"] = str(tmp_path / "elsewhere")
    told = loaded.run("forget", url, "--reason", "asked for by the author", status=2).stderr
    assert "is not there. Set PRESSHOUSE_ARCHIVE" in told
    assert "holds it and is not there" in loaded.run("forget", url, "--dry-run").stdout
    assert loaded.ask("select count(*) from articles") == [(6,)]
    del loaded.environ["PRESSHOUSE_ARCHIVE"]
    loaded.run("forget", url, "--reason", "asked for by the author")
    assert holding(loaded.data_dir, words) == []
    shutil.rmtree(loaded.data_dir / "archive")
    loaded.run("forget", url.replace("3", "4"), "--reason", "asked for by the author", "--lost-files")
    assert loaded.ask("select count(*) from articles") == [(4,)]


def test_read_again_with_another_registry(desk: Desk, pages: Path, tmp_path: Path):
    """A publisher that was unknown has a name now: that field changes, field by field it is told, and once only."""
    desk.environ["PRESSHOUSE_SEEDS"] = str(shutil.copytree(PROJECT / "seeds", tmp_path / "seeds"))
    desk.ingest(pages)
    before = desk.ask("select article_id, revision, text from articles order by 1")
    with (tmp_path / "seeds" / "publishers.csv").open("a") as stream:
        stream.write("testing-times.example,The New Testing Times,NZ,en,Pacific/Auckland,,\n")
    told = json.loads(desk.run("reprocess", "--from", "2026", "--json").stdout)
    assert told["results"] == {"changed": 6}
    assert {"publisher_name", "country"} <= set(told["columns"])
    assert told["examples"]["country"] == ["nothing -> NZ"] * 3
    assert desk.ask("select article_id, revision, text from articles order by 1") == before
    assert desk.ask("select distinct country from articles") == [("NZ",)]
    assert desk.ask("select count(*) from article_revisions where reprocessed") == [(6,)]
    again = json.loads(desk.run("reprocess", "--from", "2026", "--json").stdout)
    assert (again["captures"], again["earlier"], again["results"]) == (0, 6, {})
    assert desk.run("check", "--deep").stdout == "Nothing is wrong.\n"


def test_reprocess_goes_on_where_it_was_killed(desk: Desk, pages: Path):
    """kill -9 in the middle: what was read is not read again, and the rest is."""
    desk.environ["PRESSHOUSE_BATCH_CAPTURES"] = "1"
    desk.ingest(pages)
    child = desk.start("reprocess", "--from", "2026", "--json")
    end = time.monotonic() + 120
    while time.monotonic() < end and not _some_readings(desk):
        time.sleep(0.05)
    os.killpg(child.pid, signal.SIGKILL)
    child.communicate()
    told = json.loads(desk.run("reprocess", "--from", "2026", "--json").stdout)
    assert told["earlier"] > 0
    assert told["earlier"] + told["captures"] == 6
    assert desk.ask("select count(*), count(distinct (capture_file, capture_offset)) from readings") == [(6, 6)]
    assert desk.ask("select count(*) from revisions") == [(6,)]


def _some_readings(desk: Desk) -> bool:
    import duckdb

    try:
        return bool(desk.ask("select 1 from readings limit 1"))
    except (duckdb.IOException, duckdb.ConnectionException):  # held by the run
        return False


def test_maintain_does_what_is_to_be_done_once(loaded: Desk):
    """Drains, makes snapshot and report, measures; the second finds nothing to do."""
    told = json.loads(loaded.run("maintain", "--json").stdout)
    assert (told["failed"], told["findings"]) == ([], [])
    assert [line.split(":")[0].split(" /")[0] for line in told["done"]] == ["made the snapshot", "wrote"]
    assert (loaded.data_dir / "presshouse.read.duckdb").exists()
    assert (loaded.data_dir / "report.html").exists()
    assert json.loads(loaded.run("maintain", "--json").stdout)["done"] == []
    assert loaded.ask("select count(distinct measured_at) from sizes") == [(2,)]


def test_maintain_says_what_is_wrong(loaded: Desk):
    """A missing archive file: exit status 1, and the line says what to do."""
    for path in loaded.data_dir.glob("archive/*/*/*/*.warc.gz"):
        path.unlink()
    assert "restore it from a backup" in loaded.run("maintain", "--quiet", status=1).stdout
