"""From compared texts to compared articles: which copies of two texts lie near enough in time to tie their stories."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from tasks.dedupe.matching import WINDOW_DAYS, Scores, candidate, judge
from tasks.dedupe.members import Member
from tasks.dedupe.stories import Pair

# Two text hashes, the smaller first.
Texts = tuple[str, str]


def pairs_of(members: Iterable[Member], compared: Mapping[Texts, Scores]) -> Iterator[Pair]:
    """The pairs that the rules for candidates allow today, with the verdict for the days that lie between them.

    A text on a day is one printing, named by its first member: copies of one text are tied by the exact layer. The
    members' sketches are those of their day, without its stop list.
    """
    printings = _printings(members)
    for (one, other), scores in compared.items():
        for first in printings.get(one, ()):
            for second in printings.get(other, ()):
                apart = abs((first.day - second.day).days)
                if apart <= WINDOW_DAYS and candidate(first.sketch, second.sketch):
                    verdict = judge(scores, days_apart=apart)
                    yield Pair(first.article_id, second.article_id, scores, verdict)


def _printings(members: Iterable[Member]) -> Mapping[str, list[Member]]:
    first: dict[tuple[str, date, bool], Member] = {}
    for member in members:
        key = (member.text_hash, member.day, member.is_stub)
        if key not in first or member.position < first[key].position:
            first[key] = member
    by_text: dict[str, list[Member]] = defaultdict(list)
    for (text, _, _), member in first.items():
        by_text[text].append(member)
    return by_text
