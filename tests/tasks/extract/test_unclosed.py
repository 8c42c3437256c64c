"""Pages whose authors forgot to close something."""

import time

import pytest

from tasks.extract.unclosed import closed
from tests.tasks.extract.story import PARAGRAPHS, TITLE, extract, page

WHOLE = "\n\n".join(PARAGRAPHS)


def test_a_forgotten_quote_hides_nothing():
    """An `alt` without its quote would swallow headline and first paragraphs up to the next quotation."""
    body = (
        page()
        .replace("<main>", '<main><img src="/logo.gif" alt="Harbour Post>')
        .replace(PARAGRAPHS[1], f'"{PARAGRAPHS[1]}"')
    )
    found = extract(body)
    assert found.title == TITLE
    assert all(paragraph in found.text for paragraph in PARAGRAPHS)


def test_a_forgotten_quote_in_the_head_hides_no_date():
    """The next meta tag is read as a tag of its own."""
    head = '<meta name="a" content="1>\n<meta property="article:published_time" content="2024-05-07T06:00:00Z">'
    assert closed(head).startswith('<meta name="a" content="1">\n<meta property=')
    assert "2024-05-07T06:00:00Z" in [one.raw for one in extract(page(head=head)).dates]


def test_an_end_tag_that_runs_into_a_script():
    """`</a` before `<script>` would turn the script into text."""
    body = page().replace("</footer>", "<a href='/terms'>Terms</a\n<script>var units = 'many words of code';</script>")
    assert extract(body).text == WHOLE


def test_a_comment_without_an_end_ends_at_its_tag():
    """The paragraphs behind it are text."""
    body = page().replace(f"<p>{PARAGRAPHS[3]}", f"<!-- ad -- start -- ><p>{PARAGRAPHS[3]}")
    assert extract(body).text == WHOLE


@pytest.mark.parametrize(
    "markup",
    [
        '<a title="a > b" href="/x">y</a>',
        '<div data-caption="<p>One</p> and <b>two</b>" class="x">y</div>',
        "<p title='it is \"so\"'>y</p>",
        '<!-- a="1> --><p class="x">"You can <b>do</b> it"</p>',
        '<script>x = "<a href=" + y + ">" + "z";</script><p>y</p>',
        '<script>x="<p>a="b>c<d"e</script><p>y</p>',
    ],
)
def test_what_is_closed_stays_as_it_is(markup):
    """Markup in attributes, comments and scripts is no mistake."""
    assert closed(markup) == markup


@pytest.mark.parametrize("piece", ['="a>', "<!--", '="a><b "', "</a ", "<script", '="'])
def test_repair_takes_linear_time(piece):
    """A megabyte of openings without an end."""
    started = time.perf_counter()
    closed(piece * (1_000_000 // len(piece)))
    assert time.perf_counter() - started < 2
