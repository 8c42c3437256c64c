"""The small form of `python -m tests.soak`."""

from pathlib import Path

from tests.soak.day import Day


def test_everything_published_is_there_once(tmp_path: Path):
    """Revisions, outages, a moved feed, a clock that jumps ahead and back: no article lost, none twice."""
    day = Day(tmp_path / "data", feeds=3, articles=24, turns=6, seed=8, revised=0.3)
    try:
        day.play()
        assert day.wrong() == []
        ledger = day.ledger
        assert (len(ledger.published), ledger.moved, ledger.jumps) == (24, 1, 2)
        assert ledger.outages
        assert ledger.revised
        ((articles, revisions),) = day.run.ask(
            "select (select count(*) from articles), count(*) from article_revisions"
        )
        assert articles == 24
        assert articles < revisions <= articles + len(ledger.revised)
    finally:
        day.close()
