"""`feeds.csv` in the data folder: reading it strictly, and changing it whole or not at all.

A spreadsheet may edit it: column order is free, all columns but `url` may be missing or empty, and what is wrong stops
with its line.

url               of a feed or sitemap, http(s), without user and password
publisher         domain of who runs it; empty: the registered domain of the URL
kind              feed, news_sitemap or sitemap; empty: feed
languages         tags parted by `|`, main language first
enabled           yes: polled when it is due; no or empty: not; removed: a feed of the seeds that is not wanted in lists
recapture         yes: its pages are asked for again 1 h, 6 h, 24 h and 7 days after the first capture
interval_minutes  between two polls, instead of what the scheduler finds; from 5 minutes to 31 days
changed_at        when the row was last changed by a command, ISO 8601 with an offset; a feed that was switched off by
                  410 Gone is asked again when this is later
note              the user's own
"""

import csv
import fcntl
import io
import os
import re
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from tasks.errors import Stop
from tasks.owners import partial
from tasks.registry.choice import ChosenFeed, nearest, publisher_of
from tasks.registry.seeds import FEED_KINDS
from tasks.url import host_of, redact

FILE = "feeds.csv"
COLUMNS = (
    "url",
    "publisher",
    "kind",
    "languages",
    "enabled",
    "recapture",
    "interval_minutes",
    "changed_at",
    "note",
)
YES, NO, REMOVED = "yes", "no", "removed"
MIN_MINUTES, MAX_MINUTES = 5, 31 * 1_440  # of the user's own interval
MAX_NOTE = 500  # characters
LOCK_SECONDS = 20.0  # that a command waits for another one that writes the choice

_HOST = re.compile(r"[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63})*|\[[0-9a-f:.]{2,45}\]")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}")
_USER = re.compile(r"[a-z]+:[/\\]*[^/\\?#]*@", re.IGNORECASE)
_UNSUITABLE = re.compile(r"[\x00-\x20\x7f]")
_FORMULA = "=+-@\t\r"  # a spreadsheet runs a cell that begins so


def choice_path(data_dir: Path) -> Path:
    return data_dir / FILE


def read_choice(path: Path) -> tuple[ChosenFeed, ...]:
    """The rows of a choice; none where there is no such file. Raises Stop with file, line and remedy."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        return ()
    except UnicodeDecodeError as error:
        raise Stop(f"{path}: byte {error.start} is no UTF-8; save it as CSV in UTF-8.") from error
    except OSError as error:
        raise Stop(f"{path} cannot be read: {error.strerror}.") from error
    rows: dict[str, ChosenFeed] = {}
    for where, row in _placed_rows(text, str(path)):
        if row.key in rows:
            raise Stop(f"{where}: {redact(row.url)} is listed twice; remove one of the lines.")
        rows[row.key] = row
    return tuple(rows.values())


def chosen_rows(text: str, name: str) -> list[ChosenFeed]:
    """The rows of CSV text, doubles and all. Raises Stop with name, line and remedy."""
    return [row for _, row in _placed_rows(text, name)]


def _placed_rows(text: str, name: str) -> Iterator[tuple[str, ChosenFeed]]:
    for where, cells in _csv_rows(text, name):
        yield where, _row(where, cells)


def _csv_rows(text: str, name: str) -> Iterator[tuple[str, dict[str, str]]]:
    """(`name line N`, cells by column) of CSV text whose columns are some of COLUMNS. Raises Stop."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = [column.strip().lower() for column in next(reader, [])]
        _check_columns(name, header)
        for cells in reader:
            where = f"{name} line {reader.line_num}"
            if not any(cells):
                continue
            if len(cells) != len(header):
                raise Stop(f"{where}: {len(header)} values are needed, not {len(cells)}; quote values with commas.")
            yield where, dict(zip(header, (cell.strip() for cell in cells), strict=True))
    except csv.Error as error:
        raise Stop(f"{name} line {reader.line_num}: {error}; save it as CSV in UTF-8.") from error


def _check_columns(name: str, header: Sequence[str]) -> None:
    for column in header:
        if column not in COLUMNS:
            near = nearest(column, COLUMNS)
            raise Stop(f"{name} line 1: unknown column {column[:100]!r}{near}. The columns are {','.join(COLUMNS)}.")
        if header.count(column) > 1:
            raise Stop(f"{name} line 1: the column {column!r} stands there twice.")
    if "url" not in header:
        raise Stop(f"{name} line 1: a column `url` is needed. The columns are {','.join(COLUMNS)}.")


def _row(where: str, cells: dict[str, str]) -> ChosenFeed:
    url = checked_url(where, cells["url"])
    enabled = _one_of(where, "enabled", cells.get("enabled", ""), (YES, NO, REMOVED))
    return ChosenFeed(
        url=url,
        publisher=_publisher(where, cells.get("publisher", ""), url),
        kind=_one_of(where, "kind", cells.get("kind", "") or FEED_KINDS[0], FEED_KINDS),
        languages=_languages(where, cells.get("languages", "")),
        is_enabled=enabled == YES,
        is_removed=enabled == REMOVED,
        recapture=_one_of(where, "recapture", cells.get("recapture", ""), (YES, NO)) == YES,
        interval_minutes=checked_minutes(where, cells.get("interval_minutes", "")),
        changed_at=_instant(where, cells.get("changed_at", "")),
        note=noted(cells.get("note", "")),
    )


def checked_url(where: str, url: str) -> str:
    """A URL that can be asked for. Raises Stop, without the password that it may hold."""
    if not url.lower().startswith(("http://", "https://")) or _UNSUITABLE.search(url) or host_of(url) is None:
        raise Stop(f"{where}: {redact(url)[:200]!r} is no http(s) URL.")
    if _USER.match(url):
        raise Stop(f"{where}: {redact(url)[:200]} holds a user name; feeds behind a password are not asked for.")
    return url


def checked_minutes(where: str, written: str) -> int | None:
    """The user's own interval. Raises Stop."""
    if not written:
        return None
    if not (written.isascii() and written.isdecimal() and MIN_MINUTES <= int(written[:9]) <= MAX_MINUTES):
        raise Stop(f"{where}: {written[:50]!r} is no interval from {MIN_MINUTES} to {MAX_MINUTES} minutes.")
    return int(written)


def noted(text: str) -> str:
    """A note as it is kept: one line, and no formula where a spreadsheet opens the file."""
    return " ".join(text.split())[:MAX_NOTE].lstrip(_FORMULA)


def _publisher(where: str, written: str, url: str) -> str:
    publisher = written.lower() or publisher_of(url)
    if not _HOST.fullmatch(publisher):
        raise Stop(f"{where}: {written[:100]!r} is no domain; write it in lower case without scheme, www. and path.")
    return publisher


def _languages(where: str, written: str) -> tuple[str, ...]:
    languages = tuple(part.strip() for part in written.split("|") if part.strip())
    for language in languages:
        if not _LANGUAGE.fullmatch(language):
            raise Stop(f"{where}: {language[:50]!r} is no language tag; write en or pt-BR, parted by |.")
    return languages


def _one_of(where: str, column: str, written: str, choices: Sequence[str]) -> str:
    value = written.lower()
    if value and value not in choices:
        raise Stop(f"{where}: {column} {written[:50]!r} is none of {', '.join(choices)}.")
    return value


def _instant(where: str, written: str) -> datetime | None:
    if not written:
        return None
    with suppress(ValueError):
        at = datetime.fromisoformat(written)
        if at.tzinfo is not None:
            return at.astimezone(UTC)
    raise Stop(f"{where}: changed_at {written[:50]!r} is no instant such as 2026-03-01T08:00:00+00:00; leave it empty.")


def change_choice(
    path: Path, change: Callable[[tuple[ChosenFeed, ...]], Sequence[ChosenFeed]], *, wait_s: float = LOCK_SECONDS
) -> tuple[ChosenFeed, ...]:
    """Read the choice, change it and write it whole or not at all; one command after the other. Gives what is now.

    Raises Stop when it cannot be read or written, or when another command does not come to its end.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with _locked(path.with_name(path.name + ".lock"), wait_s):
            before = read_choice(path)
            after = tuple(change(before))
            if after != before:
                _write(path, written_csv(after))
            return after
    except OSError as error:
        raise Stop(f"{path} cannot be written: {error.strerror}.") from error


@contextmanager
def _locked(path: Path, wait_s: float) -> Iterator[None]:
    """The lock goes with the process: a command that is killed leaves none behind."""
    ends_at = time.monotonic() + wait_s
    with path.open("a") as lock:
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > ends_at:
                    raise Stop(f"{path} is held by another command; wait for its end, or stop it.") from None
                time.sleep(0.02)
        yield


def written_csv(rows: Sequence[ChosenFeed]) -> str:
    """The rows as CSV, as `read_choice` reads them."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in rows:
        writer.writerow(
            (
                row.url,
                row.publisher,
                row.kind,
                "|".join(row.languages),
                REMOVED if row.is_removed else YES if row.is_enabled else NO,
                YES if row.recapture else NO,
                row.interval_minutes or "",
                row.changed_at.isoformat(timespec="seconds") if row.changed_at else "",
                row.note,
            )
        )
    return out.getvalue()


def _write(path: Path, text: str) -> None:
    """For its owner only: the URL of a private feed may hold a key."""
    unfinished = partial(path)
    try:
        with os.fdopen(
            os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8"
        ) as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
