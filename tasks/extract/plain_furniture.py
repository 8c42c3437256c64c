"""What stands in the middle of a plain page's text and is none of it: boxes by their names, hidden lines, links."""

import re
from collections.abc import Mapping
from functools import lru_cache

from tasks.extract.room import rooms_in
from tasks.extract.small_tree import SmallTree

MIN_TEXT = 250  # characters of paragraphs in elements named as the text; what holds as many is not judged by its name

# Parts of names, wherever they stand in them, of what is no text though it stands in the middle of one.
_NAMED_TAGS = frozenset(("div", "li", "ul", "ol", "dl", "dd", "dt", "p", "section"))
_FURNITURE = (
    r"^shar|share-|social|viral|newsletter|syndication|tags|tag-list|sidebar|banner|bread-?crumb|button|author|byline",
    r"^(?:nav|post-nav|zendeskform)|avigation|nav(?:bar|box)|menu|bar| ad |-ad-|(?:^| )ad-|dfpad|outbrain|taboola",
    r"criteo|paid-?content|widget|footer|sociable|embed|consent|modal-content|permission|elated|next-|-stories|more-on",
    r"teaser|most-popular|meta|rating|attachment|timestamp|user-(?:info|profile)|-icon|article-infos|message|slide|viewport",
    r"overlay|options|expand|obfuscated|blurred|caption|cookie|comment(?!ary)|infinite-?scroll|elementor-share",
    r"^hide-| hidden| hide|-hide-|noprint|notloaded|-reply-|akismet|suggest-links|yin|nfoline",
)
_FURNITURE_ID = (
    r"^shar|share|social|viral|newsletter|syndication|tags|sidebar|banner|bread-?crumb|button|author|footer|nav|menu",
    r"related|message-container|premium|^ad-|^(?:jp-|dpsp-content)|teaser|caption|cookie|comment(?!ary)|hidden|bmdh",
    r"disqus_thread|akismet|infinite-?scroll|^reply-",
)
_NAMED = re.compile("|".join(_FURNITURE), re.IGNORECASE)
_NAMED_ID = re.compile("|".join(_FURNITURE_ID), re.IGNORECASE)


def is_furniture(tree: SmallTree, at: int) -> bool:
    """Whether the names of a box say that it is no text, and what it holds is not named as the text."""
    attributes = tree.attributes[at]
    if not attributes or tree.tags[at] not in _NAMED_TAGS:
        return False
    return _is_named(attributes.get("class") or "", attributes.get("id") or "") and not _holds_text(tree, at)


def _holds_text(tree: SmallTree, at: int) -> bool:
    """Paragraphs in elements named as the text: `teaser-content` around the beginning of an article behind a wall."""
    paragraphs = {p for room in rooms_in(tree, at) for p in tree.within(room, "p")}
    linked = sum(tree.length(link) for p in paragraphs for link in tree.within(p, "a"))
    return sum(map(tree.length, paragraphs)) - 2 * linked >= MIN_TEXT


@lru_cache(maxsize=16_384)
def _is_named(classes: str, name: str) -> bool:
    return (bool(classes) and _NAMED.search(classes) is not None) or (bool(name) and _NAMED_ID.search(name) is not None)


def is_hidden(attributes: Mapping[str, str]) -> bool:
    style = attributes.get("style")
    if style and ("hidden" in style or "display:none" in style or "display: none" in style):
        return True
    return attributes.get("aria-hidden") == "true"


def is_linked(tree: SmallTree, at: int) -> bool:
    """Little but links in it: a menu, a label, a pointer."""
    links = [tree.line(link) for link in tree.within(at, "a")]
    if not links:
        return False
    text, tag = tree.line(at), tree.tags[at]
    linked = sum(map(len, links))
    if len(links) == 1 and linked > 100 and linked > 0.9 * len(text):
        return True
    is_last = tree.is_last(at)
    short = (60 if is_last else 30) if tag == "p" else (300 if is_last else 100)
    shown = [link for link in links if link]
    if len(text) < short:
        if not shown:
            return True
        few = sum(len(link) < 10 for link in shown)
        if linked > 0.8 * len(text) or (len(shown) > 1 and few > 0.8 * len(shown)):
            return True
        return tag not in ("p", "ul", "ol", "dl") and len(tree.children(at)) >= 3 and len(text) < 100
    return len(links) > 4 and linked > 0.9 * len(text) and linked < 100 * len(shown)
