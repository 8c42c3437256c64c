"""Local input, one resource at a time: flat memory, resumable, and a rejection for whatever is none."""

import gzip
import io
import json
import os
import struct
import tracemalloc
import warnings
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tasks.load import HTML, RECORD, TEXT, LocalReader, LocalResource, Source, find_sources
from tasks.model import Rejection

PAGE = b"<!DOCTYPE html><html><body><p>The ferry runs again.</p></body></html>"
MEGABYTE = 1_048_576
NOW = datetime(2026, 3, 1, tzinfo=UTC)


def source(folder: Path, name: str, raw: bytes) -> Source:
    path = folder / name
    path.write_bytes(raw)
    (found,) = find_sources([str(path)])
    assert isinstance(found, Source), found
    return found


def read(of: Source, **options: Any) -> list[LocalResource | Rejection]:
    with LocalReader(of, seen_at=NOW, **options) as reader:
        return list(reader)


def resources(of: Source, **options: Any) -> list[LocalResource]:
    found = read(of, **options)
    assert all(isinstance(one, LocalResource) for one in found), found
    return [one for one in found if isinstance(one, LocalResource)]


def rejections(of: Source, **options: Any) -> list[tuple[str, str]]:
    """(reason, detail) of everything that was not read."""
    return [(one.reason, one.detail) for one in read(of, **options) if isinstance(one, Rejection)]


def lines(*records: dict[str, Any] | bytes) -> bytes:
    return b"".join((one if isinstance(one, bytes) else json.dumps(one).encode()) + b"\n" for one in records)


def zipped(**files: bytes) -> bytes:
    """A ZIP file; `__` in a name stands for a slash, `_` for a dot."""
    return zip_of({name.replace("__", "/").replace("_", "."): raw for name, raw in files.items()})


def zip_of(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, raw in files.items():
            archive.writestr(name, raw)
    return out.getvalue()


# --- single files


@pytest.mark.parametrize(("name", "content_type"), [("a.html", HTML), ("a.txt", TEXT)])
def test_a_page_or_text_is_one_resource(tmp_path: Path, name: str, content_type: str) -> None:
    """Plain or gzip, named by its `file:` URI, without an instant of its own."""
    raw = PAGE if content_type == HTML else b"The ferry runs again."
    for of in (source(tmp_path, name, raw), source(tmp_path, f"{name}.gz", gzip.compress(raw))):
        assert resources(of) == [LocalResource(of.path.as_uri(), content_type, raw, None, "file")]
        assert read(of, start=1) == []


def test_names_of_any_bytes_become_uris(tmp_path: Path) -> None:
    """Percent-encoded byte by byte, so that every name on disk has one."""
    (one,) = resources(source(tmp_path, os.fsdecode(b"F\xc3\xa4hre 1?#\n\xff.html"), PAGE))
    assert one.fetched_url == f"{tmp_path.as_uri()}/F%C3%A4hre%201%3F%23%0A%FF.html"


def test_pages_over_the_limit_and_bombs_are_rejected_in_the_memory_of_the_limit(tmp_path: Path) -> None:
    """100 MB of spaces, plain and in 100 KB of gzip."""
    page = PAGE + 100 * MEGABYTE * b" "
    for of in (source(tmp_path, "a.html", page), source(tmp_path, "b.html.gz", gzip.compress(page, 1))):
        tracemalloc.start()
        assert [reason for reason, _ in rejections(of, max_body=MEGABYTE)] == ["too_large"]
        assert tracemalloc.get_traced_memory()[1] < 8 * MEGABYTE
        tracemalloc.stop()


def test_cut_and_damaged_gzip(tmp_path: Path) -> None:
    """Half a page is not stored as a page."""
    whole = gzip.compress(PAGE * 20)
    assert [reason for reason, _ in rejections(source(tmp_path, "a.html.gz", whole[:-9]))] == ["incomplete"]
    of = source(tmp_path, "a.html.gz", whole)
    of.path.write_bytes(whole[:-8] + b"\0\0\0\0" + whole[-4:])
    assert [reason for reason, _ in rejections(of)] == ["unreadable"]


@pytest.mark.parametrize("name", ["a.html", "a.jsonl", "a.zip"])
def test_a_file_that_is_gone_or_replaced_is_one_rejection(tmp_path: Path, name: str) -> None:
    """Between finding and reading, anything may happen."""
    raw = {"a.html": PAGE, "a.jsonl": lines({"text": "a"}), "a.zip": zipped(a_html=PAGE)}[name]
    of = source(tmp_path, name, raw)
    of.path.unlink()
    assert [reason for reason, _ in rejections(of)] == ["unreadable"]
    os.mkfifo(of.path)
    assert [reason for reason, _ in rejections(of)] == ["unreadable"]


# --- JSON Lines


def test_a_record_is_kept_with_all_its_fields(tmp_path: Path) -> None:
    """Serialised again in UTF-8: nothing dropped, nothing added; its own URL and instant."""
    record = {
        "url": "https://gazette.example/fähre",
        "text": "Die Fähre 🚢",
        "title": None,
        "authors": ["A", "B"],
        "captured_at": "2026-02-01T08:00:00+02:00",
        "own": {"x": [1, 2.5, True]},
    }
    (one,) = resources(source(tmp_path, "a.jsonl", lines(record)))
    assert json.loads(one.body.decode("utf-8")) == record
    assert "Fähre".encode() in one.body
    assert (one.fetched_url, one.content_type, one.via) == (record["url"], RECORD, "jsonl")
    assert one.captured_at == datetime(2026, 2, 1, 6, tzinfo=UTC)


def test_a_record_without_a_url_is_named_after_its_line(tmp_path: Path) -> None:
    """Missing, null or empty; the line is counted from one, empty lines included."""
    of = source(tmp_path, "a.jsonl", lines({"text": "a"}, b"", {"text": "b", "url": None}, {"html": "c", "url": ""}))
    assert [one.fetched_url for one in resources(of)] == [f"{of.path.as_uri()}#line={number}" for number in (1, 3, 4)]


@pytest.mark.parametrize(
    ("raw", "instant"),
    [
        ("2026-02-01T08:00:00Z", datetime(2026, 2, 1, 8, tzinfo=UTC)),
        ("2026-02-01 08:00:00.5", datetime(2026, 2, 1, 8, 0, 0, 500_000, tzinfo=UTC)),
        ("2026-02-01", datetime(2026, 2, 1, tzinfo=UTC)),
        ("last week", None),
        ("0001-01-01T00:00:00+14:00", None),
        (1_770_000_000, None),
        (None, None),
        ((NOW + timedelta(hours=20)).isoformat(), NOW + timedelta(hours=20)),
        ("2099-01-01T00:00:00Z", None),
    ],
)
def test_instants_of_records(tmp_path: Path, raw: Any, instant: datetime | None) -> None:
    """ISO 8601, UTC where nothing else is said; what is none, or lies ahead of the clock, is no instant."""
    (one,) = resources(source(tmp_path, "a.jsonl", lines({"text": "a", "captured_at": raw})))
    assert one.captured_at == instant


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (b'{"text": "a"', "at character"),
        (b"[1]", "not an object"),
        (b'{"url": "https://gazette.example/b"}', "neither text nor html"),
        (b'{"text": 1}', "neither text nor html"),
        (b'{"text": "a", "url": 7}', "url is no string"),
        (b'{"text": "a", "url": "https://a.example/\\r\\nX: y"}', "control characters"),
        (b'{"text": "a", "url": "https://a.example/\\ud800"}', "control characters"),
        (b'{"text": "a", "url": "https://a.example/' + 9_000 * b"x" + b'"}', "characters"),
        (b'{"text": "\xff"}', "not UTF-8 from byte 10"),
        (b'{"text": "a", "n": 1e999}', "float"),
        (b'{"text": "a", "n": ' + 5_000 * b"9" + b"}", "digits"),
        (b'{"text": "a", "n": ' + 200_000 * b"[" + b"}", "nested"),
    ],
)
def test_a_bad_line_is_rejected_with_its_number_and_stops_nothing(tmp_path: Path, line: bytes, why: str) -> None:
    """The lines before and after it are read."""
    of = source(tmp_path, "a.jsonl", lines({"text": "a"}, line, {"text": "c"}))
    before, bad, after = read(of)
    assert isinstance(before, LocalResource) and isinstance(after, LocalResource)
    assert isinstance(bad, Rejection)
    assert (bad.reason, bad.via, bad.seen_at) == ("bad_json", "jsonl", NOW)
    assert bad.detail.startswith("line 2: ") and why in bad.detail


def test_a_bad_record_goes_under_its_url_where_it_has_one(tmp_path: Path) -> None:
    """So that `why URL` finds it."""
    of = source(tmp_path, "a.jsonl", lines({"url": "https://gazette.example/b"}, b"{"))
    assert [one.fetched_url for one in read(of)] == ["https://gazette.example/b", f"{of.path.as_uri()}#line=2"]


def test_what_data_frames_write(tmp_path: Path) -> None:
    """NaN for what is missing, a byte order mark, CR LF, lone surrogates: all is read, and the body is valid JSON."""
    raw = b'\xef\xbb\xbf{"text": "a", "authors": NaN}\r\n{"text": "\\ud800 b", "n": -Infinity}'
    first, second = resources(source(tmp_path, "a.jsonl", raw))
    assert first.body == b'{"text":"a","authors":null}'
    assert second.body == b'{"text":"\\ud800 b","n":null}'


def test_secrets_in_urls_of_records_go_nowhere(tmp_path: Path) -> None:
    """Neither into the name nor into the stored record nor into a rejection."""
    url = "https://reader:hunter2@gazette.example/a?token=hunter2"
    of = source(tmp_path, "a.jsonl", lines({"url": url, "text": "a"}, {"url": url}))
    assert "hunter2" not in repr(read(of))


def test_a_line_over_the_limit_is_passed_over_in_bounded_memory(tmp_path: Path) -> None:
    """60 MB in one line, plain and in gzip; the next line is read."""
    raw = lines({"text": "a"}, {"text": "x" * 60 * MEGABYTE}, {"text": "c"})
    for of in (source(tmp_path, "a.jsonl", raw), source(tmp_path, "b.jsonl.gz", gzip.compress(raw, 1))):
        tracemalloc.start()
        found = read(of, max_body=MEGABYTE)
        assert tracemalloc.get_traced_memory()[1] < 12 * MEGABYTE
        tracemalloc.stop()
        assert [getattr(one, "reason", "ok") for one in found] == ["ok", "too_large", "ok"]


def test_a_bomb_of_lines_stops(tmp_path: Path) -> None:
    """300 MB of empty lines, or of one line, in 300 KB: one rejection, and the end."""
    for piece in (b"\n", b"a"):
        raw = gzip.compress(lines({"text": "a"}), 1) + gzip.compress(piece * 300 * MEGABYTE, 1)
        with LocalReader(source(tmp_path, "a.jsonl.gz", raw), max_body=MEGABYTE) as reader:
            found = list(reader)
            assert [getattr(one, "reason", "ok") for one in found] == ["ok", "too_large"]
            assert reader.bytes_read < reader.bytes_total


@pytest.mark.parametrize(("cut", "reason"), [(True, "incomplete"), (False, "unreadable")])
def test_cut_and_damaged_gzip_keeps_the_lines_before(tmp_path: Path, cut: bool, reason: str) -> None:
    """And a reader that goes on does not tell it twice."""
    raw = gzip.compress(lines(*({"text": os.urandom(500).hex()} for _ in range(200))))
    raw = raw[: len(raw) // 2] + (b"" if cut else b"\xff" * 100 + raw[len(raw) // 2 + 100 :])
    of = source(tmp_path, "a.jsonl.gz", raw)
    with LocalReader(of) as reader:
        *before, last = reader
        assert len([one for one in before if isinstance(one, LocalResource)]) > 50
        assert all(one.reason == "bad_json" for one in before if isinstance(one, Rejection))
        assert isinstance(last, Rejection) and last.reason == reason
        assert read(of, start=reader.position) == []


def test_gzip_damaged_from_its_start(tmp_path: Path) -> None:
    """No line was read, and that is said once."""
    of = source(tmp_path, "a.jsonl.gz", gzip.compress(lines({"text": "a"})))
    of.path.write_bytes(b"\x1f\x8b\x08" + bytes(7) + 40 * b"\xff")
    assert [reason for reason, _ in rejections(of)] == ["unreadable"]


def test_a_file_that_holds_no_records_is_given_up(tmp_path: Path) -> None:
    """A log of a million lines does not become a million rows; a good line among the bad ones keeps it going."""
    bad = 9_999 * b"2026-03-01 INFO started\n"
    of = source(tmp_path, "a.jsonl", bad + lines({"text": "a"}) + bad + lines({"text": "b"}) + 20_000 * b"INFO\n")
    found = read(of)
    assert len(found) == 2 * 10_000 + 10_000 + 1
    assert isinstance(found[-1], Rejection)
    assert (found[-1].reason, found[-1].fetched_url) == ("unreadable", of.path.as_uri())


# --- ZIP files


def test_members_are_resources_in_their_order(tmp_path: Path) -> None:
    """Pages, texts and gzip of them, named by file and member; hidden ones and folders are passed over."""
    of = source(
        tmp_path,
        "a.zip",
        zip_of(
            {
                "b/": b"",
                "b/2 ä.html": PAGE,
                "a.txt": b"Ferry",
                "c.html.gz": gzip.compress(PAGE),
                ".DS_Store": b"x",
                "__MACOSX/b/2.html": PAGE,
            }
        ),
    )
    uri = of.path.as_uri()
    assert resources(of) == [
        LocalResource(f"{uri}#b/2%20%C3%A4.html", HTML, PAGE, None, "file"),
        LocalResource(f"{uri}#a.txt", TEXT, b"Ferry", None, "file"),
        LocalResource(f"{uri}#c.html.gz", HTML, PAGE, None, "file"),
    ]


@pytest.mark.parametrize(
    ("name", "raw", "reason"),
    [
        ("../../x.html", PAGE, "unreadable"),
        ("/etc/x.html", PAGE, "unreadable"),
        ("inner.zip", zipped(a_html=PAGE), "unreadable"),
        ("inner.jsonl", lines({"text": "a"}), "unreadable"),
        ("a.png", b"\x89PNG\r\n" + bytes(100), "unreadable"),
        ("empty.html", b"", "empty"),
        ("bomb.html", bytes(40 * MEGABYTE), "too_large"),
        ("bomb.html.gz", gzip.compress(PAGE + 40 * MEGABYTE * b" "), "too_large"),
    ],
)
def test_other_members_are_rejected_one_by_one(tmp_path: Path, name: str, raw: bytes, reason: str) -> None:
    """Names that lead out, archives in the archive, bombs: nothing lands on disk, the next member is read."""
    of = source(tmp_path, "a.zip", zip_of({name: raw, "good.html": PAGE}))
    bad, good = read(of, max_body=MEGABYTE)
    assert isinstance(bad, Rejection) and bad.reason == reason
    assert isinstance(good, LocalResource) and good.fetched_url.endswith("#good.html")
    assert [path.name for path in tmp_path.iterdir()] == ["a.zip"]


def test_encrypted_and_lzma_members_are_rejected(tmp_path: Path) -> None:
    """Nobody has the password; LZMA may ask for gigabytes of memory."""
    raw = bytearray(zip_of({"a.html": PAGE}))
    for signature, flags_at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        raw[raw.index(signature) + flags_at] |= 1
    assert rejections(source(tmp_path, "a.zip", bytes(raw))) == [("unreadable", "encrypted")]
    (lzma,) = rejections(source(tmp_path, "a.zip", zip_of({"a.html": PAGE}, zipfile.ZIP_LZMA)))
    assert lzma == ("unreadable", "a compression method other than deflate")


def test_a_member_that_lies_about_its_size_stops_at_the_limit(tmp_path: Path) -> None:
    """The directory says 100 bytes, the member inflates to 40 MB."""
    raw = bytearray(zip_of({"a.html": bytes(40 * MEGABYTE), "b.html": PAGE}))
    directory = raw.index(b"PK\x01\x02")
    raw[directory + 24 : directory + 28] = struct.pack("<I", 100)
    found = read(source(tmp_path, "a.zip", bytes(raw)), max_body=MEGABYTE)
    assert isinstance(found[0], Rejection) and isinstance(found[1], LocalResource)


def test_members_that_share_their_bytes_are_a_bomb(tmp_path: Path) -> None:
    """Each is small enough; together they are a thousand times the file. With every Python, also one that refuses
    each of them for itself."""
    page = PAGE + b" " * 900_000
    raw = zip_of({"a.html": page})
    start = raw.index(b"PK\x01\x02")
    entry, end = raw[start : raw.index(b"PK\x05\x06")], bytearray(raw[raw.index(b"PK\x05\x06") :])
    end[8:12] = struct.pack("<HH", 2_000, 2_000)
    end[12:16] = struct.pack("<I", 2_000 * len(entry))
    of = source(tmp_path, "a.zip", raw[:start] + 2_000 * entry + bytes(end))
    found = read(of, max_body=MEGABYTE)
    assert len(found) < 200
    assert isinstance(found[-1], Rejection)
    assert (found[-1].reason, found[-1].fetched_url) == ("too_large", of.path.as_uri())


def test_a_list_of_members_too_long_to_hold_is_refused(tmp_path: Path) -> None:
    """Python would read it into memory at once."""
    end = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 60_000, 60_000, 17 * MEGABYTE, 0, 0)
    (found,) = rejections(source(tmp_path, "a.zip", b"PK\x03\x04" + bytes(18 * MEGABYTE) + end))
    assert found[0] == "too_large"


def test_damaged_zip_files_are_rejected(tmp_path: Path) -> None:
    """Cut, without its directory, empty, and with any byte changed: a rejection, never an error."""
    raw = zip_of({"a.html": PAGE, "b.txt": b"Ferry"})
    assert rejections(source(tmp_path, "a.zip", raw[:-30]))[0][0] == "unreadable"
    assert rejections(source(tmp_path, "a.zip", zip_of({})))[0][0] == "unreadable"
    of = source(tmp_path, "a.zip", raw)
    for at in range(4, len(raw)):
        of.path.write_bytes(raw[:at] + bytes([raw[at] ^ 0xFF]) + raw[at + 1 :])
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            read(of)


# --- all kinds


@pytest.mark.parametrize("name", ["a.jsonl", "a.jsonl.gz", "a.zip"])
def test_a_reader_goes_on_where_another_stopped(tmp_path: Path, name: str) -> None:
    """After any number of resources the rest comes, and only the rest; progress ends at the file's size."""
    records = lines({"text": "0"}, {"text": "1"}, b"{", b"", {"text": "2"})
    pages = zip_of({"0.txt": b"0", ".x": b"", "1.txt": b"1", "2.png": b"\x89PNG", "3.txt": b"2"})
    of = source(tmp_path, name, {"a.jsonl": records, "a.jsonl.gz": gzip.compress(records), "a.zip": pages}[name])
    whole = read(of)
    assert len(whole) == 4
    for taken in range(5):
        with LocalReader(of, seen_at=NOW) as first:
            before = [next(first) for _ in range(taken)]
        with LocalReader(of, seen_at=NOW, start=first.position) as second:
            assert before + list(second) == whole
            assert 0 <= second.bytes_read <= second.bytes_total == of.size_bytes


def test_a_reader_can_be_left_at_any_time(tmp_path: Path) -> None:
    """Iteration goes on where a `break` left it, and a reader that is dropped leaves no file open."""
    reader = LocalReader(source(tmp_path, "a.jsonl", lines({"text": "0"}, {"text": "1"})))
    for one in reader:
        assert isinstance(one, LocalResource)
        break
    assert reader.position == 1
    assert len(list(reader)) == 1
    dropped = LocalReader(source(tmp_path, "a.jsonl", lines({"text": "0"}, {"text": "1"})))
    next(dropped)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        del dropped


def test_a_warc_is_not_read_here(tmp_path: Path) -> None:
    """It has its own reader; the caller's mistake is told at once."""
    with pytest.raises(ValueError, match="WarcReader"):
        LocalReader(Source(tmp_path / "a.warc", "warc", 1))
