"""`presshouse up`, whole: one server and its schedules for all tests of the module, stopped by the last one.

The tests stand in the order in which things happen to it.
"""

import json
import os
import re
import signal
import sqlite3
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import pytest

from tests.flows.conftest import Desk, lay_out
from tests.flows.live.test_live import choose, later
from tests.newsroom import Newsroom
from tests.pages import page, sentences
from tests.tasks.fetch.client.server import Web

PATIENCE = 240.0  # seconds; a shared machine may be slow, but what does not come in this time does not come
STOP_SECONDS = 10.0  # the promise of `up`


@dataclass
class Up:
    """A running `presshouse up`, seen from outside."""

    desk: Desk
    process: "subprocess.Popen[str]"
    newsroom: Newsroom
    standing: dict[str, Any] = field(default_factory=dict)

    @property
    def home(self) -> Path:
        return self.desk.data_dir / "prefect"

    def stands(self) -> dict[str, Any]:
        """What it says of itself once it is there."""
        assert self.process.poll() is None, self.process.communicate()
        return json.loads((self.home / "server.json").read_text())

    def api(self, path: str, body: object = None) -> Any:
        request = urllib.request.Request(  # noqa: S310 - our own server
            f"{self.standing['address']}/api/{path}",
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        for pause in (0.2, 1.0, 5.0, 15.0):
            try:
                with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
                    return json.load(answer)
            except urllib.error.HTTPError as error:
                if error.code != 503:  # its database is busy for longer than it waits: Prefect's clients ask again too
                    raise
                error.close()
                time.sleep(pause)
        raise AssertionError(f"{path} stays busy")

    def runs(self, **state: object) -> list[dict[str, Any]]:
        return self.api("flow_runs/filter", {"sort": "START_TIME_ASC", "flow_runs": {"state": state}} if state else {})

    def completed(self) -> list[dict[str, Any]]:
        """Scheduled runs of `ingest`, oldest first."""
        runs = [run for run in self.runs(type={"any_": ["COMPLETED"]}) if "ingest" in run["tags"]]
        return sorted((run for run in runs if run["auto_scheduled"]), key=lambda run: run["start_time"])

    def deployment(self) -> dict[str, Any]:
        """The one with a form for people."""
        return self.api("deployments/name/ingest/by-hand")

    def database(self) -> sqlite3.Connection:
        return sqlite3.connect(self.home / "prefect.db", timeout=60)

    def children(self) -> list[str]:
        """Process ids of what it started: server and runner, each leading a group of its own."""
        listed = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
        return [pid for pid, parent in map(str.split, listed.splitlines()) if parent == str(self.process.pid)]


def wait_for(what: Callable[[], Any]) -> Any:
    """The first true answer. A server that is being started again, or a warehouse in use, gives none."""
    end = time.monotonic() + PATIENCE
    while True:
        try:
            if found := what():
                return found
        except (OSError, duckdb.IOException):
            if time.monotonic() > end:
                raise
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.1)


def aged(desk: Desk) -> bool:
    """Let all polls be a day older, as soon as no run holds the warehouse."""
    later(desk, 24 * 60)
    return True


def group(pid: str) -> list[str]:
    """What lives in the process group of `pid`."""
    listed = subprocess.run(["ps", "-eo", "pgid=,stat=,args="], capture_output=True, text=True, check=True).stdout
    lines = [line.split(None, 2) for line in listed.splitlines()]
    return [line[2] for line in lines if line[0] == pid and not line[1].startswith("Z")]


@pytest.fixture(scope="module")
def shared_tmp() -> Iterator[Path]:
    """The machine's folder for temporary files, in which another user has run Prefect before. A short path: sockets
    lie in it."""
    with TemporaryDirectory() as folder:
        (Path(folder) / "runner_storage").touch()
        yield Path(folder)


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory, prefect_database: Path, shared_tmp: Path) -> Iterator[Up]:
    web = Web()
    newsroom = Newsroom(web)
    for number in range(3):
        newsroom.publish(number, hours_ago=number + 1)
    desk = Desk(
        tmp_path_factory.mktemp("up") / "data",
        {
            "PREFECT_API_URL": "",
            "PREFECT_RUNNER_POLL_FREQUENCY": "1",
            "PREFECT_SERVER_DEPLOYMENTS_CONCURRENCY_SLOT_WAIT_SECONDS": "0.5",
            "PREFECT_SERVER_TASKS_TAG_CONCURRENCY_SLOT_WAIT_SECONDS": "0.5",
            "PREFECT_SERVER_SERVICES_DB_VACUUM_LOOP_SECONDS": "3",
            "PRESSHOUSE_ALLOW_ADDRESSES": "127.0.0.0/8",
            "PRESSHOUSE_CONTACT": "mailto:desk@example.org",
            "PRESSHOUSE_HOST_INTERVAL": "0.01",
            "PRESSHOUSE_INGEST_EVERY": "0.3",
            "PRESSHOUSE_MIN_FREE": "0",
            "PRESSHOUSE_WORKERS": "1",
            "TMPDIR": str(shared_tmp),
        },
    )
    choose(desk, newsroom.feed)
    lay_out(prefect_database, desk.data_dir / "prefect")
    process = desk.start("up", "--port", "0")
    up = Up(desk, process, newsroom)
    try:
        up.standing = wait_for(up.stands)
        yield up
    finally:
        process.terminate()
        out, err = process.communicate(timeout=60)
        web.close()
        print(out, err)


def test_scheduled_runs_bring_what_is_new_and_nothing_twice(up: Up):
    """Two runs of the schedule; the feed changes in between; exactly the new articles are there."""
    wait_for(up.completed)
    wait_for(lambda: up.desk.ask("select count(*) from articles") == [(3,)])
    up.newsroom.publish(7)
    wait_for(lambda: aged(up.desk))
    before = len(up.completed())
    wait_for(lambda: up.desk.ask("select 1 from articles where url like '%report-7'"))
    wait_for(lambda: len(up.completed()) > before)
    assert up.desk.ask("select count(*), count(distinct url) from articles") == [(4, 4)]
    assert up.desk.ask("select count(*) from revisions") == [(4,)]
    asked = up.newsroom.asked()
    assert [asked[f"/news/report-{number}"] for number in (0, 1, 2, 7)] == [1, 1, 1, 1]
    assert {run["state_type"] for run in up.runs()} <= {"COMPLETED", "SCHEDULED", "PENDING", "RUNNING", "CANCELLED"}


def test_the_form_has_types_and_descriptions_and_a_run_from_it_completes(up: Up, tmp_path: Path):
    """What the page shows as a form is the parameter schema of the deployment; the schedule is not in its way."""
    deployment = up.deployment()
    form = deployment["parameter_openapi_schema"]["properties"]
    assert list(form) == ["sources"]
    assert (form["sources"]["type"], form["sources"]["items"]) == ("array", {"type": "string"})
    assert "globs" in form["sources"]["description"]
    saved = tmp_path / "saved.html"
    saved.write_text(page(40))
    made = up.api(f"deployments/{deployment['id']}/create_flow_run", {"parameters": {"sources": [str(saved)]}})
    run = wait_for(lambda: _in_state(up, made["id"], "COMPLETED"))
    assert run["name"].endswith(": saved.html")
    assert {"presshouse", "ingest"} <= set(run["tags"])
    artifacts = up.api("artifacts/filter", {"artifacts": {"flow_run_id": {"any_": [run["id"]]}}})
    shown = {one["key"]: one for one in artifacts}
    assert shown["progress"]["data"] == 100.0
    assert {"what": "new articles", "count": "1"} in json.loads(shown["ingest-summary"]["data"])


def test_a_backfill_from_its_form(up: Up, tmp_path: Path):
    """Started through the API with its parameters: of a file, one day; its unit stands in the ledger, and the same
    again reads nothing."""
    records = tmp_path / "records.jsonl"
    lines = [
        {"url": f"https://past.example/{day}", "title": f"Day {day}", "published_at": f"2024-10-{day}T08:00:00Z"}
        | {"text": " ".join(sentences(day, 12)), "publisher": "past.example"}
        for day in (30, 31)
    ]
    records.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    deployment = up.api("deployments/name/backfill/by-hand")
    given = {"from_day": "2024-10-31", "to_day": "2024-10-31", "via": str(records)}
    for _ in range(2):
        made = up.api(f"deployments/{deployment['id']}/create_flow_run", {"parameters": given})
        wait_for(lambda made=made: _in_state(up, made["id"], "COMPLETED"))
    past = "where publisher = 'past.example'"
    assert up.desk.ask(f"select title from articles {past}") == [("Day 31",)]  # noqa: S608 - our own words
    assert up.desk.ask("select count(*), count(distinct unit), any_value(state) from backfill_units") == [
        (1, 1, "done")
    ]


def test_what_failed_is_listed_and_the_run_is_not_green(up: Up, tmp_path: Path):
    """An empty file in a folder has its row and a link leads there; a page that is not there fails the run."""
    deployment = up.deployment()["id"]
    (tmp_path / "empty.html").write_bytes(b"")
    (tmp_path / "fine.html").write_text(page(42))
    made = up.api(f"deployments/{deployment}/create_flow_run", {"parameters": {"sources": [str(tmp_path)]}})
    wait_for(lambda: _in_state(up, made["id"], "COMPLETED"))
    artifacts = up.api("artifacts/filter", {"artifacts": {"flow_run_id": {"any_": [made["id"]]}}})
    shown = {one["key"]: one for one in artifacts}
    assert "empty.html" in shown["ingest-failures"]["data"]
    assert shown["ingest-failures"]["id"] in shown["ingest-failures-link"]["data"]
    gone = up.newsroom.url + "/gone"
    made = up.api(f"deployments/{deployment}/create_flow_run", {"parameters": {"sources": [gone]}})
    run = wait_for(lambda: _in_state(up, made["id"], "FAILED"))
    assert "not read" in run["state"]["message"]


def _in_state(up: Up, run_id: str, state: str) -> dict[str, Any] | None:
    run = up.api(f"flow_runs/{run_id}")
    return run if run["state_type"] == state else None


def test_old_runs_go(up: Up):
    """Thirty days are kept: of two runs that ended long ago, the one from before goes, with its artifacts."""
    young, old = (run["id"] for run in up.completed()[:2])
    now = datetime.now(UTC)
    with up.database() as database:
        for run_id, days in ((young, 29), (old, 31)):
            ended = f"{now - timedelta(days=days):%Y-%m-%d %H:%M:%S.%f}"
            database.execute("update flow_run set end_time = ? where id = ?", (ended, run_id))
    database.close()
    wait_for(lambda: old not in {run["id"] for run in up.completed()})
    assert young in {run["id"] for run in up.completed()}


def test_a_run_without_heartbeats_is_watched_for(up: Up):
    """The automation that ends zombies is there once, and looks for ninety seconds of silence."""
    (made,) = up.api("automations/filter", {})
    assert made["enabled"]
    assert (made["trigger"]["posture"], made["trigger"]["within"]) == ("Proactive", 90.0)
    assert made["trigger"]["after"] == ["prefect.flow-run.heartbeat"]
    assert made["actions"][0]["state"] == "CRASHED"
    heartbeats = up.api("events/filter", {"filter": {"event": {"name": ["prefect.flow-run.heartbeat"]}}})
    assert heartbeats["total"] > 0


def test_a_second_up_does_nothing_and_says_so(up: Up):
    ended = up.desk.run("up", status=2)
    assert f"PID {up.process.pid}, {up.standing['address']}" in ended.stderr


def test_other_commands_use_its_server(up: Up, tmp_path: Path):
    """An ingest from the command line is a run in the same page."""
    saved = tmp_path / "by-hand.html"
    saved.write_text(page(41))
    assert up.desk.ingest(saved)["articles"] == 1
    names = [run["name"] for run in up.runs(type={"any_": ["COMPLETED"]})]
    assert [name for name in names if name.endswith(": by-hand.html")] != []
    assert not (up.home / "temporary.db").exists()


def test_a_server_that_dies_is_started_again_where_it_was(up: Up):
    """kill -9 of the server: the same address answers again, and the schedule goes on."""
    server = next(pid for pid in up.children() if any("flows.service.server" in line for line in group(pid)))
    os.kill(int(server), signal.SIGKILL)
    wait_for(lambda: server not in up.children() and up.api("health"))
    before = len(up.completed())
    wait_for(lambda: len(up.completed()) > before)


def test_sigterm_ends_everything_and_schedules_stay(up: Up):
    """Within ten seconds, in the middle of a run; no process is left, and no schedule is paused."""
    wait_for(lambda: up.runs(type={"any_": ["RUNNING"]}))
    children = up.children()
    assert len(children) == 2
    began = time.monotonic()
    up.process.send_signal(signal.SIGTERM)
    assert up.process.wait(60) == 0
    assert time.monotonic() - began < STOP_SECONDS
    assert [line for pid in children for line in group(pid)] == []
    assert not (up.home / "server.json").exists()
    with up.database() as database:
        assert database.execute("select distinct paused from deployment").fetchall() == [(0,)]
        assert database.execute("select distinct active from deployment_schedule").fetchall() == [(1,)]
        left = database.execute("select count(*) from flow_run where state_type in ('RUNNING', 'PENDING')").fetchone()
    database.close()
    assert left == (0,)


def test_each_run_that_ended_had_its_line(up: Up):
    """On standard error: which deployment, what it brought, and why it failed."""
    assert up.process.stderr is not None
    said = up.process.stderr.read()
    assert re.search(r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d ingest/scheduled: 3 new", said, re.M), said
    assert re.search(r" ingest/by-hand: .*FAILED: 1 source was not read", said), said
    assert re.search(r" backfill/by-hand: .*1 unit, 1 new, 1 rejected", said), said


def test_kill_minus_nine_leaves_no_process(up: Up):
    """Not even then: server and runner hear of it. The next start finds the place free, and the run it left ended."""
    process = up.desk.start("up", "--port", "0", "--quiet")
    killed = Up(up.desk, process, up.newsroom)
    killed.standing = wait_for(killed.stands)
    by_hand = {"parameters": {"sources": [up.newsroom.page(1)]}}  # the schedule would come later
    killed.api(f"deployments/{killed.deployment()['id']}/create_flow_run", by_hand)
    wait_for(lambda: killed.runs(type={"any_": ["RUNNING"]}))
    children = killed.children()
    process.kill()
    process.communicate(timeout=60)
    wait_for(lambda: not any(map(group, children)))
