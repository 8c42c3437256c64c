"""Bytes to text as browsers do it."""

import pytest

from tasks.extract.charset import _is_even_utf8, clean_characters, decode

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


@pytest.mark.parametrize(
    ("charset", "language", "text"),
    [
        ("cp1252", "pt", "A educação não é só uma questão de orçamento, mas também de coração, disse às três. "),
        ("cp1252", "sv", "Många människor vill åka båt på sjön även när det är kallt och blåsigt på hösten. "),
        ("cp1252", "de", "Die Gäste über der Straße hören „schöne Grüße“, und fünf Käufer öffnen größere Häuser. "),
        ("cp1250", "pl", "Zażółć gęślą jaźń – mieszkańcy Łodzi proszą o więcej świateł na przejściach dla pieszych. "),
        ("cp1250", "hu", "Az árvíztűrő tükörfúrógép működését bemutatták a győri iskolában, a diákok örültek. "),
        ("cp1254", "tr", "Belediye başkanı yeni köprünün önümüzdeki yıl açılacağını söyledi, işçiler sevindi. "),
    ],
)
def test_of_code_pages_that_fit_alike_the_language_decides(charset, language, text):
    """`ã` in windows-1252 is `ă` in windows-1250: the page's own language tells them apart."""
    body = f'<html lang="{language}"><head><title>x</title></head><body><p>{text * 3}</p></body></html>'
    assert text in decode(body.encode(charset))


def test_without_a_language_it_is_windows_1252():
    """What browsers of Western Europe read where nothing is declared."""
    text = "Os niños de la región não são só crianças, são também corações, disse a secretária. " * 3
    assert text in decode(f"<html><body><p>{text}</p></body></html>".encode("cp1252"))


def test_bytes_of_utf8_tell_of_controls_what_the_characters_tell():
    """Valid UTF-8 is left as it is where, and only where, cleaning would change nothing."""
    for code in (*range(0x3000), *range(0xF900, 0x10400)):
        character = chr(code)
        assert _is_even_utf8(character.encode()) == (clean_characters(character) == character), hex(code)
