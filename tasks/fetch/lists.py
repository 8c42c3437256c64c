"""The bytes of a feed or sitemap -> what it is and what it lists. The content decides, not its name or its header."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from tasks.fetch.feeds import is_atom, read_feed
from tasks.fetch.json_feeds import read_json_feed
from tasks.fetch.list_text import MAX_LIST_BYTES, decode, unpack
from tasks.fetch.sitemaps import is_sitemap, is_text_sitemap, read_sitemap, read_text_sitemap
from tasks.fetch.xml_tree import Root, find_root, read_xml
from tasks.model import Entry, Listing, ListProblem

MAX_ENTRIES = 20_000  # of one list at once; feeds have tens, news sitemaps up to 1,000, other sitemaps up to 50,000
SECONDS = 8.0  # for one list in a worker (tasks.pool); honest ones need under two
PAGES = frozenset({"html", "head", "body"})
ENTRY_NAMES = {"urlset": "url", "sitemapindex": "sitemap", "feed": "entry", "entry": "entry"}


def parse_list(
    body: bytes,
    *,
    url: str | None,
    content_type: str | None = None,
    start: int = 0,
    max_entries: int = MAX_ENTRIES,
    max_bytes: int = MAX_LIST_BYTES,
) -> Listing:
    """Read a feed or sitemap: RSS, RDF, Atom, JSON Feed, sitemap, news sitemap, sitemap index.

    `url`: where the bytes came from, after redirects, to resolve relative links. `start`: how many entries to leave
    out, for who goes on where an earlier call was capped. Whatever the bytes are, a Listing comes back: what is no
    list has the kind "html" or "unknown", no entries and the problem "not_a_list"; raises nothing.
    """
    unpacked = unpack(body, max_bytes)
    text = decode(unpacked.body, content_type).lstrip("\ufeff\x00 \t\r\n")
    if not text:
        return Listing("unknown", problems=(*unpacked.problems, ListProblem("empty")))
    listing, entries = _read(text, url)
    wanted = tuple(islice(entries, start, start + max_entries))
    problems = [*unpacked.problems, *listing.problems]
    if next(entries, None) is not None:
        problems.append(ListProblem("capped", f"the {start + max_entries:,} first entries"))
    return replace(listing, entries=wanted, problems=tuple(problems))


def _read(text: str, url: str | None) -> tuple[Listing, Iterator[Entry]]:
    """The listing without its entries, and the entries."""
    if text.startswith(("{", "[")):
        return read_json_feed(text, url) or _no_list("JSON, but no JSON Feed")
    root = find_root(text)
    if root is None:
        return read_text_sitemap(text) if is_text_sitemap(text) else _no_list("neither XML nor JSON")
    if root.name in PAGES:
        return Listing("html", problems=(ListProblem("not_a_list", "an HTML page"),)), iter(())
    return _read_xml(text, root, url)


def _read_xml(text: str, root: Root, url: str | None) -> tuple[Listing, Iterator[Entry]]:
    if not (is_sitemap(root.name) or is_atom(root.name) or root.name in ("rss", "rdf", "channel")):
        return _no_list(f"XML that starts with <{root.name}>")
    tree = read_xml(text, root, ENTRY_NAMES.get(root.name, "item"))
    read = read_sitemap if is_sitemap(root.name) else read_feed
    listing, entries = read(tree.element, url)
    return replace(listing, problems=tree.problems), entries


def _no_list(what: str) -> tuple[Listing, Iterator[Entry]]:
    return Listing("unknown", problems=(ListProblem("not_a_list", what),)), iter(())
