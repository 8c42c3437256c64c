from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.dedupe.exact import EXACT_DAYS, exact_stories
from tests.tasks.dedupe.build import START, member


def stories(*members):
    """Groups of two and more, as sets of small numbers."""
    groups = {}
    for article, root in exact_stories(members).items():
        groups.setdefault(root, set()).add(article.int)
    return {root.int: group for root, group in groups.items() if len(group) > 1}


def test_the_first_member_is_the_root():
    """The earliest known instant wins; arrival and ids do not matter."""
    assert stories(member(1, hours=9), member(2, hours=7), member(3, hours=8)) == {2: {1, 2, 3}}


def test_a_day_counts_as_its_end_and_undated_articles_come_last():
    """An article dated to the day cannot be shown to be earlier than any of that day; one without a date than any."""
    night = member(1, hours=23)
    day_only = member(2, hours=0, precision="day")
    undated = member(3, hours=None, captured=START)
    assert stories(night, day_only, undated) == {1: {1, 2, 3}}
    assert stories(day_only, undated) == {2: {2, 3}}
    assert stories(day_only, member(4, hours=25)) == {2: {2, 4}}


def test_ties_go_to_the_lower_id():
    """The same minute at two publishers has one root, always the same."""
    assert stories(member(7, hours=5), member(4, hours=5)) == {4: {4, 7}}


def test_seven_days_between_neighbours_not_between_all():
    """A column that runs a week later elsewhere stays in its story; one that returns after a break begins another."""
    week = 24 * EXACT_DAYS
    assert stories(member(1, hours=0), member(2, hours=week), member(3, hours=2 * week)) == {1: {1, 2, 3}}
    assert stories(member(1, hours=0), member(2, hours=week + 24), member(3, hours=week + 25)) == {2: {2, 3}}


def test_other_texts_are_other_stories():
    """Every article has a story; alone, it is its own root."""
    found = exact_stories([member(1, text="a"), member(2, text="b")])
    assert found == {UUID(int=1): UUID(int=1), UUID(int=2): UUID(int=2)}


def test_stubs_join_but_neither_start_nor_bridge():
    """Two walls with one teaser are no story; a stub between two stories a fortnight apart leaves them apart."""
    assert stories(member(1, access="paywall"), member(2, access="partial")) == {}
    assert stories(member(1, hours=0), member(2, hours=3, access="paywall")) == {1: {1, 2}}
    apart = 24 * (EXACT_DAYS + 3)
    assert stories(member(1, hours=0), member(2, hours=apart // 2, access="partial"), member(3, hours=apart)) == {
        1: {1, 2}
    }


def test_one_publishers_hundred_copies_are_furniture_sixty_publishers_one_story():
    """An error page stored under forty addresses is no story; wire copy in sixty papers is one."""
    assert stories(*(member(n, publisher="one.example") for n in range(40))) == {}
    assert len(stories(*(member(n, publisher=f"p{n}.example") for n in range(60)))[0]) == 60


@pytest.mark.parametrize(("copies", "merged"), [(3, True), (4, False)])
def test_a_short_line_comes_back_less_often_before_it_is_furniture(copies, merged):
    """`Match abandoned.` under four addresses of one publisher says nothing about their being one story."""
    found = stories(*(member(n, publisher="one.example", tokens=4) for n in range(copies)))
    assert bool(found) is merged


MEMBERS = st.lists(
    st.builds(
        member,
        st.integers(1, 60),
        hours=st.one_of(st.none(), st.integers(0, 24 * 40)),
        text=st.sampled_from("abc"),
        precision=st.sampled_from(["minute", "day"]),
        access=st.sampled_from(["full", "full", "paywall"]),
        publisher=st.sampled_from(["x.example", "y.example", None]),
        captured=st.integers(0, 900).map(lambda hours: datetime(2026, 3, 2, tzinfo=UTC) + timedelta(hours=hours)),
    ),
    unique_by=lambda m: m.article_id,
    max_size=25,
)


@given(MEMBERS, st.randoms(use_true_random=False))
def test_order_of_arrival_cannot_show(members, random):
    """Any order of the same articles gives the same stories; roots are members of their own stories."""
    found = exact_stories(members)
    shuffled = list(members)
    random.shuffle(shuffled)
    assert exact_stories(shuffled) == found
    assert set(found) == {m.article_id for m in members}
    assert all(found[root] == root for root in found.values())
