"""`presshouse sql`: read-only, locked, in all formats."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from flows.cli import main
from tests.warehouse.conftest import Shop, copied

BY_PUBLISHER = "select publisher, count(*) as articles from articles group by all order by all"


@pytest.fixture(scope="module")
def shop(empty_warehouse: Path, tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """One for all: nobody here can write to it, and that is looked at again and again."""
    shop = copied(empty_warehouse, tmp_path_factory.mktemp("sql"), "w")
    shop.add(
        shop.article("https://example.com/a", "日本の橋。", title="=cmd()|' /C calc'!A0"),
        shop.article("https://example.com/b", "b | c", title="Plain\nin two lines | with a bar"),
        shop.article("https://other.example/c", "c", publisher="other.example"),
    )
    return shop


@pytest.fixture
def run(shop: Shop, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """Run `presshouse sql` on a warehouse with three articles; returns standard output, checks the exit status."""
    monkeypatch.setenv("PRESSHOUSE_DATA_DIR", str(shop.place.data_dir))

    def call(*arguments: str, status: int = 0) -> str:
        assert main(["sql", *arguments, "--warehouse", str(shop.place.file)]) == status
        captured = capsys.readouterr()
        return captured.err if status else captured.out

    return call


def test_table_fits_and_names_its_columns(run):
    """The default for people."""
    out = run(BY_PUBLISHER)
    assert "publisher" in out
    assert "example.com" in out
    assert max(map(len, run("select * from articles").splitlines())) <= 160


def test_csv(run):
    """Parsable, with a header."""
    assert list(csv.reader(io.StringIO(run(BY_PUBLISHER, "--format", "csv")))) == [
        ["publisher", "articles"],
        ["example.com", "2"],
        ["other.example", "1"],
    ]


def test_csv_escapes_formulas_unless_raw(run):
    """HOSTILE 30: a headline is no formula for a spreadsheet; numbers below zero stay numbers."""
    query = "select title, -5 as n from articles where title like '=%'"
    assert list(csv.reader(io.StringIO(run(query, "--format", "csv"))))[1] == ["'=cmd()|' /C calc'!A0", "-5"]
    assert run(query, "--format", "csv", "--raw").splitlines()[1].startswith("=cmd()")


def test_json_and_jsonl(run):
    """One array, or one object a line; instants in ISO 8601."""
    rows = json.loads(run(BY_PUBLISHER, "--format", "json"))
    assert rows == [{"publisher": "example.com", "articles": 2}, {"publisher": "other.example", "articles": 1}]
    assert [json.loads(line) for line in run(BY_PUBLISHER, "--format", "jsonl").splitlines()] == rows
    assert json.loads(run("select captured_at, authors from articles limit 1", "--json")) == [
        {"captured_at": "2026-03-01T12:00:00+00:00", "authors": ["Ada Byron"]}
    ]
    assert json.loads(run("select 1 where false", "--json")) == []


def test_markdown(run):
    """Bars and line breaks cannot break the table."""
    lines = run("select title from articles where title like 'Plain%'", "--format", "markdown").splitlines()
    assert lines == ["| title |", "| --- |", r"| Plain<br>in two lines \| with a bar |"]


def test_parquet_is_written_by_the_program(run, tmp_path: Path):
    """The name of -o gives the format; types survive."""
    path = tmp_path / "out.parquet"
    run("select url, published_at, authors from articles", "-o", str(path))
    table = pq.read_table(path)
    assert table.num_rows == 3
    assert table.column("authors").to_pylist()[0] == ["Ada Byron"]
    assert list(tmp_path.glob("*.part")) == []


def test_parquet_needs_a_file(run):
    """A terminal is no place for it."""
    assert "add -o" in run("select 1", "--format", "parquet", status=2)


@pytest.mark.parametrize(
    "statement",
    [
        "drop table captures",
        "insert into runs select * from runs",
        "select * from read_csv('/etc/passwd')",
        "select * from '/etc/passwd'",
        "copy articles to '/tmp/x.csv'",
        "attach '/tmp/x.duckdb' as x",
        "install httpfs",
        "load httpfs",
        "set enable_external_access = true",
        "select * from glob('/*')",
        "select * from shop",
        "pragma enable_profiling; set profile_output = '/tmp/x'",
    ],
)
def test_nothing_but_reading_the_warehouse(run, statement: str):
    """HOSTILE 65 and 66: refused with one message, and the tables are as they were."""
    assert run(statement, status=2).startswith("presshouse: ")
    assert json.loads(run("select count(*) as n from captures", "--json")) == [{"n": 3}]


def test_who_wants_to_write_hears_what_writes(run):
    """Read-only is no dead end: the commands that change what is stored are named."""
    assert "forget removes" in run("delete from articles", status=2)


def test_wrong_sql_is_told_in_duckdbs_words(run):
    """With the candidates that DuckDB names."""
    assert "publisher" in run("select publishr from articles", status=2)


def test_there_must_be_a_warehouse(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """Reading commands make none, and say how to."""
    path = tmp_path / "none.duckdb"
    assert main(["sql", "select 1", "--warehouse", str(path)]) == 2
    assert "presshouse ingest" in capsys.readouterr().err
    assert not path.exists()


def test_list_describes_every_view(run):
    """With grain and units."""
    out = run("--list")
    assert "articles\n" in out
    assert "One row an article" in out
