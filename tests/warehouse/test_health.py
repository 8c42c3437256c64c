"""Figures against limits: each limit alone, at its edge, switched off; and growth from measurements."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.warehouse.conftest import NOON, Shop
from warehouse.connect import opened
from warehouse.health import CHECKS, Limits, Vital, breaches
from warehouse.sizes import LOOK_BACK, days_until_full, growth, history, measured, record
from warehouse.status import status, vital

LIMITS = Limits(24, 6, 5_000, 0.2, 26, 0.5)
WELL = Vital(NOON, NOON, 5_000, 100, 20, NOON, NOON - timedelta(days=40), 50, 100.0)
NOTHING = Limits(0, 0, 0, 0, 0, 0)


def hours(count: float) -> timedelta:
    return timedelta(hours=count)


def test_at_the_limit_nothing_is_wrong():
    """A limit is the last good value."""
    assert breaches(replace(WELL, last_append_at=NOON - hours(24), waiting_since=NOON - hours(6)), LIMITS, NOON) == []


@pytest.mark.parametrize(
    ("check", "change", "words"),
    [
        ("append", {"last_append_at": NOON - hours(25), "snapshot_at": NOON}, "25.0 h old, more than 24 h"),
        ("append", {"last_append_at": None}, "Nothing was ever appended"),
        ("waiting", {"waiting_since": NOON - hours(7)}, "for 7.0 h, more than 6 h"),
        ("disk", {"free_bytes": 4_999}, "nothing is fetched"),
        ("feeds", {"failing_feeds": 21}, "21 of 100 feeds fail, more than 20%"),
        ("snapshot", {"snapshot_at": NOON - hours(27)}, "The snapshot is 27.0 h old"),
        ("snapshot", {"snapshot_at": None}, "There is no snapshot"),
        ("articles", {"articles_today": 49}, "49 articles in the last 24 h, usually 100"),
    ],
)
def test_each_limit_is_told_in_one_line(check, change, words):
    """And none when it is switched off."""
    [found] = breaches(replace(WELL, **change), LIMITS, NOON)
    assert found.check == check
    assert check in CHECKS
    assert words in found.line
    assert "\n" not in found.line
    assert breaches(replace(WELL, **change), NOTHING, NOON) == []


def test_an_old_snapshot_that_lacks_nothing_is_well():
    """Nothing was appended since it was made."""
    quiet = replace(WELL, snapshot_at=NOON - hours(20), last_append_at=NOON - hours(20))
    assert breaches(quiet, replace(LIMITS, snapshot_hours=1), NOON) == []


def test_few_articles_where_few_are_usual_say_nothing():
    """Three a day usually: a day without any is no news."""
    assert breaches(replace(WELL, articles_usual=3.0, articles_today=0), LIMITS, NOON) == []


def test_growth_is_read_from_the_oldest_measurement():
    """Bytes a day; unknown under an hour, negative after a compaction."""
    assert growth([(NOON - timedelta(days=2), 1_000), (NOON - hours(1), 5_000)], 7_000, NOON) == 3_000
    assert growth([(NOON - timedelta(minutes=50), 1_000)], 7_000, NOON) is None
    assert growth([], 7_000, NOON) is None
    assert growth([(NOON - timedelta(days=1), 9_000)], 7_000, NOON) == -2_000


def test_the_disk_is_full_when_all_stores_together_fill_it():
    """What is unknown counts nothing; what shrinks helps."""
    assert days_until_full(900, [100.0, None, -10.0]) == 10
    assert days_until_full(900, [None, None]) is None
    assert days_until_full(900, [-5.0]) is None


def test_measurements_are_kept_for_a_week(shop: Shop):
    """And read back as they were taken, oldest first."""
    with opened(shop.place.file, read_only=False, wait=1) as connection:
        for days in (20, 6, 1):
            record(connection, {"archive": 100 - days}, NOON - timedelta(days=days))
        record(connection, measured(shop.place, shop.place.data_dir / "prefect"), NOON)
        found = history(connection, NOON)
    assert [size for _, size in found["archive"]] == [94, 99, 0]
    assert found["warehouse"][0][1] > 100_000
    assert found["archive"][0][0] >= NOON - LOOK_BACK


def test_a_usual_day_needs_a_week(shop: Shop):
    """The median of whole spans of 24 hours; a revision of an old article is no article of today."""
    rows = [
        shop.article(
            f"https://example.com/{day}-{n}", f"Text {day} {n}.", captured_at=NOON - timedelta(days=day), via="feed"
        )
        for day in range(9)
        for n in range(2 if day % 2 else 4)
    ]
    shop.add(*rows)
    shop.add(shop.article("https://example.com/8-0", "A new text.", captured_at=NOON - hours(1), via="feed"))
    found = status(shop.place, shop.place.data_dir / "prefect", NOON + hours(1))
    assert (found.articles_today, found.articles_usual) == (4, 2.0)
    assert vital(found).articles_usual == 2.0
    early = status(shop.place, shop.place.data_dir / "prefect", NOON - timedelta(days=2))
    assert early.articles_usual is None
