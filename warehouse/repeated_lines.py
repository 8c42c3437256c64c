"""The lines that publishers repeat, found once for each month and kept (the rule: tasks.extract.repeated).

The list of a month comes from the publisher's texts that are dated before it, so an article's clean text does not
depend on what came with it. What is stored stays whole: the view `clean_texts` shows texts without these lines.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from tasks.extract.repeated import MIN_PAGES, StoredText, repeated_lines
from tasks.extract.schema import letters
from warehouse.connect import opened
from warehouse.place import Place

MAX_TEXTS = 2_000  # the newest before the month; measured 0.2 ms each, and offers change within a year
GROWN = 1.1  # times as many texts from before a month, by a backfill, and its list is decided again
MOST = 200  # lists decided by one call, those of the newest months first: a minute or two; the next call goes on

DAY = "coalesce(published_date, cast(captured_at at time zone 'UTC' as date))"

_DUE = f"""
with months as (
    select publisher, cast(date_trunc('month', {DAY}) as date) as month, count(distinct article_id) as texts
    from revisions
    where publisher is not null
    group by all
),
sums as (
    select publisher, month,
        cast(sum(texts) over (
            partition by publisher order by month rows between unbounded preceding and 1 preceding
        ) as bigint) as texts
    from months
),
decided as (
    select publisher, month, max_by(texts, decided_at) as texts from repeated_lines group by all
)
select sums.publisher, sums.month, sums.texts
from sums left join decided on decided.publisher = sums.publisher and decided.month = sums.month
where sums.texts >= $least and (decided.texts is null or sums.texts >= $grown * decided.texts)
order by sums.month desc, sums.publisher
limit $most
"""

# The newest text of each article; texts are read only of those that count.
_TEXTS = f"""
with newest as (
    select rowid as row_id, article_id, {DAY} as day
    from revisions
    where publisher = $publisher
    qualify row_number() over (
        partition by article_id order by captured_at desc, appended_at desc, text_hash
    ) = 1
),
counted as (
    select row_id, day from newest where day < $month order by day desc, article_id limit {MAX_TEXTS}
)
select counted.day, revisions.text from revisions join counted on counted.row_id = revisions.rowid
where revisions.rowid in (select row_id from counted) -- said twice: half the processor time at 100,000 articles
"""

_SAVE = r"""
insert into repeated_lines
select $publisher, $month, $lines::varchar[],
    list_sort(list_distinct(list_transform(
        $printed::varchar[], lambda line: lower(regexp_replace(line, '[^\p{L}\p{N}]', '', 'g'))
    ))),
    $texts, $now, $run_id
"""


@dataclass(frozen=True, slots=True)
class Due:
    """A month of a publisher whose list is to be decided, and how many texts there are from before it."""

    publisher: str
    month: date
    texts: int


@dataclass(frozen=True, slots=True)
class Decided:
    """What one call decided."""

    lists: int
    lines: int


def decide_repeated_lines(place: Place, *, run_id: str, now: datetime, wait: float) -> Decided:
    """Find the lines that repeat, for each publisher and month that has articles and no list yet.

    The warehouse is not held while texts are compared; the lists are written in one transaction, so that a call that
    is stopped leaves nothing, and the next decides the same. Raises Stop, WarehouseHeld.
    """
    with opened(place.file, read_only=True, wait=wait) as connection:
        rows = connection.execute(_DUE, {"least": MIN_PAGES, "grown": GROWN, "most": MOST}).fetchall()
    saved: list[dict[str, Any]] = []
    for due in (Due(*row) for row in rows):
        with opened(place.file, read_only=True, wait=wait) as connection:
            texts = connection.execute(_TEXTS, {"publisher": due.publisher, "month": due.month}).fetchall()
        printed = _spellings([StoredText(due.publisher, day, text) for day, text in texts if text], due)
        lines = sorted({letters(line): line for line in reversed(printed)}.values())
        saved.append({**asdict(due), "lines": lines, "printed": printed, "now": now, "run_id": run_id})
    if saved:
        with opened(place.file, read_only=False, wait=wait) as connection:
            connection.execute("begin")
            for values in saved:
                connection.execute(_SAVE, values)
            connection.execute("commit")
    return Decided(len(saved), sum(len(values["lines"]) for values in saved))


def _spellings(articles: Iterable[StoredText], due: Due) -> list[str]:
    """Every spelling in which a repeated line was printed, sorted."""
    articles = list(articles)
    found = repeated_lines(articles, before=due.month).get(due.publisher, frozenset())
    return sorted({p for article in articles for p in article.text.split("\n\n") if letters(p) in found})
