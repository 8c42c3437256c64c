"""The names of elements, whatever prefix and namespace a list gives them: `title`, `dc:date`, `news:title`."""

from collections.abc import Iterator
from functools import lru_cache

from lxml import etree

XML_NAMESPACE = "http://www.w3.org/XML/1998/namespace"
RDF_NAMESPACE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"

# The prefix under which the rules know a vocabulary -> its namespace. Where a prefix is not declared, or declared
# with another address, it is understood all the same: nobody writes `dc:` and means something else.
EXTENSIONS = {
    "atom": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "feedburner": "http://rssnamespace.org/feedburner/ext/1.0",
    "georss": "http://www.georss.org/georss",
    "image": "http://www.google.com/schemas/sitemap-image/1.1",
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "media": "http://search.yahoo.com/mrss/",
    "news": "http://www.google.com/schemas/sitemap-news/0.9",
    "pheedo": "http://www.pheedo.com/namespace/pheedo",
    "rdf": RDF_NAMESPACE,
    "slash": "http://purl.org/rss/1.0/modules/slash/",
    "sy": "http://purl.org/rss/1.0/modules/syndication/",
    "thr": "http://purl.org/syndication/thread/1.0",
    "video": "http://www.google.com/schemas/sitemap-video/1.1",
    "wfw": "http://wellformedweb.org/CommentAPI/",
    "xhtml": "http://www.w3.org/1999/xhtml",
    "xml": XML_NAMESPACE,
}
# Older addresses of the same, without a slash or hash at the end.
_OLDER = {
    "http://purl.org/atom/ns": "atom",
    "http://purl.org/dc/elements/1.0": "dc",
    "http://purl.org/rss/1.0/modules/dcterms": "dcterms",
    "http://search.yahoo.com/mrss": "media",
    "http://www.itunes.com/dtds/podcast-1.0": "itunes",
}
# The vocabularies of lists themselves: their names stand without a prefix.
_CORE = frozenset(
    {
        "http://purl.org/rss/1.0",
        "http://purl.org/net/rss1.1",
        "http://my.netscape.com/rdf/simple/0.9",
        "http://channel.netscape.com/rdf/simple/0.9",
        "http://backend.userland.com/rss",
        "http://backend.userland.com/rss2",
        "http://backend.userland.com/rss091",
        "http://backend.userland.com/rss092",
        "http://blogs.law.harvard.edu/tech/rss",
        "http://cyber.law.harvard.edu/rss/rss.html",
        "http://www.sitemaps.org/schemas/sitemap/0.9",
        "http://www.google.com/schemas/sitemap/0.84",
    }
)
_KNOWN = {uri.rstrip("/#").lower(): prefix for prefix, uri in EXTENSIONS.items()} | _OLDER


@lru_cache(maxsize=4_096)
def _key(tag: str, prefix: str | None, own: str) -> str:
    """The name of an element `tag` with this prefix, inside one whose namespace is `own`."""
    uri, _, local = tag.rpartition("}")
    uri, local = uri[1:], local.lower()
    if uri in ("", own):
        return local
    address = uri.rstrip("/#").lower()
    known = _KNOWN.get(address)
    if known is None and prefix in EXTENSIONS:
        known = prefix
    if known is None and "sitemap-news" in address:  # Google's versions of it, and what people make of them
        known = "news"
    if known:
        return f"{known}:{local}"
    return local if address in _CORE else f"?:{local}"


def is_named(element: etree._Element, local: str) -> bool:
    """Whether an element is one of the list itself with this name, whatever namespace was given to it."""
    if not isinstance(element.tag, str) or local_name(element) != local:
        return False
    prefix = _key(element.tag, element.prefix, "").rpartition(":")[0]
    return prefix in ("", "?", "atom") or namespace(element) == namespace(element.getroottree().getroot())


def local_name(element: etree._Element) -> str:
    return str(element.tag).rpartition("}")[2].lower()


def namespace(element: etree._Element) -> str:
    return str(element.tag).rpartition("}")[0][1:]


def named_children(element: etree._Element) -> Iterator[tuple[str, etree._Element]]:
    """(name, child) in document order. Names of the element's own vocabulary, and of none, have no prefix."""
    own = namespace(element)
    for child in element:
        if isinstance(child.tag, str):  # else what is left of an entity or a comment
            yield _key(child.tag, child.prefix, own), child


class Fields:
    """The children of an element by name."""

    __slots__ = ("_children",)

    def __init__(self, element: etree._Element) -> None:
        self._children: dict[str, list[etree._Element]] = {}
        for name, child in named_children(element):
            self._children.setdefault(name, []).append(child)

    def all(self, *names: str) -> list[etree._Element]:
        """Every child with one of these names, in the order of `names`."""
        return [child for name in names for child in self._children.get(name, ())]

    def __contains__(self, name: str) -> bool:
        return name in self._children
