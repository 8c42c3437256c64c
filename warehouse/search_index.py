"""The search index of a snapshot: an inverted index in plain tables, kept by month, made and asked in SQL.

Why not DuckDB's `fts`: it must be loaded to be asked, which BI tools do not; it knows one stemmer an index and no
Chinese; and it starts from nothing each time. Of the same 100,000 synthetic articles (441 words, ten languages, Zipf)
it took 133 s of CPU and 427 MB, and 370 ms of CPU a question; this one 105 s with the copy of the warehouse, 182 MB,
and 130 to 300 ms with the passages. With a hundred articles more it takes 7 s, and 37 s beside a million: a month that
nothing touched is copied from the snapshot before, and of a touched one only the new texts are read.

Terms are stored as hashes (md5, lower half): numbers are sorted, copied and looked up several times faster than words,
and fill half the file. Within a month postings lie in order of terms, so that a look-up reads a few row groups.
"""

from datetime import date
from pathlib import Path

import duckdb

INDEX_VERSION = 1  # of the rules in search_macros.sql and of what is indexed: another one starts from nothing
MACROS = Path(__file__).parent / "search_macros.sql"
TEXTS_AT_ONCE = 20_000  # articles whose words are counted in memory together: some 400 MB
TITLE_COUNTS = 3  # a word of the title counts as so many of the text
MOST_OF_A_WORD = 255  # times that a word counts in one text
LONGEST_WORD = 64  # characters; longer ones are no words but keys and addresses. Not of scripts without blanks.

TABLES = ("search_articles", "search_postings", "search_vocabulary")

# doc: number of the text in this index, kept as long as the text is in it. month: first day, of `day`.
# day: published_date, else the UTC day of the capture. words: counted as they count for the score.
_TABLES = """
create or replace table {schema}.search_articles (
    doc integer not null, article_id uuid not null, appended_at timestamptz not null, captured_at timestamptz not null,
    month date not null, day date not null, publisher varchar, language varchar, words integer not null
);
create or replace table {schema}.search_postings (
    month date not null, term ubigint not null, doc integer not null, tf utinyint
);
create or replace table {schema}.search_vocabulary (word varchar not null);
"""

# A text is known by the row of `revisions` that it came from: a row written anew (`reprocess`) is another text.
_WANTED = """
create or replace temp table search_wanted as
select
    article_id, appended_at, captured_at, publisher, language,
    coalesce(published_date, cast(captured_at at time zone 'UTC' as date)) as day,
    cast(date_trunc('month', coalesce(published_date, cast(captured_at at time zone 'UTC' as date))) as date) as month
from articles
where {which}
"""
_ALL = "true"
_LATER = "article_id in (select article_id from search_later)"
_SAME = "(article_id, appended_at, captured_at, day)"

_COUNT_WORDS = rf"""
create or replace temp table search_counted as
select month, doc, word, least(count(*), {MOST_OF_A_WORD}) as tf
from (
    select chunk.month, chunk.doc, unnest(search_words_of(concat_ws(
        ' ', {", ".join(["texts.title"] * TITLE_COUNTS)}, texts.description, texts.text
    ))) as word
    from (select month, doc, article_id, appended_at, captured_at from search_new where doc between $first and $last)
        as chunk
    join revisions as texts
        on texts.article_id = chunk.article_id
        and texts.appended_at = chunk.appended_at
        and texts.captured_at = chunk.captured_at
)
where word <> ''
group by all
"""

# What search_terms says, in two steps: nested macros work out what they are given again and again.
_TERMS = f"""
create or replace temp table search_forms as
select word, term, search_key(term) as hash
from (
    select word, search_stem(folded) as term
    from (
        select word, search_folded(word) as folded
        from (select distinct word from search_counted where not search_is_unparted(word))
    )
    union all
    select word, unnest(search_terms(word)) as term
    from (select distinct word from search_counted where search_is_unparted(word))
)
where term <> '' and length(term) <= {LONGEST_WORD}
"""


def create_macros(connection: duckdb.DuckDBPyConnection, *, temporary: bool = False) -> None:
    """`search(words)` and what it is made of; `temporary`: for a connection that may not write."""
    text = MACROS.read_text(encoding="utf-8")
    connection.execute(text.replace("create or replace macro", "create or replace temp macro") if temporary else text)


def create_tables(connection: duckdb.DuckDBPyConnection, schema: str = "main") -> None:
    connection.execute(_TABLES.format(schema=schema))


def remove(connection: duckdb.DuckDBPyConnection) -> None:
    """Make a snapshot that was restored from a backup a warehouse again, which keeps no index of its texts."""
    connection.execute("drop macro table if exists search")
    for table in TABLES:
        connection.execute(f"drop table if exists {table}")
    connection.execute("delete from snapshot_info")


def build(connection: duckdb.DuckDBPyConnection, *, former: str | None) -> int:
    """Fill the empty tables from `articles`; `former` names an attached snapshot whose index is taken over.

    Returns the number of texts that were read.
    """
    connection.execute(_WANTED.format(which=_ALL))
    new = _sort_out(connection, former)
    for first, last in new:
        _count(connection, first, last)
    _take_over(connection, former)
    for (month,) in connection.execute("select month from search_touched order by 1").fetchall():
        _put_in_order(connection, month, former)
    _vocabulary(connection, former)
    for table in ("wanted", "new", "gone", "touched", "fresh", "spellings"):
        connection.execute(f"drop table search_{table}")
    return sum(last - first + 1 for first, last in new)


def add_tail(connection: duckdb.DuckDBPyConnection, former: str, *, most: int) -> int:
    """Index, for this connection only, what `articles` has and the attached index `former` has not, up to `most` texts.

    Leaves temporary views by which search(words) asks both. Returns the number of texts that were too many, and are
    not searched.
    """
    connection.execute(
        f"""
        create temp table search_later as
        select distinct article_id from revisions
        where appended_at > (select coalesce(max(appended_at), '-infinity') from {former}.search_articles)
        """
    )
    row = connection.execute("select count(*) from search_later").fetchone()
    count = int(row[0]) if row else 0
    connection.execute(_WANTED.format(which=_LATER if 0 < count <= most else "false"))
    connection.execute(f"create temp table search_tail as from {former}.search_articles limit 0")
    for first, last in _sort_out(connection, former, of="article_id in (select article_id from search_wanted)"):
        _count(connection, first, last, into="search_tail")
    connection.execute(
        f"""
        create temp view search_articles as
        from {former}.search_articles where doc not in (select doc from search_gone) union all from search_tail;
        create temp view search_postings as
        from {former}.search_postings union all from search_fresh;
        create temp view search_vocabulary as
        from {former}.search_vocabulary union select distinct word from search_spellings;
        """
    )
    return count if count > most else 0


def _sort_out(connection: duckdb.DuckDBPyConnection, former: str | None, of: str = _ALL) -> list[tuple[int, int]]:
    """What came, what went and which months that touches; `of`: the articles that are looked at, of those in the index.

    Returns first and last number of the new texts, so many at once; they are numbered on, in order of days.
    """
    index = f"{former}.search_articles" if former else "search_articles"  # which is empty
    connection.execute(
        f"""
        create or replace temp table search_new as
        select cast(row_number() over (order by day, article_id)
            + (select coalesce(max(doc), 0) from {index}) as integer) as doc, *
        from search_wanted anti join {index} using {_SAME};
        create or replace temp table search_gone as
        select doc, month from (from {index} where {of}) anti join search_wanted using {_SAME};
        create or replace temp table search_touched as
        select month from search_new union select month from search_gone;
        create or replace temp table search_fresh (month date, term ubigint, doc integer, tf utinyint);
        create or replace temp table search_spellings (word varchar);
        """
    )
    row = connection.execute("select coalesce(min(doc), 0), coalesce(max(doc), -1) from search_new").fetchone()
    first, last = row or (0, -1)
    return [(one, min(one + TEXTS_AT_ONCE - 1, last)) for one in range(first, last + 1, TEXTS_AT_ONCE)]


def _count(connection: duckdb.DuckDBPyConnection, first: int, last: int, into: str = "search_articles") -> None:
    """Read some new texts: enter them, and hold their postings and spellings until the months are put in order."""
    connection.execute(_COUNT_WORDS, {"first": first, "last": last})
    connection.execute(_TERMS)
    connection.execute(
        f"""
        insert into {into}
        select doc, article_id, appended_at, captured_at, month, day, publisher, language, coalesce(words, 0)
        from search_new left join (select doc, sum(tf) as words from search_counted group by doc) using (doc)
        where doc between $first and $last
        """,
        {"first": first, "last": last},
    )
    connection.execute(
        "insert into search_fresh select month, hash, doc, tf from search_counted join search_forms using (word)"
    )
    connection.execute("insert into search_spellings select distinct term from search_forms")
    connection.execute("drop table search_counted; drop table search_forms")


def _take_over(connection: duckdb.DuckDBPyConnection, former: str | None) -> None:
    """The texts that stay, and the postings of months that nothing touched, in their order."""
    if former:
        connection.execute(
            f"""
            insert into search_articles
            select * from {former}.search_articles where doc not in (select doc from search_gone);
            insert into search_postings
            select * from {former}.search_postings where month not in (select month from search_touched);
            """
        )


def _put_in_order(connection: duckdb.DuckDBPyConnection, month: date, former: str | None) -> None:
    """The postings of a touched month: what stays and what is new, in order of terms."""
    kept = f"select * from {former}.search_postings where doc not in (select doc from search_gone)" if former else ""
    both = f"(select * from search_fresh {'union all ' + kept if former else ''})"
    connection.execute(
        f"insert into search_postings select * from {both} where month = $month order by term, doc", {"month": month}
    )


def _vocabulary(connection: duckdb.DuckDBPyConnection, former: str | None) -> None:
    """All terms as words, sorted: what `talk*` is looked up in. A word that only lost texts had is lost with them."""
    both = f"(from search_spellings {f'union all from {former}.search_vocabulary' if former else ''})"
    connection.execute(
        f"""
        insert into search_vocabulary
        select distinct word from {both}
        where not exists (from search_gone) or search_key(word) in (select term from search_postings)
        order by word
        """
    )
