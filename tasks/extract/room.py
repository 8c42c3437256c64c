"""The element that holds an article's text, by its name."""

import re
from functools import lru_cache

from tasks.extract.small_tree import SmallTree

# Names of the element that holds the text and little else.
_ROOM_TAGS = ("article", "div", "main", "section")
_ROOM = re.compile(
    r"(?:entry|article|art|page|text)-content|post[-_]?(?:text|content)|post-(?:body|entry)|postentry|article__content"
    r"|article-?text|article(?:-|__)?body|articleBody|articleText|ArticleContent|postContent|body-text"
    r"|article__container|post_inner_wrapper"
)
_ROOM_ID = re.compile(r"(?:entry|article|art)-content|article__content|article(?:-|__)?body|articleBody|body-text")
_STORY = re.compile(
    r"^article |post-bodycopy|story-?content|(?:theme|blog|section|single)-content|single-post|main-column"
    r"|wpb_text_column|story-body|field-body|(?i:fulltext)"
)
_STORY_ID = re.compile(r"^primary|story-body")
_CONTENT = re.compile(r"content[-_]main|content(?:-|__)?body|[cm]ain-?content|[cp]age-content", re.IGNORECASE)
_RANKS = range(5)


def named_room(tree: SmallTree) -> int | None:
    """The first element that is named as an article's text, else the first `<article>`, else by weaker names."""
    best, found = len(_RANKS), None
    for at in tree.within(0, *_ROOM_TAGS):
        tag, get = tree.tags[at], tree.attributes[at].get
        rank = 0 if get("itemprop") == "articleBody" else _rank(get("class") or "", get("id") or "")
        if rank and (tag == "article" or get("role") == "article"):
            rank = 1 if tag == "article" else min(rank, 2)
        if rank == 0:
            return at
        if rank < best:
            best, found = rank, at
    return found


def rooms_in(tree: SmallTree, at: int) -> list[int]:
    """The elements inside of one that are named as an article's text."""
    found = []
    for room in tree.within(at, *_ROOM_TAGS):
        get = tree.attributes[room].get
        if room != at and (get("itemprop") == "articleBody" or _rank(get("class") or "", get("id") or "") == 0):
            found.append(room)
    return found


@lru_cache(maxsize=16_384)
def _rank(classes: str, name: str) -> int:
    """How much class and id promise: 0 the text itself, then what holds it."""
    if classes in ("post", "entry") or name == "articleContent" or _ROOM.search(classes) or _ROOM_ID.search(name):
        return 0
    if classes in ("postarea", "art-postcontent", "text", "cell", "story") or name in ("article", "story"):
        return 2
    if _STORY.search(classes) or _STORY_ID.search(name):
        return 2
    if "content" in (classes, name) or _CONTENT.search(classes) or _CONTENT.search(name):
        return 3
    return 4 if classes.startswith("main") or name.startswith("main") else 9
