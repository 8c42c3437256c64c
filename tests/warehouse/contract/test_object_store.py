"""A lake whose rows lie in an object store: S3's protocol, spoken by a server on 127.0.0.1."""

import os
from pathlib import Path
from uuid import uuid4

import pytest

from tests.warehouse.conftest import Shop
from tests.warehouse.contract.bucket import BUCKET, keys_to, objects, store
from tests.warehouse.contract.conftest import Lakes
from tests.warehouse.test_append import (
    test_new_text_is_a_revision_and_the_newest_is_the_article,
    test_the_same_batch_twice_is_appended_once,
)
from tests.warehouse.test_stories import test_an_older_article_becomes_the_root_and_the_old_id_stays_resolvable
from warehouse.compact import compact
from warehouse.connect import opened
from warehouse.export import Choice, export
from warehouse.migrate import prepare
from warehouse.move import move
from warehouse.place import place

__all__ = [
    "store",
    "test_an_older_article_becomes_the_root_and_the_old_id_stays_resolvable",
    "test_new_text_is_a_revision_and_the_newest_is_the_article",
    "test_the_same_batch_twice_is_appended_once",
]


@pytest.fixture
def rows(store: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """A folder of the bucket, and the environment that leads there: the usual names."""
    for name, value in keys_to(store).items():
        monkeypatch.setenv(name, value)
    return f"s3://{BUCKET}/{uuid4().hex[:8]}"


@pytest.fixture
def shop(lakes: Lakes, rows: str, tmp_path: Path) -> Shop:
    where = place(tmp_path / "data", f"{lakes.empty().partition(' data_path=')[0]} data_path={rows}")
    prepare(where.file, wait=1, say=lambda _: None)
    return Shop(where)


def test_rows_are_objects_and_nothing_lies_here(shop: Shop, store: str, rows: str, tmp_path: Path):
    """What is appended is in the bucket, is read from there, exported from there, and gone from there once removed."""
    folder = rows.partition(f"{BUCKET}/")[2]
    for number in range(3):
        shop.add(
            *(shop.article(f"https://example.com/{number}/{n}", f"Text {number} {n}.\n\n" + "word " * 400)
              for n in range(20)),
            run_id=f"run-{number}",
        )  # fmt: skip
    assert shop.ask("select count(*), count(distinct story_id) from articles") == [(60, 60)]
    held = [name for name in objects(store) if name.startswith(folder) and "/revisions/" in name]
    assert held
    assert not list(shop.place.data_dir.rglob("*.parquet"))
    exported = export(shop.place, tmp_path / "out", Choice(), program="presshouse/test", say=shop.said.append)
    assert exported.manifest["counts"]["articles"] == 60
    with opened(shop.place.file, read_only=False, wait=5) as connection:
        connection.execute("delete from revisions")
    compact(shop.place.file, wait=5)
    left = [name for name in objects(store) if name.startswith(folder) and "/revisions/" in name]
    assert not set(left) & set(held)


def test_a_file_moves_into_the_store(make_shop, lakes: Lakes, rows: str, tmp_path: Path):
    """Counts and checksums are compared by `move` itself; the key stands in no table and no name."""
    former = make_shop("former")
    former.add(*(former.article(f"https://example.com/{n}", f"Text {n}.") for n in range(30)))
    target = place(tmp_path / "lake", f"{lakes.empty().partition(' data_path=')[0]} data_path={rows}")
    move(former.place, target, wait=5, say=lambda _: None)
    there = Shop(target)
    assert there.ask("select count(*) from articles") == [(30,)]
    named = there.ask("select value from __ducklake_metadata_lake.ducklake_metadata where key = 'data_path'")
    assert named == [(f"{rows}/",)]
    assert os.environ["AWS_SECRET_ACCESS_KEY"] not in str(named)
