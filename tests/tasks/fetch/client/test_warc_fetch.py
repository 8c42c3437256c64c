"""Fetched pages in WARC files, read back by us and by warcio."""

import gzip
from argparse import Namespace
from datetime import UTC, datetime
from pathlib import Path

import brotli
import pytest
from warcio.archiveiterator import ArchiveIterator
from warcio.checker import Checker

from tasks.archive import ArchiveWriter, FetchNotes, Original, WarcReader, original_at, payload_digest, read_capture
from tasks.fetch.client import Client
from tasks.fetch.outcome import Exchange, Validators
from tasks.fetch.warc_fetch import write_fetched
from tasks.model import Capture, Evidence, Listed, Revisit
from tests.tasks.fetch.client.server import Web, answer, chunked, redirect

PAGE = b"<html><body><p>The ferry leaves at dawn.</p></body></html>"
SECRET = "hunter2hunter2"  # noqa: S105  # planted: the test looks for it where it must not be


def all_of(path: Path) -> list[object]:
    with WarcReader(path, via="page") as reader:
        return list(reader)


def kinds(path: Path) -> list[str]:
    with path.open("rb") as file:
        return [record.rec_type for record in ArchiveIterator(file)]


def check(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """warcio finds every digest right and has nothing to say."""
    assert Checker(Namespace(inputs=[str(path)], verbose=False)).process_all() == 0
    assert capsys.readouterr().out == ""


def test_a_fetched_page_is_read_back(
    web: Web, client: Client, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Body, status, type, instant and URL, by offset and by reading through; request and warcinfo are no captures."""
    site = web.add(lambda request: answer(gzip.compress(PAGE), "200 OK", "Content-Encoding: gzip", "X-A: 1", "X-A: 2"))
    fetched = client.fetch(f"{site.url}/a?b=c")
    with ArchiveWriter(tmp_path, "batch-1") as writer:
        archived = write_fetched(writer, fetched)
    (capture,) = all_of(writer.path)
    assert isinstance(capture, Capture)
    assert (capture.body, capture.status) == (PAGE, 200)
    assert (capture.fetched_url, capture.captured_at) == (fetched.fetched_url, fetched.fetched_at)
    assert capture.headers == fetched.headers
    assert read_capture(writer.path, archived.offset, "page") == capture
    assert kinds(writer.path) == ["warcinfo", "response", "request"]
    check(writer.path, capsys)


def test_other_tools_read_every_field(web: Web, client: Client, tmp_path: Path) -> None:
    """The payload without its encoding, request and response tied together, the address that was dialled."""
    site = web.add(lambda request: answer(gzip.compress(PAGE), "200 OK", "Content-Encoding: gzip"))
    fetched = client.fetch(site.url)
    with ArchiveWriter(tmp_path, "batch-1") as writer:
        write_fetched(writer, fetched)
    with writer.path.open("rb") as file:
        _, response, request = (
            (record.rec_headers, record.http_headers, record.content_stream().read())
            for record in ArchiveIterator(file)
        )
    assert response[2] == PAGE and response[1].get_statuscode() == "200"
    assert response[0].get_header("WARC-IP-Address") == site.address
    assert request[0].get_header("WARC-Concurrent-To") == response[0].get_header("WARC-Record-ID")
    assert request[1].get_header("User-Agent").startswith("Presshouse/")
    assert request[1].get_header("Host") == f"{site.address}:{site.port}"
    assert response[0].get_header("WARC-Payload-Digest") == payload_digest(fetched.exchanges[0].body)


def test_the_request_is_kept_as_it_was_sent(web: Web, client: Client) -> None:
    """Byte for byte, where there is no secret in it."""
    site = web.add(lambda request: answer(PAGE))
    fetched = client.fetch(f"{site.url}/caf%C3%A9?q=a+b", validators=Validators('"x"', body_sha256="0"))
    assert fetched.exchanges[0].request == site.requests[0].raw


@pytest.mark.parametrize(("encoding", "body"), [("gzip", gzip.compress(PAGE)), ("br", brotli.compress(PAGE))])
def test_chunks_and_encodings_are_read_back(
    web: Web, client: Client, tmp_path: Path, capsys: pytest.CaptureFixture[str], encoding: str, body: bytes
) -> None:
    """The framing is gone, and no header says that it is there."""
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: {encoding}\r\nTransfer-Encoding: chunked\r\n\r\n".encode()
    site = web.add(lambda request: head + chunked(body[:9], body[9:]))
    with ArchiveWriter(tmp_path, "batch-1") as writer:
        write_fetched(writer, client.fetch(site.url))
    (capture,) = all_of(writer.path)
    assert isinstance(capture, Capture)
    assert (capture.body, capture.truncated) == (PAGE, None)
    if encoding != "br":  # warcio 1.8.1 raises on every brotli record; that is why we do not ask for it
        check(writer.path, capsys)


def test_redirects_are_kept_before_their_target(
    web: Web, client: Client, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each hop with its request; a long body of a redirect is cut and says so."""
    site = web.add(lambda request: answer(PAGE) if request.target == "/b" else redirect("/b", body=b"x" * 100_000))
    with ArchiveWriter(tmp_path, "batch-1") as writer:
        archived = write_fetched(writer, client.fetch(site.url + "/a"))
    assert kinds(writer.path) == ["warcinfo", "response", "request", "response", "request"]
    hop, page = all_of(writer.path)
    assert isinstance(hop, Capture) and isinstance(page, Capture)
    assert (hop.status, hop.truncated, page.status, page.body) == (302, "length", 200, PAGE)
    assert read_capture(writer.path, archived.offset, "page") == page
    check(writer.path, capsys)


def test_an_unchanged_page_is_a_revisit(
    web: Web, client: Client, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """By 304 and by the same bytes; each refers to the first response, with its digest."""
    tags = iter(['"v1"', '"v2"'])
    site = web.add(
        lambda request: (
            b"HTTP/1.1 304 Not Modified\r\n\r\n"
            if "if-none-match" in request.headers
            else answer(PAGE, "200 OK", f"ETag: {next(tags)}")
        )
    )
    first = client.fetch(site.url)
    with ArchiveWriter(tmp_path, "batch-1") as writer:
        kept = write_fetched(writer, first)
        not_modified = write_fetched(writer, client.fetch(site.url, validators=first.validators()), kept.original)
        same = write_fetched(writer, client.fetch(site.url), not_modified.original)
    assert (kept.is_revisit, not_modified.is_revisit, same.is_revisit) == (False, True, True)
    assert kept.original == not_modified.original == same.original
    found = all_of(writer.path)
    assert [type(one) for one in found] == [Capture, Revisit, Revisit]
    assert all(isinstance(one, Revisit) and one.original_url == site.url + "/" for one in found[1:])
    with writer.path.open("rb") as file:
        revisits = [record.rec_headers for record in ArchiveIterator(file) if record.rec_type == "revisit"]
    assert [one.get_header("WARC-Profile").rpartition("/")[2] for one in revisits] == [
        "server-not-modified",
        "identical-payload-digest",
    ]
    for one in revisits:
        assert one.get_header("WARC-Payload-Digest") == kept.original.payload_digest
        assert one.get_header("WARC-Refers-To-Target-URI") == site.url + "/"
    check(writer.path, capsys)


def test_a_changed_page_is_no_revisit(web: Web, client: Client, tmp_path: Path) -> None:
    """Other bytes are a capture of their own, and what the next one is compared with."""
    site = web.add(lambda request: answer(PAGE + str(len(site.requests)).encode()))
    with ArchiveWriter(tmp_path, "batch-1") as writer:
        first = write_fetched(writer, client.fetch(site.url))
        second = write_fetched(writer, client.fetch(site.url), first.original)
    assert not second.is_revisit and second.original != first.original


def test_304_without_an_original_is_refused(tmp_path: Path, web: Web, client: Client) -> None:
    """A reference to nothing would be a page lost; the caller's mistake is told, and nothing is written."""
    site = web.add(lambda request: b"HTTP/1.1 304 Not Modified\r\n\r\n")
    fetched = client.fetch(site.url, validators=Validators('"x"', body_sha256="0" * 64))
    with ArchiveWriter(tmp_path, "batch-1") as writer, pytest.raises(ValueError, match="304"):
        write_fetched(writer, fetched)
    assert all_of(writer.path) == []


def test_hostile_77_planted_secrets_are_not_in_the_file(web: Web, client: Client, tmp_path: Path) -> None:
    """In no record, though the site was asked with them and echoes them."""
    site = web.add(
        lambda request: (
            answer(PAGE, "200 OK", f"Content-Location: /b?api_key={SECRET}")
            if request.target.startswith("/b")
            else redirect(f"/b?token={SECRET}")
        )
    )
    with ArchiveWriter(tmp_path, "batch-1") as writer:
        write_fetched(writer, client.fetch(site.url.replace("://", f"://u:{SECRET}@") + f"/a?sig={SECRET}"))
    content = gzip.decompress(writer.path.read_bytes())
    assert SECRET.encode() not in content and content.count(b"=***") >= 4


@pytest.mark.parametrize("at", [datetime(2026, 3, 1, 6, 30)])  # noqa: DTZ001
def test_an_instant_without_a_zone_is_refused(tmp_path: Path, at: datetime) -> None:
    """Of an exchange and of what it refers to."""
    one = Exchange("https://a.example/", at, None, 200, b"GET / HTTP/1.1\r\n\r\n", b"HTTP/1.1 200 OK\r\n\r\n", b"x")
    right = Exchange(one.url, datetime(2026, 3, 1, tzinfo=UTC), None, 200, one.request, one.head, b"x")
    with ArchiveWriter(tmp_path, "batch-1") as writer:
        with pytest.raises(ValueError, match="time zone"):
            writer.write_exchange(one)
        with pytest.raises(ValueError, match="time zone"):
            writer.write_exchange(right, revisit_of=Original(one.url, at, payload_digest(b"x")))
    assert all_of(writer.path) == []


def test_how_a_page_was_fetched_stands_beside_it(
    web: Web, client: Client, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """In our own archive a record tells the URL asked for, its list, what was reserved; elsewhere none of it counts."""
    site = web.add(
        lambda request: redirect("/new", "301 Moved Permanently") if request.target == "/old" else answer(PAGE)
    )
    listed = Listed(f"{site.url}/rss", datetime(2026, 3, 1, 8, tzinfo=UTC), "Fähre\r\nfährt", "1. März 2026", None)
    notes = FetchNotes("feed", f"{site.url}/old", listed, (Evidence("noai", "robots", "gptbot"),))
    fetched = client.fetch(f"{site.url}/old")
    with ArchiveWriter(tmp_path, "batch-1") as writer:
        write_fetched(writer, fetched, notes=notes)
    with WarcReader(writer.path, is_ours=True) as reader:
        (capture,) = list(reader)
    assert isinstance(capture, Capture)
    assert (capture.fetched_url, capture.page_url) == (f"{site.url}/old", f"{site.url}/new")
    assert (capture.via, capture.listed, capture.rights) == ("feed", listed, notes.rights)
    with WarcReader(writer.path) as reader:
        foreign = list(reader)
    assert [type(one).__name__ for one in foreign] == ["Capture", "Capture"]
    assert isinstance(foreign[1], Capture)
    assert (foreign[1].fetched_url, foreign[1].via, foreign[1].listed) == (f"{site.url}/new", "warc", None)
    check(writer.path, capsys)


def test_what_a_revisit_refers_to_is_read_from_the_archive(web: Web, client: Client, tmp_path: Path) -> None:
    """The response kept earlier, by file and offset; None when it is gone or no response."""
    site = web.add(lambda request: answer(PAGE))
    fetched = client.fetch(f"{site.url}/a")
    with ArchiveWriter(tmp_path, "batch-1") as writer:
        archived = write_fetched(writer, fetched)
    assert original_at(writer.path, archived.offset) == archived.original
    assert original_at(writer.path, 0) is None
    assert original_at(tmp_path / "gone.warc.gz", 0) is None
