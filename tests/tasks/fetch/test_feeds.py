"""RSS, RDF, Atom and JSON Feed as they are written: names, prefixes, links, languages, dates as raw text."""

import json

import pytest

from tasks.fetch.lists import parse_list
from tasks.model import Entry, Listing

SITE = "https://gazette.example/"
RSS = """<?xml version="1.0"?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"
     xmlns:sy="http://purl.org/rss/1.0/modules/syndication/" xmlns:atom="http://www.w3.org/2005/Atom">
<channel><title>Gazette</title><link>https://gazette.example/</link><language>en_gb</language>
<atom:link rel="self" href="https://gazette.example/rss"/><atom:link rel="hub" href="https://hub.example/"/>
<ttl>30</ttl><sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>
<skipHours><hour>2</hour><hour>24</hour><hour>soon</hour></skipHours><skipDays><day>sunday</day></skipDays>
<item><title>Ferry returns</title><link>https://gazette.example/ferry</link><guid isPermaLink="false">77</guid>
<pubDate>Tue, 03 Mar 2026 07:10:00 GMT</pubDate><dc:creator>Ada Reed</dc:creator><author>Bo Lind</author>
<description>&lt;p&gt;It is &lt;b&gt;back&lt;/b&gt;.&lt;/p&gt;&lt;p&gt;Twice a day.&lt;/p&gt;</description></item>
</channel></rss>"""


def rss(items: str, channel: str = "<link>https://gazette.example/</link>", root: str = "") -> Listing:
    text = f'<rss version="2.0"{root}><channel><title>Gazette</title>{channel}{items}</channel></rss>'
    return parse_list(text.encode(), url="https://feeds.example/gazette/rss.xml")


def atom(entries: str, root: str = "") -> Listing:
    text = f'<feed xmlns="http://www.w3.org/2005/Atom"{root}><title>Gazette</title>{entries}</feed>'
    return parse_list(text.encode(), url="https://gazette.example/feeds/atom.xml")


def only(listing: Listing) -> Entry:
    (entry,) = listing.entries
    return entry


def test_everything_an_rss_feed_says():
    """Each field of listing and entry comes from its element; dates stay as they are written."""
    listing = parse_list(RSS.encode(), url=None)
    assert (listing.kind, listing.title, listing.language) == ("rss", "Gazette", "en-GB")
    assert (listing.home_url, listing.self_url) == (SITE, "https://gazette.example/rss")
    assert listing.hub_urls == ("https://hub.example/",)
    assert (listing.hints.ttl_minutes, listing.hints.period_minutes) == (30, 15)
    assert (listing.hints.skip_hours, listing.hints.skip_days) == ((0, 2), ("Sunday",))
    assert listing.problems == ()
    assert only(listing) == Entry(
        url="https://gazette.example/ferry",
        title="Ferry returns",
        published_raw="Tue, 03 Mar 2026 07:10:00 GMT",
        guid="77",
        language="en-GB",
        authors=("Bo Lind", "Ada Reed"),
        summary="It is back. Twice a day.",
    )


def test_rdf_lists_items_beside_its_channel():
    """RSS 1.0: items are siblings of the channel, `rdf:about` names them, Dublin Core dates them."""
    text = """<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
      xmlns:d="http://purl.org/dc/elements/1.1/"><channel r:about="x"><title>G</title><d:language>pt-br</d:language>
      </channel><item r:about="https://gazette.example/1"><title>One</title><d:date>2026-03-01</d:date></item></r:RDF>"""
    listing = parse_list(text.encode(), url=None)
    assert (listing.kind, listing.title, listing.language) == ("rdf", "G", "pt-BR")
    entry = only(listing)
    assert (entry.url, entry.title, entry.published_raw) == ("https://gazette.example/1", "One", "2026-03-01")


def test_prefixes_do_not_matter():
    """The list's own vocabulary may have a prefix, and the extensions odd ones; the namespace says which is which."""
    text = """<q:rss xmlns:q="http://backend.userland.com/rss2" xmlns:zz="http://purl.org/dc/elements/1.1/"
      xmlns:m="http://search.yahoo.com/mrss/"><q:channel><q:item><m:title>Picture</m:title><q:title>Text</q:title>
      <q:link>https://gazette.example/1</q:link><zz:creator>Ada</zz:creator></q:item></q:channel></q:rss>"""
    entry = only(parse_list(text.encode(), url=None))
    assert (entry.title, entry.url, entry.authors) == ("Text", "https://gazette.example/1", ("Ada",))


def test_wrong_namespace_of_a_known_prefix():
    """`dc:` with another address is Dublin Core all the same."""
    entry = only(rss("<item><dc:date>2026</dc:date></item>", root=' xmlns:dc="http://example.org/dublin"'))
    assert entry.published_raw == "2026"


def test_atom_link_choice():
    """The alternate in HTML, not the enclosure, the comments or the PDF, whatever stands first."""
    entry = only(
        atom("""<entry><id>tag:1</id><link rel="replies" href="/r"/><link rel="enclosure" href="/e.mp3"/>
        <link rel="alternate" type="application/pdf" href="/p.pdf"/>
        <link rel="http://www.iana.org/assignments/relation/alternate" type="text/html" href="/page"/></entry>""")
    )
    assert (entry.url, entry.guid) == ("https://gazette.example/page", "tag:1")


def test_atom_link_in_the_language_of_the_entry():
    """Of several alternates the one in the entry's language."""
    links = '<link hreflang="fr" href="/fr"/><link hreflang="de" href="/de"/>'
    assert only(atom(f'<entry xml:lang="de-AT">{links}</entry>')).url == "https://gazette.example/de"


def test_atom_dates_and_people():
    """Atom 0.3 says issued and modified, 1.0 published and updated; both describe people by name."""
    old = only(atom("<entry><issued>a</issued><modified>b</modified><author><name>Ada</name></author></entry>"))
    new = only(atom("<entry><published>a</published><updated>b</updated><author><name>Ada</name></author></entry>"))
    assert (old.published_raw, old.updated_raw, old.authors) == ("a", "b", ("Ada",))
    assert (new.published_raw, new.updated_raw, new.authors) == ("a", "b", ("Ada",))


def test_a_change_is_no_publication():
    """Atom 1.0 demands `updated`, not `published`: nothing is made up."""
    entry = only(atom("<entry><updated>2026-03-01T00:00:00Z</updated></entry>"))
    assert (entry.published_raw, entry.updated_raw) == (None, "2026-03-01T00:00:00Z")


@pytest.mark.parametrize(
    ("title", "read"),
    [
        ("<title>a &lt;b> c</title>", "a <b> c"),
        ('<title type="html">a &lt;b>b&lt;/b> &amp;amp; c</title>', "a b & c"),
        ('<title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">a <b>b</b></div></title>', "a b"),
    ],
)
def test_atom_titles(title: str, read: str):
    """An Atom text says itself whether it is markup."""
    assert only(atom(f"<entry>{title}</entry>")).title == read


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("<![CDATA[Fish & <i>chips</i>]]>", "Fish & chips"),
        ("Fish &amp;#x27;n&amp;#x27; chips", "Fish 'n' chips"),
        ("Fish &amp;amp;quot;n&amp;amp;quot; chips", 'Fish "n" chips'),
        ("Fish &nbsp;&eacute; &lt;3\n  chips", "Fish é <3 chips"),
        ("5 &lt; 6 &gt; 4", "5 < 6 > 4"),
        ("It&#146;s &amp;#146;", "It’s ’"),
    ],
)
def test_rss_titles(written: str, read: str):
    """Markup out, references resolved, also those escaped twice and those of HTML; one line."""
    assert only(rss(f"<item><title>{written}</title></item>")).title == read


@pytest.mark.parametrize(
    ("item", "url"),
    [
        ("<link>\n /a \n</link>", "https://gazette.example/a"),
        ("<link>b.html</link>", "https://gazette.example/b.html"),
        ('<link xml:base="https://other.example/x/">b.html</link>', "https://other.example/x/b.html"),
        ("<link>//cdn.example/a</link>", "https://cdn.example/a"),
        ("<link>www.gazette.example/a</link>", "http://www.gazette.example/a"),
        ("<link/>https://gazette.example/behind", "https://gazette.example/behind"),
        ('<link href="https://gazette.example/h"/>', "https://gazette.example/h"),
        ("<guid>https://gazette.example/g</guid>", "https://gazette.example/g"),
        ('<guid isPermaLink="true">/g</guid>', "https://gazette.example/g"),
        ("<link></link><guid>https://gazette.example/g</guid>", "https://gazette.example/g"),
        (
            "<link>https://feedproxy.example/~r/1</link>"
            '<o:origLink xmlns:o="http://rssnamespace.org/feedburner/ext/1.0">https://gazette.example/1</o:origLink>',
            "https://gazette.example/1",
        ),
        ("<link><![CDATA[https://gazette.example/?a=1&b=2]]></link>", "https://gazette.example/?a=1&b=2"),
        ("<link>https://gazette.example/?a=1&b=2&copy=3</link>", "https://gazette.example/?a=1&b=2&copy=3"),
        ("<link>https://elsewhere.example/a</link>", "https://elsewhere.example/a"),
    ],
)
def test_rss_links(item: str, url: str):
    """Relative to the site, not to where the feed lies; the publisher's address before the redirector's."""
    entry = only(rss(f"<item>{item}</item>"))
    assert (entry.url, entry.problem) == (url, None)


@pytest.mark.parametrize(
    ("item", "problem"),
    [
        ("<title>x</title>", "no link"),
        ('<guid isPermaLink="false">https://gazette.example/1</guid>', "no link"),
        ("<guid>12345</guid>", "no link"),
        ('<enclosure url="https://gazette.example/a.mp3"/>', "only an enclosure, no page"),
        ("<link>mailto:ada@gazette.example</link>", "not an http(s) address (mailto:)"),
        ("<link>javascript:alert(1)</link>", "not an http(s) address (javascript:)"),
        ("<link>file:///etc/passwd</link>", "not an http(s) address (file:)"),
        ("<link>http://[::1</link>", "an address that cannot be read"),
        (f"<link>https://gazette.example/{'x' * 9000}</link>", "an address of 8,193 characters"),
    ],
)
def test_entries_without_a_url_to_follow(item: str, problem: str):
    """They are entries all the same, and say why."""
    entry = only(rss(f"<item>{item}</item>"))
    assert (entry.url, entry.problem) == (None, problem)


def test_a_relative_link_without_anything_it_is_relative_to():
    """Of a file nobody knows where it came from."""
    body = b"<rss><channel><link>/</link><item><link>/a</link></item></channel></rss>"
    entry = only(parse_list(body, url=None))
    assert (entry.url, entry.problem) == (None, "a relative address, and nothing that it is relative to")


def test_xml_base_of_what_stands_around():
    """Bases add up from the outside in, from the document's address on."""
    listing = atom('<entry xml:base="b/"><link href="c"/></entry>', root=' xml:base="/a/"')
    assert only(listing).url == "https://gazette.example/a/b/c"


def test_line_breaks_do_not_survive_in_a_url():
    """HOSTILE 7: CR and LF could start a header line."""
    entry = only(rss("<item><link>https://gazette.example/a&#13;&#10;X-Evil: 1</link></item>"))
    assert entry.url is None or not set("\r\n") & set(entry.url)


def test_same_guid_at_two_urls():
    """HOSTILE 36, 37: a guid names no entry; both are listed as they are."""
    items = "".join(f"<item><link>https://gazette.example/{n}</link><guid>same</guid></item>" for n in "ab")
    assert [(e.url, e.guid) for e in rss(items).entries] == [
        ("https://gazette.example/a", "same"),
        ("https://gazette.example/b", "same"),
    ]


def test_entries_inside_an_entry_are_its_own_affair():
    """History and quoted feeds inside an entry list nothing."""
    assert len(rss("<item><history><item><title>old</title></item></history></item>").entries) == 1


def test_items_in_an_atom_feed():
    """Feeds mix the formats."""
    assert len(atom("<item><title>x</title></item>").entries) == 1


def json_feed(**fields: object) -> Listing:
    text = json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "J"} | fields)
    return parse_list(b"\xef\xbb\xbf" + text.encode(), url="https://gazette.example/feed.json")


def test_everything_a_json_feed_says():
    """Version 1.1, with a byte order mark before it."""
    listing = json_feed(
        language="fr",
        home_page_url="https://gazette.example",
        hubs=[{"type": "WebSub", "url": "https://hub.example/"}],
        items=[
            {
                "id": 7,
                "url": "/a",
                "title": "Un &amp; deux",
                "date_published": "2026-03-01",
                "date_modified": "2026-03-02",
                "authors": [{"name": "Ada"}, {"name": "Bo"}],
                "content_html": "<p>x</p>",
            }
        ],
    )
    assert (listing.kind, listing.title, listing.home_url) == ("json_feed", "J", "https://gazette.example")
    assert listing.hub_urls == ("https://hub.example/",)
    assert only(listing) == Entry(
        url="https://gazette.example/a",
        title="Un & deux",
        published_raw="2026-03-01",
        updated_raw="2026-03-02",
        guid="7",
        language="fr",
        authors=("Ada", "Bo"),
        summary="x",
    )


def test_json_items_of_version_1_and_without_an_address():
    """One author, an external address; an attachment is no page; what is no object is an entry without a link."""
    listing = json_feed(
        items=[
            {"id": "x", "external_url": "https://other.example/", "author": {"name": "Ada"}},
            {"id": "https://gazette.example/9"},
            {"id": "y", "attachments": [{"url": "https://gazette.example/a.mp3"}]},
            3,
        ]
    )
    assert [(e.url, e.problem) for e in listing.entries] == [
        ("https://other.example/", None),
        ("https://gazette.example/9", None),
        (None, "only an enclosure, no page"),
        (None, "no link"),
    ]
    assert listing.entries[0].authors == ("Ada",)


def test_json_that_is_no_feed():
    """Records and settings are JSON too."""
    for text in ('{"url": "https://a.example/", "text": "x"}\n{"url": "https://b.example/"}', '{"items": [1]}', "[1]"):
        listing = parse_list(text.encode(), url=None)
        assert (listing.kind, listing.entries) == ("unknown", ())
        assert [p.name for p in listing.problems] == ["not_a_list"]


def test_json_feed_that_is_cut():
    """The complete items are kept, and what stood before them."""
    whole = json.dumps({"version": "https://jsonfeed.org/version/1", "title": "J", "items": [{"id": "1"}, {"id": "2"}]})
    listing = parse_list(whole[:-6].encode(), url=None)
    assert (listing.kind, listing.title, [e.guid for e in listing.entries]) == ("json_feed", "J", ["1"])
    assert [p.name for p in listing.problems] == ["cut"]
