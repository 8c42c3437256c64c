"""The sources that a call names."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tasks.errors import Stop
from tasks.model import Rejection

if TYPE_CHECKING:
    from tasks.load import Source


def named_sources(arguments: Sequence[str]) -> list[str]:
    """The arguments, with `@FILE` replaced by the lines of that file. Raises Stop."""
    given: list[str] = []
    for argument in arguments:
        if argument.lower().startswith(("http://", "https://")):
            raise Stop(
                f"{argument} is a URL, and this version reads files and folders only. Save it and name the file."
            )
        if not argument.startswith("@"):
            given.append(argument)
            continue
        try:
            lines = Path(argument[1:]).read_text(encoding="utf-8", errors="surrogateescape").split("\n")
        except OSError as error:
            raise Stop(f"{argument[1:]} cannot be read ({error.strerror}); @FILE names a list of sources") from error
        given += [line for line in lines if line]
    return given


def unreadable_sources(arguments: Sequence[str], found: Sequence["Source | Rejection"]) -> list[str]:
    """The named sources that gave nothing to read: they make the run fail, files met in a folder do not."""
    # realpath, unlike Path.resolve, also takes a symlink that leads to itself
    named = {Path(path(argument)).as_uri() for argument in arguments for path in (os.path.abspath, os.path.realpath)}
    return [one.fetched_url for one in found if isinstance(one, Rejection) and one.fetched_url in named]
