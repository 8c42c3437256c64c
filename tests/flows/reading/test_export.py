"""`presshouse export` as it is called: what it understands, what it prints, how it is cited."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import yaml

from flows.cli import main
from flows.reading.export import citation, instant
from tasks.errors import Stop
from tests.warehouse.conftest import Shop, shop

__all__ = ["shop"]

TODAY = date(2026, 3, 1)


@pytest.fixture
def run(shop: Shop, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """Run `presshouse export` on a warehouse with two articles; returns standard output, of a refusal the error."""
    monkeypatch.setenv("PRESSHOUSE_DATA_DIR", str(shop.place.data_dir))
    monkeypatch.setenv("PRESSHOUSE_CONTACT", "mailto:desk@example.org")
    shop.add(
        shop.article("https://example.com/a"),
        shop.article("https://example.com/b", "Other words.", rights_reserved=True),
    )

    def call(*arguments: object, status: int = 0) -> str:
        assert main(["export", *map(str, arguments), "--warehouse", str(shop.place.file)]) == status
        captured = capsys.readouterr()
        return captured.err if status else captured.out

    return call


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2026-02-03T12:00:00Z", datetime(2026, 2, 3, 12, tzinfo=UTC)),
        ("2026-02-03T12:00:00+02:00", datetime(2026, 2, 3, 10, tzinfo=UTC)),
        ("2026-02-03 12:00", datetime(2026, 2, 3, 12, tzinfo=UTC)),
        ("2026-02-03", datetime(2026, 2, 3, 23, 59, 59, 999999, tzinfo=UTC)),
        ("2026-02", datetime(2026, 2, 28, 23, 59, 59, 999999, tzinfo=UTC)),
        ("yesterday", datetime(2026, 2, 28, 23, 59, 59, 999999, tzinfo=UTC)),
    ],
)
def test_as_of_is_an_instant_or_the_end_of_a_day(written: str, meant: datetime):
    """Days are UTC days here: `appended_at` is an instant."""
    assert instant(written, TODAY) == meant


@pytest.mark.parametrize("written", ["2026-02-30", "soon", "2026-02-03T25:00"])
def test_what_is_no_instant_is_refused(written: str):
    """In the words of the option."""
    with pytest.raises(Stop, match="--as-of"):
        instant(written, TODAY)


def test_export_tells_what_it_did(run, tmp_path: Path):
    """For people, then for machines, the second time with nothing to write."""
    out = run(tmp_path / "out")
    assert "articles           2" in out
    assert "undated" in out
    told = json.loads(run(tmp_path / "out", "--json"))
    assert (told["counts"]["articles"], told["written"], told["kept"]) == (2, [], ["undated"])
    assert "1   reserved" in run(tmp_path / "shared", "--respect-reservations", "--no-text")
    assert "other choices" in run(tmp_path / "shared", status=2)


def test_the_citation_can_be_read(run, tmp_path: Path):
    """Citation File Format 1.2.0: required keys, quoted strings; who keeps the warehouse can be reached."""
    run(tmp_path / "out")
    cited = yaml.safe_load((tmp_path / "out" / "CITATION.cff").read_text())
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert {"cff-version", "message", "title", "authors", "type"} <= set(cited)
    assert cited["version"] == manifest["as_of"]
    assert cited["date-released"] == manifest["as_of"][:10]
    assert cited["authors"][0]["email"] == "desk@example.org"
    assert cited["abstract"].startswith("2 news articles of 1 publishers")


def test_what_the_owner_wrote_into_the_citation_stays(run, shop: Shop, tmp_path: Path):
    """Only the lines that tell the edition follow the export."""
    run(tmp_path / "out")
    path = tmp_path / "out" / "CITATION.cff"
    path.write_text(path.read_text().replace("The keepers of this Presshouse warehouse", "Institute of News"))
    shop.add(shop.article("https://example.com/c", "A third."))
    run(tmp_path / "out")
    cited = yaml.safe_load(path.read_text())
    assert cited["authors"][0]["name"] == "Institute of News"
    assert cited["version"] == json.loads((tmp_path / "out" / "manifest.json").read_text())["as_of"]
    assert cited["abstract"].startswith("3 news articles")


def test_a_web_address_is_a_website():
    """PRESSHOUSE_CONTACT may be either."""
    manifest = {
        "counts": {"articles": 0, "publishers": 0, "stories": 0},
        "range": {"first_published_date": None, "last_published_date": None},
        "as_of": "2026-03-01T00:00:00.000000Z",
    }
    cited = yaml.safe_load(citation(manifest, datetime(2026, 3, 1, tzinfo=UTC), "https://example.org/about"))
    assert cited["authors"][0]["website"] == "https://example.org/about"


def test_there_must_be_a_warehouse(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """And no folder is left where nothing was exported."""
    assert main(["export", str(tmp_path / "out"), "--warehouse", str(tmp_path / "none.duckdb")]) == 2
    assert "presshouse ingest" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
