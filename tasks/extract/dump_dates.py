"""The dates that a text dump prints: under the headline, above it, at the text's beginning or right behind it."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice, takewhile

from tasks.extract.date_text import find_spans, find_text_dates
from tasks.extract.dump_blocks import Block
from tasks.extract.dump_head import Head
from tasks.extract.dump_title import is_sign
from tasks.extract.dump_words import is_related_heading
from tasks.model import DateEvidence

DATE_REACH = 20  # blocks above the headline in which its date may stand
LABELLED_REACH = 25  # and in which it may stand with a label, also at the beginning of the text
LABELLED_NEAR = 8  # blocks around the beginning of the text: a label there beats a date further up
SIGNED_WITHIN = 16  # blocks at the beginning of the text in which a line may hold its date
SIGNED_BEHIND = 5  # lines behind the text, and before other articles, in which its date may stand without a label
EDGE_CHARS = 60  # first and last characters of a paragraph in which its date may be glued to it
EDGE_REST = 14  # of these that are no date: "Red. / "

# Where tags vanish, what stood beside a date touches it: "by Harbour PostMay 7, 2024017 views", "6:03 pmMay 7, 2024".
_TOUCHING = re.compile(
    r"(?<=[^\W\d_A-Z])(?=[A-Z][a-z]{2,8}\.? \d{1,2}, (?:19|20)\d\d)"
    r"|(?<=[^\W\d_])(?=\d{1,2}\. [^\W\d_]{3,10} (?:19|20)\d\d)"
    r"|(?<=[a-z] \d, (?:19|20)\d\d)(?=\d)|(?<=[a-z] \d\d, (?:19|20)\d\d)(?=\d)"
)
# A standfirst without a full stop runs into the byline under it: "... in the Arctic Jo Example 4 May 2025 - 14:41".
_CLOCKED = re.compile(r"\d[:.h]\d\d(?:\s?(?:Uhr|h))?$")
_SENTENCE = re.compile(r"[.!?…][\"'”“’»)]?")


def printed_dates(blocks: Sequence[Block], start: int, first: int, end: int, head: Head) -> tuple[DateEvidence, ...]:
    """Dates under the headline, else above it; where none is the first publication, those that are labelled elsewhere.

    `start`: index of the headline; `first`, `end`: of the body. Lines that say when and by whom, and little else,
    come before others; above the headline the nearest comes first. Behind the body other dates are those of teasers
    and comments, but for the very next lines.
    """
    texts = [b.text for b in blocks]
    found = _found(head.signs, dated=True)
    if not any(d.role == "unknown" for d in found):
        found += _found(head.dates, dated=True)
    found = found or _found(reversed(texts[max(0, start - DATE_REACH) : start]))
    beside = texts[max(start, first - LABELLED_NEAR) : first + LABELLED_NEAR]
    labelled = [d for d in (*found, *_found(beside)) if d.role != "unknown"]
    unlabelled = [d for d in found if d.role == "unknown"][:1]  # later ones belong to teasers and captions
    if not found:
        lines = [b.text for b in blocks[first : min(end, first + SIGNED_WITHIN)] if is_sign(b)]
        unlabelled = [d for d in _found(lines) if d.role == "unknown"][:1]
    if not unlabelled and not labelled:
        unlabelled = list(_found(_edges([texts[start], *head.dates, *texts[first : first + 1]])))[:1]
    if not unlabelled and not any(d.role == "published" for d in labelled):
        inside = texts[max(0, start - LABELLED_REACH) : start] + texts[first : first + LABELLED_REACH]
        labelled += [d for d in _found(inside + texts[end:]) if d.role != "unknown"]
    if not unlabelled and not labelled:
        unlabelled = list(_found(_behind(texts[end:])))[:1]
    return tuple(dict.fromkeys([*unlabelled, *labelled]))


def _found(lines: Iterable[str], *, dated: bool = False) -> tuple[DateEvidence, ...]:
    return find_text_dates([_TOUCHING.sub(" ", line) for line in _filled(lines)], dated=dated)


def _filled(texts: Iterable[str]) -> Iterator[str]:
    return (text for text in texts if text)


def _behind(texts: Iterable[str]) -> Iterator[str]:
    """The lines right behind the text, up to the heading over other articles."""
    return takewhile(lambda text: not is_related_heading(text), islice(_filled(texts), SIGNED_BEHIND))


def _edges(paragraphs: Iterable[str]) -> Iterator[str]:
    """Beginnings and last words that are a date: "Red. / 31.10.2023 ...", "... its recovery?Monday, 6 January 2020"."""
    for text in paragraphs:
        tail = _SENTENCE.split(text[-EDGE_CHARS:])[-1]
        for piece, anchored in ((text[:EDGE_CHARS], 0), (tail, None)):
            spans = find_spans(piece)
            if not spans:
                continue
            before, behind = spans[0].start, len(piece) - spans[-1].end
            stamped = anchored is None and not behind and _CLOCKED.search(piece) is not None
            if stamped or before + (behind if anchored is None else 0) <= EDGE_REST:
                yield piece[spans[-1].start if stamped else 0 : spans[-1].end]
