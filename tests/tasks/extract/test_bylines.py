"""Where author strings and credit lines are looked for, and where not."""

import time

from tasks.extract.article_part import article_part
from tasks.extract.bylines import collect_bylines, collect_credits, emphasised_names
from tasks.extract.parsed import parse_page

URL = "https://paper.example/a"


def bylines(body: str, head: str = "") -> list[tuple[str, str]]:
    page = parse_page(f"<html><head><title>The bridge opens again</title>{head}</head><body>{body}</body></html>", URL)
    return [(e.where, e.raw) for e in collect_bylines(page)]


def credits(body: str, text: str = "", head: str = "") -> list[tuple[str, str]]:
    page = parse_page(f"<html><head><title>The bridge opens again</title>{head}</head><body>{body}</body></html>", URL)
    return [(e.where, e.raw) for e in collect_credits(page, text)]


H1 = "<h1>The bridge opens again</h1>"


def ld(json: str) -> str:
    return f'<script type="application/ld+json">{json}</script>'


def test_json_ld_objects_lists_and_strings_keep_their_type():
    """`where` tells people from organisations; the order is the page's."""
    head = ld(
        '{"@type":"NewsArticle","author":[{"@type":"Person","name":"Ann Example"},'
        '{"@type":"Organization","name":"Example Press"},"Bob Sample",{"name":["Cid Specimen","Dan Instance"]}]}'
    )
    assert bylines("", head) == [
        ("author[Person].name", "Ann Example"),
        ("author[Organization].name", "Example Press"),
        ("author", "Bob Sample"),
        ("author[].name", "Cid Specimen"),
        ("author[].name", "Dan Instance"),
    ]


def test_json_ld_references_are_followed():
    """Widespread SEO plugins name authors by `@id` in the same graph."""
    head = ld(
        '{"@graph":[{"@type":"Article","author":{"@id":"#p1"}},{"@type":"Person","@id":"#p1","name":"Ann Example"}]}'
    )
    assert bylines("", head) == [("author[Person].name", "Ann Example")]


def test_json_ld_of_comments_and_related_articles_is_left_out():
    """Only the article's own node, and doubles with its headline, name its authors."""
    head = ld('{"@type":"NewsArticle","headline":"The bridge opens again","author":"Ann Example"}') + ld(
        '[{"@type":"NewsArticle","headline":"Another story","author":"Bob Sample"},'
        '{"@type":"Comment","author":{"name":"troll"}},{"@type":"Person","name":"Cid Specimen"}]'
    )
    assert bylines("", head) == [("author", "Ann Example")]


def test_meta_names_of_many_systems():
    """The name of the meta tag is kept; handles are not collected; the SEO plugin's label must say "written by"."""
    head = (
        '<meta name="author" content="Ann Example"><meta property="article:author" content="Bob Sample">'
        '<meta name="twitter:creator" content="@ann"><meta name="twitter:label1" content="Verfasst von">'
        '<meta name="twitter:data1" content="Cid Specimen"><meta name="twitter:label2" content="Lesezeit">'
        '<meta name="twitter:data2" content="3 Minuten">'
    )
    assert bylines("", head) == [
        ("author", "Ann Example"),
        ("article:author", "Bob Sample"),
        ("twitter:data1", "Cid Specimen"),
    ]


def test_markup_beside_the_headline():
    """rel=author, itemprop, class names in several languages, profile links."""
    assert ("a[rel=author]", "Ann Example") in bylines(f'{H1}<a rel="author" href="/x">Ann Example</a>')
    assert ("span[itemprop=author]", "Ann Example") in bylines(f'{H1}<span itemprop="author">Ann Example</span>')
    assert ("span.autor", "Ana Muestra") in bylines(f'{H1}<span class="nota-autor">Ana Muestra</span>')
    assert ("span.byline", "By Ann Example") in bylines(f'{H1}<span class="storyByline_x1">By Ann Example</span>')
    assert ("a[href=author]", "Ann Example") in bylines(f'{H1}<a href="/authors/ann-example">Ann Example</a>')


def test_names_that_touch_are_parted():
    """Blocks, line breaks, and links without a space between them are lines of their own."""
    found = bylines(f'{H1}<div class="byline"><a href="/1">Ann Example</a><a href="/2">Bob Sample</a><br>Staff</div>')
    assert found[0] == ("div.byline", "Ann Example\nBob Sample\nStaff")


def test_visible_lines_without_any_class():
    """ "By", "Von", "記者": the opening of the line must be followed by a name."""
    assert bylines(f"{H1}<p>By Ann Example</p>") == [("line", "By Ann Example")]
    assert bylines(f"{H1}<p>Von Jan Muster und Ute Beispiel</p>") == [("line", "Von Jan Muster und Ute Beispiel")]
    assert bylines(f"{H1}<p>記者：山田太郎</p>") == [("line", "記者：山田太郎")]
    assert bylines(f"{H1}<p>12.03.2024 - Ann Example</p>") == [("dated line", "12.03.2024 - Ann Example")]
    changed = "Ann Example | 05.04.2024 - Updated: 06.04.2024"
    assert bylines(f"{H1}<p>{changed}</p>") == [("dated line", changed)]
    assert bylines(f"{H1}<p>New York, 12 March 2024 - The town said: 12 of them</p>") == []
    assert bylines(f"{H1}<p>By law the bridge must open in May.</p>") == []


def test_one_line_set_to_the_right_is_a_signature():
    """Several are letters, each with its writer; other lines set to the right are controls."""
    signed = '<p style="text-align: right;"><strong>{}</strong></p>'
    text = H1 + "<p>It rained on the bridge.</p>"
    assert bylines(text + signed.format("Lê Ví Dụ") + signed.format("Read more ...")) == [
        ("p[align=right]", "Lê Ví Dụ")
    ]
    assert bylines(text + signed.format("Ann Example") + signed.format("Bob Sample")) == []


def test_comments_teasers_navigation_and_footers_are_other_people_s():
    """Names there belong to other texts."""
    body = (
        '<nav><a rel="author" href="/x">Nav Name</a></nav>' + H1 + '<p class="byline">By Ann Example</p>'
        + "<p>Text.</p>" * 60
        + '<div class="comments"><span class="author">troll</span></div>'
        '<div class="related-teaser"><span class="byline">By Bob Sample</span></div>'
        '<footer><span class="author">Foot Note</span></footer>'
    )  # fmt: skip
    assert {raw for _, raw in bylines(body)} == {"By Ann Example"}


def test_a_layout_class_around_the_article_does_not_hide_it():
    """What holds the headline is the article, even in a box called "has-sidebar"."""
    byline = '<div class="headline-footer"><p class="byline">By Ann Example</p></div>'
    body = f'<div class="content-with sidebar">{H1}{byline}</div>'
    assert bylines(body) == [("p.byline", "By Ann Example")]


def test_the_footer_of_an_article_may_name_its_author():
    """Unlike the page's own footer; it is marked as standing far below."""
    body = f'<article>{H1}{"<p>Text.</p>" * 500}<footer><a rel="author" href="/x">Ann Example</a></footer></article>'
    assert bylines(body)[-1] == ("a[rel=author]", "Ann Example") or bylines(body)[-1][0].startswith("end:")


def test_lists_of_teasers_with_bylines_do_not_join_the_byline():
    """The same markup again, further away than co-authors stand, is another card; far ones count once."""
    card = '<div class="card"><h3>Story</h3><p>Text</p><p>Text</p><img><img><img><i></i><i></i><i></i><i></i><i></i>' \
           '<p class="author">{}</p></div>'  # fmt: skip
    body = H1 + "".join(card.format(f"Name Number{chr(65 + i)}") for i in range(9))
    found = bylines(body)
    assert [raw for where, raw in found if not where.startswith("end:")] == ["Name NumberA"]
    assert len(found) <= 2


def test_credit_lines():
    """Source elements, labelled lines, head and tail of the text, JSON-LD and meta names; no picture credits."""
    text = "MOSCOW (Reuters) - It rained.\n\nIt rained again.\n\nIt stopped.\n\n(With inputs from ANI)"
    found = credits(
        f'{H1}<span class="article-source">AFP I PTI Moscow</span><p>Quelle: dpa</p>'
        '<figure><span class="credit">Photo: AP</span></figure>',
        text,
        ld('{"@type":"NewsArticle","author":"x","publisher":{"@type":"Organization","name":"Associated Press"}}'),
    )
    assert ("head", "MOSCOW (Reuters) - It rained.") in found
    assert ("tail", "(With inputs from ANI)") in found
    assert ("span.source", "AFP I PTI Moscow") in found
    assert ("line", "Quelle: dpa") in found
    assert ("publisher[Organization].name", "Associated Press") in found
    assert not any("Photo" in raw for _, raw in found)


def test_a_page_of_nothing_but_bylines_is_bounded():
    """Evidence is capped, and deep or wide pages cost no more than their size."""
    started = time.perf_counter()
    wide = bylines(H1 + '<p class="author">By Ann Example</p>' * 20_000)
    deep = bylines(H1 + '<div class="author">' * 400 + "By Ann Example" + "</div>" * 400)
    assert len(wide) <= 60
    assert len(deep) <= 60
    assert time.perf_counter() - started < 5


def test_the_site_of_a_person_says_so():
    """A publisher that is a person, by type or by the identifier of a widespread plugin."""
    article = '{"@type":"Article","author":{"@type":"Person","name":"Ann Example"},"publisher":%s}'
    for publisher in (
        '{"@type":["Person","Organization"],"name":"Ann Example"}',
        '{"@id":"https://a.example/#/schema/person/"}',
    ):
        assert bylines("", ld(article % publisher)) == [("author[Person].name of the publisher", "Ann Example")]
    organisation = '{"@type":"Organization","name":"Example Press"}'
    assert bylines("", ld(article % organisation)) == [("author[Person].name", "Ann Example")]


def test_a_label_alone_announces_the_next_element():
    """`Author` as a heading of its own, `Author:` as an element before text; a date behind it is no name."""
    assert ("label", "Ann Example") in bylines(f'{H1}<h4>Author</h4><p class="meta"><a href="/x">Ann Example</a></p>')
    assert ("label", "Ann Example/XYZ") in bylines(f"{H1}<div><h5>Autor: </h5>Ann Example/XYZ</div>")
    assert not [raw for where, raw in bylines(f"{H1}<p>By</p><p>3 March 2024</p>") if where == "label"]


def test_an_article_by():
    """`An article by ...`, `Ein Beitrag von ...` are bylines; `A bridge by the river` is none."""
    assert bylines(f"{H1}<p>Ein Artikel von <b>Ann Example</b> | 27.01.2022</p>")[0][1].startswith(
        "Ein Artikel von Ann"
    )
    assert bylines(f"{H1}<p>A bridge by the river was opened</p>") == []


def test_names_in_bold_at_the_head_or_tail_of_a_text_are_signatures():
    """A whole paragraph in bold or italic that holds names only; inside of the text it is a subheading."""
    lines = ["The river rose.", "It fell again.", "The town was dry.", "Nobody minded."]

    def signed(*paragraphs: str) -> list[tuple[str, str]]:
        page = parse_page(f"<html><body>{H1}{''.join(f'<p>{p}</p>' for p in paragraphs)}</body></html>", URL)
        text = "\n\n".join(p.replace("<b>", "").replace("</b>", "") for p in paragraphs)
        return [(e.where, e.raw) for e in emphasised_names(article_part(page), text)]

    assert signed("<b>Ann Example/Bob Sample</b>", *lines) == [("signature head", "Ann Example/Bob Sample")]
    assert signed(*lines, "<b>Ann Example</b>") == [("signature tail", "Ann Example")]
    assert signed(*lines, "<b>Ann Example</b>", *lines) == []
    assert signed("Ann Example", *lines) == []
    assert signed("<b>What they say</b> now", *lines) == []


def test_meta_tags_with_value_for_content():
    """Whole pages are saved so; one slip among proper tags is not believed."""
    value = '<meta name="author" value="Ann Example">'
    assert bylines("", value) == [("author", "Ann Example")]
    assert bylines("", value + '<meta name="robots" content="index">') == []
