"""The long form: kill -9 before and after every durable call, and at random moments.

uv run python -m tests.crash --moments 200                     # spread over all scenarios
uv run python -m tests.crash --moments 40 --scenario maintain --no-boundaries
"""

import argparse
import random
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.crash.runs import Runs
from tests.crash.scenarios import Stage, stages

SCENARIOS = ("ingest", "fetch", "maintain", "backfill", "migrate")


def played(stage: Stage, moments: int, seed: int, *, boundaries: bool) -> Counter[str]:
    """Play a scenario; returns how many moments there were by kind, and how many killed something."""
    counts: Counter[str] = Counter()
    chance = random.Random(seed)  # noqa: S311 - moments, no secret
    for at in stage.boundaries() if boundaries else ():
        counts["boundaries"] += 1
        counts["killed"] += stage.interrupted(at=at).status == -9
    for _ in range(moments):
        counts["random moments"] += 1
        counts["killed"] += stage.interrupted(after_seconds=stage.random_moment(chance)).status == -9
    return counts


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--moments", type=int, default=200, help="random moments, over all scenarios (default: 200)")
    parser.add_argument("--scenario", action="append", choices=SCENARIOS, help="this one only; may be repeated")
    parser.add_argument("--no-boundaries", action="store_true", help="random moments only")
    parser.add_argument("--seed", type=int, default=time.time_ns() % 1_000_000)
    given = parser.parse_args()
    names = tuple(given.scenario or SCENARIOS)
    print(f"seed {given.seed}", flush=True)
    runs, total = Runs(), Counter[str]()
    try:
        with tempfile.TemporaryDirectory() as folder, stages(runs, Path(folder), names) as ready:
            for stage in ready:
                started = time.monotonic()
                counts = played(stage, given.moments // len(names), given.seed, boundaries=not given.no_boundaries)
                total += counts
                figures = ", ".join(f"{count} {kind}" for kind, count in counts.items())
                print(f"{stage.scenario.name:10} {figures}; {time.monotonic() - started:.0f} s", flush=True)
    finally:
        runs.close()
    print("every re-run equals the calm run: " + ", ".join(f"{count} {kind}" for kind, count in total.items()))


if __name__ == "__main__":
    main()
