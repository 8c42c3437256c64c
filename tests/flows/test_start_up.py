"""Commands that only look start as quickly as DuckDB does: benchmarks/start_up.py measures it, this says why."""

import json
import os
import subprocess
import sys

import pytest

from tests.warehouse.conftest import Shop, shop

__all__ = ["shop"]  # a fixture

HEAVY = ("prefect", "trafilatura", "pyarrow", "numpy", "pandas", "lxml", "requests", "rich", "jinja2", "asyncio")
HEAVY += ("fsspec",)
CALL = """
import contextlib, io, json, sys
from flows.cli import main
with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit):
    main(sys.argv[1:])
print(json.dumps([name for name in {heavy!r} if name in sys.modules]))
"""


@pytest.mark.parametrize("call", [["--help"], ["sql", "select count(*) from articles"], ["status"]])
def test_nothing_heavy_is_imported(call: list[str], shop: Shop):
    """Neither Prefect nor an extraction library nor pyarrow, each of which costs more than DuckDB itself."""
    shop.add(shop.article("https://example.com/a"))
    environ = os.environ | {
        "PRESSHOUSE_DATA_DIR": str(shop.place.data_dir),
        "PRESSHOUSE_WAREHOUSE": str(shop.place.file),
    }
    code = CALL.format(heavy=HEAVY)
    done = subprocess.run([sys.executable, "-c", code, *call], env=environ, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == []


def test_a_run_over_files_loads_neither_extraction_nor_network():
    """Extraction is its pool's, and the client, robots and readers of lists are for runs that fetch."""
    heavy = "[name for name in sys.modules if name in ('trafilatura', 'htmldate', 'requests', 'urllib3')]"
    code = f"import json, sys, flows.ingest; print(json.dumps({heavy}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == []
