"""A warehouse in a temporary folder, and rows as the extraction would spool them."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tasks.dedupe.normal import text_hash
from tasks.model import Article, Capture, Published, Rejection, Revisit, Updated
from tasks.url import url_key
from warehouse import spool as spooling
from warehouse.append import Drained, drain
from warehouse.connect import opened
from warehouse.place import Place, place

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@dataclass
class Shop:
    """A warehouse with the few moves that the tests make."""

    place: Place
    said: list[str] = field(default_factory=list)
    offset: int = 0

    def spool(self, *rows: spooling.Row, run_id: str = "run-1") -> spooling.Batch:
        return spooling.write_batch(self.place.spool, rows, run_id=run_id, program="presshouse/test")

    def drain(self, wait: float = 0.2) -> Drained:
        return drain(self.place, wait=wait, say=self.said.append)

    def add(self, *rows: spooling.Row, run_id: str = "run-1") -> Drained:
        self.spool(*rows, run_id=run_id)
        return self.drain()

    def ask(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        with opened(self.place.file, read_only=True, wait=1) as connection:
            return connection.execute(sql, list(values)).fetchall()

    def article(
        self,
        url: str | None,
        text: str = "One text.\n\nOf two paragraphs.",
        *,
        captured_at: datetime = NOON,
        canonical: str | None = None,
        published: Published = Published(),  # noqa: B008 - frozen
        **changes: Any,
    ) -> spooling.Row:
        self.offset += 100
        fetched = url or "file:///somewhere.txt"
        capture = Capture(fetched, captured_at, "warc", "/w/a.warc.gz", self.offset, "text/html", text.encode())
        keys = [key for one in (canonical, url) if one and (key := url_key(one))]
        values: dict[str, Any] = {
            "fetched_url": fetched,
            "url": canonical or url,
            "url_keys": tuple(dict.fromkeys(keys)),
            "text_hash": text_hash(text),
            "publisher": "example.com",
            "publisher_name": "Example",
            "country": "GB",
            "language": "en",
            "title": "A title",
            "description": None,
            "text": text,
            "authors": ("Ada Byron",),
            "agencies": (),
            "keywords": (),
            "dateline": None,
            "section": None,
            "image_url": None,
            "published": published,
            "updated": Updated(),
            "captured_at": captured_at,
            "word_count": len(text.split()),
            "access": "full",
            "rights_reserved": None,
            "via": "warc",
            "language_declared": "en",
            "extractor": "test/1",
            "capture_file": capture.capture_file,
            "capture_offset": capture.capture_offset,
        }
        figures = spooling.CaptureFigures(f"digest-{self.offset}", len(text))
        return spooling.article_row(capture, figures, Article(**(values | changes)), None, NOON)

    def rejection(self, url: str, reason: str = "consent") -> spooling.Row:
        self.offset += 100
        capture = Capture(url, NOON, "warc", "/w/a.warc.gz", self.offset, "text/html", b"x")
        rejected = Rejection(url, reason, "because", NOON, "warc", capture.capture_file, capture.capture_offset)
        return spooling.rejection_row(rejected, capture, spooling.CaptureFigures(f"digest-{self.offset}", 1))

    def revisit(self, url: str) -> spooling.Row:
        self.offset += 100
        return spooling.revisit_row(Revisit(url, url, NOON, "warc", "/w/a.warc.gz", self.offset), NOON)


@pytest.fixture
def shop(tmp_path: Path, empty_warehouse: Path) -> Shop:
    return copied(empty_warehouse, tmp_path, "w")


@pytest.fixture
def make_shop(tmp_path: Path, empty_warehouse: Path) -> Callable[[str], Shop]:
    """Further warehouses beside the first."""
    return lambda name: copied(empty_warehouse, tmp_path, name)


def copied(warehouse: Path, folder: Path, name: str, offset: int = 0) -> Shop:
    """A warehouse of one's own, as this one is, in a folder; `offset` is that of the last capture in it."""
    where = place(folder / "data", folder / f"{name}.duckdb")
    shutil.copy(warehouse, where.file)
    return Shop(where, offset=offset)
