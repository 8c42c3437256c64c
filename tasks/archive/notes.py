"""What Presshouse knows of a fetch besides the bytes, in fields of its response record.

WARC 1.1 lets records carry further fields and tells readers to ignore those that they do not know: the archive stays
readable by any tool, and can be indexed again from nothing but itself. They are believed in our own archive only.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, get_args

from tasks.model import Evidence, Listed, Via

VIA, ASKED, LISTED, RIGHTS, HOP = (
    "Presshouse-Via",
    "Presshouse-Asked",
    "Presshouse-Listed",
    "Presshouse-Rights",
    "Presshouse-Redirect",
)
MAX_TITLE = 500  # characters of an entry's title
MAX_RIGHTS = 50  # pieces of evidence


@dataclass(frozen=True, slots=True)
class FetchNotes:
    """How and why a page was fetched."""

    via: Via
    asked_url: str  # redacted: before redirects
    listed: Listed | None = None
    rights: tuple[Evidence, ...] = ()

    def fields(self) -> dict[str, str]:
        """As fields of a WARC record: one line each, ASCII."""
        found: dict[str, str] = {VIA: self.via, ASKED: json.dumps(self.asked_url)}
        if self.listed:
            one = self.listed
            found[LISTED] = json.dumps(
                {
                    "list": one.list_url,
                    "discovered_at": one.discovered_at.isoformat(),
                    "title": one.title and one.title[:MAX_TITLE],
                    "published": one.published_raw,
                    "updated": one.updated_raw,
                }
            )
        if self.rights:
            found[RIGHTS] = json.dumps([[e.raw, e.source, e.where] for e in self.rights[:MAX_RIGHTS]])
        return found


def read_notes(fields: Mapping[str, str]) -> FetchNotes | None:
    """The notes of a record of our own archive, names of `fields` in lower case; None when it carries none."""
    asked = fields.get(ASKED.lower())
    via: Via | None = next((known for known in get_args(Via) if known == fields.get(VIA.lower())), None)
    if via is None or not asked:
        return None
    try:
        listed, rights = _listed(fields.get(LISTED.lower())), _rights(fields.get(RIGHTS.lower()))
        return FetchNotes(via, str(json.loads(asked)), listed, rights)
    except (ValueError, KeyError, TypeError):  # bytes that changed on the disk: the capture itself still counts
        return None


def is_redirect(fields: Mapping[str, str]) -> bool:
    """Whether the record is a step on the way to a page, which has its own record."""
    return HOP.lower() in fields


def _listed(text: str | None) -> Listed | None:
    if not text:
        return None
    read: dict[str, Any] = json.loads(text)
    return Listed(
        read["list"], datetime.fromisoformat(read["discovered_at"]), read["title"], read["published"], read["updated"]
    )


def _rights(text: str | None) -> tuple[Evidence, ...]:
    return tuple(Evidence(*map(str, one)) for one in json.loads(text)) if text else ()
