"""The exact layer: the same normalised text at other URLs within days is one story."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from uuid import UUID

from tasks.dedupe.members import Member

EXACT_DAYS = 7  # between consecutive members (FACTS, Stories)
# Articles of one publisher with one and the same text: beyond this it is a consent wall, an error page or a teaser.
# FACTS limits the whole group; counted by publisher, because wire copy in sixty papers is one story of sixty members.
SAME_PUBLISHER_LIMIT = 30
# The same for texts below SHORT_TOKENS: "Subscribe to read on", "No results", "Match abandoned".
SHORT_SAME_PUBLISHER_LIMIT = 3
SHORT_TOKENS = 15


def exact_stories(members: Iterable[Member]) -> dict[UUID, UUID]:
    """Story of each article by exact text alone: article_id -> article_id of the first member.

    An article whose text nobody else has is a story of its own. Whatever order `members` come in, the answer is the
    same.
    """
    by_text: Mapping[str, list[Member]] = defaultdict(list)
    for member in members:
        by_text[member.text_hash].append(member)
    stories: dict[UUID, UUID] = {}
    for alike in by_text.values():
        for group in exact_groups(alike):
            root = min(group, key=lambda member: member.position)
            stories.update((member.article_id, root.article_id) for member in group)
    return stories


def exact_groups(alike: Iterable[Member]) -> Iterator[list[Member]]:
    """Part articles of one text into stories: by gaps over EXACT_DAYS, boilerplate and lone stubs into single ones."""
    ordered = sorted(alike, key=lambda member: (member.day, member.article_id))
    runs: list[list[Member]] = []
    for member in ordered:
        if member.is_stub:
            continue
        if runs and (member.day - runs[-1][-1].day).days <= EXACT_DAYS:
            runs[-1].append(member)
        else:
            runs.append([member])
    joined = [list(run) for run in runs]
    for stub in (member for member in ordered if member.is_stub):
        near = [(_days_away(stub, run), number) for number, run in enumerate(runs)]
        if near and min(near)[0] <= EXACT_DAYS:
            joined[min(near)[1]].append(stub)  # the earlier run where two are as near
        else:
            yield [stub]
    for group in joined:
        if is_boilerplate(group):
            yield from ([member] for member in group)
        else:
            yield group


def is_boilerplate(group: list[Member]) -> bool:
    """Whether one publisher printed this text so often that it is no article's own."""
    limit = SHORT_SAME_PUBLISHER_LIMIT if group[0].sketch.tokens < SHORT_TOKENS else SAME_PUBLISHER_LIMIT
    count: dict[str | None, int] = defaultdict(int)
    for member in group:
        count[member.publisher] += 1
    return max(count.values()) > limit


def _days_away(stub: Member, run: list[Member]) -> int:
    return min(abs((member.day - stub.day).days) for member in run)
