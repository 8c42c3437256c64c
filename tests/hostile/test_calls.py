"""HOSTILE 59 to 66: wrong calls end with status 2 and one line that says what to do, and change nothing."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from flows.cli import main
from tests.warehouse.conftest import Shop, shop

__all__ = ["shop"]

INJECTION = "x' OR 1=1--"
# Every command that opens a warehouse, with arguments that are right. None gets as far as Prefect.
COMMANDS = {
    "ingest": ("ingest", "{page}"),
    "reprocess": ("reprocess", "--from", "2026-03", "--to", "2026-03"),
    "maintain": ("maintain",),
    "sql": ("sql", "select 1"),
    "search": ("search", "ferry"),
    "status": ("status",),
    "why": ("why", "https://example.com/a"),
    "story": ("story", "https://example.com/a"),
    "stories": ("stories", "rebuild", "--yes"),
    "export": ("export", "{folder}"),
    "forget": ("forget", "https://example.com/a", "--reason", "asked to"),
    "report": ("report", "-o", "{folder}.html"),
    "snapshot": ("snapshot",),
    "check": ("check",),
}


@pytest.fixture
def call(shop: Shop, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """Run a command on a warehouse with two articles; checks the status, returns what it prints."""
    monkeypatch.setenv("PRESSHOUSE_DATA_DIR", str(shop.place.data_dir))
    monkeypatch.setenv("PRESSHOUSE_WAREHOUSE", str(shop.place.file))
    shop.add(
        shop.article("https://example.com/a", "The ferry runs again.\n\nSaid the board.", title="A ferry"),
        shop.article("https://other.example/b", "A bridge opens.\n\nThe ferry stops.", publisher="other.example"),
    )

    def run(*arguments: str, status: int = 0) -> str:
        assert main(arguments) == status
        told = capsys.readouterr()
        if status == 2:
            assert told.out == ""
            assert told.err.startswith("presshouse: ")
            assert len(told.err.splitlines()) == 1
        return told.err if status else told.out

    return run


def fingerprint(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize(
    ("wrong", "near"), [("WORKER", "WORKERS"), ("ALOW_ADDRESES", "ALLOW_ADDRESSES"), ("HEARTBEATURL", "HEARTBEAT_URL")]
)
def test_59_an_unknown_setting(call, monkeypatch: pytest.MonkeyPatch, wrong: str, near: str):
    """The nearest is named, and the value, which may be a secret, is not."""
    monkeypatch.setenv(f"PRESSHOUSE_{wrong}", "s3cret")
    told = call("status", status=2)
    assert f"PRESSHOUSE_{near}." in told
    assert "s3cret" not in told


def test_60_a_quote_in_a_publishers_name(call, shop: Shop):
    """It is a value: no rows, and nothing is forgotten or enabled."""
    assert json.loads(call("search", "ferry", "--json")) != []
    assert json.loads(call("search", "ferry", "--publisher", INJECTION, "--json")) == []
    call("feeds", "enable", "--publisher", INJECTION, status=2)
    main(["forget", "--publisher", INJECTION, "--reason", "asked to"])
    assert shop.ask("select count(*) from articles") == [(2,)]


@pytest.mark.parametrize("command", [("search", "ferry"), ("reprocess",)])
def test_61_from_after_to(call, command: tuple[str, ...]):
    """Said with both days, before anything is read."""
    told = call(*command, "--from", "2026-03-02", "--to", "2026-03-01", status=2)
    assert "2026-03-02" in told
    assert "is after --to 2026-03-01" in told


def test_62_missing_seeds(call, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """The folder and the setting are named."""
    monkeypatch.setenv("PRESSHOUSE_SEEDS", str(tmp_path / "nowhere"))
    told = call("status", status=2)
    assert str(tmp_path / "nowhere") in told
    assert "PRESSHOUSE_SEEDS" in told


def words_of(command: str, folder: Path) -> list[str]:
    page = folder / "page.html"
    page.write_text("<html><body><p>A ferry</p></body></html>")
    return [word.format(page=page, folder=folder / "out") for word in COMMANDS[command]]


def test_63_a_newer_schema(call, shop: Shop, tmp_path: Path):
    """No command touches a warehouse of a newer program: not a byte."""
    with duckdb.connect(str(shop.place.file)) as connection:
        connection.execute("insert into schema_migrations values (9999, '9999_future.sql', now())")
    before = fingerprint(shop.place.file)
    for command in COMMANDS:
        told = call(*words_of(command, tmp_path), status=2)
        assert "schema 9999" in told, command
        assert "Update Presshouse" in told, command
        assert fingerprint(shop.place.file) == before, command
    assert not (tmp_path / "out").exists()


def test_64_a_file_that_is_no_database(call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Somebody's notes stay as they are."""
    notes = tmp_path / "notes.duckdb"
    notes.write_text("These are my notes.\n" * 1_000)
    monkeypatch.setenv("PRESSHOUSE_WAREHOUSE", str(notes))
    before = fingerprint(notes)
    for command in COMMANDS:
        told = call(*words_of(command, tmp_path), status=2)
        assert "cannot be opened as a DuckDB database" in told, command
        assert fingerprint(notes) == before, command


WRITING = (
    "drop table captures",
    "delete from revisions",
    "update articles set title = 'x'",
    "create table mine as select 1",
    "begin; drop table captures; commit",
    "select 1; drop view articles",
    "alter table captures rename to mine",
    "vacuum; drop table runs",
)
READING_ELSEWHERE = (
    "select * from read_csv('/etc/passwd')",
    "select * from read_text('/etc/passwd')",
    "select * from read_blob('/proc/self/environ')",
    "select content from read_text('/etc/*')",
    "from '/etc/passwd.csv'",
    "select * from read_parquet('https://example.com/x.parquet')",
    "attach '/tmp/other.duckdb' as other",
    "copy (select 1) to '/tmp/presshouse-out.csv'",
    "export database '/tmp/presshouse-out'",
    "set enable_external_access = true; select * from read_text('/etc/passwd')",
    "reset lock_configuration",
    "load httpfs",
    "select getenv('PATH')",
)


def test_65_nothing_but_reading(call, shop: Shop):
    """Refused, and every table is as it was."""
    tables = "select count(*) from duckdb_tables() where not internal"
    before = shop.ask(tables), shop.ask("select title, text from articles order by all")
    for statement in WRITING:
        assert main(["sql", statement]) == 2, statement
        assert (shop.ask(tables), shop.ask("select title, text from articles order by all")) == before, statement


def test_66_no_other_file_and_no_network(call, capsys: pytest.CaptureFixture[str]):
    """Refused with status 2; nothing of the file is printed, nothing is written."""
    for statement in READING_ELSEWHERE:
        assert main(["sql", statement]) == 2, statement
        told = capsys.readouterr()
        assert "root:" not in told.out + told.err
    assert not Path("/tmp/presshouse-out.csv").exists()
    assert not Path("/tmp/presshouse-out").exists()
