"""What is no article among text dumps, and what is only the beginning of one."""

import re
from collections.abc import Collection, Sequence
from typing import NoReturn

from tasks.errors import Rejected
from tasks.extract.dump_blocks import Block
from tasks.extract.dump_body import is_prose
from tasks.extract.dump_words import has_price, is_caption, is_closed, is_subscription
from tasks.extract.verdict import CONSENT, NOT_FOUND
from tasks.model import Access

SNIFFED_CHARS = 65_536
MAX_ODD_SHARE = 0.02  # control and replacement characters; text has next to none
STUB_COLUMNS = 900  # about 150 words: a text below this before an offer is the beginning of one that is sold
SHORT_COLUMNS = 700  # about 120 words: bodies up to this length are looked at twice
CONSENT_WORDS = 4  # that a consent text holds at least, and one of them
CONSENT_EVERY = 150  # characters
CONSENT_CHARS = 4_000  # of a text that are looked at
OFFER_BLOCKS = 15  # behind the body in which its offer stands
HEAD_LINES = 12  # in which a page that was not found says so
LIST_LINES = 8  # short lines without any prose: a table or a list of links
TEASERS_MIN, TEASER_COLUMNS = 6, 330  # that many short paragraphs, each alone under a line of its own: a section page

_MAGIC = ("%PDF-", "\x89PNG", "GIF8", "PK\x03\x04", "\x7fELF", "Rar!", "{\\rtf", "%!PS")
_ODD = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f\ufffd]")
_PDF_OBJECT = re.compile(r"(?m)^\d{1,7} \d{1,5} obj\b|^endobj\b|^startxref\b|^%%EOF")


def reject_binary(text: str) -> None:
    """Raise `Rejected` for bytes that were decoded though they are no text."""
    start = text[:SNIFFED_CHARS]
    name = next((m for m in _MAGIC if start.lstrip("\ufeff \r\n\t").startswith(m)), None)
    if name is not None:
        raise Rejected("not_html", f"begins with {name!r}")
    if len(_PDF_OBJECT.findall(start)) >= 3:
        raise Rejected("not_html", "the source of a PDF")
    odd = len(_ODD.findall(start))
    if odd > MAX_ODD_SHARE * len(start) and odd > 8:
        raise Rejected("not_html", f"{odd} of the first {len(start)} characters are no text")


def reject_without_body(blocks: Sequence[Block]) -> NoReturn:
    """Raise `Rejected` with the reason why a dump has no body."""
    filled = [b for b in blocks if b.text]
    _reject_not_found(filled)
    _reject_consent(filled)
    if len(filled) >= LIST_LINES:
        raise Rejected("not_an_article", f"{len(filled)} lines and no running text")
    raise Rejected("no_text", f"{len(filled)} lines and no running text")


def reject_no_article(blocks: Sequence[Block], body: Sequence[Block], first: int) -> None:
    """Raise `Rejected` when the body, found from block `first` on, is that of an error page, wall or section page."""
    columns = sum(b.columns for b in body)
    if columns <= SHORT_COLUMNS:
        _reject_not_found([*[b for b in blocks[:first] if b.text][-HEAD_LINES:], *body])
        _reject_consent(body)
    teasers = [b for b in lone_paragraphs(blocks) if b.columns <= TEASER_COLUMNS]
    prose = [b for b in body if is_prose(b)]
    if len(teasers) >= TEASERS_MIN and all(b in teasers for b in prose) and columns <= TEASER_COLUMNS:
        raise Rejected(
            "not_an_article", f"{len(teasers)} short paragraphs, each under a line of its own: a section page"
        )


def lone_paragraphs(blocks: Sequence[Block]) -> list[Block]:
    """Prose with no sentence beside it: teasers of other articles stand so, each under its headline."""
    filled = [b for b in blocks if b.text and not is_caption(b.text)]
    sentence = [False, *(is_prose(b) or is_closed(b.text) for b in filled), False]
    return [b for i, b in enumerate(filled, 1) if is_prose(b) and not sentence[i - 1] and not sentence[i + 1]]


def access_of(blocks: Sequence[Block], body: Sequence[Block], end: int) -> Access:
    """`paywall`: a stub, and an offer behind it. `partial`: longer, but it breaks off before an offer."""
    behind = [b.text for b in blocks[end : end + 2 * OFFER_BLOCKS] if b.text][:OFFER_BLOCKS]
    sold = any(is_subscription(text) for text in behind)
    if not sold:
        return "full"
    if sum(b.columns for b in body) <= STUB_COLUMNS and (any(map(has_price, behind)) or _breaks_off(body)):
        return "paywall"
    return "partial" if _breaks_off(body) else "full"


def _breaks_off(body: Sequence[Block]) -> bool:
    return body[-1].text.endswith(("...", "…", "[…]", "[...]"))


def _reject_not_found(blocks: Collection[Block]) -> None:
    for block in list(blocks)[:HEAD_LINES]:
        if NOT_FOUND.search(block.text[:200]):
            raise Rejected("soft_404", f"says {block.text[:80]!r}")


def is_consent(text: str) -> bool:
    """Whether a text talks of cookies, partners and consent all the time, and in several of their words."""
    found = [m.casefold() for m in CONSENT.findall(text[:CONSENT_CHARS])]
    enough = len(found) >= CONSENT_WORDS and len(set(found)) >= 2
    return enough and len(found) * CONSENT_EVERY >= min(len(text), CONSENT_CHARS)


def _reject_consent(blocks: Collection[Block]) -> None:
    text = " ".join(b.text[:CONSENT_CHARS] for b in blocks)
    if is_consent(text):
        raise Rejected("consent", f"{len(text)} characters about cookies, partners and consent")
