"""Which entries are fetched, and when a page that could not be had is tried again."""

from datetime import UTC, datetime, timedelta

from tasks.fetch.wanted import (
    ATTEMPTS,
    FIRST_MOST,
    PATIENCE,
    DatedEntry,
    Decided,
    KnownEntry,
    decide_entries,
    entry_key,
    fingerprint,
    recapture_due,
    retry_at,
)
from tasks.model import Entry

NOW = datetime(2026, 3, 3, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def listed(number: int, *, hours_ago: float | None = 1.0, title: str = "t", updated: str | None = None) -> DatedEntry:
    at = NOW - timedelta(hours=hours_ago) if hours_ago is not None else None
    entry = Entry(f"https://a.example/{number}", title, at.isoformat() if at else None, updated)
    return DatedEntry(entry, at)


def seen(*entries: DatedEntry, decision: str = "fetch") -> dict[str, KnownEntry]:
    return {entry_key(e.entry): KnownEntry(fingerprint(e.entry), e.entry.title, decision) for e in entries}  # type: ignore[arg-type]


def decide(entries: list[DatedEntry], **over: object) -> list[Decided]:
    given: dict[str, object] = {"known": {}, "stored": set(), "is_first": False, "is_named": False, "now": NOW}
    return decide_entries(entries, **(given | over))  # type: ignore[arg-type]


def told(decided: list[Decided]) -> list[tuple[str, str]]:
    return [(one.event, one.decision) for one in decided]


def test_only_new_and_changed_entries_are_stored():
    """An entry that says what it said is no row; another title is a change, and is fetched again."""
    known = seen(listed(1), listed(2))
    decided = decide([listed(1), listed(2, title="other"), listed(3)], known=known)
    assert told(decided) == [("changed", "fetch"), ("new", "fetch")]


def test_what_is_stored_already_is_not_fetched_again_for_another_list():
    """A page that a second feed names is known; when the second feed changes what it says, it is looked at."""
    key = entry_key(listed(1).entry)
    assert told(decide([listed(1)], stored={key})) == [("new", "known")]
    changed = decide([listed(1, title="b")], known=seen(listed(1), decision="known"), stored={key})
    assert told(changed) == [("changed", "fetch")]


def test_two_ways_to_write_a_url_are_one_entry():
    """HOSTILE 10, 37: trackers do not make an entry, another path does."""
    twice = [DatedEntry(Entry("https://a.example/1?utm_source=rss")), DatedEntry(Entry("https://a.example/1"))]
    assert len(decide(twice)) == 1
    same_guid = [DatedEntry(Entry(f"https://a.example/{n}", guid="g")) for n in (1, 2)]
    assert told(decide(same_guid)) == [("new", "fetch")] * 2


def test_an_entry_without_a_url_is_recorded_once():
    """It cannot be followed, and it is not lost."""
    entry = DatedEntry(Entry(None, "no link", guid="g", problem="no link"))
    assert told(decide([entry])) == [("new", "unusable")]
    assert decide([entry], known=seen(entry, decision="unusable")) == []


def test_first_poll_takes_two_days_and_fifty():
    """Older ones are recorded; undated ones count as new; of too many the newest."""
    entries = [listed(n, hours_ago=n / 10) for n in range(60)] + [listed(99, hours_ago=49)]
    decided = decide(entries, is_first=True)
    fetched = [one for one in decided if one.decision == "fetch"]
    assert (len(fetched), len(decided)) == (FIRST_MOST, 61)
    assert {one.decision for one in decided[FIRST_MOST:]} == {"recorded"}
    assert told(decide([listed(1, hours_ago=None)], is_first=True)) == [("new", "fetch")]


def test_named_lists_are_fetched_whole():
    """On the command line everything is wanted, also what an earlier poll only recorded."""
    old = listed(1, hours_ago=900)
    assert told(decide([old], is_first=True, is_named=True)) == [("new", "fetch")]
    assert told(decide([old], known=seen(old, decision="recorded"), is_named=True)) == [("named", "fetch")]
    assert decide([old], known=seen(old, decision="fetch"), is_named=True) == []


def test_a_list_that_dates_everything_anew_says_nothing():
    """A sitemap whose lastmod is the time of its making must not have every page fetched at every poll."""
    before = [listed(n, updated="2026-03-03T10:00") for n in range(10)]
    after = [listed(n, updated="2026-03-03T11:00") for n in range(10)]
    assert decide(after, known=seen(*before)) == []
    some = after[:2] + before[2:]
    assert told(decide(some, known=seen(*before))) == [("changed", "fetch")] * 2
    retitled = [listed(0, title="new", updated="2026-03-03T11:00"), *after[1:]]
    assert [one.key for one in decide(retitled, known=seen(*before))] == [entry_key(before[0].entry)]


def test_retries_wait_longer_each_time_and_end():
    """What is the page's own fault is given up after some attempts, what is the host's after a week."""
    waits = []
    for attempts in range(1, ATTEMPTS):
        again = retry_at("busy", attempts, NOW, NOW)
        assert again is not None
        waits.append(again - NOW)
    assert waits == sorted(waits)
    assert waits[0] == timedelta(minutes=15)
    assert retry_at("busy", ATTEMPTS, NOW, NOW) is None
    assert retry_at("dns", 50, NOW, NOW - HOUR) == NOW + timedelta(hours=24)
    assert retry_at("dns", 1, NOW, NOW - PATIENCE) is None


def test_recaptures():
    """1 h, 6 h, 24 h and 7 days after the first; a late run does not make up for those it missed."""
    first = NOW - 7 * HOUR
    assert not recapture_due(NOW, NOW, NOW + timedelta(minutes=59))
    assert recapture_due(first, first, NOW)
    assert not recapture_due(first, first + 6.5 * HOUR, NOW)
    assert recapture_due(first, NOW, first + 24 * HOUR)
    assert not recapture_due(first, first + timedelta(days=7, hours=1), first + timedelta(days=90))
