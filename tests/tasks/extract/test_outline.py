"""The outline of a page: what lxml says, in lists."""

from time import perf_counter

from hypothesis import given
from hypothesis import strategies as st

from tasks.extract.dates import _STATE, _states
from tasks.extract.outline import MAX_ATTRIBUTES, MAX_ELEMENTS, outline_of
from tasks.extract.parsed import parse_page

HTML = """<html><head><title>A bridge</title></head><body class="news"><!-- out -->
<h1>The <b>bridge <i>opens</i></b> today</h1>after<p>By <a rel="author" href="/x">Ann</a>, <br>10 May</p>
<svg><title>x</title></svg></body></html>"""


def test_the_outline_tells_what_the_tree_tells():
    """Tags, attributes, texts, parents, children and ends agree with lxml for every element."""
    page = parse_page(HTML, None)
    outline = outline_of(page.tree)
    assert outline.elements == list(page.tree.iter())
    for at, element in enumerate(outline.elements):
        assert (outline.tags[at], dict(outline.attributes[at])) == (element.tag, dict(element.attrib))
        assert (outline.texts[at], outline.tails[at]) == (element.text, element.tail)
        assert [outline.elements[child] for child in outline.children(at)] == list(element)
        assert [outline.elements[above] for above in outline.ancestors(at)] == list(element.iterancestors())
        assert list(outline.pieces(at)) == list(element.itertext())
        assert outline.ends[at] - at == len(list(element.iter()))
    assert [outline.texts[at] for at in outline.head_titles()] == ["A bridge"]


def test_the_head_of_a_text_is_read_no_further():
    """So many characters, white space collapsed."""
    outline = outline_of(parse_page(HTML, None).tree)
    assert outline.head_text(outline.tags.index("h1"), 12) == "The bridge o"


def test_a_page_without_end_has_an_outline_with_one():
    """Elements beyond the limit are not read; those that were open end with the outline."""
    outline = outline_of(parse_page("<div>" + "<b>x</b>" * (MAX_ELEMENTS + 10) + "</div>", None).tree)
    assert len(outline.tags) == len(outline.ends) == MAX_ELEMENTS
    assert outline.ends[0] == MAX_ELEMENTS and outline.ends[-1] == MAX_ELEMENTS


def test_an_element_of_too_many_attributes_costs_little_and_keeps_the_known_ones():
    """lxml lists attributes in quadratic time: 60,000 of them would take a minute."""
    tree = parse_page(
        f"<p class='author' {' '.join(f'a{i}=1' for i in range(1_000 * MAX_ATTRIBUTES))}>x</p>", None
    ).tree
    started = perf_counter()
    outline = outline_of(tree)
    assert perf_counter() - started < 2
    assert dict(outline.attributes[outline.tags.index("p")]) == {"class": "author"}


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
    assert page.elements("b", "p", "title") == list(page.tree.iter("b", "p", "title"))
    assert [page.outline.tags[at] for at in page.outline.with_property("author")] == ["p"]
    for at, element in enumerate(page.outline.elements):
        assert page.outline.line(at) == " ".join("".join(element.itertext()).split())
    assert page.title_text() == "A bridge"


def test_scripts_and_meta_tags_count_behind_the_end_of_the_outline():
    """A page of too many elements keeps what is said at its foot."""
    foot = (
        '<meta name="author" content="Ann"><script type="application/ld+json">{"@type": "Article"}</script><h1>x</h1>'
    )
    page = parse_page("<div>" + "<b>x</b>" * (MAX_ELEMENTS + 10) + foot + "</div>", None)
    assert (page.meta, page.json_ld) == ((("author", "Ann"),), ({"@type": "Article"},))
    assert [element.tag for element in page.elements("h1")] == ["h1"]
