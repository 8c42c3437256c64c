"""Dates in visible text: spans that have the shape of a date, and what the words before them call it.

Nothing is read here: a span is cut out by its shape alone (digits, a word, a year, a clock beside it), in any
language, and `tasks.normalise` decides whether it is a date. Only the label words need languages.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from tasks.model import DateEvidence

Role = Literal["published", "updated", "unknown"]

MAX_LINE = 240  # characters; longer lines are prose, and dates in prose are what the article is about
MAX_LINES = 5_000  # of a text dump
MAX_LABEL = 48  # characters before a date in which its label is looked for
MAX_REST = 60  # characters beside the dates of a line: a byline fits, a sentence does not
HEAD_LINES = 40  # unlabelled dates count only this near the head of a text dump
MAX_DATELINE = 80  # characters of a paragraph in which the day that opens it stands
MAX_SPANS = 4  # dates of one line; more are a list or a table

# Words that call a date the first publication, or a later change. Lower case, without combining marks; languages
# of the registry and their neighbours. Matched as whole words in scripts that part words, else anywhere.
PUBLISHED_WORDS = (
    "published|first published|publication|this (?:entry|post|article)|posted|originally|"  # en
    "created|submitted|issued|released|filed|written|"  # en
    "veroffentlicht|veroffentlichung|publiziert|erschienen|dieser (?:artikel|beitrag)|"  # de
    "erstellt|gespeichert|geschrieben|verfasst|eingestellt|online seit|"  # de
    "publie|publiee|publication|mis en ligne|paru|parue|poste|cree|"  # fr
    "publicado|publicada|publicacion|creado|"  # es
    "publicacao|postado|criado|"  # pt
    "pubblicato|pubblicata|pubblicazione|"  # it
    "gepubliceerd|geplaatst|gepubliseer|publizeiert|"  # nl af lb
    "publicerad|publicerat|publisert|publiceret|offentliggjort|udgivet|julkaistu|birt|avaldatud|"  # sv no da fi is et
    "opublikowano|publikacja|publikacji|dodano|publikovano|vydano|zverejneno|publikovane|uverejnene|"  # pl cs sk
    "kozzeteve|megjelent|publicat|postat|objavljeno|objavljen|"  # hu ro hr
    "publikuota|paskelbta|publicets|argitaratua|"  # lt lv eu
    "опубликовано|опубликована|публикации|создано|опубліковано|публикувана|публикувано|објављено|"  # ru uk bg sr
    "yayınlanma|yayın tarihi|yayinlanma|yayin tarihi|yayınlandı|giris|giriş|eklenme|olusturulma|oluşturulma|"  # tr
    "δημοσιευση|δημοσιευθηκε|δημοσιευτηκε|"  # el
    "diterbitkan|dipublikasikan|terbit|tayang|imechapishwa|iliyochapishwa|ishicilelwe|xuat ban|ngay dang"  # id sw zu vi
)
UPDATED_WORDS = (
    "updated|update|modified|revised|edited|changed|amended|as of|last change|"  # en
    "aktualisiert|aktualisierung|stand|geandert|anderung|bearbeitet|zuletzt|"  # de
    "mis a jour|mise a jour|modifie|modifiee|actualise|actualisee|maj|"  # fr
    "actualizado|actualizada|actualizacion|modificado|modificada|atualizado|atualizada|atualizacao|"  # es pt
    "aggiornato|aggiornata|aggiornamento|modificato|ultima modifica|"  # it
    "bijgewerkt|gewijzigd|laatste wijziging|opgedateer|aktualiseiert|"  # nl af lb
    "uppdaterad|uppdaterat|andrad|oppdatert|endret|opdateret|aendret|ændret|paivitetty|muokattu|"  # sv no da fi
    "uppfært|breytt|uuendatud|muudetud|"  # is et
    "aktualizacja|zaktualizowano|modyfikacja|aktualizovano|upraveno|aktualizovane|upravene|"  # pl cs sk
    "frissitve|modositva|actualizat|azurirano|izmijenjeno|posodobljeno|"  # hu ro hr sl
    "atnaujinta|papildyta|atjaunots|"  # lt lv
    "обновлено|обновлена|изменено|оновлено|обновена|ажурирано|"  # ru uk bg sr
    "guncelleme|guncellenme|guncellendi|son guncelleme|"  # tr
    "ενημερωση|ενημερωθηκε|τελευταια ενημερωση|"  # el
    "diperbarui|diperbaharui|imesasishwa|ilisasishwa|ibuyekeziwe|cap nhat"  # id sw zu vi
)
# Scripts without spaces, or where prefixes are glued to the word: found anywhere in the label.
PUBLISHED_GLUED = (
    "公開|掲載|投稿|配信|登録|作成|发布|發布|发表|發表|刊登|发稿|입력|등록|게재|승인|작성|"
    "نشر|פורסם|انتشار|प्रकाशित|पब्लिश|เผยแพร่"
)
UPDATED_GLUED = "更新|改訂|修正|편집|수정|업데이트|갱신|تحديث|עודכן|به‌روز|अपडेट|अद्यतन|संशोधित|อัปเดต|อัพเดท|แก้ไข"
# A date that belongs to something else: a picture, an event, a right, a comment.
FOREIGN_WORDS = (
    "photo|foto|picture|image|file|copyright|archivbild|archivfoto|valid|until|expires|deadline|born|retrieved|"
    "accessed|abgerufen|since|geboren|joined|registriert|wrote|says|said|bis|ab|on air|sendung|next|today|heute"
)


# The nearest word to the date: when somebody looked at something, not when it appeared.
LOOKED_UP_WORDS = "retrieved|accessed|abgerufen|consulte|consultee|consultado|consultato|geraadpleegd"
LOOKED_UP_GLUED = "引用|閲覧|检索|檢索|访问|訪問|접속"
# "Python 3 was released on": a passive about something else than the page, unless it says that it means the page.
PASSIVE = r"(?:was|were|been|wurden?|worden|fue|fueron|foi|foram|stat[oa]|ete)"
OWN_WORDS = (
    "this|article|story|post|page|entry|beitrag|artikel|seite|meldung|text|articulo|nota|noticia|artigo|materia|"
    "articolo|pagina|bericht"
)


def _words(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{pattern})(?!\w)")


# The whole label is the word "date": press releases and article boxes say no more.
# fmt: off
DATE_LABELS = frozenset((
    "date", "datum", "fecha", "data", "dato", "pvm", "дата", "tarih", "tanggal", "ngay", "ημερομηνια", "التاريخ",
    "日付", "日期", "날짜", "तारीख", "วันที่",
))
# fmt: on

_PUBLISHED = (_words(PUBLISHED_WORDS), re.compile(PUBLISHED_GLUED))
_UPDATED = (_words(UPDATED_WORDS), re.compile(UPDATED_GLUED))
_FOREIGN = _words(FOREIGN_WORDS)
_LOOKED_UP = (_words(LOOKED_UP_WORDS), re.compile(LOOKED_UP_GLUED))
_OF_OTHERS = _words(rf"{PASSIVE}(?: \w{{2,12}})? (?:{PUBLISHED_WORDS}|{UPDATED_WORDS})")
_OWN = _words(OWN_WORDS)
# Around the day that opens a paragraph: a place of three words at most and a comma, or nothing; then a sign, no word.
_BEFORE_DATELINE = re.compile(
    r"(?:[^\W\d_][^\s\d,()]{0,24}(?:[ /][^\W\d_][^\s\d,()]{0,24}){0,2}(?:,\s?(?:den |le )?|\s(?=\()))?\(?"
)
_AFTER_DATELINE = re.compile(r"\s?(?:[)\]]|[.:|/–—-]|[\"„“«»”‚‘’])")
# What stands after a date and calls it: "2020年1月1日 更新", "19. Mai 2010 um 23:03 Uhr gepostet".
_CALLED = re.compile(r"[\s)\]】>|:：·-]{0,3}(?:uhr\s)?([^\W\d_]{2,16})")
CALLED_WORDS = frozenset(("gepostet", "veroffentlicht", "publiziert", "geschrieben", "publicado", "publie", "posted"))

_WORD = r"(?:(?:كانون|تشرين)\s)?[^\s\d,|/()<>:;\"]{2,20}"  # two words in the Levant
_FILL = r"(?:\s(?:de|del|of|den|di|da|do|năm|m\.|gada|ngày)(?=\s))?"  # words between the parts of a date
_DATE = re.compile(
    "|".join(
        (
            r"(?<!\d)(?:19|20|25|1[34])\d\d\s?[-/.年년]\s?\d{1,2}\s?[-/.月월]\s?\d{1,2}(?!\d)(?:\s?[日일.](?!\d))?",
            r"(?:令和|平成)\s?(?:\d{1,2}|元)年\s?\d{1,2}月\s?\d{1,2}日",
            r"(?<![\d.:])\d{1,2}\s?(?P<sep>[./|-])\s?\d{1,2}\s?(?P=sep)\s?(?:(?:19|20|25|1[34])\d\d|\d\d)(?![\d:])",
            rf"(?<!\d)\d{{1,2}}(?:st|nd|rd|th|er|\.|º|ª|-)?{_FILL}[\s-]?{_WORD}(?:{_FILL}[\s,-]{{1,2}}|[\s,-])(?:19|20|25|1[34])\d\d(?!\d)",
            r"(?<!\d)\d{1,2}\stháng\s\d{1,2}[,\s]{1,2}(?:năm\s)?(?:19|20)\d\d(?!\d)",
            rf"(?<![^\s\d,|/()<>:;\"])(?!\d){_WORD}[\s-]{{1,2}}\d{{1,2}}(?:st|nd|rd|th|,|\.)?{_FILL}[\s,-]{{1,2}}(?:19|20|25|1[34])\d\d(?!\d)",
            rf"(?<!\d)(?:19|20)\d\d[.,]?\s(?:m\.\s|gada\s)?(?:\d{{1,2}}\.\s{_WORD}|{_WORD}\s\d{{1,2}}(?!\d))",
        )
    )
)
_JOIN = r"[\s,.|·•–—@()\[\]/-]{0,4}(?:[^\W\d_]{1,6}\.?[\s,|·•–—@()\[\]/:-]{1,3}){0,2}"
_CLOCK = (
    r"(?:(?:午前|午後|上午|下午|오전|오후)\s?)?"
    r"(?:\d{1,2}\s?[:.h時时시點点]\s?\d{2}(?:\s?[:.分분m]\s?\d{2}(?:\.\d{1,6})?)?[分分분秒초]?"
    r"|\d{4}(?=\s?(?:hrs|Uhr))|\d{1,2}(?=\s?(?:[ap]\.?m\b|Uhr|時|시)))(?!\d)"
    r"(?:\s?(?:[ap]\.?\s?m\b\.?|Uhr|hrs|h\b|時|시))?"
)
_ZONE = r"(?-i:(?:\s?\(?(?:[A-Z]{2,5}(?![a-zA-Z])|(?<=\d)Z(?!\w))?\s?(?:[+\-−]\d{1,2}(?::?\d{2})?(?!\d))?\)?)?)"
_AFTER = re.compile(rf"(?:T|{_JOIN}){_CLOCK}{_ZONE}", re.IGNORECASE)
_BEFORE = re.compile(rf"{_CLOCK}{_ZONE}{_JOIN}$", re.IGNORECASE)
MAX_CLOCK = 44  # characters beside a date in which its clock is looked for


# What every date of `_DATE` holds: a year in full, an era, or a year of two digits behind a sign.
_DATED = re.compile(r"\d{4}|[令平]|[./|-]\s?\d\d")
# Digits of every script, those in circles and above the line too: all that `str.isdigit` calls so.
_DIGIT = re.compile(
    "[\\d\u00b2\u00b3\u00b9\u1369-\u1371\u19da\u2070\u2074-\u2079\u2080-\u2089\u2460-\u2468\u2474-\u247c\u2488-\u2490"
    "\u24ea\u24f5-\u24fd\u24ff\u2776-\u277e\u2780-\u2788\u278a-\u2792\U00010a40-\U00010a43\U00010e60-\U00010e68"
    "\U00011052-\U0001105a\U0001f100-\U0001f10a]"
)
_OTHER_DIGIT = re.compile(r"(?![0-9])\d")


# Where tags vanish dates touch: "19. Dezember 202219. Dezember 2022", "November 9, 20235:01 AM".
_GLUED = re.compile(r"(?<!\d)((?:19|20)\d\d)(?=\d{1,2}(?:\.?\s?[^\W\d]{3}|[:.]\d\d|\sde\s))")


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a line that has the shape of a date, and the words before it."""

    raw: str
    label: str
    role: Role | None  # None: the words say that the date is not the article's
    start: int
    end: int


def fold(text: str) -> str:
    """Lower case without combining marks, for comparing label words (not length-preserving)."""
    if text.isascii():
        return text.casefold()
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return unicodedata.normalize("NFC", "".join(c for c in decomposed if not "\u0300" <= c <= "\u036f"))


def has_digit(text: str) -> bool:
    """Whether a digit of any script stands in the text."""
    return _DIGIT.search(text) is not None


def ascii_digits(text: str) -> str:
    """Decimal digits of every script as 0-9, each character in its place."""
    if text.isascii() or not _OTHER_DIGIT.search(text):
        return text
    return "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in text)


@lru_cache(maxsize=4096)  # sites print the same few labels
def role_of(label: str) -> Role | None:
    """The role that label words give to the date after them; None when they say it belongs to something else.

    The word nearest to the date decides: "Published by X, last updated" is an update.
    """
    words = fold(label)[-MAX_LABEL:]
    if words.strip(" :|·•-") in DATE_LABELS:
        return "published"
    ends: dict[Role, int] = {}
    for role, patterns in (("published", _PUBLISHED), ("updated", _UPDATED)):
        if (end := _last_end(patterns, words)) >= 0:
            ends[role] = end  # type: ignore[index]
    nearest = max(ends.values(), default=-1)
    if _last_end(_LOOKED_UP, words) > nearest or (_OF_OTHERS.search(words) and not _OWN.search(words)):
        return None
    if ends:
        return max(ends, key=lambda role: (ends[role], role))
    return None if _FOREIGN.search(words) else "unknown"


def _last_end(patterns: Sequence[re.Pattern[str]], words: str) -> int:
    """Where the last match of any of them ends; -1 without one."""
    return max((match.end() for pattern in patterns for match in pattern.finditer(words)), default=-1)


def _called(after: str) -> Role | None:
    """The role that the word right after a date gives it; None without one."""
    match = _CALLED.match(fold(after[:24]))
    if match is None:
        return None
    if any(pattern.match(match[1]) for pattern in (_UPDATED[1], _PUBLISHED[1])):
        return "updated" if _UPDATED[1].match(match[1]) else "published"
    return "published" if match[1] in CALLED_WORDS else None


def find_spans(line: str) -> list[Span]:
    """Date-shaped spans of one line, each with the clock and zone beside it and the label before it."""
    if len(line) > MAX_LINE:
        return []
    plain = ascii_digits(line)
    if not _DATED.search(plain):
        return []
    spans: list[Span] = []
    at = 0
    for match in _DATE.finditer(plain):
        if match.start() < at or len(spans) == MAX_SPANS:
            continue
        start, end = match.span()
        if clock := _AFTER.match(plain, end, min(len(plain), end + MAX_CLOCK)):
            end = clock.end()
        elif before := _BEFORE.search(plain, max(at, start - MAX_CLOCK), start):
            start = before.start()
        raw = line[start:end].strip(" \t,|·•–—-@([")
        label = line[at:start].strip()
        spans.append(Span(raw, label[-MAX_LABEL:], role_of(label) if label else "unknown", start, end))
        at = end
    return spans


def dates_of_line(line: str, before: str = "", *, dated: bool = False) -> Iterator[Span]:
    """The spans of a line that is about its dates: labelled, or little else stands in it.

    `before` is the line above, which is the label when this line starts with the date; `dated` when the markup
    says that the line bears a date, which then may have more words beside it.
    """
    spans = find_spans(line)
    if len(before) > MAX_LABEL or has_digit(before):  # a line with a date of its own is no label
        before = ""
    rest = len(line) - sum(span.end - span.start for span in spans)
    for span in spans:
        if not span.label and before and role_of(before) in ("published", "updated"):
            span = Span(span.raw, before, role_of(before), span.start, span.end)
        elif span.role == "unknown" and rest <= 2 * MAX_REST and (role := _called(line[span.end :])):
            span = Span(span.raw, span.label or "called", role, span.start, span.end)
        if span.role in ("published", "updated") or (
            span.role == "unknown" and rest <= (2 * MAX_REST if dated else MAX_REST)
        ):
            yield span


def dateline(line: str) -> Span | None:
    """The day with which a paragraph begins, behind its place at most: `Berlin, (3.3.2021). The minister ...`."""
    for span in find_spans(line[:MAX_DATELINE]):
        before, after = line[: span.start], line[span.end : span.end + 3]
        return span if _BEFORE_DATELINE.fullmatch(before) and _AFTER_DATELINE.match(after) else None
    return None


def find_text_dates(lines: Sequence[str], *, dated: bool = False) -> tuple[DateEvidence, ...]:
    """Dates of a page saved as text: labelled ones anywhere, others only near its head.

    `where` is the label as printed (`First Published:`), or `head`. `dated`: the lines stand where dates do, beside
    a headline, and may say more besides.
    """
    found: list[DateEvidence] = []
    above = ""
    for number, line in enumerate(lines[:MAX_LINES]):
        line = _GLUED.sub(r"\1 ", " ".join(line.split())) if len(line) <= 2 * MAX_LINE else ""
        for span in dates_of_line(line, above, dated=dated):
            if span.role in ("published", "updated"):
                found.append(DateEvidence(span.raw, "text", span.label, span.role))
            elif number < HEAD_LINES:
                found.append(DateEvidence(span.raw, "text", "head", "unknown"))
        above = line or above
    return tuple(dict.fromkeys(found))
