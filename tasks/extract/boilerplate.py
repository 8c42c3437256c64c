"""Which elements are no article text by their role or by a word in their names, wherever they stand."""

import re
from functools import lru_cache

MAX_MARKS = 300  # characters of class or id that are looked at
ROLES = frozenset({"navigation", "search", "banner", "contentinfo", "complementary", "dialog", "alertdialog", "menu"})
CONTAINERS = frozenset((
    "div", "section", "aside", "ul", "ol", "p", "span", "header", "figure", "details", "dl", "table",
    "li", "footer",
))  # fmt: skip

# Words of class and id names, whole between separators. Each names one thing that is not the article's own text.
_NAMES = (
    # other articles
    r"related(?:-?(?:articles?|links?|stor(?:y|ies)|posts?|content|news|topics?))?",
    r"read-?(?:more|also|next)|see-?also|more-?(?:on|from|stories)|recirc(?:ulation)?|recommend(?:ed|ations?)?",
    r"most-?(?:read|popular|viewed)|trending|popular-?posts?|you-?may-?like|latest-?(?:news|stories|box|articles?|posts?)",
    # offers and advertisements
    r"newsletter(?:s|-?\w{1,20})?|sign-?up|subscri(?:be|ption)(?:-?\w{1,20})?|cta|whats-?app(?:-?\w{1,20})?",
    r"promo(?:tion|s|box)?|advert(?:isement|ising|orial)?|ad-?(?:slot|container|wrapper|unit)|taboola|outbrain|sponsor(?:ed)?",
    # sharing, comments, people
    r"share(?:-?(?:bar|buttons?|tools?|links?))?|sharing|social(?:-?\w{1,20})?|follow-?us",
    r"comments?(?:-?(?:list|area|section|form|wrapper|container))?|disqus(?:-?thread)?|respond",
    r"author-?(?:bio|box|info|card|description|profile)|about-?(?:the-?)?author|bio",
    # captions, boxes beside the text, navigation inside of it
    r"captions?|credits?|photo-?credit|image-?credit|wp-caption-text",
    r"fact-?box(?:es)?|fakta-?(?:boks|ruta|box)|info-?box(?:es)?",
    r"bread-?crumbs?|pagination|pager|tags?-?(?:list|cloud|links)|post-?tags|article-?tags|table-?of-?contents|jump-?links?",
    # legal and technical notices
    r"cookie(?:-?\w{1,20})?|consent(?:-?\w{1,20})?|gdpr|copyright|permissions?|disclaimer|disclosure",
    r"print-?(?:header|only|footer)|screen-?reader(?:-?text)?|visually-?hidden|sr-?only",
    # not shown until asked for
    r"qr-?code|ewm|erwm|modal|pop-?up|lightbox|scrim|is-?hidden|hide",
)
# Of a name in small letters between two hyphens: a third of the time of a search that looks for the ends itself.
_WORDS = re.compile(rf"[_-](?:{'|'.join(_NAMES)})[_-]")


def boilerplate_word(marks: str) -> str:
    """The word in a class or id value that names something that is no article text; empty when there is none."""
    for name in marks[:MAX_MARKS].split():  # no word goes on beyond white space
        if word := _word_in(name):
            return word
    return ""


@lru_cache(maxsize=65_536)
def _word_in(name: str) -> str:
    match = _WORDS.search(f"-{name.lower()}-")
    return match[0].strip("-_") if match else ""
