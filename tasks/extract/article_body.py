"""The text that a page states itself, as `articleBody`: a source where the markup has none, a witness where it has."""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from lxml import etree, html

from tasks.extract.densest import blocks_in
from tasks.extract.paragraphs import Block, tidy
from tasks.extract.parsed import html_parser
from tasks.extract.schema import clean
from tasks.extract.small_tree import small_tree_of

MIN_BODY = 200  # characters; shorter ones are teasers
MAX_BODY = 1_000_000
CLEARLY_LESS = 0.5  # markup text below this share of the stated body gives way to it
AGREEMENT = 0.85  # share of the stated body found in the markup from which on it can speak about single blocks
COVERAGE = 0.6  # share of the markup text that it must cover for that
FOREIGN = 0.2  # share of a block's word pairs in the stated body below which the block is none of it
MIN_WITNESSED = 5  # words of a block; shorter ones are subheadings, which stated bodies often lack

_TAG = re.compile(r"</?(?:p|br|div|h\d|li|ul|a|b|em|strong|span|blockquote)\b", re.IGNORECASE)


def stated_blocks(node: dict[str, Any] | None) -> list[Block]:
    """The `articleBody` or `text` of the article node as blocks; markup in it is read. Empty when it is too short."""
    body = (node or {}).get("articleBody") or (node or {}).get("text")
    if not isinstance(body, str) or not MIN_BODY <= len(body) <= MAX_BODY:
        return []
    if "&lt;" in body:
        body = body.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").replace("&quot;", '"')
    if _TAG.search(body):
        return blocks_of_markup(body)
    parts = (tidy(clean(part) or "") for part in re.split(r"\s*\n\s*", body))
    return [Block("p", part) for part in parts if part]


def blocks_of_markup(markup: str) -> list[Block]:
    """Blocks of a fragment of HTML; empty when it cannot be parsed."""
    try:
        element = html.fragment_fromstring(markup.encode("utf-8", "replace"), create_parent="div", parser=html_parser())
    except (etree.ParserError, etree.XMLSyntaxError):
        return []
    return blocks_in(small_tree_of(element))


def without_foreign(blocks: Sequence[Block], stated: Sequence[Block]) -> list[Block]:
    """Blocks that the stated body has too, subheadings, what stands before it and what follows a body that was cut.

    It speaks only where it agrees with the markup and covers most of it; a list, table or link box between its
    paragraphs is then an insertion. A standfirst often stands before it.
    """
    theirs = _pairs(stated)
    if not theirs:
        return list(blocks)
    mine = _pairs(blocks)
    if len(theirs & mine) < AGREEMENT * len(theirs) or len(theirs & mine) < COVERAGE * len(mine):
        return list(blocks)
    shares = [_share_in(block, theirs) for block in blocks]
    known = [number for number, share in enumerate(shares) if share >= 1 - FOREIGN]
    if not known:
        return list(blocks)
    first, last = known[0], known[-1]
    complete = _ends_alike(blocks[last], stated[-1])
    return [
        block
        for number, (block, share) in enumerate(zip(blocks, shares, strict=True))
        if share >= FOREIGN or number < first or (number > last and not complete)
    ]


def _share_in(block: Block, theirs: set[tuple[str, str]]) -> float:
    """Share of the block's word pairs in the stated body; 1 for blocks too short to tell."""
    words = _words(block)
    if block.kind == "head" or len(words) < MIN_WITNESSED:
        return 1.0
    pairs = set(pairwise(words))
    return len(pairs & theirs) / len(pairs)


def _ends_alike(block: Block, last: Block) -> bool:
    return _words(block)[-4:] == _words(last)[-4:]


def _pairs(blocks: Sequence[Block]) -> set[tuple[str, str]]:
    return {pair for block in blocks for pair in pairwise(_words(block))}


def _words(block: Block) -> list[str]:
    return re.findall(r"\w+", block.text.casefold())
