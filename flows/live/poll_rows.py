"""Rows of what asking for lists brought: polls and entries, as the spool takes them."""

from dataclasses import dataclass
from datetime import UTC, datetime

from tasks.fetch.outcome import FetchDeferred, Fetched, FetchRejected, Validators
from tasks.fetch.wanted import Decided
from tasks.model import REASONS, Rejection
from tasks.url import redact
from warehouse import spool as spooling


@dataclass(frozen=True, slots=True)
class Poll:
    """A feed or sitemap that is to be asked for."""

    url: str  # may hold a secret
    is_named: bool  # on the command line
    depth: int = 0  # of an index that named it

    @property
    def feed_url(self) -> str:
        """What it is stored as."""
        return redact(self.url)


def entry_row(of: Poll, fetched: Fetched, one: Decided, shown: str | None) -> spooling.Row:
    """What a list says of one page. `shown`: its URL without secrets."""
    entry = one.listed.entry
    return {
        "feed_url": of.feed_url,
        "url": shown,
        "entry_key": one.key,
        "guid": redact(entry.guid) if entry.guid else None,
        "title": entry.title,
        "published_raw": entry.published_raw,
        "updated_raw": entry.updated_raw,
        "published_at": one.listed.published_at,
        "updated_at": one.listed.updated_at,
        "language": entry.language,
        "seen_at": fetched.fetched_at,
        "event": one.event,
        "decision": one.decision,
        "problem": entry.problem,
        "fingerprint": one.fingerprint,
    }


def answered(one: Poll, fetched: Fetched, result: str, sent: Validators | None) -> spooling.Row:
    """The row of a list that answered; `sent`: with what it was asked whether it had changed."""
    told = fetched.validators(sent)
    return {
        "feed_url": one.feed_url,
        "polled_at": fetched.fetched_at,
        "scheduled": not one.is_named,
        "result": result,
        "status": fetched.status,
        "moved_url": fetched.moved_url,
        "etag": told.etag,
        "last_modified": told.last_modified,
        "body_sha256": told.body_sha256,
        "body_bytes": len(fetched.body),
        "problems": [],
    }


def failed_poll(one: Poll, outcome: FetchDeferred | FetchRejected) -> spooling.Row:
    """The row of a list that could not be had."""
    later = outcome if isinstance(outcome, FetchDeferred) else None
    return {
        "feed_url": one.feed_url,
        "polled_at": datetime.now(UTC),
        "scheduled": not one.is_named,
        "result": "failed",
        "status": outcome.status,
        "failure": outcome.failure,
        "reason": outcome.reason,
        "detail": outcome.detail or None,
        "retry_after_s": later.retry_after_s if later else None,
        "problems": [],
    }


def page_row(one: Poll, outcome: FetchDeferred | FetchRejected) -> spooling.Row:
    """The row of a URL of the command line that could not be had: nobody knows whether it is a list."""
    rejection = Rejection(one.feed_url, outcome.reason, outcome.detail, datetime.now(UTC), "page")
    kind = "deferred" if isinstance(outcome, FetchDeferred) else "rejected"
    return spooling.rejection_row(rejection, None, None, outcome=kind)


def in_words(outcome: FetchDeferred | FetchRejected) -> str:
    """Why there is no answer, for people."""
    detail = f" ({outcome.detail})" if outcome.detail else ""
    return f"{REASONS.get(outcome.reason, outcome.reason)}{detail}"


def unreadable(one: Poll, fetched: Fetched, failure: str, reason: str, detail: str) -> spooling.Row:
    """The row of an answer that could not be read."""
    row = answered(one, fetched, "failed", None)
    return row | {"failure": failure, "reason": reason, "detail": detail or None, "body_sha256": None}
