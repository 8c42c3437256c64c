"""The long form: a day of many newsrooms.

uv run python -m tests.soak --feeds 200 --articles 20000
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from tests.soak.day import Day


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--feeds", type=int, default=200)
    parser.add_argument("--articles", type=int, default=20_000)
    parser.add_argument("--turns", type=int, default=48, help="half hours (default: 48, a day)")
    parser.add_argument("--revised", type=float, default=0.05, help="share of fresh articles revised in a turn")
    parser.add_argument("--seed", type=int, default=8)
    given = parser.parse_args()
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        day = Day(
            Path(folder),
            feeds=given.feeds,
            articles=given.articles,
            turns=given.turns,
            seed=given.seed,
            revised=given.revised,
        )
        try:
            day.play()
            wrong, ledger = day.wrong(), day.ledger
            (counts,) = day.run.ask("select (select count(*) from articles), count(*) from article_revisions")
            rejected = day.run.ask(
                "select reason, count(distinct url) from outcomes where outcome = 'rejected' group by 1"
            )
        finally:
            day.close()
    print(
        f"{given.feeds} feeds, {len(ledger.published):,} articles published, {len(ledger.revised):,} revised,"
        f" {ledger.outages} outages, {ledger.moved} feed moved, {ledger.jumps} clock jumps:"
        f" {counts[0]:,} articles, {counts[1]:,} revisions, rejected {dict(rejected)},"
        f" {len(wrong)} wrong; {time.monotonic() - started:.0f} s"
    )
    print("\n".join(wrong[:20]))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
