"""Lines that a publisher repeats, from pages to the analyst: ingest, a real maintain, SQL and why."""

import json
from pathlib import Path

from tests.flows.conftest import Desk
from tests.pages import page, sentences

LINE = "The clock on the tower above our newsroom is wound by hand, every Friday at noon."
APRIL = 24 * 90  # hours after the first page


def test_maintain_finds_what_repeats_and_why_tells_it(desk: Desk, tmp_path: Path):
    """Three articles of January print a line, so the one of April is clean without it; its text stays as it is."""
    folder = tmp_path / "pages"
    folder.mkdir()
    for number in (0, 1, 2, APRIL):
        paragraphs = page(number).split("</p>\n<p>")
        (folder / f"{number}.html").write_text("</p>\n<p>".join([*paragraphs[:2], LINE, *paragraphs[2:]]))
    desk.ingest(folder)
    assert "looked for repeated lines, 1 months of publishers: 1 lines" in desk.run("maintain").stdout
    rows = desk.ask(
        "select url, contains(text, 'wound by hand'), contains(clean_text, 'wound by hand'), removed"
        " from articles join clean_texts using (article_id) order by published_at"
    )
    assert [row[1:] for row in rows] == [(True, True, [])] * 3 + [(True, False, [LINE])]
    told = json.loads(desk.run("why", rows[-1][0], "--json").stdout)
    assert told["repeated"] == [LINE]
    assert f"not in clean_texts: {LINE}" in desk.run("why", rows[-1][0]).stdout
    [(clean,)] = desk.ask("select clean_text from clean_texts where len(removed) > 0")
    assert clean.replace("\n\n", " ") == " ".join(sentences(APRIL, 12))
