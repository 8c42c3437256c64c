"""The warehouse written anew: smaller, the same, and nothing lost whoever writes or is killed meanwhile."""

import os
import random
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

from tests.warehouse.conftest import Shop
from warehouse.compact import SUFFIX, compact, free_share
from warehouse.connect import opened
from warehouse.migrate import prepare

KILLS = 6
SEED = 20261122

# Another process that adds a row at a time, and says how many it has added.
WRITER = """
import sys
from pathlib import Path
from warehouse.connect import opened
for number in range(25):
    with opened(Path(sys.argv[1]), read_only=False, wait=60) as connection:
        connection.execute("insert into padding values (?, 'added')", [10_000_000 + number])
"""
COMPACTER = """
import sys
from pathlib import Path
from warehouse.compact import compact
print("ready", flush=True)
while True:
    compact(Path(sys.argv[1]), wait=60)
"""


def padded(shop: Shop) -> Path:
    """A warehouse most of which is free pages."""
    with opened(shop.place.file, read_only=False, wait=1) as connection:
        connection.execute("create table padding as select range as id, sha256(range::varchar) as t from range(600000)")
    with opened(shop.place.file, read_only=False, wait=1) as connection:
        connection.execute("delete from padding where id >= 1000")
    return shop.place.file


def start(code: str, file: Path) -> "subprocess.Popen[str]":
    return subprocess.Popen([sys.executable, "-c", code, str(file)], stdout=subprocess.PIPE, text=True)


def schema(file: Path) -> list[tuple[object, ...]]:
    """Names, types and definitions; the columns of an EXCLUDE sorted, which DuckDB writes in no certain order."""
    with opened(file, read_only=True, wait=5) as connection:
        rows = connection.execute(
            "select table_name, column_name, data_type, is_nullable from duckdb_columns() where not internal"
            " union all select view_name, sql, null, null from duckdb_views() where not internal"
            " union all select function_name, macro_definition, null, null from duckdb_functions() where not internal"
            " order by all"
        ).fetchall()
    excluded = re.compile(r"(?<=EXCLUDE \()[^)]+")
    return [
        (name, excluded.sub(lambda found: ", ".join(sorted(found[0].split(", "))), definition or ""), *rest)
        for name, definition, *rest in rows
    ]


def test_smaller_and_the_same(shop: Shop):
    """Tables, their NOT NULL, views, macros and rows; the program finds nothing to migrate."""
    shop.add(shop.article("https://example.com/a"))
    file = padded(shop)
    before, articles = schema(file), shop.ask("select * from article_revisions")
    assert free_share(file, wait=1)[0] > 0.5
    made = compact(file, wait=1)
    assert made.after < made.before / 3
    assert free_share(file, wait=1)[0] < 0.2
    assert schema(file) == before
    assert shop.ask("select * from article_revisions") == articles
    bytes_ = file.read_bytes()
    prepare(file, wait=1, say=print)
    assert file.read_bytes() == bytes_
    shop.add(shop.article("https://example.com/b", "Another."))
    assert shop.ask("select count(*) from articles") == [(2,)]


def test_a_writer_beside_it_loses_nothing(shop: Shop):
    """Each row lands in the old file before it is read, or in the new one."""
    file = padded(shop)
    writer = start(WRITER, file)
    while writer.poll() is None:
        compact(file, wait=60)
    assert writer.wait() == 0
    assert writer.stdout is not None
    writer.stdout.close()
    assert shop.ask("select count(*) filter (id >= 10000000), count(*) from padding") == [(25, 1025)]


def test_killed_at_any_moment_it_leaves_a_whole_warehouse(shop: Shop):
    """kill -9, again and again; what is left behind is removed by the next."""
    shop.add(shop.article("https://example.com/a"))
    file = padded(shop)
    chance = random.Random(SEED)  # noqa: S311 - moments, no secret
    for _ in range(KILLS):
        child = start(COMPACTER, file)
        assert child.stdout is not None
        child.stdout.readline()
        time.sleep(chance.uniform(0.0, 0.6))
        os.kill(child.pid, signal.SIGKILL)
        child.communicate()
        assert shop.ask("select count(*), (select count(*) from articles) from padding") == [(1000, 1)]
    compact(file, wait=5)
    assert list(file.parent.glob(f"*{SUFFIX}*")) == []
