"""Slots: the same frame of words around other numbers and names tells a template from a copy.

Two weather reports share nearly all their words and are two stories; two copies of one report share them too, and were
perhaps cut, extended or misprinted. What differs is how they differ: an editor drops, adds and moves passages, a
template keeps every passage and fills its gaps anew. So the two texts are laid side by side along the runs of words
that they share, and the places where both say something else in between are counted.
"""

from collections import Counter
from dataclasses import dataclass

from tasks.dedupe.shingles import is_unsegmented

ANCHOR_TOKENS = 2  # a run of so many tokens that stands once in either text ties the two together
ANCHOR_TOKENS_UNSEGMENTED = 5  # of single characters
GAP_TOKENS = 6  # on either side; a longer passage was rewritten or replaced, which editors do
GAP_TOKENS_UNSEGMENTED = 12
ALIKE = 0.5  # Dice coefficient of letter pairs: from here on the words of a gap are the same, misprinted
_NUMBER = "0"  # every number is laid beside every other


@dataclass(frozen=True, slots=True)
class Frame:
    """A text ready to be laid beside others."""

    words: list[str]
    masked: list[str]  # the words, numbers made equal
    anchors: dict[tuple[str, ...], int]  # masked runs that stand once in the text -> where
    anchor_tokens: int
    gap_tokens: int


@dataclass(frozen=True, slots=True)
class Conflicts:
    """Places that two texts have in common and fill differently."""

    numbers: int  # runs of numbers
    words: int  # gaps of words that are no misprints


def frame(words: list[str]) -> Frame:
    """Index a text by the runs of tokens that it says once."""
    unsegmented = is_unsegmented(words)
    size = ANCHOR_TOKENS_UNSEGMENTED if unsegmented else ANCHOR_TOKENS
    masked = [_NUMBER if word[0].isdigit() else word for word in words]
    runs = [tuple(masked[here : here + size]) for here in range(len(masked) - size + 1)]
    often = Counter(runs)
    anchors = {run: here for here, run in enumerate(runs) if often[run] == 1}
    return Frame(words, masked, anchors, size, GAP_TOKENS_UNSEGMENTED if unsegmented else GAP_TOKENS)


def conflicts(one: Frame, other: Frame) -> Conflicts:
    """Count the places that hold another number, and those that hold other words. The order does not matter."""
    if (len(other.words), other.words) < (len(one.words), one.words):
        one, other = other, one
    numbers = words = 0
    last = -1  # the last token of `one` that has a counterpart
    differed = False  # the number before this one was another: `2-0` beside `3-1` is one conflict
    beside = _beside(one, other)
    for here, there in enumerate(beside):
        if there < 0:
            continue
        if 0 <= last < here - 1 and _refilled(one, other, (last + 1, here), (beside[last] + 1, there)):
            words += 1
        differs = one.words[here] != other.words[there]
        numbers += differs and not (differed and last == here - 1)
        last, differed = here, differs
    return Conflicts(numbers, words)


def _beside(one: Frame, other: Frame) -> list[int]:
    """For each token of `one` the place of its counterpart in `other`, -1 where it has none.

    A run of equal tokens goes on; where it breaks, the next anchor or two equal tokens at the same distance as before
    take it up. Every token is looked at a bounded number of times.
    """
    size = one.anchor_tokens
    a, b = one.masked, other.masked
    beside = [-1] * len(a)
    shift: int | None = None  # place in `other` less place in `one`, of the run at hand or the last one
    running = False
    for here, word in enumerate(a):
        there = here + (shift or 0)
        goes_on = shift is not None and there < len(b) and b[there] == word
        if not (goes_on and (running or _agree(a, b, here + 1, there + 1))):
            anchor = tuple(a[here : here + size])
            found = other.anchors.get(anchor) if one.anchors.get(anchor) == here else None
            running = found is not None
            if found is None:
                continue
            shift, there = found - here, found
        running = True
        beside[here] = there
    return beside


def _agree(a: list[str], b: list[str], here: int, there: int) -> bool:
    return here < len(a) and there < len(b) and a[here] == b[there]


def _refilled(one: Frame, other: Frame, gap: tuple[int, int], counterpart: tuple[int, int]) -> bool:
    """Whether two texts that agree before and after say something else in between."""
    length = counterpart[1] - counterpart[0]
    if not (0 < length <= one.gap_tokens and gap[1] - gap[0] <= one.gap_tokens):
        return False
    return not alike("".join(one.words[slice(*gap)]), "".join(other.words[slice(*counterpart)]))


def alike(one: str, other: str) -> bool:
    """Whether two different pieces of text may be one, misprinted: by the letter pairs they share."""
    pairs, others = _letter_pairs(one), _letter_pairs(other)
    return 2 * (pairs & others).total() >= ALIKE * (pairs.total() + others.total())


def _letter_pairs(word: str) -> Counter[str]:
    padded = f" {word[:200]} "
    return Counter(padded[i : i + 2] for i in range(len(padded) - 1))
