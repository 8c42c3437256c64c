"""Sitemaps, news sitemaps and their indexes: told by what they hold, not by what they are called."""

from tasks.fetch.lists import parse_list
from tasks.fetch.sitemaps import unseen_children
from tasks.model import Entry, Listing
from tasks.url import url_key

URLSET = '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"{}>{}</urlset>'
NEWS = ' xmlns:n="http://www.google.com/schemas/sitemap-news/0.9"'
ARTICLE = (
    "<url><loc>https://gazette.example/a</loc><lastmod>2026-03-02</lastmod><n:news><n:publication>"
    "<n:name>Gazette</n:name><n:language>en</n:language></n:publication>"
    "<n:publication_date>2026-03-01T08:00Z</n:publication_date><n:title>Fish &amp; chips</n:title></n:news></url>"
)


def read(text: str, url: str | None = "https://gazette.example/sitemap.xml") -> Listing:
    return parse_list(text.encode(), url=url)


def test_news_sitemap():
    """Title, language, publication and last change of an article."""
    listing = read(URLSET.format(NEWS, ARTICLE))
    assert (listing.kind, listing.problems) == ("news_sitemap", ())
    assert listing.entries == (
        Entry(
            url="https://gazette.example/a",
            title="Fish & chips",
            published_raw="2026-03-01T08:00Z",
            updated_raw="2026-03-02",
            language="en",
        ),
    )


def test_wrong_and_missing_namespaces():
    """Old, invented and no namespaces at all: the names say enough."""
    for attribute in ('xmlns="http://www.google.com/schemas/sitemap/0.84"', 'xmlns="http://example.org/mine"', ""):
        listing = read(f"<urlset {attribute}{NEWS}>{ARTICLE}</urlset>")
        assert (listing.kind, len(listing.entries)) == ("news_sitemap", 1)
    everything_news = ARTICLE.replace("n:", "")
    listing = read(f'<urlset xmlns="http://www.google.com/schemas/sitemap-news/0.9">{everything_news}</urlset>')
    assert listing.entries[0].title == "Fish & chips"


def test_plain_sitemap_that_declares_news():
    """A declared namespace proves nothing; only of an empty sitemap there is nothing else to go by."""
    image = "<i:image xmlns:i='urn:i'><i:loc>x</i:loc></i:image>"
    page = f"<url><loc>https://gazette.example/</loc>{image}</url>"
    assert read(URLSET.format(NEWS, page)).kind == "sitemap"
    assert read(URLSET.format(NEWS, "")).kind == "news_sitemap"
    assert read(URLSET.format("", "")).kind == "sitemap"


def test_rss_that_declares_the_sitemap_namespace():
    """The root element decides."""
    item = "<channel><item><link>http://a.example/</link></item></channel>"
    listing = read(f'<rss xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{item}</rss>')
    assert (listing.kind, [e.url for e in listing.entries]) == ("rss", ["http://a.example/"])


def test_index_lists_its_children():
    """Also those whose address stands without its <loc>."""
    text = """<sitemapindex><sitemap><loc> https://gazette.example/1.xml.gz </loc><lastmod>2026-03</lastmod></sitemap>
      <sitemap>https://gazette.example/2.xml?a=1&amp;b=2</sitemap></sitemapindex>"""
    listing = read(text)
    assert listing.kind == "sitemap_index"
    assert [(e.url, e.updated_raw) for e in listing.entries] == [
        ("https://gazette.example/1.xml.gz", "2026-03"),
        ("https://gazette.example/2.xml?a=1&b=2", None),
    ]


def test_an_index_that_names_itself_is_read_once():
    """HOSTILE 39: what was read is not followed again, and a child named twice once."""
    own = "https://gazette.example/sitemap.xml"
    children = [own, "https://www.gazette.example/sitemap.xml", "https://gazette.example/1.xml"] * 2
    listing = read(
        "<sitemapindex>" + "".join(f"<sitemap><loc>{c}</loc></sitemap>" for c in children) + "</sitemapindex>"
    )
    key = url_key(own)
    assert key
    assert [e.url for e in unseen_children(listing, {key})] == ["https://gazette.example/1.xml"]


def test_entries_on_other_hosts_and_without_an_address():
    """HOSTILE 40: listed as they are; the address rules apply when they are dialled."""
    listing = read(
        URLSET.format("", "<url><loc>http://127.0.0.1/</loc></url><url/><url><loc>ftp://x.example/</loc></url>")
    )
    assert [(e.url, e.problem) for e in listing.entries] == [
        ("http://127.0.0.1/", None),
        (None, "no link"),
        (None, "not an http(s) address (ftp:)"),
    ]


def test_sitemap_that_is_a_list_of_addresses():
    """sitemaps.org, "Text file"; prose that begins with an address is none."""
    listing = read("https://gazette.example/1\r\nhttps://gazette.example/2\r\n")
    assert (listing.kind, len(listing.entries)) == ("sitemap", 2)
    assert read("https://gazette.example/1 is where it was first seen").kind == "unknown"


def test_cut_sitemap_keeps_complete_entries():
    """HOSTILE 34: the entry in which it ends is left out, however much of it is there."""
    text = URLSET.format(NEWS, ARTICLE + ARTICLE)
    listing = read(text[: text.rindex("</url>")])
    assert (len(listing.entries), [p.name for p in listing.problems]) == (1, ["cut"])
