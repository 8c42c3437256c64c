"""Stories: which articles carry the same text. Assigned once a run, after its last batch, in one transaction."""

from collections.abc import Iterable
from datetime import UTC, datetime
from uuid import UUID

import duckdb
import pyarrow as pa

from tasks.dedupe.exact import exact_stories
from tasks.dedupe.members import Member
from tasks.dedupe.shingles import Sketch, shingle_hashes
from tasks.model import Access, Precision
from warehouse.connect import opened
from warehouse.place import Place

METHOD = "exact/1"  # stored with each membership; a new number means that stories were decided otherwise

# An article is pending while its newest text is not the one that its membership was decided on. Its story, and those
# of the texts it had before, are decided again, whole: that makes the result independent of the order of arrival.
_MEMBERS = """
with newest as (
    select article_id, max_by(text_hash, (captured_at, text_hash)) as text_hash
    from revisions
    group by article_id
),
held as (
    select article_id, max_by(text_hash, assigned_at) as text_hash, max_by(story_id, assigned_at) as story_id
    from story_members
    group by article_id
),
touched as (
    select newest.text_hash from newest left join held using (article_id)
    where held.text_hash is distinct from newest.text_hash
    union
    select held.text_hash from newest join held using (article_id)
    where held.text_hash <> newest.text_hash
)
select articles.article_id, articles.published_at, articles.published_precision, articles.captured_at,
    articles.access, newest.text_hash, articles.word_count as tokens, articles.publisher,
    held.story_id, held.text_hash
from newest
join touched using (text_hash)
join articles using (article_id)
left join held using (article_id)
"""

_ROWS = pa.schema(
    [
        ("article_id", pa.string()),
        ("story_id", pa.string()),
        ("text_hash", pa.string()),
        ("relation", pa.string()),
    ]
)


def assign_stories(place: Place, *, run_id: str, wait: float) -> int:
    """Decide the stories of all pending articles; returns how many memberships changed. Running again changes nothing.

    Raises WarehouseHeld when another process does not let go: the next run decides them.
    """
    with opened(place.file, read_only=False, wait=wait) as connection:
        found = connection.execute(_MEMBERS).fetchall()
        members = [_member(*row[:8]) for row in found]
        held: dict[UUID, tuple[UUID | None, str | None]] = {row[0]: (row[8], row[9]) for row in found}
        texts = {member.article_id: member.text_hash for member in members}
        stories = exact_stories(members)
        changed = [
            {
                "article_id": str(article),
                "story_id": str(story),
                "text_hash": texts[article],
                "relation": "root" if article == story else "same_text",
            }
            for article, story in stories.items()
            if held[article] != (story, texts[article])
        ]
        if changed:
            _insert(connection, changed, run_id)
        return len(changed)


def _member(
    article_id: UUID,
    published_at: datetime | None,
    precision: Precision | None,
    captured_at: datetime,
    access: Access,
    text_hash: str,
    words: int,
    publisher: str | None,
) -> Member:
    """The exact layer compares texts by their hash: it needs their length, no shingles."""
    sketch = Sketch(hashes=shingle_hashes([]), limit=0, tokens=words)
    return Member(article_id, published_at, precision, captured_at, access, text_hash, sketch, publisher)


def _insert(connection: duckdb.DuckDBPyConnection, rows: Iterable[dict[str, str]], run_id: str) -> None:
    connection.register("changed", pa.Table.from_pylist(list(rows), schema=_ROWS))
    connection.execute(
        "insert into story_members by name"
        " select article_id::uuid as article_id, story_id::uuid as story_id, text_hash, relation,"
        " $method as method, $run_id as run_id, $now as assigned_at from changed",
        {"method": METHOD, "run_id": run_id, "now": datetime.now(UTC)},
    )
    connection.unregister("changed")
