"""What the pool's processes call. The run names it to them without importing what it needs: trafilatura, htmldate and
the rules cost the run a seventh of its start, and only the processes use them."""

from pathlib import Path

from tasks.model import Article, Capture, Rejection

NEEDS = "tasks.article"  # what a process preloads


def prepare(seeds: Path) -> None:
    """In each process, once."""
    from tasks.article import prepare as call

    call(seeds)


def article_or_rejection(capture: Capture) -> Article | Rejection:
    """As tasks.article has it."""
    from tasks.article import article_or_rejection as call

    return call(capture)
