"""Does the time to append and assign a batch depend on what the warehouse holds already?

    python benchmarks/stories_scale.py [ARTICLES ...] [--folder DIR]        default: 1000000 5000000

Fills a warehouse with so many synthetic articles over two years, generated in SQL: revisions with a short text,
captures, URLs, shingles (five of each article are the publisher's furniture and on the stop list), stories, and
verdicts for its copies. Then batches of 1,000 recent articles of usual length are appended and assigned, each in a
process of its own and in turn for each warehouse; prints the median seconds of each step, by the clock and of processor
time, and the most memory that a process took.
"""

import argparse
import json
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tasks.dedupe.matching import METHOD
from tasks.dedupe.normal import text_hash
from tasks.dedupe.shingles import sampled
from tasks.model import Article, Capture, Published, Updated
from tasks.url import url_key
from warehouse import spool as spooling
from warehouse.append import drain
from warehouse.connect import opened
from warehouse.migrate import prepare
from warehouse.place import Place, place
from warehouse.stories import assign_stories

FIRST_DAY = date(2024, 1, 1)
DAYS = 730
PUBLISHERS = 500
BATCH = 1_000
ROUNDS = 5
WORDS = 450  # of a text in the batches
STEP = 250_000  # articles filled at once

# Three articles in ten are copies: of six in a row, the first three share their story's shingles.
_FILL = f"""
create or replace temp table made as
select i, md5('a' || i)::uuid as article_id, md5('t' || i)::uuid as text_id,
    'p' || (i * 7919 % {PUBLISHERS}) as publisher,
    $first::date + cast(i * {DAYS} // $count as integer) as day,
    timestamptz '2024-01-01 06:00:00+00' + to_seconds(cast(i * {DAYS * 86_400} // $count as bigint)) as met,
    if(i % 20 < 6 and i % 3 = 0, i, if(i % 20 < 6, i - i % 3, i)) as root
from range($start, $stop) as r (i);

insert into revisions by name
select article_id, replace(text_id::varchar, '-', '') as text_hash, 'https://' || publisher || '.example/' || i as url,
    url as fetched_url, publisher || '.example' as publisher, 'en' as language, 'Headline ' || i as title,
    'A short text that stands for number ' || i as text, [] as authors, [] as agencies, [] as keywords,
    met as published_at, day as published_date, 'minute' as published_precision, 0 as published_offset_minutes,
    [] as date_flags, met as captured_at, 450 as word_count, 'full' as access, 'warc' as via, 'synthetic' as extractor,
    'synthetic.warc' as capture_file, i as capture_offset, 'fill' as run_id, 'fill' as batch_id, met as appended_at
from made;

insert into captures by name
select 'https://' || publisher || '.example/' || i as fetched_url, met as captured_at, met as seen_at, 'warc' as via,
    'synthetic.warc' as capture_file, i as capture_offset, md5('c' || i) as payload_sha256, 'article' as outcome,
    article_id, replace(text_id::varchar, '-', '') as text_hash, 'synthetic' as program, 'fill' as run_id,
    'fill' as batch_id, met as appended_at
from made;

insert into article_urls by name
select article_id, 'https://' || publisher || '.example/' || i as url, publisher || '.example/' || i as url_key,
    1 as url_key_version, 'fill' as batch_id, met as appended_at
from made;

insert into shingles by name
select article_id, text_id, day, met as published_at, 'minute' as published_precision, met as captured_at,
    'full' as access, publisher || '.example' as publisher, 450 as tokens, 1152921504606846976 as below,
    list_concat([hash(publisher || x) >> 4 for x in range(5)],
        [hash(root * 100 + x) >> 4 for x in range(22)]) as hashes,
    false as further, 'fill' as batch_id, met as appended_at
from made order by i;

insert into story_members
select article_id, md5('a' || root)::uuid, replace(text_id::varchar, '-', ''), if(i = root, 'root', 'near'),
    $method, 'fill', met
from made order by i;

insert into duplicate_pairs
select article_id, md5('a' || root)::uuid, least(text_id, md5('t' || root)::uuid),
    greatest(text_id, md5('t' || root)::uuid), day, 0, false, 'near', true, false, .8, .8, .8, .7, 300, 0, 0, 400,
    $method, 'fill', met
from made where i <> root order by i;
"""
_FILL_STOPS = f"""
insert into stop_shingles
select $first::date + cast(d as integer), hash('p' || p || x) >> 4, 'fill', $now
from range({DAYS}) as days (d), range({PUBLISHERS}) as publishers (p), range(5) as furniture (x)
order by d
"""


def fill(where: Place, count: int) -> None:
    """Synthetic articles, in order of days, as a scheduled run would have brought them."""
    prepare(where.file, wait=1, say=lambda _: None)
    now = datetime(2025, 12, 31, tzinfo=UTC)
    with opened(where.file, read_only=False, wait=1) as connection:
        for start in range(0, count, STEP):
            values = {"first": FIRST_DAY, "count": count, "start": start, "stop": min(count, start + STEP)}
            for statement in _FILL.split(";\n"):
                names = {"method": METHOD, **values}
                if statement.strip():
                    connection.execute(statement, {name: names[name] for name in names if f"${name}" in statement})
        connection.execute(_FILL_STOPS, {"first": FIRST_DAY, "now": now})
        connection.execute("insert into batches values ('fill', 'fill', ?, 0, 0, 0, 0, 'synthetic', ?)", [count, now])
        connection.execute(
            "insert into story_runs values ('fill', 'assigned', ?, ?, ?, ?, ?)", [METHOD, now, now, count, now]
        )


def batch_rows(number: int, earlier: list[str]) -> tuple[list[spooling.Row], list[str]]:
    """A batch of the last two days: six in ten new, two copies within the batch, two copies of the batch before."""
    dice = random.Random(number)
    texts: list[str] = []
    originals: list[str] = []
    for position in range(BATCH):
        kind = position % 10
        copied = earlier if kind in (8, 9) else originals if kind in (6, 7) else []
        if copied:
            texts.append(edited(dice.choice(copied), dice))
        else:
            originals.append(" ".join(word(dice) for _ in range(WORDS)))
            texts.append(originals[-1])
    rows = [_row(number * BATCH + position, text, dice) for position, text in enumerate(texts)]
    return rows, originals


def word(dice: random.Random) -> str:
    """Of a vocabulary of 20,000, frequent ones more often."""
    return f"w{int(20_000 ** dice.random())}"


def edited(text: str, dice: random.Random) -> str:
    words = text.split()
    del words[-dice.randrange(40, 120) :]
    words[0] = word(dice)
    return " ".join(words)


def _row(number: int, text: str, dice: random.Random) -> spooling.Row:
    at = datetime(2025, 12, 29, tzinfo=UTC) + timedelta(seconds=dice.randrange(2 * 86_400))
    url = f"https://fresh{dice.randrange(PUBLISHERS)}.example/{number}"
    capture = Capture(url, at, "warc", "fresh.warc", number, "text/html", b"")
    article = Article(
        url, url, (url_key(url) or "",), text_hash(text), f"p{dice.randrange(PUBLISHERS)}.example", None, None, "en",
        f"Headline {number}", None, text, (), (), (), None, None, None,
        Published(at, at.date(), "minute", 0, "meta", at.isoformat()), Updated(), at, WORDS, "full", None, "warc",
        None, "synthetic", "fresh.warc", number, shingles=sampled(text),
    )  # fmt: skip
    return spooling.article_row(capture, spooling.CaptureFigures(f"d{number}", len(text)), article, None, at)


def measure(where: Place, number: int) -> dict[str, float]:
    """Append and assign one batch, which also copies originals of the batch before."""
    _, earlier = batch_rows(number - 1, [])
    rows, _ = batch_rows(number, earlier)
    spooling.write_batch(where.spool, rows, run_id=f"run-{number}", program="synthetic")
    started = time.perf_counter(), time.process_time()
    drained = drain(where, wait=5, say=print)
    between = time.perf_counter()
    changed = assign_stories(where, run_id=f"run-{number}", wait=5)
    ended = time.perf_counter(), time.process_time()
    assert sum(batch.articles for batch in drained.appended) == BATCH, drained
    assert changed >= BATCH, changed
    return {
        "append_s": between - started[0],
        "assign_s": ended[0] - between,
        "both_s": ended[0] - started[0],
        "cpu_s": ended[1] - started[1],
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 20 if sys.platform == "darwin" else 1024),
    }


def measured_apart(where: Place, number: int) -> dict[str, float]:
    """In a process of its own, so that its memory is that of a run."""
    command = [sys.executable, __file__, "--measure", str(where.file), str(number)]
    found: dict[str, float] = json.loads(subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout)
    return found


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("articles", nargs="*", type=int, default=[1_000_000, 5_000_000])
    arguments.add_argument("--folder", type=Path, help="where the warehouses are made; default: a temporary folder")
    arguments.add_argument("--measure", nargs=2, help=argparse.SUPPRESS)
    arguments.add_argument("--fill", nargs=2, help=argparse.SUPPRESS)
    given = arguments.parse_args()
    if given.fill:
        file = Path(given.fill[0])
        fill(place(file.parent / "data", file), int(given.fill[1]))
        return
    if given.measure:
        file = Path(given.measure[0])
        print(json.dumps(measure(place(file.parent / "data", file), int(given.measure[1]))))
        return
    with tempfile.TemporaryDirectory(dir=given.folder) as folder:
        compare(Path(folder), given.articles)


def compare(folder: Path, sizes: list[int]) -> None:
    """Rounds take turns between the warehouses, so that a machine with other work slows all of them alike."""
    places = [place(folder / "data", folder / f"{count}.duckdb") for count in sizes]
    for where, count in zip(places, sizes, strict=True):
        started = time.perf_counter()
        # apart: a process is said to have had the memory of the one that started it
        subprocess.run([sys.executable, __file__, "--fill", str(where.file), str(count)], check=True)
        size = where.file.stat().st_size / 1e9
        print(f"{count:,} articles: {size:.2f} GB, filled in {time.perf_counter() - started:.0f} s", flush=True)
    rounds: list[list[dict[str, float]]] = [[] for _ in sizes]
    for number in range(1, ROUNDS + 2):
        for where, found in zip(places, rounds, strict=True):
            found.append(measured_apart(where, number))
    first: dict[str, float] = {}
    for count, found in zip(sizes, rounds, strict=True):
        middle = {name: statistics.median(one[name] for one in found[1:]) for name in found[0]}  # the first warms up
        first = first or middle
        print(
            f"{count:>10,}  append {middle['append_s']:.2f} s  assign {middle['assign_s']:.2f} s"
            f"  both {middle['both_s']:.2f} s (x{middle['both_s'] / first['both_s']:.2f})"
            f"  processor {middle['cpu_s']:.2f} s (x{middle['cpu_s'] / first['cpu_s']:.2f})"
            f"  peak {max(one['peak_mb'] for one in found):.0f} MB"
        )


if __name__ == "__main__":
    main()
