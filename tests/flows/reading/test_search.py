"""`presshouse search` and `presshouse snapshot` as they are called."""

import json
from collections.abc import Callable

import pytest

from flows.cli import main
from flows.reading.search import nearest
from tests.warehouse.conftest import Shop, shop

__all__ = ["shop"]


@pytest.fixture
def run(shop: Shop, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """Call a command on a warehouse with two articles; returns standard output, or error where that is said."""
    monkeypatch.setenv("PRESSHOUSE_DATA_DIR", str(shop.place.data_dir))
    shop.add(
        shop.article("https://example.com/a", "Talks on Syria resumed in Geneva.\n\nNobody smiled."),
        shop.article("https://other.example/b", "Syria won the match.", publisher="other.example"),
    )

    def call(*arguments: str, status: int = 0, error: bool = False) -> str:
        assert main([*arguments, "--warehouse", str(shop.place.file)]) == status
        captured = capsys.readouterr()
        return captured.err if status or error else captured.out

    return call


def test_a_publisher_that_is_not_here(run):
    """Is said, with those that may have been meant; one that is here and has no hit is no such thing."""
    said = run("search", "syria", "--publisher", "other.exmple", error=True)
    assert said.splitlines()[-1] == "No article is of publisher 'other.exmple'. Did you mean other.example?"
    said = run("search", "syria", "--publisher", "zzz", error=True)
    assert said.splitlines()[-1].startswith("No article is of publisher 'zzz'. All: presshouse sql")
    assert "No article is of" not in run("search", "unheard", "--publisher", "other.example", error=True)


def test_what_may_have_been_meant():
    """By part of the domain or name, or by spelling; not by chance."""
    there = [("theguardian.com", "The Guardian"), ("business-standard.com", "Business Standard"), ("dawn.com", None)]
    assert nearest("Guardian", there) == ["theguardian.com"]
    assert nearest("https://www.dawn.com/", there) == ["dawn.com"]
    assert nearest("busines standard", there) == ["business-standard.com"]
    assert nearest("x' OR 1=1--", there) == []


def test_hits_for_people(run):
    """Day, publisher, title, passage and URL; what was read and the range as understood stand on standard error."""
    assert run("search", "syria", "talks") == (
        "undated     example.com: A title\n"
        "            Talks on Syria resumed in Geneva.\n"
        "            https://example.com/a\n"
    )
    said = run("search", "syria", "--from", "2026-02", "--to", "2026-03-01", error=True)
    assert said.splitlines()[0] == "2026-02-01 to 2026-03-01, both included: 29 days."
    assert said.splitlines()[1].startswith("Read from ")
    assert run("search", "syria", "--quiet", error=True) == ""


def test_hits_for_machines(run):
    """One array; filters are values, not SQL (HOSTILE 60)."""
    (hit,) = json.loads(run("search", "syria", "--publisher", "other.example", "--json"))
    assert (hit["url"], hit["passage"], hit["published_date"]) == (
        "https://other.example/b",
        "Syria won the match.",
        None,
    )
    assert hit["score"] > 0
    assert json.loads(run("search", "syria", "--publisher", "x' OR 1=1--", "--json")) == []
    assert len(json.loads(run("search", "syria", "--limit", "1", "--json"))) == 1


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["search", "syria", "--from", "today", "--to", "yesterday"], "is after --to"),
        (["search", "?!"], "has no word"),
        (["search", "x", "--limit", "0"], "1 or more"),
        (["search", "x", "--snapshot"], "presshouse snapshot"),
        (["sql", "select 1", "--snapshot"], "presshouse snapshot"),
    ],
)
def test_wrong_calls(run, arguments: list[str], told: str):
    """HOSTILE 61 and others: status 2 and one line that says what to do."""
    assert told in run(*arguments, status=2)


def test_a_snapshot_by_hand(run, shop: Shop, tmp_path):
    """Says what it made, or that there was nothing to make; `sql` and `search` can be told to read it."""
    assert "2 articles" in run("snapshot")
    assert "up to date" in run("snapshot")
    assert "2 articles" in run("snapshot", "--force")
    shop.add(shop.article("https://example.com/c", "Syria again."))
    count = "select count(*) as n from articles"
    assert json.loads(run("sql", count, "--snapshot", "--json")) == [{"n": 2}]
    assert json.loads(run("sql", count, "--live", "--json")) == [{"n": 3}]
    assert json.loads(run("sql", "select count(*) as n from search('syria')", "--json")) == [{"n": 3}]
    assert "w.read.duckdb, made " in run("sql", count, "--snapshot", error=True)
    made = json.loads(run("snapshot", str(tmp_path / "copy.duckdb"), "--json"))
    assert (made["articles"], made["texts_read"]) == (3, 1)


def test_a_snapshot_in_a_folder_that_is_not_there(run, tmp_path):
    """Stops, says what to do, and makes no folder: a slip of the pen would fill the wrong disk."""
    assert "Make it, or name another file" in run("snapshot", str(tmp_path / "no" / "a.duckdb"), status=2)
    assert not (tmp_path / "no").exists()


def test_the_list_of_views_describes_it(run):
    """With its parameters and an example."""
    described = run("sql", "--list").partition("search(words)\n")[2]
    assert described.lstrip().startswith("One row an article, best first")
    assert "Example: select * from search('syria talks'" in described


@pytest.mark.parametrize("source", ["--live", "--snapshot"])
def test_nothing_but_reading_either(run, source: str):
    """HOSTILE 65 and 66, with an index attached or in the snapshot."""
    run("snapshot")
    for statement in ("drop table captures", "select * from read_csv('/etc/passwd')", "detach snapshot"):
        searching = "; ".join(["select 1 from search('x')", statement])
        assert run("sql", searching, source, status=2).startswith("presshouse: ")
    assert json.loads(run("sql", "select count(*) as n from captures", source, "--json")) == [{"n": 2}]
