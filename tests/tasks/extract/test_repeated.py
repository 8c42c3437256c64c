"""Lines that a publisher repeats: which count, and that nothing depends on what came together."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tasks.extract.repeated import MAX_CHARACTERS, StoredText, repeated_lines
from tasks.extract.schema import letters

DAY = date(2024, 5, 7)
OFFER = "Follow the Harbour Post wherever the tide takes you."
TOPICS = ("ferry", "pier", "lighthouse", "market", "school", "tide table", "fog horn")


def article(topic: str, *more: str, day: date = DAY, publisher: str = "harbourpost.example") -> StoredText:
    own = [f"The {topic} was the talk of the town.", f"Nobody had seen such a {topic} since the storm of 1911."]
    own.append(f"In the evening a crowd stood around the {topic} and waited for the mayor to say something about it.")
    return StoredText(publisher, day, "\n\n".join([*own, *more]))


def lines(*articles: StoredText, before: date = DAY + timedelta(days=1)) -> set[str]:
    return {line for found in repeated_lines(articles, before=before).values() for line in found}


def test_a_line_in_three_articles_of_a_publisher_repeats():
    """Two prove nothing; three of three publishers prove nothing either."""
    three = [article(topic, OFFER) for topic in TOPICS[:3]]
    assert lines(*three) == {letters(OFFER)}
    assert lines(*three[:2]) == set()
    assert lines(*(article(t, OFFER, publisher=f"{t}.example") for t in TOPICS[:3])) == set()


def test_articles_that_tell_the_same_count_once():
    """Updates of one article share its paragraphs, and none of these is boilerplate."""
    updates = [article("ferry", f"At {hour} the harbour office confirmed it.") for hour in (9, 10, 11, 12)]
    assert lines(*updates) == set()
    assert lines(*[article("ferry", OFFER, f"At {hour} it was confirmed.") for hour in (9, 10, 11)]) == set()


def test_paragraphs_and_short_words_never_repeat():
    """A long paragraph in three articles is background or wire copy; a word is a subheading."""
    background = ("The old harbour was built in 1843. " * 20)[: MAX_CHARACTERS + 40]
    assert lines(*(article(topic, background, "Weather") for topic in TOPICS[:4])) == set()


def test_a_phrase_of_a_large_paper_is_none():
    """Three times in three hundred articles is chance."""
    many = [article(f"{topic} number {n}") for n in range(50) for topic in TOPICS]
    assert lines(*many, *(article(topic, OFFER) for topic in ("gull", "crab", "rope"))) == set()


def test_only_what_is_dated_before_the_day_counts():
    """The day of an article is decided before it arrives: late and early arrivals see the same list."""
    three = [article(topic, OFFER, day=DAY) for topic in TOPICS[:3]]
    assert lines(*three, before=DAY) == set()


@given(
    st.lists(st.sampled_from([article(t, *more) for t in TOPICS for more in ((), (OFFER,))]), max_size=12), st.randoms()
)
def test_neither_order_nor_repetition_matters(articles, random):
    """A function of the set of articles."""
    shuffled = [*articles, *articles[:3]]
    random.shuffle(shuffled)
    assert repeated_lines(shuffled, before=DAY + timedelta(days=1)) == repeated_lines(
        articles, before=DAY + timedelta(days=1)
    )
