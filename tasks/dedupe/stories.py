"""Stories out of verified pairs: who belongs together, who is the root, and what is held for review.

Everything here is a function of the set of members and pairs: the order in which articles arrived cannot show.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from itertools import product
from typing import NamedTuple
from uuid import UUID

from tasks.dedupe.exact import exact_stories
from tasks.dedupe.matching import WINDOW_DAYS, Scores, Verdict, akin, candidate
from tasks.dedupe.members import Member

# Different texts in a story; a larger one holds only by strong ties until somebody has looked (FACTS, Stories). Exact
# copies count once: sixty papers with the same wire copy are no sign of stories that ran into each other.
HELD_SIZE = 50
WITNESSES = 5  # members of either side that are asked whether two groups are one story
ROUNDUP_STORIES = 3  # stories of which an article carries excerpts


@dataclass(frozen=True, slots=True)
class Pair:
    """Two articles whose texts were compared in full."""

    one: UUID
    other: UUID
    scores: Scores
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Stories:
    """The stories of a set of articles."""

    story_of: Mapping[UUID, UUID]  # every article -> the root of its story
    held: tuple[tuple[UUID, ...], ...]  # groups over HELD_SIZE that weak ties would have joined, for review
    roundups: frozenset[UUID]  # articles that carry excerpts of several stories


class _Tie(NamedTuple):
    one: Member
    other: Member
    pair: Pair


def assign(
    members: Iterable[Member], pairs: Iterable[Pair], carried: Mapping[UUID, Set[UUID]] | None = None
) -> Stories:
    """Put every member into one story.

    Exact copies first; then pairs from the closest to the loosest, each joining its two groups only when most of the
    witnesses agree, so that one text which quotes two stories does not make one of them; stubs last, each to the full
    text it resembles most. What carries excerpts of several stories is a round-up: it may stand with its copies, but
    in none of the stories. `pairs` may name articles outside `members`; those pairs are left aside, and so are pairs
    of one text, which only the exact layer joins: it knows boilerplate. `carried` names stories outside `members` of
    which a member carries excerpts.
    """
    by_id = {member.article_id: member for member in members}
    known = [
        _Tie(by_id[pair.one], by_id[pair.other], pair)
        for pair in pairs
        if pair.one in by_id and pair.other in by_id and by_id[pair.one].text_hash != by_id[pair.other].text_hash
    ]
    story_of, held = _stories(by_id, known)
    roundups = _roundups(known, story_of, carried or {})
    bound = [tie for tie in known if (tie.one.article_id in roundups) == (tie.other.article_id in roundups)]
    if len(bound) < len(known):
        story_of, held = _stories(by_id, bound)
    return Stories(story_of, held, roundups)


def _stories(
    by_id: Mapping[UUID, Member], known: list[_Tie]
) -> tuple[Mapping[UUID, UUID], tuple[tuple[UUID, ...], ...]]:
    """Root of each article's story, and the groups that are held."""
    exact = exact_stories(by_id.values())
    full = [tie for tie in known if tie.pair.verdict.accepted and not (tie.one.is_stub or tie.other.is_stub)]
    related = {frozenset((tie.one.text_hash, tie.other.text_hash)) for tie in known if akin(tie.pair.scores)}
    groups, held = _with_guard(exact, by_id, sorted(full, key=_closest_first), related)
    _join_stubs(groups, [tie for tie in known if tie.one.is_stub != tie.other.is_stub])
    story_of = {
        article: min(group.values(), key=lambda member: member.position).article_id
        for group in groups.all()
        for article in group
    }
    return story_of, held


class _Groups:
    """Disjoint groups of members; a group is named by any of its members."""

    def __init__(self, exact: Mapping[UUID, UUID], by_id: Mapping[UUID, Member]) -> None:
        self._members: dict[UUID, dict[UUID, Member]] = defaultdict(dict)
        self._name = dict(exact)
        for article, root in exact.items():
            self._members[root][article] = by_id[article]

    def of(self, article: UUID) -> dict[UUID, Member]:
        return self._members[self._name[article]]

    def all(self) -> Iterable[dict[UUID, Member]]:
        return self._members.values()

    def same(self, one: UUID, other: UUID) -> bool:
        return self._name[one] == self._name[other]

    def join(self, one: UUID, other: UUID) -> None:
        kept, given = sorted((self._name[one], self._name[other]), key=lambda name: (-len(self._members[name]), name))
        for article in self._members[given]:
            self._name[article] = kept
        self._members[kept] |= self._members.pop(given)


def _with_guard(
    exact: Mapping[UUID, UUID], by_id: Mapping[UUID, Member], ties: list[_Tie], related: set[frozenset[str]]
) -> tuple[_Groups, tuple[tuple[UUID, ...], ...]]:
    """Join groups; where one grows over HELD_SIZE, join its members again by strong ties alone."""
    groups = _joined(_Groups(exact, by_id), ties, related, exact)
    too_large = [set(group) for group in groups.all() if len({exact[article] for article in group}) > HELD_SIZE]
    if not too_large:
        return groups, ()
    in_doubt = set().union(*too_large)
    cautious = [tie for tie in ties if tie.pair.verdict.strong or in_doubt.isdisjoint((tie.pair.one, tie.pair.other))]
    groups = _joined(_Groups(exact, by_id), cautious, related, exact)
    held = (sorted(group) for group in too_large if not group <= groups.of(min(group)).keys())
    return groups, tuple(sorted(map(tuple, held)))


def _joined(groups: _Groups, ties: list[_Tie], related: set[frozenset[str]], exact: Mapping[UUID, UUID]) -> _Groups:
    for tie in ties:
        one, other = tie.one.article_id, tie.other.article_id
        if not groups.same(one, other) and _most_agree(tie, groups, related, exact):
            groups.join(one, other)
    return groups


def _most_agree(tie: _Tie, groups: _Groups, related: set[frozenset[str]], exact: Mapping[UUID, UUID]) -> bool:
    """Whether more than half of the witnesses of both groups match across; copies of one text are one witness."""
    left = _witnesses(tie.one, near=tie.other, groups=groups, exact=exact)
    right = _witnesses(tie.other, near=tie.one, groups=groups, exact=exact)
    asked = list(product(left, right))
    return 2 * sum(_match(a, b, related) for a, b in asked) > len(asked)


def _witnesses(like: Member, *, near: Member, groups: _Groups, exact: Mapping[UUID, UUID]) -> list[Member]:
    """`like` itself and the members of its group closest in date to `near`, one for each text."""
    found = {exact[like.article_id]: like}
    group = (member for member in groups.of(like.article_id).values() if not member.is_stub)
    for member in sorted(group, key=lambda member: (_days_apart(member, near), member.position)):
        if len(found) >= WITNESSES:
            break
        found.setdefault(exact[member.article_id], member)
    return list(found.values())


def _match(one: Member, other: Member, related: set[frozenset[str]]) -> bool:
    """Whether two witnesses are alike: as compared; where the date window kept them apart, by their sketches."""
    if _days_apart(one, other) <= WINDOW_DAYS:
        return frozenset((one.text_hash, other.text_hash)) in related
    return candidate(one.sketch, other.sketch)


def _days_apart(one: Member, other: Member) -> int:
    return abs((one.day - other.day).days)


def _join_stubs(groups: _Groups, ties: list[_Tie]) -> None:
    """Each lone stub to the full text that contains most of it; the earlier one where two contain as much."""
    best: dict[UUID, _Tie] = {}
    for tie in sorted(ties, key=_closest_first):
        if tie.pair.verdict.accepted or tie.pair.verdict.relation == "excerpt":
            stub, text = _stub_first(tie)
            if stub.article_id not in best and len(groups.of(stub.article_id)) == 1:
                best[stub.article_id] = tie
    for tie in best.values():
        stub, text = _stub_first(tie)
        groups.join(text.article_id, stub.article_id)


def _stub_first(tie: _Tie) -> tuple[Member, Member]:
    return (tie.one, tie.other) if tie.one.is_stub else (tie.other, tie.one)


def _closest_first(tie: _Tie) -> tuple[float, float, object]:
    first, second = sorted((tie.one.position, tie.other.position))
    return (-tie.pair.scores.v3, -tie.pair.scores.c3, (first, second))


def _roundups(ties: list[_Tie], story_of: Mapping[UUID, UUID], carried: Mapping[UUID, Set[UUID]]) -> frozenset[UUID]:
    """Articles that carry excerpts of ROUNDUP_STORIES stories other than their own."""
    found: dict[UUID, set[UUID]] = defaultdict(set)
    for article, stories in carried.items():
        found[article] |= stories
    for tie in ties:
        if tie.pair.verdict.relation == "excerpt":
            quoted, carrier = sorted((tie.one, tie.other), key=lambda member: (member.sketch.tokens, member.article_id))
            found[carrier.article_id].add(story_of[quoted.article_id])
    return frozenset(a for a, stories in found.items() if len(stories - {story_of.get(a)}) >= ROUNDUP_STORIES)
