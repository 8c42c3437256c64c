"""The figures of the report as tables: beside each chart, for those who do not see it and those who count."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from tasks.model import REASONS
from warehouse.report import Figures

SOURCES = {
    "json-ld": "JSON-LD",
    "meta": "meta tags",
    "microdata": "microdata",
    "time": "<time> elements",
    "text": "visible text",
    "feed": "the feed",
    "sitemap": "the sitemap",
    "url": "the URL",
    "record": "the record",
    "none": "no date found",
}
WAYS = {"polled": "polled", "loaded": "loaded from files", "backfilled": "backfilled"}


@dataclass(frozen=True, slots=True)
class Table:
    """Cells are numbers, days or text; numbers stand at the right."""

    heads: Sequence[str]
    rows: Sequence[Sequence[Any]]
    numbers: frozenset[int] = field(default_factory=frozenset)  # places of columns


def tables(figures: Figures) -> dict[str, Table]:
    """By the name of the drawing, as far as there is one."""
    return {
        "volume": _volume(figures),
        **_lags(figures),
        **_stories(figures),
        "rejections": _table(
            ["reason", "inputs", "what it means", "last"],
            [
                [in_words(r["reason"]), r["inputs"], REASONS.get(r["reason"], ""), r["last_seen_at"].date()]
                for r in figures.rejections
            ],
            numbers={1},
        ),
        "dates": _table(
            ["evidence", "known to the", "articles", "of them in doubt"],
            [
                [SOURCES.get(r["source"], r["source"]), r["precision"], r["articles"], r["doubted"]]
                for r in figures.dates
            ],
            numbers={2, 3},
        ),
    }


def _volume(figures: Figures) -> Table:
    days: dict[Any, Counter[str]] = {}
    for row in figures.volume:
        days.setdefault(row["day"], Counter())[row["way"]] += row["articles"]
    ways = [way for way in WAYS if any(row["way"] == way for row in figures.volume)]
    return _table(
        [figures.unit, *(WAYS[way] for way in ways)],
        [[day, *(counts[way] for way in ways)] for day, counts in days.items()],
    )


def _lags(figures: Figures) -> dict[str, Table]:
    return {
        "lag": _table(
            [figures.unit, "articles", "median", "slowest tenth"],
            [[r["day"], r["articles"], minutes(r["median"]), minutes(r["slow"])] for r in figures.lag_days],
        ),
        "lag_publishers": _table(
            ["publisher", "articles", "listed after", "captured after", "slowest tenth"],
            [
                [r["name"], r["articles"], minutes(r["discovery"]), minutes(r["median"]), minutes(r["slow"])]
                for r in figures.lag_publishers
            ],
        ),
    }


def _stories(figures: Figures) -> dict[str, Table]:
    return {
        "stories": _table(
            ["articles in a story", "stories", "articles"],
            [[r["size"], r["stories"], r["articles"]] for r in figures.story_sizes],
        ),
        "agencies": _table(
            ["agency", "articles", "also in other papers", "papers", "median lag"],
            [[r["agency"], r["articles"], r["shared"], r["publishers"], minutes(r["lag"])] for r in figures.agencies],
        ),
        "pick_up": _table(
            ["publisher", "agency", "articles"],
            [[r["name"], r["agency"], r["articles"]] for r in figures.pick_up],
            numbers={2},
        ),
    }


def minutes(value: float | None) -> str:
    """`95` -> `1 h 35 min`; from a day on in days and hours."""
    if value is None:
        return "–"
    whole = round(value)
    if whole < 60:
        return f"{whole} min"
    if whole < 1_440:
        return f"{whole // 60} h {whole % 60:02} min"
    return f"{whole // 1_440} d {whole % 1_440 // 60} h"


def _table(heads: Sequence[str], rows: Sequence[Sequence[Any]], *, numbers: set[int] | None = None) -> Table:
    """`numbers`: default, every column but the first."""
    return Table(heads, rows, frozenset(range(1, len(heads)) if numbers is None else numbers))


def in_words(reason: str) -> str:
    """`no_text` -> `no text`."""
    return reason.replace("_", " ")
