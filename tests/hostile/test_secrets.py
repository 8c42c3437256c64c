"""HOSTILE 6, 77: secrets planted in URLs, files, feeds and the environment are nowhere afterwards.

The run is that of test_files; what is searched is all that it printed and all that lies in the data folder, inflated:
archive, spool, warehouse table by table, snapshot, Prefect's database and logs, an export.
"""

import json
import zlib
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from flows.cli import main
from flows.service.heartbeat import beat
from flows.settings import load
from tasks.errors import Stop
from tests.hostile.command_run import IN_A_PAGE, SECRETS, CommandRun


def told(text: str | bytes) -> list[str]:
    """The secrets in a text."""
    raw = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
    return [secret for secret in SECRETS if secret.encode() in raw]


def inflated(raw: bytes) -> bytes:
    """Bytes as they are, and what gzip members hide."""
    parts, rest = [raw], raw
    while rest.startswith(b"\x1f\x8b"):
        inflating = zlib.decompressobj(31)
        parts.append(inflating.decompress(rest))
        rest = inflating.unused_data
    return b"".join(parts)


def tables(file: Path) -> Iterator[tuple[str, str]]:
    """(table, all of it as text) of a DuckDB file."""
    with duckdb.connect(str(file), read_only=True) as connection:
        connection.execute("set timezone = 'UTC'")
        names = connection.execute("select table_name from duckdb_tables() where not internal").fetchall()
        for (name,) in names:
            yield f"{file.name}: {name}", repr(connection.table(f'"{name}"').fetchall())


def found_in(folder: Path) -> dict[str, list[str]]:
    """Where secrets are."""
    places: dict[str, list[str]] = {}
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink():
            texts: list[tuple[str, str | bytes]] = [(str(path), inflated(path.read_bytes()))]
            if path.suffix == ".duckdb":
                texts += tables(path)
            if path.suffix == ".parquet":
                texts.append((str(path), repr(pq.read_table(path).to_pylist())))
            in_archive = "archive" in path.relative_to(folder).parts
            for place, text in texts:
                secrets = [one for one in told(text) if not (in_archive and one == IN_A_PAGE)]
                places |= {place: secrets} if secrets else {}
    return places


def test_77_the_run_stored_what_the_secrets_were_planted_in(command_run: CommandRun):
    """Else it would prove nothing that they are not there."""
    stored = {number for (number,) in command_run.desk.ask("select regexp_extract(url, '77[0-9]') from articles")}
    assert stored >= {"770", "771", "772", "774", "775", "776"}
    assert len(command_run.desk.ask("select 1 from captures where fetched_url like '%=***%'")) >= 4


def test_77_not_in_what_was_printed(command_run: CommandRun):
    """Messages name what failed with `***`."""
    assert told(command_run.printed) == []
    assert "***" in command_run.printed


def test_77_not_in_the_data_folder(command_run: CommandRun):
    """Archive, spool, warehouse, Prefect's database and logs: every byte and every cell."""
    assert (command_run.desk.data_dir / "prefect").is_dir()
    assert list(command_run.desk.data_dir.glob("archive/*/*/*/*.warc.gz"))
    assert found_in(command_run.desk.data_dir) == {}


def test_77_not_in_what_commands_tell(
    command_run: CommandRun, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
):
    """status, why with evidence, sql, an export and its manifest, a snapshot, a report."""
    for name, value in command_run.desk.environment().items():
        monkeypatch.setenv(name, value)
    page = command_run.urls["page"]
    report = tmp_path / "report.html"
    commands: tuple[tuple[str, ...], ...] = (
        ("status", "--json"),
        ("status",),
        ("why", page, "--evidence"),
        ("why", page, "--json"),
        ("why", command_run.urls["gone"]),
        ("why", (command_run.folder / "77-page.html").as_uri(), "--evidence"),
        ("sql", "select * from outcomes"),
        ("sql", "select * from article_revisions", "--json"),
        ("export", str(tmp_path / "export")),
        ("snapshot",),
        ("report", "-o", str(report)),
        ("check",),
    )
    for command in commands:
        main(command)
        said = capsys.readouterr()
        assert told(said.out + said.err) == [], command
    assert json.loads((tmp_path / "export" / "manifest.json").read_text())
    assert report.exists()
    assert found_in(tmp_path) == {}
    assert found_in(command_run.desk.data_dir) == {}


def test_77_not_in_what_a_monitor_that_fails_makes_us_say(command_run: CommandRun):
    """Its address may be all that protects it."""
    said: list[str] = []
    assert not beat(load(command_run.desk.environment()), said.append)
    assert said
    assert told("".join(said)) == []


@pytest.mark.parametrize(
    "address",
    [
        "ducklake:postgres:dbname=x password=planted-postgres-password",
        "ducklake:postgres:dbname=x  PASSWORD = 'planted-postgres-password'",
        "ducklake:postgres:postgresql://me:planted-postgres-password@db.example/x",
        "ducklake:postgres:postgresql://db.example/x?password=planted-postgres-password",
        "ducklake:postgres:host=db.example dbname=x sslpassword=planted-postgres-password",
    ],
)
def test_77_not_in_a_lakes_address(address: str, tmp_path: Path):
    """It would stand in every message: refused, and not repeated."""
    with pytest.raises(Stop) as stop:
        load({"PRESSHOUSE_DATA_DIR": str(tmp_path), "PRESSHOUSE_WAREHOUSE": address})
    assert told(str(stop.value)) == []
