"""What waits in a spool, for those who only look: without pyarrow, which costs `status` as much as DuckDB does."""

from pathlib import Path


def waiting(spool: Path) -> list[Path]:
    """The batches that wait, in the order in which they are appended."""
    return sorted(spool.glob("*.parquet"))
