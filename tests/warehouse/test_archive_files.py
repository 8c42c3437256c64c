"""Archive files in a store: nothing is lost between two steps, and what is gone stays gone."""

import os
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from tasks.archive import WarcReader
from tasks.model import Capture
from tasks.owners import partial, this_machine
from tests.warehouse.conftest import NOON
from warehouse import archive_files
from warehouse.archive_files import ArchiveFile, capture_at, erase, listed, local_copy, new_writer, send, settle
from warehouse.export_index import write_index
from warehouse.place import Place, place
from warehouse.store import Changed, Store, store

BODIES = [b"one " * 500, b"two " * 500, b"three " * 500]


@pytest.fixture
def url() -> str:
    return f"memory://news/{uuid4().hex[:8]}"


@pytest.fixture
def machine(tmp_path: Path, url: str) -> Callable[[str], Place]:
    """The place of one warehouse as a machine with this data folder has it."""
    return lambda name: place(tmp_path / name, tmp_path / "w.duckdb", archive=url)


@pytest.fixture
def here(machine: Callable[[str], Place]) -> Place:
    return machine("here")


def written(where: Place, number: int = 1) -> tuple[Path, list[int]]:
    """A closed file of the archive, not sent yet, and where its records start."""
    with new_writer(where, f"{where.key}-{number}") as writer:
        offsets = [
            writer.write_resource(f"https://a.example/{n}", "text/html", body, NOON) for n, body in enumerate(BODIES)
        ]
    return writer.path, offsets


def bodies(where: Place, name: str, offsets: list[int]) -> list[bytes | None]:
    found = [capture_at(where, name, offset, "file") for offset in offsets]
    return [one.body if isinstance(one, Capture) else None for one in found]


def test_what_is_sent_is_read_by_any_machine_under_the_same_name(here: Place, machine: Callable[[str], Place]):
    """Part by part or in whole; nothing is left in the folder."""
    path, offsets = written(here)
    name = str(send(here, path))
    assert name == f"archive/{datetime.now(UTC):%Y/%m/%d}/{here.key}-1.warc.gz"
    assert not list(here.archive.rglob("*.gz"))
    there = machine("there")
    assert bodies(there, name, offsets) == BODIES
    assert not list(there.data_dir.rglob("*.gz"))  # only parts were read
    copy = local_copy(there, name)
    assert copy is not None
    with WarcReader(copy) as reader:
        assert [one.body for one in reader if isinstance(one, Capture)] == BODIES
    assert [one.capture_file for one in listed(there)] == [name]
    assert archive_files.sizes_of(there, [name, "archive/gone"]) == {name: copy.stat().st_size}
    assert archive_files.exists(there, name)
    assert not archive_files.exists(there, name.replace("-1.", "-2."))


def test_the_reader_of_a_piece_reads_the_copy(here: Place):
    """Rows made of it name the file as it is named everywhere."""
    path, offsets = written(here)
    name = str(send(here, path))
    with WarcReader(here.located(name), file=archive_files.opened(here, name)) as reader:
        found = [one for one in reader if isinstance(one, Capture)]
    assert [(here.stored(one.capture_file), one.capture_offset) for one in found] == [(name, at) for at in offsets]


def test_killed_before_it_was_sent(here: Place):
    """The next run sends it; half a file with its whole records, too."""
    path, offsets = written(here, 1)
    half, starts = written(here, 2)
    part = half.with_name(f".{half.name}.999999999.part")  # a PID that no system gives
    part.write_bytes(half.read_bytes()[:-5])
    half.unlink()
    settle(here, is_shared=False)
    names = [one.capture_file for one in listed(here)]
    assert names == [here.stored(path), here.stored(half)]
    assert bodies(here, names[0], offsets) == BODIES
    assert bodies(here, names[1], starts) == [*BODIES[:2], None]
    assert not [*here.archive.rglob("*.gz"), *here.archive.rglob("*.part")]


def test_killed_before_it_left_the_folder(here: Place):
    """It is there once, and leaves."""
    path, offsets = written(here)
    raw = path.read_bytes()
    name = str(send(here, path))
    path.write_bytes(raw)
    settle(here, is_shared=False)
    assert not path.exists()
    assert bodies(here, name, offsets) == BODIES


def test_what_was_erased_does_not_come_back(here: Place, machine: Callable[[str], Place]):
    """Neither from a copy on another machine nor from a file that a killed run left in the folder."""
    path, offsets = written(here)
    raw = path.read_bytes()
    name = str(send(here, path))
    there = machine("there")
    assert local_copy(there, name)
    assert local_copy(here, name)
    assert erase(there, name, offsets[:1]).records == 1
    assert erase(there, name, offsets[:1]).records == 0
    assert not list(there.cache.rglob("*.gz"))
    path.write_bytes(raw)
    settle(here, is_shared=False)
    for where in (here, there):
        assert bodies(where, name, offsets) == [None, *BODIES[1:]]
        copy = local_copy(where, name)
        assert copy is not None
        with WarcReader(copy) as reader:
            assert [one.body for one in reader if isinstance(one, Capture)] == BODIES[1:]
    assert erase(here, name, offsets[1:]).file_removed
    assert listed(there) == []
    with pytest.raises(FileNotFoundError):
        erase(here, name, offsets)


def test_two_machines_that_erase_in_one_file(here: Place, machine: Callable[[str], Place], monkeypatch):
    """Who comes second takes the file as the first left it: both records are gone."""
    path, offsets = written(here)
    name, there = str(send(here, path)), machine("there")
    put, firsts = Store.put, [offsets[0]]

    def late(self: Store, file: Path, target: str, **options: object) -> object:
        if firsts:
            erase(there, name, [firsts.pop()])
            raise Changed("meanwhile")
        return put(self, file, target, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(Store, "put", late)
    erase(here, name, offsets[1:2])
    assert bodies(there, name, offsets) == [None, None, BODIES[2]]


def test_whose_file_it_is(here: Place):
    """A machine that lives may still take its file further for a day; a process of ours tells by its PID."""

    def file(mark: str, hours: float) -> ArchiveFile:
        at = datetime.now(UTC) - timedelta(hours=hours)
        return ArchiveFile(f"archive/2026/03/02/{here.key}-1-{mark}.warc.gz", 1, at)

    ours, other = this_machine(), "0" * 8
    cases = [
        (file(f"p{os.getppid()}h{ours}", 1), True),
        (file(f"p{os.getpid()}h{ours}", 1), False),
        (file(f"p999999999h{ours}", 0), False),
        (file(f"p999999999h{other}", 1), True),
        (file(f"p999999999h{other}", 25), False),
        (file(f"p999999999h{other}.d20260101-20260201k", 1), True),
        (file(f"p{os.getppid()}", 1), True),  # made before the archive moved into a store
    ]
    assert [archive_files.is_unfinished(here, one, is_shared=False) for one, _ in cases] == [is_ for _, is_ in cases]


def test_a_list_since_a_day_goes_by_months(here: Place, url: str, tmp_path: Path):
    """Files of the month of that day on; those of other warehouses only when they are asked for."""
    raw = tmp_path / "raw"
    raw.write_bytes(b"x")
    today = datetime.now(UTC).date()
    for day in (today, today - timedelta(days=400)):
        for key in (here.key, "another-1234abcd"):
            store(url).put(raw, f"{day:%Y/%m/%d}/{key}-1.warc.gz")
    store(url).put(raw, f"{today:%Y/%m/%d}/notes.txt")
    assert [one.capture_file for one in listed(here, since=today)] == [f"archive/{today:%Y/%m/%d}/{here.key}-1.warc.gz"]
    assert len(listed(here)) == 2
    assert len(listed(here, every_warehouse=True)) == 4
    assert listed(here, since=date(2999, 1, 1)) == []


def test_the_cache_stays_small(here: Place, monkeypatch: pytest.MonkeyPatch):
    """Copies that were not used for a day go, and beyond the limit the longest unused ones; the files stay."""
    names = [str(send(here, written(here, number)[0])) for number in range(3)]
    copies = [local_copy(here, name) for name in names]
    assert all(copies)
    now = datetime.now(UTC).timestamp()
    for copy, hours in zip(copies, (1, 2, 30), strict=True):
        os.utime(copy, (now - hours * 3600,) * 2)  # type: ignore[arg-type]
    left = partial(here.cache / "erase" / "x.warc.gz")
    left.parent.mkdir(parents=True)
    left = left.with_name("x.warc.gz.999999999.part")
    left.write_bytes(b"what was to be erased")
    archive_files.prune(here)
    assert [copy is not None and copy.exists() for copy in copies] == [True, True, False]
    assert not left.exists()
    monkeypatch.setattr(archive_files, "CACHE_BYTES", sum(copy.stat().st_size for copy in copies[:2] if copy) - 1)
    archive_files.prune(here)
    assert [copy is not None and copy.exists() for copy in copies] == [True, False, False]
    assert all(archive_files.exists(here, name) for name in names)


def test_an_index_for_replay_and_a_file_that_retires(here: Place, machine: Callable[[str], Place], tmp_path: Path):
    """Lines are made from what lies in the store; removed on one machine, it is gone on all, with its copies."""
    path, offsets = written(here)
    name, there = str(send(here, path)), machine("there")
    indexed = write_index(there, [(name, offset) for offset in offsets], tmp_path / "archive.cdxj", lambda _: None)
    assert (indexed.lines, indexed.unreadable) == (3, 0)
    assert f'"filename": "{name}"' in (tmp_path / "archive.cdxj").read_text()
    archive_files.remove(there, name)
    archive_files.remove(there, name)
    assert not list(there.cache.rglob("*.gz"))
    assert not archive_files.exists(here, name)
    assert local_copy(here, name) is None
    assert bodies(here, name, offsets) == [None, None, None]
    said: list[str] = []
    assert write_index(here, [(name, offsets[0])], tmp_path / "archive.cdxj", said.append).unreadable == 1
    assert name in said[0]
