"""The index of the Wayback Machine: which captures of a site there are, and which of them are asked for.

Interface: https://github.com/internetarchive/wayback/tree/master/wayback-cdx-server
"""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from urllib.parse import quote, urlencode, urljoin, urlsplit

from tasks.backfill.windows import Window, day_in_url, months
from tasks.url import url_key

CAPTURED_WITHIN = timedelta(days=3)  # after publication an article is looked for: most are captured in hours
AT_ONCE = 5_000  # captures a request to the index
FIELDS = ("urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length")  # CDX's own order
SLACK = timedelta(days=1)  # by which the day in a URL may differ from published_date

_STAMP = re.compile(r"\d{14}")
_IN_ADDRESS = re.compile(r"/web/(\d{14})[a-z_]*/")


@dataclass(frozen=True, slots=True)
class ArchivedCapture:
    """One capture that the index lists."""

    original: str  # the URL that was captured
    captured_at: datetime  # aware, UTC

    @property
    def stamp(self) -> str:
        return f"{self.captured_at:%Y%m%d%H%M%S}"


def capture_window(asked: Window) -> Window:
    """The UTC days of the captures that are looked at for articles of these days."""
    first = asked.first - SLACK if asked.first > date.min + SLACK else asked.first
    last = asked.last + CAPTURED_WITHIN if asked.last < date.max - CAPTURED_WITHIN else asked.last
    return Window(first, last)


def index_windows(asked: Window) -> list[Window]:
    """The captures of a publisher are listed month by month: for each request the index goes through a whole site."""
    whole = capture_window(asked)
    found = []
    for month in months(whole):
        following = (month + timedelta(days=32)).replace(day=1)
        found.append(Window(month, following - timedelta(days=1)).within(whole))
    return found


def index_url(base: str, site: str, window: Window, resume_key: str | None = None) -> str:
    """The request for the first capture of each page of `site` (all its hosts) within these days."""
    query = [
        ("url", site),
        ("matchType", "domain"),
        ("from", f"{window.first:%Y%m%d}"),
        ("to", f"{window.last:%Y%m%d}"),
        ("output", "json"),
        ("fl", ",".join(FIELDS)),
        ("filter", "statuscode:200"),
        ("filter", "mimetype:text/html"),
        ("collapse", "urlkey"),
        ("limit", str(AT_ONCE)),
        ("showResumeKey", "true"),
    ]
    if resume_key:
        query.append(("resumeKey", resume_key))
    return f"{urljoin(base if base.endswith('/') else base + '/', 'cdx/search/cdx')}?{urlencode(query)}"


def capture_url(base: str, capture: ArchivedCapture) -> str:
    """Where the bytes of a capture are, as they were sent (`id_`)."""
    folder = base if base.endswith("/") else base + "/"
    return f"{folder}web/{capture.stamp}id_/{quote(capture.original, safe='%:/?=&+,;@!$()*~#[]')}"


def stamp_in(address: str) -> datetime | None:
    """When the bytes at an address of the archive were captured: it leads on to the capture that it has."""
    told = _IN_ADDRESS.search(address)
    return _instant(told[1]) if told else None


def read_index(body: bytes) -> tuple[list[ArchivedCapture], str | None]:
    """The captures of status 200 and type HTML, and the key of the rest. Raises ValueError for what is no index."""
    text = body.decode("utf-8", "replace").strip()
    if not text:
        return [], None
    rows = _json_rows(text) if text.startswith("[") else [line.split(" ") for line in text.splitlines()]
    names: Sequence[str] = FIELDS
    if rows and "timestamp" in rows[0]:
        names, rows = rows[0], rows[1:]
    resume_key = None
    found: list[ArchivedCapture] = []
    for at, row in enumerate(rows):
        if row in ([], [""]):  # what follows an empty row is the key of the rest
            resume_key = " ".join(rows[at + 1]) if at + 1 < len(rows) else None
            break
        told = dict(zip(names, row, strict=False))
        at_ = _instant(told.get("timestamp", ""))
        if at_ is None:
            raise ValueError(f"a line without a timestamp: {' '.join(row)[:80]!r}")
        if told.get("statuscode", "200") in ("200", "-") and told.get("mimetype", "text/html") in ("text/html", "-"):
            found.append(ArchivedCapture(told.get("original", ""), at_))
    return found, resume_key


def _json_rows(text: str) -> list[list[str]]:
    try:
        rows = json.loads(text)
    except ValueError as error:
        raise ValueError(f"no JSON: {error}") from error
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise ValueError("no list of rows")
    return [[str(value) for value in row] for row in rows]


def _instant(stamp: str) -> datetime | None:
    if not _STAMP.fullmatch(stamp):
        return None
    try:
        return datetime.strptime(stamp, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None


def choose_captures(
    listed: Iterable[ArchivedCapture], captured: Window, asked: Window
) -> tuple[list[ArchivedCapture], int]:
    """The first capture of each page within the days `captured`, and how many are left out.

    Left out are home pages, what has no URL key, and pages whose URL carries a day that is surely another.
    """
    first: dict[str, ArchivedCapture] = {}
    outside = 0
    for one in listed:
        key = url_key(one.original)
        day = day_in_url(one.original)
        is_other_day = day is not None and not asked.first - SLACK <= day <= asked.last + SLACK
        is_outside = not captured.first <= one.captured_at.date() <= captured.last or is_other_day
        if is_outside or key is None or _is_home(one.original):
            outside += 1
        elif key not in first or one.captured_at < first[key].captured_at:
            first[key] = one
    return sorted(first.values(), key=lambda one: (one.captured_at, one.original)), outside


def _is_home(url: str) -> bool:
    parts = urlsplit(url)
    return parts.path in ("", "/") and not parts.query
