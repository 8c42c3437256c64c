"""Counts for people."""


def counted(number: int, noun: str, plural: str | None = None) -> str:
    """`1 page`, `1,204 pages`; `plural` where an s does not make it."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"
