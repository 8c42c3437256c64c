"""The place at the head of an article: "MOSCOW (Reuters) - ...", "Berlin (dpa) -", "AFP I PTI Moscow".

A dateline is believed only where its form is complete: a place, then an agency in brackets or a date, then a dash or a
colon before the first sentence; or a credit line of agencies and one place. "Moscow said ..." is none.
"""

import re
from collections.abc import Sequence

from tasks.model import Evidence
from tasks.normalise.agency import SENTENCE_START, Names, in_list, names_of
from tasks.normalise.name_words import OTHER_ROLE
from tasks.normalise.names import is_organisation, title_case
from tasks.registry import Agency

MAX_PLACE = 40  # characters
MAX_PLACE_WORDS = 4  # "Rio de Janeiro", "Frankfurt am Main"
HEAD_CHARS = 160  # of the first lines that are looked at
COMMON_CHARS = 20_000  # of the text in which a kicker's word is looked for in small letters

_CAPITAL = r"[^\W\d_a-zà-öø-ÿа-яё]"
_PLACE_WORD = rf"{_CAPITAL}[\w'’.\u0900-\u0963]{{1,25}}"
_INNER = r"(?:am|an|der|de|do|da|dos|del|la|le|el|al|di|sur|on|upon|ob|im|bei|St\.)[\s/-]"  # Frankfurt am Main
_PLACE = rf"(?:{_PLACE_WORD}(?:[\s/-](?:{_INNER})?{_PLACE_WORD}){{0,3}})"
_REGION = rf"(?:,\s?{_CAPITAL}[\w'’. -]{{1,25}})?"
# Stems of month names in the Latin and Cyrillic languages of the registry.
_MONTH = (
    r"(?i:jan|ene|gen|stycz|led|feb|fév|fev|lut|únor|mar|mär|mär|břez|apr|avr|abr|kwi|dub|ma[iyjg]|květ|jun|juin|"
    r"giu|cze|červ|"
    r"jul|juil|lug|lip|aug|aoû|ago|sie|srp|sep|set|wrz|zář|o[ck]t|ott|out|paź|říj|nov|lis|de[cz]|déc|dic|gru|pros|"
    r"янв|фев|мар|"
    r"апр|ма[йя]|июн|июл|авг|сен|окт|ноя|дек)[^\W\d_]{0,8}\.?"
)
_DAY_FIRST = rf"\d{{1,2}}(?:st|nd|rd|th|º|°|er)?\.?\s(?:de\s)?{_MONTH}"
_MONTH_FIRST = rf"{_MONTH}\s\d{{1,2}}(?:st|nd|rd|th)?"
_WEEKDAY = rf",\s{_CAPITAL}\w{{1,10}}\.?,?\s"
_DAY = rf"(?:,?\s|{_WEEKDAY})(?:(?:{_DAY_FIRST}|{_MONTH_FIRST})(?:,?\s(?:de\s)?\d{{4}})?)"
_DASH = r"\s{0,2}(?:--?|[–—―:：।]|\.\s?-)\s{0,2}"

# "MOSCOW (Reuters) -", "Moscow, July 15 (PTI)", "KYIV, Ukraine (AP) —", "Washington, 3 may (EFE).-"
_WITH_AGENCY = re.compile(
    rf"^(?P<place>{_PLACE}){_REGION}(?:{_DAY})?[\s,]{{0,2}}[(\[](?P<agency>[^()\[\]]{{2,40}})[)\]]"
)
# "(ANSA) - ROMA, 12 MAR -", "(EFE) Madrid -"
_AGENCY_FIRST = re.compile(
    rf"^[(\[](?P<agency>[^()\[\]]{{2,40}})[)\]]\s{{0,2}}[-–—]?\s{{0,2}}"
    rf"(?P<place>{_PLACE}){_REGION}(?:{_DAY})?\s{{0,2}}(?=[-–—])"
)
# "ROMA, 12 MAR -", "BEIJING, July 15 --"
_WITH_DATE = re.compile(rf"^(?P<place>{_PLACE}){_REGION}{_DAY}{_DASH}")
# "BUFFALO, N.Y. (WIVB) —": the bracket holds the outlet's own sign
_WITH_OUTLET = re.compile(
    rf"^(?P<place>{_PLACE}){_REGION}(?:{_DAY})?[\s,]{{0,2}}\([A-Z][\w .]{{1,20}}\)\s{{0,2}}[-–—]{{1,2}}\s"
)
# "LONDON —", "ST. LOUIS -", "नई दिल्ली:": capitals, or a dash that sets the place off
_BARE = re.compile(rf"^(?P<place>{_PLACE}){_REGION}(?:\s[–—―]\s|\.\s?[–—―-]\s|\s--?\s|:\s|\s?[–—―](?=[^\W\d_]))")
_BRACKET_CJK = re.compile(
    r"^[【(（\[](?P<place>[^\s=・()（）【】\[\]]{2,12})[=・＝](?P<agency>[^()（）【】\[\]]{2,24})[】)）\]]"
)
_FULL_CJK = re.compile(r"^(?:新华社|中新社|中新网|本报)(?P<place>[\u4e00-\u9fff]{2,6}?)\d{1,2}月\d{1,2}日")
_BOLD_CJK = re.compile(r"^【(?P<place>[\u30a0-\u30ff\u4e00-\u9fff]{2,10}?)(?P<agency>共同|時事|AFP)[^】]{0,12}】")
_PLACE_LINE = re.compile(rf"^(?P<place>{_PLACE})$")
_HINDI = r"[\u0900-\u0963\u0970-\u097f]{2,20}(?:\s[\u0900-\u0963\u0970-\u097f]{2,20})?"
_DEVANAGARI = re.compile(rf"^(?P<place>{_HINDI})\s?(?:,\s?{_HINDI})?\s?[:।–—]")

_SENTENCE_END = re.compile(r"[.!?…।][\"”“»’')]?\s{0,1}$")  # a headline or standfirst often ends without one
_ABSTRACT = re.compile(r"(?:UNG|TION|HEIT|KEIT|SCHAFT|ISMUS|ITÄT|MENT|NESS|ITY|CIÓN|IDAD)$")  # nouns, no places
# Words that open sentences or kickers with a dash or a colon after them, never places.
_NO_PLACE = set(
    """
    dear breaking update updated live exclusive opinion analysis watch read video photos note editor editors
    editorial comment interview review explainer explained factbox timeline summary background question answer q a
    here how why what when where who the this that these those there if in on at for and but yes no monday tuesday
    wednesday thursday friday saturday sunday january february march april may june july august september october
    november december today yesterday tomorrow advertisement anzeige kommentar analyse eilmeldung der die das ein
    eine hintergrund frage antwort montag dienstag mittwoch donnerstag freitag samstag sonntag le la les un une des
    el los las il lo gli uno una o os as topline contents correction clarification warning spoiler image photo foto
    bild source quelle fuente text von by par por key points highlights press release pressemitteilung tl dr ps nb
    fact myth step part chapter day week year
    """.split()
)
_ARTICLES = {
    "le",
    "la",
    "les",
    "los",
    "las",
    "el",
    "il",
    "das",
    "o",
    "a",
    "the",
    "st",
    "part",
}  # "LOS ANGELES", "The Hague"


def dateline(
    text: str, credits: Sequence[Evidence], registry: Sequence[Agency], language: str | None = None
) -> str | None:
    """The place that the article was written at, as printed (capitals as title case), or None.

    `text` is the main text, `credits` its credit lines, `registry` the known agencies. Raises nothing.
    """
    names = names_of(tuple(registry))
    for line in [line.strip() for line in text.split("\n") if line.strip()][:2]:
        place = at_head(line[:HEAD_CHARS], names)
        if place:
            return place
        bare = _BARE.match(line[:HEAD_CHARS])
        if bare and _SENTENCE_END.search(line[-3:]) and _is_bare_place(bare["place"], text):
            return _place(bare["place"], names)
    for evidence in credits:
        if evidence.source in ("text", "html") and evidence.where != "tail":
            place = in_credit_line(evidence.raw[:HEAD_CHARS], names)
            if place:
                return place
    return None


def at_head(line: str, names: Names) -> str | None:
    """The place of a dateline at the start of a line of text."""
    for pattern in (_WITH_AGENCY, _AGENCY_FIRST, _BRACKET_CJK, _BOLD_CJK):
        match = pattern.match(line)
        if match and SENTENCE_START.match(line[match.end() :]) and in_list(match["agency"], names, in_brackets=True):
            return _place(match["place"], names)
    match = _WITH_DATE.match(line) or _FULL_CJK.match(line) or _DEVANAGARI.match(line)
    if match:
        return _place(match["place"], names)
    outlet = _WITH_OUTLET.match(line)
    return _place(outlet["place"], names) if outlet else None


def _is_bare_place(place: str, text: str) -> bool:
    """Whether capitals before a dash are a place, not a kicker ("AGGRESSION –"), a word the text has in small letters.

    Without agency or date only capitals are telling: "Moscow — the city ..." may be any sentence.
    """
    if not place.isupper() or len(place) < 4 or _ABSTRACT.search(place):
        return False
    words = set(re.findall(r"\w+", text[:COMMON_CHARS]))
    return not any(word.lower() in words for word in place.split() if len(word) > 3)


def in_credit_line(line: str, names: Names) -> str | None:
    """`AFP I PTI Moscow`, `Reuters, London`, `Associated Press in Valencia` -> the place."""
    if "/" in line or OTHER_ROLE.match(line) or not in_list(line, names):
        return None
    last = re.split(r"\s{0,2}[/|,;·•]\s{0,2}|\s(?:I|-|–|—)\s", line.strip(" ()"))[-1]
    words = last.split()
    for count in range(min(4, len(words) - 1), 0, -1):
        if names.of(" ".join(words[:count])):
            words = words[count:]
            break
    if words and words[0] in ("in", "aus", "à", "en", "at", "from"):
        words = words[1:]
    place = " ".join(words)
    return _place(place, names) if _PLACE_LINE.match(place) else None


def _place(printed: str, names: Names) -> str | None:
    """A place as it is written, None for an agency, a desk, a month or a word that opens sentences."""
    place = printed.strip(" ,.-–—:")
    words = place.split()
    ends = next((i for i, w in enumerate(words) if w.endswith(".") and len(w) > 4), None)
    if ends is not None:  # "ПЕТРОПАВЛОВСК. КАЗИНФОРМ –"
        words = words[: ends + 1]
        place = " ".join(words).rstrip(".")
    if not words or len(words) > MAX_PLACE_WORDS or len(place) > MAX_PLACE or names.of(place) or is_organisation(place):
        return None
    if any(c.isdigit() for c in place):
        return None
    folded = [w.casefold().strip(".") for w in words]
    if folded[0] in _NO_PLACE and (len(words) == 1 or folded[0] not in _ARTICLES):
        return None
    if not place.isupper():
        return place
    return " ".join(w.capitalize() if w.strip(".") in ("ST", "FT", "MT") else w for w in title_case(place).split())
