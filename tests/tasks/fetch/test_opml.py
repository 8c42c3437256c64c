"""OPML from strangers: lenient with what is broken, deaf to entities, and what is written is read."""

from pathlib import Path

import pytest

from tasks.errors import Rejected
from tasks.fetch.opml import Outline, parse_opml, written_opml


def urls(body: bytes) -> list[str]:
    return [one.url for one in parse_opml(body).outlines]


def test_folders_attributes_and_charsets():
    """Nested folders are unfolded; attribute names in any case; UTF-16 and a mark are read."""
    text = (
        '<?xml version="1.0"?><opml><head><title>x</title></head><body><outline text="a"><outline text="b">'
        '<outline TEXT="Münz" XMLURL=" https://a.example/rss?x=1&amp;y=2 " htmlUrl="https://a.example/" language="de"/>'
        '</outline></outline><outline text="no feed"/></body></opml>'
    )
    for body in (text.encode(), text.encode("utf-16"), b"\xef\xbb\xbf" + text.encode()):
        assert parse_opml(body).outlines == (
            Outline("https://a.example/rss?x=1&y=2", "Münz", "https://a.example/", "de"),
        )


def test_what_is_broken_or_cut_gives_what_is_whole():
    """A bare & and an unquoted attribute cost nothing; of a cut file the whole outlines are kept, and it is said."""
    broken = (
        b'<opml><body><outline text="F & G"><outline text="A" xmlUrl="https://a.example/?x=1&y=2"/></outline></body>'
    )
    assert urls(broken) == ["https://a.example/?x=1&y=2"]
    cut = parse_opml(b'<opml><body><outline text="A" xmlUrl="https://a.example/rss"/><outline xmlUrl="https://b.ex')
    assert [one.url for one in cut.outlines] == ["https://a.example/rss"]
    assert [problem.name for problem in cut.problems] == ["cut"]


def test_entities_lead_nowhere(tmp_path: Path):
    """HOSTILE 32, 33: no file is read, nothing explodes."""
    canary = tmp_path / "canary"
    canary.write_text("SECRET")
    layers = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    body = (
        f'<!DOCTYPE opml [<!ENTITY x SYSTEM "{canary.as_uri()}"><!ENTITY e0 "ha">{layers}]>'
        '<opml><body><outline text="&x;&e11;" xmlUrl="https://a.example/rss"/></body></opml>'
    )
    opml = parse_opml(body.encode())
    assert [one.url for one in opml.outlines] == ["https://a.example/rss"]
    assert "SECRET" not in opml.outlines[0].title
    assert len(opml.outlines[0].title) < 1_001


@pytest.mark.parametrize("body", [b"", b"<rss><channel/></rss>", b"url\nhttps://a.example/", b"<html>opml</html>"])
def test_what_is_no_opml_is_rejected(body: bytes):
    with pytest.raises(Rejected):
        parse_opml(body)


def test_what_is_written_is_read():
    """Folders, odd characters, no control characters."""
    outlines = [Outline("https://a.example/?a=1&b=<2>", 'A "b" \x01 & c', "https://a.example/", "en")]
    written = written_opml([("Folder <1>\x00", outlines), ("Empty", [])], "Title")
    assert parse_opml(written).outlines == (
        Outline("https://a.example/?a=1&b=<2>", 'A "b" & c', "https://a.example/", "en"),
    )
    assert written.startswith(b"<?xml version='1.0' encoding='UTF-8'?>")
