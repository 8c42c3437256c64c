"""`check` finds what was planted, says what to do, and finds nothing in a warehouse that is whole."""

import hashlib
import os
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from tests.warehouse.conftest import Shop
from tests.warehouse.test_forget import TEXT, archived, forget
from warehouse import spool as spooling
from warehouse.check import Finding, check
from warehouse.connect import opened


@pytest.fixture
def whole(shop: Shop) -> Shop:
    """Two batches whose bytes are in the archive."""
    for number in range(2):
        rows = archived(
            shop, (f"https://example.com/{number}", f"{TEXT} Number {number}."), ("https://example.com/z", "Z")
        )
        for row, body in zip(rows, [f"{TEXT} Number {number}.", "Z"], strict=True):
            row["capture"]["payload_sha256"] = digest(body)
        shop.add(*rows, wall(shop, number))
    return shop


def digest(body: str) -> str:
    return hashlib.sha256(body.encode()).hexdigest()


def wall(shop: Shop, number: int) -> spooling.Row:
    row = shop.rejection(f"https://example.com/wall{number}")
    del row["capture"]
    row["rejection"]["capture_file"] = None
    return row


def look(shop: Shop, **choices: Any) -> list[Finding]:
    return check(shop.place, now=datetime.now(UTC), **choices)


def kinds(found: list[Finding]) -> list[str]:
    return [one.kind for one in found]


def spoil(shop: Shop, sql: str) -> None:
    with opened(shop.place.file, read_only=False, wait=1) as connection:
        connection.execute(sql)


def archive_file(shop: Shop) -> Path:
    return sorted(shop.place.archive.rglob("*.warc.gz"))[0]


def test_a_whole_warehouse_has_nothing_wrong(whole: Shop):
    """Also every record read."""
    assert look(whole, deep=True) == []


def test_after_forget_the_ledger_still_agrees(whole: Shop):
    """What was taken away is counted."""
    forget(whole, url="https://example.com/0")
    assert look(whole, deep=True) == []


def test_a_missing_warc(whole: Shop):
    """The file, how much was in it, and where to get it."""
    archive_file(whole).unlink()
    [found] = look(whole)
    assert found.kind == "missing_file"
    assert "2 captures; restore it from a backup" in found.line


def test_a_half_batch(whole: Shop):
    """The ledger counts more than the tables hold."""
    spoil(whole, "delete from captures where capture_offset = (select max(capture_offset) from captures)")
    found = look(whole)
    assert {"half_batch"} <= set(kinds(found))
    assert "the tables hold" in found[0].line


def test_rows_that_stand_in_no_ledger(whole: Shop):
    """A truncated log can lose the ledger's row and keep others."""
    spoil(whole, "delete from batches where batch_id = (select min(batch_id) from batches)")
    assert kinds(look(whole)) == ["half_batch"]


def test_a_text_that_is_gone(whole: Shop):
    """Captured, and nothing there to read."""
    spoil(whole, "delete from revisions where url = 'https://example.com/1'")
    assert kinds(look(whole)) == ["missing_text"]


def test_an_orphan_spool_file(whole: Shop):
    """Half-written, set aside, or appended already; a batch that only waits is nothing wrong."""
    batch = whole.spool(whole.article("https://example.com/w"))
    assert look(whole) == []
    shutil.copy(batch.path, batch.path.with_name(f"x.parquet{spooling.BROKEN}"))
    batch.path.with_name(f"y.parquet.{dead_pid()}{spooling.PARTIAL}").write_bytes(b"PAR1")
    batch.path.with_name("z.parquet").write_bytes(b"PAR1 nothing PAR1")
    assert sorted(kinds(look(whole))) == ["broken_batch", "broken_batch", "orphan"]


def test_a_batch_that_is_appended_already(whole: Shop):
    """Left by a kill between commit and removal."""
    batch = whole.spool(whole.article("https://example.com/w"))
    kept = batch.path.read_bytes()
    whole.drain()
    batch.path.write_bytes(kept)
    assert kinds(look(whole)) == ["orphan", "missing_file"]  # the article's WARC file is made up


def dead_pid() -> int:
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)
    return pid


def test_a_batch_of_another_warehouse(whole: Shop):
    """Somebody's oversight once it is a day old."""
    folder = whole.place.spool.with_name("other-12345678")
    batch = spooling.write_batch(folder, [whole.article("https://example.com/w")], run_id="r", program="p/1")
    assert look(whole) == []
    long_ago = (datetime.now(UTC) - timedelta(days=2)).timestamp()
    os.utime(batch.path, (long_ago, long_ago))
    assert kinds(look(whole)) == ["orphan"]


def test_an_archive_file_that_nothing_names(whole: Shop):
    """It is left alone while a run may still be about to name it."""
    path = archive_file(whole)
    shutil.copy(path, path.with_name(f"{whole.place.key}-stray.warc.gz"))
    assert kinds(look(whole)) == ["unnamed_file"]
    assert look(whole, settled=timedelta(hours=1)) == []


def test_a_cut_file(whole: Shop):
    """Its end is before its last capture."""
    path = archive_file(whole)
    path.write_bytes(path.read_bytes()[:300])
    assert kinds(look(whole)) == ["short_file"]


def test_other_bytes_are_found_by_reading(whole: Shop):
    """Only `--deep` reads: a file of the same length whose records say something else."""
    spoil(whole, "update captures set payload_sha256 = 'x' where fetched_url = 'https://example.com/1'")
    assert look(whole) == []
    assert kinds(look(whole, deep=True)) == ["other_bytes"]


def test_a_batch_whose_footer_lies(whole: Shop):
    """Rows are counted, not believed."""
    batch = whole.spool(whole.article("https://example.com/w"), whole.article("https://example.com/v"))
    table = pq.read_table(batch.path)
    pq.write_table(table.slice(0, 1), batch.path)
    assert kinds(look(whole)) == ["broken_batch"]
