"""The sample articles through the whole pipeline: every field that `tests/sample_articles.csv` promises."""

import json
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tasks.extract import extract_article
from tasks.model import Capture
from tests.flows.conftest import Desk
from tests.test_sample_articles import FOLDER, Row, named, rows

EQUAL = ("publisher", "url", "title", "description", "language", "published_date", "published_precision", "access")
LISTS = ("authors", "agencies")
INSTANTS = ("published_at", "updated_at")

OUTCOMES = """
select o.url, o.outcome, o.reason, o.capture_offset, o.article_id,
    r.* exclude (url, capture_offset, article_id), r.url as article_url
from outcomes o
left join article_revisions r on r.capture_file = o.capture_file and r.capture_offset = o.capture_offset
order by o.capture_file, o.capture_offset
"""


@pytest.fixture(scope="session")
def sampled(prefect_server: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[dict[str, Any]]]:
    """All samples ingested once: fetched URL -> what became of each record with it, in the order of the file."""
    desk = Desk(tmp_path_factory.mktemp("samples"), {"PREFECT_API_URL": prefect_server, "PRESSHOUSE_WORKERS": "0"})
    desk.ingest(FOLDER)
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for line in desk.run("sql", OUTCOMES, "--format", "jsonl").stdout.splitlines():
        row = json.loads(line)
        found[row["url"]].append(row)
    return found


def fetched(row: Row) -> str:
    url = row["fetched_url"]
    return (FOLDER / row["file"]).resolve().as_uri() + url.removeprefix("file:") if url.startswith("file:") else url


def became(row: Row, sampled: dict[str, list[dict[str, Any]]]) -> dict[str, Any]:
    """What became of a record; records of one file with one URL come in their order."""
    alike = [other for other in rows() if fetched(other) == fetched(row)]
    place = [named(other) for other in alike].index(named(row))
    return sampled[fetched(row)][place]


@pytest.mark.parametrize("row", rows(), ids=named)
def test_a_sample_becomes_what_it_promises(row: Row, sampled: dict[str, list[dict[str, Any]]]):
    """Outcome, reason and every field that the file settles."""
    found = became(row, sampled)
    assert (found["outcome"], found["reason"] or "") == (row["outcome"], row["reason"])
    if row["outcome"] not in ("article", "revision"):
        return
    found["url"] = found["article_url"]
    wrong = {}
    for name in EQUAL:
        if row[name] != "*" and (found[name] or "") != row[name]:
            wrong[name] = (found[name], row[name])
    for name in LISTS:
        if row[name] != "*" and found[name] != [part for part in row[name].split(";") if part]:
            wrong[name] = (found[name], row[name])
    for name in INSTANTS:
        if row[name] != "*" and (found[name] or "") != row[name]:
            wrong[name] = (found[name], row[name])
    assert wrong == {}
    text = " ".join(found["text"].split())
    if row["first_words"] != "*":
        assert row["first_words"] in text[: len(row["first_words"]) + len(found["description"] or "") + 5]
    if row["last_words"] != "*":
        assert text.endswith(row["last_words"])
    assert [part for part in row["not_in_text"].split("|") if part and part in text] == []


def test_same_text_is_one_story(sampled: dict[str, list[dict[str, Any]]]):
    """Copies to the letter share a story, as the CSV says."""
    stories = defaultdict(set)
    for row in rows():
        if row["same_text"]:
            stories[row["same_text"]].add(became(row, sampled)["story_id"])
    assert stories
    assert all(len(ids) == 1 for ids in stories.values())


def test_the_reference_dump_equals_its_record_wherever_it_lies(desk: Desk, tmp_path: Path):
    """From the text alone: not from its name, nor from its folder."""
    source = FOLDER / "business-standard-2016-07-15.txt"
    copy = tmp_path / "x" / "notes"
    copy.parent.mkdir()
    copy.write_bytes(source.read_bytes())
    desk.ingest(copy)
    (row,) = json.loads(desk.run("sql", "select * from articles", "--format", "json").stdout)
    expected = {
        "title": "Vladimir Putin, John Kerry did not discuss military cooperation in Syria: Kremlin",
        "description": "There has been no sign from Damascus that Bashar al-Assad feels under any pressure to agree to"
        " talks on a new government",
        "keywords": ["Russia", "Missile", "Syria", "Attack"],
        "publisher": "business-standard.com",
        "publisher_name": "Business Standard",
        "agencies": ["AFP", "PTI"],
        "dateline": "Moscow",
        "authors": [],
        "language": "en",
        "published_raw": "Jul 15 2016 | 2:07 PM IST",
        "published_at": "2016-07-15T08:37:00+00:00",
        "published_date": "2016-07-15",
        "published_offset_minutes": 330,
        "published_precision": "minute",
        "updated_raw": "Jul 15 2016 | 3:25 PM IST",
        "updated_at": "2016-07-15T09:55:00+00:00",
    }
    assert {name: row[name] for name in expected} == expected
    paragraphs = row["text"].split("\n\n")
    assert len(paragraphs) == 11
    assert row["text"].startswith("President Vladimir Putin and US Secretary of State John Kerry did not discuss")
    assert row["text"].endswith('has not undergone any kind of change," Peskov said today.')
    for furniture in ("Subscribe", "Smart Quarterly", "₹", "Epaper", "Last Updated", "First Published", "Next Story"):
        assert furniture not in row["text"]


def test_a_dump_that_was_named_html_is_still_a_dump():
    """What a file is, its content says."""
    body = (FOLDER / "business-standard-2016-07-15.txt").read_bytes()
    page = extract_article(Capture("file:///x.html", datetime.now(UTC), "file", "x", 0, "text/html", body))
    assert page.title == "Vladimir Putin, John Kerry did not discuss military cooperation in Syria: Kremlin"
    assert len(page.text.split("\n\n")) == 11
