"""A publisher's days as a calendar: a column a week, a square a day, darker where more came, marked where a gap is.

Drawn by hand: Vega spends 300 bytes on a square, this 80, and there are thousands. Marks differ in shape, not in colour
alone; each square says its figures when it is pointed at, and `told` says the gaps to those who do not see them.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from html import escape
from typing import Any

from flows.words import counted
from warehouse.report import Rows

SQUARE, STEP = 12, 14  # pixels of the drawing
LEFT, TOP = 26, 15  # for the names of days and months
LEVELS = 4  # shades: quarters of the publisher's busiest tenth of days
SAID = 8  # gaps named in the description; the rest is counted
GAPS = {
    "not_polled": "not asked",
    "polls_failed": "asked, no answer",
    "few_articles": "far fewer than usual",
}


@dataclass(frozen=True, slots=True)
class Calendar:
    """One publisher. `gaps`: its days with a gap, newest first."""

    publisher: str
    name: str
    articles: int
    gaps: Rows
    svg: str


def calendars(rows: Rows, first: date, last: date) -> list[Calendar]:
    """A calendar a publisher, in the order of `rows` (publisher, name, day, actual, expected, gap); first: a Monday."""
    found: dict[str, Rows] = {}
    for row in rows:
        found.setdefault(row["publisher"], []).append(row)
    return [_calendar(days, first, last) for days in found.values()]


def _calendar(days: Rows, first: date, last: date) -> Calendar:
    head = days[0]
    gaps = sorted((row for row in days if row["gap"]), key=lambda row: row["day"], reverse=True)
    articles = sum(row["actual"] for row in days)
    busy = sorted(row["actual"] for row in days)[len(days) * 9 // 10]
    body = "".join(_square(row, busy, first) for row in days)
    width, height = LEFT + ((last - first).days // 7 + 1) * STEP, TOP + 7 * STEP
    svg = (
        f'<svg class="calendar" role="img" aria-label="{escape(_told(head, articles, gaps), quote=True)}"'
        f' viewBox="0 0 {width} {height}" width="{width}" height="{height}">'
        f"{_names(first, last)}{body}{_crosses(gaps, first)}</svg>"
    )
    return Calendar(head["publisher"], head["name"], articles, gaps, svg)


def _told(head: dict[str, Any], articles: int, gaps: Rows) -> str:
    """The calendar in a sentence."""
    said = ", ".join(f"{row['day']:%-d %B} ({GAPS[row['gap']]})" for row in gaps[:SAID])
    more = f" and {len(gaps) - SAID} more" if len(gaps) > SAID else ""
    found = f"{counted(len(gaps), 'day')} with a gap: {said}{more}" if gaps else "no gaps"
    return f"{head['name']}: {counted(articles, 'article')}, {found}."


def _square(row: dict[str, Any], busy: int, first: date) -> str:
    x, y = _corner(row["day"], first)
    level = min(-(-row["actual"] * LEVELS // max(busy, 1)), LEVELS)
    mark = f" g{row['gap'][0]}" if row["gap"] else ""
    expected = f" of {row['expected']:g}" if row["expected"] is not None else ""
    gap = f", {GAPS[row['gap']]}" if row["gap"] else ""
    return (
        f'<rect class="l{level}{mark}" x="{x}" y="{y}"><title>{row["day"]:%-d %b}: {row["actual"]:,}{expected}{gap}'
        "</title></rect>"
    )


def _crosses(gaps: Rows, first: date) -> str:
    """A cross over days without a successful poll, a bar over those with far too few articles."""
    steps: dict[str, list[str]] = {"": [], " on": []}
    for row in gaps:
        x, y = _corner(row["day"], first)
        step = f"M{x + 3} {y + 6}h6" if row["gap"] == "few_articles" else f"M{x + 3} {y + 3}l6 6m0-6l-6 6"
        steps[" on" if row["gap"] == "polls_failed" else ""].append(step)
    return "".join(f'<path class="cross{kind}" d="{"".join(some)}"/>' for kind, some in steps.items() if some)


def _names(first: date, last: date) -> str:
    """Months above the column in which they begin, three of the days at the left."""
    parts = []
    for i in range((last - first).days // 7 + 1):
        monday = first + timedelta(weeks=i)
        begins = next((monday + timedelta(days=d) for d in range(7) if (monday + timedelta(days=d)).day == 1), None)
        if begins and begins <= last:
            parts.append(f'<text x="{LEFT + i * STEP}" y="10">{begins:%b}</text>')
    parts += [
        f'<text x="0" y="{TOP + d * STEP + 10}">{name}</text>' for d, name in ((0, "Mon"), (3, "Thu"), (6, "Sun"))
    ]
    return "".join(parts)


def _corner(day: date, first: date) -> tuple[int, int]:
    week, weekday = divmod((day - first).days, 7)
    return LEFT + week * STEP, TOP + weekday * STEP
