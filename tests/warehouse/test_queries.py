"""docs/queries.md: every query runs, answers what the page says, and does so wherever the analyst sits.

`python -m tests.warehouse.test_queries` writes the answers into the page anew.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tests.synthetic_news import fill
from warehouse.migrate import prepare

PAGE = Path(__file__).parents[2] / "docs" / "queries.md"
QUERY = re.compile(r"```sql\n(?P<sql>.*?)```\n(?P<answer>\n(?:\|[^\n]*\n)+)?", re.DOTALL)
ZONES = ("Asia/Tokyo", "America/Los_Angeles")
FALSE_DAYS = re.compile(
    r"_at\s*::\s*date|date_trunc\(\s*'[a-z]+'\s*,\s*\w+_at\b|cast\(\s*\w+_at as date", re.IGNORECASE
)

# A plain client that sets no zone: DuckDB takes that of the system.
ASK = """
import io, json, sys
import duckdb
from flows.reading.output import write
connection = duckdb.connect(sys.argv[1], read_only=True)
answers = [connection.execute("select current_setting('TimeZone')").fetchone()[0]]
for sql in json.load(sys.stdin):
    out = io.StringIO()
    write(connection.sql(sql), out, "markdown", width=100, raw=False)
    answers.append(out.getvalue())
print(json.dumps(answers))
"""


def news(folder: Path) -> Path:
    file = folder / "news.duckdb"
    prepare(file, wait=1, say=lambda _: None)
    fill(file, articles=12_000, days=70, seed=1)
    return file


def queries() -> list[tuple[str, str]]:
    """(SQL, answer as the page shows it), in the order of the page."""
    return [
        (match["sql"], (match["answer"] or "").strip()) for match in QUERY.finditer(PAGE.read_text(encoding="utf-8"))
    ]


def answers(file: Path, zone: str) -> list[str]:
    asked = subprocess.run(
        [sys.executable, "-c", ASK, str(file)],
        input=json.dumps([sql for sql, _ in queries()]),
        env=os.environ | {"TZ": zone},
        capture_output=True,
        text=True,
        check=False,
    )
    assert asked.returncode == 0, asked.stderr
    told, *found = json.loads(asked.stdout)
    assert told == zone
    return [answer.strip() for answer in found]


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return news(tmp_path_factory.mktemp("queries"))


@pytest.mark.parametrize("zone", ZONES)
def test_the_page_shows_what_the_queries_answer(file: Path, zone: str):
    """The same in Tokyo and in Los Angeles, to the letter."""
    shown = [answer for _, answer in queries()]
    assert len(shown) == 20
    assert answers(file, zone) == shown


def test_every_answer_has_rows():
    """A question that finds nothing shows nothing."""
    assert all(answer.count("\n") >= 2 for _, answer in queries())


def test_no_query_takes_the_day_of_an_instant_by_the_sessions_zone():
    """The trap that the page opens with."""
    assert not [sql for sql, _ in queries() if FALSE_DAYS.search(sql)]


def write_page() -> None:
    """Put the answers into the page."""
    with tempfile.TemporaryDirectory() as folder:
        found = iter(answers(news(Path(folder)), ZONES[0]))
    text = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(QUERY.sub(lambda m: f"```sql\n{m['sql']}```\n\n{next(found)}\n", text), encoding="utf-8")


if __name__ == "__main__":
    write_page()
