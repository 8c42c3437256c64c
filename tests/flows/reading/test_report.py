"""The report: figures that the views give, a page that is whole, harmless, readable and usable in a real browser."""

import os
import re
import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from lxml import html

from flows.reading.report import write_report
from flows.reading.report_page.charts import bars
from flows.reading.report_page.tables import minutes
from tests.flows.conftest import Desk
from tests.synthetic_news import fill
from warehouse.connect import opened
from warehouse.migrate import prepare
from warehouse.place import Place, place
from warehouse.report import period
from warehouse.snapshot import make_snapshot

MOST_BYTES = 3_000_000  # of a page about 100,000 articles
NOW = datetime(2026, 11, 1, 2, tzinfo=UTC)
CHROMIUM = next(
    (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None
)


def warehouse(folder: Path, articles: int, days: int) -> Place:
    where = place(folder / "data", folder / "w.duckdb")
    prepare(where.file, wait=1, say=lambda _: None)
    if articles:
        fill(where.file, articles=articles, days=days)
    return where


@pytest.fixture(scope="module")
def news(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """Ten weeks, 5,000 articles."""
    return warehouse(tmp_path_factory.mktemp("news"), 5_000, 70)


@pytest.fixture(scope="module")
def written(news: Place, tmp_path_factory: pytest.TempPathFactory) -> html.HtmlElement:
    target = tmp_path_factory.mktemp("page") / "report.html"
    return html.document_fromstring(write_report(news, target, now=NOW).read_text(encoding="utf-8"))


def ask(where: Place, sql: str) -> list[tuple[object, ...]]:
    with opened(where.file, read_only=True, wait=1) as connection:
        return connection.execute(sql).fetchall()


def test_the_page_says_the_gaps_that_the_view_knows(news: Place, written: html.HtmlElement):
    """Calendars mark each gap, and name it in words beside it."""
    gaps = ask(news, "select publisher, day from coverage where gap is not null")
    assert len(gaps) > 20
    marked = written.xpath("//*[local-name()='rect'][contains(@class, ' g')]/*[local-name()='title']")
    assert len([title for title in marked if title.text]) == len(gaps)
    assert len(written.xpath("//ul[@class='plain']/li")) == len(gaps)
    assert f"{len(gaps)}" in written.xpath("string(//dl)")


def test_each_chart_has_its_figures_as_a_table(news: Place, written: html.HtmlElement):
    """Six charts; the rows beside the first add up to the dated articles of the period."""
    figures = written.xpath("//figure")
    assert len(figures) == 6
    for figure in figures:
        assert figure.xpath("./figcaption")[0].text_content().strip()
        assert len(figure.xpath(".//*[local-name()='svg'][@aria-hidden='true']")) == 2
        assert figure.xpath("./details//tbody/tr")
    cells = figures[0].xpath("./details//tbody//td")
    shown = sum(int(cell.text_content().replace(",", "")) for cell in cells)
    assert shown == ask(news, "select count(*) from articles where published_date <= date '2026-10-31'")[0][0]


def test_the_feeds_in_trouble_stand_first_with_their_state(written: html.HtmlElement):
    """The planted ones: blocked, gone, silent; what does well is folded away."""
    rows = written.xpath("//table[@aria-label='Feeds in trouble']/tbody/tr")
    found = {row.xpath("string(./th/bdi)"): row.xpath("string(./td[1]/span)") for row in rows}
    assert found == {
        "duenenbote.example": "blocked",
        "le-phare-du-soir.example": "gone",
        "calder-express.example": "quiet",
    }
    assert "One feed is refused: duenenbote.example." in written.xpath("string(//*[@class='attention'])")


def test_the_page_asks_for_nothing(written: html.HtmlElement):
    """No script, no style sheet, no picture from elsewhere; links are only followed when they are chosen."""
    assert not written.xpath("//script | //img | //iframe | //object | //base")
    assert {link.get("href") for link in written.xpath("//link")} == {"data:,"}
    assert not re.search(r"url\(|@import", written.xpath("string(//style)"))
    assert "default-src 'none'" in written.xpath("string(//meta[@http-equiv]/@content)")


HOSTILE = '</title></svg><script>alert(1)</script><img src=x onerror="alert(2)">'


def test_what_publishers_write_is_text(tmp_path: Path):
    """Headlines, names, agencies, feed addresses and reasons are shown as they are, and do nothing."""
    where = warehouse(tmp_path, 1_500, 40)
    with opened(where.file, read_only=False, wait=1) as connection:
        for statement in (
            "update revisions set title = $it, agencies = [$it] where publisher = 'monsoon-standard.example'",
            "update revisions set url = 'javascript:alert(3)' where publisher = 'delta-mail.example'",
            "update publishers set name = $it where domain = 'monsoon-standard.example'",
            "update feeds set feed_url = feed_url || $it where publisher = 'harbour-post.example'",
            "update rejections set reason = $it where reason = 'consent'",
        ):
            connection.execute(statement, {"it": HOSTILE} if "$it" in statement else {})
    text = write_report(where, tmp_path / "page.html", now=NOW).read_text(encoding="utf-8")
    assert "<script" not in text
    assert "<img" not in text
    assert text.count("&lt;script&gt;alert(1)") > 3
    found = html.document_fromstring(text)
    assert not found.xpath("//script | //img")
    assert not found.xpath("//a[starts-with(@href, 'javascript')]")


def test_names_in_a_chart_are_text(tmp_path: Path):
    """Vega escapes what it draws."""
    drawing = bars([{"name": HOSTILE, "count": 3}], "name", "count", "red", HOSTILE)
    assert "<script" not in drawing.wide + drawing.narrow
    assert "<img" not in drawing.wide + drawing.narrow


def test_an_empty_warehouse_has_a_page(tmp_path: Path):
    """Nothing to show is said, not an error."""
    text = write_report(warehouse(tmp_path, 0, 0), tmp_path / "page.html", now=NOW).read_text(encoding="utf-8")
    assert "No feed was polled yet" in text
    assert "There are no dated articles." in text


def test_the_command_writes_the_page_and_says_where(news: Place, tmp_path: Path):
    """By default into the data folder; without a warehouse, or into no folder, one line says what to do."""
    desk = Desk(tmp_path / "data")
    desk.data_dir.mkdir()
    done = desk.run("report", "--warehouse", news.file)
    assert done.stdout.strip() == str(desk.data_dir / "report.html")
    assert done.stderr.strip() == f"Read from {news.file}"
    refused = desk.run("report", "--warehouse", news.file, "-o", tmp_path / "no" / "page.html", "--quiet", status=2)
    assert "cannot be written" in refused.stderr
    assert "There is no warehouse" in desk.run("report", status=2).stderr


def test_a_page_made_from_the_snapshot_says_how_old_it_is(tmp_path: Path):
    """The warehouse may be held: `maintain` reads the snapshot."""
    where = warehouse(tmp_path, 300, 10)
    make_snapshot(where, now=NOW - timedelta(hours=3), force=True)
    page = write_report(where, tmp_path / "page.html", source="snapshot", now=NOW)
    assert "as of 31 October 2026, 23:00 UTC" in page.read_text(encoding="utf-8")


def test_a_paper_that_only_was_asked_has_its_calendar(tmp_path: Path):
    """Polls without an article: nothing came, nothing breaks."""
    where = warehouse(tmp_path, 300, 10)
    with opened(where.file, read_only=False, wait=1) as connection:
        for table in ("revisions", "entries", "rejections"):
            connection.execute(f"delete from {table}")  # noqa: S608 - our names
    found = html.document_fromstring(write_report(where, tmp_path / "page.html", now=NOW).read_text(encoding="utf-8"))
    assert len(found.xpath("//*[local-name()='svg'][@role='img']")) == 24
    assert "0 articles" in found.xpath("string(//ul[@class='calendars'])")


@pytest.mark.parametrize(
    ("value", "said"), [(None, "–"), (0.4, "0 min"), (59, "59 min"), (95.2, "1 h 35 min"), (1_440, "1 d 0 h")]
)
def test_minutes_are_spoken(value: float | None, said: str):
    """In the largest units."""
    assert minutes(value) == said


def test_the_period_is_half_a_year_of_a_warehouse_that_polls():
    """Weeks begin on Monday; a young one begins with its first article, but shows six weeks; without polls it is all
    there is, to today."""
    saturday = datetime(2026, 10, 31, 22, tzinfo=UTC)
    old, young, born = date(2019, 5, 1), date(2026, 9, 10), date(2026, 10, 8)
    newest = date(2026, 10, 30)
    assert period(old, newest, saturday, NOW, polls=True) == (date(2026, 5, 4), date(2026, 10, 31))
    assert period(young, newest, saturday, NOW, polls=True) == (date(2026, 9, 7), date(2026, 10, 31))
    assert period(born, newest, saturday, NOW, polls=True) == (date(2026, 9, 21), date(2026, 10, 31))
    assert period(old, date(2027, 1, 1), saturday, NOW, polls=False) == (old, NOW.date())
    assert period(None, None, None, NOW, polls=False) == (None, None)


@pytest.fixture(scope="module")
def large_page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The page about 100,000 articles of half a year."""
    if CHROMIUM is None:
        pytest.skip("no Chromium: apt-get install chromium")
    folder = tmp_path_factory.mktemp("large")
    yield write_report(warehouse(folder, 100_000, 182), folder / "report.html", now=NOW)
    shutil.rmtree(folder)


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: apt-get install chromium")
def test_the_page_of_100_000_articles_opens_in_a_browser(large_page: Path):
    """Under 3 MB; no request, no message, nothing wider than the window, no breach of axe's rules, at two widths in
    two schemes; every table can be opened and scrolled by keyboard."""
    from axe_playwright_python.sync_playwright import Axe
    from playwright.sync_api import sync_playwright

    assert large_page.stat().st_size < MOST_BYTES
    flags = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        backgrounds = set()
        for width in (1280, 390):
            for scheme in ("light", "dark"):
                context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
                tab = context.new_page()
                said: list[str] = []
                asked: list[str] = []
                tab.on("console", lambda message, said=said: said.append(message.text))
                tab.on("pageerror", lambda error, said=said: said.append(str(error)))
                tab.on("request", lambda request, asked=asked: asked.append(request.url))
                tab.goto(large_page.as_uri())
                assert tab.locator("svg.calendar[role=img]").count() == 24
                assert tab.locator(".drawing:visible").count() == 6
                tab.keyboard.press("Tab")
                assert tab.evaluate("document.activeElement.className") == "skip"
                tab.locator("summary").first.focus()
                tab.keyboard.press("Enter")
                assert tab.locator("details").first.get_attribute("open") is not None
                tab.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
                assert tab.evaluate("document.documentElement.scrollWidth") <= width
                if (width, scheme) in ((1280, "light"), (390, "dark")):  # both widths, both schemes
                    breaches = Axe().run(tab).response["violations"]
                    assert [(one["id"], one["nodes"][0]["html"][:200]) for one in breaches] == []
                backgrounds.add(tab.evaluate("getComputedStyle(document.body).backgroundColor"))
                assert (said, asked) == ([], [large_page.as_uri()])
                context.close()
        browser.close()
    assert len(backgrounds) == 2


def test_a_warehouse_that_stands_still_says_so(news: Place, tmp_path: Path):
    """Nothing appended for a day is the first thing to look at."""
    text = write_report(news, tmp_path / "page.html", now=NOW + timedelta(days=3)).read_text(encoding="utf-8")
    assert "Nothing was appended since 31 October 2026, 23:55 UTC." in text
    assert not list(tmp_path.glob("*.part"))


def test_lag_and_gaps_of_the_future_are_not_shown(news: Place, tmp_path: Path):
    """A clock that stands earlier than the data ends the page there."""
    text = write_report(news, tmp_path / "page.html", now=NOW - timedelta(days=30)).read_text(encoding="utf-8")
    assert "2 October 2026" in text
    assert "2026-10-14" not in text
