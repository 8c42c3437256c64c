"""What one text has of another: how much was kept, what was cut, what was added. For people; decides nothing."""

from dataclasses import dataclass

import numpy as np

from tasks.dedupe.shingles import Hashes, shingle_hashes, tokens

RUN = 3  # words in a row that must be shared to count as kept
MOSTLY = 0.5  # of a paragraph's words that must be gone for the paragraph to count as cut


@dataclass(frozen=True, slots=True)
class Changes:
    """From an original to a copy."""

    kept: float  # share of the original's words, 0 to 1
    cut_words: int
    added_words: int
    cut: tuple[str, ...]  # paragraphs of the original that the copy has not, in reading order


def changes(original: str, copy: str) -> Changes:
    """Lay two texts side by side by the runs of words that they share; the order of passages does not count."""
    parts = _paragraphs(original)
    words = [tokens(part) for part in parts]
    flat = [word for part in words for word in part]
    other = [word for part in _paragraphs(copy) for word in tokens(part)]
    here, there = shingle_hashes(flat, RUN), shingle_hashes(other, RUN)
    kept = _covered(here, there, flat, other)
    added = len(other) - int(_covered(there, here, other, flat).sum())
    cut, start = [], 0
    for part, own in zip(parts, words, strict=True):
        gone = len(own) - int(kept[start : start + len(own)].sum())
        if own and gone > MOSTLY * len(own):
            cut.append(part)
        start += len(own)
    whole = int(kept.sum())
    return Changes(whole / len(flat) if flat else 0.0, len(flat) - whole, added, tuple(cut))


def _paragraphs(text: str) -> list[str]:
    return [part for part in (part.strip() for part in text.split("\n\n")) if part]


def _covered(runs: Hashes, others: Hashes, words: list[str], other_words: list[str]) -> np.typing.NDArray[np.bool_]:
    """For each word whether it stands in a run that the other text has too."""
    if not len(runs):
        return np.isin(np.array(words, dtype=object), other_words) if words else np.zeros(0, dtype=bool)
    shared = np.isin(runs, others)
    covered = np.zeros(len(words), dtype=bool)
    for offset in range(RUN):
        covered[offset : offset + len(shared)] |= shared
    return covered
