"""Elements that are no article wherever they stand: taken out before the main text is looked for."""

import re
from collections.abc import Iterator
from functools import lru_cache

from lxml import html

# Elements without article text. Removing them first also makes everything after this cheaper.
_NO_TEXT_TAGS = (
    "script", "style", "noscript", "template", "svg", "iframe", "nav", "button", "select", "input", "textarea",
    "object", "embed", "canvas", "dialog", "audio", "video", "map", "link", "meta", "figcaption",
)  # fmt: skip
_ROLES = frozenset({"navigation", "search", "banner", "contentinfo", "complementary", "dialog", "alertdialog", "menu"})
_CONTAINERS = ("div", "section", "aside", "ul", "ol", "p", "span", "header", "figure", "details", "dl", "table", "li")

# Words of class and id names, whole between separators. Each names one thing that is not the article's own text.
_WORDS = re.compile(
    r"(?:^|[\s_-])(?:"
    r"related(?:-?(?:articles?|links?|stor(?:y|ies)|posts?|content|news|topics?))?|read-?(?:more|also|next)|see-?also|more-?(?:on|from|stories)"
    r"|recirc(?:ulation)?|recommend(?:ed|ations?)?|most-?(?:read|popular|viewed)|trending|popular-?posts?|you-?may-?like"
    r"|newsletter(?:s|-?\w{1,20})?|sign-?up|subscri(?:be|ption)(?:-?\w{1,20})?|promo(?:tion|s|box)?|advert(?:isement|ising|orial)?|ad-?(?:slot|container|wrapper|unit)"
    r"|taboola|outbrain|sponsor(?:ed)?"
    r"|share(?:-?(?:bar|buttons?|tools?|links?))?|sharing|social(?:-?\w{1,20})?|follow-?us"
    r"|comments?(?:-?(?:list|area|section|form|wrapper|container))?|disqus(?:-?thread)?|respond"
    r"|captions?|credits?|photo-?credit|image-?credit|wp-caption-text"
    r"|author-?(?:bio|box|info|card|description|profile)|about-?(?:the-?)?author|bio"
    r"|bread-?crumbs?|pagination|pager|tags?-?(?:list|cloud|links)|post-?tags|article-?tags"
    r"|cookie(?:-?\w{1,20})?|consent(?:-?\w{1,20})?|gdpr"
    r"|screen-?reader(?:-?text)?|visually-?hidden|sr-?only"
    r")(?:$|[\s_-])",
    re.IGNORECASE,
)
MAX_SHARE = 0.5  # of the page's paragraph text; what holds more is the article, whatever its name


def without_boilerplate(tree: html.HtmlElement) -> html.HtmlElement:
    """A copy of the tree without the elements above; the given tree stays as it is."""
    copied: html.HtmlElement = html.HtmlElement() if tree is None else _copy(tree)
    for element in list(copied.iter(*_NO_TEXT_TAGS)):
        _drop(element)
    total = max(1, sum(len(p.text_content()) for p in copied.iter("p")))
    for element in _named(copied):
        if element.getparent() is None:
            continue
        if sum(len(p.text_content()) for p in element.iter("p")) <= MAX_SHARE * total and element.find(".//h1") is None:
            _drop(element)
    return copied


def _copy(tree: html.HtmlElement) -> html.HtmlElement:
    from copy import deepcopy

    return deepcopy(tree)


def _named(tree: html.HtmlElement) -> Iterator[html.HtmlElement]:
    found = []
    for element in tree.iter(*_CONTAINERS):
        get = element.get
        if get("role") in _ROLES:
            found.append(element)
            continue
        marks = get("class")
        name = get("id")
        if (marks and is_boilerplate_name(marks)) or (name and is_boilerplate_name(name)):
            found.append(element)
    yield from found


@lru_cache(maxsize=65_536)
def is_boilerplate_name(marks: str) -> bool:
    """Whether a class or id value names something that is no article text."""
    return _WORDS.search(marks[:300]) is not None


def _drop(element: html.HtmlElement) -> None:
    """Take the element out, leaving the text after it in place."""
    if element.getparent() is not None:
        element.drop_tree()
