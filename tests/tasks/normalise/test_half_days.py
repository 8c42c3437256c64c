"""The words for the halves of the day that stand in the code are those of CLDR."""

from babel import Locale

from tasks.normalise.date_words import AFTER_NOON, BEFORE_NOON, LANGUAGES, fold, half_day_words


def test_they_are_those_that_babel_has():
    """Of every language; where two languages mean different halves by a word, the one that stands first in the list."""
    words: dict[str, bool] = {}
    for language in LANGUAGES:
        periods = Locale.parse(language).day_periods.get("format", {})
        for width in ("wide", "abbreviated"):
            for name, is_after in (("am", False), ("pm", True)):
                word = fold(periods.get(width, {}).get(name, ""))
                if len(word) >= 2 or (word and not word.isascii()):
                    words.setdefault(word, is_after)
    assert words == dict.fromkeys(BEFORE_NOON, False) | dict.fromkeys(AFTER_NOON, True)


def test_a_word_is_before_or_after_noon_never_both():
    """What newsrooms print beside CLDR's goes before it."""
    words, pattern = half_day_words()
    assert not set(BEFORE_NOON) & set(AFTER_NOON)
    assert (words["pm"], words["am"], words["午後"], words["ص"]) == (True, False, True, False)
    assert all(pattern.fullmatch(word) for word in words)
