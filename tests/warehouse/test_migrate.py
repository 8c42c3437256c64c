"""The schema: made, found again, refused when it is not ours, copied aside before it changes."""

import re
from pathlib import Path

import duckdb
import pytest

from tasks.errors import Stop
from tests.warehouse.conftest import Shop
from warehouse import migrate


def refuse(path: Path, words: str) -> None:
    """`prepare` stops with these words and leaves every byte as it was."""
    before = path.read_bytes() if path.is_file() else b""
    with pytest.raises(Stop, match=words):
        migrate.prepare(path, wait=0.2, say=print)
    assert before == (path.read_bytes() if path.is_file() else b"")


def test_a_text_file_is_refused(tmp_path: Path):
    """HOSTILE 64: a file that is no DuckDB database."""
    path = tmp_path / "notes.duckdb"
    path.write_text("These are my notes. " * 1000)
    refuse(path, "cannot be opened as a DuckDB database")


def test_an_empty_file_is_refused(tmp_path: Path):
    """Somebody's placeholder is no warehouse."""
    path = tmp_path / "empty.duckdb"
    path.touch()
    refuse(path, "is an empty file")


def test_a_folder_is_refused(tmp_path: Path):
    """The message names a file that would do."""
    refuse(tmp_path, "is a folder")


def test_another_database_is_refused(tmp_path: Path):
    """A DuckDB file of somebody else gets no tables of ours."""
    path = tmp_path / "sales.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create table sales (amount integer)")
    refuse(path, "no Presshouse warehouse")


def test_a_newer_schema_is_refused(shop: Shop):
    """HOSTILE 63: a warehouse of a newer program is left untouched."""
    with duckdb.connect(str(shop.place.file)) as connection:
        connection.execute("insert into schema_migrations values (9999, '9999_future.sql', now())")
    refuse(shop.place.file, "schema 9999; this program knows")


def test_a_second_start_changes_nothing(shop: Shop):
    """No migration, no new views: the file stays as it is."""
    before = shop.place.file.read_bytes()
    migrate.prepare(shop.place.file, wait=1, say=print)
    assert shop.place.file.read_bytes() == before


def test_changed_views_are_replaced(shop: Shop, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """A newer program brings its views along without a migration."""
    views = tmp_path / "views"
    views.mkdir()
    for name in migrate.VIEW_ORDER:
        text = (migrate.VIEWS / f"{name}.sql").read_text()
        (views / f"{name}.sql").write_text(text.replace("as batches,", "as batches, 1 as fresh,"))
    monkeypatch.setattr(migrate, "VIEWS", views)
    migrate.prepare(shop.place.file, wait=1, say=print)
    assert shop.ask("select fresh from warehouse_info") == [(1,)]


def test_before_a_migration_the_warehouse_is_copied_aside(shop: Shop, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """The command that restores it is printed, and the copy holds what was there."""
    shop.add(shop.article("https://example.com/a"))
    folder = tmp_path / "migrations"
    folder.mkdir()
    for _, path in migrate.migrations():
        (folder / path.name).write_text(path.read_text())
    number = migrate.newest_version() + 1
    (folder / f"{number:04}_more.sql").write_text("create table more (a integer)")
    monkeypatch.setattr(migrate, "MIGRATIONS", folder)
    said: list[str] = []
    migrate.prepare(shop.place.file, wait=1, say=said.append)
    match = re.search(r"cp (\S+) (\S+)", said[0])
    assert match
    copy, original = map(Path, match.groups())
    assert original == shop.place.file
    with duckdb.connect(str(copy), read_only=True) as connection:
        assert connection.execute("select count(*) from articles").fetchone() == (1,)
        assert connection.execute("select max(version) from schema_migrations").fetchone() == (number - 1,)
    assert shop.ask("select max(version) from schema_migrations") == [(number,)]


def test_no_view_is_forgotten():
    """Every file of the folder is in the order, and opens with a comment."""
    files = {path.stem: path.read_text() for path in migrate.VIEWS.glob("*.sql")}
    assert set(files) == set(migrate.VIEW_ORDER)
    assert all(text.startswith("-- One row") for text in files.values())
