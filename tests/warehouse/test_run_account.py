"""What a run brought and what it failed at, read back."""

from collections import Counter

from flows.ingested import Ingested
from tests.warehouse.conftest import Shop
from warehouse.run_account import Failure, RunTotals, run_failures, run_totals


def test_what_a_run_brought_counts_whoever_appended_it(shop: Shop):
    """Two runs beside each other: the second one appends what the first one left in the spool."""
    first, second = Ingested("run-1"), Ingested("run-2")
    shop.spool(shop.article("https://a.example/1"), shop.rejection("https://a.example/x"))
    second.add(shop.add(shop.article("https://a.example/2"), shop.article("https://a.example/1"), run_id="run-2"))
    first.add(shop.drain())
    assert (first.articles, first.rejected.total(), second.earlier_texts) == (0, 0, 1)
    for one in (first, second):
        one.recount(shop.place)
    assert (first.articles, first.known, first.rejected) == (1, 0, Counter(consent=1))
    assert (second.articles, second.known, second.rejected) == (1, 1, Counter())
    assert run_totals(shop.place, "run-3") == RunTotals(0, 0, 0, {})


def test_only_the_failures_of_that_run_and_no_more_than_asked_for(shop: Shop):
    """Another run's rejections stay out; the whole count is told although the list is cut."""
    shop.add(*(shop.rejection(f"https://a.example/{number}") for number in range(5)))
    shop.add(shop.rejection("https://b.example/"), shop.article("https://c.example/"), run_id="run-2")
    listed, in_all = run_failures(shop.place, "run-1", 3)
    assert (len(listed), in_all) == (3, 5)
    assert run_failures(shop.place, "run-2", 9) == (
        [Failure("https://b.example/", "rejected", "consent", "because")],
        1,
    )
    assert run_failures(shop.place, "run-3", 9) == ([], 0)
