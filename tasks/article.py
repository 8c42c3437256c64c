"""The whole step from a capture to an article: extract, then normalise. Runs in the pool's processes."""

from datetime import UTC, datetime
from pathlib import Path

from tasks.dedupe.normal import text_hash
from tasks.errors import Rejected
from tasks.extract import extract_article
from tasks.model import Article, Capture, Page, Rejection
from tasks.normalise.agency import agencies
from tasks.normalise.byline import authors
from tasks.normalise.dateline import dateline
from tasks.normalise.dates import published, updated
from tasks.normalise.language import language
from tasks.normalise.publisher import publisher
from tasks.normalise.words import word_count
from tasks.registry import Registry, load_registry
from tasks.url import canonical_url, redact, url_key

_registry: Registry | None = None  # of this process; set once by `prepare`


def prepare(seeds: Path) -> None:
    """Make a pool's process ready: everything that is slow to load is loaded before the first page."""
    global _registry  # noqa: PLW0603 - a process of the pool has one registry for its life
    _registry = load_registry(seeds)
    language("The first call loads the model, so that no page pays for it.")


def article_or_rejection(capture: Capture) -> Article | Rejection:
    """The call that the pool makes. What a page did wrong becomes a rejection; anything else is an error of ours."""
    if _registry is None:
        raise RuntimeError("prepare() must run first in every process of the pool")
    try:
        return make_article(capture, _registry)
    except Rejected as error:
        return Rejection(
            fetched_url=capture.fetched_url,
            reason=error.reason,
            detail=error.detail,
            seen_at=datetime.now(UTC),
            via=capture.via,
            capture_file=capture.capture_file,
            capture_offset=capture.capture_offset,
        )


def make_article(capture: Capture, registry: Registry) -> Article:
    """Extract and normalise one capture. Raises Rejected with a key of `tasks.model.REASONS`."""
    page = extract_article(capture)
    return _normalised(capture, page, registry)
