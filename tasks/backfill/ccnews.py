"""CC-NEWS: Common Crawl's news archive, listed month by month; its files hold what was fetched from their start on.

Layout: https://commoncrawl.org/blog/news-dataset-available (crawl-data/CC-NEWS/YYYY/MM/warc.paths.gz, one path a line;
`CC-NEWS-20241031023012-00042.warc.gz` was begun on 31 October 2024 at 02:30:12 UTC).
"""

import re
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urljoin

from tasks.backfill.windows import Window, months

BEFORE = timedelta(days=1)  # files begun earlier than the first day: days begin at UTC+14, and a file runs for hours
AFTER = timedelta(days=2)  # files begun later than the last day: the crawler comes by within a day or two
TYPICAL_BYTES = 1 << 30  # of a file, where nothing better is known
MAX_PATHS_BYTES = 16 << 20  # of an inflated path list; a month has about 500 lines of 70 bytes

_STARTED = re.compile(r"(?<!\d)(\d{14})(?!\d)")


@dataclass(frozen=True, slots=True)
class NewsFile:
    """One WARC file of the archive."""

    url: str
    path: str  # as listed
    started_at: datetime  # aware, UTC

    @property
    def name(self) -> str:
        return self.path.rpartition("/")[2]


def file_window(asked: Window) -> Window:
    """The UTC days whose files are read for articles of these days."""
    first = asked.first - BEFORE if asked.first > date.min + BEFORE else asked.first
    last = asked.last + AFTER if asked.last < date.max - AFTER else asked.last
    return Window(first, last)


def path_lists(base: str, asked: Window) -> list[tuple[date, str]]:
    """(month, address of its list) for every calendar month of the files."""
    return [
        (month, urljoin(_folder(base), f"crawl-data/CC-NEWS/{month:%Y/%m}/warc.paths.gz"))
        for month in months(file_window(asked))
    ]


def _folder(base: str) -> str:
    return base if base.endswith("/") else base + "/"


def read_paths(body: bytes) -> list[str]:
    """The lines of a path list, gzipped or not. Raises ValueError for what is cut, broken or far too large."""
    if body.startswith(b"\x1f\x8b"):
        inflater = zlib.decompressobj(31)
        try:
            body = inflater.decompress(body, MAX_PATHS_BYTES)
        except zlib.error as error:
            raise ValueError(f"its compression is broken: {error}") from error
        if not inflater.eof:
            raise ValueError("cut, or too large for a list of paths")
    return [line.strip() for line in body.decode("ascii", "replace").splitlines() if line.strip()]


def choose_files(base: str, paths: Iterable[str], asked: Window) -> list[NewsFile]:
    """The files that may hold articles of these days, in order of time, each once."""
    window = file_window(asked)
    found: dict[str, NewsFile] = {}
    for path in paths:
        started_at = None if "://" in path or ".." in path else _started(path)  # of this archive, not elsewhere
        if started_at is not None and window.first <= started_at.date() <= window.last:
            found.setdefault(path, NewsFile(urljoin(_folder(base), path), path, started_at))
    return sorted(found.values(), key=lambda one: (one.started_at, one.path))


def _started(path: str) -> datetime | None:
    told = _STARTED.search(path.rpartition("/")[2])
    if told is None:
        return None
    try:
        return datetime.strptime(told[1], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None
