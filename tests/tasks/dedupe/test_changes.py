from hypothesis import example, given
from hypothesis import strategies as st

from tasks.dedupe.changes import changes
from tests.tasks.dedupe.texts import CUT, JAPANESE, LOCAL_LEAD, OTHER, WIRE


def test_what_a_cut_left_out_is_named():
    """Whole paragraphs, in reading order; the rest counts as kept."""
    found = changes(WIRE, CUT)
    assert found.cut == tuple(WIRE.split("\n\n")[4:])
    assert found.added_words == 0 and 0.5 < found.kept < 0.8
    assert 60 < found.cut_words < 120


def test_what_was_added_is_counted_and_nothing_is_cut():
    """A local lead before the wire's text."""
    found = changes(WIRE, LOCAL_LEAD + WIRE)
    assert (found.kept, found.cut_words, found.cut) == (1.0, 0, ())
    assert 30 < found.added_words < 60


def test_moved_paragraphs_are_kept():
    """The order of passages does not count; where one ends, a run of words may break."""
    parts = WIRE.split("\n\n")
    assert changes(WIRE, "\n\n".join(reversed(parts))).kept == 1.0


def test_another_text_has_nothing_of_it():
    """All is cut, all is added."""
    found = changes(WIRE, OTHER)
    assert found.kept < 0.02 and len(found.cut) == len(WIRE.split("\n\n"))


def test_unsegmented_text_is_compared_by_characters():
    """Half a Japanese text is half of it."""
    assert 0.4 < changes(JAPANESE, JAPANESE[: len(JAPANESE) // 2]).kept < 0.6


@example("Ì\xa0", "")  # two characters that look like one wrongly decoded, until the space at the end is cut
@given(st.text(max_size=60), st.text(max_size=60))
def test_any_two_texts_can_be_compared(one, other):
    """Empty, short and strange ones too; a text has all of itself."""
    found = changes(one, other)
    assert 0.0 <= found.kept <= 1.0 and found.cut_words >= 0 and found.added_words >= 0
    assert changes(one, one).cut_words == 0
