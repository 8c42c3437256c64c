"""Records taken out of an archive file: their bytes are gone, everything else is where it was."""

import gzip
import zlib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from tasks.archive import ArchiveWriter, WarcReader, read_capture
from tasks.archive.erase import erase_records, filler
from tasks.errors import Rejected
from tasks.model import Capture

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)


def archive(folder: Path, count: int = 3, size: int = 0) -> tuple[Path, list[int]]:
    """An archive file of pages; `size` adds bytes that do not compress."""
    with ArchiveWriter(folder, "w-1", opened_at=AT) as writer:
        offsets = [
            writer.write_resource(f"https://example.com/{n}", "text/html", body(n, size), AT) for n in range(count)
        ]
    return writer.path, offsets


def body(number: int, size: int = 0) -> bytes:
    noise = zlib.compress(bytes((number * 7 + at * at) % 251 for at in range(size))) if size else b""
    return b"<p>the words of page %d</p>" % number + noise


def test_the_others_stay_where_they_were(tmp_path: Path):
    """Same length, same offsets, same bodies; of the erased record no word is left."""
    path, offsets = archive(tmp_path)
    before = path.stat().st_size
    erased = erase_records(path, [offsets[1]])
    assert (erased.records, erased.file_removed) == (1, False)
    assert path.stat().st_size == before
    for number in (0, 2):
        capture = read_capture(path, offsets[number], "file")
        assert isinstance(capture, Capture)
        assert capture.body == body(number)
    assert b"words of page 1" not in gzip.decompress(path.read_bytes())
    assert b"example.com/1" not in gzip.decompress(path.read_bytes())
    assert [one.fetched_url for one in WarcReader(path)] == ["https://example.com/0", "https://example.com/2"]


def test_other_programs_read_what_is_left(tmp_path: Path):
    """warcio finds every record, the erased one as metadata of zeros."""
    path, offsets = archive(tmp_path, size=90_000)
    erase_records(path, offsets[:2])
    with path.open("rb") as stream:
        found = [(r.rec_type, r.content_stream().read()) for r in ArchiveIterator(stream)]
    assert [kind for kind, _ in found] == ["warcinfo", "metadata", "metadata", "resource"]
    assert not any(found[1][1])
    assert found[3][1] == body(2, 90_000)


def test_again_changes_nothing(tmp_path: Path):
    """A call that was killed is repeated."""
    path, offsets = archive(tmp_path)
    erase_records(path, [offsets[1]])
    before = path.read_bytes()
    assert erase_records(path, [offsets[1]]).records == 0
    assert path.read_bytes() == before


def test_the_file_goes_with_its_last_capture(tmp_path: Path):
    """Nothing is kept for nothing, and no half file either."""
    path, offsets = archive(tmp_path)
    assert erase_records(path, offsets).file_removed
    assert list(tmp_path.rglob("*.*")) == []


def test_a_wrong_offset_is_refused_and_the_file_untouched(tmp_path: Path):
    """Only where a record starts."""
    path, offsets = archive(tmp_path)
    before = path.read_bytes()
    with pytest.raises(Rejected, match="no record starts"):
        erase_records(path, [offsets[1] + 5])
    assert path.read_bytes() == before


@given(st.integers(180, 70_000) | st.integers(65_500, 65_800) | st.integers(131_000, 131_400))
def test_a_filler_has_its_length_to_the_byte(length: int):
    """Whatever stood there: one member, one record, zeros."""
    made = filler(length)
    assert len(made) == length
    content = gzip.decompress(made)
    assert content.startswith(b"WARC/1.1\r\nWARC-Type: metadata\r\n")
    assert content.endswith(b"\r\n\r\n")
