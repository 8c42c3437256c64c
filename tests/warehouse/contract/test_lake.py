"""What is particular to a lake: its address, its one writer, and what somebody's SQL may not do there."""

import os
import pickle
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from flows.settings import load
from tasks.errors import Stop
from tests.warehouse.conftest import Shop
from tests.warehouse.contract.conftest import Lakes
from warehouse import query
from warehouse.connect import WarehouseAway, WarehouseHeld, connect, opened
from warehouse.lake import LakeAddress, lake_address, parts_of
from warehouse.migrate import prepare
from warehouse.place import place
from warehouse.stories import assign_stories


@pytest.mark.parametrize(
    ("written", "libpq", "data_path"),
    [
        ("dbname=news host=/run/pg data_path=/srv/lake", "dbname=news host=/run/pg", "/srv/lake"),
        ("dbname='my news' data_path=s3://bucket/news", "dbname='my news'", "s3://bucket/news"),
        ("postgresql://press@db.example/news", "postgresql://press@db.example/news", None),
    ],
)
def test_an_address_is_what_libpq_takes_and_a_data_path(written: str, libpq: str, data_path: str | None):
    """Though it goes where paths go, which know no double slash."""
    address = lake_address(f"ducklake:postgres:{written}")
    assert parts_of(address) == (libpq, data_path)
    assert str(address) == f"ducklake:postgres:{written}"
    assert pickle.loads(pickle.dumps(address)) == address  # noqa: S301 - our own


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("ducklake:sqlite:lake.db", "its catalog in Postgres"),
        ("ducklake:postgres:dbname=news password=geheim", "PGPASSWORD"),
        ("ducklake:postgres:postgresql://press:geheim@db.example/news", "PGPASSWORD"),
        ("ducklake:postgres:dbname='news", "cannot be read"),
    ],
)
def test_an_address_with_a_password_or_of_another_kind_is_refused(written: str, words: str, tmp_path: Path):
    """HOSTILE 77: it would stand in messages; it is not repeated in this one either."""
    with pytest.raises(Stop, match=words) as refusal:
        load({"PRESSHOUSE_DATA_DIR": str(tmp_path), "PRESSHOUSE_WAREHOUSE": written})
    assert "geheim" not in str(refusal.value)


def test_settings_and_python_find_the_lake(shop: Shop, monkeypatch: pytest.MonkeyPatch):
    """By the same variable as a file."""
    environ = {"PRESSHOUSE_DATA_DIR": str(shop.place.data_dir), "PRESSHOUSE_WAREHOUSE": str(shop.place.file)}
    assert load(environ).place == shop.place
    assert isinstance(load(environ).warehouse, LakeAddress)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    shop.add(shop.article("https://example.com/a"))
    with connect() as connection:
        found = connection.execute("select url, current_setting('TimeZone') from articles").fetchall()
    assert found == [("https://example.com/a", "UTC")]


def test_a_lake_is_made_once(lakes: Lakes, tmp_path: Path):
    """Reading makes none; a second start changes nothing."""
    where = place(tmp_path / "data", lakes.empty())
    assert not where.file.exists()
    with pytest.raises(Stop, match="no lake"), opened(where.file, read_only=True, wait=0):
        pass
    assert not where.file.exists()
    prepare(where.file, wait=1, say=lambda _: None)
    assert where.file.exists()

    def snapshots() -> int:
        with opened(where.file, read_only=True, wait=1) as connection:
            (row,) = connection.execute("select max(snapshot_id) from ducklake_snapshots('lake')").fetchall()
            return int(row[0])

    before = snapshots()
    prepare(where.file, wait=1, say=lambda _: None)
    assert snapshots() == before


HOLD = """
    import sys
    from pathlib import Path
    from warehouse.connect import opened
    from warehouse.place import place
    with opened(place(sys.argv[1], sys.argv[2]).file, read_only=False, wait=5) as connection:
        connection.execute("begin")
        connection.execute("delete from batches")
        print("open", flush=True)
        sys.stdin.read()
"""


@contextmanager
def another_writer(shop: Shop) -> Iterator[subprocess.Popen[bytes]]:
    child = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(HOLD), str(shop.place.data_dir), str(shop.place.file)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert child.stdin is not None
    assert child.stdout is not None
    try:
        assert child.stdout.readline() == b"open\n"
        yield child
    finally:
        child.stdin.close()
        child.stdout.close()
        child.wait(30)


def test_one_writer_who_is_named_and_readers_go_on(shop: Shop):
    """While another writes, batches wait and everybody reads; a writer that is killed leaves no lock and no trace."""
    shop.add(shop.article("https://example.com/a"))
    with another_writer(shop) as writer:
        assert shop.ask("select count(*) from articles") == [(1,)]
        shop.spool(shop.article("https://example.com/b"))
        drained = shop.drain()
        assert isinstance(drained.held, WarehouseHeld)
        assert f"PID {writer.pid}" in drained.held.holder
        assert drained.waiting_articles == 1
        os.kill(writer.pid, signal.SIGKILL)
        writer.wait(30)
        assert shop.drain(wait=20).appended[0].articles == 1
    assert shop.ask("select count(*) from articles") == [(2,)]
    assert shop.ask("select count(*) from batches") == [(2,)]


def test_two_machines_at_once_lose_and_double_nothing(shop: Shop, tmp_path: Path):
    """Two data folders with their own spools, the same articles in both, drained at the same time."""
    other = Shop(place(tmp_path / "other", str(shop.place.file)))
    for number in range(6):
        for one, start in ((shop, 0), (other, 3)):
            texts = range(start, start + 6)
            one.spool(*(one.article(f"https://example.com/{n}", f"Text {n}, version {number // 3}.") for n in texts))
    code = """
        import sys
        from warehouse.append import drain
        from warehouse.place import place
        left = drain(place(sys.argv[1], sys.argv[2]), wait=60, say=print)
        sys.exit(left.waiting_batches)
    """
    children = [
        subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(code), str(one.place.data_dir), str(one.place.file)],
        )
        for one in (shop, other)
    ]
    assert [child.wait(120) for child in children] == [0, 0]
    assign_stories(shop.place, run_id="run", wait=5)
    assert shop.ask("select count(*), count(distinct url) from articles") == [(9, 9)]
    assert shop.ask("select count(*) from article_revisions") == [(18,)]
    assert shop.ask("select count(*), count(distinct (article_id, text_hash)) from revisions") == [(18, 18)]
    assert shop.ask("select count(*) from batches") == [(12,)]


def test_a_postgres_that_is_away_is_no_loss(tmp_path: Path):
    """The spool keeps what came; the message names the reason."""
    where = place(tmp_path / "data", "ducklake:postgres:host=127.0.0.1 port=1 dbname=news data_path=/srv/lake")
    away = Shop(where)
    away.spool(away.article("https://example.com/a"))
    drained = away.drain()
    assert isinstance(drained.held, WarehouseAway)
    assert "does not answer" in drained.held.holder
    assert drained.waiting_articles == 1


REFUSED = (
    "drop table captures",
    "delete from revisions",
    "copy (select 1) to '{folder}/x.csv'",
    "select * from read_csv('/etc/passwd')",
    "delete from __ducklake_metadata_lake.ducklake_table",
    "call postgres_execute('__ducklake_metadata_lake', 'drop table ducklake_table')",
    "select * from postgres_query('__ducklake_metadata_lake', 'select pg_backend_pid()')",
    "call ducklake_cleanup_old_files('lake', cleanup_all => true)",
    "attach '/tmp/x.duckdb' as x",
    "set enable_external_access = true",
)


def test_nothing_but_reading_the_lake(shop: Shop, lakes: Lakes):
    """HOSTILE 65 and 66: refused, and the tables are as they were; the next reader is not the worse for the lock."""
    for statement in REFUSED:
        with query.locked(shop.place) as read, pytest.raises(Stop):
            query.relation(read.connection, statement.format(folder=lakes.folder)).fetchall()
    assert not (lakes.folder / "x.csv").exists()
    with query.locked(shop.place) as read:
        assert query.relation(read.connection, "select count(*) from captures").fetchall() == [(0,)]
    assert shop.add(shop.article("https://example.com/a")).appended[0].articles == 1
