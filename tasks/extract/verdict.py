"""What is no article: consent walls, soft 404s, front and list pages, subscription walls without a text."""

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from tasks.errors import Rejected
from tasks.extract.parsed import ParsedPage
from tasks.extract.schema import ARTICLE_TYPES, LIST_TYPES, clean, page_types
from tasks.model import Access

SHORT_WORDS = 120  # texts up to this length are looked at twice: notices and photo stories are as short
MIN_WORDS = 8  # a text below this is none, unless the page calls itself an article
MIN_ARTICLE_WORDS = 3  # below this even an article has no text
LINKED = 0.6  # share of a text in lines that are links, from which on the page is a list
LINKED_LIST = 0.3  # the same where the page says that it is a list: linked headlines with a teaser each
WALL_WORDS = 600  # texts up to this length may be consent walls that list purposes and partners
WALL_CHARS = 6_000  # of a text that are read for that
WALL_SENTENCES = 3  # every so many of its sentences name consent, where its title does too
CHARACTERS_A_WORD = 2.5  # in scripts that put no spaces between words


def _any_of(*patterns: str, flags: re.RegexFlag = re.IGNORECASE) -> re.Pattern[str]:
    return re.compile("|".join(patterns), flags)


CONSENT = _any_of(
    r"cookie|consent|tracking|gdpr|privacy|personal data|legitimate interest",
    r"dsgvo|datenschutz|zustimm|stimmen sie|einwillig|personenbezogen|akzeptieren|verarbeiten daten|werbefrei|pur-abo",
    r"partner|accepter|acceptez|consentement|aceptar|consentimiento|accetta|consenso|aceitar|toestemming",
    r"samtyck|samtykke|zgod[aęy]|zgadzam|súhlas|souhlas|我同意|同意する|쿠키",
)
_CONSENT_TITLE = _any_of(
    r"^\W{0,3}(?:cookies?|consent|zustimmung|einwilligung|datenschutz|privacy(?: settings| gate)?)\b",
    r"^\W{0,3}(?:your privacy(?: choices)?|we value your privacy|before you continue|bevor sie fortfahren"
    r"|avant de continuer)\b",
    r"\bprivacy gate\b|\bcookie (?:consent|wall|settings)\b",
)
_THING = r"(?:page|article|story|content|url|link|file)"
NOT_FOUND = _any_of(
    rf"{_THING}(?: \w{{1,12}}){{0,4}} (?:not|no longer|isn.t|cannot|can.t|could not|couldn.t)(?: \w{{1,12}}){{0,3}}"
    r" (?:found|exists?|available)\b",
    r"(?:can.?t|cannot|could ?n.t|could not|unable to) (?:seem to )?find (?:that|the|this|your) (?:\w{1,12} ){0,2}"
    rf"{_THING}",
    r"^\W{0,3}not found\W{0,3}$|^\W{0,3}(?:error\s{0,3})?404\b|\b404\b.{0,20}(?:not found|error|fehler|page)",
    r"seite (?:wurde )?(?:leider )?nicht gefunden|seite existiert nicht",
    r"page (?:introuvable|non trouvée)|page n.existe (?:pas|plus)",
    r"página no encontrada|no se (?:ha )?encontr(?:ó|ado) la página|página não encontrada|pagina non trovata",
    r"pagina niet gevonden|sidan (?:kunde inte hittas|hittades inte)|siden (?:ble|blev) ikke fundet|siden finnes ikke",
    r"sivua ei löy(?:dy|tynyt)|strona nie (?:została znaleziona|istnieje)|stránka nenalezena",
    r"страница не найдена|сторінку не знайдено|sayfa bulunamadı",
    r"ページが見つかりません|お探しのページ|页面不存在|找不到(?:页面|網頁|您)",
    r"페이지를 찾을 수 없습니다|الصفحة غير موجودة",
)
_SCRIPT_NOTICE = _any_of(
    r"enable[sd]? javascript|javascript (?:is|to be|must be) (?:en|dis)abled|javascript (?:aktiv|einschalt)"
)
_WALL_TEXT = _any_of(
    r"subscri(?:be|ption)|abonn|abo\b|suscr[ií]b|assin(?:e|ante)|prenumer|tilaa|registrier|register|sign in|log ?in",
    r"premium|会員|登録|구독",
)


def word_count(text: str) -> int:
    """Words, counted by characters in scripts without spaces. A measure for the rules here, not for the warehouse."""
    words = len(re.findall(r"\w+", text))
    return max(words, int(len(text) / CHARACTERS_A_WORD)) if words and len(text) / words > 12 else words


def reject_no_article(page: ParsedPage, text: str, titles: Sequence[str], access: Access) -> None:
    """Raise `Rejected` when what was found is no article: soft_404, consent, not_an_article, paywall or no_text."""
    words = word_count(text)
    heads = [title for title in titles if title]
    called_article = is_called_article(page)
    if not called_article and words <= SHORT_WORDS and any(NOT_FOUND.search(head[:200]) for head in heads):
        raise Rejected("soft_404", f"titled {heads[0][:80]!r}")
    if words <= SHORT_WORDS // 4 and _SCRIPT_NOTICE.search(text):
        raise Rejected("no_text", "the page asks for JavaScript")
    visible = _visible(page) if words <= SHORT_WORDS else ""
    if words <= SHORT_WORDS and is_consent(text or visible, heads):
        raise Rejected("consent", f"{words} words, of cookies and consent")
    if not called_article and SHORT_WORDS < words <= WALL_WORDS and is_long_wall(text, heads):
        raise Rejected("consent", f"{words} words under {heads[0][:80]!r}")
    if is_listing(page, words):
        raise Rejected("not_an_article", "the page describes itself as a front page or list")
    enough = LINKED_LIST if page_types(page) & LIST_TYPES else LINKED
    if not called_article and (share := linked_share(page, text)) >= enough:
        raise Rejected("not_an_article", f"{share:.0%} of the text are links to other pages")
    if words < (MIN_ARTICLE_WORDS if called_article else MIN_WORDS):
        if not called_article and NOT_FOUND.search(visible[:600]):
            raise Rejected("soft_404", visible[:80])
        if access == "paywall" or (visible and len(visible) < 1_500 and _WALL_TEXT.search(visible)):
            raise Rejected("paywall", "a wall and no text of the article")
        raise Rejected("no_text", f"{words} words of main text")


def is_consent(text: str, titles: Sequence[str]) -> bool:
    """A text about consent: every second sentence names it, or the title does and one sentence."""
    sentences = [part for part in re.split(r"[.!?。\n]+", text[:4_000]) if part.strip()]
    if not sentences:
        return False
    named = sum(1 for sentence in sentences if len({m[0].lower() for m in CONSENT.finditer(sentence)}) >= 1)
    different = {match[0].lower() for match in CONSENT.finditer(text[:4_000])}
    if any(_CONSENT_TITLE.search(title) for title in titles):
        return named >= 1
    return named >= 2 and len(different) >= 3 and 2 * named >= len(sentences)


def is_long_wall(text: str, titles: Sequence[str]) -> bool:
    """A wall that explains itself: its title asks for consent, and every third sentence is about it."""
    if not any(_CONSENT_TITLE.search(title) for title in titles):
        return False
    sentences = [part for part in re.split(r"[.!?。\n]+", text[:WALL_CHARS]) if part.strip()]
    named = [{match[0].lower() for match in CONSENT.finditer(sentence)} for sentence in sentences]
    different = set().union(*named)
    return len(different) >= WALL_SENTENCES and WALL_SENTENCES * sum(map(bool, named)) >= len(sentences)


def is_called_article(page: ParsedPage) -> bool:
    """The page calls itself an article: og:type or a JSON-LD type."""
    if any(value.strip().lower().startswith("article") for value in page.meta_values("og:type")):
        return True
    return bool(page_types(page) & ARTICLE_TYPES)


def is_listing(page: ParsedPage, words: int) -> bool:
    """A front page, section or search page: says so and has no long text, or is the site's root.

    One sign alone does not reject: magazines put CollectionPage on photo stories, and many sites say
    og:type=website everywhere.
    """
    if is_called_article(page) and not page_types(page) & LIST_TYPES:
        return False
    root = page.url is not None and urlsplit(page.url).path in ("", "/") and not urlsplit(page.url).query
    lists = bool(page_types(page) & LIST_TYPES)
    website = any(value.strip().lower() == "website" for value in page.meta_values("og:type"))
    return (root and (website or lists) and words < 2 * SHORT_WORDS) or (lists and words < SHORT_WORDS // 2)


def linked_share(page: ParsedPage, text: str) -> float:
    """Share of the text in lines that are the text of a link: what remains of a page that lists others."""
    outline = page.outline
    links = {outline.line(at) for at in outline.named("a") if outline.attributes[at].get("href")}
    lines = [line.removeprefix("- ").strip() for line in text.split("\n")]
    return sum(len(line) for line in lines if line in links) / max(1, len(text))


def _visible(page: ParsedPage) -> str:
    """All text of a small page; the first characters of a large one."""
    body = next(iter(page.outline.named("body")), None)
    if body is None:
        return ""
    return clean(" ".join(piece for piece in page.outline.pieces(body) if piece.strip())[:20_000]) or ""


def first_heading(page: ParsedPage) -> str | None:
    """The first h1 or h2: what a soft 404 or a consent wall announces."""
    for at in page.outline.of_tags("h1", "h2"):
        if text := clean(page.outline.line(at)):
            return text
    return None
