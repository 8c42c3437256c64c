"""Groups of articles that grew too large to be believed, held until somebody has looked."""

from typing import Any

import duckdb

_HOLDS = """
with newest as (
    select hold_id, max_by(article_ids, held_at) as article_ids, max(held_at) as held_at
    from story_holds group by hold_id
)
select hold_id::varchar as hold_id, held_at, len(article_ids) as articles,
    (select any_value(title order by captured_at) from revisions where article_id = hold_id) as title
from newest where len(article_ids) > 0
order by articles desc, hold_id
"""


def held_stories(connection: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """Groups held for review, the largest first: hold_id, held_at, articles (how many), title (of one of them)."""
    cursor = connection.execute(_HOLDS)
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
