"""Large files: whole or not at all, and on from where an earlier attempt was cut."""

from pathlib import Path

import pytest

from tasks.fetch.client import Client
from tasks.fetch.download import download, size_of
from tasks.fetch.outcome import FetchDeferred, FetchRejected
from tests.tasks.fetch.client.server import Reply, Request, Web, answer

BODY = bytes(range(256)) * 4_000  # a megabyte


class Shelf:
    """One file on a server that serves parts of it."""

    def __init__(self, web: Web) -> None:
        self.body, self.tag, self.knows_parts = BODY, '"one"', True
        self.ranges: list[str] = []
        self.site = web.add(self._reply)
        self.url = f"{self.site.url}/a.warc.gz"

    def _reply(self, request: Request) -> Reply:
        asked = request.headers.get("range", "")
        self.ranges.append(asked)
        fits = request.headers.get("if-range", self.tag) == self.tag
        if not (asked and fits and self.knows_parts):
            return answer(self.body, "200 OK", f"ETag: {self.tag}")
        first, _, last = asked.removeprefix("bytes=").partition("-")
        start, end = int(first), int(last or len(self.body) - 1)
        if start >= len(self.body):
            return answer(b"", "416 Range Not Satisfiable", f"Content-Range: bytes */{len(self.body)}")
        span = f"Content-Range: bytes {start}-{end}/{len(self.body)}"
        return answer(self.body[start : end + 1], "206 Partial Content", span, f"ETag: {self.tag}")


@pytest.fixture
def shelf(web: Web) -> Shelf:
    return Shelf(web)


def test_a_whole_file(client: Client, shelf: Shelf, tmp_path: Path):
    """The bytes as they are; a file that is there is not asked for."""
    path = tmp_path / "deep" / "a.warc.gz"
    got = download(client, shelf.url, path)
    assert (path.read_bytes(), got.total_bytes, got.fetched_bytes) == (BODY, len(BODY), len(BODY))
    assert download(client, shelf.url, path).fetched_bytes == 0
    assert len(shelf.ranges) == 1
    assert [left.name for left in path.parent.iterdir()] == ["a.warc.gz"]


def test_a_cut_file_goes_on(client: Client, shelf: Shelf, tmp_path: Path):
    """Only the rest is asked for; until it is whole, nothing has its name."""
    path = tmp_path / "a.warc.gz"
    seen: list[int] = []

    def stop(done: int, total: int) -> None:
        seen.append(done)
        if done > 300_000:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        download(client, shelf.url, path, at=stop)
    assert not path.exists()
    got = download(client, shelf.url, path)
    assert shelf.ranges[-1] == f"bytes={seen[-1]}-"
    assert path.read_bytes() == BODY
    assert got.fetched_bytes == len(BODY) - seen[-1]


@pytest.mark.parametrize("change", ["another file", "no parts"])
def test_another_file_is_begun_anew(client: Client, shelf: Shelf, tmp_path: Path, change: str):
    """Two halves of different files never become one."""
    path = tmp_path / "a.warc.gz"

    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        download(client, shelf.url, path, at=stop)
    if change == "another file":
        shelf.body, shelf.tag = BODY[::-1], '"two"'
    else:
        shelf.knows_parts = False
    download(client, shelf.url, path)
    assert path.read_bytes() == shelf.body


def test_everything_had_come(client: Client, shelf: Shelf, tmp_path: Path):
    """Killed after the last byte: 416 says that nothing is missing."""
    path = tmp_path / "a.warc.gz"
    (tmp_path / "a.warc.gz.part").write_bytes(BODY)
    (tmp_path / "a.warc.gz.note").write_text('{"validator": "\\"one\\""}')
    assert download(client, shelf.url, path).fetched_bytes == 0
    assert path.read_bytes() == BODY


def test_statuses(client: Client, web: Web, tmp_path: Path):
    """What is not there is rejected, what is busy deferred; a size is told without a download."""
    gone = web.add(lambda _: answer(b"", "404 Not Found"))
    busy = web.add(lambda _: answer(b"", "503 Service Unavailable", "Retry-After: 7"))
    with pytest.raises(FetchRejected, match="404"):
        download(client, gone.url + "/a", tmp_path / "a")
    with pytest.raises(FetchDeferred) as error:
        size_of(client, busy.url + "/a")
    assert error.value.retry_after_s == 7.0


def test_sizes(client: Client, shelf: Shelf):
    """By the answer to a request for one byte, whether or not the server knows parts."""
    assert size_of(client, shelf.url) == len(BODY)
    shelf.knows_parts = False
    assert size_of(client, shelf.url) == len(BODY)
