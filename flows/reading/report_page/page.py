"""One self-contained page from the figures: no network, no script; everything that a publisher wrote is escaped."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from flows.reading.report_page import charts
from flows.reading.report_page.calendar import GAPS, calendars
from flows.reading.report_page.tables import SOURCES, WAYS, in_words, minutes, tables
from warehouse.feed_health import FeedHealth
from warehouse.report import Figures, Rows

HERE = Path(__file__).parent
RECENT = timedelta(days=7)  # gaps that need attention
# Worst first; with the words of the page.
STATES = {
    "failing": "fails",
    "blocked": "is refused",
    "gone": "is gone (410)",
    "quiet": "has been silent for longer than usual",
    "new": "was not asked yet",
    "healthy": "does well",
}
TROUBLED = ("failing", "blocked", "gone", "quiet")


def page(figures: Figures, file_name: str, snapshot_made_at: datetime | None) -> str:
    """The whole page as HTML. `file_name`: of what was read; with its instant where it is a snapshot."""
    environment = Environment(
        loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {
        "count": _count,
        "minutes": minutes,
        "instant": _instant,
        "moment": _moment,
        "share": _share,
        "rate": _rate,
    }
    shown = calendars(figures.coverage, figures.first, figures.last) if figures.first and figures.last else []
    return environment.get_template("page.html").render(
        style=Markup((HERE / "style.css").read_text(encoding="utf-8")),  # noqa: S704 - our own file
        f=figures,
        read_from=f"from {file_name}" + (f", as of {_instant(snapshot_made_at)}" if snapshot_made_at else ""),
        gap_words=GAPS,
        states=STATES,
        troubled=[feed for feed in _listened(figures.feeds) if feed.state in TROUBLED],
        feeds=_listened(figures.feeds),
        feed_states=Counter(feed.state for feed in _listened(figures.feeds)),
        attention=attention(figures),
        calendars=[one for one in shown if one.gaps],
        whole_calendars=[one for one in shown if not one.gaps],
        drawings=drawings(figures),
        tables=tables(figures),
    )


def attention(figures: Figures) -> list[str]:
    """What an operator should look at, in sentences; empty when there is nothing."""
    found = []
    if figures.polls and figures.last_append and figures.made_at - figures.last_append > timedelta(days=1):
        found.append(f"Nothing was appended since {_instant(figures.last_append)}. Is presshouse up running?")
    states = Counter(feed.state for feed in _listened(figures.feeds))
    for state in TROUBLED:
        if states[state]:
            feeds = f"{states[state]} feeds" if states[state] > 1 else "One feed"
            words = STATES[state] if states[state] == 1 else _plural(STATES[state])
            names = [f.publisher or f.feed_url for f in figures.feeds if f.state == state][:3]
            more = " and others" if states[state] > 3 else ""
            found.append(f"{feeds} {words}: {', '.join(names)}{more}.")
    if figures.last:
        recent = [row for row in figures.coverage if row["gap"] and figures.last - row["day"] < RECENT]
        names = list(dict.fromkeys(row["name"] for row in recent))
        if names:
            more = f" and {len(names) - 3} others" if len(names) > 3 else ""
            days = "day" if len(recent) == 1 else "days"
            found.append(f"{len(recent)} {days} with a gap in the last week: {', '.join(names[:3])}{more}.")
    return found


def _plural(words: str) -> str:
    return {"fails": "fail", "is refused": "are refused", "is gone (410)": "are gone (410)"}.get(
        words, words.replace("has been", "have been")
    )


def drawings(figures: Figures) -> dict[str, charts.Drawing]:
    """The charts that have something to show, by name."""
    found = {}
    if figures.first and figures.last:
        span = charts.Span(figures.first, figures.last, figures.unit)
        if figures.volume:
            found["volume"] = charts.volume(_named(figures.volume, "way", WAYS), span, _told_volume(figures))
        if figures.lag_days:
            found["lag"] = charts.lag(figures.lag_days, span, _told_lag(figures))
    several = [row for row in figures.story_sizes if row["size"] != "1"]
    if several:
        rows = [row | {"size": f"{row['size']} articles"} for row in several]
        found["stories"] = charts.bars(rows, "size", "stories", "var(--one)", _told_stories(figures))
    if figures.pick_up:
        found["pick_up"] = charts.grid(figures.pick_up, "agency", "name", "articles", _told_wire(figures))
    if figures.rejections:
        found["rejections"] = charts.bars(
            [row | {"reason": in_words(row["reason"])} for row in figures.rejections],
            "reason",
            "inputs",
            "var(--gap)",
            f"{sum(row['inputs'] for row in figures.rejections):,} inputs became no article, each with its reason.",
        )
    if figures.dates:
        rows = _named(figures.dates, "source", SOURCES)
        found["dates"] = charts.parts(rows, "source", "precision", "articles", charts.PRECISIONS, _told_dates(figures))
    return found


def _listened(feeds: Sequence[FeedHealth]) -> list[FeedHealth]:
    """Feeds that are enabled or were ever asked, those in trouble first: the registry lists hundreds more."""
    order = list(STATES)
    return sorted(
        (feed for feed in feeds if feed.enabled or feed.polls),
        key=lambda feed: (order.index(feed.state), feed.publisher or "", feed.feed_url),
    )


def _named(rows: Rows, name: str, words: dict[str, str]) -> Rows:
    return [row | {name: words.get(row[name], row[name])} for row in rows]


def _told_volume(figures: Figures) -> str:
    days: Counter[Any] = Counter()
    for row in figures.volume:
        days[row["day"]] += row["articles"]
    most = max(days, key=lambda day: days[day])
    pattern = {"day": "%-d %B %Y", "month": "%B %Y", "year": "%Y"}[figures.unit]
    return (
        f"{days.total():,} articles by {figures.unit} of publication, by the way they came; most,"
        f" {days[most]:,}, {'on' if figures.unit == 'day' else 'in'} {most:{pattern}}."
    )


def _told_lag(figures: Figures) -> str:
    total = sum(row["articles"] for row in figures.lag_days)
    middle = sorted(row["median"] for row in figures.lag_days)[len(figures.lag_days) // 2]
    return (
        f"From publication to capture, {total:,} polled articles whose instant is known: on the usual {figures.unit}"
        f" half were here after {minutes(middle)}. The line is the median, the dotted one the slowest tenth."
    )


def _told_stories(figures: Figures) -> str:
    several = [row for row in figures.story_sizes if row["size"] != "1"]
    alone = sum(row["stories"] for row in figures.story_sizes if row["size"] == "1")
    return (
        f"{sum(row['stories'] for row in several):,} stories ran more than once, in"
        f" {sum(row['articles'] for row in several):,} articles; {alone:,} articles stand alone."
    )


def _told_wire(figures: Figures) -> str:
    papers = len({row["publisher"] for row in figures.pick_up})
    agencies = len({row["agency"] for row in figures.pick_up})
    return f"Articles that credit an agency: {papers} papers, {agencies} agencies, those with most."


def _told_dates(figures: Figures) -> str:
    total = sum(row["articles"] for row in figures.dates)
    undated = sum(row["articles"] for row in figures.dates if row["source"] == "none")
    doubted = sum(row["doubted"] for row in figures.dates)
    return (
        f"Where the date of {total:,} articles comes from: {undated:,} have none, {doubted:,} are flagged as doubtful."
    )


def _count(value: int) -> str:
    return f"{value:,}"


def _instant(value: datetime | None) -> str:
    return f"{value.astimezone(UTC):%-d %B %Y, %H:%M} UTC" if value else "never"


def _moment(value: datetime | None) -> str:
    return f"{value.astimezone(UTC):%-d %b %Y, %H:%M}" if value else "never"


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.0%}"


def _rate(value: float | None) -> str:
    return "–" if value is None else f"{value:.1f}" if value < 10 else f"{value:.0f}"
