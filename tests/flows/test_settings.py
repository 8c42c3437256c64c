"""Settings: environment over file over default; a wrong one stops with a line that says what to do."""

import os
from dataclasses import fields
from pathlib import Path

import pytest

from flows.settings import PREFIX, Settings, load
from tasks.errors import Stop
from warehouse.place import PROJECT


def test_the_data_folder_never_depends_on_the_working_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The same warehouse is found from anywhere."""
    monkeypatch.chdir(tmp_path)
    assert load({}).place.file == PROJECT / "data" / "presshouse.duckdb"


def test_the_environment_wins_over_the_file(tmp_path: Path):
    """And what neither says is the default."""
    (tmp_path / "presshouse.toml").write_text("workers = 3\npage_seconds = 5\n")
    settings = load({"PRESSHOUSE_DATA_DIR": str(tmp_path), "PRESSHOUSE_WORKERS": "2"})
    assert (settings.workers, settings.page_seconds, settings.max_body) == (2, 5.0, 10 << 20)
    assert settings.place.file == tmp_path / "presshouse.duckdb"


def test_the_command_wins_over_the_environment(tmp_path: Path):
    """--warehouse names another file; its spool is its own."""
    environ = {"PRESSHOUSE_DATA_DIR": str(tmp_path), "PRESSHOUSE_WAREHOUSE": str(tmp_path / "a.duckdb")}
    one, other = load(environ), load(environ, warehouse=str(tmp_path / "b.duckdb"))
    assert other.place.file == tmp_path / "b.duckdb"
    assert one.place.spool != other.place.spool


@pytest.mark.parametrize(
    ("environ", "words"),
    [
        ({"PRESSHOUSE_WORKER": "2"}, "Unknown setting PRESSHOUSE_WORKER. The nearest is PRESSHOUSE_WORKERS"),
        ({"PRESSHOUSE_WORKERS": "two"}, "PRESSHOUSE_WORKERS must be a whole number, not 'two'"),
        ({"PRESSHOUSE_PAGE_SECONDS": "-1"}, "must be greater than zero"),
        ({"PRESSHOUSE_SEEDS": "/nowhere"}, "No publishers.csv in /nowhere"),
    ],
)
def test_a_wrong_setting_stops(environ: dict[str, str], words: str):
    """HOSTILE 59 and 62."""
    with pytest.raises(Stop, match=words):
        load(environ)


def test_a_wrong_file_stops(tmp_path: Path):
    """An unknown key and broken TOML name the file."""
    environ = {"PRESSHOUSE_DATA_DIR": str(tmp_path)}
    (tmp_path / "presshouse.toml").write_text("warehous = 'x'")
    with pytest.raises(Stop, match=r"'warehous' in .*presshouse.toml. The nearest is 'warehouse'"):
        load(environ)
    (tmp_path / "presshouse.toml").write_text("= 3")
    with pytest.raises(Stop, match="is no valid TOML"):
        load(environ)


def test_every_setting_is_described():
    """docs/settings.md names each setting once, with its default where that is a number."""
    text = (PROJECT / "docs" / "settings.md").read_text(encoding="utf-8")
    rows = {line.split("`")[1]: line.split("|")[2].strip() for line in text.splitlines() if line.startswith("| `")}
    assert set(rows) == {PREFIX + field.name.upper() for field in fields(Settings)}
    for field in fields(Settings):
        if isinstance(field.default, int | float):
            assert float(rows[PREFIX + field.name.upper()]) == float(field.default), field.name


def test_workers_as_set_where_the_system_does_not_tell_affinity(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """macOS has no sched_getaffinity: what the user set counts all the same, and without it there is at least one."""
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    environ = {"PRESSHOUSE_DATA_DIR": str(tmp_path)}
    assert load(environ | {"PRESSHOUSE_WORKERS": "3"}).worker_count == 3
    assert load(environ).worker_count >= 1


def test_settings_travel_only_where_nothing_of_the_data_folder_is_needed(tmp_path: Path):
    """A lake, archive and spool in a store: then a worker puts its own data folder in; else all stays as it is."""
    lake = {"PRESSHOUSE_WAREHOUSE": "ducklake:postgres:dbname=news"}
    far = {"PRESSHOUSE_ARCHIVE": "s3://news/archive", "PRESSHOUSE_SPOOL": "s3://news/spool"}
    home = {"PRESSHOUSE_DATA_DIR": str(tmp_path / "here")}
    assert load(home | lake | far).may_travel
    for fewer in (home | far, home | lake, home | lake | far | {"PRESSHOUSE_SPOOL": str(tmp_path / "spool")}):
        assert not load(fewer).may_travel
    settings = load(home | lake | far)
    there = {"PRESSHOUSE_DATA_DIR": str(tmp_path / "there")}
    arrived = settings.to_travel().arrived(there)
    assert arrived.place.data_dir == tmp_path / "there"
    assert arrived.place.key == settings.place.key
    assert arrived.place.archive_url == settings.place.archive_url
    assert settings.arrived(there) == settings


def test_other_folders_for_archive_and_spool(tmp_path: Path):
    """Paths below home are understood; a URL with a key in it stops, without the key in the words."""
    settings = load({"PRESSHOUSE_DATA_DIR": str(tmp_path), "PRESSHOUSE_ARCHIVE": "~/archive"})
    assert settings.place.archive == Path.home() / "archive"
    with pytest.raises(Stop) as stop:
        load({"PRESSHOUSE_DATA_DIR": str(tmp_path), "PRESSHOUSE_SPOOL": "s3://me:hidden@news/spool"})
    assert "PRESSHOUSE_SPOOL" in str(stop.value)
    assert "hidden" not in str(stop.value)
