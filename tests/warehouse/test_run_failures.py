"""What a run failed at, read back."""

from tests.warehouse.conftest import Shop
from warehouse.run_failures import Failure, run_failures


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
