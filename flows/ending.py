"""SIGTERM and Ctrl-C: a run that is told to end does so at once, or where it is safe.

The signal raises an Ending, but not inside DuckDB, which would turn it into an error of its own (that Prefect tries
again) or leak an instance: there it is only remembered, and raised at the next page or batch.
"""

import signal
from collections.abc import Callable
from types import FrameType

EXIT_OF_SIGNAL = 128  # and the signal's number: what a shell expects

_told: list[int] = []


class Ending(KeyboardInterrupt):
    """A signal told this process to end.

    A type of its own, because Python remembers a plain KeyboardInterrupt that left the `exec` of a string (as each
    dataclass is made by): though it was caught, `python -m` then dies of SIGINT, whatever status was asked for.
    """


def listen(unsafe: Callable[[], bool] = lambda: False) -> None:
    """From now on SIGTERM and Ctrl-C raise an Ending, unless it is `unsafe` to.

    Called again inside a flow, where Prefect has put a handler of its own. For the main thread only.
    """

    def on_signal(number: int, _frame: FrameType | None) -> None:
        _told.append(number)
        if not unsafe():
            raise Ending

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, on_signal)


def exit_status() -> int | None:
    """The exit status if this process was told to end."""
    return EXIT_OF_SIGNAL + _told[0] if _told else None


def end_if_told() -> None:
    """Raise an Ending if a signal came."""
    if _told:
        raise Ending
