"""The spool: extracted batches as Parquet files, written whole or not at all, that wait for the one writer.

A row is one input that was seen, in the order of the source. Each column is a struct, a table's row to be or what the
append needs to decide; those that do not apply are NULL:

capture    the bytes that were read           article    the text that was made of them
rejection  why there is none                  revisit    a record that names an earlier capture by URL
seen       a capture that an earlier run read run        the start or end of a run
shingles   what the article's text is known by
poll       a feed or sitemap that was asked for      entry   what it says of a URL, when that is new
reading    a stored capture that was read again: what came of it
unit       a unit of a backfill that came to an end
"""

import json
import os
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from tasks.model import Article, Capture, Rejection, Revisit
from tasks.owners import PARTIAL, is_abandoned, partial
from tasks.url import url_key
from warehouse.spool_schema import ARTICLE, CAPTURE, SCHEMA, SHINGLES
from warehouse.waiting import waiting as waiting

# Asked of the structs once: asked anew for each row it was nine tenths of what a row costs.
_OF_CAPTURE, _OF_ARTICLE, _OF_SHINGLES = (tuple(field.name for field in one) for one in (CAPTURE, ARTICLE, SHINGLES))
BROKEN = ".broken"  # suffix of a batch that cannot be read


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch file in the spool, as its own footer describes it."""

    path: Path
    batch_id: str
    run_id: str
    program: str
    articles: int
    rows: int


@dataclass(frozen=True, slots=True)
class CaptureFigures:
    """What is stored of a capture's bytes besides their place."""

    payload_sha256: str | None
    body_bytes: int | None


Row = dict[str, Any]


def new_id() -> str:
    """An id that sorts by time: the order in which waiting batches are appended."""
    return f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}-{secrets.token_hex(4)}"


def article_row(
    capture: Capture, figures: CaptureFigures, article: Article, rights: str | None, seen_at: datetime
) -> Row:
    """The spool row of a capture that became an article."""
    published, updated = article.published, article.updated
    return {
        "capture": capture_struct(capture, figures, rights, seen_at),
        "url_keys": list(article.url_keys),
        "article": {
            **{name: getattr(article, name, None) for name in _OF_ARTICLE},
            "published_at": published.at,
            "published_date": published.date,
            "published_precision": published.precision,
            "published_offset_minutes": published.offset_minutes,
            "published_from": published.source,
            "published_raw": published.raw,
            "date_flags": list(published.flags),
            "updated_at": updated.at,
            "updated_raw": updated.raw,
        },
        "shingles": {name: getattr(article.shingles, name) for name in _OF_SHINGLES} if article.shingles else None,
    }


def rejection_row(
    rejection: Rejection, capture: Capture | None, figures: CaptureFigures | None, *, outcome: str = "rejected"
) -> Row:
    """The spool row of an input that did not become an article; `capture` when there were bytes.

    `outcome`: "rejected", or "deferred" for what a later run tries again.
    """
    row: Row = {
        "rejection": {
            "fetched_url": rejection.fetched_url,
            "seen_at": rejection.seen_at,
            "via": rejection.via,
            "outcome": outcome,
            "reason": rejection.reason,
            "detail": rejection.detail or None,
            "capture_file": rejection.capture_file,
            "capture_offset": rejection.capture_offset,
        }
    }
    if capture is not None and figures is not None:
        row["capture"] = capture_struct(capture, figures, None, rejection.seen_at)
    return row


def revisit_row(revisit: Revisit, seen_at: datetime) -> Row:
    """The spool row of a revisit: the append looks whether its URL is known."""
    keys = [key for url in (revisit.original_url, revisit.fetched_url) if (key := url_key(url))]
    return {"capture": _revisit_struct(revisit, seen_at), "url_keys": list(dict.fromkeys(keys))}


def seen_row(capture: Row, original: tuple[str, int]) -> Row:
    """The spool row of a capture (a `capture` struct) that was read before, at the place `original`."""
    return {"capture": capture, "seen": {"capture_file": original[0], "capture_offset": original[1]}}


def run_row(flow: str, event: str, arguments: Mapping[str, object], happened_at: datetime) -> Row:
    return {
        "run": {
            "flow": flow,
            "event": event,
            "happened_at": happened_at,
            "arguments": json.dumps(arguments, ensure_ascii=False, default=str),
        }
    }


def capture_struct(capture: Capture, figures: CaptureFigures, rights: str | None, seen_at: datetime) -> Row:
    return {
        **{name: getattr(capture, name, None) for name in _OF_CAPTURE},
        "seen_at": seen_at,
        "payload_sha256": figures.payload_sha256,
        "body_bytes": figures.body_bytes,
        "rights": rights,
        "etag": capture.header("etag"),
        "last_modified": capture.header("last-modified"),
    }


def _revisit_struct(revisit: Revisit, seen_at: datetime) -> Row:
    return {**{name: getattr(revisit, name, None) for name in _OF_CAPTURE}, "seen_at": seen_at}


def write_batch(spool: Path, rows: Sequence[Row], *, run_id: str, program: str) -> Batch:
    """Write a batch and make it durable: temporary name, fsync, rename. Atomic: a crash leaves no half batch."""
    batch_id = new_id()
    numbered = [{"seq": seq, **row} for seq, row in enumerate(rows)]
    articles = sum("article" in row for row in rows)
    facts = {
        "batch_id": batch_id,
        "run_id": run_id,
        "program": program,
        "articles": str(articles),
        "rows": str(len(rows)),
    }
    table = pa.Table.from_pylist(numbered, schema=SCHEMA.with_metadata(facts))
    spool.mkdir(parents=True, exist_ok=True)
    path = spool / f"{batch_id}.parquet"
    unfinished = partial(path)
    with unfinished.open("wb") as stream:
        pq.write_table(table, stream, compression="zstd")
        stream.flush()
        os.fsync(stream.fileno())
    unfinished.rename(path)
    _sync_folder(spool)
    return Batch(path, batch_id, run_id, program, articles, len(rows))


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sweep(spool: Path, *, is_shared: bool = False) -> None:
    """Remove what writers that were killed left half-written; those that live are left alone.

    `is_shared`: other machines write there too.
    """
    for left in spool.glob(f"*{PARTIAL}"):
        if is_abandoned(left, is_shared=is_shared):
            left.unlink(missing_ok=True)


def read_facts(path: Path) -> Batch:
    """What a batch file says of itself. Raises OSError or pyarrow.ArrowInvalid when it cannot be read."""
    facts = {k.decode(): v.decode() for k, v in (pq.read_schema(path).metadata or {}).items()}
    try:
        return Batch(
            path, facts["batch_id"], facts["run_id"], facts["program"], int(facts["articles"]), int(facts["rows"])
        )
    except KeyError as error:
        raise pa.ArrowInvalid(f"{path} is no batch: its footer has no {error}") from error


def readable(spool: Path) -> list[Path]:
    """The waiting batches without those that cannot be read: the drain sets these aside and says so."""
    found: list[Path] = []
    for path in waiting(spool):
        try:
            read_facts(path)
        except (OSError, pa.ArrowInvalid):
            continue
        found.append(path)
    return found


def count_articles(paths: Iterable[Path]) -> int:
    """Articles in waiting batches; batches that another run has just appended count nothing."""
    total = 0
    for path in paths:
        try:
            total += read_facts(path).articles
        except FileNotFoundError:
            continue
    return total
