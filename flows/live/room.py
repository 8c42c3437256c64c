"""Room on the disk: fetching does not begin without."""

import os

from flows.settings import Settings
from tasks.errors import Stop


def need_disk(settings: Settings) -> None:
    """Raise Stop when there is so little room, for the data or for the archive, that fetching should not begin."""
    for folder in (settings.place.data_dir, settings.place.archive):
        while not folder.exists():
            folder = folder.parent
        stat = os.statvfs(folder)
        free = stat.f_bavail * stat.f_frsize
        if free < settings.min_free:
            raise Stop(
                f"Only {free / 1e9:,.1f} GB are free in {folder}, and fetching starts with "
                f"{settings.min_free / 1e9:,.1f}. Make room, or lower PRESSHOUSE_MIN_FREE (bytes)."
            )
