"""The snapshot for programs with an older DuckDB inside: docs/readers.md names the oldest, and it is tried here."""

import json
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.warehouse.conftest import Shop
from warehouse.migrate import VIEW_ORDER
from warehouse.place import PROJECT
from warehouse.snapshot import make_snapshot

OLDEST = "1.1.3"  # DuckDB, of November 2024; 1.0.0 opens the file but not every table
LATER = datetime(2026, 3, 2, 9, tzinfo=UTC)

ASK = """
import json, sys
sys.path.insert(0, sys.argv[1])
import duckdb
connection = duckdb.connect(sys.argv[2], read_only=True)
views = [row[0] for row in connection.execute("select view_name from duckdb_views() where not internal").fetchall()]
counts = {view: len(connection.execute(f"select * from {view}").fetchall()) for view in views}
(hit,) = connection.execute("select url, passage from search('heron')").fetchall()
print(json.dumps({"version": duckdb.__version__, "counts": counts, "hit": hit}))
"""


@pytest.fixture(scope="session")
def oldest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the oldest DuckDB, from the registry or uv's cache."""
    folder = tmp_path_factory.mktemp("oldest")
    uv = shutil.which("uv")
    if uv is None:
        pytest.skip("uv is not on the path: the oldest DuckDB cannot be installed")
    command = [uv, "pip", "install", "-q", "--no-config", "--only-binary", ":all:", "--python", sys.executable]
    done = subprocess.run(
        [*command, "--target", str(folder), f"duckdb=={OLDEST}", "pytz"], capture_output=True, text=True, timeout=120
    )
    if done.returncode:
        pytest.skip(f"DuckDB {OLDEST} cannot be installed here: {done.stderr.strip().splitlines()[-1]}")
    return folder


def test_the_oldest_duckdb_reads_the_snapshot(shop: Shop, oldest: Path):
    """Every view and search(words), with nothing loaded and nothing fetched; the same rows as today's."""
    shop.add(shop.article("https://example.com/a", "The heron landed."), shop.rejection("https://example.com/b"))
    make_snapshot(shop.place, now=LATER, force=False)
    done = subprocess.run(
        [sys.executable, "-c", ASK, str(oldest), str(shop.place.snapshot)], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])  # a slow query draws a progress bar
    assert found["version"] == OLDEST
    assert set(VIEW_ORDER) <= set(found["counts"])
    assert {view: found["counts"][view] for view in VIEW_ORDER} == {
        view: len(shop.ask(f"from {view}")) for view in VIEW_ORDER
    }
    assert found["hit"] == ["https://example.com/a", "The heron landed."]


def test_the_docs_name_what_is_tested():
    """Another oldest version is tested when the docs name another."""
    assert f"DuckDB {OLDEST}" in (PROJECT / "docs" / "readers.md").read_text(encoding="utf-8")
