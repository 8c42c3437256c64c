"""What the changes start from, written for this: honest inputs of each kind, and the words that their formats know."""

from tests.tasks.archive.warcs import http, page, record, warcinfo

URLS = (
    "https://www.example.com/news/2026/03/ferry.html?utm_source=rss&id=7#top",
    "http://user:pw@example.co.uk:8080/a/../b/./c;jsessionid=1?b=2&a=1&token=abc",
    "https://münchen.example/straße?q=%C3%A4&x=%2f",
    "https://www-example-com.cdn.ampproject.org/c/s/www.example.com/x/amp/",
    "https://web.archive.org/web/20160715010203id_/https://example.com/x?a=%26&b",
    "http://[2001:db8::1]:80/x",
    "http:/www.example.com:/fdsys//pkg/PL",
    "//m.example.com/a?next=https%3A%2F%2Fu%3Ap%40example.org%2F%3Fsig%3Dx",
    "file:///home/me/page.html",
    "https://example.com/%E0%A4%A/%zz?%",
)
URL_WORDS = tuple(
    "http:// https:// // / ? # & = @ : ; . .. %2F %00 %25 %C3 www. m. amp. /amp/ .amp utm_source= token= fbclid=1 xn--"
    " [ ] \\ \u3002 \u212a \u200d \ud83d\ude00 ① １ ß web.archive.org/web/1/ cdn.ampproject.org/c/s/ 127.1 0x7f."
    " +".split(" ")
)

DATES = (
    "2016-07-15T14:07:00+05:30",
    "First Published: Jul 15 2016 | 2:07 PM IST",
    "Thu, 04 Mar 2021 14:05:00 GMT",
    "02/03/2024 02:30",
    "31.03.2024, 02.30 Uhr",
    "20210304T101112Z",
    "1646402700123",
    "4 Şubat 2021 Perşembe 14:05",
    "令和3年3月4日 午後2時5分",
    "۲۱ اردیبهشت ۱۳۹۹ - ۱۸:۵۹",
    "4 มี.ค. 2564 เวลา 14:05 น.",
    "15 يوليو 2016 - 2:07 م",
    "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59.999999999-12:00",
)
DATE_WORDS = tuple(
    "2024 0000 9999 99999999999 29 02 30 31 24:00 23:59:60 :60 T Z +14:00 -12:00 +99:99 IST CST BST EST am PM p.m. Uhr"
    " March Mär. février 3月 年 / - . | , ( ) ago today Jän ½ ٣ ๔ 〇 - −".split(" ")
)

RSS = b"""<?xml version="1.0" encoding="utf-8"?><!DOCTYPE rss [<!ENTITY paper "The Testing Times">]>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:atom="http://www.w3.org/2005/Atom"><channel>
<title>&paper;</title><link>https://testing-times.example/</link><ttl>15</ttl><language>en</language>
<atom:link rel="self" href="/feed"/><item><title><![CDATA[A <b>ferry</b> &amp; a bridge]]></title>
<link>/news/1?utm_source=rss</link><guid isPermaLink="false">1</guid><pubDate>Thu, 05 Mar 2026 14:05:00 +0530</pubDate>
<dc:creator>Ada Example</dc:creator><description>&lt;p&gt;Text &#8212; and &nbsp; more&lt;/p&gt;</description></item>
<item><title>Second</title><guid>https://testing-times.example/news/2</guid><dc:date>2026-03-05</dc:date></item>
</channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://testing-times.example/a/" xml:lang="de">
<title>Fährblatt</title><updated>2026-03-05T10:00:00Z</updated><entry><id>tag:x,2026:1</id>
<title type="html">Fähre &amp;amp; Brücke</title><link rel="alternate" href="../news/1"/><link href="b"/>
<published>2026-03-05T09:00:00+01:00</published><author><name>Ola Brandt</name></author>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Text</p></div></content></entry></feed>""".encode()
SITEMAP = b"""<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
 xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"><url><loc>https://testing-times.example/news/1</loc>
<lastmod>2026-03-05T10:00+01:00</lastmod><news:news><news:publication><news:name>T</news:name><news:language>en
</news:language></news:publication><news:publication_date>2026-03-05</news:publication_date><news:title>A ferry
</news:title></news:news></url><url><loc> https://elsewhere.example/2 </loc></url></urlset>"""
SITEMAP_INDEX = b"""<sitemapindex><sitemap><loc>https://testing-times.example/s/1.xml.gz</loc><lastmod>2026</lastmod>
</sitemap><sitemap><loc>https://testing-times.example/index.xml</loc></sitemap></sitemapindex>"""
RDF = b"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"><channel>
<title>T</title></channel><item rdf:about="https://testing-times.example/1"><title>A</title></item></rdf:RDF>"""
JSON_FEED = b"""{"version": "https://jsonfeed.org/version/1.1", "title": "T", "language": "en", "items": [{"id": 1,
"url": "/news/1", "title": "A ferry", "content_html": "<p>x</p>", "date_published": "2026-03-05T10:00:00Z",
"authors": [{"name": "Ada"}]}, {"id": "2", "external_url": "https://elsewhere.example/2"}]}"""
TEXT_SITEMAP = b"https://testing-times.example/1\nhttps://testing-times.example/2\r\n\r\nhttps://elsewhere.example/\n"
LISTS = (RSS, ATOM, SITEMAP, SITEMAP_INDEX, RDF, JSON_FEED, TEXT_SITEMAP, RSS.decode().encode("utf-16"))
LIST_WORDS = (
    b"<item>", b"</item>", b"<entry>", b"</link>", b"<link>", b"<![CDATA[", b"]]>", b"<!--", b"-->", b"&#x0;", b"&l9;",
    b"&amp;", b"&", b"<", b">", b'"', b"<!DOCTYPE r [<!ENTITY a '&a;&a;'>]>", b'<?xml version="1.0" encoding="utf-7"?>',
    b'encoding="klingon"', b"xml:base='http://['", b"</channel>", b"<rss>", b"{", b"}", b"[", b",", b"1e999", b"null",
    b"\\ud800", b"javascript:", b"http://[", b"a@", b"<url>", b"<loc>", b"<urlset>", b"xmlns:x='y'", b"<x:y/>",
)  # fmt: skip

DUMPS = (
    "Ferry runs again\n\nThe crossing was closed for a month\n\nFerry | Harbour | Ostwick\n\nPhoto: AFP\n\n"
    "AFP I PTI Ostwick\n\nFirst Published: Jul 15 2016 | 2:07 PM IST\n\nThe harbour board said on Tuesday that the"
    " ferry to the islands would run again from Friday, after a month of repairs to its engine and its ramp.\n\n"
    "“We are glad,” said Ola Brandt, who has sailed it for thirty years. The fare stays at two crowns, and children"
    " travel free until the end of the summer, the board added.\n\nSubscribe now for only €9.90 a month\n\n"
    "Home\nNews\nSport\nContact us\n© 2016 The Ostwick Courier",
    "* [Home](https://x.example/)\n* [News](https://x.example/n)\n\n# Fähre fährt wieder\n\nVon Ola Brandt\n\n"
    "5. März 2026, 14:05 Uhr\n\nDer Hafenmeister freute sich am Dienstag über die Rückkehr der Fähre, die einen Monat"
    " lang im Dock gelegen hatte. Die Überfahrt kostet weiterhin zwei Kronen.\n\nMehr zum Thema\n\n(BUTTON) Teilen",
    "渡し船が再開\n\n2026年3月5日\n\n港の委員会は火曜日、島への渡し船が金曜日から再び運航すると発表した。"
    "修理には一か月かかった。\n\n料金は変わらない。子どもは夏の終わりまで無料である。",
)
DUMP_WORDS = tuple(
    word.encode()
    for word in (
        "\n\n", "\n", "\t", "* ", "# ", "[1]", "](x) ", "![", "|", "> ", "____", "By ", "(Reuters) - ", "©", "Photo: ",
        "7 Comments", "Tags:", "Subscribe", "http://x.example/(a", "14 May 2024, 9:30", "\u202e", "\u00ad", "\u200b",
        "The harbour board said so on Tuesday, after a month of repairs to its engine. ", "図書室が開設された。",
    )
)  # fmt: skip

WARC_RECORDS = (
    warcinfo(),
    page(1),
    record(http(b"5\r\n<html\r\n0\r\n\r\n", "Transfer-Encoding: chunked"), url="https://gazette.example/chunked"),
    record(http(b"", "Location: /x", status="HTTP/1.1 302 Found")),
    record(
        b"", kind="revisit", extra=["WARC-Profile: http://netpreserve.org/warc/1.0/revisit/identical-payload-digest"]
    ),
    record(b"<html><p>A ferry</p></html>", kind="resource", content_type="text/html", extra=["WARC-Truncated: length"]),
    record(b"text of it", kind="conversion", content_type="text/plain"),
    record(http(b"\x1f\x8b\x08\0junk", "Content-Encoding: gzip, br"), version="WARC/1.1", line_end="\n"),
    page(2),
)
WARC_WORDS = (
    b"WARC/1.0\r\n", b"WARC/1.1\r\n", b"\r\n\r\n", b"\r\n", b"Content-Length: 99000000000", b"Content-Length: -1",
    b"Content-Length: ", b"WARC-Type: response", b"WARC-Type: revisit", b"WARC-Target-URI: <", b"WARC-Date: 2026",
    b"HTTP/1.1 200 OK", b"Transfer-Encoding: chunked", b"Content-Encoding: br", b"ffffffff\r\n", b"0\r\n\r\n", b": ",
    b"WARC-Truncated: length", b"WARC-Block-Digest: sha1:AAAA", b"\x1f\x8b\x08\0", b"9" * 30,
)  # fmt: skip

PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Ferry runs again | The Testing Times</title>
<link rel="canonical" href="https://testing-times.example/news/ferry"><meta property="og:title" content="Ferry runs">
<meta property="article:published_time" content="2026-03-05T14:05:00+01:00"><meta name="robots" content="noai">
<script type="application/ld+json">{"@context": "https://schema.org", "@graph": [{"@type": "NewsArticle", "headline":
"Ferry runs again", "datePublished": "2026-03-05T14:05:00Z", "author": [{"@type": "Person", "name": "Ada Example"}],
"publisher": {"@type": "Organization", "name": "The Testing Times"}, "isAccessibleForFree": false}]}</script></head>
<body><nav><a href="/">Home</a></nav><article><h1>Ferry runs again</h1><p class="byline">By Ada Example, PTI</p>
<time datetime="2026-03-05">5 March 2026</time><p>OSTWICK (Reuters) - The harbour board said on Tuesday that the ferry
to the islands would run again from Friday, after a month of repairs to its engine and to its ramp.</p><ul><li>The fare
stays at two crowns.</li></ul><p>Children travel free until the end of the summer, the board added in its letter.</p>
<table><tr><td colspan=2>Friday<td>9:30</table></article><footer>Copyright The Testing Times</footer></body></html>"""
PAGE_WORDS = (
    b"<div>", b"</div>", b"<p>", b"</p>", b"<script>", b"</script>", b"<!--", b"-->", b"<article>", b"</article>",
    b"<table>", b"<td colspan=9007199254740991>", b"<svg>", b"<template>", b"<noscript>", b"<meta ", b"content=", b'"',
    b"'", b">", b"<", b"&#xD800;", b"&#0;", b"&notin", b"{", b"}", b"[", b"]", b"1e999", b"\\ud800", b"datePublished",
    b"charset=klingon", b"<base href='http://['>", b"<h1>", b"itemprop=datePublished", b"<time datetime=", b"<br>",
)  # fmt: skip
