"""Which blocks of a text dump are the article's body, by their shape.

Prose is long and has sentences; navigation is short, linked or listed and comes in runs. Every block gets a weight,
the body is the stretch with the largest sum (so a subheading or a caption inside it costs little, a menu a lot), and
what is no prose inside the stretch is taken out.
"""

import re
from collections import Counter
from collections.abc import Collection, Sequence

from tasks.extract.dump_blocks import Block
from tasks.extract.dump_words import (
    CAPTION_CHARS,
    ends_page,
    ends_text,
    is_aside,
    is_caption,
    is_closed,
    is_dated,
    is_offer,
    is_related_heading,
    sentences,
)

PROSE_COLUMNS = 60  # a sentence of news is seldom shorter, an entry of a menu seldom longer
LONG_COLUMNS = 160  # so long that it is prose without a full stop (Thai has none)
FULL_COLUMNS = 600  # more text in one block is no better evidence
STEP = 75  # columns of prose that outweigh two short lines
WEIGHT_SHORT = -0.45
WEIGHT_LISTED = -0.55
WEIGHT_CLOSED = -0.1  # a short sentence
WEIGHT_EMPTY = -0.15  # an image
WEIGHT_LINKED = -0.8
LISTED_PROSE, CUT_PROSE = 0.6, 0.4  # of its weight has prose in a list, and prose that ends as no sentence: a teaser
ALONE = 0.6  # of its weight has prose without prose beside it
RUN_MORE, RUN_MOST = 0.2, 1.5  # each further short line in a row weighs more, up to half as much again
WEIGHT_REPEATED = -1.5
WEIGHT_DATED = -0.9
WEIGHT_OFTEN = -0.9
WEIGHT_OFFER = -1.5
WEIGHT_RELATED = -1.5  # the heading over teasers: text may go on behind them
WEIGHT_END = -12.0  # a copyright line, the heading of the comments
TWIN_CHARS = 40  # two neighbours that begin with as many equal characters say the same
OFTEN = 3  # times that a line stands in one file before it is no text of the article
MAX_STRETCHES = 60  # looked at, the largest; a page has a handful
FIRST_SHARE = 0.05  # of the largest sum: a stretch with less is not the article

_UNSPACED = re.compile("[\u0e00-\u0e7f\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff]")  # scripts that part no words
MAX_WORD = 25  # columns of a word on average: beyond that they are addresses
VARIED_WORDS = 60  # first words of prose, of which two fifths differ; buttons say the same again and again
EXAMINED_CHARS = 2_000  # of a block


def is_prose(block: Block) -> bool:
    """A block that can only be running text."""
    plain = block.columns - block.linked
    if block.columns > MAX_WORD * (1 + block.text.count(" ")) and not _UNSPACED.search(block.text[:EXAMINED_CHARS]):
        return False  # addresses
    if plain < PROSE_COLUMNS or 2 * block.linked > block.columns:
        return False
    words = block.text[:EXAMINED_CHARS].casefold().split()[:VARIED_WORDS]
    if 5 * len(set(words)) < 2 * len(words):
        return False  # "share Share share on ..."
    return sentences(block.text[:EXAMINED_CHARS]) > 0 or (plain >= LONG_COLUMNS and _runs_on(block.text))


def _runs_on(text: str) -> bool:
    """Whether a long text without a full stop is a sentence all the same: Thai has none; menus have capitals."""
    words = text[:EXAMINED_CHARS].split()
    small = sum(not w[0].isupper() for w in words)
    return 3 * small >= 2 * len(words) and 5 * len(set(words)) >= 3 * len(words)


def weights(blocks: Sequence[Block], repeated: Collection[str] = ()) -> list[float]:
    """How much each block speaks for (positive) or against (negative) the stretch that holds it.

    In company a sign counts more: prose beside prose is text, prose alone among short lines is a teaser; the third
    short line in a row is rather a menu than the first, which may be a subheading.
    """
    times = Counter(b.text for b in blocks if b.text)
    prose = [is_prose(b) for b in blocks if b.text]
    out: list[float] = []
    run, seen = 0, 0
    for block in blocks:
        value = _weight(block, repeated, often=times[block.text] >= OFTEN if block.text else False)
        if block.text:
            alone = not any(prose[max(0, seen - 1) : seen] + prose[seen + 1 : seen + 2])
            seen += 1
            run = 0 if value > 0 else run + 1
            value *= (ALONE if alone else 1.0) if value > 0 else min(RUN_MOST, 1 + RUN_MORE * (run - 1))
        out.append(value)
    return out


def _weight(block: Block, repeated: Collection[str], *, often: bool) -> float:
    text = block.text
    if not text:
        return WEIGHT_EMPTY
    if ends_page(text) or ends_text(text):
        return WEIGHT_END
    if is_related_heading(text):
        return WEIGHT_RELATED
    if text in repeated:
        return WEIGHT_REPEATED
    if is_offer(text):
        return WEIGHT_OFFER
    if often:
        return WEIGHT_OFTEN
    if block.control:
        return WEIGHT_LINKED
    if is_prose(block) and not is_aside(text):
        if is_caption(text):
            return 0.0
        value = min(block.columns - block.linked, FULL_COLUMNS) / STEP
        whole = is_closed(text) and not text.endswith(("...", "…"))
        return value * (LISTED_PROSE if block.bullet else 1.0) * (1.0 if whole else CUT_PROSE)
    if 2 * block.linked > block.columns:
        return WEIGHT_LINKED
    if is_dated(text):
        return WEIGHT_DATED
    if block.bullet:
        return WEIGHT_LISTED
    return WEIGHT_SHORT if not is_closed(text) else WEIGHT_CLOSED


def stretches(values: Sequence[float]) -> list[tuple[float, int, int]]:
    """All maximal stretches (sum, first, end) with a positive sum, in order: none gains by being longer or shorter.

    The linear-time algorithm of Ruzzo and Tompa (1999).
    """
    done: list[tuple[float, float, int, int]] = []  # (sum before, sum with, first, end)
    open_: list[tuple[float, float, int, int]] = []  # those that later ones may still join; sums before them rise
    total = 0.0
    for i, value in enumerate(values):
        before, total = total, total + value
        if value <= 0:
            continue
        found = (before, total, i, i + 1)
        while open_:
            if open_[-1][0] >= found[0]:
                done.append(open_.pop())
            elif open_[-1][1] < found[1]:
                joined = open_.pop()
                found = (joined[0], found[1], joined[2], found[3])
            else:
                break
        open_.append(found)
    kept: list[tuple[float, int, int]] = []
    for before, after, first, end in sorted(done + open_, key=lambda s: (s[2], -s[3])):
        if not kept or first >= kept[-1][2]:  # else it lies inside a longer one
            kept.append((after - before, first, end))
    return kept


def body_stretches(blocks: Sequence[Block], repeated: Collection[str] = ()) -> list[tuple[float, int, int]]:
    """(sum, first, end) of the stretches large enough to hold the body, in order. Each begins and ends with prose."""
    found = stretches(weights(blocks, repeated))
    largest = sorted((total for total, _, _ in found), reverse=True)[:MAX_STRETCHES]
    enough = max(largest[-1], FIRST_SHARE * largest[0]) if largest else 0.0
    return [stretch for stretch in found if stretch[0] >= enough][:MAX_STRETCHES]


def ends_article(blocks: Sequence[Block]) -> bool:
    """Whether a heading of comments or a copyright line stands among these: what follows is not the article."""
    return any(ends_text(b.text) or ends_page(b.text) for b in blocks if b.text)


def body_blocks(blocks: Sequence[Block], repeated: Collection[str] = ()) -> list[Block]:
    """The blocks of a stretch that are text of the article: without links, captions, asides and repeats."""
    filled = [b for b in blocks if b.text]
    times = Counter(b.text for b in filled)
    kept: list[Block] = []
    for i, block in enumerate(filled):
        text = block.text
        if block.control or text in repeated or is_caption(text) or is_aside(text) or is_offer(text):
            continue
        if 2 * block.linked > block.columns and block.columns < LONG_COLUMNS:
            continue
        if times[text] >= OFTEN and not is_prose(block):
            continue
        following = filled[i + 1] if i + 1 < len(filled) else None
        if _says_the_same(block, filled[i - 1] if i else None) or _says_the_same(block, following):
            continue  # a picture's description and its caption
        if is_prose(block) or block.bullet or (is_closed(text) and _beside_prose(filled, i)):
            kept.append(block)
        elif following is not None and is_prose(following) and (block.heading or (block.gap and following.gap)):
            kept.append(block)  # a subheading
    return kept


def _says_the_same(block: Block, other: Block | None) -> bool:
    start = block.text[:TWIN_CHARS]
    return (
        other is not None
        and len(start) == TWIN_CHARS
        and len(block.text) <= CAPTION_CHARS
        and other.text.startswith(start)
    )


def _beside_prose(blocks: Sequence[Block], i: int) -> bool:
    return any(is_prose(b) for b in [*blocks[max(0, i - 1) : i], *blocks[i + 1 : i + 2]])
