"""The sources that a call names."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tasks.errors import Stop
from tasks.model import Rejection
from tasks.registry import load_feeds, load_registry
from tasks.registry.choice import ChosenFeed, merge
from tasks.registry.choice_file import choice_path, read_choice

if TYPE_CHECKING:
    from flows.settings import Settings
    from tasks.load import Source

MAX_DOMAIN = 253  # characters


def named_sources(arguments: Sequence[str]) -> list[str]:
    """The arguments, with `@FILE` replaced by the lines of that file. Raises Stop."""
    given: list[str] = []
    for argument in arguments:
        if not argument.startswith("@"):
            given.append(argument)
            continue
        try:
            lines = Path(argument[1:]).read_text(encoding="utf-8", errors="surrogateescape").split("\n")
        except OSError as error:
            raise Stop(f"{argument[1:]} cannot be read ({error.strerror}); @FILE names a list of sources") from error
        given += [line for line in lines if line]
    return given


def split_sources(given: Sequence[str], feeds: Sequence[ChosenFeed]) -> tuple[list[str], list[str]]:
    """(URLs, local sources): a publisher's domain stands for the URLs of its feeds in the registry."""
    urls: list[str] = []
    local: list[str] = []
    for source in given:
        if source.lower().startswith(("http://", "https://")):
            urls.append(source)
        elif (listed := _of_publisher(source, feeds)) and not os.path.lexists(source):
            urls += listed
        else:
            local.append(source)
    return list(dict.fromkeys(urls)), local


def _of_publisher(source: str, feeds: Sequence[ChosenFeed]) -> list[str]:
    if "." not in source or "/" in source or len(source) > MAX_DOMAIN:
        return []
    domain = source.lower().removeprefix("www.")
    return [feed.url for feed in feeds if feed.publisher == domain]


def known_feeds(settings: "Settings") -> tuple[ChosenFeed, ...]:
    """The feeds of the seeds, each overridden by its row of the user's choice. Raises Stop."""
    choice = read_choice(choice_path(settings.place.data_dir))
    if not (settings.seeds / "feeds.csv").exists():  # seeds of the user's own need not list feeds
        return merge((), choice)
    return merge(load_feeds(settings.seeds, load_registry(settings.seeds)), choice)


def unreadable_sources(arguments: Sequence[str], found: Sequence["Source | Rejection"]) -> list[str]:
    """The named sources that gave nothing to read: they make the run fail, files met in a folder do not."""
    # realpath, unlike Path.resolve, also takes a symlink that leads to itself
    named = {Path(path(argument)).as_uri() for argument in arguments for path in (os.path.abspath, os.path.realpath)}
    return [one.fetched_url for one in found if isinstance(one, Rejection) and one.fetched_url in named]
