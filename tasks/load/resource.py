"""What local input becomes before it is archived."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

HTML = "text/html"
TEXT = "text/plain"
RECORD = "application/vnd.presshouse.record+json"  # a JSON Lines record with its own fields


@dataclass(frozen=True, slots=True)
class LocalResource:
    """One page, text or record got from local input that is no WARC."""

    fetched_url: str  # the record's url, else the `file:` URI; secrets already `***`
    content_type: str  # HTML, TEXT or RECORD
    body: bytes
    captured_at: datetime | None  # aware, UTC; None: when it is first loaded
    via: Literal["file", "jsonl"]
