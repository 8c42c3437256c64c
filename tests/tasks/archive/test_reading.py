"""Whole WARC files: every layout, every record type, offsets that lead back."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tasks.archive import WarcReader, read_capture
from tasks.errors import Rejected
from tasks.model import Capture, Rejection, Revisit
from tests.tasks.archive.warcs import (
    PAGE,
    URL,
    gz,
    http,
    members,
    only,
    page,
    read,
    record,
    rejected,
    urls,
    warcinfo,
    write,
)

RECORDS = [warcinfo(), page(1), page(2), page(3)]
LAYOUTS = {
    "a member a record": members(RECORDS),
    "one member": gz(b"".join(RECORDS)),
    "a warcinfo member, then one member": gz(RECORDS[0]) + gz(b"".join(RECORDS[1:])),
    "two records a member": gz(b"".join(RECORDS[:2])) + gz(b"".join(RECORDS[2:])),
    "two records a member, later": members(RECORDS[:2]) + gz(b"".join(RECORDS[2:])),
    "blocks of 64 bytes": members(b"".join(RECORDS)[at : at + 64] for at in range(0, len(b"".join(RECORDS)), 64)),
    "empty members between": b"".join(gz(one) + gz(b"") for one in RECORDS),
    "padded with zeros": members(RECORDS) + bytes(512),
    "uncompressed": b"".join(RECORDS),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_gives_the_same_captures(tmp_path: Path, layout: str) -> None:
    """How a WARC is compressed makes no difference to what is in it."""
    with WarcReader(write(tmp_path, LAYOUTS[layout])) as reader:
        assert urls(reader) == ["1", "2", "3"]
        assert reader.damage == []
        assert reader.bytes_total == len(LAYOUTS[layout])
        assert reader.bytes_read >= reader.bytes_total - 512  # zeros at the end need not be read


@pytest.mark.parametrize("layout", LAYOUTS)
def test_offsets_are_unique_and_lead_back(tmp_path: Path, layout: str) -> None:
    """`read_capture` gets each capture again by the offset that the reader gave it."""
    path = write(tmp_path, LAYOUTS[layout])
    found = read(path)
    assert len({one.capture_offset for one in found}) == 3
    for one in found:
        assert one.capture_offset is not None
        assert read_capture(path, one.capture_offset, "warc") == one


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_reader_goes_on_where_another_stopped(tmp_path: Path, layout: str) -> None:
    """`position` after any number of captures is a start from which the others come, and only they."""
    path = write(tmp_path, LAYOUTS[layout])
    for taken in range(4):
        with WarcReader(path) as first:
            before = [next(first) for _ in range(taken)]
            position = first.position
        assert urls(before) + urls(read(path, start=position)) == ["1", "2", "3"]


def test_offsets_are_those_of_members_or_of_the_decompressed_stream(tmp_path: Path) -> None:
    """The contract of `capture_offset`: where the member starts; in the stream, where a member holds several."""
    at = [one.capture_offset for one in read(write(tmp_path, members(RECORDS)))]
    assert at == [len(members(RECORDS[:count])) for count in (1, 2, 3)]
    in_stream = [len(b"".join(RECORDS[:count])) for count in (1, 2, 3)]
    for layout in ("one member", "a warcinfo member, then one member", "two records a member", "uncompressed"):
        assert [one.capture_offset for one in read(write(tmp_path, LAYOUTS[layout]))] == in_stream


def test_a_capture_carries_all_that_the_record_says(tmp_path: Path) -> None:
    """Status, headers with lower-case names, content type, instant, file and offset."""
    path = write(tmp_path, gz(warcinfo()) + gz(record(http(PAGE, "X-Robots-Tag: noarchive", "X-Robots-Tag: noai"))))
    capture = only(path)
    assert capture.fetched_url == URL
    assert capture.captured_at == datetime(2026, 3, 1, 6, 30, tzinfo=UTC)
    assert (capture.via, capture.capture_file, capture.capture_offset) == ("warc", str(path), len(gz(warcinfo())))
    assert (capture.status, capture.content_type) == (200, "text/html; charset=utf-8")
    assert [value for name, value in capture.headers if name == "x-robots-tag"] == ["noarchive", "noai"]
    assert (capture.body, capture.truncated) == (PAGE, None)


def test_resource_and_conversion_records_are_captures_without_a_status(tmp_path: Path) -> None:
    """Saved pages and the plain text of WET files have no HTTP message."""
    raw = record(PAGE, kind="resource", content_type="text/html")
    raw += record(b"Plain text.", kind="conversion", content_type="text/plain")
    saved, text = read(write(tmp_path, raw))
    assert isinstance(saved, Capture) and isinstance(text, Capture)
    assert (saved.body, saved.content_type, saved.status, saved.headers) == (PAGE, "text/html", None, ())
    assert (text.body, text.content_type, text.status) == (b"Plain text.", "text/plain", None)


def test_a_revisit_names_the_original(tmp_path: Path) -> None:
    """WARC-Refers-To-Target-URI, else the record's own URL."""
    raw = record(http(b""), kind="revisit", extra=["WARC-Refers-To-Target-URI: https://www.gazette.example/first"])
    raw += record(b"", kind="revisit")
    first, second = read(write(tmp_path, raw))
    assert isinstance(first, Revisit) and isinstance(second, Revisit)
    assert (first.fetched_url, first.original_url) == (URL, "https://www.gazette.example/first")
    assert (second.fetched_url, second.original_url) == (URL, URL)


def test_records_that_are_no_captures_yield_nothing(tmp_path: Path) -> None:
    """Requests, metadata, warcinfo, DNS answers, wget's log, later segments and types nobody knows."""
    raw = b"".join(record(b"x", kind=kind) for kind in ("request", "metadata", "warcinfo", "continuation", "novelty"))
    raw += record(b"1.2.3.4", url="dns:gazette.example", content_type="text/dns")
    log = "metadata://gnu.org/software/wget/warc/wget.log"
    raw += record(b"Saved.", kind="resource", url=f"<{log}>", content_type="text/plain")
    assert read(write(tmp_path, raw)) == []


@pytest.mark.parametrize("version", ["WARC/0.18", "WARC/1.0", "WARC/1.1"])
@pytest.mark.parametrize("line_end", ["\r\n", "\n"])
def test_versions_and_line_ends(tmp_path: Path, version: str, line_end: str) -> None:
    """All versions in use, and writers that end lines with LF."""
    assert only(write(tmp_path, record(http(), version=version, line_end=line_end))).body == PAGE


def test_field_names_in_any_case_folded_values_and_angle_brackets(tmp_path: Path) -> None:
    """What WARC 0.18 and 1.0 allow, and what their text prescribed by mistake."""
    raw = (
        record(http(), url=f"<{URL}>").replace(b"WARC-Type: ", b"warc-type:\r\n  ").replace(b"WARC-Date", b"wArC-dAtE")
    )
    assert only(write(tmp_path, raw)).fetched_url == URL


@pytest.mark.parametrize("trailer", [b"", b"\r\n", b"\n\n", b"\r\n\r\n\r\n\r\n" * 50])
def test_any_number_of_line_ends_parts_records(tmp_path: Path, trailer: bytes) -> None:
    """Two by the standard; none to many in practice."""
    raw = record(http(), trailer=trailer) + record(http(), url=URL + "/2", trailer=trailer)
    for whole in (raw, gz(raw), gz(record(http(), trailer=trailer)) + gz(page(2))):
        with WarcReader(write(tmp_path, whole)) as reader:
            assert (len(list(reader)), reader.damage) == (2, [])


@pytest.mark.parametrize(
    ("raw", "instant"),
    [
        ("2026-03-01T06:30:00.123456789Z", datetime(2026, 3, 1, 6, 30, 0, 123456, tzinfo=UTC)),
        ("2026-03-01T06:30Z", datetime(2026, 3, 1, 6, 30, tzinfo=UTC)),
        ("2026-03-01", datetime(2026, 3, 1, tzinfo=UTC)),
        ("2026-03-01T07:30:00+01:00", datetime(2026, 3, 1, 6, 30, tzinfo=UTC)),
        ("2026-03-01 06:30:00", datetime(2026, 3, 1, 6, 30, tzinfo=UTC)),
        ("20260301063000", datetime(2026, 3, 1, 6, 30, tzinfo=UTC)),
        ("2016-12-31T23:59:60Z", datetime(2016, 12, 31, 23, 59, 59, tzinfo=UTC)),
    ],
)
def test_dates_as_writers_write_them(tmp_path: Path, raw: str, instant: datetime) -> None:
    """Decimals, reduced precision, offsets, the digits of ARC files, a leap second."""
    assert only(write(tmp_path, record(http(), date=raw))).captured_at == instant


@pytest.mark.parametrize("raw", [None, "", "yesterday", "2026-02-30T00:00:00Z", "2026", "0001-01-01T00:00:00+23:59"])
def test_a_record_without_a_readable_date_is_rejected(tmp_path: Path, raw: str | None) -> None:
    """An instant is never invented: everything that sorts revisions builds on it."""
    rejection = rejected(write(tmp_path, record(http(), date=raw)))
    assert (rejection.reason, rejection.fetched_url) == ("bad_record", URL)
    assert "WARC-Date" in rejection.detail


def test_secrets_in_urls_do_not_get_out(tmp_path: Path) -> None:
    """Neither of captures, nor of revisits, nor of rejections."""
    url = "https://reader:hunter2@gazette.example/a?token=hunter2"
    raw = record(http(), url=url) + record(b"", kind="revisit", url=url) + record(http(), url=url, date="never")
    assert "hunter2" not in repr(read(write(tmp_path, raw)))


@pytest.mark.parametrize("url", [None, "", "https://gazette.example/\x0bx", "https://gazette.example/" + 9_000 * "x"])
def test_a_record_without_a_usable_url_is_rejected_under_the_files_name(tmp_path: Path, url: str | None) -> None:
    """Missing, empty, with control characters or longer than URLs are."""
    path = write(tmp_path, record(http(), url=url))
    assert (rejected(path).reason, rejected(path).fetched_url) == ("bad_record", path.as_uri())


def test_urls_that_are_not_http_are_captures_too(tmp_path: Path) -> None:
    """Address rules guard dialling, not loading."""
    assert only(write(tmp_path, record(http(), url="hard::ferry.html"))).fetched_url == "hard::ferry.html"


def test_what_is_no_warc_is_refused_on_opening(tmp_path: Path) -> None:
    """Text, HTML, gzip of something else, an empty file, a folder, a file that is not there."""
    for raw in (b"Ferry runs again", PAGE, gz(PAGE), b"\x1f\x8b\x08\x00", b"\x28\xb5\x2f\xfd....."):
        with pytest.raises(Rejected, match="unreadable"):
            WarcReader(write(tmp_path, raw))
    with pytest.raises(Rejected, match="empty"):
        WarcReader(write(tmp_path, b""))
    for path in (tmp_path, tmp_path / "missing.warc.gz"):
        with pytest.raises(Rejected, match="unreadable"):
            WarcReader(path)


def test_reading_by_an_offset_where_no_capture_is(tmp_path: Path) -> None:
    """A rejection that says so, never another record's capture."""
    path = write(tmp_path, members([warcinfo(), page(1)]))
    for offset in (0, 7, path.stat().st_size, 10 * path.stat().st_size):
        found = read_capture(path, offset, "warc")
        assert isinstance(found, Rejection)
        assert (found.reason, found.capture_offset) == ("bad_record", offset)
    missing = read_capture(tmp_path / "gone.warc.gz", 0, "warc")
    assert isinstance(missing, Rejection) and missing.reason == "unreadable"


def test_a_file_that_grows_is_read_as_it_was(tmp_path: Path) -> None:
    """What another program appends meanwhile comes with the next reader, from this one's position."""
    path = write(tmp_path, members([page(1)]))
    with WarcReader(path) as reader:
        with path.open("ab") as file:
            file.write(gz(page(2)))
        assert urls(reader) == ["1"]
        assert urls(read(path, start=reader.position)) == ["2"]
