"""The small tree holds the page's text without furniture, and white space as it stood."""

from lxml import html

from tasks.extract.parsed import parse_page
from tasks.extract.readable import readable_tree

STORY = "<p>" + "The bridge was opened to walkers. " * 10 + "</p>"


def small(body: str) -> html.HtmlElement:
    return readable_tree(parse_page(f"<html><body>{body}</body></html>", None).outline)


def shown(body: str) -> str:
    return " ".join(small(body).text_content().split())


def test_text_around_what_goes_stays():
    """Tails of dropped and of dissolved elements are text of what holds them."""
    body = "<p>one <script>x()</script>two <b>three <svg><title>no</title></svg>four</b> five<br>six<!-- no --></p>"
    tree = small(body)
    assert " ".join(tree.text_content().split()) == "one two three four fivesix"
    assert [element.tag for element in tree.iter()] == ["html", "body", "p", "br"]


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


def test_attributes_that_nobody_reads_are_left_behind():
    """What later rules look at stays: names, roles, links."""
    paragraph = small("<p class='a' data-x='1' onclick='y()'><a href='/z' target='_blank'>z</a></p>").find(".//p")
    assert dict(paragraph.attrib) == {"class": "a"}
    assert dict(paragraph[0].attrib) == {"href": "/z"}


def test_every_text_of_a_page_without_furniture_is_kept_in_order():
    """Deep and flat nesting alike."""
    body = "<div>a" * 30 + "<span>b</span>" * 30 + "c</div>d" * 30
    assert small(body).text_content() == parse_page(f"<html><body>{body}</body></html>", None).tree().text_content()
