"""`presshouse why`: what became of a URL or file, step by step, and what was found for each field."""

import json
import os
from argparse import Namespace
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from flows.settings import Settings, settings_of
from tasks.errors import Stop
from tasks.model import REASONS
from warehouse.why import Trace, trace


def command(arguments: Namespace) -> int:
    """`presshouse why`."""
    return explain(arguments.what, settings_of(arguments), evidence=arguments.evidence, as_json=arguments.json)


def explain(what: str, settings: Settings, *, evidence: bool, as_json: bool) -> int:
    """Print what is known of a URL, or of a file and the records in it. Returns the exit status."""
    url, file = named(what)
    found = trace(settings.place, url, file=file)
    fields = _evidence(found, settings) if evidence else []
    if as_json:
        print(json.dumps(asdict(found) | {"evidence": fields}, ensure_ascii=False, default=str))
        return 0
    print("\n".join(_lines(found, settings)))
    for one in fields:
        print(f"\n{one['field']}: {_spelled(one['value'])}")
        for piece in one["found"]:
            print("    " + "  ".join(str(value)[:160] for value in piece.values() if value))
    return 0


def named(what: str) -> tuple[str, Path | None]:
    """The URL that was asked for, and the file or folder where it is one: a path, or a path and `#member`."""
    if not what:
        raise Stop("Name a URL, a file or an article_id: presshouse why seeds/articles")
    path, _, member = what.partition("#")
    if Path(what).exists():
        whole = Path(os.path.realpath(what))
        return whole.as_uri(), whole
    if path and member and Path(path).exists():
        return f"{Path(os.path.realpath(path)).as_uri()}#{member}", None
    return what, None


def _lines(found: Trace, settings: Settings) -> list[str]:
    lines = [found.url, f"  key        {found.url_key or 'none: not an http(s) URL'}"]
    for row in found.forgotten:
        lines.append(f"  forgotten  {_at(row['forgotten_at'])}: {row['reason']}")
    if found.empty:
        return [*lines, "  unknown    neither the warehouse nor its spool has seen it"]
    for row in found.inside:
        lines.append(f"  holds      {row['inputs']:,} inputs: {row['outcome']}{_reason(row | {'detail': None})}")
    if found.waiting:
        lines.append(f"  waiting    {found.waiting} times in {settings.place.spool_shown}; the next run appends it")
    for article in found.articles:
        lines += _article(article, found)
    lines += [f"  url        {url}" for url in found.urls if url != found.url]
    for row in found.revisions:
        place = f", in {row['capture_file']}:{row['capture_offset']}" if row["capture_file"] else ""
        lines.append(
            f"  revision {row['revision']} captured {_at(row['captured_at'])}, {row['word_count']} words{place}"
        )
    lines += [f"  repeated   by its publisher, not in clean_texts: {line[:160]}" for line in found.repeated]
    for row in found.removed:
        lines.append(
            f"  bytes      of {_at(row['captured_at'])} went {_at(row['bytes_removed_at'])} by the rule"
            f" '{row['bytes_removed_by']}'"
        )
    for row in found.listed:
        lines.append(f"  listed     {_at(row['seen_at'])}  {row['event']}, {row['decision']}: {row['feed_url']}")
    for row in reversed(found.polls):
        told = row["detail"] or ""
        if row["listed"] is not None:
            told = f"{row['listed']} entries, {row['new_entries']} new"
        lines.append(f"  polled     {_at(row['polled_at'])}  {row['result']} {row['reason'] or ''} {told}".rstrip())
    for row in reversed(found.outcomes):
        lines.append(f"  seen       {_at(row['seen_at'])}  {row['outcome']}{_reason(row)}")
    return lines


def _article(article: dict[str, Any], found: Trace) -> list[str]:
    published = "unknown"
    if article["published_at"]:
        flags = f", {', '.join(article['date_flags'])}" if article["date_flags"] else ""
        published = (
            f"{article['published_date']} ({_at(article['published_at'])}, to the {article['published_precision']})"
            f" from {article['published_from']}: {article['published_raw']!r}{flags}"
        )
    lines = [
        f"  article    {article['article_id']}  {article['title'] or 'without a title'}",
        f"  publisher  {article['publisher'] or 'unknown'}",
        f"  published  {published}",
        f"  text       {article['word_count']} words, {article['language'] or 'language unknown'}, {article['access']}",
        f"  story      {article['story_id']}, with {len(found.story)} other articles",
    ]
    others = [(row["publisher"] or "unknown publisher", _at(row["published_at"]), row["url"]) for row in found.story]
    return lines + [f"             {'  '.join(other)}" for other in others]


def _reason(row: dict[str, Any]) -> str:
    if not row["reason"]:
        return ""
    detail = f" ({row['detail']})" if row["detail"] else ""
    return f" {row['reason']}: {REASONS.get(row['reason'], 'a reason of another version')}{detail}"


def _spelled(value: Any) -> str:
    if isinstance(value, datetime):
        return _at(value)
    return "; ".join(map(str, value)) if isinstance(value, list) else "unknown" if value is None else str(value)


def _at(instant: datetime | None) -> str:
    return f"{instant:%Y-%m-%d %H:%M:%S} UTC" if instant else "at an unknown time"


def _evidence(found: Trace, settings: Settings) -> list[dict[str, Any]]:
    """The newest capture read again by today's rules; nothing is stored that can be read from the bytes."""
    from tasks.article import explain_article
    from tasks.errors import Rejected
    from tasks.model import Capture
    from tasks.registry import load_registry
    from warehouse.archive_files import capture_at
    from warehouse.place import is_remote

    rows = [row for row in found.outcomes if row["capture_file"]]
    if not rows:
        return []
    if is_remote(rows[0]["capture_file"]):
        value = f"it lies in {rows[0]['capture_file']}, which was not kept (presshouse backfill --keep)"
        return [{"field": "capture", "value": value, "found": []}]
    file = rows[0]["capture_file"]
    try:
        capture = capture_at(settings.place, file, rows[0]["capture_offset"], "file")
        if capture is None:
            value = f"{settings.place.shown(file)} is gone: its evidence cannot be read again"
            return [{"field": "capture", "value": value, "found": []}]
        if not isinstance(capture, Capture):
            return []
        return [asdict(one) for one in explain_article(capture, load_registry(settings.seeds))]
    except Rejected as error:
        return [{"field": "text", "value": None, "found": [{"reason": error.reason, "detail": error.detail}]}]
