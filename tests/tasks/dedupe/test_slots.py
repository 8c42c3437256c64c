from tasks.dedupe.shingles import tokens
from tasks.dedupe.slots import Conflicts, alike, conflicts, frame
from tests.tasks.dedupe.texts import CHROME, CUT, LOCAL_LEAD, WIRE, weather


def differing(one, other):
    return conflicts(frame(tokens(one)), frame(tokens(other)))


def test_cutting_and_adding_is_no_conflict():
    """A copy that drops paragraphs and adds its own fills every place that it kept as before."""
    assert differing(WIRE, LOCAL_LEAD + CHROME + CUT) == Conflicts(0, 0)


def test_a_correction_is_a_conflict_of_its_own_size():
    """Two figures changed are two conflicts, whatever their text's length."""
    corrected = WIRE.replace("31 to 14", "30 to 15")
    assert differing(WIRE, corrected).numbers == 2
    assert differing(WIRE, corrected).words == 0


def test_each_refilled_gap_of_a_template_counts():
    """Two forecasts from one template disagree wherever the template has a gap for a figure or a name."""
    one = weather("Halverstad", "Tuesday", 18, 9, 40, 22, 45, "6:12")
    other = weather("Oldenby", "Friday", 21, 12, 10, 14, 30, "6:19")
    assert differing(one, other) == Conflicts(numbers=6, words=2)


def test_misprints_are_not_other_words():
    """Letters dropped or swapped leave a word itself; another name is another word."""
    assert alike("residents", "resdients") and alike("organisation", "organization")
    assert not alike("monday", "friday") and not alike("halverstad", "oldenby")


def test_conflicts_are_symmetric():
    """It does not matter which of two articles came first."""
    one, other = frame(tokens(WIRE)), frame(tokens(WIRE.replace("2029", "2031").replace("Tuesday", "Friday")))
    assert conflicts(one, other) == conflicts(other, one) == Conflicts(1, 1)
