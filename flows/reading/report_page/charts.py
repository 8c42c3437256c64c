"""The page's charts, drawn by Vega as inline SVG.

Each twice, for a wide window and for a phone, so that letters keep their size; the style sheet shows the one that fits.
Colours are the page's variables: the same drawing does for light and dark.

No chart stands alone: `flows.reading.report_page.page` puts the same figures beside it as a table.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import vl_convert

from warehouse.report import Rows

WIDE, NARROW = 1_080, 330  # pixels, of the drawing
ROW = 26  # pixels, of a bar that lies
SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"  # names the language; nothing is fetched
INK, QUIET, LINE = "var(--ink)", "var(--quiet)", "var(--line)"
WAYS = {"polled": "var(--one)", "loaded from files": "var(--two)", "backfilled": "var(--three)"}
PRECISIONS = {"second": "var(--one)", "minute": "var(--four)", "day": "var(--three)", "unknown": "var(--none)"}
MINUTES = [1, 2, 5, 10, 20, 30, 45, 60, 90, 120, 180, 240, 360, 720, 1_440, 2_880, 7_200, 20_160]  # marks of a lag
_MINUTES_LABEL = (
    "datum.value < 90 ? datum.value + ' min' : datum.value < 1440 ? datum.value / 60 + ' h' : datum.value / 1440 + ' d'"
)
_FONT = "system-ui, sans-serif"
LEFT = 20  # pixels kept free at the left: a browser's letters are wider than those that Vega measures
_CONFIG = {
    "font": _FONT,
    "background": None,
    "view": {"stroke": None},
    "axis": {
        "labelColor": QUIET,
        "titleColor": QUIET,
        "domainColor": LINE,
        "tickColor": LINE,
        "gridColor": LINE,
        "labelFontSize": 12,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
        "labelFont": _FONT,
        "titleFont": _FONT,
    },
    "legend": {
        "orient": "top",
        "direction": "horizontal",
        "labelColor": INK,
        "labelFontSize": 12,
        "labelFont": _FONT,
        "title": None,
        "symbolType": "square",
        "offset": 8,
    },
    "text": {"color": INK, "font": _FONT, "fontSize": 12},
}


@dataclass(frozen=True, slots=True)
class Span:
    """The days of a chart, inclusive, and what is counted together: day, month or year."""

    first: date
    last: date
    unit: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """One chart, twice. `told`: what it shows, for those who do not see it."""

    wide: str  # SVG
    narrow: str
    told: str


def volume(rows: Rows, span: Span, told: str) -> Drawing:
    """Articles by day, month or year, in the colours of the way they came."""
    ways = [way for way in WAYS if any(row["way"] == way for row in rows)]
    return _drawn(
        told,
        rows,
        lambda wide: {
            "height": 220 if wide else 190,
            "mark": {"type": "bar", "binSpacing": 0.5},
            "encoding": {
                "x": _time(span, wide),
                "y": {
                    "field": "articles",
                    "type": "quantitative",
                    "aggregate": "sum",
                    "title": "articles" if wide or span.unit != "day" else "articles a week",
                },
                "color": _colours("way", {way: WAYS[way] for way in ways}),
                "order": {"field": "order", "type": "ordinal"},
            },
            "transform": [{"calculate": f"indexof({json.dumps(ways)}, datum.way)", "as": "order"}],
        },
    )


def lag(rows: Rows, span: Span, told: str) -> Drawing:
    """Median and slowest tenth of the time from publication to capture."""
    shown = [row | {"median": max(row["median"], 1.0), "slow": max(row["slow"], 1.0)} for row in rows]
    least, most = min(row["median"] for row in shown), max(row["slow"] for row in shown)
    y = {
        "field": "slow",
        "type": "quantitative",
        "scale": {"type": "log", "nice": False, "domain": [least * 0.7, most * 1.2]},
        "axis": {"values": MINUTES, "labelExpr": _MINUTES_LABEL, "labelOverlap": True},
        "title": None,
    }
    line = {"type": "line", "strokeWidth": 2}
    return _drawn(
        told,
        shown,
        lambda wide: {
            "height": 200 if wide else 180,
            "encoding": {"x": _time(span, wide, whole_weeks=False)},
            "layer": [
                {"mark": {"type": "area", "color": "var(--one)", "opacity": 0.14},
                 "encoding": {"y": y, "y2": {"field": "median"}}},
                {"mark": line | {"color": "var(--one)", "strokeDash": [3, 3], "strokeWidth": 1.2},
                 "encoding": {"y": y}},
                {"mark": line | {"color": "var(--one)"}, "encoding": {"y": y | {"field": "median"}}},
            ],
        },
    )  # fmt: skip


def bars(rows: Rows, name: str, count: str, colour: str, told: str) -> Drawing:
    """Lying bars in the order given, the count at their end."""
    return _drawn(
        told,
        rows,
        lambda wide: {
            "height": {"step": ROW},
            "encoding": {
                "y": _names(name, wide),
                "x": {"field": count, "type": "quantitative", "axis": None, "scale": {"nice": False}},
            },
            "layer": [
                {"mark": {"type": "bar", "color": colour, "height": {"band": 0.72}}},
                {"mark": {"type": "text", "align": "left", "dx": 5},
                 "encoding": {"text": {"field": count, "type": "quantitative", "format": ",d"}}},
            ],
        },
        room=8,
    )  # fmt: skip


def parts(rows: Rows, name: str, part: str, count: str, colours: Mapping[str, str], told: str) -> Drawing:
    """Lying bars made of parts."""
    order = list(colours)
    return _drawn(
        told,
        rows,
        lambda wide: {
            "height": {"step": ROW},
            "transform": [{"calculate": f"indexof({json.dumps(order)}, datum.{part})", "as": "order"}],
            "mark": {"type": "bar", "height": {"band": 0.72}},
            "encoding": {
                "y": _names(name, wide),
                "x": {"field": count, "type": "quantitative", "title": None,
                      "axis": {"tickCount": 6 if wide else 3, "format": "~s"}},
                "color": _colours(part, colours) | {"legend": {"columns": 4 if wide else 2}},
                "order": {"field": "order", "type": "ordinal"},
            },
        },
    )  # fmt: skip


def grid(rows: Rows, across: str, down: str, count: str, told: str) -> Drawing:
    """Counts as a field of tiles, darker where more."""
    most = max(row[count] for row in rows)
    return _drawn(
        told,
        rows,
        lambda wide: {
            "height": {"step": ROW},
            "encoding": {
                "x": {"field": across, "type": "nominal", "title": None, "sort": None,
                      "axis": {"orient": "top", "labelAngle": 0 if wide else -60, "domain": False, "ticks": False}},
                "y": _names(down, wide) | {"sort": None},
            },
            "layer": [
                {"mark": {"type": "rect", "color": "var(--one)", "cornerRadius": 2, "width": {"band": 0.94},
                          "height": {"band": 0.88}},
                 "encoding": {"opacity": {"field": count, "type": "quantitative", "legend": None,
                                          "scale": {"type": "sqrt", "domain": [0, most], "range": [0.06, 0.55]}}}},
                {"mark": {"type": "text", "fontSize": 12 if wide else 10},
                 "encoding": {"text": {"field": count, "type": "quantitative", "format": ",d" if wide else "~s"}}},
            ],
        },
    )  # fmt: skip


def _time(span: Span, wide: bool, *, whole_weeks: bool = True) -> dict[str, Any]:
    """The axis of days; the scale is UTC, so that a day is the same everywhere. Bars on a phone: one a week."""
    time_unit = {"day": "utcyearmonthdate", "month": "utcyearmonth", "year": "utcyear"}[span.unit]
    pattern = {"day": "%-d %b", "month": "%b %Y", "year": "%Y"}[span.unit]
    axis = {"format": pattern, "grid": False, "labelOverlap": "greedy", "tickCount": 10 if wide else 4}
    time = {"field": "day", "type": "temporal", "timeUnit": time_unit, "title": None, "axis": axis}
    if span.unit != "day":
        return time
    first = span.first
    if not wide and whole_weeks:
        time["timeUnit"] = "utcyearweek"
        first -= timedelta(days=1)  # Vega's weeks begin on Sunday
    domain = [
        {"year": day.year, "month": day.month, "date": day.day, "utc": True}
        for day in (first, span.last + timedelta(days=1))
    ]
    return time | {"scale": {"domain": domain}}


def _names(field: str, wide: bool) -> dict[str, Any]:
    axis = {"labelLimit": 240 if wide else 110, "ticks": False, "domain": False, "labelColor": INK, "labelPadding": 8}
    return {"field": field, "type": "nominal", "sort": None, "title": None, "axis": axis}


def _colours(field: str, colours: Mapping[str, str]) -> dict[str, Any]:
    scale = {"domain": list(colours), "range": list(colours.values())}
    return {"field": field, "type": "nominal", "scale": scale, "title": None}


def _drawn(told: str, rows: Sequence[Mapping[str, Any]], spec: Any, *, room: int = 0) -> Drawing:
    """`room`: pixels kept free at the right for what is written behind a bar."""
    values = [{name: _plain(value) for name, value in row.items()} for row in rows]
    wide, narrow = (
        _svg(
            {
                "$schema": SCHEMA,
                "description": told,
                "data": {"values": values},
                "width": width,
                "padding": {"left": LEFT, "top": 2, "bottom": 2, "right": 2 + room},
                "autosize": {"type": "fit-x", "contains": "padding"},
                "config": _CONFIG,
                **spec(width == WIDE),
            }
        )
        for width in (WIDE, NARROW)
    )
    return Drawing(wide, narrow, told)


def _svg(spec: dict[str, Any]) -> str:
    """Vega's drawing as a picture without parts: the table beside it is read instead of hundreds of bars."""
    drawn = str(vl_convert.vegalite_to_svg(spec))
    return drawn.replace("<svg ", '<svg aria-hidden="true" focusable="false" ', 1)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
