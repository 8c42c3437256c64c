"""The search index of a snapshot: an inverted index in plain tables, kept by month, made and asked in SQL.

Why not DuckDB's `fts`: it must be loaded to be asked, which BI tools do not; it knows one stemmer an index and no
Chinese; and it starts from nothing each time. Of the same 100,000 synthetic articles (441 words, ten languages, Zipf)
it took 133 s of CPU and 427 MB, and 370 ms of CPU a question. docs/performance.md says what this one takes. A month
that nothing touched is copied from the snapshot before, and of a touched one only the new texts are read.

Terms are stored as hashes (md5, lower half): numbers are sorted, copied and looked up several times faster than words,
and fill half the file. Within a month postings lie in order of terms, so that a look-up reads a few row groups.
"""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb

INDEX_VERSION = 2  # of the rules in search_macros.sql and of what is indexed: another one starts from nothing
MACROS = Path(__file__).parent / "search_macros.sql"
TEXTS_AT_ONCE = 20_000  # articles whose words are counted in memory together: some 400 MB
FORMS_AT_ONCE = 2_000_000  # words whose terms are remembered from one slice to the next: some 200 MB
TITLE_COUNTS = 3  # a word of the title counts as so many of the text
MOST_OF_A_WORD = 255  # times that a word counts in one text
LONGEST_WORD = 64  # characters; longer ones are no words but keys and addresses. Not of scripts without blanks.

TABLES = ("search_articles", "search_postings", "search_vocabulary", "search_texts")
# By this a reader fetches the texts that passages are cut from: one by one, not in the blocks of 2,048 that hold them.
ROW_INDEX = "revisions_by_article"

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

# The texts that the index has, as search(words) shows them; in a snapshot a view. `line` tells rows apart. The names
# stand behind that of the table, since a view in a macro takes `publisher` for the macro's.
_TEXTS = """
select
    texts.rowid as line, texts.article_id, texts.appended_at, texts.captured_at,
    texts.published_date, texts.publisher, texts.language, texts.title, texts.text,
    coalesce(texts.url, texts.fetched_url) as url
from revisions as texts
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

_SAY_WORDS = f"""
create or replace temp table search_said as
select doc, word
from (
    select slice.doc, unnest(search_words_of(concat_ws(
        ' ', {", ".join(["texts.title"] * TITLE_COUNTS)}, texts.description, texts.text
    ))) as word
    from (select doc, article_id, appended_at, captured_at from search_new where doc between $first and $last) as slice
    join revisions as texts
        on texts.article_id = slice.article_id
        and texts.appended_at = slice.appended_at
        and texts.captured_at = slice.captured_at
)
where word <> ''
"""

# What search_terms says, once a word, and in two steps: nested macros work out what they are given again and again.
_LEARN_FORMS = f"""
create or replace temp table search_unknown as
select distinct word from search_said anti join search_forms using (word);
insert into search_forms
select word, term, search_key(term) as hash
from (
    select word, search_stem(folded) as term
    from (select word, search_folded(word) as folded from search_unknown where not search_is_unparted(word))
    union all
    select word, unnest(search_terms(word)) as term
    from search_unknown where search_is_unparted(word)
)
where term <> '' and length(term) <= {LONGEST_WORD}
"""

_COUNT_TERMS = f"""
insert into search_fresh
select hash, doc, least(count(*), {MOST_OF_A_WORD})
from search_said join search_forms using (word)
group by hash, doc
"""


def create_macros(connection: duckdb.DuckDBPyConnection, *, temporary: bool = False) -> None:
    """`search(words)` and what it is made of; `temporary`: for a connection that may not write, and has the tables."""
    text = MACROS.read_text(encoding="utf-8")
    if not temporary:
        connection.execute(f"create or replace view search_texts as {_TEXTS}")
    connection.execute(text.replace("create or replace macro", "create or replace temp macro") if temporary else text)


def create_tables(connection: duckdb.DuckDBPyConnection, schema: str = "main") -> None:
    connection.execute(_TABLES.format(schema=schema))


def create_empty(connection: duckdb.DuckDBPyConnection, schema: str) -> None:
    """The tables of an index that has no text, beside a warehouse without one."""
    create_tables(connection, schema)
    connection.execute(f"create table {schema}.search_texts as {_TEXTS} limit 0")


def remove(connection: duckdb.DuckDBPyConnection) -> None:
    """Make a snapshot that was restored from a backup a warehouse again, which keeps no index of its texts.

    To be called before a migration: no table can be altered that has an index.
    """
    connection.execute(f"drop index if exists {ROW_INDEX}")
    connection.execute("drop macro table if exists search")
    connection.execute("drop view if exists search_texts")
    for table in TABLES[:-1]:
        connection.execute(f"drop table if exists {table}")
    connection.execute("delete from snapshot_info")


def build(connection: duckdb.DuckDBPyConnection, *, former: str | None, say: Callable[[str], None]) -> int:
    """Fill the empty tables from `articles`; `former` names an attached snapshot whose index is taken over.

    `say` is told how far it is where that takes long. Returns the number of texts that were read.
    """
    connection.execute(_WANTED.format(which=_ALL))
    count = _sort_out(connection, former)
    _take_over(connection, former)
    months = _touched(connection)
    for first, last in _slices(count):
        _count(connection, first, last)
        done = [one for one in months if one[2] <= last]
        _put_in_order(connection, done, former)
        months = months[len(done) :]
        if count[1] - count[0] >= TEXTS_AT_ONCE:
            say(f"search index: {last - count[0] + 1:,} of {count[1] - count[0] + 1:,} texts read")
    _put_in_order(connection, months, former)  # where something only went
    _vocabulary(connection, former)
    for table in ("wanted", "new", "gone", "fresh", "forms", "spellings"):
        connection.execute(f"drop table search_{table}")
    connection.execute(f"create index {ROW_INDEX} on revisions (article_id)")
    return count[1] - count[0] + 1


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
    if not 0 < count <= most:
        for table in TABLES:
            connection.execute(f"create temp view {table} as from {former}.{table}")
        return count
    connection.execute(_WANTED.format(which=_LATER))
    connection.execute(f"create temp table search_tail as from {former}.search_articles limit 0")
    numbers = _sort_out(connection, former, of="article_id in (select article_id from search_wanted)")
    for first, last in _slices(numbers):
        _count(connection, first, last, into="search_tail")
    connection.execute(
        f"""
        create temp table search_tail_texts as
        select * replace (-1 - line as line)
        from ({_TEXTS}) semi join search_tail using (article_id, appended_at, captured_at);
        create temp table search_tail_postings as
        select month, term, doc, tf from search_fresh join search_tail using (doc);
        create temp view search_texts as
        from {former}.search_texts union all from search_tail_texts;
        create temp view search_articles as
        from {former}.search_articles where doc not in (select doc from search_gone) union all from search_tail;
        create temp view search_postings as
        from {former}.search_postings union all from search_tail_postings;
        create temp view search_vocabulary as
        from {former}.search_vocabulary union all select distinct term from search_forms;
        """
    )
    return 0


def _sort_out(connection: duckdb.DuckDBPyConnection, former: str | None, of: str = _ALL) -> tuple[int, int]:
    """What came and what went; `of`: the articles that are looked at, of those in the index.

    Returns first and last number of the new texts, which are numbered on, in order of days.
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
        create or replace temp table search_fresh (term ubigint, doc integer, tf utinyint);
        create or replace temp table search_forms (word varchar, term varchar, hash ubigint);
        create or replace temp table search_spellings (word varchar);
        """
    )
    row = connection.execute("select coalesce(min(doc), 0), coalesce(max(doc), -1) from search_new").fetchone()
    return row or (0, -1)


def _slices(numbers: tuple[int, int]) -> list[tuple[int, int]]:
    first, last = numbers
    return [(one, min(one + TEXTS_AT_ONCE - 1, last)) for one in range(first, last + 1, TEXTS_AT_ONCE)]


def _touched(connection: duckdb.DuckDBPyConnection) -> list[tuple[date, int, int]]:
    """(month, first and last number of its new texts) of the months to be put in order: those with new texts as they
    will be read, behind them those that only lost some."""
    return connection.execute(
        """
        select month, min(doc), max(doc) from search_new group by month
        union all
        select distinct month, 2147483647, 2147483647 from search_gone anti join search_new using (month)
        order by 2, 1
        """
    ).fetchall()


def _count(connection: duckdb.DuckDBPyConnection, first: int, last: int, into: str = "search_articles") -> None:
    """Read some new texts: enter them, and hold their postings and terms until their months are put in order."""
    connection.execute(_SAY_WORDS, {"first": first, "last": last})
    connection.execute(_LEARN_FORMS)
    connection.execute(
        f"""
        insert into {into}
        select doc, article_id, appended_at, captured_at, month, day, publisher, language, coalesce(words, 0)
        from search_new left join (select doc, count(*) as words from search_said group by doc) using (doc)
        where doc between $first and $last
        """,
        {"first": first, "last": last},
    )
    connection.execute(_COUNT_TERMS)
    connection.execute("drop table search_said; drop table search_unknown")


def _take_over(connection: duckdb.DuckDBPyConnection, former: str | None) -> None:
    """The texts that stay, and the postings of months that nothing touched, in their order.

    Month by month, since DuckDB keeps the order of what goes through a plain filter and through no join.
    """
    if not former:
        return
    connection.execute(
        f"insert into search_articles from {former}.search_articles where doc not in (select doc from search_gone)"
        " order by doc"
    )
    months = connection.execute(
        f"""
        select distinct month from {former}.search_articles
        where month not in (select month from search_new union all select month from search_gone)
        order by month
        """
    ).fetchall()
    for (month,) in months:
        connection.execute(
            f"insert into search_postings from {former}.search_postings where month = $month", {"month": month}
        )


def _put_in_order(
    connection: duckdb.DuckDBPyConnection, months: list[tuple[date, int, int]], former: str | None
) -> None:
    """The postings of touched months: what stays and what is new, in order of terms. What is held of them is let go."""
    if not months:
        return
    kept = f"""
        union all
        select term, doc, tf from {former}.search_postings
        where month = $month and doc not in (select doc from search_gone)
    """
    for month, first, last in months:
        connection.execute(
            f"""
            insert into search_postings
            select cast($month as date), term, doc, tf
            from (
                select term, doc, tf from search_fresh where doc between $first and $last
                {kept if former else ""}
            )
            order by term, doc
            """,
            {"month": month, "first": first, "last": last},
        )
    connection.execute(
        """
        create temp table search_open as from search_fresh where doc > $last;
        drop table search_fresh;
        alter table search_open rename to search_fresh;
        """.replace("$last", str(months[-1][2]))  # several statements take no bound value; this is a number
    )
    row = connection.execute("select count(*) from search_forms").fetchone()
    if row and row[0] > FORMS_AT_ONCE:
        connection.execute("insert into search_spellings select distinct term from search_forms; truncate search_forms")


def _vocabulary(connection: duckdb.DuckDBPyConnection, former: str | None) -> None:
    """All terms as words, sorted: what `talk*` is looked up in. A word that only lost texts had is lost with them."""
    connection.execute("create or replace temp table search_lost (term ubigint)")
    if former:
        connection.execute(
            f"""
            insert into search_lost
            select distinct term from {former}.search_postings join search_gone using (month, doc);
            create or replace temp table search_lost as from search_lost anti join search_postings using (term);
            """
        )
    connection.execute(
        f"""
        insert into search_vocabulary
        select distinct word
        from (
            from search_spellings
            union all select distinct term from search_forms
            {f"union all from {former}.search_vocabulary" if former else ""}
        )
        where search_key(word) not in (select term from search_lost)
        order by word;
        drop table search_lost
        """
    )
