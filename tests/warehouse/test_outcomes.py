"""What the view `outcomes` says of what lists name again."""

from datetime import UTC, datetime
from typing import Any

from tests.warehouse.conftest import Shop

AT = datetime(2026, 11, 3, 9, tzinfo=UTC)


def named(url: str, decision: str) -> dict[str, Any]:
    """A row of a list that names a page."""
    values = {"feed_url": "https://feed.example/rss", "url": url, "entry_key": url.split("://")[1], "seen_at": AT}
    return {"entry": values | {"event": "new", "decision": decision, "fingerprint": "f"}}


def test_a_page_that_is_known_as_refused_says_so(shop: Shop):
    """Another list names what was refused, and what is an article: both are known, and only one was refused."""
    shop.add(shop.rejection("https://a.example/wall"), shop.article("https://b.example/news"))
    shop.add(shop.rejection("https://b.example/news"), run_id="run-2")  # once, before it was an article
    shop.add(named("https://a.example/wall", "known"), named("https://b.example/news", "known"), run_id="run-3")
    assert shop.ask("select url, outcome, reason, detail from outcomes where run_id = 'run-3' order by url") == [
        ("https://a.example/wall", "known", None, "https://feed.example/rss (refused before: consent)"),
        ("https://b.example/news", "known", None, "https://feed.example/rss"),
    ]
