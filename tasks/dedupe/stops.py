"""The stop list: shingles that come back week after week belong to a template or to a page's furniture, not to a story.

The list of a day depends only on the articles dated before that day, never on the order in which they arrived.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta

LOOKBACK_WEEKS = 8  # closed weeks before the day's own (FACTS, Stories)
STOP_WEEKS = 2  # closed weeks in which any publisher printed it
STOP_DAYS = 4  # days on which one publisher printed it

Sighting = tuple[date, str | None]  # day and publisher of an article that carries the shingle


def is_stop(sightings: Iterable[Sighting], day: date) -> bool:
    """Whether a shingle with these sightings is on the stop list of `day`; those of `day` and later do not count."""
    this_week = monday(day)
    first = this_week - timedelta(weeks=LOOKBACK_WEEKS)
    weeks: set[date] = set()
    days: dict[str | None, set[date]] = defaultdict(set)
    for seen, publisher in sightings:
        if not first <= seen < day:
            continue
        if seen < this_week:
            weeks.add(monday(seen))
        if publisher is not None:
            days[publisher].add(seen)
    return len(weeks) >= STOP_WEEKS or any(len(on) >= STOP_DAYS for on in days.values())


def monday(day: date) -> date:
    """The first day of the ISO week."""
    return day - timedelta(days=day.weekday())
