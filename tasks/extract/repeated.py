"""Lines that a publisher prints under one article after another: boilerplate that stands among the paragraphs.

Which lines repeat is decided from stored articles, by a date, and never from what happens to come in one batch: the
same article has the same text whatever arrived with it. `warehouse.repeated_lines` asks for the lists and keeps them;
the view `clean_texts` shows texts without those lines.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from tasks.extract.schema import letters

MIN_PAGES = 3  # articles of one publisher that a line must stand in
MIN_SHARE = 0.02  # of its articles looked at: what a large paper prints three times in a year is a phrase
MAX_CHARACTERS = 300  # of a line; longer ones are paragraphs of wire copy that was printed twice
MIN_LETTERS = 8  # of a line; shorter ones are subheadings such as "Weather"
SAME_TEXT = 0.5  # of the shorter text's letters in common, from which on two tell the same: updates, reprints, wire
ENOUGH_STORIES = 50  # different texts with a line, beyond which nobody counts on


@dataclass(frozen=True, slots=True)
class StoredText:
    """An article as the warehouse has it."""

    publisher: str  # registered domain
    day: date  # published_date, else the UTC day of its capture
    text: str  # paragraphs parted by a blank line


def repeated_lines(articles: Iterable[StoredText], *, before: date) -> dict[str, frozenset[str]]:
    """For each publisher the lines, by their letters, that repeat in its articles dated before `before`.

    Pure: a function of the set of articles dated before that day, in any order, each once or more often. A line counts
    when MIN_PAGES of the publisher's articles hold it that do not tell the same story: of articles that share half of
    the shorter one's letters one counts. It must stand in MIN_SHARE of them and have at most MAX_CHARACTERS.
    """
    texts: dict[str, set[str]] = defaultdict(set)
    for article in articles:
        if article.day < before:
            texts[article.publisher].add(article.text)
    return {publisher: found for publisher, group in sorted(texts.items()) if (found := _repeated(group))}


def _repeated(texts: Collection[str]) -> frozenset[str]:
    lines_of = {text: frozenset(letters(paragraph) for paragraph in text.split("\n\n")) for text in texts}
    holders: dict[str, list[frozenset[str]]] = defaultdict(list)
    for text in sorted(texts):
        for line in {letters(p) for p in text.split("\n\n") if len(p) <= MAX_CHARACTERS}:
            if len(line) >= MIN_LETTERS:
                holders[line].append(lines_of[text])
    enough = max(MIN_PAGES, MIN_SHARE * len(texts))
    counted = min(enough, ENOUGH_STORIES)
    return frozenset(line for line, held in holders.items() if len(held) >= enough and _stories(held, line) >= counted)


def _stories(texts: Collection[frozenset[str]], line: str) -> int:
    """How many of these texts tell different things, `line` apart: of those that share half of the shorter, one."""
    kept: list[tuple[frozenset[str], int]] = []
    for lines in texts:
        own = lines - {line}
        size = _size(own)
        if size and not any(_size(own & other) >= SAME_TEXT * min(size, theirs) for other, theirs in kept):
            kept.append((own, size))
        if len(kept) == ENOUGH_STORIES:
            break
    return len(kept)


def _size(lines: Collection[str]) -> int:
    return sum(map(len, lines))
