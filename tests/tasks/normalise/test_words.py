"""Words are counted by a rule that fits the script."""

import time

import pytest

from tasks.normalise.words import word_count


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        (" – … !", 0),
        ("Putin's well-known plan cost 3,000.", 5),
        ("The U.S. rate is 3.5", 5),
        ("It ended.Then it began", 5),
        ("l’État, c’est moi", 3),
        ("Fußgänger\u00adüberweg", 1),
        ("वह नई दिल्ली में है", 5),
        ("كِتَابٌ جديد", 2),
        ("서울에서 회의가 열렸다", 3),
        ("東京で会議が開かれた。", 10),
        ("会议在北京举行，AFP报道。", 10),
        ("naïve cafe\u0301", 2),
    ],
)
def test_words_by_script(text, count):
    """Marks, apostrophes and hyphens inside do not split; Han and Kana count by character."""
    assert word_count(text) == count


def test_thai_is_estimated_from_its_letters():
    """Without spaces: letters by the average length of a word."""
    assert 7 <= word_count("รัฐบาลประกาศเพิ่มค่าแรงขั้นต่ำทั่วประเทศ") <= 12


def test_a_long_text_is_counted_fast():
    """Linear in the length, also for endless joiners that lead nowhere."""
    started = time.perf_counter()
    word_count("a-" * 200_000 + "'" * 200_000 + "x." * 200_000)
    assert time.perf_counter() - started < 2
