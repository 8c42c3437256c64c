"""Exports: whole, incremental, the same twice, and never a mixture."""

import hashlib
import json
import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tasks.errors import Stop
from tasks.model import Published
from tests.warehouse.conftest import NOON, Shop, copied
from tests.warehouse.test_coverage import ten_weeks
from warehouse.export import Choice, Exported, export, known_exports
from warehouse.export_account import gaps
from warehouse.export_files import LOCK, STAGING, ExportRuns, Writer, folder_lock
from warehouse.stories import assign_stories

__all__ = ["ten_weeks"]


def on(month: int, day: int = 5) -> Published:
    return Published(datetime(2026, month, day, 9, tzinfo=UTC), date(2026, month, day), "minute", 0, "meta", "raw")


def write(shop: Shop, folder: Path, **choice: Any) -> Exported:
    return export(shop.place, folder, Choice(**choice), program="presshouse/test", say=shop.said.append)


def rows(folder: Path, what: str = "url") -> list[Any]:
    return duckdb.read_parquet(f"{folder}/articles/*.parquet").project(what).order("all").fetchall()


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def fill(shop: Shop) -> Shop:
    """Two months, one undated article, one reserved."""
    shop.add(
        shop.article("https://example.com/jan", "January.", published=on(1)),
        shop.article("https://example.com/feb", "February.", published=on(2), rights_reserved=True),
        shop.article("https://other.example/feb", "Also February.", published=on(2), publisher="other.example"),
        shop.article("https://example.com/undated", "No date."),
    )
    assign_stories(shop.place, run_id="run", wait=1)
    return shop


@pytest.fixture(scope="module")
def filled_once(empty_warehouse: Path, tmp_path_factory: pytest.TempPathFactory) -> Shop:
    return fill(copied(empty_warehouse, tmp_path_factory.mktemp("filled"), "w"))


@pytest.fixture
def filled(filled_once: Shop, tmp_path: Path) -> Shop:
    """A warehouse of one's own as `fill` leaves it."""
    return copied(filled_once.place.file, tmp_path, "w", filled_once.offset)


def test_a_file_a_month_with_an_account_that_holds(filled: Shop, tmp_path: Path):
    """Every article once, in the month of its date; the manifest tells rows, bytes and digests as they are."""
    done = write(filled, tmp_path / "out")
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert manifest == done.manifest
    assert [(entry["path"], entry["rows"]) for entry in manifest["files"]] == [
        ("articles/2026-01.parquet", 1),
        ("articles/2026-02.parquet", 2),
        ("articles/undated.parquet", 1),
    ]
    for entry in manifest["files"]:
        content = (tmp_path / "out" / entry["path"]).read_bytes()
        assert (len(content), hashlib.sha256(content).hexdigest()) == (entry["bytes"], entry["sha256"])
        assert pq.read_metadata(tmp_path / "out" / entry["path"]).num_rows == entry["rows"]
    assert manifest["counts"]["articles"] == 4
    assert manifest["via"] == {"warc": {"articles": 4, "share": 1.0}}
    assert manifest["made_by"]["extractors"] == {"test/1": 4}
    assert manifest["range"]["last_published_date"] == "2026-02-05"
    columns = [name for name, *_ in filled.ask("describe articles")]
    assert [column["name"] for column in manifest["columns"]] == columns
    assert rows(tmp_path / "out", "* exclude (article_id, story_id)") == filled.ask(
        "select * exclude (article_id, story_id) from articles order by all"
    )


def test_the_same_instant_twice_gives_the_same_bytes(filled: Shop, tmp_path: Path):
    """Also after more has come, a new revision among it; and what came is not there."""
    first = write(filled, tmp_path / "one")
    filled.add(
        filled.article(
            "https://example.com/jan", "January, corrected.", published=on(1), captured_at=NOON + timedelta(1)
        ),
        filled.article("https://example.com/mar", "March.", published=on(3)),
        filled.article("https://example.com/copy", "January.", published=on(1, 4)),
    )
    assign_stories(filled.place, run_id="run-2", wait=1)
    again = write(filled, tmp_path / "two", as_of=first.as_of)
    assert bytes_of(tmp_path / "one") == bytes_of(tmp_path / "two")
    assert again.manifest == first.manifest


def test_only_touched_months_are_written_anew(filled: Shop, tmp_path: Path):
    """A new text in January leaves February's file alone; a second call finds nothing to do."""
    out = tmp_path / "out"
    write(filled, out)
    before = {path.name: path.stat().st_ino for path in (out / "articles").iterdir()}
    filled.add(
        filled.article("https://example.com/jan", "Corrected.", published=on(1), captured_at=NOON + timedelta(1))
    )
    assign_stories(filled.place, run_id="run-2", wait=1)
    done = write(filled, out)
    assert (done.written, done.kept, done.removed) == (["2026-01"], ["2026-02", "undated"], [])
    after = {path.name: path.stat().st_ino for path in (out / "articles").iterdir()}
    assert after.pop("2026-01.parquet") != before.pop("2026-01.parquet")
    assert after == before
    assert rows(out, "text, revision")[0] == ("Also February.", 1)
    assert ("Corrected.", 2) in rows(out, "text, revision")
    assert write(filled, out).written == []


def test_a_month_that_lost_its_articles_goes(filled: Shop, tmp_path: Path):
    """A page that got a date moves from `undated` to its month."""
    write(filled, tmp_path / "out")
    filled.add(
        filled.article("https://example.com/undated", "Dated.", published=on(1), captured_at=NOON + timedelta(1))
    )
    done = write(filled, tmp_path / "out")
    assert (done.written, done.removed) == (["2026-01"], ["undated"])
    assert len(rows(tmp_path / "out")) == 4


def test_a_damaged_file_is_written_anew(filled: Shop, tmp_path: Path):
    """What is kept is what the manifest tells, to the byte."""
    out = tmp_path / "out"
    write(filled, out)
    path = out / "articles" / "2026-01.parquet"
    whole = path.read_bytes()
    path.write_bytes(whole[:-1] + b"x")
    assert write(filled, out).written == ["2026-01"]
    assert path.read_bytes() == whole


def test_where_is_one_condition_as_of_then(filled: Shop, tmp_path: Path):
    """It may ask the views, which are of that instant, and cannot do anything else."""
    where = "publisher = 'other.example' or story_id in (select story_id from stories where size > 1)"
    first = write(filled, tmp_path / "one", where=where)
    assert rows(tmp_path / "one") == [("https://other.example/feb",)]
    filled.add(filled.article("https://third.example/copy", "January.", published=on(1, 6), publisher="third.example"))
    assign_stories(filled.place, run_id="run-2", wait=1)
    write(filled, tmp_path / "two", where=where, as_of=first.as_of)
    assert bytes_of(tmp_path / "two") == bytes_of(tmp_path / "one")
    write(filled, tmp_path / "three", where=where)
    assert len(rows(tmp_path / "three")) == 3


@pytest.mark.parametrize(
    "where",
    [
        "publishr = 'x'",
        "true) union all (select * from articles",
        "true; drop table revisions",
        "true order by url",
        "exists (select * from read_csv('/etc/passwd'))",
        "exists (select * from '/etc/passwd')",
        "",
    ],
)
def test_where_refuses_what_is_no_condition(filled: Shop, tmp_path: Path, where: str):
    """HOSTILE 65 and 66: one line, nothing written."""
    with pytest.raises(Stop, match="--where"):
        write(filled, tmp_path / "out", where=where)
    assert not list((tmp_path / "out").glob("**/*"))
    assert filled.ask("select count(*) from articles") == [(4,)]


def test_for_sharing(filled: Shop, tmp_path: Path):
    """Without the text, and without what is reserved; both are told in the manifest."""
    done = write(filled, tmp_path / "out", text=False, respect_reservations=True)
    assert "text" not in pq.read_schema(tmp_path / "out" / "articles" / "2026-02.parquet").names
    assert len(rows(tmp_path / "out")) == 3
    assert done.manifest["counts"]["left_out_because_reserved"] == 1
    assert done.manifest["filter"] == {"where": None, "text": False, "respect_reservations": True}


def test_another_choice_does_not_land_in_the_same_folder(filled: Shop, tmp_path: Path):
    """Text never slips into a folder that is shared without it."""
    write(filled, tmp_path / "out", text=False)
    before = bytes_of(tmp_path / "out")
    with pytest.raises(Stop, match="--no-text"):
        write(filled, tmp_path / "out")
    assert bytes_of(tmp_path / "out") == before


def test_a_folder_with_something_else_is_refused(filled: Shop, tmp_path: Path):
    """Nobody's files are mixed with an export; a manifest of somebody else is none."""
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("notes")
    with pytest.raises(Stop, match="is not empty"):
        write(filled, tmp_path / "mine")
    (tmp_path / "mine" / "manifest.json").write_text("{}")
    with pytest.raises(Stop, match="no manifest"):
        write(filled, tmp_path / "mine")
    with pytest.raises(Stop, match="is a file"):
        write(filled, tmp_path / "mine" / "notes.txt")


def test_an_instant_ahead_is_that_of_the_last_append(filled: Shop, tmp_path: Path):
    """What has not come yet cannot be promised: the manifest names the instant that holds."""
    done = write(filled, tmp_path / "out", as_of=datetime(2999, 1, 1, tzinfo=UTC))
    assert done.as_of < datetime(2999, 1, 1, tzinfo=UTC)
    assert "after the last append" in filled.said[-1]
    assert len(rows(tmp_path / "out")) == 4


def test_what_a_killed_export_left_is_no_harm(filled: Shop, tmp_path: Path):
    """Half-written files were never in their places; the next export sweeps them away."""
    out = tmp_path / "out"
    (out / STAGING / "articles").mkdir(parents=True)
    (out / STAGING / "articles" / "2026-01.parquet").write_bytes(b"half")
    (out / LOCK).touch()
    write(filled, out)
    assert sorted(path.name for path in out.iterdir()) == ["articles", "manifest.json"]
    # Killed after the partitions were renamed in, before the manifest: the next one tells the truth.
    shutil.copytree(out, tmp_path / "old")
    filled.add(filled.article("https://example.com/more", "More.", published=on(1)))
    write(filled, out)
    shutil.copy(tmp_path / "old" / "manifest.json", out / "manifest.json")
    assert write(filled, out).written == ["2026-01"]
    assert len(rows(out)) == 5


def test_one_export_at_a_time(filled: Shop, tmp_path: Path):
    """The second says so and changes nothing."""
    with folder_lock(tmp_path / "out"), pytest.raises(ExportRuns, match="Another export"):
        write(filled, tmp_path / "out")


def test_row_groups_do_not_depend_on_how_rows_arrive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The same rows in other portions are the same bytes."""
    monkeypatch.setattr(Writer, "ROWS_AT_ONCE", 10)
    table = pa.table({"month": ["2026-01"] * 25 + ["2026-02"] * 7, "text": [f"text {n}" for n in range(32)]})
    found = []
    for portion in (3, 10, 32):
        folder = tmp_path / str(portion)
        folder.mkdir()
        with Writer(folder) as writer:
            for batch in table.to_batches(max_chunksize=portion):
                writer.take(batch)
            writer.finish()
            writer.rename_in()
        assert [part.rows for part in writer.partitions.values()] == [25, 7]
        found.append(bytes_of(folder))
    assert found[0] == found[1] == found[2]


def test_exports_are_remembered_while_they_are_there(filled: Shop, tmp_path: Path):
    """So that `forget` can name who still holds what is to go."""
    write(filled, tmp_path / "one")
    write(filled, tmp_path / "two")
    write(filled, tmp_path / "one")
    assert known_exports(filled.place) == [tmp_path / "one", tmp_path / "two"]
    shutil.rmtree(tmp_path / "two")
    assert known_exports(filled.place) == [tmp_path / "one"]


def test_the_manifest_tells_what_is_missing(ten_weeks: Shop, tmp_path: Path):
    """The days of `coverage` that have a gap, of the publishers exported, as of then."""
    found = write(ten_weeks, tmp_path / "out").manifest["coverage_gaps"]
    assert [(one["from"], one["reason"]) for one in found if one["from"] < "2026-03-16"] == [
        ("2026-03-09", "few_articles"),
        ("2026-03-10", "not_polled"),
        ("2026-03-11", "polls_failed"),
    ]
    assert {one["publisher"] for one in found} == {"example.com"}
    assert write(ten_weeks, tmp_path / "none", where="publisher = 'another.example'").manifest["coverage_gaps"] == []


def test_gaps_are_told_as_ranges():
    """Days in a row with one reason at one publisher."""
    days = [date(2026, 3, 1) + timedelta(days=n) for n in range(5)]
    found = gaps(
        [
            ("a", days[0], "not_polled"),
            ("a", days[1], "not_polled"),
            ("a", days[3], "not_polled"),
            ("b", days[4], "few_articles"),
        ]
    )
    assert [(one["publisher"], one["from"], one["to"]) for one in found] == [
        ("a", "2026-03-01", "2026-03-02"),
        ("a", "2026-03-04", "2026-03-04"),
        ("b", "2026-03-05", "2026-03-05"),
    ]
