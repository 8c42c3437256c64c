"""The simulated week of `benchmarks/polling.py` on a quarter of its feeds: the scheduler keeps what it promises."""

import importlib.util
import statistics
import sys
from pathlib import Path
from types import ModuleType

import pytest

BENCHMARK = Path(__file__).parents[3] / "benchmarks" / "polling.py"


@pytest.fixture(scope="module")
def week() -> ModuleType:
    spec = importlib.util.spec_from_file_location("benchmark_of_polling", BENCHMARK)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # its dataclasses look themselves up there
    spec.loader.exec_module(module)
    return module


def test_half_the_requests_at_twice_the_delay_and_nothing_more_lost(week: ModuleType):
    """Against asking every 15 minutes: at most half the requests, at most twice the median delay; and against a fixed
    interval with as many requests as ours: sooner, and less is lost."""
    sites = week.make_sites(7)[::4]
    ours = week.run(sites, week.ours, 7)
    often = week.run(sites, week.every(15), 7)
    requests = sum(seen.requests for seen in ours)
    same = week.run(sites, week.every(week.WEEK * len(sites) / requests), 7, tick=1)

    def median(found) -> float:
        return statistics.median(delay for seen in found for delay in seen.delays)

    def lost(found) -> int:
        return sum(seen.lost for seen in found)

    assert requests <= sum(seen.requests for seen in often) / 2
    assert median(ours) <= 2 * median(often)
    assert median(ours) < median(same)
    assert lost(ours) < lost(same)
