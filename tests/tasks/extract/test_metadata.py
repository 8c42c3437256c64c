"""Fields that are plain choices, and the evidence kept beside them."""

import json

import pytest

from tasks.model import Evidence
from tests.tasks.extract.story import URL, extract, page


def ld(**fields: object) -> str:
    return f'<script type="application/ld+json">{json.dumps({"@type": "NewsArticle", **fields})}</script>'


@pytest.mark.parametrize(
    ("head", "section"),
    [
        ('<meta property="article:section" content="Town">', "Town"),
        (ld(articleSection=["Town", "Sea"]), "Town"),
        ('<meta name="parsely-section" content="Town">', "Town"),
        (
            '<script type="application/ld+json">{"@type":"BreadcrumbList","itemListElement":[{"name":"Home"},'
            '{"name":"Town"},{"name":"The night ferry returns"}]}</script>',
            "Town",
        ),
        ('<meta property="article:section" content="https://www.harbourpost.example/town">', None),
        ("", None),
    ],
)
def test_section(head, section):
    """The desk as the page names it; an address is no name."""
    assert extract(page(head=head)).section == section


@pytest.mark.parametrize(
    ("head", "keywords"),
    [
        (ld(keywords="Ferry, Harbour,Ferry"), ("Ferry", "Harbour")),
        (ld(keywords=["Ferry", "Harbour, old"]), ("Ferry", "Harbour", "old")),
        (
            '<meta property="article:tag" content="Ferry"><meta property="article:tag" content="Piers, old">',
            ("Ferry", "Piers, old"),
        ),
        ('<meta name="keywords" content="フェリー、港">', ("フェリー", "港")),
        ("", ()),
    ],
)
def test_keywords(head, keywords):
    """Lists are split, several tags are taken as they stand, doubles go."""
    assert extract(page(head=head)).keywords == keywords


def test_image_url_is_absolute():
    """A relative og:image is resolved against the fetched URL; a data URI is none."""
    assert extract(page(head='<meta property="og:image" content="/img/f.jpg">')).image_url == (
        "https://www.harbourpost.example/img/f.jpg"
    )
    assert extract(page(head='<meta property="og:image" content="data:image/png;base64,AA">')).image_url is None


def test_canonicals_in_order_of_trust():
    """rel=canonical, og:url, then JSON-LD; all absolute, broken ones left out."""
    head = '<meta property="og:url" content="https://www.harbourpost.example/b"><link rel="canonical" href="/a">' + ld(
        mainEntityOfPage={"@id": "https://www.harbourpost.example/c"}, url="http://[broken"
    )
    found = [(one.where, one.raw) for one in extract(page(head=head)).canonicals]
    assert found == [
        ("canonical", "https://www.harbourpost.example/a"),
        ("og:url", "https://www.harbourpost.example/b"),
        ("mainEntityOfPage", "https://www.harbourpost.example/c"),
    ]


def test_a_saved_page_keeps_relative_addresses_out():
    """Without a web address nothing can be resolved, so a relative canonical is no evidence."""
    found = extract(page(head='<link rel="canonical" href="/a">'), fetched_url="file:///tmp/a.html")
    assert found.canonicals == ()


def test_sites_and_languages_are_evidence():
    """The names of the publisher and the declared languages, with where they stand."""
    head = (
        ld(publisher={"name": "Harbour Post Ltd"}, inLanguage="en-IE") + '<meta property="og:locale" content="en_GB">'
    )
    found = extract(page(head=head), headers=(("content-language", "en"),))
    assert Evidence("Harbour Post", "meta", "og:site_name") in found.sites
    assert Evidence("Harbour Post Ltd", "json-ld", "publisher.name") in found.sites
    assert any(one.where == "footer" and "2024" in one.raw for one in found.sites)
    assert [one.raw for one in found.languages] == ["en", "en-IE", "en-GB", "en"]


@pytest.mark.parametrize(
    ("head", "headers", "raw"),
    [
        ('<meta name="robots" content="index, noarchive">', (), ["noarchive"]),
        ('<meta name="googlebot" content="NOSNIPPET">', (), ["nosnippet"]),
        ("", (("x-robots-tag", "otherbot: noindex, nofollow"),), ["noindex"]),
        ("", (("x-robots-tag", "noai, noimageai"),), ["noai", "noimageai"]),
        ('<meta name="tdm-reservation" content="1">', (), ["tdm-reservation: 1"]),
        ("", (("content-signal", "search=yes, ai-train=no"),), ["content-signal: search=yes, ai-train=no"]),
        ('<meta name="robots" content="index, follow, max-image-preview:large">', (), []),
    ],
)
def test_rights(head, headers, raw):
    """Only what reserves something is kept, word for word."""
    assert [one.raw for one in extract(page(head=head), headers=headers).rights] == raw


def test_the_article_s_own_node_is_used():
    """Pages list nodes of other articles; the one that names this URL speaks."""
    other = ld(
        headline="Goalkeeper leaves after nine seasons", url="https://www.harbourpost.example/2", articleSection="Sport"
    )
    own = ld(headline="The night ferry returns to the old harbour", url=URL, articleSection="Town")
    assert extract(page(head=other + own)).section == "Town"


def test_a_description_in_visible_microdata():
    """`itemprop=description` of the article; that of its picture is another, and a cut one repeats the text."""
    lead = "Forty oak piles carry the northern pier again."
    scope = "<article itemscope itemtype='https://schema.org/NewsArticle'>"
    body = page().replace("<article>", scope)
    assert extract(body.replace("</h1>", f"</h1><p itemprop='description'>{lead}</p>")).description == lead
    picture = "<div itemscope itemtype='https://schema.org/ImageObject'><p itemprop='description'>A pier.</p></div>"
    assert extract(body.replace("</h1>", f"</h1>{picture}")).description is None
    assert extract(body.replace("</h1>", "</h1><p itemprop='description'>The night ...</p>")).description is None


def test_a_standfirst_that_only_the_page_shows():
    """A line below the headline whose class says so, where the head has no description."""
    lead = "Forty oak piles carry the northern pier again."
    shown = page().replace("</h1>", f"</h1><p class='article-excerpt'>{lead}</p>")
    found = extract(shown)
    assert (found.description, found.text.split("\n\n")[0]) == (lead, lead)
    assert extract(shown.replace("article-excerpt", "c9")).description is None
    head = '<meta name="description" content="All about ferries.">'
    assert extract(shown.replace("</head>", f"{head}</head>")).description == "All about ferries."


@pytest.mark.parametrize(
    ("raw", "clean_text"),
    [
        ("&lt;p&gt;The ferry &lt;em&gt;returns&lt;/em&gt;.&lt;/p&gt;", "The ferry returns."),
        ("The ferry returns&lt;a class=&quot;more&quot; href=&quot;https://a.exam", "The ferry returns"),
        ("The ferry returns.&amp;amp;nbsp;LOOK", "The ferry returns. LOOK"),
        ("Fares: children &lt; 10 travel free, x<y", "Fares: children < 10 travel free, x<y"),
    ],
)
def test_markup_in_plain_fields_is_taken_off(raw, clean_text):
    """Descriptions hold pasted markup, escaped once or more, sometimes cut; a smaller-than sign is text."""
    head = f'<meta name="description" content="{raw}">'
    assert extract(page(head=head)).descriptions[0].raw == clean_text
