"""Records of JSON Lines files."""

import json

import pytest

from tasks.errors import Rejected
from tasks.extract.record import CONTENT_TYPE
from tests.tasks.extract.story import PARAGRAPHS, TITLE, extract, page


def read(**record: object):
    return extract(json.dumps(record), CONTENT_TYPE, status=None)


def test_a_record_with_text():
    """Its fields are evidence of their own; its text is kept in its paragraphs."""
    found = read(
        url="https://paper.example/a",
        publisher="paper.example",
        title="Ferry returns",
        text="\n\n".join(PARAGRAPHS),
        authors=["Ann Example", "Bob Sample"],
        published_at="2024-05-07T10:00:00+02:00",
        updated_at=None,
        language="en",
    )
    assert (found.title, found.text, found.extractor) == ("Ferry returns", "\n\n".join(PARAGRAPHS), "record")
    assert [(one.source, one.raw) for one in found.bylines] == [("record", "Ann Example"), ("record", "Bob Sample")]
    assert [(one.role, one.raw, one.source) for one in found.dates] == [
        ("published", "2024-05-07T10:00:00+02:00", "record")
    ]
    assert found.canonicals[0].raw == "https://paper.example/a"
    assert (found.sites[0].raw, found.languages[0].raw) == ("paper.example", "en")


def test_a_record_with_html_is_read_like_a_page():
    """The text is extracted; the record's own title wins over the page's."""
    found = read(url="https://paper.example/a", title="Own title", html=page())
    assert (found.title, found.text) == ("Own title", "\n\n".join(PARAGRAPHS))
    assert any(one.raw == TITLE for one in found.titles)


def test_single_line_breaks_part_paragraphs_where_no_blank_line_does():
    """One line a paragraph is how most dumps write it."""
    assert read(title="t", text="One line here.\nAnother line here.\r\nA third.").text.count("\n\n") == 2


def test_lone_surrogates_leave_valid_text():
    """JSON can escape half a character; UTF-8 cannot hold it."""
    found = extract(b'{"title": "a\\ud800b", "text": "One \\ud83d sentence of text."}', CONTENT_TYPE, status=None)
    found.text.encode("utf-8")
    assert found.title == "ab"


@pytest.mark.parametrize("raw", ["{", "[]", '"text"', '{"title": "t"}', '{"text": 5}', '{"text": "  ", "html": ""}'])
def test_a_line_without_text_is_bad_json(raw):
    """What does not parse, is no object or has neither text nor html."""
    with pytest.raises(Rejected) as caught:
        extract(raw, CONTENT_TYPE, status=None)
    assert caught.value.reason == "bad_json"
