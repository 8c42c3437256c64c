"""Which blocks of a text dump are the article's body, by their shape.

Prose is long and has sentences; navigation is short, linked or listed and comes in runs. Every block gets a weight,
the body is the stretch with the largest sum (so a subheading or a caption inside it costs little, a menu a lot), and
what is no prose inside the stretch is taken out.
"""

import re
from collections.abc import Collection, Sequence
from itertools import pairwise

from .dump_blocks import Block
from .dump_words import ENDS_PAGE, ENDS_TEXT, is_aside, is_caption, is_offer

PROSE_COLUMNS = 60  # a sentence of news is seldom shorter, an entry of a menu seldom longer
LONG_COLUMNS = 160  # so long that it is prose without a full stop (Thai has none)
FULL_COLUMNS = 600  # more text in one block is no better evidence
STEP = 100  # columns of prose that outweigh two short lines
WEIGHT_SHORT = -0.45
WEIGHT_LISTED = -0.55
WEIGHT_LINKED = -0.9
WEIGHT_REPEATED = -1.5
WEIGHT_OFFER = -3.0
WEIGHT_END = -12.0  # a copyright line, the heading of the comments

_SENTENCE_END = re.compile(r"[.!?…‥。！？．।؟۔።։။][\"'”“’»«›)\]」』）】]*(?=\s|$)|[。！？][^\s]")
_CLOSED = re.compile(r"[.!?…‥。！？．।؟۔።։။:：][\"'”“’»«›)\]」』）】*]*$")
EXAMINED_CHARS = 2_000  # of a block


def sentences(text: str) -> int:
    """Sentence ends in the first characters of `text`."""
    return len(_SENTENCE_END.findall(text[:EXAMINED_CHARS]))


def is_closed(text: str) -> bool:
    """Whether it ends as a sentence does."""
    return _CLOSED.search(text[-12:]) is not None


def is_prose(block: Block) -> bool:
    """A block that can only be running text."""
    plain = block.columns - block.linked
    if plain < PROSE_COLUMNS or 2 * block.linked > block.columns:
        return False
    return sentences(block.text) > 0 or plain >= LONG_COLUMNS


def weight(block: Block, repeated: Collection[str] = ()) -> float:
    """How much a block speaks for (positive) or against the stretch that holds it."""
    if not block.text:
        return WEIGHT_SHORT / 3
    if ENDS_PAGE(block.text) or ENDS_TEXT(block.text):
        return WEIGHT_END
    if is_offer(block.text):
        return WEIGHT_OFFER
    if block.text in repeated:
        return WEIGHT_REPEATED
    if block.control:
        return WEIGHT_LINKED
    if is_prose(block) and not is_aside(block.text):
        value = min(block.columns - block.linked, FULL_COLUMNS) / STEP
        if is_caption(block.text):
            return 0.0
        if not is_closed(block.text):
            value /= 2
        return value * (0.6 if block.bullet else 1.0)
    if 2 * block.linked > block.columns:
        return WEIGHT_LINKED
    if block.bullet:
        return WEIGHT_LISTED
    return WEIGHT_SHORT if not is_closed(block.text) else -0.1


def body_stretch(blocks: Sequence[Block], repeated: Collection[str] = ()) -> tuple[int, int] | None:
    """(first, end) of the blocks that hold the body, or None without any prose. Begins and ends with prose."""
    best: tuple[float, int, int] = (0.0, 0, 0)
    total, first = 0.0, 0
    for i, block in enumerate(blocks):
        value = weight(block, repeated)
        if total <= 0:
            total, first = 0.0, i
        total += value
        if total > best[0]:
            best = (total, first, i + 1)
    return (best[1], best[2]) if best[0] > 0 else None


def body_blocks(blocks: Sequence[Block], repeated: Collection[str] = ()) -> list[Block]:
    """The blocks of a stretch that are text of the article: without links, captions, asides and repeats."""
    kept: list[Block] = []
    for i, block in enumerate(blocks):
        if not block.text or block.control or block.text in repeated or is_caption(block.text) or is_aside(block.text):
            continue
        if is_offer(block.text):
            continue
        if is_prose(block) or is_closed(block.text):
            if 2 * block.linked <= block.columns or block.columns >= LONG_COLUMNS:
                kept.append(block)
        elif block.bullet:
            if 2 * block.linked <= block.columns:
                kept.append(block)
        elif 2 * block.linked <= block.columns and _is_subheading(blocks, i):
            kept.append(block)
    return _without_duplicates(kept)


def _is_subheading(blocks: Sequence[Block], i: int) -> bool:
    """A short line with prose right behind it, alone in its paragraph."""
    block = blocks[i]
    if block.heading:
        return True
    following = next((b for b in blocks[i + 1 :] if b.text), None)
    return block.gap and following is not None and following.gap and is_prose(following)


def _without_duplicates(blocks: Sequence[Block]) -> list[Block]:
    """Neighbours that say the same (a caption and its picture's text, a standfirst twice) once."""
    out = list(blocks[:1])
    for before, block in pairwise(blocks):
        if block.text != before.text:
            out.append(block)
    return out
