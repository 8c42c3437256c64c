"""Fuzzing of whatever reads strangers' bytes: URL key, dates, lists, text dumps, WARC files, whole pages.

`targets` says what is called and what must hold, `seeds` what the changes start from, `changes` how they are made.
`uv run pytest tests/fuzz` takes the same examples each time; `uv run python -m tests.fuzz --minutes 60` others each
time, and keeps what fails, as small as it can be made, in `findings/`, where the tests read it from then on.
"""
