"""Authors: people only, split in the page's language, from the strongest evidence."""

import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tasks.model import Evidence
from tasks.normalise.byline import authors

REGISTRY = (
    "AFP",
    "AP",
    "Associated Press",
    "dpa",
    "Reuters",
    "PTI",
    "ANI",
    "Deutsche Presse-Agentur",
    "The Example Post",
)


def person(name: str) -> Evidence:
    return Evidence(name, "json-ld", "author[Person].name")


def byline(raw: str, where: str = "div.byline", source: str = "html") -> Evidence:
    return Evidence(raw, source, where)


def of(
    *evidence: Evidence | str, language: str | None = "en", sites: tuple[str, ...] = (), text: str = ""
) -> list[str]:
    found = [e if isinstance(e, Evidence) else byline(e) for e in evidence]
    return list(authors(found, site_names=sites, registry_names=REGISTRY, language=language, text=text))


def test_japanese_labels_and_brackets():
    """A label in an element of its own is no name; a line that is all in brackets is a signature."""
    assert of("投稿者\n山田太郎", language="ja") == ["山田太郎"]
    assert of("[山田太郎，Example News]", language="ja", sites=("Example News",)) == ["山田太郎"]


def test_where_a_reporter_is_is_no_name():
    """What is left of `Journalist i Paris` without the job; a name may begin with a particle, though."""
    assert of("Ola Prøve\n– Journalist\nKari Eksempel\n– Journalist i Paris", language="no") == [
        "Ola Prøve",
        "Kari Eksempel",
    ]
    assert of("Jan Steekproef, van der Voorbeeld", language="nl") == ["Jan Steekproef", "van der Voorbeeld"]


@pytest.mark.parametrize(
    ("raw", "language", "wanted"),
    [
        ("By Ann Example and Bob Sample", "en", ["Ann Example", "Bob Sample"]),
        ("Von Jan Muster, Ute Beispiel und Max Probe", "de", ["Jan Muster", "Ute Beispiel", "Max Probe"]),
        ("Par Anne Exemple et Luc Essai", "fr", ["Anne Exemple", "Luc Essai"]),
        ("Por Ana Muestra y Luis Prueba", "es", ["Ana Muestra", "Luis Prueba"]),
        ("Por Ana Amostra e Rui Prova", "pt", ["Ana Amostra", "Rui Prova"]),
        ("di Anna Esempio e Luca Prova", "it", ["Anna Esempio", "Luca Prova"]),
        ("Anna Przykład i Jan Próba", "pl", ["Anna Przykład", "Jan Próba"]),
        ("Eva Vzorová a Jan Zkušební", "cs", ["Eva Vzorová", "Jan Zkušební"]),
        ("Av Kari Prøve og Ola Eksempel", "no", ["Kari Prøve", "Ola Eksempel"]),
        ("Anna Exempel och Lars Prov", "sv", ["Anna Exempel", "Lars Prov"]),
        ("Jan Voorbeeld en Eva Proef", "nl", ["Jan Voorbeeld", "Eva Proef"]),
        ("Matti Esimerkki ja Liisa Koe", "fi", ["Matti Esimerkki", "Liisa Koe"]),
        ("Ayşe Örnek ve Ali Deneme", "tr", ["Ayşe Örnek", "Ali Deneme"]),
        ("Budi Contoh dan Siti Uji", "id", ["Budi Contoh", "Siti Uji"]),
        ("Анна Примерова и Иван Пробный", "ru", ["Анна Примерова", "Иван Пробный"]),
        ("Ann Example / Bob Sample; Cid Specimen | Dan Instance", "en",
         ["Ann Example", "Bob Sample", "Cid Specimen", "Dan Instance"]),
        ("구현수 기자", "ko", ["구현수"]),
        ("구현수 기자\n다른기사 보기", "ko", ["구현수"]),
        ("記者 山田 太郎", "ja", ["山田 太郎"]),
        ("本报记者 李小明、王大力", "zh", ["李小明", "王大力"]),
    ],
)  # fmt: skip
def test_names_are_split_in_the_page_s_language(raw, language, wanted):
    """Openings go, the local word for "and" and every separator split, in reading order."""
    assert of(raw, language=language) == wanted


@pytest.mark.parametrize(
    ("raw", "language", "wanted"),
    [
        ("José Ortega y Gasset", "es", ["José Ortega y Gasset"]),
        ("Anna E. Ejemplo y Modelo", "pl", ["Anna E. Ejemplo y Modelo"]),
        ("J.K. Example", "en", ["J.K. Example"]),
        ("Ursula von der Beispiel", "de", ["Ursula von der Beispiel"]),
        ("Dr. Max Muster", "de", ["Dr. Max Muster"]),
        ("Perry Example Jr.", "en", ["Perry Example Jr."]),
        ("Daniel O'Sample", "en", ["Daniel O'Sample"]),
        ("Victoria O’Sample", "en", ["Victoria O’Sample"]),
        ("María de los Ángeles Muestra", "es", ["María de los Ángeles Muestra"]),
        ("Will Read", "en", ["Will Read"]),
        ("Ed Sample", "en", ["Ed Sample"]),
        ("An Min", "ko", ["An Min"]),
        ("Eyal Press", "en", ["Eyal Press"]),
        ("Chokri MODÈLE", "fr", ["Chokri MODÈLE"]),
        ("حسام أبو المثال", "ar", ["حسام أبو المثال"]),
    ],
)
def test_names_stay_as_printed(raw, language, wanted):
    """Case, dots, apostrophes, particles, honorifics; words that are also ordinary words."""
    assert of(raw, language=language) == wanted


@pytest.mark.parametrize(
    "raw",
    [
        "Redaktion", "Staff Reporter", "By Editorial Staff", "Die Redaktion von Beispiel News", "Guardian staff "
        "reporter",
        "News Desk", "admin", "Associated Press", "dpa", "Reuters Staff", "von dpa, unserer Redaktion", "Agencies",
        "Last Updated: January 7, 2025", "Organization for Sample Works",
        "@annexample", "https://www.facebook.com/ann.example", "ann@example.com", "Political Editor", "Court Reporter",
        "New York", "Published 2 May 2024", "Dec 1st 2016 1:01PM", "Twitter", "Read more", "Share", "CBS Local",
        "El Sol de Ejemplo", "Landesanstalt für Wald", "編集部", "読売新聞オンライン", "뉴스팀", "संवाददाता", "By",
        "Foto: Jan Muster", "Übersetzung: Jan Muster", "More from Ann Example", "The Example Post", "null", "123",
    ],
)  # fmt: skip
def test_what_is_nobody(raw):
    """Desks, agencies, outlets, handles, addresses, jobs, places, dates and controls are not people."""
    assert of(raw) == []


@pytest.mark.parametrize(
    ("raw", "wanted"),
    [
        ("Ein Interview von Ute Beispiel mit Max Probe", ["Ute Beispiel"]),
        ("Par Anne Exemple avec AFP", ["Anne Exemple"]),
        ("By Ann Example, Political Editor", ["Ann Example"]),
        ("Political Editor Ann Example", ["Ann Example"]),
        ("Von Politikredakteurin Ute Beispiel", ["Ute Beispiel"]),
        ("Ann Example in Berlin", ["Ann Example"]),
        ("Ann Example | Updated: Oct 9, 2019, 11:05 IST", ["Ann Example"]),
        ("by Ann Example November 8, 2023", ["Ann Example"]),
        ("Ann E. Example Monday, February 29, 2016 @ 11:10 PM UTC", ["Ann E. Example"]),
        ("Ann Example, Software Engineer on Sample Play", ["Ann Example"]),
        ("Sample Industry\nby Ann Example\n@annexample", ["Ann Example"]),
        ("by Ann ExampleNovember 21, 20251747", ["Ann Example"]),
        ("Logan C. SampleStaff Writer", ["Logan C. Sample"]),
        ("ByAnn Example", ["Ann Example"]),
        ("Ann Example (dpa)", ["Ann Example"]),
        ("Ann Example's Headshot", ["Ann Example"]),
        ("Ann Example, PhD", ["Ann Example"]),
        ("Rodolfo Ejemplo.", ["Rodolfo Ejemplo"]),
        ("By Ann Example, BBC News, New York", ["Ann Example"]),
        ("Ann Example\nBlack Country Reporter", ["Ann Example"]),
        ("Ann Example\nFollow\nOur local sports page, 319 articles", ["Ann Example"]),
        ("Ann Example Associated Press", ["Ann Example"]),
        ("Paul Example, The Associated Press", ["Paul Example"]),
        ("Text: Ute Beispiel\nFoto: Jan Muster", ["Ute Beispiel"]),
        ("H&#233;ctor J. Muestra", ["Héctor J. Muestra"]),
    ],
)
def test_what_stands_around_a_name_goes(raw, wanted):
    """Jobs, places, dates, degrees, employers, agencies, brackets, pictures' authors."""
    assert of(raw, language="de" if "Von" in raw else "en") == wanted


def test_the_site_is_not_its_own_author():
    """The names and the host of the site are no people, whatever schema.org type the site gives them."""
    sites = ("Morning Sample", "www.morning-sample.com")
    assert of(person("Morning Sample"), sites=sites) == []
    assert of(person("morning-sample.com"), sites=sites) == []
    assert of(person("The Morning Sample"), sites=sites) == []
    assert of("MDR THÜRINGEN", sites=("www.mdr.de",)) == []


def test_an_organisation_in_json_ld_is_no_person():
    """Its type says so, and the same name elsewhere on the page is then no person either."""
    organisation = Evidence("Rolling Sample", "json-ld", "author[Organization].name")
    assert of(organisation, byline("By Rolling Sample")) == []
    assert of(organisation, byline("By Ann Example")) == ["Ann Example"]


def test_metadata_about_a_person_beats_the_markup():
    """What differs is decided by rank, and what stands far below the headline is asked last."""
    assert of(byline("Bob Sample"), person("Ann Example")) == ["Ann Example"]
    assert of(byline("Bob Sample", "end: div.author"), byline("By Ann Example")) == ["Ann Example"]


def test_a_byline_printed_in_the_text_beats_the_account_name():
    """Content systems name who entered the text; the text names who wrote it."""
    text = "Von Matthias Muster\n\nDer Rat tagt heute.\n\nEr berät den Haushalt."
    assert of(person("Ute Beispiel"), text=text, language="de") == ["Matthias Muster"]
    assert of(text="By Ann Example: The council meets today.") == ["Ann Example"]
    assert of(text="By law, the council meets.\n\nIt met.") == []


def test_a_list_that_holds_more_completes_a_shorter_one():
    """JSON-LD often names the first author only."""
    assert of(person("Ann Example"), Evidence("Ann Example, Bob Sample", "meta", "author")) == [
        "Ann Example",
        "Bob Sample",
    ]
    assert of(person("Ann Example"), Evidence("Cid Specimen, Bob Sample", "meta", "author")) == ["Ann Example"]


@pytest.mark.parametrize("lone", ["Stefanus", "stefanus_sample", "ssample", "ssa"])
def test_a_lone_word_is_spelled_out_by_the_byline(lone):
    """First names, account names and editor's signs give way to the name they stand for, to no other."""
    assert of(person(lone), byline("Von Stefanus Sample"), language="de") == ["Stefanus Sample"]
    if len(lone) > 3:
        assert of(person(lone), byline("Von Ute Beispiel"), language="de") == [lone]


def test_a_pen_name_counts_where_the_page_says_author():
    """One word is a person in metadata or as all that a byline says, not among other words."""
    assert of(person("Cortyn")) == ["Cortyn"]
    assert of("Posted by Anna 21.10.2019") == ["Anna"]
    assert of("Anna, Berlin, Kultur") == []


def test_the_same_person_is_named_once():
    """Accents, case, dots and a middle initial do not make another person; the fuller form stays."""
    assert of(person("Ann Example"), person("Ann B. Example"), person("ANN EXAMPLE")) == ["Ann B. Example"]
    assert of(person("José Muestra"), person("Jose Muestra")) == ["José Muestra"]


def test_capitals_give_way_to_small_letters():
    """Only where every evidence is in capitals are they put in title case; initials stay."""
    assert of(person("JOSH McSAMPLE")) == ["JOSH McSAMPLE"]
    assert of(person("JOSH MCSAMPLE")) == ["Josh McSample"]
    assert of(person("JOSH MCSAMPLE"), byline("By Josh Mcsample")) == ["Josh Mcsample"]
    assert of(person("R.C. SAMPLE-DE LA CRUZ")) == ["R.C. Sample-De la Cruz"]
    assert of(person("RJ EXAMPLE")) == ["RJ Example"]


def test_names_with_another_role_did_not_write_it():
    """The account of the editor is not the author when the page prints both; alone it is."""
    page = [byline("Naufal Contoh", "div.author"), byline("Editor : Heryadi Contoh", "div.author")]
    assert of(person("Heryadi Contoh"), *page) == ["Naufal Contoh"]
    assert of(person("Heryadi Contoh"), byline("Foto: Heryadi Contoh")) == ["Heryadi Contoh"]


def test_when_the_desk_signed_biographies_and_teasers_are_not_asked():
    """A clean byline that names the desk settles it: nobody signed."""
    desk = byline("Von der Redaktion", "p.byline")
    assert of(desk, byline("Ute Beispiel\nschreibt über dies & das\n@ute", "end: div.author"), language="de") == []


def test_nothing_at_all():
    """Absence is a value."""
    assert of() == []
    assert of("", " , ;", "\n") == []


@pytest.mark.parametrize("raw", ["by " * 50_000, "A" * 300_000, "a, " * 100_000, "(" * 100_000, "Von " + "x-" * 90_000,
                                 "@" * 100_000, "Ann " * 100_000, "." * 100_000, "Text " + " " * 100_000])  # fmt: skip
def test_hostile_strings_cost_nothing(raw):
    """A 64 KB author field is cut before any pattern sees it."""
    started = time.perf_counter()
    of(person(raw), byline(raw), text=raw)
    assert time.perf_counter() - started < 0.5


PIECES = st.sampled_from(
    ["By ", "Von ", "Ann", " Example", "\n", ", ", " und ", "(", "@", "Editor", ".", "ß", "é", "山", "'", "1"]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.text(max_size=30) | st.lists(PIECES, max_size=12).map("".join), max_size=4), st.text(max_size=80))
@example(["\x1b\r\x08"], "")  # two words of control characters
def test_whatever_is_printed_comes_out_as_names_or_not_at_all(raws, text):
    """No string raises; a name is one trimmed line of letters, at most once."""
    found = of(*(person(r) for r in raws), *(byline(r) for r in raws), text=text)
    assert len(found) == len(set(found))
    assert all(name == " ".join(name.split()) and any(c.isalpha() for c in name) for name in found)


def test_a_person_who_publishes_under_their_own_name_is_an_author():
    """The site's name is no person's, unless the page says that a person publishes it."""
    name = "Ann Example"
    own = Evidence(name, "json-ld", "author[Person].name of the publisher")
    assert of(own, sites=(name,)) == [name]
    assert of(person(name), sites=(name,)) == []


def test_who_took_the_pictures_behind_the_name_is_cut_off():
    """`Text by X illustration by Y` names one author."""
    assert of("Text by Ann Example illustration by Jan Muster") == ["Ann Example"]
    assert of("Text von Ann Example Fotos: Jan Muster", language="de") == ["Ann Example"]


def test_a_single_name_after_a_date_and_by_is_one():
    """Bloggers sign with a first name; beside the headline the date says that it is a byline."""
    assert of(Evidence("06.11.2023 13:30 von Anna", "text", "dated line"), language="de") == ["Anna"]
    assert of(Evidence("06.11.2023 13:30 von Anna Muster", "text", "dated line"), language="de") == ["Anna Muster"]


def test_the_first_word_of_an_offer_is_no_name():
    """Editors' boxes bear the class "editor"; what is cut at "mit" leaves a word that is no name."""
    assert of(byline("Jetzt mit einer eigenen Anlage bis zu 80% Kosten senken!", "div.editor"), language="de") == []


def test_the_account_of_a_person_is_a_name_and_a_host_is_none():
    """`Ann.Example` as printed; small letters and domains are none."""
    assert of("Von Ann.Example am Samstag", language="de") == ["Ann.Example"]
    assert of("harbourpost.example") == []


def test_names_in_bold_count_where_nouns_are_small():
    """At the head of a German text bold words in capitals are a heading; at its tail a signature everywhere."""
    head, tail = (Evidence("Ann Example", "text", f"signature {place}") for place in ("head", "tail"))
    assert of(head) == ["Ann Example"]
    assert of(head, language="de") == []
    assert of(tail, language="de") == ["Ann Example"]


def test_publishing_houses_are_no_people():
    """Their names have the shape of a person's."""
    assert of("Condé Nast, Ann Example") == ["Ann Example"]
