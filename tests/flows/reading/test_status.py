"""`presshouse status`: the lines, the exit status of --check, and figures that Prometheus can read."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from flows.cli import main
from flows.service.heartbeat import beat
from flows.settings import load
from tests.tasks.fetch.client.server import Web, answer
from tests.warehouse.conftest import Shop, shop
from tests.warehouse.contract.bucket import keys_to

__all__ = ["shop"]

Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(shop: Shop, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """The command in this process, on the shop's warehouse."""
    monkeypatch.setenv("PRESSHOUSE_DATA_DIR", str(shop.place.data_dir))
    monkeypatch.setenv("PRESSHOUSE_WAREHOUSE", str(shop.place.file))
    monkeypatch.setenv("PRESSHOUSE_MIN_FREE", "0")

    def call(*arguments: str) -> tuple[int, str]:
        status = main(["status", *arguments])
        return status, capsys.readouterr().out

    return call


def test_within_all_limits(run: Run, shop: Shop):
    """Appended just now: nothing is wrong, and it says so."""
    shop.add(shop.article("https://example.com/a"))
    assert run("--check") == (0, "Within all limits.\n")


def test_a_breach_is_one_line_and_exit_status_1(run: Run, monkeypatch: pytest.MonkeyPatch):
    """Nothing was ever appended, and the disk is smaller than wished."""
    monkeypatch.setenv("PRESSHOUSE_MIN_FREE", str(1 << 62))
    status, out = run("--check")
    assert status == 1
    assert [line.split()[0] for line in out.splitlines()] == ["Nothing", "Only"]
    assert run()[0] == 0  # without --check it only tells


def test_a_spool_that_is_away_is_told_beside_all_figures(run: Run, shop: Shop, monkeypatch: pytest.MonkeyPatch):
    """Monitors go on seeing the warehouse, and learn that nobody knows what waits."""
    shop.add(shop.article("https://example.com/a"))
    monkeypatch.setenv("PRESSHOUSE_SPOOL", "s3://news/spool")
    for name, value in keys_to("http://127.0.0.1:9").items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("warehouse.store.ATTEMPTS", 1)
    monkeypatch.setattr("s3fs.S3FileSystem.retries", 1)
    status, out = run("--format", "prometheus")
    assert status == 0
    assert "presshouse_articles 1.0" in out and "presshouse_waiting_batches" not in out
    assert "waiting      unknown" in run()[1]
    status, out = run("--check")
    assert status == 1
    assert "s3://news/spool" in out and "cannot be used now" in out


def test_prometheus_reads_every_figure(run: Run, shop: Shop):
    """By its own parser: names, types, labels and values."""
    shop.add(shop.article("https://example.com/a"), shop.rejection("https://example.com/b", 'od"d\\'))
    families = {family.name: family for family in text_string_to_metric_families(run("--format", "prometheus")[1])}
    values = {name: {tuple(s.labels.values()): s.value for s in f.samples} for name, f in families.items()}
    assert values["presshouse_articles"] == {(): 1.0}
    assert values["presshouse_rejected"] == {('od"d\\',): 1.0}
    assert set(values["presshouse_store_bytes"]) == {
        (s,) for s in ("warehouse", "archive", "spool", "snapshot", "prefect")
    }
    assert values["presshouse_breach"][("append",)] == 0.0
    assert all(family.type == "gauge" for family in families.values())
    assert abs(values["presshouse_last_append_timestamp_seconds"][()] - datetime.now(UTC).timestamp()) < 600


def test_json_has_the_same(run: Run):
    """For other monitors; the breaches stand in it."""
    figures = json.loads(run("--json")[1])
    assert figures["breaches"][0]["check"] == "append"
    assert figures["bytes_of"]["warehouse"] > 0


def test_the_monitor_is_called(tmp_path: Path):
    """After a run that did its work; a monitor that fails, or must not be dialled, costs a line without the URL."""
    web = Web()
    try:
        site = web.add(
            lambda request: answer(b"ok") if request.target == "/ping/s3cret" else answer(b"", "404 Not Found")
        )
        environ = {"PRESSHOUSE_DATA_DIR": str(tmp_path), "PRESSHOUSE_ALLOW_ADDRESSES": "127.0.0.0/8"}
        said: list[str] = []
        assert not beat(load(environ), said.append)
        url = f"{site.url}/ping/s3cret"
        assert beat(load(environ | {"PRESSHOUSE_HEARTBEAT_URL": url}), said.append)
        assert said == []
        assert not beat(load(environ | {"PRESSHOUSE_HEARTBEAT_URL": f"{site.url}/gone/s3cret"}), said.append)
        assert not beat(load({"PRESSHOUSE_DATA_DIR": str(tmp_path), "PRESSHOUSE_HEARTBEAT_URL": url}), said.append)
        assert [line.rpartition("(")[2] for line in said] == ["http_error)", "address)"]
        assert "s3cret" not in "".join(said)
    finally:
        web.close()
