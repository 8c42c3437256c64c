"""The small tree holds the page's text without furniture, and white space as it stood."""

from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from tasks.extract.parsed import html_parser, parse_page
from tasks.extract.readable import readable_tree
from tasks.extract.small_tree import SmallTree, small_tree_of

STORY = "<p>" + "The bridge was opened to walkers. " * 10 + "</p>"


def small(body: str) -> SmallTree:
    return readable_tree(parse_page(f"<html><body>{body}</body></html>", None).outline)


def shown(body: str) -> str:
    return small(body).line(0)


def test_text_around_what_goes_stays():
    """Tails of dropped and of dissolved elements are text of what holds them."""
    body = "<p>one <script>x()</script>two <b>three <svg><title>no</title></svg>four</b> five<br>six<!-- no --></p>"
    tree = small(body)
    assert tree.line(0) == "one two three four fivesix"
    assert tree.tags == ["html", "body", "p", "br"]


def test_named_furniture_goes_unless_it_is_most_of_the_page():
    """A name that covers more than half of the paragraphs is not believed."""
    assert shown(f"{STORY}<div class='newsletter'><p>Sign up.</p></div>").endswith("walkers.")
    assert "Sign up" in shown(f"<div class='newsletter'>{STORY}<p>Sign up.</p></div>")


def test_the_headline_is_never_furniture():
    """A box named after a social network that holds the h1 stays."""
    assert "A bridge opens" in shown(f"<div class='social'><h1>A bridge opens</h1></div>{STORY}")


def test_names_that_no_tree_takes_and_characters_that_xml_lacks():
    """Broken tags are dissolved, characters from numeric references that XML lacks are left out."""
    body = '<p>one <o:p>two</o:p> <a"b>three</a"b> fo&#12;ur</p>'
    assert "one two three" in shown(body)


def test_the_library_is_shown_the_same_elements_texts_and_names():
    """What later rules look at: names, roles, links; what was dropped is not there, the text behind it is."""
    tree = small(
        "<p class='a' data-x='1' onclick='y()'>one <a href='/z' target='_blank'>two</a> three</p>four<p>five</p>"
    )
    shown = tree.as_lxml()
    assert dict(shown.find(".//p").attrib) == {"class": "a"}
    assert dict(shown.find(".//a").attrib) == {"href": "/z"}
    assert shown.text_content() == tree.text() == "one two threefourfive"
    tree.drop(tree.tags.index("a"))
    tree.drop(len(tree.tags) - 1)
    assert tree.as_lxml().text_content() == tree.text() == "one  threefour"


_BOXES = st.recursive(
    st.sampled_from(["x", "y ", "<br>", ""]),
    lambda inner: st.lists(inner, max_size=4).map(lambda parts: f"<div>{''.join(parts)}</div>"),
    max_leaves=20,
)


@given(st.lists(_BOXES, max_size=5).map("".join), st.lists(st.integers(2, 40), max_size=8))
def test_what_is_dropped_leaves_the_text_behind_it_to_the_element_before(body: str, order: list[int]):
    """As lxml's drop_tree does, step by step, on the same page; what is gone is not dropped again."""
    page = html.document_fromstring(f"<html><body>a{body}b</body></html>", parser=html_parser())
    tree, elements = small_tree_of(page), list(page.iter())
    for at in order:
        if at < len(elements):
            tree.drop(at)
        if at < len(elements) and page in elements[at].iterancestors():
            elements[at].drop_tree()
    assert html.tostring(tree.as_lxml()) == html.tostring(page)
    left = [at for at, element in enumerate(elements) if page in (element, *element.iterancestors())]
    assert [at for at in range(len(tree.tags)) if not tree.gone[at]] == left
    assert [tree.text(at) for at in left] == [elements[at].text_content() for at in left]
    assert [tree.is_last(at) for at in left] == [elements[at].getnext() is None for at in left]


def test_every_text_of_a_page_without_furniture_is_kept_in_order():
    """Deep and flat nesting alike."""
    body = "<div>a" * 30 + "<span>b</span>" * 30 + "c</div>d" * 30
    assert small(body).text() == parse_page(f"<html><body>{body}</body></html>", None).tree().text_content()
