"""Which events on feeds are sent, and how often."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from prefect.events.clients import AssertingEventsClient
from prefect.events.worker import EventsWorker
from prefect.settings import PREFECT_API_URL, temporary_settings

from flows.service.feed_events import TOLD, feed_events, tell_feeds
from warehouse.feed_health import FeedHealth

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def health(state: str, *, url: str = "https://a.example/feed", enabled: bool = True) -> FeedHealth:
    return FeedHealth(
        feed_url=url,
        publisher="a.example",
        kind="rss",
        enabled=enabled,
        polls=9,
        last_polled_at=NOON,
        last_success_at=None,
        failures_in_a_row=4,
        failure="hard",
        reason="not_found",
        status=404,
        newest_entry_at=NOON,
        articles_a_day=0.0,
        usual_a_day=12.345,
        share_without_date=None,
        share_without_text=None,
        state=state,  # type: ignore[arg-type]
        next_poll_at=NOON,
    )


@pytest.mark.parametrize(
    ("state", "kind"), [("failing", "failing"), ("blocked", "failing"), ("gone", "failing"), ("quiet", "silent")]
)
def test_trouble_is_told_once_and_so_is_its_end(state: str, kind: str):
    """An operator gets one message when it begins and one when it is over, not one every quarter of an hour."""
    events, told = feed_events([health(state)], {})
    assert [event.kind for event in events] == [kind]
    assert events[0].payload["usual_a_day"] == 12.35
    assert feed_events([health(state)], told) == ([], told)
    events, told = feed_events([health("healthy")], told)
    assert ([event.kind for event in events], told) == (["recovered"], {})


def test_other_trouble_is_told_again():
    _, told = feed_events([health("quiet")], {})
    events, _ = feed_events([health("failing")], told)
    assert [event.kind for event in events] == ["failing"]


@pytest.mark.parametrize("state", ["healthy", "new"])
def test_a_feed_without_trouble_is_not_told(state: str):
    assert feed_events([health(state)], {}) == ([], {})


def test_a_feed_that_was_switched_off_is_no_news():
    """Neither failing nor recovered: nobody asks for it."""
    _, told = feed_events([health("failing")], {})
    assert feed_events([health("failing", enabled=False)], told) == ([], {})


def test_a_secret_in_a_feed_address_is_not_told():
    events, told = feed_events([health("failing", url="https://a.example/feed?token=s3cret")], {})
    assert "s3cret" not in f"{events}{told}"


def test_an_event_names_the_feed_and_is_remembered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """What automations match on; a file that was cut costs one more message, not the run."""
    with temporary_settings({PREFECT_API_URL: "http://127.0.0.1:9/api"}):  # never asked, but named: none is started
        worker = EventsWorker.instance(AssertingEventsClient)  # as in Prefect's own tests: it keeps what it is given
        monkeypatch.setattr(EventsWorker, "instance", lambda *_: worker)
        assert len(tell_feeds([health("quiet"), health("healthy", url="https://b.example/")], tmp_path)) == 1
        assert tell_feeds([health("quiet")], tmp_path) == []
        (tmp_path / TOLD).write_text("{")
        assert len(tell_feeds([health("quiet")], tmp_path)) == 1
        worker.drain()
    assert AssertingEventsClient.last is not None
    sent = AssertingEventsClient.last.events
    assert json.loads((tmp_path / TOLD).read_text()) == {"https://a.example/feed": "silent"}
    assert [event.event for event in sent] == ["presshouse.feed.silent"] * 2
    assert sent[0].resource.id == "presshouse.feed.https://a.example/feed"
    assert sent[0].payload["publisher"] == "a.example"
