"""Datelines: the place, and nothing that only looks like one."""

import pytest

from tasks.model import Evidence
from tasks.normalise.dateline import dateline
from tasks.registry import Agency

AGENCIES = tuple(
    Agency(name, name, None, None, aliases)
    for name, aliases in {
        "AFP": (), "PTI": (), "Reuters": (), "AP": ("Associated Press",), "dpa": (), "EFE": (), "ANSA": (),
        "Yonhap": ("연합뉴스",), "Xinhua": ("新华社",), "Kyodo": ("共同",),
    }.items()
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("MOSCOW (Reuters) - Grain exports rose, the ministry said.", "Moscow"),
        ("Moscow, July 15 (PTI) Grain exports rose, the ministry said.", "Moscow"),
        ("KYIV, Ukraine (AP) — Rescuers reached the village.", "Kyiv"),
        ("Berlin (dpa) - Die Preise sind gestiegen.", "Berlin"),
        ("Frankfurt am Main (dpa) - Die Preise sind gestiegen.", "Frankfurt am Main"),
        ("(ANSA) - ROMA, 12 MAR - Il ponte riapre domani.", "Roma"),
        ("ROMA, 12 MAR - Il ponte riapre domani.", "Roma"),
        ("Washington, 3 may (EFE).- El museo abre de nuevo.", "Washington"),
        ("LONDON — The bridge opened on Monday.", "London"),
        ("ST. LOUIS - The bridge opened on Monday.", "St. Louis"),
        ("LOS ANGELES (AP) — The bridge opened on Monday.", "Los Angeles"),
        ("BUFFALO, N.Y. (WXYZ) — The bridge opened on Monday.", "Buffalo"),
        ("WILLET'S BEND — The bridge opened on Monday.", "Willet's Bend"),
        ("BHOPAL: The bridge opened on Monday.", "Bhopal"),
        ("TEGUCIGALPA, HONDURAS.- El puente abrió el lunes.", "Tegucigalpa"),
        ("नई दिल्ली: संसद का सत्र आज शुरू हुआ।", "नई दिल्ली"),
        ("नई दिल्ली, एजेंसी। संसद का सत्र आज शुरू हुआ।", "नई दिल्ली"),
        ("(서울=연합뉴스) 국회는 오늘 법안을 처리했다.", "서울"),
        ("【ワシントン共同】大統領は会見した。", "ワシントン"),
        ("新华社北京7月15日电 会议今天开幕。", "北京"),
        ("Bridge opens after ten years\n\nPARIS (Reuters) - The bridge opened on Monday.", "Paris"),
    ],
)
def test_the_place_at_the_head_of_the_text(text, place):
    """Each form in which agencies and papers set a place before the first sentence."""
    assert dateline(text, (), AGENCIES) == place


@pytest.mark.parametrize(
    "text",
    [
        "Moscow said on Friday that grain exports rose.",
        "Moscow — the city of my childhood — has changed.",
        "BREAKING: The bridge opened on Monday.",
        "DEAR ANNA: My husband bought a piano.",
        "AGGRESSION: The capital accused its neighbour of aggression.",
        "MIGRATION – Probleme zwischen Nachbarn wachsen.",
        "Ivan Example (AP) and others disagree with the plan.",
        "Prince Example, the 60-year-old brother of the king, resigned.",
        "Starts on 1 May – and lasts a week.",
        "The company (Reuters) - said.",
        "",
    ],
)
def test_what_only_looks_like_a_dateline(text):
    """Sentences, kickers, salutations and people before a dash, colon or bracket are no places."""
    assert dateline(text, (), AGENCIES) is None


@pytest.mark.parametrize(
    ("line", "place"),
    [
        ("AFP I PTI Moscow", "Moscow"),
        ("Reuters, London", "London"),
        ("Associated Press in Valencia", "Valencia"),
        ("PTI | New Delhi", "New Delhi"),
        ("AFP", None),
        ("AFP, Reuters", None),
        ("Foto: AFP, Berlin", None),
        ("Ann Example, London", None),
    ],
)
def test_the_place_in_a_credit_line(line, place):
    """A credit line of agencies and one place; without an agency it could be a person's."""
    assert dateline("It rained.", [Evidence(line, "html", "span.source")], AGENCIES) == place
