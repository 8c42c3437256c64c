"""Names of people out of printed byline strings: which parts are names, and which are agencies, desks, jobs, places.

Read by `byline` (who signed) and `dateline` (a person is no place). Pure; every pattern is bounded, and input is cut
to MAX_RAW characters first.
"""

import re
import unicodedata
from collections.abc import Iterator

MAX_RAW = 300  # characters of one author string that are read
MAX_WORDS = 7  # of a name ("María de los Ángeles Fernández de la Vega" has seven)
MAX_NAME = 60  # characters

# What announces names. Optional colon; "Von", "Par", "Di" need a name of two words or a capital after them.
PREFIX = re.compile(
    r"^\W{0,3}(?:"
    r"(?i:(?:words|text(?:e|o)?|testo|tekst|story|interview|report(?:ing|ed|er)?|analysis|analyse|written|posted|published|"
    r"updated|created|submitted|compiled|presented|edited|a report|a comment|an? \w{3,12} column|opinion|review|reviewed|"
    r"verfasst|geschrieben|recherche|protokoll|kommentar|ein kommentar|eine analyse|ein artikel|ein gastbeitrag|eine kolumne|"
    r"eine? \w{3,25}|gastbeitrag|gastkommentar|beitrag|bericht|autor(?:e?n)?\(?:?in\)?|autor(?:in|en|es|a|e|i)?|author(?:s|\(s\))?|"
    r"auteur(?:s|e)?|autrice|propos recueillis|rédigé|écrit|publié|escrito|publicado|redactado|redacción|artículo|"
    r"un article|un artículo|scritto|a cura|penulis|ditulis|yazan|yazar|автор(?:ы|и)?|текст|skrevet|skriven|"
    r"geplaatst|geschreven|kirjoittanut|napsal|napisał|publicerad)\W{0,3}\s{0,2}(?:by|von|par|por|di|de|av|af|door|oleh|:)[\s:]{0,3})"
    r"|(?i:authors?|autor(?:in|en|es|a|e|i|:in|\*in)?|auteurs?|text|texte?|texto|testo|tekst|written|"
    r"penulis|reporter|story|автор(?:ы|и)?|текст|[ij]nterview|schreiber|verfasser(?:in)?|byline|journalist)\s?[:：|]\s{0,3}"
    r"|(?i:by|von|par|por|av|af|door|oleh|von:|przez|od|kirjoittanut|autor|author|автор)[\s:]{1,3}"
    r"|(?:[Bb]y|[Vv]on|Par|Por)(?=[A-Z])"
    r"|(?:De|DE|Di|DI|Da|Di:)[\s:]{1,3}(?=\S{2,30}\s\S)"
    r")"
)
PREFIX_CJK = re.compile(
    r"^[（(\[【〔]?(?:(?:[本][报報]|[特][约約]|[见見][习習]|實習|实习)?[记記]者|(?:责任)?[编編][辑輯]|[責责][编編]|作者|撰文|文|"
    r"取材・文|取材・構成|著者|執筆|글|글쓴이|翻訳者?|訳者?|イラスト)\s{0,2}(?:[：:／/・|｜●◆=]\s{0,2}|\s)"
)
CJK_SUFFIX = re.compile(r"\s?(?:선임|수습|인턴|객원|논설|전문)?\s?(?:기자|특파원|위원|記者|记者|特派員)(?:\s.{0,60})?$")

# Labels whose names made the pictures, the translation or the sound, not the article.
OTHER_ROLE = re.compile(
    r"(?i)^\W{0,3}(?:foto(?:s|graf(?:ie|ía|in)?|grafie)?|photos?|photograph(?:s|er|ed|y)?|pictures?|bild(?:er)?|images?|"
    r"illustration(?:en|s)?|illustrat(?:ed|or)|grafik|graphics?|video|kamera|camera|übersetz\w{1,8}|translat\w{2,5}|"
    r"redaktion:|geprüft|lektoriert|sendung|traduc\w{2,6}|traduit|produced|producer|edit(?:ed|ing)|fact[- ]check\w{0,3}|medically reviewed|reviewed|"
    r"mehr von|more from|more by|follow|copyright|©|quelle|source|fuente|fonte|credits?|lektorat|schnitt|"
    r"фото|写真|撮影|사진|이미지|图|摄影)\b"
)

# "and" in the languages of the registry. These are unmistakable anywhere ...
AND = {"and", "&", "+", "und", "u.", "et", "og", "och", "with", "mit", "avec", "con", "med", "met", "és", "și", "şi",
       "και", "та", "и", "और", "व", "与", "和", "及", "und:", "sowie", "ed", "y", "x"}  # fmt: skip
# ... and these only in their own language, where no name is made of them.
AND_IN = {"it": {"e", "ed"}, "pt": {"e"}, "gl": {"e"}, "es": {"e"}, "pl": {"i", "oraz"}, "hr": {"i"}, "sr": {"i"},
          "bs": {"i"}, "ca": {"i", "amb"}, "cs": {"a"}, "sk": {"a"}, "nl": {"en"}, "af": {"en"}, "fi": {"ja"},
          "et": {"ja"}, "tr": {"ve"}, "id": {"dan"}, "ms": {"dan"}, "vi": {"và"}, "lt": {"ir"}, "lv": {"un"},
          "sl": {"in"}, "uk": {"та", "і", "й"}, "bg": {"и"}, "hu": {"és"}, "ro": {"și"}, "sq": {"dhe"}, "zu": {"no"},
          "eu": {"eta"}, "ar": {"و"}, "fa": {"و"}, "ur": {"اور"}, "is": {"og"}, "sw": {"na"}}  # fmt: skip
SEPARATORS = re.compile(r"\n|\s{0,3}[;|•·›»]\s{0,3}|\s/\s|/(?=[^\W\d_]{2,}\s)|\s[-–—]{1,2}\s|[、，／]|,\s{0,2}")

PARTICLES = {"von", "van", "de", "der", "den", "la", "le", "du", "da", "do", "dos", "das", "di", "del", "della", "dei",
             "degli", "zu", "zur", "zum", "bin", "ibn", "bint", "al", "el", "y", "e", "ter", "ten", "te", "af", "av", "dal",
             "las", "los", "vom", "und", "san", "st.", "abu", "ben", "i", "t'", "'t", "dela", "ul", "ur", "op"}  # fmt: skip

# A part that holds one of these is a desk, an outlet or a company, not a person.
ORGANISATION = {
    *("redaktion redaktionen redaktionsteam redaktions online-redaktion onlineredaktion redaktionelle rédaction redaction "
      "redacción redaccion redação redacao redazione redactie redakcja redakce redakcia redakcija redaktionen toimitus "
      "redaksjonen redaksi redaktør szerkesztőség szerkesztő редакция редакція webredaktion zentralredaktion").split(),
    *("staff desk newsroom newsdesk team editors editorial news online agency agencies agentur agenturen agencia agencias "
      "agence agences agenzia agenzie wire wires newswire bureau office department ministry committee commission "
      "zeitung nachrichten newspaper times tribune gazette herald daily weekly journal magazin magazine revista "
      "pressestelle presseteam pressemitteilung presseabteilung presseinformation presseportal "
      "tv radio fm fernsehen rundfunk television media medien médias medios mediengruppe verlag publishing publisher "
      "gmbh ag inc inc. ltd ltd. llc corp corp. corporation e.v. ev kg se co. company group gruppe holding plc srl "
      "university universität université universidad institute institut instituto foundation stiftung association verband "
      "bund bundesverband verein ev. society council network netzwerk community forum blog website web-team webteam "
      "service services support system center centre zentrum club museum library school akademie academy "
      "reports reporters contributors correspondents authors writers mitarbeiter gastautoren autoren "
      "news24 digital 24 services redaktionsnetzwerk blogs channel network studio studios productions").split(),
    *("सेंवाददाता संवाददाता डेस्क टीम ब्यूरो एजेंसी नवभारत न्यूज वेब редакция агентство новости пресс-служба "
      "편집부 온라인뉴스부 뉴스팀 디지털뉴스팀 연합뉴스 編集部 编辑部 編輯部 新聞 新闻 新聞社 通信社 日報 日报 オンライン デジタル 網 网").split(),
}  # fmt: skip
CJK_ORGANISATION = re.compile(
    r"(?:編集部|编辑部|編輯部|新聞|新闻|新闻网|通信社|通讯社|日報|日报|オンライン|デジタル|取材班|뉴스|신문|편집국|팀$|부$|网$|網$|社$|局$|报$)"
)

# Jobs: cut off where they lead or follow a name; alone they are nobody.
JOB = {
    *("editor editor-in-chief reporter correspondent journalist columnist writer author contributor producer presenter "
      "analyst critic blogger photographer fellow intern freelancer broadcaster anchor host director manager ceo founder "
      "co-founder president chairman professor lecturer researcher specialist").split(),
    *("redakteur redakteurin redakteure chefredakteur chefredakteurin reporterin korrespondent korrespondentin journalistin "
      "autor autorin kolumnist kolumnistin volontär volontärin ressortleiter ressortleiterin praktikant praktikantin "
      "herausgeber herausgeberin politikredakteur gastautor gastautorin gastbeitrag blogger bloggerin").split(),
    *("journaliste rédacteur rédactrice correspondant correspondante envoyé envoyée chroniqueur periodista redactor "
      "redactora corresponsal enviado enviada especial giornalista redattore inviato corrispondente jornalista repórter "
      "correspondente redacteur journalist verslaggever korrespondent journalisti toimittaja redaktor dziennikarz "
      "dziennikarka redaktorka novinář wartawan muhabir gazeteci журналист корреспондент кореспондент журналістка "
      "автор автора editora autora author(s)").split(),
}  # fmt: skip
# "Politikredakteurin", "USA-Korrespondent", "ONLINE-Experte"
JOB_COMPOUND = re.compile(
    r"(?i)\w(?:redakteur|korrespondent|reporter|autor|journalist|kolumnist|volontär|expert|leiter|chef)(?:e|in)?$"
)
JOB_MODIFIER = {
    *("senior junior chief deputy political politics sports sport business economics economic economy finance financial "
      "foreign home world defence defense diplomatic health science technology tech environment education culture arts "
      "crime legal royal religion showbiz entertainment features lifestyle travel food news national local city staff "
      "special investigations investigative assistant associate executive managing digital online data audience "
      "general guest freelance our the by markets europe africa asia uk us middle east live breaking web social "
      "leitender leitende stellvertretende stellvertretender freie freier unser unsere ressort consumer affairs").split()
}  # fmt: skip
NOBODY = {
    *("von by par por di de vom av presse collectif admin administrator webmaster anonymous anonym unknown unbekannt none null guest gast gastautor user root redactor "
      "red red. online onlinered copyright n/a follow contact author autor editor share shares read more mehr lesen "
      "subscribe updated published photo foto video nan undefined false true default wordpress intern extern sponsored "
      "phd ph.d md m.d mba msc rd dphil esq v.i.s.d.p wordpressadmin siteadmin superadmin "
      "advertisement anzeige advertorial press release pressemitteilung wp wpadmin content test posted comments comment "
      "kommentare home live exclusive opinion analysis kommentar biography bio view profile all twitter facebook email e-mail "
      "whatsapp instagram linkedin telegram print drucken teilen and und et others andere redazione verified premium "
      "credit source quelle publicidad actualizado publicado").split()
}  # fmt: skip
# Words of sentences and of the page's own controls: no name holds one.
NEVER = {
    *(
        "the this that every all here click to at by on an is are was were has have his her their our your you we it as not what "
        "how why who when where will would can about more most size text move posts posted published updated view archive rss "
        "feed get sign up follow share skip show hide see read load send subscribe join log login comment comments reply "
        "zeige alle artikel beiträge beitrag kommentar verschieben veröffentlicht aktualisiert erstellt stand mehr lesen "
        "der-autor über uns nicht ist sind wird wurde eine einer einem für mit bei auf aus dem als auch nach vor gesponserte inhalte "
        "rubrik kategorie quelle fotos teilen drucken merken vom zum-artikel "
        "les des une pour dans sur avec plus lire publié tous ses articles partager voir suivre "
        "los una para con sobre más ver seguir todos sus artículos leer publicado hora según "
        "tutti gli articoli leggi pubblicato segui veja todos publicado min read minute minutes ago"
    ).split()
}
PLACES = {"new york", "new delhi", "los angeles", "hong kong", "tel aviv", "buenos aires", "são paulo", "san francisco",
          "rio de janeiro", "cape town", "mexico city", "kuala lumpur", "abu dhabi", "washington dc", "washington d.c.",
          "frankfurt am main", "san diego", "las vegas", "st. petersburg", "addis ababa", "the hague", "den haag",
          "la paz", "phnom penh", "port elizabeth", "united kingdom", "united states", "south africa"}  # fmt: skip
# Months, days and words of dates: where one stands beside a digit, the part is a date.
_DATE = re.compile(
    r"(?i)\b(?:jan|feb|mär|mar|apr|ma[iyj]|jun|jul|aug|sep|o[ck]t|nov|de[cz]|ene|avr|aoû|fév|déc|abr|ago|dic|gen|mag|giu|"
    r"lug|set|ott|янв|фев|мар|апр|мая|июн|июл|авг|сен|окт|ноя|дек|uhr|am|pm|updated|published|posted|ist|gmt|bst|edt|est|cet)"
)
# What ends a name: dates, places after "in", the employer after "from" or "for", a bracket, a mail address, a handle.
_SUFFIX = re.compile(
    r"(?i)\s{1,3}(?:(?:in|aus|à|en|a|at|from|für|for|of|vom|bei|on|em|w|i|v|is|ist|has|hat|im|near|à|depuis|dans|reports?|berichtet)"
    r"\s\S.{0,80}|(?:updated|published|posted|aktualisiert|veröffentlicht|first|last|shares?|follow(?:ing)?|view|see all|"
    r"read more|more|mehr|am|vor|via)\b.{0,90}|reports?|\W?contributor)$"
)
_MAIL = re.compile(r"\S{1,64}@\S{1,100}|@\S{1,50}|https?://\S{0,200}|www\.\S{0,100}")
_BRACKET = re.compile(r"\s{0,2}[(\[（【][^)\]）】]{0,80}[)\]）】]?")
_TRIM = ' \t\xa0,;:|/·•–—-*"“”„»«‹›<>_=～~。、#'
_ABBREVIATED_END = re.compile(r"(?:^|[\s.])(?:[^\W\d_]|[JS]r|II|III|Sr|jr)\.$")
_CJK = re.compile(r"[぀-ヿ㐀-鿿가-힯]")
_POSSESSIVE = re.compile(
    r"(?i)(?:['’]s\s+(?:headshot|profile|avatar|picture|photo).{0,40}|\s+(?:headshot|avatar|logo|profile image))$"
)


def fold(name: str) -> str:
    """A name for comparison: no case, accents, dots or double spaces."""
    stripped = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    return " ".join(re.sub(r"[.’'`´\-_]", " ", stripped.casefold()).split())


def split_names(raw: str, language: str | None) -> list[str]:
    """Parts of one author string that may be names, in reading order, cleaned; agencies and desks still among them.

    Parts under a label of another role ("Foto: ...", "Übersetzung: ...") are left out.
    """
    text = unicodedata.normalize("NFC", raw[:MAX_RAW]).replace("\u200b", "").replace("\xa0", " ")
    words = AND | AND_IN.get((language or "").split("-")[0], set())
    found: list[str] = []
    other_role = False
    for line in text.split("\n"):
        if OTHER_ROLE.match(line):
            other_role = len(line.split()) == 1  # a bare label: the next line holds its names
            continue
        if other_role:
            other_role = False
            continue
        for chunk in SEPARATORS.split(_without_prefix(_BRACKET.sub(" ", _MAIL.sub(" ", line)))):
            if OTHER_ROLE.match(chunk):
                break
            found += [name for name in map(_clean, _split_and(chunk, words)) if name]
    return found


def is_organisation(name: str) -> bool:
    """Whether a part names a desk, an outlet or a company, by its words."""
    return CJK_ORGANISATION.search(name) is not None or any(
        form in ORGANISATION for w in name.split() for form in (w.casefold(), w.casefold().strip(".,"))
    )


def looks_like_person(name: str, *, lone_words: bool) -> bool:
    """Whether a cleaned part can be a person's name. `lone_words`: a single word may be one (structured evidence)."""
    words = name.split()
    if not words or len(words) > MAX_WORDS or len(name) > MAX_NAME or "://" in name or "@" in name:
        return False
    lower = [w.casefold().strip(".,") for w in words]
    if any(w in NEVER for w in lower) or " ".join(lower) in PLACES:
        return False
    if is_organisation(name):
        return False
    if all(w in NOBODY or w in JOB or w in JOB_MODIFIER for w in lower):
        return False
    if _CJK.search(name):
        return 2 <= len(name.replace(" ", "")) <= 20 and not any(c.isdigit() for c in name)
    if len(words) == 1:
        return lone_words and _is_lone_name(name)
    if any(c.isdigit() for c in name) or re.search(r"[?!:%€$<>{}\\=]", name):
        return False
    if re.search(r"\.(?:com|de|org|net|co|info|at|ch|fr|it|es|uk|io|tv)$", lower[-1]) or re.search(
        r"\w\.\w{2,3}$", lower[0]
    ):
        return False
    named = [w for w in words if w[0].isupper() or not w[0].isalpha() or w[0].lower() == w[0].upper()]
    plain = [w for w in words if w[0].islower() and w not in PARTICLES and "'" not in w and "’" not in w]
    return (bool(named) and (not plain or (lone_words and len(words) <= 3))) or (lone_words and len(words) == 2)


def title_case(name: str) -> str:
    """`JOSH McDONALD-DE LA CRUZ` style capitals as a name is written; initials, and what has small letters, stay."""
    words = []
    for index, word in enumerate(name.split()):
        bare = word.strip(".")
        if (
            not bare.isupper()
            or len(bare) < 2
            or "." in bare
            or (len(bare) == 2 and not re.search(r"[AEIOUYÁÉÍÓÚÖÜ]", bare))
        ):
            words.append(word)
        elif index and word.casefold() in PARTICLES:
            words.append(word.lower())
        else:
            cased = "".join(p.capitalize() for p in re.split(r"([-'’])", word))
            words.append(re.sub(r"^Mc(\w)", lambda m: "Mc" + m.group(1).upper(), cased))
    return " ".join(words)


def _is_lone_name(word: str) -> bool:
    if len(word) < 3 or len(word) > 25 or "." in word.strip("."):
        return False
    return sum(c.isalpha() for c in word) >= 3 and not word.isdigit() and word.casefold() not in NOBODY


def _without_prefix(line: str) -> str:
    for _ in range(2):  # "Interview: Von ..."
        stripped = PREFIX_CJK.sub("", PREFIX.sub("", line, count=1), count=1)
        if stripped == line:
            break
        line = stripped
    return line


def _split_and(chunk: str, words: set[str]) -> Iterator[str]:
    """Split at "and". At "y", "e", "i" only between two names of two words, for "Ortega y Gasset" is one."""
    part: list[str] = []
    tokens = chunk.split()
    for index, token in enumerate(tokens):
        low = token.casefold()
        if low in words and part and index + 1 < len(tokens):
            single = len(low) == 1 and low not in "&+"
            if not single or (len(part) >= 2 and len(tokens) - index > 2):
                yield " ".join(part)
                part = []
                continue
        elif low in words and not part:
            continue
        part.append(token)
    yield " ".join(part)


def _clean(part: str) -> str:
    name = CJK_SUFFIX.sub("", part.strip(_TRIM))
    name = _POSSESSIVE.sub("", name)
    name = _without_prefix(name)
    if _DATE.search(name) and any(c.isdigit() for c in name):
        return ""
    if len(name.split()) > 2:
        name = _SUFFIX.sub("", name)
    name = _without_job(name.strip(_TRIM))
    if name.endswith(".") and not _ABBREVIATED_END.search(name) and len(name.split()[-1]) > 3:
        name = name[:-1]
    return " ".join(name.strip(_TRIM).split())


def _without_job(name: str) -> str:
    """`Political Editor Ann Lee` and `Ann Lee Political Editor` -> `Ann Lee`; a job alone -> nothing."""
    words = name.split()
    jobs = [i for i, w in enumerate(words) if w.casefold().strip(".,:") in JOB or JOB_COMPOUND.search(w)]
    if not jobs:
        return name
    after = words[jobs[-1] + 1 :]
    if len(after) >= 2:
        return " ".join(after)
    before = words[: jobs[0]]
    while before and before[-1].casefold() in JOB_MODIFIER:
        before.pop()
    return " ".join(before) if len(before) >= 2 else ""
