"""Members for these tests: as few words as each test needs."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from tasks.dedupe.members import Member
from tasks.dedupe.normal import text_hash
from tasks.dedupe.shingles import Sketch, shingle_hashes, sketch

START = datetime(2026, 3, 2, tzinfo=UTC)


def member(number, *, hours=0, text="a", tokens=300, precision="minute", access="full", publisher=None, captured=START):
    """An article whose id is `number`, published `hours` after START (None: undated)."""
    return Member(
        article_id=UUID(int=number),
        published_at=None if hours is None else START + timedelta(hours=hours),
        published_precision=None if hours is None else precision,
        captured_at=captured,
        access=access,
        text_hash=text_hash(text),
        sketch=sketch(text) if len(text) > 100 else Sketch(shingle_hashes([]), 0, tokens),
        publisher=publisher,
    )
