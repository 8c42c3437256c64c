"""The start of the pool's processes, ahead of need. Imports next to nothing: it comes before all else that is slow."""

from flows.settings import Settings
from tasks import warm
from tasks.one_page import NEEDS, prepare
from tasks.pool import start_parent

PRELOAD = (NEEDS, prepare.__module__)
LISTS = "tasks.listing"


def warm_up(settings: Settings, *, lists: bool = False) -> None:
    """Ahead of need, in the process of a run. `lists`: it reads lists, too. Nothing where a cluster extracts."""
    if not settings.runner:
        start(settings, lists=lists)


def start(settings: Settings, *, lists: bool = False) -> None:
    """Load what the pool's processes share, beside what this process does meanwhile.

    Costs 0.9 s of processor time in one process; without it each of the pool's would spend that.
    """
    told = warm.order(prepare.__module__, prepare.__name__, str(settings.seeds))
    start_parent((LISTS, *PRELOAD) if lists else PRELOAD, told)
