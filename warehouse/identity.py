"""Which article an input is, and whether its text is new: decided in the order of the batch, purely."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import NAMESPACE_URL, UUID, uuid5

Outcome = Literal["article", "revision", "known", "rejected"]


@dataclass(frozen=True, slots=True)
class Arrival:
    """One row of a batch that names an article: a text, or a revisit or earlier capture of one."""

    seq: int
    url_keys: tuple[str, ...]  # most believed first
    text_hash: str | None  # None: no text came, the article must be known already
    captured_at: datetime
    seen_article: UUID | None = None  # the article that the earlier reading of the same capture became
    replaces: str | None = None  # text hash of the earlier reading of the same capture that this one takes the place of


@dataclass(frozen=True, slots=True)
class Verdict:
    seq: int
    outcome: Outcome
    article_id: UUID | None
    text_hash: str | None
    stores_text: bool  # append a row to `revisions`


def article_id(url_keys: Sequence[str], text_hash: str) -> UUID:
    """The id of an article that is new: v5 of its most believed URL key, without any URL of its text."""
    return uuid5(NAMESPACE_URL, url_keys[0] if url_keys else f"text:{text_hash}")


def decide(
    arrivals: Iterable[Arrival],
    *,
    article_of_key: Mapping[str, UUID],
    first_captured: Mapping[tuple[UUID, str], datetime],
) -> list[Verdict]:
    """One verdict an arrival.

    `article_of_key` and `first_captured` (article and text hash -> earliest capture) are what the warehouse knows of
    the keys and articles concerned. A text met again is `known`; it is stored once more only when this capture is
    older, because revisions are numbered by their earliest capture, in whatever order captures arrive.
    """
    by_key, earliest = dict(article_of_key), dict(first_captured)
    articles = {article for article, _ in earliest}
    verdicts = []
    for arrival in arrivals:
        found = next((by_key[key] for key in arrival.url_keys if key in by_key), arrival.seen_article)
        if arrival.replaces is not None:  # a capture read again belongs to its article, whatever URL it now names
            found = arrival.seen_article or found
        if arrival.text_hash is None:
            verdicts.append(Verdict(arrival.seq, "known" if found else "rejected", found, None, False))
            continue
        article = found or article_id(arrival.url_keys, arrival.text_hash)
        text = (article, arrival.text_hash)
        outcome: Outcome = "known" if text in earliest else "revision" if article in articles else "article"
        stores_text = text not in earliest or arrival.captured_at < earliest[text]
        if arrival.replaces is not None:
            outcome, stores_text = "revision", True
        verdicts.append(Verdict(arrival.seq, outcome, article, arrival.text_hash, stores_text))
        earliest[text] = min(arrival.captured_at, earliest.get(text, arrival.captured_at))
        articles.add(article)
        for key in arrival.url_keys:
            by_key.setdefault(key, article)
    return verdicts
