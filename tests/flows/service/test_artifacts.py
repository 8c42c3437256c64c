"""What a run shows in the Prefect page, as far as it is decided here."""

from collections import Counter
from datetime import UTC, datetime

import pytest

from flows.ingest_report import figures, line, verdict
from flows.ingested import Ingested
from flows.service.artifacts import NAME_WIDTH, Report, failures_page, named
from warehouse.run_account import Failure

NOON = datetime(2026, 11, 22, 12, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("parameters", "name"),
    [
        ({}, "ingest 22 Nov 12:05: what is due"),
        ({"sources": [], "settings": object()}, "ingest 22 Nov 12:05: what is due"),
        ({"sources": ["/a/pages.warc.gz"]}, "ingest 22 Nov 12:05: pages.warc.gz"),
        ({"sources": ["https://a.example/feed.xml/", "b", "c"]}, "ingest 22 Nov 12:05: feed.xml and 2 more"),
        ({"since": "2026-10-01", "until": "2026-10-31", "yes": True}, "ingest 22 Nov 12:05: 2026-10-01, 2026-10-31"),
    ],
)
def test_a_run_is_named_after_what_it_does(parameters: dict[str, object], name: str):
    assert named("ingest", parameters, NOON) == name


def test_a_name_holds_no_secret_and_fits():
    """Userinfo and tokens of a source stay out of the page."""
    name = named("ingest", {"sources": ["https://ada:hunter2@a.example/"]}, NOON)
    assert "hunter2" not in name
    assert "s3cret" not in named("ingest", {"source": "https://a.example/f?token=s3cret"}, NOON)
    assert len(named("ingest", {"sources": ["x" * 500]}, NOON)) == NAME_WIDTH


def test_what_strangers_wrote_stays_text_in_the_list_of_failures():
    """A title with Markdown or HTML neither breaks the table nor becomes a link."""
    failure = Failure("https://a.example/x|y", "rejected", "consent", "<script>[click](javascript:1)\nnext")
    page = failures_page(Report("", [], [failure], 3))
    row = page.splitlines()[2]
    assert row.count("|") == 5
    assert not {"<", ">", "[", "]", "("} & set(row)
    assert "2 more" in page


def test_the_summary_names_what_there_was():
    """Counts of every kind, reasons apart, slowest hosts first; what did not happen has no line of its own."""
    result = Ingested("run", articles=1200, rejected=Counter(consent=3), deferred=Counter(timeout=1))
    result.host_seconds = {f"h{number}.example": float(number) for number in range(9)}
    rows = figures(result)
    assert ("new articles", "1,200") in rows
    assert ("rejected: consent", "3") in rows
    assert ("deferred: timeout", "1") in rows
    assert [what for what, _ in rows if what.startswith("slow")] == [f"slow: h{n}.example" for n in (8, 7, 6, 5, 4)]
    assert "left for the next run" not in dict(rows)
    assert line(result) == "1,200 new, 3 rejected, 1 deferred"


def test_a_run_that_had_nothing_to_do_says_why():
    """An operator who enabled no feed reads it in the run's summary."""
    assert line(Ingested("run")) == "nothing new"
    assert line(Ingested("run", notice="No feed is enabled")) == "nothing new. No feed is enabled"


def test_a_run_with_no_success_is_never_green():
    """Nothing answered: failed. Something did, or nothing was asked for: a success."""
    assert verdict(Ingested("run")) is None
    assert "network" in (verdict(Ingested("run", deferred=Counter(dns=4))) or "")
    assert "network" in (verdict(Ingested("run", failed_lists=["x: no address"])) or "")
    assert verdict(Ingested("run", failed_lists=["x: no address"], lists=1)) is None
    assert "b.txt" in (verdict(Ingested("run", failed_sources=["b.txt"], articles=5)) or "")
