"""The words for months and halves of the day that stand in the code are those of CLDR."""

from collections import defaultdict

from tasks.normalise.date_words import (
    AFTER_NOON,
    BEFORE_NOON,
    EXTRA_MONTHS,
    LANGUAGES,
    cldr_forms,
    fold,
    half_day_words,
    month_number,
)
from tasks.normalise.month_words import MONTH_WORDS


def test_the_months_are_those_that_babel_has():
    """Of every language; a name that means different months in two of them is none."""
    meanings: dict[str, set[int]] = defaultdict(set)
    for language in LANGUAGES:
        own: dict[str, int] = {}
        forms = cldr_forms(language, "months")
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for number, name in forms.get(context, {}).get(width, {}).items():
                    if not any(c.isdigit() for c in name):
                        own.setdefault(fold(name), number)
        own |= {fold(name): number for name, number in EXTRA_MONTHS.get(language, {}).items()}
        for name, number in own.items():
            meanings[name].add(number)
    wanted = {name: min(numbers) for name, numbers in meanings.items() if len(numbers) == 1}
    assert {name: n for n, names in enumerate(MONTH_WORDS, 1) for name in names.split("|")} == wanted
    assert month_number("Tammikuuta", ()) == 1
    assert month_number("Tammikuuta", (), anywhere=False) is None


def test_no_language_shows_what_another_one_borrowed():
    """Chinese and Korean both borrow a form, and Babel keeps what it finds for the first that is asked."""
    chinese, korean = _first_month("zh"), _first_month("ko")
    assert (chinese, korean) == ({"一月"}, {"1월"})


def _first_month(language: str) -> set[str]:
    forms = cldr_forms(language, "months")
    return {forms[context]["wide"][1] for context in ("format", "stand-alone")}


def test_they_are_those_that_babel_has():
    """Of every language; where two languages mean different halves by a word, the one that stands first in the list."""
    words: dict[str, bool] = {}
    for language in LANGUAGES:
        periods = cldr_forms(language, "day_periods").get("format", {})
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
