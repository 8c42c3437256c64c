"""An archive that wants to be left alone is; a backfill stands back for a scheduled run. No Prefect, no process."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.backfill.request import understood
from flows.backfill.service import ATTEMPTS, Service, ServiceDown
from flows.live import due
from flows.live.net import Web
from flows.settings import Settings, load
from tasks.errors import Stop
from tasks.fetch.outcome import FetchRejected
from tests.tasks.fetch.client import server
from tests.warehouse.conftest import NOON


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load(
        {
            "PRESSHOUSE_DATA_DIR": str(tmp_path),
            "PRESSHOUSE_ALLOW_ADDRESSES": "127.0.0.0/8",
            "PRESSHOUSE_HOST_INTERVAL": "0.001",
            "PRESSHOUSE_CONTACT": "mailto:desk@example.org",
        }
    )


@pytest.fixture
def hosts() -> Iterator[server.Web]:
    hosts = server.Web()
    yield hosts
    hosts.close()


@pytest.mark.parametrize("status", ["403 Forbidden", "429 Too Many Requests", "503 Service Unavailable"])
def test_asked_again_and_then_left_alone(settings: Settings, hosts: server.Web, status: str):
    """Five refusals end the run; what is simply not there is told at once."""
    busy = hosts.add(lambda _: server.answer(b"", status))
    gone = hosts.add(lambda _: server.answer(b"", "404 Not Found"))
    with Web(settings) as web:
        service = Service(web, settings, 1.0)
        with pytest.raises(ServiceDown, match="goes on here"):
            service.fetch(busy.url)
        with pytest.raises(FetchRejected):
            service.fetch(gone.url)
    assert (len(busy.requests), len(gone.requests)) == (ATTEMPTS, 1)


def test_it_answers_in_the_end(settings: Settings, hosts: server.Web):
    """Two refusals and an answer are an answer."""
    replies = [server.answer(b"here"), server.answer(b"", "429 Slow down"), server.answer(b"", "403 Forbidden")]
    site = hosts.add(lambda _: replies.pop())
    with Web(settings) as web:
        assert Service(web, settings, 1.0).fetch(site.url).body == b"here"


def test_an_hour_is_too_long_to_wait(settings: Settings, hosts: server.Web):
    """Who asks for an hour is left for the next run, without asking again."""
    site = hosts.add(lambda _: server.answer(b"", "503 Service Unavailable", "Retry-After: 3600"))
    with Web(settings) as web, pytest.raises(ServiceDown):
        Service(web, settings, 1.0).fetch(site.url)
    assert len(site.requests) == 1


def test_a_scheduled_run_is_seen(tmp_path: Path):
    """While it polls, and not before or after."""
    assert not due.is_polling(tmp_path)
    with due.only_one(tmp_path):
        assert due.is_polling(tmp_path)
    assert not due.is_polling(tmp_path)


def test_the_request_as_understood(settings: Settings):
    """One day is that day; publishers by name, alias or domain; what cannot be meant stops with what to do."""
    request = understood("2024-10-31", "2024-10-31", "sitemap", ["www.bbc.com"], settings, NOON)
    assert [str(day) for day in request.asked] == ["2024-10-31", "2024-10-31"]
    assert request.publishers == ("bbc.co.uk",)
    assert request.sentence().startswith("2024-10-31, one day")
    assert request.scope.publishers == ()  # what its own list brings is its own
    assert understood("2026-02", "2026-03", "ccnews", ["bbc.co.uk"], settings, NOON).scope.publishers == ("bbc.co.uk",)
    assert str(understood("2026-02", "2026-03", "ccnews", [], settings, NOON).asked.last) == "2026-03-01"  # today
    for wrong in ({"undated": "perhaps"}, {"keep": True}):
        with pytest.raises(Stop, match="--"):
            understood("2024-10", "2024-10", "sitemap", [], settings, NOON, **wrong)
    with pytest.raises(Stop, match="still to come"):
        understood("2027-10", "2027-10", "sitemap", [], settings, NOON)
    with pytest.raises(Stop, match="neither a domain nor a name"):
        understood("2024-10", "2024-10", "wayback", ["nobody knows"], settings, NOON)
