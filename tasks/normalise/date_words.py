"""Month names, day periods and the order of day and month, by language: Unicode CLDR, in part through Babel.

CLDR is the source of every name here but for the few that newsrooms print and CLDR lacks.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from copy import deepcopy
from functools import cache
from typing import Any, Literal, cast

from babel import Locale, UnknownLocaleError
from babel.core import get_global
from babel.localedata import LocaleDataDict, load

from tasks.normalise.month_words import MONTH_WORDS

Order = Literal["dmy", "mdy", "ymd"]

# Languages whose month names are known: those of the registry and their neighbours. Variants with other names
# (Levantine and Maghreb Arabic) are listed beside the main one.
# fmt: off
LANGUAGES = (
    "en", "de", "de_AT", "fr", "es", "pt", "it", "nl", "sv", "no", "da", "fi", "is", "et", "lv", "lt",
    "pl", "cs", "sk", "hu", "ro", "hr", "sr", "sr_Latn", "bs", "sl", "mk", "bg", "ru", "uk", "be", "el",
    "tr", "az", "kk", "uz", "ky", "ka", "hy", "he", "ar", "ar_LB", "ar_DZ", "ar_TN", "ar_MA", "fa_AF", "ur",
    "hi", "bn", "mr", "ne", "ta", "te", "gu", "pa", "kn", "ml", "si", "th", "id", "ms", "fil", "vi", "km", "my",
    "sw", "zu", "xh", "af", "am", "so", "ha", "yo", "ca", "eu", "gl", "ga", "cy", "lb", "kl", "mt", "sq", "eo",
)
# fmt: on
# What newsrooms print beside CLDR's forms: short ones, the case in which a date has the month, other spellings.
EXTRA_MONTHS: dict[str, dict[str, int]] = {
    "en": {"sept": 9, "janu": 1, "febr": 2},
    "de": {"maerz": 3, "mrz": 3, "jänner": 1, "jaenner": 1, "feber": 2, "sept": 9},
    "es": {"setiembre": 9, "sept": 9, "set": 9},
    "fr": {"fev": 2, "aout": 8},
    "pt": {"marco": 3},
    "nl": {"mrt": 3},
    "ru": {"сент": 9, "нояб": 11},
    "tr": {"sub": 2, "agu": 8},
    "sr": {
        "јануара": 1,
        "фебруара": 2,
        "марта": 3,
        "априла": 4,
        "маја": 5,
        "јуна": 6,
        "јула": 7,
        "августа": 8,
        "септембра": 9,
        "октобра": 10,
        "новембра": 11,
        "децембра": 12,
    },
    "sr_Latn": {"avgusta": 8},
    "sl": {"januarja": 1, "februarja": 2, "junija": 6, "julija": 7, "avgusta": 8},
    "lv": {"maijā": 5, "jūnijā": 6, "jūlijā": 7},
    "et": {
        "jaanuaril": 1,
        "veebruaril": 2,
        "märtsil": 3,
        "aprillil": 4,
        "juunil": 6,
        "juulil": 7,
        "augustil": 8,
        "septembril": 9,
        "oktoobril": 10,
        "novembril": 11,
        "detsembril": 12,
    },
    "eu": {
        "urtarrilaren": 1,
        "otsailaren": 2,
        "martxoaren": 3,
        "apirilaren": 4,
        "maiatzaren": 5,
        "ekainaren": 6,
        "uztailaren": 7,
        "abuztuaren": 8,
        "irailaren": 9,
        "urriaren": 10,
        "azaroaren": 11,
        "abenduaren": 12,
        "urtarrilak": 1,
        "otsailak": 2,
        "martxoak": 3,
        "apirilak": 4,
        "maiatzak": 5,
        "ekainak": 6,
        "uztailak": 7,
        "abuztuak": 8,
        "irailak": 9,
        "urriak": 10,
        "azaroak": 11,
        "abenduak": 12,
    },
    "id": {"agt": 8, "agst": 8, "agu": 8, "nopember": 11},
    "he": {
        "בינואר": 1,
        "בפברואר": 2,
        "במרץ": 3,
        "במרס": 3,
        "באפריל": 4,
        "במאי": 5,
        "ביוני": 6,
        "ביולי": 7,
        "באוגוסט": 8,
        "בספטמבר": 9,
        "באוקטובר": 10,
        "בנובמבר": 11,
        "בדצמבר": 12,
    },
    "ar": {"يونيه": 6, "يوليه": 7},
    "fa": {"آگوست": 8},
    "hi": {"सितम्बर": 9, "अक्तूबर": 10, "नवम्बर": 11, "दिसम्बर": 12},
    "mr": {"ऑगष्ट": 8},
    "bn": {"জানুয়ারি": 1, "ফেব্রুয়ারি": 2, "আগষ্ট": 8},
    "gu": {"ઓગસ્ટ": 8, "ઓક્ટોબર": 10},
    "ta": {"செப்டெம்பர்": 9},
    "te": {"జూలై": 7, "సెప్టెంబరు": 9, "అక్టోబరు": 10, "నవంబరు": 11, "డిసెంబరు": 12},
    "kn": {"ನವಂಬರ್": 11},
    "ml": {"മെയ്": 5, "ജൂലായ്": 7, "ആഗസ്റ്റ്": 8, "സെപ്തംബർ": 9, "ഒക്ടോബർ": 10},
}  # fmt: skip
# CLDR's words for the halves of the day in LANGUAGES, folded, as Babel 2.18.0 has them: to read them there is half a
# second for 84 locales, at each start. A test compares.
# fmt: off
BEFORE_NOON = (
    "am", "a m", "fm", "ap", "fh", "priekspusdiena", "prieksp", "priespiet", "dop", "de", "prijepodne",
    "претпл", "проб", "дп", "πμ", "oo", "to", "таңкы", "тң", "ص", "قبل\u200cازظهر", "قظ", "पूर्वाह्न", "ਪੂਦੁ",
    "පෙව", "ก่อนเที่ยง", "pg", "sa", "နံနက်", "vm", "ጥዋት", "gh", "safiya", "sf", "aaro", "rn", "yb", "moies",
    "ulloqeqqata-tungaa", "ut", "e paradites", "pd", "atm",
)
AFTER_NOON = (
    "pm", "p m", "em", "ip", "eh", "pecpusdiena", "pecp", "popiet", "odp", "du", "popodne", "pop", "попл",
    "слоб", "пп", "μμ", "os", "tk", "түштөн кииинки", "тк", "م", "بعدازظهر", "بظ", "अपराह्न", "ਬਾਦੁ", "පව",
    "หลังเที่ยง", "ptg", "ch", "ညနေ", "nm", "ከሰዓት", "gd", "yamma", "ym", "osan", "in", "yh", "nomettes",
    "ulloqeqqata-kingorna", "uk", "e pasdites", "md", "ptm",
)
# fmt: on
# Half-day words beside CLDR's: (before noon, after noon).
EXTRA_PERIODS: tuple[tuple[str, str], ...] = (
    ("am", "pm"),
    ("a m", "p m"),
    ("vm", "nm"),
    ("sa", "ch"),
    ("πμ", "μμ"),
    ("ص", "م"),
    ("صباحا", "مساء"),
    ("午前", "午後"),
    ("上午", "下午"),
    ("오전", "오후"),
    ("पूर्वाह्न", "अपराह्न"),
    ("öö", "ös"),
    ("oo", "os"),
)  # fmt: skip
# English is written in both orders; these countries write the month first (CLDR en_US, en_PH; and US territories).
MONTH_FIRST_COUNTRIES = frozenset(("US", "PH", "PR", "GU", "VI", "AS", "MP", "UM", "FM", "MH", "PW", "LR"))


# Spellings that are one word to their readers: Arabic hamza, maddah and the letters of other keyboards; the nukta.
_DROPPED = frozenset(".'’`\u200e\u200f\u0653\u0654\u0655\u093c\u0a3c")
ONE_LETTER = str.maketrans("يىك", "ییک")
_NO_SIGNS = str.maketrans("", "", ".'`")  # those of ASCII that `fold` drops


def fold(word: str) -> str:
    """Lower case; no dots, no combining marks of European scripts: `Févr.` and `fevr` are one word, as are spellings
    of one Arabic or Indian word."""
    if word.isascii():
        return word.casefold().translate(_NO_SIGNS)
    decomposed = unicodedata.normalize("NFKD", word.casefold().replace("ı", "i"))
    kept = "".join(c for c in decomposed if not "\u0300" <= c <= "\u036f" and c not in _DROPPED)
    return unicodedata.normalize("NFC", kept).translate(ONE_LETTER)


def cldr_forms(language: str, what: Literal["months", "day_periods"]) -> Mapping[str, Any]:
    """CLDR's words by context and width. Raises UnknownLocaleError and ValueError.

    Of a copy: where a language borrows a form, Babel writes the answer into data that languages share, and others that
    are asked later show it as theirs (`一月` in every language without its own month names, once Chinese was asked).
    """
    data = load(str(Locale.parse(language)))
    return cast(Mapping[str, Any], LocaleDataDict({what: deepcopy(data[what])})[what])


@cache
def _months_of(language: str) -> dict[str, int]:
    """Folded month name -> number, of one language; wide and short, in the grammar of dates and on their own."""
    months: dict[str, int] = {}
    try:
        forms = cldr_forms(language, "months")
    except (UnknownLocaleError, ValueError):
        return months
    for context in ("format", "stand-alone"):
        for width in ("wide", "abbreviated"):
            for number, name in forms.get(context, {}).get(width, {}).items():
                if not any(c.isdigit() for c in name):
                    months.setdefault(fold(name), number)
    months.update({fold(name): number for name, number in EXTRA_MONTHS.get(language, {}).items()})
    return months


@cache
def _months_of_all() -> dict[str, int]:
    """Folded name -> number over all languages."""
    return {name: number for number, names in enumerate(MONTH_WORDS, 1) for name in names.split("|")}


def month_number(word: str, languages: Sequence[str], *, anywhere: bool = True) -> int | None:
    """The month that a word names in the publisher's languages, else in English, else (`anywhere`) in any language.

    Abbreviations that CLDR lacks are taken when they are the head of one month's name (three letters or more).
    """
    name = fold(word)
    if len(name) < 2:
        return None
    for language in (*(lang.replace("-", "_") for lang in languages), "en"):
        months = _months_of(language) or _months_of(language.split("_")[0])
        if name in months:
            return months[name]
        if len(name) >= 3:
            heads = {number for full, number in months.items() if full.startswith(name)}
            if len(heads) == 1:
                return heads.pop()
    return _months_of_all().get(name) if anywhere else None


@cache
def half_day_words() -> tuple[dict[str, bool], re.Pattern[str]]:
    """Folded half-day word -> is it after noon; and a pattern that finds one."""
    words: dict[str, bool] = {}
    for before, after in EXTRA_PERIODS:
        words.setdefault(fold(before), False)
        words.setdefault(fold(after), True)
    words |= {word: word in AFTER_NOON for word in (*BEFORE_NOON, *AFTER_NOON) if word not in words}
    longest_first = sorted(words, key=lambda word: (-len(word), word))
    return words, re.compile("|".join(re.escape(word) for word in longest_first))


@cache
def day_month_order(country: str | None, languages: tuple[str, ...]) -> Order | None:
    """The order in which a publisher writes numeric dates, None when nobody can know.

    By country and language as CLDR's short date pattern has it. English without a country is both, hence None.
    """
    if country in MONTH_FIRST_COUNTRIES:
        return "mdy"
    tags = [lang.replace("-", "_") for lang in languages]
    if country:
        tags = [f"{tag.split('_')[0]}_{country}" for tag in tags] + _languages_of(country) + tags
    for tag in tags:
        if tag == "en" or tag.startswith("en_US"):
            return "dmy" if country else None
        try:
            pattern = str(Locale.parse(tag).date_formats["short"].pattern)
        except (UnknownLocaleError, ValueError):
            continue
        letters = "".join(dict.fromkeys(c for c in pattern.lower() if c in "dmy"))
        if letters in ("dmy", "mdy", "ymd"):
            return letters  # type: ignore[return-value]
    return "dmy" if country else None


def _languages_of(country: str) -> list[str]:
    """The locale that CLDR thinks likeliest for a country."""
    likely = get_global("likely_subtags").get(f"und_{country}")
    return [f"{likely.split('_')[0]}_{country}"] if likely else []
