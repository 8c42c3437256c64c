"""Batches that wait in a store: every machine sees them, each is appended once, and none is lost between two steps."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from tests.warehouse.conftest import NOON, Shop
from warehouse import append, batches, waiting
from warehouse import spool as spooling
from warehouse.append import append_batch
from warehouse.check import check
from warehouse.connect import opened
from warehouse.fetch_state import fetch_state
from warehouse.place import Place
from warehouse.seen import indexed_files
from warehouse.store import Store, StoreAway, store


class Far(Shop):
    """A shop whose batches wait in a store."""

    def spool(self, *rows: spooling.Row, run_id: str = "run-1") -> spooling.Batch:
        return batches.write_batch(self.place, rows, run_id=run_id, program="presshouse/test")

    def names(self) -> list[str]:
        return [kept.name for kept in store(str(self.place.spool_url)).listed()]


@pytest.fixture
def machine(shop: Shop, tmp_path: Path) -> Callable[[str], Far]:
    """The same warehouse and store, from a machine with this data folder."""
    url = f"memory://news/{uuid4().hex[:8]}"
    return lambda name: Far(replace(shop.place, data_dir=tmp_path / name, spool_at=url))


def test_one_machine_leaves_it_and_another_appends_it(machine: Callable[[str], Far]):
    """What waits counts as seen by both; what is appended is gone from the store, and from the eyes of both."""
    here, there = machine("here"), machine("there")
    here.spool(here.article("https://example.com/a"))
    assert len(here.names()) == 1
    assert not list(here.place.spool.glob("*.parquet"))
    for one in (here, there):
        assert indexed_files(one.place) == {"/w/a.warc.gz"}
        with fetch_state(one.place) as state:
            assert state.stored(["example.com/a"]) == {"example.com/a"}
    assert [one.articles for one in there.drain().appended] == [1]
    assert here.names() == []
    assert batches.waiting_batches(here.place) == []
    assert here.drain().appended == []
    assert here.ask("select count(*) from articles") == [(1,)]


def test_killed_between_the_append_and_the_removal(machine: Callable[[str], Far]):
    """The ledger knows the batch: the next drain only removes it."""
    here = machine("here")
    batch = here.spool(here.article("https://example.com/a"))
    with opened(here.place.file, read_only=False, wait=1) as connection:
        append_batch(connection, batch)
    assert [one.already for one in machine("there").drain().appended] == [True]
    assert here.names() == []
    assert here.ask("select count(*) from captures") == [(1,)]


def test_while_the_store_is_away_it_waits_here(machine: Callable[[str], Far], monkeypatch: pytest.MonkeyPatch):
    """The run is told; the next one sends what is left, and it is appended once."""
    here = machine("here")

    def away(self: Store, file: Path, name: str) -> None:
        raise StoreAway("no answer")

    with monkeypatch.context() as broken:
        broken.setattr(Store, "put", away)
        with pytest.raises(StoreAway):
            here.spool(here.article("https://example.com/a"))
    assert len(batches.waiting_batches(here.place)) == 1
    half = here.place.spool / "half.parquet.999999999.part"  # a PID that no system gives
    half.write_bytes(b"PAR1")
    batches.settle(here.place, is_shared=False)
    assert len(here.names()) == 1
    assert not [*here.place.spool.glob("*.parquet"), *here.place.spool.glob("*.part")]
    assert [one.articles for one in machine("there").drain().appended] == [1]
    assert here.drain().appended == []


def test_what_waits_here_still_is_appended_from_here(machine: Callable[[str], Far]):
    """A run that was killed before it sent its batch, and a store that has it already: appended once."""
    here = machine("here")
    sent = here.spool(here.article("https://example.com/a"))
    here.place.spool.joinpath(sent.path.name).write_bytes(sent.path.read_bytes())
    left = spooling.write_batch(
        here.place.spool, [here.article("https://example.com/b")], run_id="run-2", program="presshouse/test"
    )
    assert len(batches.waiting_batches(here.place)) == 2
    assert [one.articles for one in here.drain().appended] == [1, 1]
    assert here.names() == []
    assert here.ask("select count(*) from articles") == [(2,)]
    assert not left.path.exists()
    assert here.drain().waiting_batches == 0


def test_what_cannot_be_read_is_set_aside_in_the_store(machine: Callable[[str], Far], tmp_path: Path):
    """The others are appended; `check` names it from any machine."""
    here, there = machine("here"), machine("there")
    broken = tmp_path / "00000000T000000-0.parquet"
    broken.write_bytes(b"no parquet")
    store(str(here.place.spool_url)).put(broken, broken.name)
    here.spool(here.article("https://example.com/a"))
    done = here.drain()
    assert [one.articles for one in done.appended] == [1]
    aside = f"{here.place.spool_url}/{broken.name}.broken"
    assert here.said == [one for one in here.said if f"set aside as {aside}" in one] != []
    assert here.names() == [f"{broken.name}.broken"]
    assert list(batches.broken(there.place)) == [aside]
    assert "broken_batch" in [one.kind for one in check(there.place, now=NOON)]


def test_copies_of_what_another_machine_appended_go(machine: Callable[[str], Far], monkeypatch: pytest.MonkeyPatch):
    """Not at once: a list may be older than the copy."""
    here, there = machine("here"), machine("there")
    batch = here.spool(here.article("https://example.com/a"))
    there.drain()
    assert batches.waiting_batches(here.place) == []
    assert batch.path.exists()
    monkeypatch.setattr(waiting, "SETTLED_SECONDS", -1.0)
    assert batches.waiting_batches(here.place) == []
    assert not batch.path.exists()


def test_another_warehouse_has_its_own_part(machine: Callable[[str], Far], tmp_path: Path):
    """A batch never lands in another warehouse."""
    here = machine("here")
    other: Place = replace(here.place, file=tmp_path / "other.duckdb")
    here.spool(here.article("https://example.com/a"))
    assert batches.waiting_batches(other) == []


@pytest.mark.parametrize("name", ["get", "put", "remove"])
def test_nobody_waits_for_an_object_under_the_lock(
    machine: Callable[[str], Far], monkeypatch: pytest.MonkeyPatch, name: str
):
    """Only the list is asked for while the warehouse is held; batches come before and leave the store after."""
    here, there = machine("here"), machine("there")
    here.spool(here.article("https://example.com/a"))
    held, asked, method = [False], list[bool](), getattr(Store, name)

    @contextmanager
    def watched(*arguments: Any, **options: Any) -> Iterator[Any]:
        with opened(*arguments, **options) as connection:
            held[0] = True
            yield connection
            held[0] = False

    def seen(*arguments: Any, **options: Any) -> Any:
        asked.append(held[0])
        return method(*arguments, **options)

    monkeypatch.setattr(append, "opened", watched)
    monkeypatch.setattr(Store, name, seen)
    there.spool(there.article("https://example.com/b"))
    assert [one.articles for one in there.drain().appended] == [1, 1]
    assert asked
    assert not any(asked)
