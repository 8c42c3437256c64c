"""Which wire agencies wrote an article, by short name, from the places where newspapers credit them.

An agency counts where it signs (byline, source line, the bracket or dash at the head of the text, the tail), never
where it is merely mentioned ("told AFP") or credited for a picture. Precision before recall: a line counts only when
what stands in the agency's place is nothing but agencies, their desk codes and places.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from tasks.model import Evidence
from tasks.registry import Agency

MAX_LINE = 300  # characters of a credit line that are read
MAX_HEAD = 70  # characters before the bracket that names the agency: "KATHMANDU, Nepal, July 15 2016 (AP) -"
MAX_LABELLED = 120  # characters of a line like "With inputs from Reuters and AFP"
LONG_NAME = 5  # letters from which a name is told from ordinary words in any case ("REUTERS", "ansa" is shorter)
# Names of agencies that are words, buttons or first names in some language of the registry.
WORDS_TOO = frozenset(
    """
    mehr petra ana map tap aim mena fars aa ata mia ina ena sana suna uni aska news1 fides saba tt cp ina spa sta nova
    """.split()
)

_PICTURE = re.compile(
    r"(?i)\b(?:photos?|fotos?|photograph\w{0,5}|pictures?|images?|imagen|imago|bild(?:er)?|file|video|grafi[ck]s?|"
    r"infografik|getty|fotograf\w{0,4}|archiv\w{0,4}|crédit|credit:)\b|写真|사진|图片|照片"
)
_LABEL = re.compile(
    r"(?i)^\W{0,3}(?:quellen?|sources?|fuentes?|fontes?|fonti|kilder?|bron|agenc(?:y|ies|ia|ias|e|es)|agentur(?:en)?|"
    r"来源|來源|出典|출처|источник|джерело|kaynak|zdroj|źródło|by|von|par|por|de|di|door|af|av|text|texte|"
    r"credit)\s{0,2}[:：]?\s{1,2}"
    r"|^\W{0,3}(?:quelle|source|fuente|fonte|来源|來源)\s?[:：]"
)
# "With inputs from ANI", "avec AFP", "Mit Material der dpa", "con información de EFE", "contributed to this report"
_WITH = re.compile(
    r"(?i)(?:^|[\s(\[—–-])(?:(?:\(?with|mit|con|com|avec|met|med)\s(?:(?:\w{2,14}\s){0,2}(?:inputs?|reports?|material|"
    r"text\w{0,4}|files|agenturmaterial|informationen|información|informaciones|informações|informacje|"
    r"informazioni|dépêches?|"
    r"contenu|reporting)\s(?:from|by|von|der|des|de|da|do|di|del|della|van|the)\s)?)"
    r"(?P<list>[^()\n]{2,80}?)\s?(?:[)\].]|$)"
)
_CONTRIBUTED = re.compile(
    r"(?i)^\W{0,2}(?P<list>.{2,60}?) (?:has |have |also )?contributed to (?:this|the) (?:report|story|article)"
)
_COPYRIGHT = re.compile(
    r"(?i)^\W{0,3}(?:©|\(c\)|copyright)(?:\s?©|\s?\(c\))?\s{0,2}(?:\d{4}(?:\s?[-–]\s?\d{4})?)?\s{0,2}(?:by\s)?"
    r"(?P<list>[^.\d]{2,60}?)(?:\.|,? all rights|,? alle rechte|\s\d{4}|-infocom|$)"
)
_DPA_NUMBER = re.compile(r"\b(dpa)(?:-infocom)?(?:, dpa)?:\d{6}-\d{2}-\d{3,8}/\d{1,3}")
# "(Reuters) -", "[AFP]", "（共同）", "【ワシントン共同】", "(서울=연합뉴스)" within the first words.
_HEAD_BRACKET = re.compile(
    rf"^(?P<before>[^()\[\]（）【】]{{0,{MAX_HEAD}}})[(\[（【](?P<list>[^()\[\]（）【】]{{2,50}})[)\]）】](?P<after>.{{0,4}})"
)
_HEAD_DASH = re.compile(
    r"^(?:(?P<place>[^,.:]{2,40}),\s{0,2})?(?P<list>[^,.:()]{2,40}?)\s{0,2}(?:[-–—:：।|]{1,2}|\.-)\s{0,2}\S"
)
_HEAD_CJK = re.compile(r"^[（(【]?(?P<list>\S{2,6}?社)\S{0,30}?[电電]")
_TAIL_BRACKET = re.compile(r"[(（](?P<list>[^()（）]{2,60})[)）]\W{0,2}$")  # not [ ]: those are links of round-ups
_SEPARATOR = re.compile(
    r"\s{0,2}[/|,;+·•=、／\n]\s{0,2}|\s(?:I|&|and|und|et|y|e|og|och|en|i|with|mit|avec|con|com|met|med|-|–|—)\s|"
    r"\s{1,2}[-–—]\s{0,2}"
)
_CODE = re.compile(r"^(?:[a-zäöü]{1,4}|[a-z]{2,3}\d{0,2}|red\.?|Red\.?|RED|jha|lby|lsw)$")
_PLACE_AFTER = re.compile(
    r"^(?:(?:in|aus|à|en|de|at|from|,)\s)?[^\W\d_a-zà-ÿ][\w.’'-]{1,25}(?:\s[^\W\d_a-zà-ÿ][\w.’'-]{1,20}){0,2}$"
)
# What is printed around the name of an agency: "Agencia EFE", "AP News", "Nachrichtenagentur dpa".
_QUALIFIER = re.compile(
    r"(?i)^(?:with|avec|mit|con|com|met|med|the|die|der|la|l['’]|agencia|agenzia|agence|agentur|nachrichtenagentur|"
    r"news agency)\s|"
    r"\s(?:news agency|news|staff|newswire|agency|wire|feed|newsfeed|deutschland|redaktion|español|brasil|mundo|"
    r"service|agencies)$"
)
# What may follow a credit in brackets: the end, a dash or stop, or the capital (or caseless letter) of a sentence.
SENTENCE_START = re.compile(r"^\s{0,2}(?:$|[-–—:：.,।|]|[^\W\d_a-zà-ÿа-я]|[\"“„«‘'¿¡])")


@dataclass(frozen=True, slots=True)
class Names:
    """The printed forms of the registry's agencies: exact ones, long ones in any case, and what is a word as well."""

    exact: dict[str, str]
    folded: dict[str, str]
    words: dict[str, str]

    def of(self, part: str, *, in_brackets: bool = False) -> str | None:
        """Short name of the agency that `part` names and nothing else; None for anything else.

        Forms that are words or first names as well count only `in_brackets`: "(Petra)", not "Petra".
        """
        part = part.strip(" \t\n.,;:()[]（）【】*–—-\"“”'#/|")
        for _ in range(3):
            found = self.exact.get(part) or self.folded.get(part.casefold()) or (in_brackets and self.words.get(part))
            if found:
                return found
            shorter = _QUALIFIER.sub("", part)
            if shorter == part:
                return None
            part = shorter
        return None


@lru_cache(maxsize=4)
def names_of(agencies: tuple[Agency, ...]) -> Names:
    exact: dict[str, str] = {}
    folded: dict[str, str] = {}
    words: dict[str, str] = {}
    for agency in agencies:
        for form in (agency.name, agency.full_name, *agency.aliases):
            if form.casefold() in WORDS_TOO:
                words.setdefault(form, agency.name)
                words.setdefault(form.upper(), agency.name)
                continue
            exact.setdefault(form, agency.name)
            exact.setdefault(form.upper(), agency.name)
            if len(form) >= LONG_NAME:
                folded.setdefault(form.casefold(), agency.name)
    return Names(exact, folded, words)


def agencies(credits: Sequence[Evidence], bylines: Sequence[Evidence], registry: Sequence[Agency]) -> tuple[str, ...]:
    """Short names of the agencies that wrote the article, in the page's order: bylines, head, source lines, tail.

    `registry` are the known agencies. Raises nothing.
    """
    names = names_of(tuple(registry))
    found: list[str] = []
    for evidence in bylines:
        if not evidence.where.startswith("end:"):
            for line in evidence.raw[:MAX_LINE].split("\n"):
                found += in_list(line, names, strict=False)
    for evidence in credits:
        found += in_credit(evidence, names)
    return tuple(dict.fromkeys(found))


def in_credit(evidence: Evidence, names: Names) -> list[str]:
    """Agencies that one credit line names; how it is read depends on where it stands."""
    line = evidence.raw[:MAX_LINE].strip()
    if evidence.where == "head":
        return in_head(line, names)
    if evidence.where == "tail":
        return in_tail(line, names)
    if _PICTURE.search(line):
        return []
    if evidence.source in ("json-ld", "meta"):
        copyrighted = _COPYRIGHT.match(line)
        return in_list(copyrighted["list"] if copyrighted else line, names)
    return in_labelled(line, names) or in_list(line, names)


def in_head(line: str, names: Names) -> list[str]:
    """`MOSCOW (Reuters) - ...`, `(ANSA) - ROMA`, `AFP - ...`, `Berlin, dpa - ...`, `AFP I PTI Moscow`."""
    if len(line) <= MAX_HEAD and not _PICTURE.search(line):
        whole = in_list(line, names)
        if whole:
            return whole
    bracket = _HEAD_BRACKET.match(line)
    if bracket and SENTENCE_START.match(bracket["after"]) and not _is_sentence(bracket["before"]):
        inside = [*in_list(bracket["list"], names, in_brackets=True), *_glued(bracket["list"], names)]
        if inside and names.of(bracket["before"]) is None:
            return inside
    cjk = _HEAD_CJK.match(line)
    if cjk and names.of(cjk["list"]):
        return [name for name in [names.of(cjk["list"])] if name]
    dash = _HEAD_DASH.match(line)
    # "Dow Jones - a headline" is short and ends without a stop; copy goes on.
    copy = len(line) > MAX_HEAD or line.endswith((".", "!", "?", "।", "。", "”", '"', "»"))
    if dash and copy and not (dash["place"] and _is_sentence(dash["place"])):
        return in_list(dash["list"], names)
    return []


def in_tail(line: str, names: Names) -> list[str]:
    """`dpa/lnw`, `(With inputs from ANI)`, `... said. (PTI)`, `© 2021 AFP`, `dpa:240516-99-53606/3`."""
    number = _DPA_NUMBER.search(line)
    if number:
        return [name for name in [names.of(number[1])] if name]
    if _PICTURE.search(line[-MAX_LABELLED:]):
        return []
    bracket = _TAIL_BRACKET.search(line)
    if bracket:
        inside = in_labelled(bracket["list"], names) or in_list(bracket["list"], names, in_brackets=True)
        if inside:
            return inside
    return in_labelled(line, names) or (in_list(line, names) if len(line) <= MAX_HEAD else [])


def in_labelled(line: str, names: Names) -> list[str]:
    """After a label: `Source: AFP`, `With inputs from Reuters`, `© 2021 AFP`, `AP contributed to this report`."""
    if len(line) > MAX_LABELLED:
        return []
    for pattern in (_COPYRIGHT, _CONTRIBUTED, _WITH):
        match = pattern.search(line)
        if match:
            found = in_list(match["list"], names)
            if found:
                return found
    label = _LABEL.match(line)
    return in_list(line[label.end() :], names) if label else []


def in_list(line: str, names: Names, *, strict: bool = True, in_brackets: bool = False) -> list[str]:
    """Agencies of a list like `AFP I PTI Moscow`, `dpa/lnw`, `APA/Reuters`, `Paul Weise, The Associated Press`.

    With `strict` every part must be an agency, a desk code, or follow one as its place; else what is no agency
    (people, in a byline) is passed over. After a slash stands no place: `dpa/Jan Muster` took the picture.
    """
    found: list[str] = []
    line = line.strip()
    line = line if names.of(line) else _LABEL.sub("", line)
    for part in (p for p in _SEPARATOR.split(line.strip(" ()[]（）")) if p and p.strip(" .-–—()")):
        named = names.of(part, in_brackets=in_brackets) or _with_place(part, names)
        if named:
            found.append(named)
        elif strict and not (found and (_CODE.match(part) or ("/" not in line and _PLACE_AFTER.match(part)))):
            return []
    return found


def _with_place(part: str, names: Names) -> str | None:
    """`PTI Moscow`, `Associated Press in Valencia`; not `AP Singh` or `Petra Muster`: initials and first names."""
    words = part.split()
    for count in range(min(4, len(words) - 1), 0, -1):
        head, rest = " ".join(words[:count]), " ".join(words[count:])
        name = names.of(head)
        sign = head.isupper() and len(head) > 2
        if name and _PLACE_AFTER.match(rest) and (sign or rest.startswith(("in ", "à ", "en "))):
            return name
    return None


def _glued(inside: str, names: Names) -> Iterator[str]:
    """`ワシントン共同`: place and agency written together, in scripts without spaces."""
    if not inside.isascii() and " " not in inside and not names.of(inside):
        for start in range(1, len(inside) - 1):
            name = names.of(inside[start:])
            if name:
                yield name
                return


def _is_sentence(before: str) -> bool:
    """Whether the words before a bracket are running text and not place and date."""
    words = [w for w in re.split(r"[\s,./–—-]+", before) if w]
    small = [w for w in words if w[0].islower() and len(w) > 3]
    return len(words) > 9 or len(small) > 1
