"""Whether the page shows all of its article: what it declares, and what its walls look like."""

import re
from typing import Any

from tasks.extract.parsed import ParsedPage
from tasks.model import Access

STUB_WORDS = 150  # a text below this beside wall markup is a teaser; longer ones are free articles with an offer
OPEN_WORDS = 400  # a text above this is there, whatever its paywall flag says: most flagged pages ship it all

_TIER_NAMES = (
    "article:content_tier",
    "content_tier",
    "article:opinion_tier",
    "cxenseparse:content_tier",
    "paywall",
    "premium",
    "is_premium",
    "ispremium",
    "access",
)
_LOCKED = frozenset({"locked", "paid", "premium", "plus", "subscriber", "subscribers", "paywall", "true", "yes", "1"})
_WALL = re.compile(
    r"(?:^|[\s_-])(?:pay-?wall|piano-?(?:offer|inline)|tp-container-inner|subscri(?:be|ption)-?(?:wall|barrier|gate)"
    r"|reg(?:istration)?-?wall|meter-?wall|premium-?(?:wall|teaser|overlay)|content-?gate|c-gate|regwall)",
    re.IGNORECASE,
)


def access(page: ParsedPage, node: dict[str, Any] | None, word_count: int, *, cut: bool) -> Access:
    """`paywall`: the page says the rest is for payers and shows little; `partial`: the capture was cut short.

    Most pages that declare `isAccessibleForFree: false` deliver the whole text and hide it by script: those that
    have it are `full`. A page flagged and short, or short beside wall markup, is `paywall`.
    """
    if cut:
        return "partial"
    flagged = is_declared_paid(page, node)
    if flagged and word_count < OPEN_WORDS:
        return "paywall"
    if word_count < STUB_WORDS and has_wall(page):
        return "paywall"
    return "full"


def is_declared_paid(page: ParsedPage, node: dict[str, Any] | None) -> bool:
    """JSON-LD `isAccessibleForFree: false` of the article or a part of it, or a content tier that is locked."""
    parts = [node or {}, *page.json_ld_of_type("WebPageElement")]  # the article and its `hasPart`
    if any(_is_false(part.get("isAccessibleForFree")) for part in parts):
        return True
    return any(value.strip().lower() in _LOCKED for value in page.meta_values(*_TIER_NAMES))


def _is_false(value: Any) -> bool:
    return value is False or (
        isinstance(value, str) and value.strip().lower().rsplit("/", 1)[-1] in ("false", "no", "0")
    )


def has_wall(page: ParsedPage) -> bool:
    """An element whose class or id names a wall. Scripts and styles do not count, nor templates kept for later."""
    for element in page.tree.iter("div", "section", "aside", "p"):
        marks = f"{element.get('class') or ''} {element.get('id') or ''}"
        if len(marks) > 5 and _WALL.search(marks[:500]):
            return True
    return False
