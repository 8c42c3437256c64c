"""docs/notebook.py runs from top to bottom on the sample articles, and shows what it says it shows."""

import importlib.util
from pathlib import Path

import pytest

from tests.flows.conftest import Desk

PROJECT = Path(__file__).resolve().parents[2]


def test_the_notebook_runs_on_the_sample_articles(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    """Every cell; no table is empty, and each figure is that of the warehouse."""
    brought = desk.ingest(PROJECT / "seeds" / "articles")["articles"]
    for name, value in desk.environment().items():
        monkeypatch.setenv(name, value)
    found = importlib.util.spec_from_file_location("notebook", PROJECT / "docs" / "notebook.py")
    assert found is not None
    assert found.loader is not None
    notebook = importlib.util.module_from_spec(found)
    found.loader.exec_module(notebook)
    _, names = notebook.app.run()
    try:
        assert names["overview"]["articles"].to_pylist() == names["known"]["articles"].to_pylist() == [brought]
        assert names["before"]["articles"].to_pylist() == [0]
        assert sum(names["evidence"]["articles"].to_pylist()) == brought
        assert names["carried"].num_rows > 0
        assert names["elsewhere"].num_rows > 0
    finally:
        names["warehouse"].close()
