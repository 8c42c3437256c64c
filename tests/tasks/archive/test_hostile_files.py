"""WARC files made to cost memory or time (HOSTILE 31, 51 to 54)."""

import gzip
import os
import socket
import time
import tracemalloc
from pathlib import Path

import pytest

from tasks.archive import WarcReader
from tasks.archive.regular import open_regular, shown
from tasks.errors import Rejected
from tasks.model import Rejection
from tests.tasks.archive.warcs import URL, dice, gz, http, members, page, read, record, urls, write

MEGABYTE = 1_048_576


@pytest.mark.parametrize("layout", ["a member a record", "one member", "uncompressed"])
def test_memory_stays_flat_whatever_a_record_holds(tmp_path: Path, layout: str) -> None:
    """50 MB in one record, with a limit of 1 MB: rejected, and what comes after it is read."""
    size = 50 * MEGABYTE
    path = tmp_path / "big.warc.gz"
    with path.open("wb") as plain:
        file = plain if layout == "uncompressed" else gzip.GzipFile(fileobj=plain, mode="wb", compresslevel=1)
        file.write(record(http(b""), length=len(http(b"")) + size, trailer=b""))
        piece = 1_024 * dice(1).randbytes(1_024)
        for _ in range(size // MEGABYTE):
            file.write(piece)
        file.write(b"\r\n\r\n" + (page(2) if layout == "one member" else b""))
        if file is not plain:
            file.close()
        if layout != "one member":
            plain.write(page(2) if layout == "uncompressed" else gz(page(2)))
    tracemalloc.start()
    found = read(path, max_body=MEGABYTE)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert urls(found) == ["too_large", "2"]
    assert peak < 8 * MEGABYTE


def test_a_bomb_member_is_left_early(tmp_path: Path) -> None:
    """A member that inflates a thousandfold is not inflated to its end, and the next one is found."""
    bomb = gz(record(bytes(300 * MEGABYTE), kind="resource"))
    path = write(tmp_path, gz(page(1)) + bomb + gz(page(3)))
    started = time.process_time()
    found = read(path)
    assert urls(found) == ["1", "too_large", "3"]
    assert isinstance(found[1], Rejection) and found[1].detail == "it inflates without end"
    assert time.process_time() - started < 3


def test_a_file_of_false_magics_ends_soon(tmp_path: Path) -> None:
    """Every tenth byte seems to start a member: trying them all would take minutes."""
    magics = b"\x1f\x8b\x08\0\0\0\0\0\0\xff\x4b" * 2_000_000
    started = time.process_time()
    assert urls(read(write(tmp_path, gz(page(1)) + magics))) == ["1", "bad_record"]
    assert time.process_time() - started < 2


def test_a_file_of_false_heads_ends_soon(tmp_path: Path) -> None:
    """So does one where every line seems to start a record."""
    started = time.process_time()
    read(write(tmp_path, page(1) + b"WARC/1.0\r\n" * 500_000))
    assert time.process_time() - started < 10


@pytest.mark.parametrize("compress", [gz, bytes], ids=["one member", "uncompressed"])
def test_many_records_that_claim_the_whole_file(tmp_path: Path, compress: type[bytes]) -> None:
    """Each false length makes the reader go back; the sum of the ways back stays bounded."""
    lying = [record(http(), url=f"{URL}/{number}", length=10**9) for number in range(15_000)]
    path = write(tmp_path, compress(page(1) + b"".join(lying)))
    started = time.process_time()
    found = read(path)
    assert time.process_time() - started < 10
    assert urls(found[:2]) == ["1", "incomplete"]
    if compress is bytes:  # where going back costs nothing, all are found
        assert len(found) == 15_001


def test_a_head_without_end_is_damage(tmp_path: Path) -> None:
    """A field of two megabytes is no field."""
    raw = page(1) + record(http(), extra=["X-Long: " + 2 * MEGABYTE * "a"]) + page(2)
    assert urls(read(write(tmp_path, raw))) == ["1", "bad_record", "2"]
    assert urls(read(write(tmp_path, members([page(1), raw[len(page(1)) : -len(page(2))], page(2)])))) == [
        "1",
        "bad_record",
        "2",
    ]


@pytest.mark.parametrize("kind", ["fifo", "socket", "device", "folder"])
def test_nothing_but_regular_files_is_opened(tmp_path: Path, kind: str) -> None:
    """A FIFO would block for ever, /dev/zero would never end."""
    path = Path("/dev/zero") if kind == "device" else tmp_path / "x.warc.gz"
    listening = socket.socket(socket.AF_UNIX)
    if kind == "fifo":
        os.mkfifo(path)
    elif kind == "socket":
        listening.bind(str(path))
    elif kind == "folder":
        path.mkdir()
    with pytest.raises(Rejected, match=f"unreadable: not a regular file but a {kind}|a FIFO"):
        open_regular(path)
    with pytest.raises(Rejected, match="not a regular file"):
        WarcReader(path)
    listening.close()


def test_names_for_people_are_one_line_of_valid_text() -> None:
    """Newlines, control characters, bytes that are no UTF-8 and endless names cannot spoil a message."""
    name = os.fsdecode(b"a\nb\x1b[31m\xff" + 500 * b"c")
    assert shown(name).startswith("a\\nb\\x1b[31m\\xff")
    assert len(shown(name)) == 300
    shown(name).encode("utf-8")


def test_a_warc_whose_name_no_row_can_hold_is_refused(tmp_path: Path) -> None:
    """Rows refer to the file by its name."""
    path = tmp_path / os.fsdecode(b"crawl-\xff.warc")
    path.write_bytes(page(1))
    with pytest.raises(Rejected, match="no valid UTF-8"):
        WarcReader(path)
