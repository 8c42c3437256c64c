"""Plain pages are read without the library; pages in doubt are left to it."""

import pytest

from tasks.extract.parsed import parse_page
from tasks.extract.plain import MAX_LINKS, plain_blocks
from tasks.extract.readable import readable_tree
from tasks.extract.small_tree import SmallTree

PARAGRAPHS = [
    "The bridge over the river was opened to walkers on Tuesday after two years of repairs, the council said.",
    "Engineers had replaced the deck and the cables, which had rusted since the flood of the year before last.",
    "A ferry took people across meanwhile, at a price that many called too high for a way that was free before.",
    "The old railings stand in the museum now, where a class of pupils painted them in the colours of the town.",
    "Carts and lorries still have to take the long way round by the mill, at least until the end of the summer.",
    "The council will count the walkers for a month and then decide whether the ferry is wanted any longer.",
]
RUN = " ".join(PARAGRAPHS)
STORY = "".join(f"<p>{text}</p>" for text in PARAGRAPHS)


def tree(body: str, head: str = "") -> SmallTree:
    return readable_tree(parse_page(f"<html><head>{head}</head><body>{body}</body></html>", None).outline)


def texts(body: str) -> list[str] | None:
    blocks = plain_blocks(tree(body))
    return None if blocks is None else [block.text for block in blocks]


def test_paragraphs_of_a_named_element_are_the_text():
    """What stands around the element that is named as the text is none of it."""
    body = f"<div><p>Weather: rain, wind and more rain.</p></div><div class='entry-content'>{STORY}</div><p>Imprint</p>"
    assert texts(body) == PARAGRAPHS


def test_the_text_is_preferred_to_the_article_that_holds_it():
    """`<article>` holds the kicker as well; the element named as the body does not."""
    body = f"<article><p>Town</p><div itemprop='articleBody'>{STORY}</div><p>More from the town</p></article>"
    assert texts(body) == PARAGRAPHS


def test_furniture_in_the_middle_is_passed_over():
    """Boxes that are named as something else, hidden lines, and paragraphs of links do not part the text."""
    inserted = (
        "<div class='article-meta-bar'>Share this story</div><p style='display:none'>Hidden line</p>"
        "<p><a href='/a'>Old ferry sold</a></p><ul class='widget-list'><li>Tide tables</li></ul>"
    )
    half = STORY.replace("</p>", f"</p>{inserted}", 1)
    assert texts(f"<article>{half}</article>") == PARAGRAPHS


def test_headings_lists_and_quotes_keep_their_kind():
    """Lists are one block of lines; a heading at the end announces something else and goes."""
    body = (
        f"<article>{STORY}<h2>What now</h2><ul><li>Count</li><li>Decide <ul><li>soon</li></ul></li></ul>"
        "<blockquote><p>We shall walk.</p></blockquote><h2>More</h2></article>"
    )
    blocks = plain_blocks(tree(body))
    assert blocks is not None
    assert [(b.kind, b.text) for b in blocks[len(PARAGRAPHS) :]] == [
        ("head", "What now"),
        ("list", "- Count\n- Decide soon"),
        ("quote", "We shall walk."),
    ]


def test_lines_parted_by_breaks_are_paragraphs():
    """Text that stands between line breaks and in no paragraph, a link in it included."""
    lines = "<br><br>".join(PARAGRAPHS[:-1]) + "<br>See the <a href='/plan'>plan</a> for all ways."
    assert texts(f"<div class='post-content'>{lines}</div>") == [*PARAGRAPHS[:-1], "See the plan for all ways."]


def test_between_breaks_a_box_or_a_name_in_bold_ends_no_paragraph():
    """What follows a picture's box is a paragraph, and emphasis at the beginning of a line is a part of it."""
    box = "<div class='picture'><img src='a.jpg'></div>"
    first, second, *rest = PARAGRAPHS
    lines = f"{first}<br>{box}{second}<br><b>{rest[0][:11]}</b>{rest[0][11:]}<br>{'<br>'.join(rest[1:])}"
    assert texts(f"<div class='post-content'>{lines}</div>") == PARAGRAPHS


def test_sentences_are_a_paragraph_whatever_they_stand_in():
    """Editors put the first one straight into the container; a line without an end is a label."""
    bare = f"<div class='post-content'>{PARAGRAPHS[0]}<div>More on this in our film about the bridge</div>{STORY}</div>"
    assert texts(bare) == [PARAGRAPHS[0], *PARAGRAPHS]


def test_a_short_line_in_a_box_like_those_of_the_sentences_is_a_paragraph():
    """Programs that write each paragraph as a box of its own; a label in another box is none, nor is a link cut off."""
    lines = [*PARAGRAPHS, "Nobody was hurt.", "It was after the <a href='/f'>flood</a> of that year, she said."]
    boxes = "".join(f"<div class='box'><div class='text'><span>{line}</span></div></div>" for line in lines)
    body = f"<div class='post-content'><div class='label'>Bridges</div>{boxes}</div>"
    assert texts(body) == [*PARAGRAPHS, "Nobody was hurt.", "It was after the flood of that year, she said."]


def test_an_article_that_begins_before_the_room_of_its_boxes_is_read_whole():
    """The first boxes stand beside the element that holds the rest."""
    boxes = [f"<div class='text'>{line}</div>" for line in PARAGRAPHS]
    body = f"<div>{boxes[0]}<div class='text'>It rained.</div><div class='rest'>{''.join(boxes[1:])}</div></div>"
    assert texts(body) == [PARAGRAPHS[0], "It rained.", *PARAGRAPHS[1:]]


def test_a_box_named_as_a_teaser_that_holds_the_text_is_read():
    """How papers wrap the part that stands before a wall; a real teaser holds a line or two."""
    boxes = [f"<div class='article-body'><p>{text}</p></div>" for text in PARAGRAPHS]
    other = "<div class='teaser'><div class='article-body'><p>The ferry is sold to a museum.</p></div></div>"
    body = f"<div>{''.join(boxes[3:])}{other}</div>"
    assert texts(f"<article><div class='teaser-content'>{''.join(boxes[:3])}</div>{body}</article>") == PARAGRAPHS


def test_a_named_element_that_holds_next_to_nothing_was_not_meant():
    """`main-header` begins like a name of the text."""
    aside = "".join(f"<p>{text}</p>" for text in PARAGRAPHS[:2])
    body = f"<div class='main-header'>Menu</div><div class='layout'>{STORY}</div><div class='foot'>{aside}</div>"
    assert texts(body) == PARAGRAPHS


def test_an_element_without_a_name_that_is_most_of_the_page_is_read():
    """Nothing else is left that could have been meant; nor where the named one holds next to nothing."""
    assert texts(f"<div class='box'>{STORY}</div><p>Imprint of the Gazette</p>") == PARAGRAPHS
    assert texts(f"<article>Town news</article><div class='box'>{STORY}</div>") == PARAGRAPHS


def test_one_line_beside_the_paragraphs_is_left_out():
    """However long: among this many paragraphs it is a notice."""
    line = (
        "Readers of the Gazette may have the picture of the bridge at our counter, framed or not, as long as it lasts"
    )
    assert texts(f"<article>{STORY}{STORY}<div>{line}</div></article>") == PARAGRAPHS * 2


def test_tables_of_figures_and_marked_words_stay():
    """A row a line, its cells parted; preformatted text is a paragraph."""
    table = "<table><tr><th>Year</th><th>Walkers</th></tr><tr><td>2025</td><td>7 <b>000</b></td></tr></table>"
    blocks = plain_blocks(tree(f"<article>{STORY}{table}<pre>Open all day</pre></article>"))
    assert blocks is not None
    assert [(b.kind, b.text) for b in blocks[len(PARAGRAPHS) :]] == [
        ("table", "Year | Walkers\n2025 | 7 000"),
        ("p", "Open all day"),
    ]


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(f"<div class='box'>{STORY}</div><div>{RUN} {RUN}</div>", id="unnamed, and half of the page"),
        pytest.param(f"<article>{RUN[:200]}</article><div>{STORY}</div><p>{RUN}</p>", id="another element is named"),
        pytest.param("<article><p>Short.</p></article>", id="few paragraphs"),
        pytest.param(f"<article>{STORY}<table><tr><td><p>7</p></td></tr></table></article>", id="a table of texts"),
        pytest.param(f"<article>{STORY * 2}<div>{RUN[:-1]}</div></article>", id="much text in no paragraph"),
        pytest.param(f"<article>{STORY}<div class='widget'>{STORY}</div></article>", id="half of it is named a widget"),
        pytest.param(f"<article>{STORY}{'<a href=x>x</a>' * (MAX_LINKS + 1)}</article>", id="a list of links"),
    ],
)
def test_in_doubt_the_library_decides(body):
    """Each of these may hold its text elsewhere, or in a form that is not read here."""
    assert texts(body) is None
