"""Readers that hold the warehouse beside a run: nothing is lost, the run says who, and the snapshot is always whole.

By hand for a minute: BY_HAND_SECONDS=60 BY_HAND_PAGES=2000 uv run pytest -m slow tests/flows/test_readers_hold.py
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.flows.conftest import Desk
from tests.pages import write_warc
from tests.warehouse.conftest import Shop
from warehouse.migrate import prepare
from warehouse.place import place
from warehouse.snapshot import make_snapshot

pytestmark = pytest.mark.slow

PAGES = int(os.environ.get("BY_HAND_PAGES", "200"))
SECONDS = float(os.environ.get("BY_HAND_SECONDS", "3"))  # that the readers hold on, at least
HOLD = 0.3  # seconds that a reader holds the warehouse before it opens it again at once

# Ends when its input closes; then says how often it opened the file, what it counted, and what went wrong.
READER = """
import json, sys, threading, time
import duckdb
file, hold = sys.argv[1], float(sys.argv[2])
told = threading.Event()
threading.Thread(target=lambda: (sys.stdin.read(), told.set()), daemon=True).start()
counts, errors = [], []
while not told.is_set():
    try:
        connection = duckdb.connect(file, read_only=True)
        counts.append(connection.execute("select count(*), count(story_id), count(text) from articles").fetchone())
        if len(counts) == 1:
            print("open", flush=True)
        told.wait(hold)
        connection.close()
    except duckdb.Error as error:
        errors.append(str(error))
        time.sleep(0.02)
print(json.dumps({"counts": counts, "errors": errors}))
"""


@contextmanager
def readers(file: Path, *holds: float) -> Iterator[tuple[list[subprocess.Popen[str]], list[dict[str, list[object]]]]]:
    """A process each, which has the file open once this begins; what they saw is there once it has ended."""
    children = [
        subprocess.Popen(
            [sys.executable, "-c", READER, str(file), str(hold)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for hold in holds
    ]
    saw: list[dict[str, list[object]]] = []
    try:
        for child in children:
            assert child.stdout is not None
            assert child.stdout.readline() == "open\n"
        yield children, saw
    finally:
        saw += [json.loads(child.communicate(timeout=60)[0]) for child in children]


def test_readers_that_hold_the_warehouse_cost_nothing(desk: Desk, tmp_path: Path):
    """Two for 300 ms each without pause and one that never lets go, while a run ingests and snapshots are made."""
    shop = Shop(place(desk.data_dir))
    prepare(desk.warehouse, wait=1, say=lambda _: None)
    shop.add(shop.article("https://example.com/first"))
    make_snapshot(shop.place, now=datetime.now(UTC), force=True)
    warc = write_warc(tmp_path / "crawl.warc.gz", PAGES)
    made = 1
    with readers(shop.place.snapshot, 0, 0.01) as (_, seen):
        with readers(desk.warehouse, HOLD, HOLD, 1e6) as (holders, _):
            end = time.monotonic() + SECONDS
            run = desk.start("ingest", warc)
            while run.poll() is None or time.monotonic() < end:
                make_snapshot(shop.place, now=datetime.now(UTC), force=True)
                made += 1
                time.sleep(0.1)
            out, err = run.communicate()
            assert run.returncode == 0, out + err
            assert any(f"is held by PID {holder.pid}" in out for holder in holders), out
            assert "wait in" in out
            assert shop.ask("select count(*) from articles") == [(1,)]
        done = desk.ingest(warc)
        assert (done["earlier_texts"], done["articles"], done["waiting_batches"]) == (PAGES, 0, 0)
        make_snapshot(shop.place, now=datetime.now(UTC), force=True)
        time.sleep(0.5)  # both readers see the last one
    assert made > 2
    assert shop.ask("select count(*), count(distinct article_id) from article_revisions") == [(PAGES + 1,) * 2]
    assert desk.waiting() == []
    for reader in seen:
        assert reader["errors"] == []
        whole = [[1, 1, 1], [PAGES + 1] * 3]
        assert [count for i, count in enumerate(reader["counts"]) if count not in reader["counts"][:i]] == whole
