"""Which rules read a page: a hash over the program's steps, its libraries and the registry."""

import hashlib
from importlib.metadata import version
from pathlib import Path

import tasks
from flows.program import PROGRAM

# Of the libraries, those that decide what a page says.
LIBRARIES = ("trafilatura", "lxml", "py3langid", "charset-normalizer", "babel", "tzdata", "publicsuffixlist")


def rules_hash(seeds: Path) -> str:
    """Short; another one whenever a page might be read otherwise. `seeds`: folder of the registry."""
    digest = hashlib.sha256(PROGRAM.encode())
    for name in LIBRARIES:
        digest.update(f"{name}/{version(name)}".encode())
    for folder, pattern in ((Path(tasks.__path__[0]), "**/*.py"), (seeds, "*.csv")):
        for path in sorted(folder.glob(pattern)):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
