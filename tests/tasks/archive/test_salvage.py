"""What a killed writer leaves: whole records are kept, a cut one is dropped, at whatever byte it was cut."""

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tasks.archive import ArchiveWriter, WarcReader, salvage
from tasks.model import Capture
from tasks.owners import is_abandoned, partial

AT = datetime(2026, 3, 2, 8, tzinfo=UTC)


def left_by_a_kill(folder: Path, bodies: list[bytes]) -> tuple[Path, list[int]]:
    """The temporary file of a writer that never came to its end, and where each of its records starts."""
    writer = ArchiveWriter(folder, "shop-1", opened_at=AT)
    offsets = [writer.write_resource(f"https://a.example/{n}", "text/html", body, AT) for n, body in enumerate(bodies)]
    part = next(folder.rglob("*.part"))
    writer._file.close()  # as a kill does: nothing is renamed
    return part, offsets


def test_whole_records_are_kept_wherever_the_file_was_cut(tmp_path: Path):
    """At each byte of the last record: the records before it come out whole, under the final name."""
    part, offsets = left_by_a_kill(tmp_path / "whole", [b"one", b"two " * 100, b"three"])
    whole = part.read_bytes()
    for cut in range(offsets[2], len(whole), 7):
        folder = tmp_path / str(cut)
        folder.mkdir()
        copy = folder / part.name
        copy.write_bytes(whole[:cut])
        path = salvage(copy)
        assert path is not None
        assert path.name == "shop-1.warc.gz"
        with WarcReader(path) as reader:
            bodies = [one.body for one in reader if isinstance(one, Capture)]
            assert reader.damage == []
        assert bodies == [b"one", b"two " * 100]
        assert list(folder.glob(".*")) == []


@pytest.mark.parametrize("kept", [0, 10])
def test_a_file_without_a_record_is_removed(tmp_path: Path, kept: int):
    """Nothing, or a piece of its first record: there is nothing to keep."""
    part, _ = left_by_a_kill(tmp_path, [])
    part.write_bytes(part.read_bytes()[:kept] if kept else b"")
    assert salvage(part) is None
    assert not part.exists()


def test_bytes_of_another_file_behind_the_records(tmp_path: Path):
    """A block of zeros, as some file systems leave after a crash, ends what is kept."""
    part, _ = left_by_a_kill(tmp_path, [b"one"])
    part.write_bytes(part.read_bytes() + b"\0" * 4096)
    path = salvage(part)
    assert path is not None
    with WarcReader(path) as reader:
        assert [one.body for one in reader if isinstance(one, Capture)] == [b"one"]
        assert reader.damage == []


def test_an_archive_file_is_never_replaced(tmp_path: Path):
    """A name that is taken is a mistake of ours: both files stay."""
    part, _ = left_by_a_kill(tmp_path, [b"one"])
    taken = part.with_name("shop-1.warc.gz")
    taken.write_bytes(b"other")
    with pytest.raises(FileExistsError):
        salvage(part)
    assert (taken.read_bytes(), part.exists()) == (b"other", True)


def test_files_of_living_writers_are_left_alone(tmp_path: Path):
    """By the PID in the name; a name without one is nobody's that we know."""
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    mine = partial(tmp_path / "a.warc.gz")
    gone = tmp_path / f"a.warc.gz.{child.pid}.part"
    other = tmp_path / "a.warc.gz.part"
    for path in (mine, gone, other):
        path.touch()
    assert [is_abandoned(path) for path in (mine, gone, other)] == [False, True, False]
    os.utime(mine, (0, 0))  # the PID was given to another program since
    assert is_abandoned(mine)
