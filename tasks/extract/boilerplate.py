"""Elements that are no article wherever they stand: taken out before the main text is looked for."""

import re
from collections import defaultdict
from copy import deepcopy
from functools import lru_cache

from lxml import etree, html

# Elements without article text. Removing them first also makes everything after this cheaper.
_NO_TEXT_TAGS = (
    "script", "style", "noscript", "template", "svg", "iframe", "nav", "button", "select", "input", "textarea",
    "object", "embed", "canvas", "dialog", "audio", "video", "map", "link", "meta", "figcaption",
)  # fmt: skip
_INLINE = (
    "span",
    "strong",
    "em",
    "b",
    "i",
    "u",
    "font",
    "mark",
    "wbr",
    "abbr",
    "bdi",
    "big",
    "label",
    "small",
    "s",
    "ins",
)
_ROLES = frozenset({"navigation", "search", "banner", "contentinfo", "complementary", "dialog", "alertdialog", "menu"})
_CONTAINERS = (
    "div",
    "section",
    "aside",
    "ul",
    "ol",
    "p",
    "span",
    "header",
    "figure",
    "details",
    "dl",
    "table",
    "li",
    "footer",
)

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
_WORDS = re.compile(rf"(?:^|[\s_-])(?:{'|'.join(_NAMES)})(?:$|[\s_-])", re.IGNORECASE)
MAX_SHARE = 0.5  # of the page's paragraph text; what holds more is the article, whatever its name


def without_boilerplate(tree: html.HtmlElement) -> html.HtmlElement:
    """A copy of the tree without elements whose tag, role or name says that they are no article text.

    A name that covers more than half of the page's paragraphs is not believed, nor one around the headline.
    """
    copied: html.HtmlElement = deepcopy(tree)
    etree.strip_elements(copied, *_NO_TEXT_TAGS, with_tail=False)
    total = _paragraph_length(copied)
    for elements in _named(copied).values():
        inside = [(element, _paragraph_length(element)) for element in elements]
        if sum(length for _, length in inside) > MAX_SHARE * total:
            continue
        for element, _ in inside:
            if element.find(".//h1") is None:
                _drop(element)
    etree.strip_tags(copied, *_INLINE)  # their text stays; a third fewer elements for everything that follows
    return copied


def _paragraph_length(element: html.HtmlElement) -> int:
    return sum(len(paragraph.text_content()) for paragraph in element.iter("p"))


def _named(tree: html.HtmlElement) -> dict[str, list[html.HtmlElement]]:
    """Elements by the word that gives them away; of nested ones of a word the outermost."""
    found: dict[str, list[html.HtmlElement]] = defaultdict(list)
    for element in tree.iter(*_CONTAINERS):
        get = element.get
        if get("role") in _ROLES:
            found["role"].append(element)
        elif element.tag in ("aside", "footer"):
            found[element.tag].append(element)
        elif word := boilerplate_word(get("class") or "") or boilerplate_word(get("id") or ""):
            found[word].append(element)
    return {word: _outermost(elements) for word, elements in found.items()}


def _outermost(elements: list[html.HtmlElement]) -> list[html.HtmlElement]:
    if len(elements) == 1:
        return elements
    known = set(elements)
    return [element for element in elements if not any(ancestor in known for ancestor in element.iterancestors())]


@lru_cache(maxsize=65_536)
def boilerplate_word(marks: str) -> str:
    """The word in a class or id value that names something that is no article text; empty when there is none."""
    match = _WORDS.search(marks[:300])
    return match[0].strip(" -_").lower() if match else ""


def _drop(element: html.HtmlElement) -> None:
    """Take the element out, leaving the text after it in place."""
    if element.getparent() is not None:
        element.drop_tree()
