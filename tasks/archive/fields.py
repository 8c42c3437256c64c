"""The head of a WARC record: version line and named fields (ISO 28500:2017, 4 and 5)."""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from tasks.url.parts import MAX_URL

MAX_HEAD = 65_536  # bytes of version line and fields; real ones stay under 4 KiB
RECORD_START = b"WARC/"

VERSION_LINE = re.compile(rb"WARC/\d{1,2}\.\d{1,3}[ \t]{0,100}\r?\n")
HEAD_END = re.compile(rb"\n\r?\n")  # writers exist that end lines with LF alone
_DIGITS = re.compile(r"\d{1,18}\Z")
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f]")
_DATE = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)"
    r"(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,12}))?)?\s{0,2}([Zz]|[+-]\d\d:?\d\d)?)?\Z",
    re.ASCII,
)
_COMPACT_DATE = re.compile(r"(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)\Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class Head:
    """The fields of one record, names in lower case; the first of several with one name counts."""

    fields: dict[str, str] = field(default_factory=dict)

    @property
    def type(self) -> str:
        return self.fields.get("warc-type", "").lower()

    @property
    def length(self) -> int | None:
        """Content-Length, None where it is missing or no number."""
        raw = self.fields.get("content-length", "")
        return int(raw) if raw.isascii() and _DIGITS.match(raw) else None

    @property
    def target(self) -> str | None:
        """WARC-Target-URI without the angle brackets that WARC 1.0 prescribed by mistake."""
        return uri_of(self.fields.get("warc-target-uri"))

    @property
    def refers_to(self) -> str | None:
        return uri_of(self.fields.get("warc-refers-to-target-uri"))

    @property
    def is_whole(self) -> bool:
        """Whether the four fields that every record must have are there."""
        return self.length is not None and all(
            self.fields.get(name) for name in ("warc-type", "warc-record-id", "warc-date")
        )


def parse_head(raw: bytes) -> Head:
    """Parse a head that starts with the version line; stops quietly where it ends, also in the middle of a field."""
    fields: dict[str, str] = {}
    for name, value in parse_fields(raw[raw.find(b"\n") + 1 :]):
        fields.setdefault(name, value)
    return Head(fields)


def parse_fields(raw: bytes) -> list[tuple[str, str]]:
    """Lines `Name: value` as (lower-case name, value); folded lines are joined, lines without a colon left out."""
    found: list[tuple[str, list[str]]] = []
    for line in raw.split(b"\n"):
        line = line.rstrip(b"\r")
        if line[:1] in (b" ", b"\t"):
            if found:
                found[-1][1].append(_text(line))
            continue
        label, colon, value = line.partition(b":")
        if colon and label.strip():
            found.append((_text(label).lower(), [_text(value)]))
    return [(name, " ".join(parts).strip()) for name, parts in found]


def _text(raw: bytes) -> str:
    """UTF-8, as WARC 1.1 says; servers and older crawlers also wrote Latin-1."""
    try:
        return raw.decode("utf-8").strip()
    except UnicodeDecodeError:
        return raw.decode("latin-1").strip()


def uri_of(raw: str | None) -> str | None:
    """A URI field without angle brackets; None when it is empty, overlong or has control characters."""
    if raw is None:
        return None
    if raw.startswith("<") and raw.endswith(">"):
        raw = raw[1:-1].strip()
    return None if not raw or len(raw) > MAX_URL or _UNPRINTABLE.search(raw) else raw


def parse_date(raw: str) -> datetime | None:
    """WARC-Date as an aware UTC instant, None when it is none.

    The W3C profile of ISO 8601 from days on, any number of decimals; also the 14 digits of ARC files. Without an
    offset it is UTC, as the standard says; a leap second counts as the second before it.
    """
    match = _DATE.match(raw) or _COMPACT_DATE.match(raw)
    if not match:
        return None
    year, month, day, hour, minute, second, *rest = match.groups()
    decimals, offset = rest if rest else (None, None)
    try:
        local = datetime(
            int(year),
            int(month),
            int(day),
            int(hour or 0),
            int(minute or 0),
            59 if second == "60" else int(second or 0),
            int((decimals or "0")[:6].ljust(6, "0")),
            tzinfo=UTC,
        )
        return local - _offset(offset)
    except (ValueError, OverflowError):
        return None


def _offset(raw: str | None) -> timedelta:
    if not raw or raw in "Zz":
        return timedelta()
    digits = raw[1:].replace(":", "")
    size = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return -size if raw[0] == "-" else size
