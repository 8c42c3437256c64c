"""Units, the ledger, and what is kept."""

from dataclasses import replace
from datetime import UTC, date, datetime

from tasks.backfill.scope import Scope, scope_of_name
from tasks.backfill.units import Day, Done, Unit, file_cost, missing_units, open_units, page_cost
from tasks.backfill.windows import Window
from tasks.model import Published

FIRST, LAST = date(2024, 10, 1), date(2024, 10, 31)
OCTOBER = Window(FIRST, LAST)
UNIT = Unit("ccnews", "a.warc.gz", OCTOBER)
LATER = datetime(2025, 1, 1, tzinfo=UTC)
DONE = Done("ccnews", "a.warc.gz", OCTOBER, "keep", (), "", LATER)


def is_open(done: Done, unit: Unit = UNIT, publishers: tuple[str, ...] = ()) -> bool:
    return bool(open_units([unit], [done], undated="keep", publishers=publishers))


def test_a_unit_that_is_done():
    """For the same days or fewer, and for the same publishers or fewer."""
    assert not is_open(DONE)
    assert not is_open(DONE, replace(UNIT, window=Window(FIRST, FIRST)))
    assert not is_open(DONE, publishers=("a.example",))
    assert not is_open(replace(DONE, publishers=("a.example", "b.example")), publishers=("a.example",))


def test_a_unit_that_is_not_done():
    """For more days or publishers, by another rule, of changed files, or before its days were over."""
    assert is_open(replace(DONE, window=Window(FIRST, FIRST)))
    assert is_open(replace(DONE, publishers=("a.example",)))
    assert is_open(replace(DONE, publishers=("a.example",)), publishers=("a.example", "b.example"))
    assert is_open(replace(DONE, undated="drop"))
    assert is_open(replace(DONE, fingerprint="other"))
    assert is_open(replace(DONE, source="b.warc.gz"))
    assert is_open(replace(DONE, ended_at=datetime(2024, 11, 1, tzinfo=UTC)))


def test_only_what_is_missing():
    """A day with a gap, and one of which nobody knows what to expect, are read; a filled one is not."""
    filled, short, unknown = Day(10, 9.0, None), Day(1, 9.0, "few_articles"), Day(5, None, None)
    units = [
        Unit("sitemap", f"s{day}", Window(date(2024, 10, day), date(2024, 10, day)), "a.example")
        for day in (1, 2, 3, 4)
    ]
    told = {("a.example", date(2024, 10, day)): one for day, one in ((1, filled), (2, short), (3, unknown))}
    assert [unit.source for unit in missing_units(units, told, ())] == ["s2", "s3", "s4"]
    assert missing_units([UNIT], told, ()) == [UNIT]  # of all publishers: nobody can say that nothing is missing


def test_what_is_kept():
    """The article's own date decides; an undated one is kept unless it was asked to be left out."""
    scope = Scope(FIRST, LAST)
    assert scope.refusal(Published(date=FIRST), "a.example") is None
    assert scope.refusal(Published(), None) is None
    assert scope.refusal(Published(date=date(2024, 11, 1)), None) == (
        "outside_range",
        "published 2024-11-01; wanted 2024-10-01 to 2024-10-31",
    )
    assert (replace(scope, undated="drop").refusal(Published(), None) or ("",))[0] == "undated"
    only = replace(scope, publishers=("a.example",))
    assert (only.refusal(Published(date=FIRST), "b.example") or ("",))[0] == "other_publisher"


def test_the_scope_travels_in_the_name_of_an_archive_file():
    """What a killed backfill left is read within its range by whoever finds it; other files are read whole."""
    for scope in (Scope(FIRST, LAST), Scope(FIRST, FIRST, "drop")):
        assert scope_of_name(f"warehouse-0a1b-20261122T101112000000-ffff{scope.in_name}.warc.gz") == scope
    assert scope_of_name("warehouse-0a1b-20261122T101112000000-ffff.warc.gz") is None
    assert scope_of_name("w.d20249999-20241031k.warc.gz") is None


def test_costs():
    """Publishers are asked side by side, an archive one page after the other; files count by their bytes."""
    units = [Unit("sitemap", "s", OCTOBER, name) for name in ("a.example", "b.example")]
    usual = {"a.example": 100.0, "b.example": 100.0}
    beside = page_cost(units, usual, interval_s=1.0, is_one_host=False)
    in_turn = page_cost(units, usual, interval_s=1.0, is_one_host=True)
    assert beside.requests == in_turn.requests == 6202
    assert (round(beside.hours, 2), round(in_turn.hours, 2)) == (0.86, 1.72)
    assert file_cost(30, float(1 << 30), is_filtered=True).download_bytes == 30 << 30
