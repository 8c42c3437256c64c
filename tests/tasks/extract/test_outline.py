"""The outline of a page: what lxml says, in lists."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from lxml import etree, html

from tasks.extract.dates import _STATE, _states
from tasks.extract.outline import MAX_DEPTH, MAX_ELEMENTS, read_outline
from tasks.extract.parsed import html_parser, parse_page

HTML = """<html><head><title>A bridge</title></head><body class="news"><!-- out -->
<h1>The <b>bridge <i>opens</i></b> today</h1>after<p>By <a rel="author" href="/x">Ann</a>, <br>10 May</p>
<svg><title>x</title></svg></body></html>"""


PARTS = (
    "<p>|</p>|<div class=a>|</div>|<b>|</b>|text | |\n|<br>|<a href=x>|</a>|<table>|<td>|</table>|<!-- c -->|&amp;"
    '|&nope;|<li>|<ul>|</ul>|<script>"<p>"</script>|<h1>|</h1>|</body>|</html>|<body>|<head>|<title>t</title>'
    "|<meta name=a>|<?xml version='1.0'?>|<!DOCTYPE html>|<![CDATA[x]]>|<x:y z:w=1>|<form>|</form>|é|<|<p a=1 a=2>"
    "|<select>|<svg><title>q</title></svg>"
).split("|")


def test_the_outline_tells_what_the_tree_tells():
    """Tags, attributes, texts, parents, children and ends agree with lxml for every element."""
    page = parse_page(HTML, None)
    outline, elements = page.outline, list(page.tree().iter())
    assert len(outline.tags) == len(elements)
    for at, element in enumerate(elements):
        assert (outline.tags[at], dict(outline.attributes[at])) == (element.tag, dict(element.attrib))
        assert (outline.texts[at], outline.tails[at]) == (element.text, element.tail)
        assert [elements[child] for child in outline.children(at)] == list(element)
        assert [elements[above] for above in outline.ancestors(at)] == list(element.iterancestors())
        assert list(outline.pieces(at)) == _pieces(element)
        assert outline.ends[at] - at == len(list(element.iter()))
    assert [outline.texts[at] for at in outline.head_titles()] == ["A bridge"]


def _pieces(element: html.HtmlElement) -> list[str]:
    """Text nodes in document order, a space for a line break inside of the element."""
    found = [element.text or ""]
    for child in element:
        found += [*([" "] if child.tag == "br" else _pieces(child)), child.tail or ""]
    return [piece for piece in found if piece]


def test_the_head_of_a_text_is_read_no_further():
    """So many characters, white space collapsed."""
    outline = parse_page(HTML, None).outline
    assert outline.head_text(outline.tags.index("h1"), 12) == "The bridge o"


def test_a_line_break_parts_words():
    """Names under each other are several."""
    outline = parse_page("<p>Ann Other<br>The Gazette<br/>10 May</p>", None).outline
    assert outline.line(outline.tags.index("p")) == "Ann Other The Gazette 10 May"


def test_a_page_without_end_has_an_outline_with_one():
    """Elements beyond the limit are not read; those that were open end with the outline."""
    outline = parse_page("<div>" + "<b>x</b>" * (MAX_ELEMENTS + 10) + "</div>", None).outline
    assert len(outline.tags) == len(outline.ends) == MAX_ELEMENTS
    assert outline.ends[0] == MAX_ELEMENTS and outline.ends[-1] == MAX_ELEMENTS


def test_elements_deeper_than_a_tree_may_be_end_the_page():
    """No list is deeper than libxml2 lets a tree be: whoever builds one from it does not run out of stack."""
    outline = parse_page("<h1>A bridge</h1>" + "<div>" * 50_000 + "x", None).outline
    assert (outline.tags[2], len(outline.tags)) == ("h1", MAX_DEPTH + 1)
    assert sum(1 for _ in outline.ancestors(MAX_DEPTH)) == MAX_DEPTH - 1


def test_what_stands_behind_the_end_of_the_page_is_none_of_it():
    """As lxml's tree has it: one root."""
    outline = parse_page("<html><body><p>One</p></body></html><p>Two</p>", None).outline
    assert "".join(outline.pieces(0)) == "One"


def _shown(text: str | None) -> str | None:
    """White space alone, as behind `</html>`, is kept by the tree or not."""
    return text if text and not text.isspace() else None


@example("<p></html> <p>")
@given(st.lists(st.sampled_from(PARTS), min_size=1, max_size=30).map("".join))
def test_any_markup_reads_as_in_the_tree_of_the_same_parser(markup):
    """Tags nested in the wrong way, comments, entities, things half open: the same elements, texts and ends."""
    try:
        tree = html.document_fromstring(markup.encode(), parser=html_parser())
    except etree.ParserError:
        with pytest.raises(etree.ParserError):
            read_outline(markup.encode())
        return
    outline = read_outline(markup.encode())
    elements = list(tree.iter())
    assert outline.tags == [element.tag for element in elements]
    assert [_shown(text) for text in outline.texts] == [_shown(element.text) for element in elements]
    assert [_shown(tail) for tail in outline.tails] == [_shown(element.tail) for element in elements]
    assert [end - at for at, end in enumerate(outline.ends)] == [len(list(element.iter())) for element in elements]


WORDS = [
    "publish",
    "Published",
    "PUBLISH",
    "posted",
    "Posted_at",
    "created",
    "releaseDate",
    "deploy",
    '"',
    '\\"',
    ":",
    " ",
]


@given(st.lists(st.sampled_from([*WORDS, "2024-01-02", "1734352200", "x", "ublis"]), max_size=30).map("".join))
def test_state_is_found_as_by_its_pattern(text):
    """Looking for words first finds just what the pattern finds everywhere."""
    assert [m.span() for m in _states(text)] == [m.span() for m in _STATE.finditer(text)]


def test_elements_are_found_by_tag_and_property_as_a_walk_finds_them():
    """In document order, text and all, without one."""
    page = parse_page(HTML.replace("<p>", "<p itemprop=author>").replace("<br>", "<meta itemprop=author>"), None)
    elements = list(page.tree().iter())
    found = [elements[at] for at in page.outline.of_tags("b", "p", "title")]
    assert found == [element for element in elements if element.tag in ("b", "p", "title")]
    assert [page.outline.tags[at] for at in page.outline.with_property("author")] == ["p"]
    for at, element in enumerate(elements):
        assert page.outline.line(at) == " ".join("".join(element.itertext()).split())
    assert page.title_text() == "A bridge"


def test_scripts_and_meta_tags_count_behind_the_end_of_the_outline():
    """A page of too many elements keeps what is said at its foot."""
    foot = (
        '<meta name="author" content="Ann"><script type="application/ld+json">{"@type": "Article"}</script><h1>x</h1>'
    )
    page = parse_page("<div>" + "<b>x</b>" * (MAX_ELEMENTS + 10) + foot + "</div>", None)
    assert (page.meta, page.json_ld) == ((("author", "Ann"),), ({"@type": "Article"},))
    assert [page.outline.line(at) for at in page.outline.named("h1")] == ["x"]
