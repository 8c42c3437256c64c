import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.dedupe.normal import normal_text, text_hash


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("\u201cNo deal\u201d \u2013 it\u2019s over", '"no deal" - IT\'S over'),
        ("Two\n\nparagraphs\u00a0here ", "two paragraphs here"),
        ("\ufb01nal o\ufb03ce", "final office"),
        ("Stra\u00dfe", "STRASSE"),
        ("e\u0301tat", "\u00c9TAT"),
        ("co\u00adoperate \ufeffnow", "cooperate now"),
        ("Minister\u00b4s", "minister's"),
    ],
)
def test_typography_makes_no_difference(left, right):
    """Two settings of the same words have one normalised text and one hash."""
    assert normal_text(left) == normal_text(right)
    assert text_hash(left) == text_hash(right)


@pytest.mark.parametrize(("left", "right"), [("12 dead", "13 dead"), ("a b", "ab"), ("re-sign", "resign")])
def test_words_make_a_difference(left, right):
    """A digit, a word boundary or a hyphen is part of the text."""
    assert text_hash(left) != text_hash(right)


@given(st.text())
def test_normalising_twice_changes_nothing(text):
    """The normalised text is a fixed point, so stored texts can be hashed again."""
    assert normal_text(normal_text(text)) == normal_text(text)


@given(st.text(alphabet=st.characters(categories=["Cs", "Cc", "Lu"]), max_size=20))
def test_hash_of_any_string_is_32_hex_digits(text):
    """Lone surrogates and control characters are hashed, not refused."""
    assert len(text_hash(text)) == 32 and int(text_hash(text), 16) >= 0
