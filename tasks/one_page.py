"""What the pool's processes call. The run names it to them without importing what it needs: trafilatura, htmldate and
the rules cost the run a seventh of its start, and only the processes use them."""

from pathlib import Path

from tasks.model import Article, Capture, Rejection

NEEDS = "tasks.article"  # what the process imports that the pool's processes are forked from

# The registry that this process, or the one that it was forked from, is ready for: path, time and size of each table.
Stamp = tuple[tuple[str, int, int], ...]
_ready: list[Stamp] = []


def prepare(seeds: Path | str) -> None:
    """Make a process ready for pages: libraries, language models and the registry in `seeds`. A second time costs
    nothing while the registry is as it was, so that a forked process is ready as soon as its parent is."""
    stamp = stamp_of(Path(seeds))
    if _ready == [stamp]:
        return
    from tasks.article import prepare as call

    call(Path(seeds))
    _ready[:] = [stamp]


def stamp_of(seeds: Path) -> Stamp:
    """Another one whenever a table may be another."""
    stats = [(path, path.stat()) for path in sorted(seeds.glob("*.csv"))]
    return tuple((str(path), stat.st_mtime_ns, stat.st_size) for path, stat in stats)


def article_or_rejection(capture: Capture) -> Article | Rejection:
    """As tasks.article has it."""
    from tasks.article import article_or_rejection as call

    return call(capture)
