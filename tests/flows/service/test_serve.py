"""What is served, and that those who run their own server get the same."""

import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import yaml

from flows.service.serve import FLOWS, Served, _welcome, deployment, deployments, table, zombies
from flows.settings import Settings, load
from warehouse.place import PROJECT

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load({"PRESSHOUSE_DATA_DIR": str(tmp_path)})


def test_prefect_yaml_holds_what_up_serves(settings: Settings):
    """Names, entry points, schedules, limits, tags and descriptions: one table, told twice."""
    written = yaml.safe_load((PROJECT / "prefect.yaml").read_text(encoding="utf-8"))
    assert written["prefect-version"] == import_module("prefect").__version__
    listed: list[dict[str, Any]] = written["deployments"]
    served = deployments(settings, NOW)
    assert [(one["entrypoint"], one["name"]) for one in listed] == [
        (f"{FLOWS[one.flow_name].replace('.', '/')}.py:{one.flow_name}", one.name) for one in served
    ]
    for mine, ours in zip(listed, served, strict=True):
        assert mine["description"] == ours.description
        assert mine["tags"] == ours.tags
        assert mine["concurrency_limit"]["limit"] == ours.concurrency_limit
        assert ours.concurrency_options is not None
        assert mine["concurrency_limit"]["collision_strategy"] == ours.concurrency_options.collision_strategy.value
        intervals = [timedelta(seconds=one["interval"]) for one in mine.get("schedules", ())]
        assert intervals == [one.schedule.interval for one in ours.schedules or ()]


def test_operate_md_shows_what_up_serves(settings: Settings):
    """Whoever follows the page sees these lines."""
    page = (PROJECT / "docs" / "operate.md").read_text(encoding="utf-8")
    assert "\n".join(_welcome(deployments(settings, NOW))[1:]) in page


def test_the_unit_of_operate_md_is_one(tmp_path: Path):
    """systemd finds nothing to say of it, once it points at programs that are there. Where its data lies, it makes."""
    verify = shutil.which("systemd-analyze")
    if verify is None:
        pytest.skip("no systemd here")
    page = (PROJECT / "docs" / "operate.md").read_text(encoding="utf-8")
    unit = page.partition("```ini\n")[2].partition("```")[0]
    lines = dict(line.split("=", 1) for line in unit.splitlines() if "=" in line and not line.startswith("#"))
    assert f"PRESSHOUSE_DATA_DIR=/var/lib/{lines['StateDirectory']}" in unit
    file = tmp_path / "presshouse.service"
    file.write_text(unit.replace("/srv/presshouse/.venv/bin/presshouse", sys.executable))
    told = subprocess.run([verify, "verify", file], capture_output=True, text=True, check=False)
    assert [
        line for line in told.stderr.splitlines() if file.name in line
    ] == []  # of other units it may say what it likes


def test_every_parameter_that_a_form_shows_is_typed_and_described(settings: Settings):
    """And none shows the settings, which a run reads for itself."""
    for served in deployments(settings, NOW):
        form = served._parameter_openapi_schema.properties
        assert "settings" not in form
        for name, field in form.items():
            assert field.get("description"), (served.flow_name, name)
            assert {"type", "anyOf", "allOf", "$ref", "enum"} & set(field), (served.flow_name, name)


def test_the_schedule_begins_soon_after_the_start_and_follows_the_setting(settings: Settings):
    served = Served("ingest", "", timedelta(minutes=7))
    (made,) = deployment(served, NOW).schedules or ()
    assert made.schedule.interval == timedelta(minutes=7)
    assert timedelta() < made.schedule.anchor_date - NOW < timedelta(minutes=1)
    quick = load({"PRESSHOUSE_DATA_DIR": str(settings.data_dir), "PRESSHOUSE_INGEST_EVERY": "2"})
    assert table(quick)[0].every == timedelta(minutes=2)


def test_a_zombie_is_what_sends_no_heartbeat_and_did_not_end():
    """Any end of a run is waited for beside the next heartbeat: a run that completed is no zombie."""
    trigger = zombies().trigger
    assert trigger.after == {"prefect.flow-run.heartbeat"}
    ended = {f"prefect.flow-run.{state}" for state in ("Completed", "Failed", "Crashed", "Cancelled")}
    assert trigger.expect == ended | trigger.after
