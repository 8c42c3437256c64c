"""Room on the disk: fetching does not begin without."""

import os

from flows.settings import Settings
from tasks.errors import Stop


def need_disk(settings: Settings) -> None:
    """Raise Stop when there is so little room that fetching should not begin."""
    folder = settings.place.data_dir
    while not folder.exists():
        folder = folder.parent
    stat = os.statvfs(folder)
    free = stat.f_bavail * stat.f_frsize
    if free < settings.min_free:
        raise Stop(
            f"Only {free / 1e9:,.1f} GB are free in {folder}, and fetching starts with {settings.min_free / 1e9:,.1f}. "
            "Make room, or lower PRESSHOUSE_MIN_FREE (bytes)."
        )
