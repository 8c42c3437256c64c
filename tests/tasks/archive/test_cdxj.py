"""Lines of the replay index: place, length and what the record says, measured against warcio."""

import gzip
import io
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator
from warcio.warcwriter import WARCWriter

from tasks.archive import ArchiveWriter
from tasks.archive.cdxj import cdxj_lines
from tasks.errors import Rejected
from tests.pages import write_warc


def fields(line: str | None) -> dict[str, str]:
    assert line is not None
    return json.loads(line.split(" ", 2)[2])


def test_offsets_and_lengths_are_those_of_warcio(tmp_path: Path):
    """Who reads `length` bytes from `offset` has the record and nothing else."""
    path = write_warc(tmp_path / "crawl.warc.gz", 30)
    expected = {}
    with path.open("rb") as stream:
        records = ArchiveIterator(stream)
        for record in records:
            kind, url = record.rec_type, record.rec_headers.get_header("WARC-Target-URI")
            offset = records.get_record_offset()
            records.read_to_end()
            if kind in ("response", "revisit"):
                expected[offset] = (str(records.get_record_length()), url)
    found = {offset: fields(line) for offset, line in zip(expected, cdxj_lines(path, expected, "crawl"), strict=True)}
    assert {offset: (one["length"], one["url"]) for offset, one in found.items()} == expected
    assert {one["filename"] for one in found.values()} == {"crawl"}
    assert {one["offset"] for one in found.values()} == set(map(str, expected))


def test_a_loaded_page_has_its_own_type_and_no_status(tmp_path: Path):
    """Resource records carry no HTTP head."""
    at = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)
    with ArchiveWriter(tmp_path, "own", opened_at=at) as writer:
        offset = writer.write_resource("https://example.com/A?b=1&a=2", "text/html; charset=utf-8", b"<p>x", at)
    (line,) = cdxj_lines(writer.path, [offset], "archive/own.warc.gz")
    assert line is not None
    assert line.startswith("com,example)/a?a=2&b=1 20260301123000 {")
    assert fields(line)["mime"] == "text/html"
    assert fields(line)["digest"].startswith("sha1:")
    assert "status" not in fields(line)


def record(url: str = "https://example.com/") -> bytes:
    buffer = io.BytesIO()
    writer = WARCWriter(buffer, gzip=False)
    body = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Type: text/plain\r\n\r\nHello"
    writer.write_record(writer.create_warc_record(url, "response", payload=io.BytesIO(body), length=len(body)))
    return buffer.getvalue()


def test_a_file_that_is_not_compressed(tmp_path: Path):
    """The length is that of the record with its two line ends; the first of two types counts."""
    path = tmp_path / "plain.warc"
    path.write_bytes(record() + record("https://example.com/2"))
    first, second = cdxj_lines(path, [0, len(record())], "plain.warc")
    assert (fields(first)["length"], fields(first)["mime"], fields(first)["status"]) == (
        str(len(record())),
        "text/html",
        "200",
    )
    assert fields(second)["url"] == "https://example.com/2"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("two records in a member", gzip.compress(record() + record())),
        ("cut", gzip.compress(record())[:-12]),
        ("damaged", gzip.compress(record())[:60] + b"\0" * 40),
        ("no record", gzip.compress(b"hello")),
        ("no WARC", b"hello"),
        ("nothing there", b""),
        ("no URL", gzip.compress(record().replace(b"WARC-Target-URI", b"WARC-Other-Field"))),
        ("no date", gzip.compress(record().replace(b"WARC-Date", b"WARC-Dote"))),
    ],
)
def test_what_cannot_be_replayed_has_no_line(tmp_path: Path, name: str, content: bytes):
    """And the next record of the same file is none the worse."""
    path = tmp_path / "odd.warc.gz"
    path.write_bytes(content)
    assert list(cdxj_lines(path, [0], "x")) == [None]


def test_a_bomb_is_measured_in_flat_memory(tmp_path: Path):
    """HOSTILE 31: 200 MB of zeros behind an honest head are counted, not kept."""
    import tracemalloc

    whole = record()
    path = tmp_path / "bomb.warc.gz"
    with gzip.open(path, "wb") as stream:
        stream.write(whole)
        for _ in range(200):
            stream.write(bytes(1 << 20))
    tracemalloc.start()
    try:
        assert list(cdxj_lines(path, [0], "x")) == [None]
        assert tracemalloc.get_traced_memory()[1] < 10 << 20
    finally:
        tracemalloc.stop()


def test_secrets_are_masked_and_missing_files_are_told(tmp_path: Path):
    """HOSTILE 77: as everywhere else."""
    path = tmp_path / "plain.warc"
    path.write_bytes(record("https://user:pw@example.com/?token=geheim"))
    (line,) = cdxj_lines(path, [0], "x")
    assert line is not None
    assert "geheim" not in line
    assert "pw" not in line
    with pytest.raises(Rejected, match="unreadable"):
        list(cdxj_lines(tmp_path / "none.warc", [0], "x"))
