"""A lake whose Postgres gives no session: the command says in one line what is true and what to do."""

import json
import time
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from flows.cli import main
from tests.flows.conftest import Desk, make_desk, prefect_server
from tests.pages import page
from tests.warehouse.conftest import Shop
from tests.warehouse.contract.conftest import Lakes

__all__ = ["make_desk", "prefect_server"]  # fixtures

AWAY = "ducklake:postgres:host=127.0.0.1 port=1 dbname=news data_path=/srv/lake"
SECRET = "geheim-and-wrong"  # noqa: S105 - of nobody
SECONDS = 30  # until a server has read its rules again


@pytest.fixture
def filed(make_shop, monkeypatch: pytest.MonkeyPatch) -> Shop:
    """A warehouse file that could be moved, and the environment that leads to it."""
    filed: Shop = make_shop("filed")
    monkeypatch.setenv("PRESSHOUSE_DATA_DIR", str(filed.place.data_dir))
    monkeypatch.setenv("PRESSHOUSE_WAREHOUSE", str(filed.place.file))
    return filed


def told(capsys: pytest.CaptureFixture[str], call: list[str], status: int) -> str:
    """The one line that a call leaves on standard error."""
    assert main(call) == status
    (line,) = capsys.readouterr().err.splitlines()
    return line


def calls(address: str, page_: Path) -> list[list[str]]:
    of = ["--warehouse", address]
    return [["move", address], ["sql", "select 1", *of], ["status", *of], ["ingest", str(page_), *of]]


def test_a_postgres_that_is_not_there(filed: Shop, capsys: pytest.CaptureFixture[str], tmp_path: Path):
    """Nobody is told to close it; a name that leads nowhere is told as such."""
    for call in calls(AWAY, tmp_path)[:3]:
        line = told(capsys, call, 1)
        assert "Postgres does not answer (Connection refused). Start it, or correct host and port" in line
        assert "Close" not in line
    line = told(capsys, ["sql", "select 1", "--warehouse", AWAY.replace("127.0.0.1", "nowhere.invalid")], 1)
    assert "does not answer (could not translate host name" in line or "does not answer (failed to resolve" in line
    line = told(capsys, ["status", "--warehouse", f"{AWAY} prot=1"], 2)
    assert 'cannot be read (invalid connection option "prot")' in line


def test_a_run_says_that_postgres_is_away(make_desk, tmp_path: Path):
    """What came waits in the spool, exit status 0: it is not held by anybody."""
    desk: Desk = make_desk("away")
    (tmp_path / "a.html").write_text(page(1))
    run = desk.run("ingest", tmp_path / "a.html", "--warehouse", AWAY)
    assert f"{AWAY}: Postgres does not answer (Connection refused).\n" in run.stdout
    assert "(1 article) and will be appended by the next run" in run.stdout
    assert "held" not in run.stdout
    report = json.loads(desk.run("maintain", "--warehouse", AWAY, "--json", status=1).stdout)
    assert report["held"] == "Postgres does not answer (Connection refused)"


def test_a_database_that_is_not_there(filed: Shop, lakes: Lakes, capsys: pytest.CaptureFixture[str], tmp_path: Path):
    """It has to be made first; nothing is read, and nothing waits for a warehouse that never comes."""
    (tmp_path / "a.html").write_text(page(1))
    address = f"ducklake:postgres:{lakes.told} dbname=nobody_made_it data_path={tmp_path}"
    for call in calls(address, tmp_path / "a.html"):
        assert "no database nobody_made_it. Make it (createdb nobody_made_it)" in told(capsys, call, 2)
    assert not list(filed.place.data_dir.glob("spool/lake-*/*.parquet"))


def test_a_wrong_password(
    filed: Shop, lakes: Lakes, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """None, and a wrong one: where it goes is said, and never what it is."""
    (tmp_path / "a.html").write_text(page(1))
    user = f"user_{uuid4().hex[:8]}"
    lake = f"{lakes.told.partition(' user=')[0]} user={user} dbname=postgres"
    address = f"ducklake:postgres:{lake} data_path={tmp_path}"
    monkeypatch.setenv("PGPASSFILE", str(tmp_path / "none"))
    with psycopg.connect(f"{lakes.told} dbname=postgres", autocommit=True) as session:
        session.execute(f"create role {user} login password 'right'".encode())
        row = session.execute("show hba_file").fetchone()
        assert row is not None
        rules = Path(row[0])
        former = rules.read_text()
        rules.write_text(f"host all {user} 127.0.0.1/32 scram-sha-256\n{former}")
        session.execute("select pg_reload_conf()")
        try:
            _wait_until_asked(lake)
            for call in calls(address, tmp_path / "a.html"):
                line = told(capsys, call, 2)
                assert "refuses the user (fe_sendauth: no password supplied)" in line
                assert "~/.pgpass or PGPASSWORD" in line
            monkeypatch.setenv("PGPASSWORD", SECRET)
            for call in calls(address, tmp_path / "a.html"):
                line = told(capsys, call, 2)
                assert f'(password authentication failed for user "{user}")' in line
                assert SECRET not in line
        finally:
            rules.write_text(former)
            session.execute("select pg_reload_conf()")


def _wait_until_asked(lake: str) -> None:
    end = time.monotonic() + SECONDS
    while True:
        try:
            psycopg.connect(lake).close()
        except psycopg.OperationalError:
            return
        assert time.monotonic() < end, "the server asks for no password"
        time.sleep(0.05)
