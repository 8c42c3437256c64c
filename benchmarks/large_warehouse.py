"""A warehouse of as many synthetic articles as wanted, of usual length, quickly: one made-up world, copied in SQL.

    python benchmarks/large_warehouse.py FILE [--articles 1000000]        beside FILE: its data folder

The world is that of tests/synthetic_news.py over two years, up to 100,000 articles; each copy of it has publishers,
URLs and ids of its own, so that a million articles are of 240 publishers. Texts have as many words as `word_count`
says, by Zipf's law; copies of a story carry the same. Rows lie in the order in which a scheduled run would have
brought them. With shingles, verdicts, stop lists, lists of repeated lines (empty), a ledger that agrees with the
tables, and archive files that are all hole: `presshouse maintain` finds nothing to do.
"""

import argparse
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

import duckdb

if __name__ == "__main__":
    import sys

    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tasks.dedupe.matching import METHOD
from tests.synthetic_news import fill
from warehouse.connect import opened
from warehouse.migrate import prepare
from warehouse.place import Place, place

WORLD = 100_000  # articles of one world
DAYS, LAST = 730, date(2026, 10, 31)
POLL_MINUTES = 720  # two years of polls of every feed, kept few: the articles are what is measured
VOCABULARY = 500_000  # different words
SYLLABLES = "".join(consonant + vowel for vowel in "eaoiu" for consonant in "tnrsldmkpv")
STOP_FROM = 56  # days: the stop list looks at eight weeks

_MACROS = f"""
create or replace temp macro made_id(id, world) as cast(md5(cast(id as varchar) || world) as uuid);
create or replace temp macro made_host(host, world) as if(world = 0, host, 'w' || world || '.' || host);
create or replace temp macro made_url(url, world) as
    if(world = 0, url, replace(url, 'https://', 'https://w' || world || '.'));
create or replace temp macro made_file(met, key) as
    strftime(met at time zone 'UTC', 'archive/%Y/%m/%d/') || key || '-synthetic.warc.gz';
create or replace temp macro syllable(n) as
    substr('{SYLLABLES}', 1 + 2 * (cast(n as integer) % 50), 2);
create or replace temp macro made_word(rank) as syllable(rank)
    || if(rank >= 50, syllable(rank // 50), '') || if(rank >= 2500, syllable(rank // 2500), '')
    || if(rank >= 125000, syllable(rank // 125000), '');
create or replace temp macro made_body(seed, words) as array_to_string(list_transform(range(words), lambda n:
    made_word(cast(exp((hash(seed, n) >> 11) / 9007199254740992 * ln({VOCABULARY})) as integer))
    || case when n % 60 = 59 then '.' || chr(10) || chr(10) when n % 14 = 13 then '. ' else ' ' end
), '');
create or replace temp macro made_hashes(story, publisher, day) as list_sort(list_distinct(list_concat(
    list_transform(range(22), lambda n: hash(story, n) >> 4),
    list_transform(range(5), lambda n: hash(publisher, n, 'furniture') >> 4)
)));
"""

# By month of the append, all worlds together: as they would have come.
_MONTHLY = (
    """
    create or replace temp table made as
    select r.* replace (
            made_id(r.article_id, w.world) as article_id, made_url(url, w.world) as url,
            made_url(fetched_url, w.world) as fetched_url, made_host(publisher, w.world) as publisher,
            made_file(captured_at, $key) as capture_file, capture_offset + w.world * 1000000000 as capture_offset,
            text || chr(10) || chr(10) || made_body(hash(m.story_id, w.world), word_count) as text,
            r.captured_at > min(r.captured_at) over (partition by r.article_id, w.world) as further
        ),
        made_id(m.story_id, w.world) as story_id
    from world.revisions as r join world.story_members as m using (article_id), range($worlds) as w (world)
    where r.appended_at >= $first and r.appended_at < $next
    """,
    "update made set text_hash = md5(text)",
    "insert into revisions by name select * exclude (story_id) from made order by appended_at, article_id",
    """
    insert into captures by name
    select fetched_url, captured_at, captured_at as seen_at, via, capture_file, capture_offset, 200 as status,
        md5(url || text_hash) as payload_sha256, if(further, 'revision', 'article') as outcome, article_id, text_hash,
        'synthetic/1' as program, run_id, batch_id, appended_at
    from made order by appended_at, article_id
    """,
    """
    insert into article_urls by name
    select article_id, url, url.replace('https://', '') as url_key, 1 as url_key_version, batch_id, appended_at
    from made where not further order by appended_at, article_id
    """,
    """
    insert into shingles by name
    select article_id, cast(text_hash as uuid) as text_id,
        cast(coalesce(published_at, captured_at) at time zone 'UTC' as date) as day, published_at,
        published_precision, captured_at, access, publisher, word_count as tokens, 1152921504606846976 as below,
        made_hashes(story_id, publisher, day) as hashes, further, batch_id, appended_at
    from made order by day, article_id
    """,
    f"""
    insert into story_members
    select article_id, story_id, text_hash, if(story_id = article_id, 'root', 'same_text'), '{METHOD}', run_id,
        appended_at
    from made order by appended_at, article_id
    """,
    """
    insert into entries by name
    select e.* replace (made_url(feed_url, world) as feed_url, made_url(url, world) as url,
        made_host(entry_key, world) as entry_key)
    from world.entries as e, range($worlds) as w (world)
    where appended_at >= $first and appended_at < $next order by appended_at, url
    """,
    """
    insert into rejections by name
    select r.* replace (made_url(fetched_url, world) as fetched_url, null as capture_file, null as capture_offset)
    from world.rejections as r, range($worlds) as w (world)
    where appended_at >= $first and appended_at < $next order by appended_at, fetched_url
    """,
)
_ONCE = (
    """
    insert into publishers by name
    select p.* replace (made_host(domain, world) as domain) from world.publishers as p, range($worlds) as w (world)
    """,
    "insert into agencies from world.agencies",
    """
    insert into feeds by name
    select f.* replace (made_url(feed_url, world) as feed_url, made_host(publisher, world) as publisher)
    from world.feeds as f, range($worlds) as w (world)
    """,
    """
    insert into polls by name
    select p.* replace (made_url(feed_url, world) as feed_url) from world.polls as p, range($worlds) as w (world)
    order by appended_at
    """,
    "insert into runs from world.runs",
    f"""
    insert into duplicate_pairs
    select article_id, story_id, least(t, o), greatest(t, o), day, 0, false, 'near', true, false,
        .8, .8, .8, .7, 300, 0, 0, 400, '{METHOD}', 'fill', assigned_at
    from (
        select m.article_id, m.story_id, cast(m.text_hash as uuid) as t, cast(root.text_hash as uuid) as o,
            cast(m.assigned_at at time zone 'UTC' as date) as day, m.assigned_at
        from story_members as m
        join (select article_id, any_value(text_hash) as text_hash from story_members group by article_id) as root
            on root.article_id = m.story_id
        where m.article_id <> m.story_id
    )
    order by day
    """,
    """
    insert into stop_shingles
    select day, hash(domain, n, 'furniture') >> 4, 'fill', $now
    from (select distinct day from shingles where day >= $stops), publishers, range(5) as furniture (n)
    order by day
    """,
    """
    insert into batches
    select batch_id, batch_id, count(*) filter (outcome = 'article'), count(*) filter (outcome = 'revision'), 0,
        count(*) filter (outcome = 'rejected'), 1, 'synthetic/1', max(appended_at)
    from (
        select batch_id, outcome, appended_at from captures
        union all select batch_id, outcome, appended_at from rejections
        union all select batch_id, null, appended_at from polls
        union all select batch_id, null, appended_at from entries
        union all select batch_id, null, appended_at from runs
    )
    group by batch_id
    order by batch_id
    """,
    """
    insert into repeated_lines
    select publisher, month, [], [], cast(sum(texts) over (partition by publisher order by month) as bigint), $now,
        'fill'
    from (
        select publisher, date_trunc('month', coalesce(published_date, cast(captured_at at time zone 'UTC' as date)))
            as month, count(*) as texts
        from revisions group by all
    )
    """,
    f"""
    insert into story_runs
    select 'fill', 'assigned', '{METHOD}', max(appended_at), max(appended_at), count(*), max(appended_at) from shingles
    """,
)


def make(where: Place, articles: int) -> None:
    """Make the warehouse, with its archive files."""
    worlds = max(1, round(articles / WORLD))
    prepare(where.file, wait=1, say=lambda _: None)
    with tempfile.TemporaryDirectory(dir=where.file.parent) as folder:
        world = Path(folder) / "world.duckdb"
        prepare(world, wait=1, say=lambda _: None)
        fill(world, articles=articles // worlds, days=DAYS, last=LAST, poll_minutes=POLL_MINUTES)
        with opened(where.file, read_only=False, wait=1) as connection:
            connection.execute(f"attach '{world}' as world (read_only)")
            connection.execute(_MACROS)
            _copy(connection, where, worlds)
            connection.execute("detach world; checkpoint")
    _dig(where)


def _copy(connection: duckdb.DuckDBPyConnection, where: Place, worlds: int) -> None:
    values = {"worlds": worlds, "key": where.key, "stops": LAST - timedelta(days=STOP_FROM + DAYS)}
    months = connection.execute(
        "select distinct date_trunc('month', appended_at at time zone 'UTC') as month from world.revisions union"
        " select distinct date_trunc('month', appended_at at time zone 'UTC') from world.entries order by 1"
    ).fetchall()
    for (month,) in months:
        values |= {"first": f"{month:%Y-%m-%d} 00:00:00Z", "next": f"{month + timedelta(days=32):%Y-%m}-01 00:00:00Z"}
        for statement in _MONTHLY:
            _run(connection, statement, values)
    connection.execute("drop table made")
    values["now"] = connection.execute("select max(appended_at) from shingles").fetchall()[0][0]
    for statement in _ONCE:
        _run(connection, statement, values)


def _run(connection: duckdb.DuckDBPyConnection, statement: str, values: dict[str, object]) -> None:
    connection.execute(statement, {name: value for name, value in values.items() if f"${name}" in statement})


def _dig(where: Place) -> None:
    """Archive files as long as their captures say, of nothing."""
    with opened(where.file, read_only=True, wait=1) as connection:
        ends = connection.execute("select capture_file, max(capture_offset) from captures group by 1").fetchall()
    for name, end in ends:
        path = where.located(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as stream:
            stream.truncate(end + 1_000)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--articles", type=int, default=1_000_000)
    given = parser.parse_args()
    where = place(given.file.resolve().parent / "data", given.file)
    started = time.perf_counter(), time.process_time()
    make(where, given.articles)
    print(
        f"{where.file}: {where.file.stat().st_size / 1e9:.2f} GB in {time.perf_counter() - started[0]:.0f} s,"
        f" {time.process_time() - started[1]:.0f} s of processor"
    )


if __name__ == "__main__":
    main()
