"""What may be kept of a page: not what was forgotten, is outside a backfill, or has its text reserved."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from flows.settings import Settings
from tasks.backfill.scope import FLAG, Scope
from tasks.model import Article, Capture, Rejection
from tasks.registry import load_registry
from tasks.url import host_of, registered_domain
from warehouse.forgotten import REASON as FORGOTTEN


def refused(capture: Capture) -> Rejection:
    """Of what was forgotten: its text never comes into the spool, and the append sees to its bytes."""
    return Rejection(
        capture.fetched_url,
        FORGOTTEN,
        "",
        datetime.now(UTC),
        capture.via,
        capture.capture_file,
        capture.capture_offset,
    )


def within(scope: Scope, article: Article) -> Article | Rejection:
    """The article if the backfill is to keep it, flagged when that is only because it has no date."""
    refusal = scope.refusal(article.published, article.publisher or host_of(article.fetched_url))
    if refusal:
        return Rejection(
            article.fetched_url,
            *refusal,
            datetime.now(UTC),
            article.via,
            article.capture_file,
            article.capture_offset,
        )
    if article.published.date is None:
        flags = (*article.published.flags, FLAG)
        return replace(article, published=replace(article.published, flags=flags))
    return article


def publishers_of(scope: Scope | None, settings: Settings) -> Callable[[str], bool]:
    """Whether the page at a URL may be of a publisher that is asked for; what is no web page may always be."""
    if scope is None or not scope.publishers:
        return lambda _: True
    registry, wanted = load_registry(settings.seeds), set(scope.publishers)

    def is_wanted(url: str) -> bool:
        host = host_of(url)
        if host is None:
            return True
        publisher = registry.publisher_of(host)
        return (publisher.domain if publisher else registered_domain(host) or host) in wanted

    return is_wanted


def as_kept(article: Article, settings: Settings) -> Article:
    """What may be kept of it: without the text, where it is reserved and the settings say so."""
    if article.rights_reserved and settings.reserved == "no_text":
        return replace(article, text="", shingles=None)
    return article
