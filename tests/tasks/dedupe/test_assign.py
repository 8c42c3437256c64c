from datetime import timedelta
from itertools import combinations
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.dedupe.matching import candidate, comparable, compare, judge
from tasks.dedupe.stories import HELD_SIZE, Pair, assign
from tests.tasks.dedupe.build import START, member
from tests.tasks.dedupe.texts import CHROME, CUT, LOCAL_LEAD, OTHER, WIRE, match, weather

REPORT = match("Rovers", "United", "2-0", "Hansen", "Okafor", "812")
OUTLOOK = weather("Oldenby", "Friday", 9, 2, 30, 18, 40, "7:01")


def verified(articles):
    """Every pair of (member, text) that the sketches and the window let through, compared in full."""
    pairs = []
    for (one, text), (other, other_text) in combinations(articles, 2):
        days = abs((one.day - other.day).days)
        if days <= 3 and candidate(one.sketch, other.sketch):
            scores = compare(comparable(text), comparable(other_text))
            pairs.append(Pair(one.article_id, other.article_id, scores, judge(scores, days_apart=days)))
    return pairs


def assigned(*texts, **changes):
    """Assign articles 1, 2, ... with these texts, an hour apart; `changes` are keywords of `member` by number."""
    return assign_all([article(number, text, **changes.get(f"_{number}", {})) for number, text in enumerate(texts, 1)])


def article(number, text, **how):
    return member(number, **{"hours": number, "text": text, **how}), text


def assign_all(articles):
    return assign([one for one, _ in articles], verified(articles))


def groups(stories):
    found = {}
    for one, root in stories.story_of.items():
        found.setdefault(root.int, set()).add(one.int)
    return found


def test_copies_form_one_story_under_the_first():
    """Exact and edited copies, cut and extended, are one story; another text is another."""
    stories = assigned(CUT, WIRE, CHROME + WIRE, WIRE, LOCAL_LEAD + CUT, OTHER)
    assert groups(stories) == {1: {1, 2, 3, 4, 5}, 6: {6}}
    assert not stories.held


def test_a_backfilled_older_article_becomes_the_root():
    """The root is the first member by date, whenever it was stored."""
    assert groups(assigned(WIRE, CUT, CHROME + WIRE, _3={"hours": -20})) == {3: {1, 2, 3}}


@pytest.mark.parametrize("mixed", [OTHER + "\n\n" + WIRE, WIRE + "\n\n" + OTHER])
def test_a_text_that_carries_two_stories_does_not_make_one_of_them(mixed):
    """It may stand in one of the two; the other stays apart."""
    stories = groups(assigned(WIRE, CHROME + WIRE, OTHER, CHROME + OTHER, mixed))
    assert {1, 2} <= stories[1] and {3, 4} <= stories[3]


def test_a_mixed_text_does_not_bridge_two_stories_in_time_either():
    """Where the window keeps the members of two groups from being compared, their sketches speak."""
    mixed = OTHER + "\n\n" + WIRE
    days = {f"_{n}": {"hours": 24 * d} for n, d in enumerate([0, 0, 3, 6, 6], 1)}
    stories = groups(assigned(WIRE, CHROME + WIRE, mixed, OTHER, CHROME + OTHER, **days))
    assert {1, 2} <= stories[1] and {4, 5} <= stories.get(4, stories.get(3, set()))


def test_a_column_reprinted_over_two_weeks_is_one_story():
    """Copies three days apart hang together, although the first and the last were never compared."""
    days = {f"_{n}": {"hours": 72 * (n - 1)} for n in range(1, 6)}
    copies = [CHROME + WIRE, WIRE + "\n\nNorthwire", CUT + "\n\n" + REPORT[:80], WIRE + "\n\nContact us", CHROME + CUT]
    assert groups(assigned(*copies, **days)) == {1: {1, 2, 3, 4, 5}}


def test_stubs_join_the_text_they_resemble_and_nothing_else():
    """A walled head of the story joins it; two walled heads are no story, nor do they bring two texts together."""
    head = "\n\n".join(WIRE.split("\n\n")[:2])
    walled = {"access": "paywall"}
    assert groups(assigned(WIRE, head, OTHER, _2=walled)) == {1: {1, 2}, 3: {3}}
    assert groups(assigned(head, CHROME + head, _1=walled, _2=walled)) == {1: {1}, 2: {2}}
    both = head + "\n\n" + OTHER[:600]
    assert len(groups(assigned(WIRE, both, OTHER, _2=walled))) == 2


def test_a_briefing_is_a_roundup_of_the_stories_it_carries():
    """Four whole items under one headline: related to each, a member of none."""
    briefing = "\n\n".join([CUT, OTHER, REPORT, OUTLOOK])
    stories = assigned(WIRE + WIRE.upper(), OTHER, REPORT, OUTLOOK, CUT, briefing)
    assert stories.story_of[UUID(int=6)] != stories.story_of[UUID(int=2)] or UUID(int=6) in stories.roundups
    assert len({stories.story_of[UUID(int=n)] for n in (1, 2, 3, 4)}) == 4


def test_a_story_that_grows_too_large_is_held_by_strong_ties_only():
    """Over fifty members: what is nearly the whole text stays together, looser copies wait for somebody to look."""
    strong = [WIRE + f"\n\nPaper number {number}" for number in range(HELD_SIZE)]
    loose = [LOCAL_LEAD + CUT + f"\n\nEdition {number}" for number in range(4)]
    stories = assigned(*strong, *loose)
    assert [len(group) for group in stories.held] == [HELD_SIZE + 4]
    assert sorted(map(len, groups(stories).values())) == [4, HELD_SIZE]


def test_fifty_exact_copies_are_held_by_nobody():
    """Sameness needs no review: wire copy in sixty papers is one story."""
    articles = [article(n, WIRE, publisher=f"p{n}.example") for n in range(1, 61)]
    stories = assign([one for one, _ in articles], [])
    assert not stories.held and len(groups(stories)) == 1


TEXTS = [WIRE, CUT, CHROME + WIRE, LOCAL_LEAD + CUT, OTHER, CHROME + OTHER, OTHER + "\n\n" + WIRE, REPORT, OUTLOOK]
ARTICLES = st.lists(
    st.tuples(st.sampled_from(TEXTS), st.integers(0, 200), st.sampled_from(["full", "full", "full", "partial"])),
    max_size=12,
)


@settings(max_examples=60, deadline=timedelta(seconds=2))
@given(ARTICLES, st.randoms(use_true_random=False))
def test_order_of_arrival_cannot_show(texts, random):
    """Whatever the order of members, of pairs and within pairs: the same stories."""
    articles = [article(n, text, hours=hours, access=access) for n, (text, hours, access) in enumerate(texts, 1)]
    pairs = verified(articles)
    first = assign([one for one, _ in articles], pairs)
    random.shuffle(articles)
    turned = [Pair(p.other, p.one, p.scores, p.verdict) if random.random() < 0.5 else p for p in pairs]
    random.shuffle(turned)
    again = assign([one for one, _ in articles], turned)
    assert again == first
    assert all(first.story_of[root] == root for root in first.story_of.values())


def test_pairs_with_unknown_articles_are_left_aside():
    """A pair may name an article that was forgotten since."""
    articles = [article(1, WIRE), article(2, CUT)]
    assert groups(assign([articles[0][0]], verified(articles))) == {1: {1}}
    assert START.tzinfo is not None
