"""The HTTP message in a record: encodings undone within the limit, also where the headers lie."""

import gzip
import tracemalloc
import zlib
from collections.abc import Callable
from pathlib import Path

import brotli
import pytest
import zstandard

from tasks.archive.encodings import dechunk, decode
from tasks.archive.http_message import parse_http
from tasks.errors import Rejected
from tests.tasks.archive.warcs import PAGE, dice, gz, http, only, record, rejected, write

LIMIT = 100_000
BODY = PAGE + b"<!-- " + bytes(dice(3).choices(b"abcdefgh ", k=30_000)) + b" -->"
ENCODE: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": brotli.compress,
    "zstd": zstandard.compress,
}


def raw_deflate(body: bytes) -> bytes:
    return zlib.compress(body)[2:-4]


def chunked(body: bytes, size: int = 1_000, extension: bytes = b"") -> bytes:
    parts = [body[at : at + size] for at in range(0, len(body), size)]
    return b"".join(b"%x%s\r\n%s\r\n" % (len(part), extension, part) for part in parts) + b"0\r\n\r\n"


@pytest.mark.parametrize("name", ENCODE)
@pytest.mark.parametrize("size", [1, 2, 1_000, 65_536, 99_999])
def test_every_encoding_is_undone(name: str, size: int) -> None:
    """From one byte to the limit, compressible or not."""
    for body in (size * b"a", dice(size).randbytes(size)):
        assert decode(ENCODE[name](body), [name], LIMIT) == (body, None)


@pytest.mark.parametrize("header", ["gzip", "x-gzip", " GZIP "])
def test_names_of_encodings(header: str) -> None:
    """In any case, and the old name."""
    assert decode(gzip.compress(BODY), [header], LIMIT) == (BODY, None)


def test_deflate_with_and_without_zlibs_header_and_gzip_in_parts() -> None:
    """Servers disagreed what `deflate` means; gzip may be several members, with anything behind them."""
    assert decode(raw_deflate(BODY), ["deflate"], LIMIT) == (BODY, None)
    assert decode(gzip.compress(BODY[:99]) + gzip.compress(BODY[99:]) + b"\0\0", ["gzip"], LIMIT) == (BODY, None)


def test_encodings_in_a_row_are_undone_from_the_last(tmp_path: Path) -> None:
    """The header lists them in the order in which they were applied."""
    body = chunked(brotli.compress(gzip.compress(BODY)))
    headers = ("Content-Encoding: gzip, br", "Transfer-Encoding: chunked")
    assert only(write(tmp_path, record(http(body, *headers)))).body == BODY
    headers = ("Content-Encoding: gzip", "Content-Encoding: br", "Transfer-Encoding: Chunked")
    assert only(write(tmp_path, record(http(body, *headers)))).body == BODY


def test_transfer_encodings_other_than_chunked(tmp_path: Path) -> None:
    """`gzip, chunked` compresses the message, not the page."""
    body = chunked(gzip.compress(BODY))
    assert only(write(tmp_path, record(http(body, "Transfer-Encoding: gzip, chunked")))).body == BODY


@pytest.mark.parametrize("name", [*ENCODE, "identity", "utf-8", "none"])
def test_a_body_that_is_not_encoded_as_told_is_left_alone(name: str) -> None:
    """Crawlers decode bodies and keep the header; nobody knows the encoding `utf-8`."""
    for body in (BODY, b"Just text, and more text. " * 60, "Гавань снова открыта. ".encode() * 60, b"x"):
        assert decode(body, [name], LIMIT) == (body, None)


def test_a_gzip_body_whose_header_was_lost(tmp_path: Path) -> None:
    """No page starts with gzip's magic; a download may."""
    assert only(write(tmp_path, record(http(gz(BODY))))).body == BODY
    download = http(gz(BODY)).replace(b"text/html", b"application/gzip")
    assert only(write(tmp_path, record(download))).body == gz(BODY)


@pytest.mark.parametrize("size", [1, 7, 1_000, 100_000])
def test_chunks_of_any_size_with_extensions(size: int) -> None:
    """Also with LF alone, spaces behind the size, and trailers."""
    assert dechunk(chunked(BODY, size)) == (BODY, True)
    assert dechunk(chunked(BODY, size, b";name=value")) == (BODY, True)
    assert dechunk(chunked(BODY, size, b"  ")[:-2] + b"X-Trailer: 1\r\n\r\n") == (BODY, True)
    assert dechunk(b"5\nhello\n0\n\n") == (b"hello", True)


@pytest.mark.parametrize(
    "body", [BODY, b"", b"Decade of the ferry: it runs", b"a\nb or not a b: no chunk", b"\r\n5\r\n"]
)
def test_a_body_that_is_not_chunked_is_left_alone(body: bytes) -> None:
    """Crawlers remove the framing and keep the header."""
    assert dechunk(body) == (body, True)


def test_what_ends_early_is_used_and_marked(tmp_path: Path) -> None:
    """Half a page is better than none, when everybody knows that it is half."""
    cases = {
        "gzip": http(gzip.compress(BODY)[:-500], "Content-Encoding: gzip"),
        "br": http(brotli.compress(BODY)[:-500], "Content-Encoding: br"),
        "deflate": http(zlib.compress(BODY)[:-500], "Content-Encoding: deflate"),
        "chunked": http(chunked(BODY)[:-500], "Transfer-Encoding: chunked"),
        "content-length": http(BODY[:20_000], f"Content-Length: {len(BODY)}").replace(b"</html>", b""),
    }
    for why, block in cases.items():
        capture = only(write(tmp_path, record(block)))
        assert capture.truncated == why
        assert capture.body and BODY.replace(b"</html>", b"").startswith(capture.body.replace(b"</html>", b""))


def test_a_chunked_body_without_its_last_chunk_is_marked() -> None:
    """The connection closed before the server said that it was done."""
    assert dechunk(chunked(BODY).removesuffix(b"0\r\n\r\n")) == (BODY, False)


def test_a_wrong_content_length_alone_means_nothing(tmp_path: Path) -> None:
    """It counts compressed bytes, or what the page had before a proxy touched it."""
    for length in (5, len(BODY) + 5_000, "many"):
        capture = only(write(tmp_path, record(http(BODY, f"Content-Length: {length}"))))
        assert (capture.body, capture.truncated) == (BODY, None)


def test_warc_truncated_and_segments_are_told(tmp_path: Path) -> None:
    """The archive says itself that there was more."""
    assert only(write(tmp_path, record(http(), extra=["WARC-Truncated: length"]))).truncated == "length"
    assert only(write(tmp_path, record(http(), extra=["WARC-Segment-Number: 1"]))).truncated == "segment"


@pytest.mark.parametrize("name", ENCODE)
def test_bombs_stop_at_the_limit(name: str) -> None:
    """50 MB out of a few kilobytes: the memory of the limit, no more."""
    bomb = ENCODE[name](bytes(50_000_000))
    tracemalloc.start()
    with pytest.raises(Rejected, match="too_large"):
        decode(bomb, [name], 1_000_000)
    assert tracemalloc.get_traced_memory()[1] < 8_000_000
    tracemalloc.stop()


def test_fifty_encodings_are_refused(tmp_path: Path) -> None:
    """Each is cheap to ask for and dear to undo."""
    headers = ("Content-Encoding: " + ", ".join(50 * ["gzip"]),)
    assert rejected(write(tmp_path, record(http(gz(PAGE), *headers)))).reason == "bad_record"


def test_an_encoded_body_damaged_from_its_start(tmp_path: Path) -> None:
    """Nothing of it can be read: that is no page of noise."""
    body = gz(PAGE)[:10] + b"\xff" * 50
    assert rejected(write(tmp_path, record(http(body, "Content-Encoding: gzip")))).reason == "incomplete"


def test_a_body_over_the_limit_is_rejected_and_costs_no_other(tmp_path: Path) -> None:
    """At the limit it is a capture; one byte more, encoded or not, is too large."""
    path = write(tmp_path, record(http(1_000 * b"a")))
    assert len(only(path, max_body=1_000).body) == 1_000
    assert rejected(path, max_body=999).reason == "too_large"
    path = write(tmp_path, record(http(gz(1_000 * b"a"), "Content-Encoding: gzip")))
    assert rejected(path, max_body=999).reason == "too_large"
    path = write(tmp_path, record(1_000 * b"a", kind="resource"))
    assert rejected(path, max_body=999).reason == "too_large"


@pytest.mark.parametrize(
    ("block", "status", "body"),
    [
        (b"HTTP/2 200 \r\n\r\nx", 200, b"x"),
        (b"HTTP/1.1  404  Not Found\nServer: a\n\nx", 404, b"x"),
        (b"HTTP/1.1 304 Not Modified\r\nETag: 1\r\n", 304, b""),
        (b"HTTP/1.0 200 OK", 200, b""),
        (b"HTTP/1.1 200 OK\r\n\r\n\r\n\r\nx", 200, b"\r\n\r\nx"),
    ],
)
def test_status_lines_and_heads_as_they_come(block: bytes, status: int, body: bytes) -> None:
    """HTTP/2 as crawlers write it, LF alone, heads without a body."""
    message = parse_http(block, LIMIT)
    assert (message.status, message.body) == (status, body)


@pytest.mark.parametrize("block", [b"", b"<html></html>", b"HTTP/1.1 OK", b"HTTP/1.1 2000 OK\r\n\r\n", b"\0" * 500])
def test_a_response_without_a_status_line_is_rejected(tmp_path: Path, block: bytes) -> None:
    """What the record says it is, it is not."""
    assert rejected(write(tmp_path, record(block))).reason == "bad_record"


def test_monstrous_heads_are_refused(tmp_path: Path) -> None:
    """10,000 headers, or one of a megabyte."""
    for headers in ([f"X-{number}: 1" for number in range(10_000)], ["X-Long: " + 1_000_000 * "a"]):
        assert rejected(write(tmp_path, record(http(PAGE, *headers)))).reason == "bad_record"


def test_headers_in_latin_1_and_folded(tmp_path: Path) -> None:
    """Servers write Latin-1, and long values over several lines."""
    block = http(PAGE, "X-Author: Ren\u00e9").replace("\u00e9".encode(), b"\xe9").replace(b": Ren", b":\r\n  Ren")
    assert ("x-author", "Ren\u00e9") in only(write(tmp_path, record(block))).headers


def test_a_response_that_is_not_http(tmp_path: Path) -> None:
    """Crawlers of ftp sites write responses without a message."""
    capture = only(write(tmp_path, record(b"Ferry times", url="ftp://gazette.example/a", content_type="text/plain")))
    assert (capture.body, capture.status, capture.content_type) == (b"Ferry times", None, "text/plain")
