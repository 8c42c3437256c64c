"""Slots: the same frame of words around another number or name tells a template from a copy.

Two weather reports share nearly all their words and are two stories; two copies of one report share them too, and were
perhaps cut, extended or misprinted. What differs is where they differ: an editor drops, adds and moves passages, a
template keeps every passage and fills its gaps anew. So the tokens that stand between the same neighbours in both
texts are compared, numbers and words apart.
"""

from collections import Counter
from dataclasses import dataclass

from tasks.dedupe.shingles import is_unsegmented

NEIGHBOURS = 2  # tokens on either side that make a word's place
NEIGHBOURS_UNSEGMENTED = 4  # of single characters
ALIKE = 0.5  # Dice coefficient of letter pairs: from here on two words are one word and a misprint
_NUMBER = "0"  # stands for every number where it is a neighbour

Place = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Slots:
    """What stands where in one text."""

    numbers: dict[Place, Counter[str]]  # two tokens before and one after -> the numbers there
    words: dict[Place, str]  # two tokens before and two after -> the word there; places that occur once


@dataclass(frozen=True, slots=True)
class Conflicts:
    """Places that two texts have in common and fill differently."""

    numbers: int
    words: int


def slots(words: list[str]) -> Slots:
    """Index a text's tokens by their neighbours."""
    reach = NEIGHBOURS_UNSEGMENTED if is_unsegmented(words) else NEIGHBOURS
    padding = [""] * reach
    masked = [*padding, *(_NUMBER if word[0].isdigit() else word for word in words), *padding]
    numbers: dict[Place, Counter[str]] = {}
    places: dict[Place, str | None] = {}
    for here, word in enumerate(words, start=reach):
        before = masked[here - reach : here]
        if word[0].isdigit():
            numbers.setdefault((*before, *masked[here + 1 : here + reach]), Counter())[word] += 1
        else:
            place = (*before, *masked[here + 1 : here + 1 + reach])
            places[place] = None if place in places else word
    return Slots(numbers, {place: word for place, word in places.items() if word is not None})


def conflicts(one: Slots, other: Slots) -> Conflicts:
    """Count the places that hold another number, and those that hold another word that is no misprint."""
    numbers = sum(
        min(one.numbers[place].total(), other.numbers[place].total())
        - (one.numbers[place] & other.numbers[place]).total()
        for place in one.numbers.keys() & other.numbers.keys()
    )
    words = sum(
        one.words[place] != other.words[place] and not alike(one.words[place], other.words[place])
        for place in one.words.keys() & other.words.keys()
    )
    return Conflicts(numbers, words)


def alike(one: str, other: str) -> bool:
    """Whether two different words may be one word misprinted: by the letter pairs they share."""
    pairs, others = _letter_pairs(one), _letter_pairs(other)
    return 2 * (pairs & others).total() >= ALIKE * (pairs.total() + others.total())


def _letter_pairs(word: str) -> Counter[str]:
    padded = f" {word[:40]} "
    return Counter(padded[i : i + 2] for i in range(len(padded) - 1))
