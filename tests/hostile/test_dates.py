"""HOSTILE 43 to 49: wrong and doubtful dates through the whole step, from the page to what an analyst reads."""

from datetime import UTC, date, datetime, timedelta

import pytest

from tasks.article import make_article
from tasks.model import Capture, Published
from tasks.registry import Registry, load_registry
from tests.pages import sentences
from warehouse.place import PROJECT

CAPTURED = datetime(2026, 3, 5, 12, tzinfo=UTC)
INDIA, BRITAIN, GERMANY = "business-standard.com", "bbc.co.uk", "spiegel.de"
NEW_YORK, CHICAGO, CHINA, IRELAND = "nytimes.com", "chicagotribune.com", "people.com.cn", "irishtimes.com"
NOBODY = "gazette.example"  # of which nothing is known


@pytest.fixture(scope="module")
def registry() -> Registry:
    return load_registry(PROJECT / "seeds")


@pytest.fixture
def dated(registry: Registry):
    """What is decided of a page of a publisher that prints this date, in its head or in its text."""

    def decided(
        domain: str, raw: str, *, where: str = "head", captured_at: datetime = CAPTURED, language: str = ""
    ) -> Published:
        meta = f'<meta property="article:published_time" content="{raw}">' if where == "head" else ""
        line = f'<p class="date">Published: {raw}</p>' if where == "text" else ""
        text = "".join(f"<p>{one}</p>" for one in sentences(1, 8))
        page = f"<html{language}><head><title>A ferry</title>{meta}</head><body><article><h1>A ferry</h1>{line}{text}"
        capture = Capture(f"https://www.{domain}/a/ferry-1", captured_at, "warc", "/a", 0, "text/html", page.encode())
        return make_article(capture, registry).published

    return decided


@pytest.mark.parametrize("raw", ["2099-01-01T00:00:00Z", "2026-03-07T12:00:00Z", "9999-12-31T23:59:59-12:00"])
def test_43_the_future_is_not_believed(dated, raw: str):
    """NULL and a flag."""
    assert dated(NOBODY, raw) == Published(flags=("in_future",))


def test_43_a_day_ahead_is(dated):
    """Print editions and the other side of the date line."""
    assert dated(NOBODY, "2026-03-06T11:00:00Z").at == datetime(2026, 3, 6, 11, tzinfo=UTC)


@pytest.mark.parametrize(
    ("domain", "day", "flagged"),
    [
        (NEW_YORK, date(2024, 2, 3), False),
        (BRITAIN, date(2024, 3, 2), False),
        (INDIA, date(2024, 3, 2), False),
        (NOBODY, date(2024, 3, 2), True),
    ],
)
def test_44_day_and_month_in_the_publishers_order(dated, domain: str, day: date, flagged: bool):
    """`02/03/2024`; where nobody can know, it is said."""
    found = dated(domain, "02/03/2024")
    assert (found.date, found.precision) == (day, "day")
    assert ("day_month_ambiguous" in found.flags) is flagged


@pytest.mark.parametrize("raw", ["31/02/2024", "2024-02-31T10:00:00Z", "31 February 2024", "2023-02-29"])
def test_45_a_day_that_does_not_exist(dated, raw: str):
    """NULL, and not the day before or after."""
    for where in ("head", "text"):
        assert dated(BRITAIN, raw, where=where).at is None


def test_46_an_hour_that_was_skipped(dated):
    """02:30 on the night to summer time is read with the offset before the jump, and flagged."""
    found = dated(GERMANY, "2024-03-31T02:30:00")
    assert found.at == datetime(2024, 3, 31, 1, 30, tzinfo=UTC)
    assert (found.date, "dst_gap" in found.flags) == (date(2024, 3, 31), True)


def test_47_an_hour_that_came_twice(dated):
    """The earlier instant, and flagged."""
    found = dated(NEW_YORK, "2024-11-03T01:30:00")
    assert found.at == datetime(2024, 11, 3, 5, 30, tzinfo=UTC)
    assert "dst_repeated" in found.flags


@pytest.mark.parametrize(
    ("domain", "zone", "minutes", "flagged"),
    [
        (INDIA, "IST", 330, False),
        (IRELAND, "IST", 60, False),
        (CHICAGO, "CST", -300, True),  # in July the clock there is CDT: the word and the season disagree
        (CHINA, "CST", 480, False),
        (BRITAIN, "BST", 60, False),
        (NOBODY, "IST", 330, True),
        (NOBODY, "CST", -360, True),
    ],
)
def test_48_zones_mean_what_the_publishers_country_means(dated, domain: str, zone: str, minutes: int, flagged: bool):
    """`15 Jul 2016 14:07 IST` at four publishers; a meaning that is only the commonest is flagged."""
    found = dated(domain, f"15 Jul 2016 14:07 {zone}")
    assert found.offset_minutes == minutes
    assert found.at == datetime(2016, 7, 15, 14, 7, tzinfo=UTC) - timedelta(minutes=minutes)
    assert bool({"zone_assumed", "zone_conflict"} & set(found.flags)) is flagged


@pytest.mark.parametrize("raw", ["0001-01-01T00:00:00Z", "0", "1970-01-01T00:00:00Z", "1970-01-01", "0000-00-00", "-1"])
def test_49_what_stands_for_no_date(dated, raw: str):
    """The first second of a calendar is what programs print when they have none."""
    assert dated(BRITAIN, raw).at is None


@pytest.mark.parametrize("hours", [-1, 24])
def test_72_a_wrong_clock_of_ours(dated, hours: int):
    """An hour back, what was published just now is believed still; a day ahead, so is what was published then."""
    clock = CAPTURED + timedelta(hours=hours)
    assert dated(NOBODY, CAPTURED.isoformat(), captured_at=clock).at == CAPTURED
    late = (clock + timedelta(hours=25)).isoformat()
    assert dated(NOBODY, late, captured_at=clock) == Published(flags=("in_future",))
