"""How results are written: one function a format, each row by row, so that a large result is never held whole."""

import csv
import io
import json
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import redirect_stdout
from datetime import date, datetime, time
from pathlib import Path
from typing import IO, Any

FORMATS = ("table", "csv", "json", "jsonl", "markdown", "parquet")
ROWS_AT_ONCE = 10_000
TABLE_ROWS = 100  # of the table format; the others write all
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet runs a cell that begins so


def write(result: Any, out: IO[str], format_: str, *, width: int, raw: bool) -> None:
    """Write a DuckDB relation to a text stream in one of FORMATS but parquet."""
    if format_ == "table":
        out.write(_table(result, width))
        return
    writers: dict[str, Callable[[Sequence[str], Iterable[Sequence[Any]], IO[str]], None]] = {
        "csv": lambda names, rows, stream: _csv(names, rows, stream, raw=raw),
        "json": _json,
        "jsonl": _jsonl,
        "markdown": _markdown,
    }
    writers[format_](_distinct(result.columns), _rows(result), out)


def write_parquet(result: Any, path: Path) -> None:
    import pyarrow.parquet as pq

    pq.write_table(result.to_arrow_table(), path, compression="zstd")


def _distinct(names: Sequence[str]) -> list[str]:
    """Column names, the second `a` as `a_2`: an object of JSON can hold each name once."""
    return [
        name if names.index(name) == at else f"{name}_{names[: at + 1].count(name)}" for at, name in enumerate(names)
    ]


def _rows(result: Any) -> Iterator[Sequence[Any]]:
    while rows := result.fetchmany(ROWS_AT_ONCE):
        yield from rows


def _table(result: Any, width: int) -> str:
    """DuckDB's own box: it fits columns to the width and knows how wide a Chinese character is."""
    buffer = io.StringIO()
    with redirect_stdout(buffer):
        result.show(max_width=width, max_rows=TABLE_ROWS)
    return buffer.getvalue().rstrip("\n") + "\n"


def _csv(names: Sequence[str], rows: Iterable[Sequence[Any]], out: IO[str], *, raw: bool) -> None:
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(names)
    for row in rows:
        writer.writerow([_cell(value, raw=raw) for value in row])


def _cell(value: Any, *, raw: bool) -> Any:
    if isinstance(value, (list, dict)):
        value = json.dumps(value, ensure_ascii=False, default=_plain)
    if isinstance(value, str):
        return "'" + value if not raw and value.startswith(FORMULA) else value
    return _plain(value) if value is not None and not isinstance(value, (int, float)) else value


def _json(names: Sequence[str], rows: Iterable[Sequence[Any]], out: IO[str]) -> None:
    separator = "["
    for row in rows:
        out.write(separator + "\n  " + _object(names, row))
        separator = ","
    out.write("[]\n" if separator == "[" else "\n]\n")


def _jsonl(names: Sequence[str], rows: Iterable[Sequence[Any]], out: IO[str]) -> None:
    for row in rows:
        out.write(_object(names, row) + "\n")


def _object(names: Sequence[str], row: Sequence[Any]) -> str:
    values = (None if isinstance(v, float) and not math.isfinite(v) else v for v in row)  # JSON has no NaN
    return json.dumps(dict(zip(names, values, strict=True)), ensure_ascii=False, default=_plain)


def _markdown(names: Sequence[str], rows: Iterable[Sequence[Any]], out: IO[str]) -> None:
    out.write("| " + " | ".join(_escaped(name) for name in names) + " |\n")
    out.write("|" + " --- |" * len(names) + "\n")
    for row in rows:
        out.write("| " + " | ".join(_escaped(value) for value in row) + " |\n")


def _escaped(value: Any) -> str:
    text = "" if value is None else str(_cell(value, raw=True))
    return text.replace("\\", "\\\\").replace("|", "\\|").replace("\r", " ").replace("\n", "<br>")


def _plain(value: Any) -> Any:
    """What JSON has no type for: instants as ISO 8601, bytes as hex, the rest as DuckDB prints it."""
    if isinstance(value, (datetime, date, time)):
        return value.isoformat()
    if isinstance(value, (bytes, bytearray)):
        return value.hex()
    return str(value)
