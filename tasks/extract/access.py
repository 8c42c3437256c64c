"""Whether the page shows all of its article: what it declares, and what its walls look like."""

import re
from collections.abc import Iterable
from typing import Any

from tasks.extract.parsed import ParsedPage
from tasks.model import Access

STUB_WORDS = 150  # a text below this beside wall markup is a teaser; longer ones are free articles with an offer
MAX_OFFER = 200  # characters of a line that says so
OPEN_WORDS = 400  # a text above this is there, whatever its paywall flag says: most flagged pages ship it all

_TIER_NAMES = (
    "article:content_tier",
    "content_tier",
    "article:opinion_tier",
    "cxenseparse:content_tier",
    "paywall",
    "premium",
    "is_premium",
    "ispremium",
    "access",
)
_LOCKED = frozenset({"locked", "paid", "premium", "plus", "subscriber", "subscribers", "paywall", "true", "yes", "1"})
# A line that says that the article goes on for payers. Log-in links and general offers say no such thing.
_GOES_ON = re.compile(
    r"to (?:continue|keep|go on) reading|(?:subscribe|sign ?up|register|log ?in|sign in) to (?:read|unlock"
    r"|continue)\b(?!.{0,15}comment)"
    r"|(?:article|story|content|feature) is (?:only |exclusively )?(?:for|available to"
    r"|reserved for) (?:our )?(?:paying )?"
    r"(?:subscribers|members|premium)|(?:subscriber|member)s?[- ](?:only|exclusive) (?:article|content|story)"
    r"|for the full story|read the full (?:article|story) (?:with|for|by subscribing)"
    r"|you have \d+ free articles? (?:left|remaining)"
    r"|(?:jetzt )?weiterlesen mit|um weiterzulesen|(?:artikel|inhalt|beitrag) ist (?:nur"
    r"|exklusiv) für (?:\w+ ){0,2}abonnent"
    r"|(?:diesen|den ganzen|den vollständigen) artikel (?:weiter)?lesen|nur für (?:abonnent|plus-)"
    r"|exklusiv für abonnent"
    r"|réservée?s? (?:aux|à nos) abonné|il (?:vous )?reste \d+ ?% (?:de cet article|à lire)|pour lire la suite"
    r"|exclusivo (?:para|de) (?:nuestros |los )?suscriptor|para (?:seguir|continuar) leyendo|sólo para suscriptor"
    r"|exclusivo para assinantes|para continuar lendo|riservato agli abbonati|per continuare a leggere"
    r"|alleen voor abonnees|lees verder met|(?:för|for) (?:att|å|at) läsa|läs vidare med|kun for abonnenter"
    r"|for abonnenter"
    r"|tylko dla (?:subskrybent|prenumerator)|aby czytać dalej|только (?:для|по) подпис|чтобы дочитать"
    r"|(?:この|本)記事は.{0,8}会員(?:限定|専用)|続きを読むには|残り[\d,]{2,6}文字"
    r"|(?:유료 ?회원|구독자) 전용 (?:기사|콘텐츠)|订阅后阅读|(?:本文"
    r"|此文).{0,6}(?:付费|會員專屬)",
    re.IGNORECASE,
)
_WALL = re.compile(
    r"(?:^|[\s_-])(?:pay-?wall|piano-?(?:offer|inline)|tp-container-inner|subscri(?:be|ption)-?(?:wall|barrier|gate)"
    r"|reg(?:istration)?-?wall|meter-?wall|premium-?(?:wall|teaser|overlay)|content-?gate|c-gate|regwall)",
    re.IGNORECASE,
)


def access(
    page: ParsedPage, node: dict[str, Any] | None, word_count: int, *, cut: bool, lines: Iterable[str] = ()
) -> Access:
    """`paywall`: the page says the rest is for payers and shows little; `partial`: it shows more, or the capture was
    cut short.

    Most pages that declare `isAccessibleForFree: false` deliver the whole text and hide it by script: those that
    have it are `full`. A page flagged and short, or short beside wall markup or a line that says that it goes on for
    payers, is `paywall`. `lines`: short lines of the article's part of the page.
    """
    if cut:
        return "partial"
    if word_count >= OPEN_WORDS:
        return "full"
    if is_declared_paid(page, node) or (word_count < STUB_WORDS and has_wall(page)):
        return "paywall"
    if any(len(line) <= MAX_OFFER and _GOES_ON.search(line) for line in lines):
        return "paywall" if word_count < STUB_WORDS else "partial"
    return "full"


def is_declared_paid(page: ParsedPage, node: dict[str, Any] | None) -> bool:
    """JSON-LD `isAccessibleForFree: false` of the article or a part of it, or a content tier that is locked."""
    parts = [node or {}, *page.json_ld_of_type("WebPageElement", "WebPage", "WebContent")]  # the article, its `hasPart`
    if any(_is_false(part.get("isAccessibleForFree")) for part in parts):
        return True
    return any(value.strip().lower() in _LOCKED for value in page.meta_values(*_TIER_NAMES))


def _is_false(value: Any) -> bool:
    return value is False or (
        isinstance(value, str) and value.strip().lower().rsplit("/", 1)[-1] in ("false", "no", "0")
    )


def has_wall(page: ParsedPage) -> bool:
    """An element whose class or id names a wall. Scripts and styles do not count, nor templates kept for later."""
    outline = page.outline
    for at in (at for tag in ("div", "section", "aside", "p") for at in outline.named(tag)):
        attributes = outline.attributes[at]
        marks = f"{attributes.get('class', '')} {attributes.get('id', '')}"
        if len(marks) > 5 and _WALL.search(marks[:500]):
            return True
    return False
