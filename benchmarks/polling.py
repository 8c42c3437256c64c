"""A week of 200 feeds: what each way of polling asks for, finds, loses, and how late it finds it.

    python benchmarks/polling.py [--seed N ...] [--tick MINUTES] [--kinds]      default: seeds 1 2, seconds each

Nothing is fetched and no clock is read: articles are published by the distributions below, a list shows the newest of
them, and each rule is asked when to look, at ticks of 15 minutes, as the scheduled flow does. What is published while
nobody looks and has left the list by the next poll is lost. The week starts cold: no rule knows anything of a feed.

The rules: ours (tasks/fetch/schedule.py); a fixed interval of 15 minutes and of 6 hours; a fixed interval that makes as
many requests as ours or more; and one after Media Cloud's, which shortens the interval when less than a third of a list
is known and lengthens it when more than two thirds are, from 10 minutes to 24 hours.

How feeds behave (assumptions, in the open; none is taken from the scheduler):
- articles a day: log-normal around the median of the kind (KINDS), so that feeds of one kind differ by a factor of two;
  a day's curve is a cosine with its own height and its own peak hour at the publisher's (wires are nearly flat),
  weekends have their own share; arrivals are Poisson, those of one feed in seven in batches once an hour;
- weeklies publish within six hours of one day; silent feeds an article a month;
- breaking news: about once a week a feed publishes four to ten times as much for two hours;
- a list shows 20 to 50 entries and is up to five minutes old (caches); six in ten answer 304 when nothing is new;
- three in ten ask for an hour between two polls (the default of common publishing software), one in twenty for a day;
- one request in two hundred fails; the feeds of the kind `failing` are away for two to twelve hours up to three times a
  week, four of the others answer 404 for a day and a half, one for good, one is 410 Gone; our own name server is down
  for two hours.
"""

import argparse
import bisect
import heapq
import math
import random
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tasks.fetch.schedule import HISTORY, Poll, next_poll

START = datetime(2026, 3, 2, tzinfo=UTC)  # a Monday
WEEK = 7 * 1_440  # minutes; all times below are minutes after START
BEFORE = 60 * 1_440  # of articles that lists hold when the week begins
TICK = 15  # minutes between two runs that look what is due: PRESSHOUSE_INGEST_EVERY as it comes
ZONES = (
    "Europe/London Europe/Berlin Europe/Kyiv America/New_York America/New_York America/Los_Angeles America/Sao_Paulo "
    "Africa/Lagos Asia/Kolkata Asia/Kolkata Asia/Tokyo Australia/Sydney"
).split()


@dataclass(frozen=True)
class Kind:
    feeds: int
    a_day: float  # median
    spread: float = 0.6  # of the logarithm
    height: tuple[float, float] = (0.6, 0.98)  # of the day's curve: 1 means silence at its lowest
    weekend: tuple[float, float] = (0.3, 0.9)


KINDS = {
    "wire": Kind(10, 300, 0.3, (0.1, 0.5), (0.6, 0.9)),
    "large daily": Kind(35, 80),
    "daily": Kind(80, 30),
    "small": Kind(30, 5),
    "weekly": Kind(20, 2),
    "silent": Kind(10, 1 / 30, 0.3),
    "failing": Kind(15, 30),
}


@dataclass
class Site:
    """A feed as it would behave, whoever looks."""

    url: str
    kind: str
    published: list[float]  # ascending
    window: int  # entries
    cache: int
    is_conditional: bool
    hint: int | None
    away: list[tuple[float, float, int]]  # from, to, status (0: no answer)


@dataclass
class Seen:
    """What one rule knows of one feed, and what came of it."""

    history: list[Poll] = field(default_factory=list)
    known: int | None = None  # articles up to here were found or are lost
    requests: int = 0
    unchanged: int = 0
    delays: list[float] = field(default_factory=list)
    lost: int = 0
    minutes: float = 360.0  # of the rule after Media Cloud's


Rule = Callable[[Site, Seen, int], float | None]


def make_sites(seed: int) -> list[Site]:
    chance = random.Random(seed)
    sites = [_site(chance, kind, number) for kind in KINDS for number in range(KINDS[kind].feeds)]
    dailies = [site for site in sites if site.kind == "daily"]
    for site in dailies[:4]:
        begin = chance.uniform(0, WEEK)
        site.away.append((begin, begin + 2_160, 404))
    dailies[4].away.append((chance.uniform(0, WEEK), math.inf, 404))
    dailies[5].away.append((chance.uniform(0, WEEK), math.inf, 410))
    return sites


def _site(chance: random.Random, name: str, number: int) -> Site:
    kind = KINDS[name]
    zone = chance.choice(ZONES)
    away = []
    if name == "failing":
        for _ in range(chance.randint(1, 3)):
            begin = chance.uniform(0, WEEK)
            away.append((begin, begin + chance.uniform(120, 720), chance.choice((0, 503))))
    return Site(
        url=f"https://{name.replace(' ', '-')}-{number}.example/rss",
        kind=name,
        published=sorted(_published(chance, kind, name, zone)),
        window=chance.randint(20, 50),
        cache=chance.choice((0, 1, 5)),
        is_conditional=chance.random() < 0.6,
        hint=chance.choices((None, 60, 1_440, 10), (0.55, 0.3, 0.05, 0.1))[0] if name != "wire" else None,
        away=away,
    )


def _published(chance: random.Random, kind: Kind, name: str, zone: str) -> list[float]:
    a_day = kind.a_day * chance.lognormvariate(0, kind.spread)
    height, peak = chance.uniform(*kind.height), chance.gauss(13, 2.5)
    weekend, day = chance.uniform(*kind.weekend), chance.randrange(7)
    bursts = [
        (begin, begin + 120, chance.uniform(4, 10))
        for begin in (chance.uniform(-BEFORE, WEEK) for _ in range((BEFORE + WEEK) // WEEK))
    ]
    batch = chance.uniform(0, 60) if chance.random() < 0.15 else None  # minute of the hour
    shift = START.astimezone(ZoneInfo(zone)).utcoffset().total_seconds() / 60
    found = []
    for begin in range(-BEFORE, WEEK, 60):
        local = begin + shift
        hour, weekday = local / 60 % 24, int(local // 1_440) % 7
        factor = 1 + height * math.cos((hour + 0.5 - peak) / 24 * math.tau)
        if name == "weekly":
            factor = 28.0 if weekday == day and 8 <= hour < 14 else 0.0
        elif weekday >= 5:
            factor *= weekend
        factor *= next((more for start, end, more in bursts if start <= begin < end), 1.0)
        for _ in range(_poisson(chance, a_day / 24 * factor)):
            found.append(begin + (chance.uniform(0, 60) if batch is None else batch))
    return found


def _poisson(chance: random.Random, mean: float) -> int:
    count, left = 0, chance.expovariate(1.0)
    while left < mean:
        count, left = count + 1, left + chance.expovariate(1.0)
    return count


def look(site: Site, seen: Seen, at: int, chance: random.Random, dns_down: tuple[float, float]) -> None:
    """One poll: what it costs, and what it finds."""
    seen.requests += 1
    polled_at = START + timedelta(minutes=at)
    status = next((status for begin, end, status in site.away if begin <= at < end), None)
    if dns_down[0] <= at < dns_down[1]:
        seen.history.append(Poll(polled_at, "failed", "dns"))
    elif status is not None or chance.random() < 0.005:
        failure = "permanent" if status == 410 else "soft"
        seen.history.append(Poll(polled_at, "failed", failure, status or None))
    else:
        _read(site, seen, at, polled_at)
    del seen.history[:-HISTORY]


def _read(site: Site, seen: Seen, at: int, polled_at: datetime) -> None:
    shown = bisect.bisect_right(site.published, at - (at % site.cache if site.cache else 0))
    first = max(0, shown - site.window)
    known = seen.known if seen.known is not None else 0
    for number in range(known, shown):
        published = site.published[number]
        if published < 0:
            continue  # older than the week: at the first poll
        if number < first:
            seen.lost += 1
        else:
            seen.delays.append(at - published)
    new = shown - max(first, known)
    seen.known = shown
    if new == 0 and site.is_conditional and len(seen.history) > 1:
        seen.unchanged += 1
        seen.history.append(Poll(polled_at, "unchanged", status=304))
        return
    newest = START + timedelta(minutes=site.published[shown - 1]) if shown else None
    seen.history.append(
        Poll(
            polled_at,
            "read",
            status=200,
            listed=shown - first,
            new=new,
            hint_minutes=site.hint,
            newest_entry_at=newest,
        )
    )


def ours(site: Site, seen: Seen, at: int) -> float | None:
    return _after(next_poll(seen.history, START + timedelta(minutes=at), url=site.url))


def _after(due: datetime | None) -> float | None:
    return None if due is None else (due - START) / timedelta(minutes=1)


def every(minutes: float) -> Rule:
    return lambda site, seen, at: at + minutes


def thirds(site: Site, seen: Seen, at: int) -> float | None:
    """After Media Cloud's rule as FACTS has it; failures multiply the interval."""
    last = seen.history[-1]
    if last.status == 410:
        return None
    failures = 0.0
    for poll in reversed(seen.history):
        if poll.result != "failed":
            break
        failures += {"permanent": 1.0, "dns": 0.25}.get(poll.failure, 0.5)
    if last.result != "failed" and len(seen.history) > 1:
        share = last.new / last.listed if last.listed else 0.0
        factor = 0.5 if share > 2 / 3 else 1.5 if share < 1 / 3 else 1.0
        seen.minutes = min(max(seen.minutes * factor, 10), 1_440)
    return at + min(seen.minutes * max(failures, 1), 1_440)


def run(sites: list[Site], rule: Rule, seed: int, tick: int = TICK) -> list[Seen]:
    """A week by one rule."""
    chance = random.Random(seed)
    down = chance.uniform(0, WEEK - 120)
    found = [Seen() for _ in sites]
    due = [(0, number) for number in range(len(sites))]
    while due:
        at, number = heapq.heappop(due)
        look(sites[number], found[number], at, chance, (down, down + 120))
        following = rule(sites[number], found[number], at)
        if following is not None:
            later = max(math.ceil((following - 0.001) / tick), at // tick + 1) * tick
            if later < WEEK:
                heapq.heappush(due, (later, number))
    return found


def tell(name: str, sites: list[Site], found: list[Seen], seconds: float) -> None:
    delays = sorted(delay for seen in found for delay in seen.delays)
    deciles = statistics.quantiles(delays, n=10)
    requests = sum(seen.requests for seen in found)
    published = sum(len(site.published) - bisect.bisect_left(site.published, 0) for site in sites)
    lost = sum(seen.lost for seen in found)
    unchanged = sum(seen.unchanged for seen in found) / max(requests, 1)
    print(
        f"{name:30} {requests:>9,} {unchanged:>5.0%} {len(delays):>9,} {len(delays) / published:>6.1%} {lost:>7,} "
        f"{statistics.median(delays):>8.1f} {deciles[8]:>8.1f} {statistics.fmean(delays):>8.1f} {seconds:>5.1f} s"
    )


def tell_kinds(sites: list[Site], found: list[Seen]) -> None:
    for kind in KINDS:
        of_kind = [(site, seen) for site, seen in zip(sites, found, strict=True) if site.kind == kind]
        delays = [delay for _, seen in of_kind for delay in seen.delays]
        requests = sum(seen.requests for _, seen in of_kind) / len(of_kind) / 7
        middle = statistics.median(delays) if delays else math.nan
        lost = sum(seen.lost for _, seen in of_kind)
        print(f"    {kind:12} {requests:6.1f} requests a day and feed, median {middle:6.1f} min, {lost:,} lost")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, nargs="*", default=[1, 2])
    parser.add_argument("--tick", type=int, default=TICK)
    parser.add_argument("--kinds", action="store_true", help="ours and 15 minutes by kind of feed")
    arguments = parser.parse_args()
    for seed in arguments.seed:
        sites = make_sites(seed)
        print(f"seed {seed}: {len(sites)} feeds, a week; delays in minutes")
        print(
            f"{'':30} {'requests':>9} {'304':>5} {'found':>9} {'':>6} {'lost':>7} {'median':>8} {'p90':>8} {'mean':>8}"
        )
        results: dict[str, list[Seen]] = {}

        def compare(
            name: str, rule: Rule, sites: list[Site] = sites, results: dict[str, list[Seen]] = results, seed: int = seed
        ) -> None:
            started = time.monotonic()
            results[name] = run(sites, rule, seed, arguments.tick)
            tell(name, sites, results[name], time.monotonic() - started)

        compare("ours", ours)
        compare("every 15 minutes", every(15))
        compare("every 6 hours", every(360))
        requests = sum(seen.requests for seen in results["ours"])
        same = math.floor(WEEK * len(sites) / requests / arguments.tick) * arguments.tick
        compare(f"every {same} minutes", every(same))
        compare("after Media Cloud's", thirds)
        if arguments.kinds:
            for name in ("ours", "every 15 minutes"):
                print(f"  {name}")
                tell_kinds(sites, results[name])


if __name__ == "__main__":
    main()
