"""Feeds and sitemaps that a page names."""

from tasks.fetch.autodiscovery import LinkedList, autodiscover

PAGE = """<!DOCTYPE html><html><head><base href="/section/">
<link rel="stylesheet" href="/rss.css"><link rel="alternate" hreflang="de" href="https://gazette.example/de/">
<link rel="alternate" type="application/json" href="/wp-json/wp/v2/pages/1">
<link rel="alternate" type="application/json+oembed" href="/oembed">
<link rel="alternate" type="application/rss+xml" title="Comments" href="/comments/feed/">
<LINK REL="Alternate" TYPE="application/rss+xml; charset=utf-8" TITLE="News &amp; views" HREF="news.rss">
<link rel="alternate" type="text/xml" href="/atom.xml"><link rel="sitemap" type="application/xml" href="/sitemap.xml">
</head><body><a href="https://www.gazette.example/section/news.rss">again</a> <a href="/rss/sport">Sport</a>
<a href="/how-to-use-rss.html">what is RSS</a> <a href="/feedback">write to us</a>
<a href="mailto:rss@x.example">mail</a>
<a href="/news-sitemap.xml.gz">map</a></body></html>"""


def test_declared_first_then_linked_then_comments():
    """Each list once, absolute; nothing that only sounds like one."""
    assert autodiscover(PAGE.encode(), "https://gazette.example/") == (
        LinkedList("https://gazette.example/section/news.rss", "feed", "News & views", declared=True),
        LinkedList("https://gazette.example/atom.xml", "feed", None, declared=True),
        LinkedList("https://gazette.example/sitemap.xml", "sitemap", None, declared=True),
        LinkedList("https://gazette.example/rss/sport", "feed", "Sport", declared=False),
        LinkedList("https://gazette.example/news-sitemap.xml.gz", "sitemap", "map", declared=False),
        LinkedList("https://gazette.example/comments/feed/", "feed", "Comments", declared=True),
    )


def test_bytes_that_are_no_page():
    """Nothing is found in them, and nothing goes wrong."""
    for body in (b"", b"\0\1\2", b"{}", b"<>" * 1_000):
        assert autodiscover(body, None) == ()


def test_relative_links_of_a_page_from_nowhere():
    """A saved page without an address names only what it names in full."""
    body = b'<link rel=alternate type=application/rss+xml href=/rss><a href="https://a.example/feed">x</a>'
    assert [one.url for one in autodiscover(body, None)] == ["https://a.example/feed"]
