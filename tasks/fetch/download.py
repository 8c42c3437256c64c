"""A large file to disk: what is there already is not asked for again, nothing is held in memory, nothing is believed.

Beside the unfinished file lies a note of what its server said of it (validator and length): with it a download that
was cut goes on where it ended, RFC 9110 section 14.
"""

import json
import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from typing import IO

import requests
from urllib3.exceptions import HTTPError
from urllib3.response import BaseHTTPResponse

from tasks.errors import PresshouseError
from tasks.fetch.answer import READ_SIZE, Answer, read_head
from tasks.fetch.client import Client
from tasks.fetch.connection import Attempt, attempting
from tasks.fetch.network import network_error
from tasks.fetch.outcome import FetchDeferred, FetchRejected, status_error
from tasks.fetch.target import dialable_url

MAX_BYTES = 8 << 30  # of one file; those of CC-NEWS have 1 GiB
DEADLINE_S = 6 * 3600.0  # of one attempt: 1 GiB at 50 KB a second
NOTE = ".note"

_RANGE = re.compile(r"bytes (\d{1,18})-(\d{1,18})/(\d{1,18})\Z")
_UNSATISFIED = re.compile(r"bytes \*/(\d{1,18})\Z")


@dataclass(frozen=True, slots=True)
class Downloaded:
    """A whole file. `fetched_bytes`: of this call."""

    path: Path
    total_bytes: int
    fetched_bytes: int


def download(
    client: Client, url: str, path: Path, *, at: Callable[[int, int], None] = lambda done, total: None
) -> Downloaded:
    """Get `url` into `path`, on from what is there. `at` hears the bytes had and those in all (0: not known).

    One attempt: raises FetchDeferred or FetchRejected, and leaves what came for the next. Redirects are not followed.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    part, note = path.with_name(path.name + ".part"), path.with_name(path.name + NOTE)
    if path.exists():
        return Downloaded(path, path.stat().st_size, 0)
    had, validator = _kept(part, note)
    headers = {"Accept-Encoding": "identity"}
    if had and validator:
        headers |= {"Range": f"bytes={had}-", "If-Range": validator}
    with _asked(client, url, headers) as (answer, raw, attempt):
        note.unlink(missing_ok=True)  # written again below: after an answer that does not fit, the next try starts anew
        start, total = _starts_at(answer, had, url, client)
        if start < 0:  # everything is here
            fetched = 0
        else:
            _write_note(note, answer)
            with part.open("r+b" if start else "wb") as file:
                file.seek(start)
                fetched = _copy(raw, file, attempt, start, total, at)
                file.truncate()
                os.fsync(file.fileno())
    size = part.stat().st_size
    if total and size != total:
        raise FetchDeferred("incomplete", f"{size:,} of {total:,} bytes", failure="soft", url=url)
    part.rename(path)
    note.unlink(missing_ok=True)
    return Downloaded(path, size, fetched)


def size_of(client: Client, url: str) -> int | None:
    """Bytes of a file, from the answer to a request for its first one; None when it does not say."""
    with _asked(client, url, {"Accept-Encoding": "identity", "Range": "bytes=0-0"}) as (answer, _, _):
        told = _RANGE.match(answer.first("content-range") or "")
        if answer.status == 206 and told:
            return int(told[3])
        if answer.status == 200:
            return answer.announced
        raise status_error(url, answer.status, answer.headers, client.now())


@contextmanager
def _asked(client: Client, url: str, headers: dict[str, str]) -> Iterator[tuple[Answer, BaseHTTPResponse, Attempt]]:
    """The head of an answer and its body to be read. Raises FetchDeferred or FetchRejected whatever happens in it."""
    url = dialable_url(url)
    with client.watchdog.watch(time.monotonic() + DEADLINE_S) as watch:
        attempt = Attempt(client.dialler, watch, client.limits)
        failure: PresshouseError
        try:
            with attempting(attempt):
                prepared = requests.Request("GET", url, headers=client.request_headers | headers).prepare()
                response = client.send(prepared, attempt)
                try:
                    yield read_head(response, client.limits), response.raw, attempt
                    return
                finally:
                    response.close()
        except PresshouseError as error:
            failure = error
        except (requests.RequestException, HTTPError, HTTPException) as error:
            failure = network_error(error)
    raise failure.about(url) if isinstance(failure, FetchDeferred | FetchRejected) else failure


def _kept(part: Path, note: Path) -> tuple[int, str | None]:
    """Bytes of an earlier attempt, and what its server called the file."""
    try:
        told = json.loads(note.read_text(encoding="utf-8"))
        return part.stat().st_size, told.get("validator")
    except (OSError, ValueError, AttributeError):
        return 0, None


def _write_note(note: Path, answer: Answer) -> None:
    etag = answer.first("etag")
    strong = etag if etag and not etag.startswith("W/") else None  # RFC 9110, 13.1.5: If-Range wants a strong one
    note.write_text(json.dumps({"validator": strong or answer.first("last-modified")}), encoding="utf-8")


def _starts_at(answer: Answer, had: int, url: str, client: Client) -> tuple[int, int]:
    """(Byte at which the body starts, bytes in all); -1 where nothing is missing. Raises the error of a status."""
    if answer.status == 200:
        total = answer.announced or 0
        _refuse_too_large(total, url)
        return 0, total
    told = _RANGE.match(answer.first("content-range") or "")
    if answer.status == 206 and told and int(told[1]) == had:
        _refuse_too_large(int(told[3]), url)
        return had, int(told[3])
    unsatisfied = _UNSATISFIED.match(answer.first("content-range") or "")
    if answer.status == 416 and unsatisfied and int(unsatisfied[1]) == had:
        return -1, had
    if answer.status in (206, 416):
        raise FetchDeferred("bad_response", "another part than was asked for", failure="soft", url=url)
    raise status_error(url, answer.status, answer.headers, client.now())


def _refuse_too_large(total: int, url: str) -> None:
    if total > MAX_BYTES:
        raise FetchRejected("too_large", f"a file of {total:,} bytes", url=url)


def _copy(
    raw: BaseHTTPResponse,
    file: IO[bytes],
    attempt: Attempt,
    start: int,
    total: int,
    at: Callable[[int, int], None],
) -> int:
    """The body to the file; what was written stays whatever happens. Returns its bytes."""
    done = 0
    while part := raw.read1(READ_SIZE, decode_content=False):
        file.write(part)
        done += len(part)
        if start + done > (total or MAX_BYTES):
            raise FetchRejected("too_large", f"more than {total or MAX_BYTES:,} bytes")
        if attempt.watch.is_over():
            raise FetchDeferred("deadline", f"{start + done:,} bytes within the time limit", failure="soft")
        at(start + done, total)
    return done
