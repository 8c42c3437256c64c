"""Agencies are named where they sign, in the forms of a dozen countries, and nowhere else."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.model import Evidence
from tasks.normalise.agency import agencies
from tasks.normalise.dateline import dateline
from tasks.registry import Agency

AGENCIES = (
    Agency("AFP", "Agence France-Presse", "FR", "afp.com", ("फ्रांस-प्रेस",)),
    Agency("ANI", "Asian News International", "IN", "aninews.in"),
    Agency("ANSA", "Agenzia Nazionale Stampa Associata", "IT", "ansa.it"),
    Agency("AP", "Associated Press", "US", "apnews.com", ("The Associated Press",)),
    Agency("APA", "Austria Presse Agentur", "AT", "apa.at"),
    Agency("dpa", "Deutsche Presse-Agentur", "DE", "dpa.com", ("dpa-infocom", "dpa-AFX")),
    Agency("EFE", "Agencia EFE", "ES", "efe.com"),
    Agency("Jiji", "Jiji Press", "JP", "jiji.com", ("時事", "时事")),
    Agency("Kyodo", "Kyodo News", "JP", "kyodonews.jp", ("共同", "共同通信")),
    Agency("AA", "Anadolu Agency", "TR", "aa.com.tr"),
    Agency("Mehr", "Mehr News Agency", "IR", "mehrnews.com"),
    Agency("Petra", "Jordan News Agency", "JO", "petra.gov.jo"),
    Agency("Dow Jones", "Dow Jones Newswires", "US", "dowjones.com"),
    Agency("PAP", "Polska Agencja Prasowa", "PL", "pap.pl"),
    Agency("PTI", "Press Trust of India", "IN", "ptinews.com", ("प्रेट्र",)),
    Agency("Reuters", "Reuters", "GB", "reuters.com"),
    Agency("SID", "Sport-Informations-Dienst", "DE", None, ("sid",)),
    Agency("Xinhua", "Xinhua News Agency", "CN", "xinhuanet.com", ("新华社",)),
    Agency("Yonhap", "Yonhap News Agency", "KR", "yna.co.kr", ("연합뉴스",)),
)


def of(*, head: str = "", tail: str = "", line: str = "", byline: str = "", where: str = "") -> tuple[str, ...]:
    credits = [Evidence(raw, "text" if where_ != "line" else "html", where_)
               for raw, where_ in ((head, "head"), (line, where or "line"), (tail, "tail")) if raw]  # fmt: skip
    bylines = [Evidence(byline, "html", "span.byline")] if byline else []
    return agencies(credits, bylines, AGENCIES)


@pytest.mark.parametrize(
    ("head", "wanted"),
    [
        ("MOSCOW (Reuters) - The ministry said on Friday that grain exports rose.", ("Reuters",)),
        ("Moscow, July 15 (PTI) The ministry said on Friday that exports rose.", ("PTI",)),
        ("KATHMANDU, Nepal (AP) — Rescuers reached the village on Sunday.", ("AP",)),
        ("Berlin (dpa) - Die Preise sind im Mai gestiegen.", ("dpa",)),
        ("Hamburg (dpa/lno) – Die Fähre fährt wieder.", ("dpa",)),
        ("Wien (APA/Reuters) - Die Bank erhöht die Zinsen.", ("APA", "Reuters")),
        ("(ANSA) - ROMA, 12 MAR - Il ponte riapre domani.", ("ANSA",)),
        ("Madrid, 3 may (EFE).- El museo abre de nuevo.", ("EFE",)),
        ("(EFE).- El museo abre de nuevo.", ("EFE",)),
        ("AFP - Le musée rouvre ses portes.", ("AFP",)),
        ("Berlin, dpa - Die Fähre fährt wieder.", ("dpa",)),
        ("नई दिल्ली, प्रेट्र : संसद का सत्र आज शुरू हुआ।", ("PTI",)),
        ("【ワシントン共同】大統領は会見した。", ("Kyodo",)),
        ("（共同）大統領は会見した。", ("Kyodo",)),
        ("【时事】总统会见了记者。", ("Jiji",)),
        ("(서울=연합뉴스) 국회는 오늘 법안을 처리했다.", ("Yonhap",)),
        ("新华社北京7月15日电 会议今天开幕。", ("Xinhua",)),
        ("AFP I PTI Moscow", ("AFP", "PTI")),
        ("AMMAN (Petra) -- The ministry said on Friday that exports rose.", ("Petra",)),
    ],
)
def test_the_head_of_a_text_names_its_agency(head, wanted):
    """Bracket, dash and credit line before the first sentence, as a dozen countries print them."""
    assert of(head=head) == wanted


@pytest.mark.parametrize(
    ("tail", "wanted"),
    [
        ("dpa/lnw", ("dpa",)),
        ("(With inputs from ANI)", ("ANI",)),
        ("The bridge will open in May. (PTI)", ("PTI",)),
        ("© 2021 AFP", ("AFP",)),
        ("Copyright 2023 The Associated Press. All rights reserved.", ("AP",)),
        ("© dpa-infocom, dpa:240516-99-53606/3", ("dpa",)),
        ("Quelle: dpa", ("dpa",)),
        ("Źródło: PAP", ("PAP",)),
        ("(Con información de AFP, EFE y Reuters)", ("AFP", "EFE", "Reuters")),
        ("Mit Material der dpa", ("dpa",)),
        ("avec AFP", ("AFP",)),
        ("The Associated Press contributed to this report.", ("AP",)),
        ("sid/dpa", ("SID", "dpa")),
    ],
)
def test_the_tail_of_a_text_names_its_agency(tail, wanted):
    """Codes, brackets, copyright and "with inputs from" at the end."""
    assert of(tail=tail) == wanted


@pytest.mark.parametrize(
    ("byline", "wanted"),
    [
        ("Von Ute Beispiel und Jan Muster, dpa", ("dpa",)),
        ("By Ann Example, The Associated Press", ("AP",)),
        ("Par Anne Exemple avec AFP", ("AFP",)),
        ("Par Anne Exemple, avec AFP", ("AFP",)),
        ("Por Agencia EFE", ("EFE",)),
        ("PTI | New Delhi", ("PTI",)),
        ("REUTERS", ("Reuters",)),
        ("Associated Press in Valencia", ("AP",)),
        ("Ap Singh", ()),
        ("AP Singh", ()),
        ("Ani Example", ()),
        ("Petra Muster", ()),
        ("Petra", ()),
        ("Mehr", ()),
        ("By Ann Example\nShare\nAA\nText Size", ()),
    ],
)
def test_bylines_name_agencies_beside_people(byline, wanted):
    """People are passed over; initials and first names spelled like an agency are people."""
    assert of(byline=byline) == wanted


@pytest.mark.parametrize(
    "head",
    [
        'Kremlin spokesman Ivan Example told AFP on Friday that talks "went well".',
        "Reuters said on Monday it would close its office.",
        "The Associated Press (AP) was founded in 1846.",
        "AP has learned that the talks failed.",
        "A plane of the line crashed. Photo: AP/PTI",
        "DOW Jones - Jahresendrally ade?! - Tagesanalyse",
        "Trade with Reuters and its rivals grew - analysts said.",
    ],
)
def test_an_agency_that_is_only_mentioned_did_not_write_it(head):
    """What the text says about an agency is no credit."""
    assert of(head=head) == ()


@pytest.mark.parametrize(
    "line",
    ["Photo: AP/PTI", "dpa/Jan Muster", "Foto: dpa", "Bild: Reuters / Archiv", "Getty Images/AFP", "사진=연합뉴스"],
)
def test_picture_credits_do_not_count(line):
    """Who made the picture says nothing about the text, whether beside it or at the end."""
    assert of(line=line) == ()
    assert of(tail=line) == ()


def test_the_order_is_the_page_s_and_nothing_is_named_twice():
    """Byline first, then the head, then the tail."""
    assert of(byline="PTI", head="MOSCOW (AFP) - It rained.", tail="PTI") == ("PTI", "AFP")


def test_a_publisher_that_is_an_agency_counts_only_as_a_whole():
    """JSON-LD `publisher` names an outlet: "AP" is one, "AP Motors Weekly" is another."""
    assert agencies([Evidence("Associated Press", "json-ld", "publisher[Organization].name")], [], AGENCIES) == ("AP",)
    assert agencies([Evidence("AP Motors Weekly", "json-ld", "publisher[Organization].name")], [], AGENCIES) == ()


def test_a_byline_far_below_belongs_to_something_else():
    """Evidence marked "end:" is a teaser or a biography."""
    assert agencies([], [Evidence("dpa", "html", "end: span.author")], AGENCIES) == ()


PIECES = st.sampled_from(
    ["AFP", " (", ") - ", "MOSCOW", ", ", "July 15", "/", "told ", "©", " 2021 ", "With inputs from ", "=", "】"]
)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=60) | st.lists(PIECES, max_size=12).map("".join))
def test_no_line_raises_and_only_known_agencies_come_out(raw):
    """Agencies are of the registry, and a dateline is no agency."""
    known = {agency.name for agency in AGENCIES}
    assert set(of(head=raw, tail=raw, line=raw, byline=raw)) <= known
    assert dateline(raw, [Evidence(raw, "html", "line")], AGENCIES) not in known
