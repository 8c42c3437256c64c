"""Names of people out of printed byline strings: which parts are names, and which are agencies, desks, jobs, places.

Read by `byline` (who signed) and `dateline` (capitals). Pure; input is cut to MAX_RAW characters and every pattern is
bounded, so hostile strings cost no more than long ones. The words stand in `name_words`.
"""

import html
import re
import unicodedata
from collections.abc import Iterator

from tasks.normalise.name_words import (
    AND,
    AND_IN,
    BROADCASTERS,
    CJK_SUFFIX,
    DATE_BEFORE,
    DATE_WORDS,
    GLUED,
    HOUSES,
    JOB,
    JOB_COMPOUND,
    JOB_MODIFIER,
    MONTH,
    NEVER,
    NOBODY,
    NOT_A_BYLINE,
    ORGANISATION,
    ORGANISATION_CJK,
    ORGANISATION_COMPOUND,
    OTHER_ROLE,
    OTHER_ROLE_INSIDE,
    OUTLET_ARTICLES,
    PARTICLES,
    PLACE_BEGINS,
    PLACES,
    POSSESSIVE,
    PREFIX,
    PREFIX_CJK,
    SEPARATORS,
    SIGNED,
    SUFFIX,
    WEEKDAYS,
    WITH,
)

MAX_RAW = 300  # characters of one author string that are read
MAX_WORDS = 7  # of a name ("María de los Ángeles Fernández de la Vega" has eight with its first, and is rare)
MAX_NAME = 60  # characters
MAX_PLACE = 4  # words of a part that is where somebody is, the preposition among them
MAX_LONE = 25  # characters of a pen name
MIN_LONE = 3  # letters; two are an editor's sign
ACRONYM = 7  # letters below which a lone word in capitals is an outlet's sign ("ERBOL")

_MAIL = re.compile(r"\S{1,64}@\S{1,100}|@\S{1,50}|https?://\S{0,200}|www\.\S{0,100}")
_ALL_IN_BRACKETS = re.compile(
    r"\s*[\[【]([^\[\]【】]{2,80})[\]】]\s*"
)  # "[山田太郎，Example]": how Japanese papers sign
_BRACKET = re.compile(r"\s{0,2}[(\[（【][^)\]）】]{0,80}[)\]）】]?")
_NOT_IN_NAMES = re.compile(
    r"(?i)[?!:%€$<>{}\\=@+#/]|\.(?:com|de|org|net|co|info|at|ch|fr|it|es|uk|io|tv|news)\b(?=\s|$)|copyright"
)
_TRIM = ' \t\xa0©,;:|/·•–—-*"“”„»«‹›<>_=～~。、#'
_ABBREVIATED_END = re.compile(r"(?:^|[\s.])(?:[^\W\d_]|[JS]r|II|III|jr)\.$")
_JOINTS = re.compile(r"[.’'`´\-_]")
_ACCOUNT = re.compile(r"[A-ZÀ-Ý][^\W\d_]{2,}\.[A-ZÀ-Ý][^\W\d_]{2,}")
_CJK = re.compile(r"[぀-ヿ㐀-鿿가-힯]")
# Hangul of two to five syllables; two to six Han, with given names in Kana; foreign names in Katakana. No sentence.
_CJK_NAME = re.compile(
    r"[가-힣]{2,5}(?: [가-힣]{1,4})?|[㐀-鿿々]{1,4}[ 　]?[㐀-鿿々]{1,3}|[㐀-鿿々ヶ]{1,4}[ 　]?[ぁ-んァ-ヺー]{1,5}|"
    r"[ぁ-んァ-ヺー㐀-鿿々]{1,6}[ ・＝=]?[ァ-ヺー・]{2,12}|[ァ-ヺー・=＝ ]{3,20}|[㐀-鿿]{1,6}·[㐀-鿿]{1,8}"
)


def fold(name: str) -> str:
    """A name for comparison: no case, accents, dots or double spaces."""
    if name.isascii():
        return " ".join(_JOINTS.sub(" ", name.casefold()).split())
    stripped = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    return " ".join(_JOINTS.sub(" ", stripped.casefold()).split())


def split_lines(raw: str, language: str | None) -> Iterator[list[str]]:
    """For each line of an author string its parts that may be names, in reading order, cleaned.

    Agencies and desks are still among them; lines and parts under the label of another role ("Foto: ...") are not.
    """
    if raw.startswith("/"):  # the path of a profile page
        return
    text = unicodedata.normalize("NFC", html.unescape(raw[:MAX_RAW])).replace("\u200b", "").replace("\xa0", " ")
    words = AND | AND_IN.get((language or "").split("-")[0], set())
    other_role = named = False
    lines = text.split("\n")
    signed = next((at for at, line in enumerate(lines) if SIGNED.match(line)), 0)
    for line in lines[signed:]:
        if other_role or NOT_A_BYLINE.match(line):
            other_role = False
        elif OTHER_ROLE.match(line):
            other_role = len(line.split()) == 1  # a bare label: the next line holds its names
        else:
            found = _parts(GLUED.sub(" ", DATE_BEFORE.sub("", line)), words, follows_name=named)
            named = named or bool(found)
            yield found


def split_names(raw: str, language: str | None) -> list[str]:
    """`split_lines` in one list."""
    return [name for line in split_lines(raw, language) for name in line]


def is_organisation(name: str) -> bool:
    """Whether a part names a desk, an outlet or a company, by its words."""
    words = name.split()
    return (
        name.casefold() in HOUSES
        or ORGANISATION_CJK.search(name) is not None
        or (len(words) > 1 and words[0] in BROADCASTERS)
        or (len(words) > 2 and words[0].casefold() in OUTLET_ARTICLES)
        or any(w.casefold().strip(".,") in ORGANISATION or ORGANISATION_COMPOUND.search(w) for w in words)
    )


def is_nobody(name: str) -> bool:
    """Whether a part is only jobs, labels, a place or a control: it says nothing for or against the names beside it."""
    if name.partition(" ")[0] in PLACE_BEGINS and name.count(" ") < MAX_PLACE:
        return True
    words = [w.casefold().strip(".,:") for w in name.split()]
    return all(w in NOBODY or w in JOB or w in JOB_MODIFIER for w in words)


def looks_like_person(name: str, *, lone_words: bool, small_letters: bool = False) -> bool:
    """Whether a cleaned part can be a person's name.

    `lone_words`: a single word may be one (it is all that structured evidence says); `small_letters`: so may two words
    without a capital ("cindy example", as some sites write their own metadata).
    """
    words = name.split()
    if not words or len(words) > MAX_WORDS or len(name) > MAX_NAME or _NOT_IN_NAMES.search(name):
        return False
    if not any(c.isalpha() for c in name):  # signs and control characters
        return False
    lower = [w.casefold().strip(".,") for w in words]
    if any(w in NEVER for w in lower) or " ".join(lower) in PLACES or is_organisation(name) or is_nobody(name):
        return False
    if _CJK.search(name):
        return _CJK_NAME.fullmatch(name) is not None
    if len(words) == 1:
        return lone_words and _is_lone_name(name)
    if any(c.isdigit() for c in name) or (len(words) > 2 and all(len(w) <= 2 for w in words)):
        return False
    plain = [w for w in words if w[0].islower() and w not in PARTICLES and "'" not in w and "’" not in w]
    return (not plain and words[-1] not in PARTICLES) or (small_letters and len(words) == 2)


def title_case(name: str) -> str:
    """`JOSH McDONALD-DE LA CRUZ` style capitals as a name is written; initials, and what has small letters, stay."""
    words = []
    for index, word in enumerate(name.split()):
        if not word.isupper() or _is_initials(word):
            words.append(word)
        elif index and word.casefold() in PARTICLES:
            words.append(word.lower())
        else:
            cased = "".join(p.capitalize() for p in re.split(r"([-'’])", word))
            cased = re.sub(r"(['’])S$", r"\1s", cased)  # "WILLET'S", not "O'S"
            words.append(re.sub(r"^Mc(\w)", lambda m: "Mc" + m.group(1).upper(), cased))
    return " ".join(words)


def _is_initials(word: str) -> bool:
    """`J.`, `J.K.`, `RJ`, `AJ`; not `JO` or `AL`."""
    bare = word.strip(".")
    vowel = re.search(r"[AEIOUYÁÉÍÓÚÄÖÜАЕИОУЫЭЮЯ]", bare)
    return len(bare) < 2 or "." in bare or (len(bare) == 2 and bare.isascii() and (not vowel or bare.endswith("J")))


def _is_lone_name(word: str) -> bool:
    """A first name, a pen name or the account of one (`Ann.Example`); no number, no sign, no outlet's capitals."""
    if _ACCOUNT.fullmatch(word):
        return len(word) <= MAX_LONE
    letters = sum(c.isalpha() for c in word)
    capitals = word.isupper() and letters < ACRONYM
    return letters >= MIN_LONE and len(word) <= MAX_LONE and "." not in word.strip(".") and not capitals


def _parts(line: str, words: set[str], *, follows_name: bool) -> list[str]:
    found: list[str] = []
    if signed := _ALL_IN_BRACKETS.fullmatch(line):
        line = signed[1]
    line = OTHER_ROLE_INSIDE.sub("", _without_prefix(_BRACKET.sub(" ", _MAIL.sub(" ", line))))
    for chunk in SEPARATORS.split(line):
        if OTHER_ROLE.match(chunk):
            break
        for part in _split_and(chunk, words):
            name = _clean(part, follows_name=follows_name or bool(found))
            if name:
                found.append(name)
    return found


def _without_prefix(line: str) -> str:
    for _ in range(2):  # "Interview: Von ..."
        stripped = PREFIX_CJK.sub("", PREFIX.sub("", line, count=1), count=1)
        if stripped == line:
            break
        line = stripped
    return line


def _split_and(chunk: str, words: set[str]) -> Iterator[str]:
    """Split at "and", end at "mit". At "y", "e", "i" only between names of two words: "Ortega y Gasset" is one."""
    part: list[str] = []
    tokens = chunk.split()
    for index, token in enumerate(tokens):
        low = token.casefold()
        if low in WITH and part:
            break
        if low in words and index + 1 < len(tokens):
            one_letter = len(low) == 1 and low.isalpha() and not _CJK.match(low)
            if not part or not one_letter or (len(part) >= 2 and len(tokens) - index > 2):
                yield " ".join(part)
                part = []
                continue
        part.append(token)
    yield " ".join(part)


def _clean(part: str, *, follows_name: bool) -> str:
    name = POSSESSIVE.sub("", CJK_SUFFIX.sub("", part.strip(_TRIM)))
    name = _without_prefix(name)
    if len(name.split()) > 2:
        name = SUFFIX.sub("", name)
    name = _without_job(_without_date(name).strip(_TRIM), follows_name=follows_name)
    if name.endswith(".") and not _ABBREVIATED_END.search(name) and len(name.split()[-1]) > 3:
        name = name[:-1]
    return " ".join(name.strip(_TRIM).split())


def _without_date(name: str) -> str:
    """`Anna 21.10.2019` -> `Anna`; what opens with a number -> nothing; a pen name with digits stays."""
    words = name.split()
    if len(words) > 2 and words[-1].casefold() in WEEKDAYS:
        return " ".join(words[:-1])
    first = next((i for i, w in enumerate(words) if any(c.isdigit() for c in w)), None)
    if first is None or (len(words) == 1 and any(c.isalpha() for c in name)):
        return name
    before = words[:first]
    while before and (MONTH.match(before[-1]) or before[-1].casefold().strip(",") in DATE_WORDS):
        before.pop()
    return " ".join(before)


def _without_job(name: str, *, follows_name: bool) -> str:
    """`Political Editor Ann Lee` and `Ann Lee Political Editor` -> `Ann Lee`; a job alone -> nothing.

    After a name ("Ann Lee, Black Country Reporter") what stands before a job is its beat, not another person.
    """
    words = name.split()
    jobs = [i for i, w in enumerate(words) if w.casefold().strip(".,:") in JOB or JOB_COMPOUND.search(w)]
    if not jobs or any(w.casefold() in NEVER for w in words):
        return name
    after = words[jobs[-1] + 1 :]
    if len(after) >= 2:
        return " ".join(after)
    before = words[: jobs[0]]
    while before and before[-1].casefold() in JOB_MODIFIER:
        before.pop()
    return " ".join(before) if len(before) >= 2 and not follows_name else ""
