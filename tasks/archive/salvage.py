"""What a killed writer left: its whole records are kept, a cut last one is dropped."""

import os
import zlib
from pathlib import Path

from tasks.archive.members import MAGIC
from tasks.owners import PARTIAL

_GZIP = 31  # zlib's wbits
_READ = 1 << 20  # bytes at a time


def salvage(part: Path) -> Path | None:
    """Cut an abandoned `.NAME.warc.gz.PID.part` after its last whole record and give it its name.

    Returns the file, or None when it held nothing but its warcinfo record: then it is removed. A file of that name
    that is there already is a mistake of ours, and raises FileExistsError.
    """
    name = part.name.removesuffix(PARTIAL).rpartition(".")[0].removeprefix(".")
    end, records = _whole(part)
    if records < 2:
        part.unlink()
        return None
    with part.open("r+b") as file:
        file.truncate(end)
        os.fsync(file.fileno())
    path = part.with_name(name)
    os.link(part, path)  # unlike rename, refuses to replace
    part.unlink()
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return path


def _whole(part: Path) -> tuple[int, int]:
    """Where the last whole gzip member ends, and how many there are; each holds one record."""
    end = records = position = 0
    inflate = zlib.decompressobj(_GZIP)
    with part.open("rb") as file:
        while chunk := file.read(_READ):
            while chunk:
                try:
                    _drain(inflate, chunk)
                except zlib.error:
                    return end, records
                if not inflate.eof:
                    position += len(chunk)
                    break
                position += len(chunk) - len(inflate.unused_data)
                chunk = inflate.unused_data
                end, records = position, records + 1
                inflate = zlib.decompressobj(_GZIP)
                if chunk and not chunk.startswith(MAGIC[: len(chunk)]):
                    return end, records
    return end, records


def _drain(inflate: "zlib._Decompress", chunk: bytes) -> None:
    """Inflate without keeping anything."""
    inflate.decompress(chunk, _READ)
    while inflate.unconsumed_tail:
        inflate.decompress(inflate.unconsumed_tail, _READ)
