"""`presshouse export`: read the choices, export, say what was done, and write how to cite it."""

import json
import re
import sys
from argparse import Namespace
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from flows.days import days
from flows.program import PROGRAM
from flows.settings import Settings, settings_of
from tasks.errors import Stop
from warehouse.export import Choice, Exported
from warehouse.export import export as write_export
from warehouse.export_files import write_durably

CITATION = "CITATION.cff"
TITLE = "Articles of a Presshouse warehouse"
KEEPERS = "The keepers of this Presshouse warehouse"
MANY_MONTHS = 6  # named in the summary; of more, the first and the last

# In a file that its owner has edited, these lines are kept up to date and no others.
_OURS = re.compile(r"^(version|date-released|abstract):.*$", re.M)


def command(arguments: Namespace) -> int:
    """`presshouse export`."""
    return export(arguments, settings_of(arguments), now=datetime.now(UTC))


def export(arguments: Namespace, settings: Settings, *, now: datetime) -> int:
    """The command. `now` is what `yesterday` counts from."""

    def say(line: str) -> None:
        if not arguments.quiet:
            print(line, file=sys.stderr)

    choice = Choice(
        as_of=instant(arguments.as_of, now.astimezone(UTC).date()) if arguments.as_of else None,
        where=arguments.where,
        text=not arguments.no_text,
        respect_reservations=arguments.respect_reservations,
        cdxj=arguments.cdxj,
    )
    folder = Path(arguments.folder).expanduser().resolve()
    source = "live" if arguments.live else "snapshot" if arguments.snapshot else "auto"
    done = write_export(settings.place, folder, choice, program=PROGRAM, say=say, source=source)
    _cite(done, settings.contact)
    print(json.dumps(_for_machines(done), ensure_ascii=False) if arguments.json else _summary(done))
    return 0


def instant(written: str, today: date) -> datetime:
    """What --as-of says: an instant in ISO 8601 (without a zone: UTC), or the end of a day or month, in UTC."""
    if "T" in written or ":" in written:
        try:
            found = datetime.fromisoformat(written)
        except ValueError as error:
            raise Stop(f"--as-of {written} is no instant. Write 2026-10-03T12:00:00Z, or a day: 2026-10-03.") from error
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    try:
        last = days(None, written, today).last
    except Stop as error:
        raise Stop(str(error).replace("--to ", "--as-of ")) from error
    return datetime.combine(last, time.max, tzinfo=UTC)


def _cite(done: Exported, contact: str) -> None:
    """Write CITATION.cff; of one that its owner has edited, only the lines that tell the edition."""
    path = done.folder / CITATION
    fresh = citation(done.manifest, done.as_of, contact)
    if path.is_file():
        lines = {match[1]: match[0] for match in _OURS.finditer(fresh)}
        fresh = _OURS.sub(lambda match: lines[match[1]], path.read_text(encoding="utf-8"))
        if fresh == path.read_text(encoding="utf-8"):
            return
    write_durably(path, fresh)


def citation(manifest: dict[str, Any], as_of: datetime, contact: str) -> str:
    """The text of CITATION.cff (Citation File Format 1.2.0) for an export. `contact`: address or URL, may be empty."""
    counts, covered = manifest["counts"], manifest["range"]
    span = f", published {covered['first_published_date']} to {covered['last_published_date']}"
    abstract = (
        f"{counts['articles']} news articles of {counts['publishers']} publishers in {counts['stories']} stories"
        f"{span if covered['first_published_date'] else ''}, as of {manifest['as_of']}."
    )
    lines = {
        "cff-version": "1.2.0",
        "message": _quoted("Please cite this export as below; manifest.json says what is in it and how it was made."),
        "type": "dataset",
        "title": _quoted(TITLE),
        "authors": "\n  - name: " + _quoted(KEEPERS) + _reached(contact),
        "version": _quoted(manifest["as_of"]),
        "date-released": _quoted(as_of.date().isoformat()),
        "abstract": _quoted(abstract),
        "keywords": "\n  - news",
    }
    return "".join(f"{key}:{value if value.startswith(chr(10)) else f' {value}'}\n" for key, value in lines.items())


def _reached(contact: str) -> str:
    """How the keepers are reached, as lines of their entry."""
    contact = contact.strip()
    if contact.startswith(("http://", "https://")):
        return f"\n    website: {_quoted(contact)}"
    return f"\n    email: {_quoted(contact.removeprefix('mailto:'))}" if "@" in contact else ""


def _quoted(text: str) -> str:
    """A double-quoted YAML scalar: JSON's strings are ones."""
    return json.dumps(text, ensure_ascii=False)


def _for_machines(done: Exported) -> dict[str, Any]:
    manifest = done.manifest
    return {
        "folder": str(done.folder),
        "as_of": manifest["as_of"],
        "counts": manifest["counts"],
        "written": done.written,
        "kept": done.kept,
        "removed": done.removed,
        "index": manifest.get("index"),
        "bytes": sum(entry["bytes"] for entry in manifest["files"]),
    }


def _summary(done: Exported) -> str:
    counts = done.manifest["counts"]
    lines = [
        f"as of      {done.manifest['as_of']}",
        f"articles   {counts['articles']:>9,}   {counts['undated']:,} undated, {counts['stories']:,} stories,"
        f" {counts['publishers']:,} publishers",
    ]
    if counts["left_out_because_reserved"]:
        lines.append(f"left out   {counts['left_out_because_reserved']:>9,}   reserved by their publishers")
    for name, months in (("written", done.written), ("kept", done.kept), ("removed", done.removed)):
        lines.append(f"{name:<10} {len(months):>9,}   {_months(months)}".rstrip())
    if index := done.manifest.get("index"):
        out = f", {index['captures_left_out']:,} captures left out" if index["captures_left_out"] else ""
        lines.append(f"index      {index['lines']:>9,}   lines in {index['path']}{out}")
    if done.written or not done.kept:
        if counts["articles"]:
            lines.append(f"""Next: duckdb -c "from '{done.folder}/articles/*.parquet'" """.rstrip())
        else:
            lines.append("No article fits: nothing had been appended by then, or --where leaves all out.")
    return "\n".join(lines)


def _months(months: list[str]) -> str:
    return ", ".join(months) if len(months) <= MANY_MONTHS else f"{months[0]} ... {months[-1]}"
