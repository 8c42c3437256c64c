"""What the lines around the body of a text dump are: standfirst, keywords, bylines, credit and date lines."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from tasks.extract.dump_blocks import Block
from tasks.extract.dump_body import is_prose
from tasks.extract.dump_title import is_byline, is_sign
from tasks.extract.dump_words import (
    is_aside,
    is_byline_label,
    is_caption,
    is_closed,
    is_dated,
    is_keyword_label,
    is_offer,
)
from tasks.extract.dump_wrap import columns_of

STANDFIRST_COLUMNS = 40, 600
STANDFIRST_BLOCKS = 2  # of prose that may stand above the date line and not belong to the body
HEAD_BLOCKS = 8  # at the beginning of the body's stretch in which its date line may stand
TAIL_BLOCKS = 8  # behind the body in which keywords and a byline may stand
CREDIT_COLUMNS = 100
KEYWORDS_MIN, KEYWORDS_MOST = 3, 30  # fewer phrases between commas are no keyword line
KEYWORD_WORDS, KEYWORD_COLUMNS = 4, 40  # of one keyword at most

_KEYWORD_SPLIT = re.compile(r"\s?[,;،、，|]\s?")
_LABEL = re.compile(r"[^\W\d_]{3,20}(?: [^\W\d_]{1,20})?\s?[:：]\s?")
_NAME = re.compile(r"[^\W\d_a-z][\w.'’-]{0,30}(?: [\w.'’-]{1,30}){1,2}")


@dataclass(slots=True)
class Head:
    """What was recognised; `body` is where the text begins when a standfirst stood at the beginning of the stretch."""

    body: int
    standfirst: str | None = None
    keywords: tuple[str, ...] = ()
    bylines: list[str] = field(default_factory=list)
    credits: list[str] = field(default_factory=list)
    dates: list[str] = field(default_factory=list)  # lines in which dates may stand, in order
    signs: list[str] = field(default_factory=list)  # of these, those that say when and by whom, and little else


def read_head(blocks: Sequence[Block], title: int | None, first: int, end: int, repeated: Collection[str] = ()) -> Head:
    """Sort the lines between the headline and the body that ends at `end` and begins at `first` or later.

    Prose above the date line or byline is the standfirst, not the body. Without a headline nothing is sorted.
    """
    head = Head(body=first)
    start = title + 1 if title is not None else first
    signs = [i for i in range(start, min(first + HEAD_BLOCKS, end)) if is_sign(blocks[i])]
    last_sign = _end_of_cluster(signs) if signs and signs[0] >= first else first - 1
    above = [i for i in range(first, last_sign) if is_prose(blocks[i]) and not is_caption(blocks[i].text)]
    if (
        title is not None
        and len(above) <= STANDFIRST_BLOCKS
        and sum(blocks[i].columns for i in above) <= STANDFIRST_COLUMNS[1]
    ):
        head.body = max(first, last_sign + 1)
    label = ""
    for i in range(start, max(head.body, last_sign + 1)):
        block = blocks[i]
        text = block.text
        if not text or block.control or text in repeated or is_offer(text) or is_aside(text):
            continue
        head.dates.append(text)
        if is_sign(block) and not is_caption(text):
            head.signs.append(text)
        if is_byline_label(text):
            label = text
        elif label or is_byline(text):
            head.bylines.append(f"{label} {text}".strip())
            label = ""
        elif is_caption(text) or (is_dated(text) and not is_prose(block)):
            continue
        elif not head.keywords and i < head.body and keywords_of(text):
            head.keywords = keywords_of(text)
        elif i < head.body and head.standfirst is None and _may_be_standfirst(block, i < first):
            head.standfirst = text
        elif block.columns <= CREDIT_COLUMNS and not is_prose(block) and not is_closed(text) and not block.bullet:
            head.credits.append(text)
    return head


def read_tail(blocks: Sequence[Block], end: int, head: Head) -> None:
    """Add to `head` the byline and keywords that stand right behind the body, where many papers print them."""
    listed: list[str] = []
    label = ""
    for block in [b for b in blocks[end : end + 2 * TAIL_BLOCKS] if b.text][:TAIL_BLOCKS]:
        text = block.text
        if is_keyword_label(text):
            label = text
        elif (
            label and columns_of(text) <= KEYWORD_COLUMNS and not (is_closed(text) or is_dated(text) or is_offer(text))
        ):
            listed.append(text)
        else:
            label = ""
            if not head.keywords and _LABEL.match(text) and is_keyword_label(text[: text.find(":") + 1]):
                head.keywords = keywords_of(text)
            elif not head.bylines and is_byline(text):
                head.bylines.append(text)
    head.keywords = head.keywords or tuple(dict.fromkeys(listed))[:KEYWORDS_MOST]


def keywords_of(text: str) -> tuple[str, ...]:
    """`Russia, Missile, Syria, Attack` -> the four; () for any other line, also for a list of people."""
    label = _LABEL.match(text)
    labelled = label is not None and is_keyword_label(label[0])
    if is_closed(text) or len(text) > KEYWORDS_MOST * KEYWORD_COLUMNS or (label and not labelled):
        return ()
    parts = [p.strip() for p in _KEYWORD_SPLIT.split(text[label.end() :] if label else text) if p.strip()]
    if not (1 if labelled else KEYWORDS_MIN) <= len(parts) <= KEYWORDS_MOST:
        return ()
    if any(
        len(p.split()) > KEYWORD_WORDS or columns_of(p) > KEYWORD_COLUMNS or not any(c.isalpha() for c in p)
        for p in parts
    ):
        return ()
    names = sum(_NAME.fullmatch(p) is not None for p in parts)
    if not labelled and (2 * names >= len(parts) or is_dated(text) or is_byline(text)):
        return ()
    return tuple(dict.fromkeys(parts))


def _end_of_cluster(signs: Sequence[int]) -> int:
    """The last of the first signs: byline and date may be two lines, later ones are those of teasers."""
    last = signs[0]
    for i in signs[1:]:
        if i > last + 2:
            break
        last = i
    return last


def _may_be_standfirst(block: Block, above_stretch: bool) -> bool:
    low, high = STANDFIRST_COLUMNS
    if not low <= block.columns <= high or 2 * block.linked > block.columns or block.bullet:
        return False
    return above_stretch or is_prose(block)
