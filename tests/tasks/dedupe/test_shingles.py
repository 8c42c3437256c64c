import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.dedupe.shingles import MAX_TOKENS, MIN_SAMPLE, SAMPLE_LIMIT, folded, is_unsegmented, sketch, tokens
from tests.tasks.dedupe.texts import HINDI, JAPANESE, OTHER, WIRE, misread

LONG = " ".join(f"{word}{number}" for number in range(12) for word in WIRE.split())


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("Straße", "STRASSE"),
        ("Café", "cafe"),
        ("organi\u00adzation", "organization"),
        ("u\u0308ber", "über"),
        (misread("Rüstung – “no”"), "Rüstung – “no”"),
        (misread("u\u0308ber"), "über"),
        (misread("ключ"), "ключ"),
        (misread("मगर"), "मगर"),
    ],
)
def test_careless_copying_changes_no_token(text, same):
    """Case, accents, soft hyphens and UTF-8 read as Windows-1252 leave the tokens as they were."""
    assert tokens(text) == tokens(same)


def test_german_quotes_are_no_wrongly_decoded_letters():
    """A letter before a closing quote is left alone, although the two would decode to another letter."""
    assert tokens("Viel Spaß“, sagte er") == ["viel", "spass", "sagte", "er"]


def test_numbers_keep_their_separators():
    """3.9 and 4.9 are two numbers, not two pairs that share a half."""
    assert tokens("magnitude 3.9, 10,500 people at 19:56.") == ["magnitude", "3.9", "10,500", "people", "at", "19:56"]


def test_scripts_without_spaces_are_read_by_characters():
    """Japanese gives a token a character, Hindi a token a word."""
    assert tokens("北浜市は NHK に") == ["北", "浜", "市", "は", "nhk", "に"]
    assert is_unsegmented(tokens(JAPANESE))
    assert not is_unsegmented(tokens(HINDI)) and len(tokens(HINDI)) == len(HINDI.split())


def test_a_short_text_keeps_enough_hashes():
    """A brief of a hundred words is known by MIN_SAMPLE hashes, not by the six that one in sixteen would leave."""
    assert MIN_SAMPLE <= len(sketch(OTHER).hashes) <= 2 * MIN_SAMPLE
    assert sketch(OTHER).limit > SAMPLE_LIMIT == sketch(LONG).limit


@settings(max_examples=30)
@given(st.integers(0, 800), st.integers(200, 800))
def test_a_passage_brings_its_hashes_along(start, length):
    """Every hash sampled from a passage is sampled from the text around it too, as far as both samples are whole."""
    words = LONG.split()
    part, whole = sketch(" ".join(words[start : start + length])), sketch(LONG)
    low = part.hashes[part.hashes < min(part.limit, whole.limit)]
    assert len(low) > 0 and np.isin(low, whole.hashes).all()


def test_repeated_furniture_is_not_sampled():
    """A line that a page repeats under every picture leaves no hash; the story between does."""
    caption = "Photograph by our picture desk, all rights reserved, order prints in our shop. "
    page = caption + WIRE.replace("\n\n", f" {caption}")
    shared = np.intersect1d(sketch(caption).hashes, sketch(page).hashes)
    assert len(sketch(caption).hashes) > 5 and len(shared) == 0
    assert len(np.intersect1d(sketch(WIRE).hashes, sketch(page).hashes)) >= 10


def test_the_same_text_gives_the_same_hashes_everywhere():
    """Hashes are stored: they may depend on neither process, machine nor hash seed."""
    assert sketch("one two three four five").hashes.tolist() == [16097572282202166377]


@pytest.mark.parametrize(
    "text", ["", "   ", "word", "\ud800 \x00", "a" * 3_000_000, "\u0301" * 500_000, "1." * 400_000]
)
def test_hostile_texts_are_sketched_within_bounds(text):
    """Nothing, lone surrogates, one endless word or marks without letters: few tokens and no error."""
    assert sketch(text).tokens <= MAX_TOKENS


@given(st.text(max_size=200))
def test_folding_twice_changes_no_token(text):
    """Folded text folds to itself, so tokens do not depend on how often a text was cleaned."""
    once = folded(text)
    assert tokens(once) == tokens(folded(once))
