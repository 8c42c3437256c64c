"""Batches of one WARC file: what is kept between them, and what is asked for again."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from flows.batches.extract import extract_batch
from flows.batches.pieces import Extracted, WarcSlice
from flows.batches.pool import close_pool
from flows.batches.readers import close_readers
from flows.settings import Settings, load
from tests.pages import write_warc
from warehouse.append import drain
from warehouse.connect import opened
from warehouse.migrate import prepare

PATIENCE = 60.0  # seconds until a batch counts as stuck


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[Settings]:
    """A new warehouse, and batches of four captures."""
    made = load(
        {
            "PRESSHOUSE_DATA_DIR": str(tmp_path / "data"),
            "PRESSHOUSE_BATCH_CAPTURES": "4",
            "PRESSHOUSE_WORKERS": "1",
            "PRESSHOUSE_MIN_FREE": "0",
        }
    )
    prepare(made.place.file, wait=1, say=lambda _: None)
    yield made
    close_pool()


def test_the_next_batch_does_not_wait_for_the_append_of_the_last(settings: Settings, tmp_path: Path):
    """A run has one connection at a time: pages are extracted while an append has it."""
    first = extract_batch(WarcSlice(write_warc(tmp_path / "crawl.warc.gz", 7), "warc"), settings, "run")
    assert first.rest is not None
    done: list[Extracted] = []
    rest = first.rest
    with opened(settings.place.file, read_only=False, wait=1):
        beside = threading.Thread(target=lambda: done.append(extract_batch(rest, settings, "run")), daemon=True)
        beside.start()
        beside.join(PATIENCE)
        assert [one.records for one in done] == [3]


def test_a_batch_whose_file_is_opened_anew_asks_what_is_known(settings: Settings, tmp_path: Path):
    """As on another machine, or after a failure: what an earlier run read of the rest is not extracted again."""
    whole = WarcSlice(write_warc(tmp_path / "crawl.warc.gz", 7), "warc")
    first = extract_batch(whole, settings, "run")
    assert first.rest is not None
    assert extract_batch(first.rest, settings, "run").rest is None
    assert sum(one.articles for one in drain(settings.place, wait=1, say=print).appended) == 7
    close_readers()
    extract_batch(first.rest, settings, "again")
    again = drain(settings.place, wait=1, say=print).appended
    assert [(one.articles, one.known) for one in again] == [(0, 3)]
    assert replace(first.rest, start=0) == whole
