"""Bytes to text as browsers do it."""

import pytest

from tasks.extract.charset import clean_characters, decode

GERMAN = (
    "<html><head><title>Grüße</title></head><body><p>Die Fähre fährt für vier Kronen über die Bucht.</p></body></html>"
)


@pytest.mark.parametrize(
    ("raw", "content_type"),
    [
        (GERMAN.encode("utf-8"), None),
        (GERMAN.encode("utf-8"), "text/html; charset=ISO-8859-1"),
        (GERMAN.encode("utf-8"), "text/html; charset=klingon"),
        (GERMAN.encode("latin-1"), "text/html; charset=iso-8859-1"),
        (GERMAN.encode("latin-1"), 'text/html; charset="latin1"'),
        (GERMAN.encode("utf-8-sig"), "text/html; charset=windows-1252"),
        (GERMAN.encode("utf-16"), None),
        (GERMAN.encode("utf-16-le"), "text/html"),
        (GERMAN.encode("utf-16-be"), "text/html; charset=utf-8"),
        (GERMAN.replace("<head>", "<head><meta charset=iso-8859-15>").encode("iso-8859-15"), None),
    ],
)
def test_the_same_page_however_it_is_encoded(raw, content_type):
    """Marks, true and false declarations, UTF-16 without a mark: the umlauts come out."""
    assert "Die Fähre fährt für vier Kronen über die Bucht." in decode(raw, content_type)


@pytest.mark.parametrize(
    ("text", "charset"),
    [
        ("日本の港のフェリーが戻ってきた。", "shift_jis"),
        ("渡轮回来了，票价四克朗。", "gb2312"),
        ("Паром вернулся в гавань.", "windows-1251"),
    ],
)
def test_declared_charsets_of_other_scripts(text, charset):
    """A charset that the page declares and that fits is used."""
    raw = f"<html><head><meta http-equiv=content-type content='text/html; charset={charset}'></head>{text}".encode(
        charset
    )
    assert text in decode(raw)


def test_an_undeclared_charset_is_guessed():
    """Cyrillic bytes without any declaration."""
    text = "Паром вернулся в гавань. Билет стоит четыре кроны, дети до десяти лет едут бесплатно. " * 20
    assert "гавань" in decode(f"<html><body><p>{text}</p></body></html>".encode("windows-1251"))


def test_windows_quotes_in_latin_1():
    """Pages that say latin-1 mean windows-1252: 0x93 is a quotation mark, not a control."""
    assert (
        decode(b"<p>\x93Ferry\x94 \x96 it\x92s back</p>", "text/html; charset=iso-8859-1")
        == "<p>“Ferry” – it’s back</p>"
    )


def test_numeric_references_to_windows_characters():
    """`&#146;` is an apostrophe to browsers."""
    assert clean_characters("it&#146;s &#65;") == "it’s &#65;"


def test_a_broken_byte_does_not_change_the_charset():
    """A UTF-8 page cut inside of a character, or with one broken byte, stays UTF-8."""
    raw = GERMAN.encode("utf-8")
    assert "Fähre" in decode(raw + b"\xc3", "text/html; charset=iso-8859-1")


def test_controls_and_noncharacters_go():
    """Nothing that cannot stand in XML, JSON or CSV; tabs and line breaks stay."""
    assert clean_characters("a\0b\x0bc\ufffed\ud800e\tf\n") == "abcde\tf\n"
