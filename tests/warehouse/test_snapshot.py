"""The copy for readers: whole or not there, no newer than it says, and no reason for anybody to wait."""

import fcntl
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from tasks.errors import Deferred, Stop
from tests.warehouse.conftest import Shop
from warehouse import snapshot as module
from warehouse.connect import WarehouseHeld, reading
from warehouse.place import Place
from warehouse.snapshot import Snapshot, make_snapshot

LATER = datetime(2026, 3, 2, 9, tzinfo=UTC)

HOLD = """
import duckdb, sys
connection = duckdb.connect(sys.argv[1])
print("held", flush=True)
sys.stdin.read()
"""
READ_TWICE = """
import duckdb, sys
connection = duckdb.connect(sys.argv[1], read_only=True)
print(connection.execute("select count(*) from articles").fetchone()[0], flush=True)
sys.stdin.read()
print(connection.execute("select string_agg(text[:9]) from articles").fetchone()[0])
"""
KILLED = """
import duckdb, os, sys
connection = duckdb.connect(sys.argv[1])
connection.execute("insert into batches select * replace ('killed' as batch_id, now() as appended_at) from batches")
os.kill(os.getpid(), 9)
"""


def made(shop: Shop, **how: object) -> Snapshot | None:
    return make_snapshot(shop.place, now=LATER, **({"force": False} | how))  # type: ignore[arg-type]


def rows(file: Path, sql: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(file), read_only=True) as connection:
        connection.execute("set timezone = 'UTC'")
        return connection.execute(sql).fetchall()


def test_a_snapshot_is_the_warehouse_and_says_when(shop: Shop):
    """All views answer in it; `warehouse_info` tells its time there, and none in the warehouse."""
    shop.add(shop.article("https://example.com/a"), shop.rejection("https://example.com/b"))
    found = made(shop)
    assert found is not None
    assert found.file == shop.place.file.with_name("w.read.duckdb") == shop.place.snapshot
    assert (found.articles, found.texts_read, found.bytes) == (1, 1, found.file.stat().st_size)
    for view in ("articles", "outcomes", "stories", "article_revisions"):
        assert rows(found.file, f"from {view}") == shop.ask(f"from {view}")
    assert rows(found.file, "select snapshot_made_at from warehouse_info") == [(LATER,)]
    assert shop.ask("select snapshot_made_at from warehouse_info") == [(None,)]


def test_it_is_made_anew_only_when_something_was_appended(shop: Shop):
    """Or when told to."""
    shop.add(shop.article("https://example.com/a"))
    assert made(shop)
    first = shop.place.snapshot.stat().st_ino
    assert made(shop) is None
    assert shop.place.snapshot.stat().st_ino == first
    assert made(shop, force=True)
    assert shop.place.snapshot.stat().st_ino != first
    shop.add(shop.rejection("https://example.com/b"))
    assert made(shop)


def test_readers_of_the_old_one_go_on(shop: Shop):
    """A connection that stays open sees what it saw, whole; a new one sees the new."""
    shop.add(shop.article("https://example.com/a"))
    made(shop)
    reader = subprocess.Popen(
        [sys.executable, "-c", READ_TWICE, str(shop.place.snapshot)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert reader.stdout is not None
    assert reader.stdout.readline() == "1\n"
    shop.add(*(shop.article(f"https://example.com/{n}", f"Text {n}.") for n in range(50)))
    made(shop)
    assert reader.communicate("again")[0] == "One text.\n"
    assert reader.returncode == 0
    assert rows(shop.place.snapshot, "select count(*) from articles") == [(51,)]


def test_what_fails_half_way_leaves_the_old_one(shop: Shop, monkeypatch: pytest.MonkeyPatch):
    """And no rest of it: the next one is made as if nothing had been."""
    shop.add(shop.article("https://example.com/a"))
    made(shop)
    before = shop.place.snapshot.read_bytes()
    shop.add(shop.article("https://example.com/b", "Another."))
    with monkeypatch.context() as patched:

        def cut(*_: object, **__: object) -> int:
            raise KeyboardInterrupt

        patched.setattr(module, "build", cut)
        with pytest.raises(KeyboardInterrupt):
            made(shop)
    assert shop.place.snapshot.read_bytes() == before
    assert sorted(p.name for p in shop.place.file.parent.glob("w.*")) == ["w.duckdb", "w.read.duckdb"]
    assert made(shop)
    assert rows(shop.place.snapshot, "select count(*) from articles") == [(2,)]


def test_rests_of_a_killed_maker_are_taken_over(shop: Shop):
    """A half file and its log, left under the temporary names, harm nobody."""
    shop.add(shop.article("https://example.com/a"))
    part = shop.place.snapshot.with_name(shop.place.snapshot.name + ".part")
    part.write_bytes(b"half of something")
    part.with_name(part.name + ".wal").write_bytes(b"and its log")
    assert made(shop)
    assert sorted(p.name for p in shop.place.file.parent.glob("w.*")) == ["w.duckdb", "w.read.duckdb"]


def test_two_makers(shop: Shop):
    """The second is told to come again, and touches nothing."""
    shop.add(shop.article("https://example.com/a"))
    part = shop.place.snapshot.with_name(shop.place.snapshot.name + ".part")
    part.touch()
    other = os.open(part, os.O_RDWR)
    fcntl.flock(other, fcntl.LOCK_EX)
    with pytest.raises(Deferred, match="being made by another process"):
        made(shop)
    os.close(other)
    assert part.read_bytes() == b""
    assert made(shop)


def test_what_a_killed_writer_had_committed_is_in_it(shop: Shop):
    """It stands in the write-ahead log only: the log is copied too."""
    shop.add(shop.article("https://example.com/a"))
    assert subprocess.run([sys.executable, "-c", KILLED, str(shop.place.file)]).returncode == -9
    assert shop.place.file.with_name("w.duckdb.wal").exists()
    made(shop)
    assert rows(shop.place.snapshot, "select count(*) from batches where batch_id = 'killed'") == [(1,)]


def test_the_lock_holds_until_the_copy_is_whole(shop: Shop, monkeypatch: pytest.MonkeyPatch):
    """Closing any descriptor of a file drops the locks of the process: a writer must not get in while we copy."""
    shop.add(shop.article("https://example.com/a"))
    write = "import duckdb, sys; duckdb.connect(sys.argv[1]).close()"
    seen = []
    copy = module.shutil.copyfileobj

    def copy_and_look(*streams: object) -> None:
        copy(*streams)
        result = subprocess.run([sys.executable, "-c", write, str(shop.place.file)], capture_output=True, text=True)
        seen.append("Conflicting lock" in result.stderr)

    monkeypatch.setattr(module.shutil, "copyfileobj", copy_and_look)
    made(shop)
    assert seen == [True]


def test_a_newer_format_is_written_in_the_older_one(shop: Shop, tmp_path: Path):
    """The warehouse may have been made or compacted by another DuckDB; BI tools read the pinned one."""
    shop.add(shop.article("https://example.com/a"))
    newer = tmp_path / "newer.duckdb"
    with duckdb.connect(str(shop.place.file)) as connection:
        connection.execute(f"attach '{newer}' as newer (storage_version 'latest'); copy from database w to newer")
    place = Place(newer, shop.place.data_dir)
    found = make_snapshot(place, now=LATER, force=False)
    assert found is not None
    versions = "select tags['storage_version'] from duckdb_databases() where database_name = current_database()"
    assert rows(newer, versions) > [("v1.1",)]
    assert rows(found.file, versions) == [("v1.0.0+",)]
    assert rows(found.file, "select url from search('text')") == [("https://example.com/a",)]


@pytest.mark.parametrize("content", [b"", b"my notes"])
def test_what_is_no_snapshot_is_not_overwritten(shop: Shop, tmp_path: Path, content: bytes):
    """A wrong FILE costs nobody a file."""
    other = tmp_path / "notes.txt"
    other.write_bytes(content)
    with pytest.raises(Stop, match="no snapshot"):
        made(shop, target=other, force=True)
    assert other.read_bytes() == content
    with pytest.raises(Stop, match="the warehouse itself"):
        made(shop, target=shop.place.file)


def test_a_target_of_ones_own(shop: Shop, tmp_path: Path):
    """Its index is taken over from the snapshot beside the warehouse."""
    shop.add(shop.article("https://example.com/a"))
    made(shop)
    found = made(shop, target=tmp_path / "o'er.duckdb")
    assert found is not None
    assert (found.articles, found.texts_read) == (1, 0)
    assert rows(found.file, "select count(*) from search('text')") == [(1,)]


@contextmanager
def held(file: Path) -> Iterator[int]:
    """Another process has the file open for writing; yields its PID."""
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(file)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        yield holder.pid
    finally:
        holder.communicate("")


def test_reading_falls_back_while_somebody_holds_the_warehouse(shop: Shop):
    """And says who, and how old that is; `live` does not fall back, and without a snapshot there is nothing to."""
    shop.add(shop.article("https://example.com/a"))
    with reading(shop.place) as read:
        assert (read.source, read.sentence(LATER)) == ("live", f"Read from {shop.place.file}")
    with held(shop.place.file), pytest.raises(WarehouseHeld), reading(shop.place, wait=0.1):
        pass
    made(shop)
    with held(shop.place.file) as pid:
        with reading(shop.place, wait=0.1) as read:
            assert read.source == "snapshot"
            assert read.connection.execute("select count(*) from articles").fetchone() == (1,)
            said = read.sentence(LATER + timedelta(minutes=12))
            assert f"{shop.place.snapshot}, made 12 minutes ago (2026-03-02 09:00 UTC)" in said
            assert f"held by PID {pid}" in said
        with pytest.raises(WarehouseHeld), reading(shop.place, "live", wait=0.1):
            pass


def test_a_snapshot_that_is_asked_for_must_be_there(shop: Shop):
    """With the command that makes one; and one is read without looking at the warehouse."""
    with pytest.raises(Stop, match="presshouse snapshot"), reading(shop.place, "snapshot"):
        pass
    made(shop)
    with reading(shop.place, "snapshot") as read:
        assert read.held is None
        assert read.made_at == LATER
