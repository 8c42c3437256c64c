"""Whether two texts are one story: what they share, measured on the whole texts, and the verdict on it.

Candidates come from sketches (`candidate`); both texts of a candidate pair are then compared in full.
"""

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from tasks.dedupe.shingles import Hashes, Sketch, distinct, shingle_hashes, tokens
from tasks.dedupe.slots import Frame, conflicts, frame

METHOD: Final = "stories/1"  # stored with every verdict; raise it when a constant or rule below changes

# Candidates (FACTS, Stories)
WINDOW_DAYS = 3  # between the days of the two articles
MIN_SHARED = 2  # sampled hashes that are not on the stop list
MIN_CONTAINMENT = 0.25  # share of the smaller live sample that is shared

# The verdict (FACTS, Stories); c counts runs of five tokens, c3 and v3 runs of three
MIN_C = 0.5
MIN_C3_ALONE = 0.6  # or this, where misprints broke the longer runs
MIN_C3 = 0.35
MIN_V3 = 0.25  # below it the longer text only contains the shorter: an excerpt

# Short texts
SHORT_TOKENS = 60  # the shorter text has fewer
EXACT_ONLY_TOKENS = 15  # fewer: no near match, only the exact layer
SHORT_JACCARD = 0.6  # of runs of three tokens
SHORT_DAYS = 1

# Templates. Measured on 19,000 labelled pairs: under 1 conflict in 25 shared runs for edited copies (an update changes
# two to four figures in a whole article), over 1 in 20, mostly 1 in 8, for two texts from one template.
TEMPLATE_CONFLICTS = 3  # in all; two changed figures are a correction
TEMPLATE_RATE = 0.04  # conflicts a shared run of three tokens

# A tie that no template can forge
STRONG_C3 = 0.9
STRONG_V3 = 0.8

Relation = Literal["same_text", "near", "excerpt", "roundup", "template", "different"]


@dataclass(frozen=True, slots=True)
class Comparable:
    """A text made ready to be compared with many others."""

    tokens: int
    fives: Hashes  # distinct shingles of five tokens, ascending
    threes: Hashes  # of three
    frame: Frame


@dataclass(frozen=True, slots=True)
class Scores:
    """What two texts have in common; all shares lie between 0 and 1."""

    c: float  # shared runs of five tokens, over those of the shorter text
    c3: float  # shared runs of three tokens, over those of the shorter text
    v3: float  # and over those of the longer text
    jaccard: float  # and over those of both together
    shared: int  # shared runs of three tokens
    number_conflicts: int  # places that hold another number (tasks.dedupe.slots)
    word_conflicts: int  # and another word
    shorter_tokens: int

    @property
    def conflicts(self) -> int:
        return self.number_conflicts + self.word_conflicts


@dataclass(frozen=True, slots=True)
class Verdict:
    relation: Relation
    accepted: bool  # one story
    strong: bool = False  # so alike that it holds even where a story grew suspiciously large


def comparable(text: str) -> Comparable:
    """Read a text once for all its comparisons."""
    words = tokens(text)
    return Comparable(
        tokens=len(words),
        fives=distinct(shingle_hashes(words)),
        threes=distinct(shingle_hashes(words, 3)),
        frame=frame(words),
    )


def candidate(one: Sketch, other: Sketch) -> bool:
    """Whether two sketches, each without the stop list of its own day, share enough to compare the texts."""
    live, others = one.below(other.limit), other.below(one.limit)
    shared = len(np.intersect1d(live, others, assume_unique=True))
    return shared >= MIN_SHARED and shared >= MIN_CONTAINMENT * min(len(live), len(others))


def compare(one: Comparable, other: Comparable) -> Scores:
    """Measure what two texts share; the order of the arguments does not matter."""
    fives = len(np.intersect1d(one.fives, other.fives, assume_unique=True))
    threes = len(np.intersect1d(one.threes, other.threes, assume_unique=True))
    shorter, longer = sorted((len(one.threes), len(other.threes)))
    differ = conflicts(one.frame, other.frame)
    return Scores(
        c=_share(fives, min(len(one.fives), len(other.fives))),
        c3=_share(threes, shorter),
        v3=_share(threes, longer),
        jaccard=_share(threes, shorter + longer - threes),
        shared=threes,
        number_conflicts=differ.numbers,
        word_conflicts=differ.words,
        shorter_tokens=min(one.tokens, other.tokens),
    )


def judge(scores: Scores, *, days_apart: int) -> Verdict:
    """Decide what two texts dated `days_apart` days from each other are to each other."""
    if scores.shorter_tokens < EXACT_ONLY_TOKENS or days_apart > WINDOW_DAYS:
        return Verdict("different", accepted=False)
    if not resembles(scores):
        return Verdict("different", accepted=False)
    if is_template(scores):
        return Verdict("template", accepted=False)
    if scores.shorter_tokens < SHORT_TOKENS and not (scores.jaccard >= SHORT_JACCARD and days_apart <= SHORT_DAYS):
        return Verdict("excerpt", accepted=False)
    if scores.v3 < MIN_V3:
        return Verdict("excerpt", accepted=False)
    return Verdict("near", accepted=True, strong=scores.c3 >= STRONG_C3 and scores.v3 >= STRONG_V3)


def resembles(scores: Scores) -> bool:
    """Whether the shorter text stands, by and large, in the longer."""
    return (scores.c >= MIN_C or scores.c3 >= MIN_C3_ALONE) and scores.c3 >= MIN_C3


def akin(scores: Scores) -> bool:
    """Whether two texts may stand in one story although they are no copies of each other: two cuts of a third."""
    return scores.c3 >= MIN_C3 and not is_template(scores)


def is_template(scores: Scores) -> bool:
    """Whether the shared text is a frame that the two fill differently."""
    if scores.shorter_tokens < SHORT_TOKENS and (scores.number_conflicts or scores.word_conflicts > 1):
        return True  # a brief has a handful of figures: one that differs makes it another brief
    return scores.conflicts >= TEMPLATE_CONFLICTS and scores.conflicts >= TEMPLATE_RATE * scores.shared


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0
