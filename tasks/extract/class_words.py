"""What the words in class and id names say about authors, credits and other people's words. Cached: names repeat."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

MAX_CLASS = 400  # characters of class and id names
NAMING = ("class", "id", "data-testid", "data-component", "data-qa")
NAMING_TAGS = frozenset(("nav", "menu", "aside", "footer"))  # the tag counts as one of the words

_BYLINE_WORDS = re.compile(
    r"^(?:by-?lines?|authors?|autor(?:en|es|e|i|a|in|zy|ka)?|auteurs?|auct?or|redactor|redakteur(?:in)?|"
    r"verfasser(?:in)?|"
    r"writers?|written|forfatter|skribent|journalist[ae]?s?|reporters?|penulis|yazar|autore|firma|signature|"
    r"contributors?|"
    r"kirjoittaja|schrijver|byliner|p-author|writtenby|postedby|editor|authored\w{0,8}|authors?(?:name|link|text|"
    r"info|url|box)s?)$"
)
# Parts around a name that are not the name itself.
_NOT_THE_NAME = re.compile(
    r"^(?:bios?|biograph\w{0,5}|about|avatars?|images?|img|photos?|pictures?|pic|icons?|social|twitter|facebook|"
    r"follow\w{0,4}|"
    r"desc|description|excerpt|role|job|jobtitle|position|email|mail|date|dates|time|timestamp|datetime|posts|articles|"
    r"count|button|btn|tooltip|contact|share|subscribe|profession|occupation|location|ort|place)$"
)
_ELSEWHERE = re.compile(
    r"^(?:comments?|commentary|kommentare?n?|kommentar|commentaires|comentarios|disqus|respond|replies|reply|related|"
    r"recommend\w{0,8}|recirc\w{0,10}|teasers?|promo|newsfeed|latest\w{0,12}|popular|trending|carousel|slider|swiper|"
    r"mega|menu|nav|navbar|navigation|sidebar|newsletter|modal|popup|archive|mostread|readmore|outbrain|"
    r"taboola|caption|figcaption|cookie\w{0,8}|breadcrumbs?|ads?|advert\w{0,8}|subscription|paywall|login|"
    r"footer|aside|sitemap|tagcloud|recentcomments|testimonials?|quote|signup|poll)$"
)
_ARTICLE_WORDS = {"post", "entry", "article", "story", "news", "content"}
_CREDIT_WORDS = re.compile(
    r"^(?:source|sources|quelle|quellen|fuente|fuentes|fonte|fonti|agency|agencies|agentur|agencia|agence|credits?|"
    r"dateline|provider|origins?|attribution|copyright|wire|syndication|kilde|bron|источник|kaynak)$"
)
_PICTURE_WORDS = {"image", "img", "photo", "picture", "media", "video"}
_BESIDE_THE_NAME = {"bio", "biography", "avatar", "tooltip", "role", "email"}
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_WORDS = re.compile(r"[^A-Za-zА-я]+")


@dataclass(frozen=True, slots=True)
class ClassWords:
    """What the words of an element's names say."""

    is_elsewhere: bool = False  # comments, teasers, navigation: other people's names
    is_ending: bool = False  # a footer or an aside and no menu: an article may have its own
    is_article: bool = False
    byline: str | None = None  # the word that announces an author
    is_not_the_name: bool = False  # a part around the name
    is_beside_the_name: bool = False
    credit: str | None = None  # the word that announces a source, of a text


NO_WORDS = ClassWords()


def class_words(tag: str, attributes: Mapping[str, str]) -> ClassWords:
    """What an element's class, id and test names say; the tag among them where it names a box."""
    names = ""
    if attributes:
        names = " ".join([value for name in NAMING if (value := attributes.get(name))])
    if tag not in NAMING_TAGS:
        return _said_by(names[:MAX_CLASS], "") if names else NO_WORDS
    return _said_by(names[:MAX_CLASS], tag)


@lru_cache(maxsize=16_384)  # the same names stand on thousands of elements
def _said_by(names: str, tag: str) -> ClassWords:
    telling = {word for name in names.split() for word in _words_in(name)}
    if tag:
        telling.add(tag)
    return _said(frozenset(telling)) if telling else NO_WORDS


@lru_cache(maxsize=65_536)
def _words_in(name: str) -> tuple[str, ...]:
    """The words of one name that say anything."""
    words = {w.lower() for w in _WORDS.split(_CAMEL.sub(" ", name)) if len(w) > 1}
    return tuple(word for word in words if word in _PICTURE_WORDS or _kinds(word) != _NO_KIND)


@lru_cache(maxsize=4_096)
def _said(words: frozenset[str]) -> ClassWords:
    said = [(word, kinds) for word in sorted(words) if (kinds := _kinds(word)) != _NO_KIND]
    if not said:
        return NO_WORDS
    return ClassWords(
        is_elsewhere=any(kinds[0] for _, kinds in said),
        is_ending=bool(words & {"footer", "aside"} and not words & {"nav", "menu", "sidebar"}),
        is_article=bool(words & _ARTICLE_WORDS),
        byline=next((word for word, kinds in said if kinds[1]), None),
        is_not_the_name=any(kinds[2] for word, kinds in said if word not in ("date", "time", "place")),
        is_beside_the_name=bool(words & _BESIDE_THE_NAME),
        credit=None if words & _PICTURE_WORDS else next((word for word, kinds in said if kinds[3]), None),
    )


_NO_KIND = (False, False, False, False, False)


@lru_cache(maxsize=65_536)
def _kinds(word: str) -> tuple[bool, bool, bool, bool, bool]:
    """(elsewhere, byline, not the name, credit, an article's or beside a name)"""
    elsewhere, byline, beside, credit = (
        pattern.match(word) is not None for pattern in (_ELSEWHERE, _BYLINE_WORDS, _NOT_THE_NAME, _CREDIT_WORDS)
    )
    return elsewhere, byline, beside, credit, word in _ARTICLE_WORDS or word in _BESIDE_THE_NAME
