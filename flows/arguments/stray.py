"""What is said of an argument that a command does not know: what may have been meant, in one line."""

import argparse
import difflib
import re
from collections.abc import Sequence

EVERYWHERE = ("--help", "--version", "--warehouse", "--json", "--quiet")
# 2026-10-03, 2026-10, 2026, yesterday, 7d; and what people write for a range of them: 2026-10-01..2026-10-31
_DAY = re.compile(r"(\d{4}-\d\d?(?:-\d\d?)?|\d{4}|today|yesterday|\d{1,4}d)(?:(?:\.\.+|[/:,])(.+))?", re.I)


def told(stray: Sequence[str], actions: Sequence[argparse.Action], known: argparse.Namespace) -> str:
    """`actions`: what the command takes; `known`: what it understood."""
    options = [one.option_strings[-1] for one in actions if one.option_strings]
    unknown = next((one.partition("=")[0] for one in stray if one.startswith("-")), None)
    if unknown is not None:
        near = difflib.get_close_matches(unknown, options, n=1)
        return f"there is no option {unknown}" + (f". Did you mean {near[0]}?" if near else "")
    days = _days(stray)
    if days and "--from" in options:
        meant = f"--from {days[0]} --to {days[-1]}" if known.from_ is None else f"--to {days[-1]}"
        return f"days are given with --from and --to, here: {meant}"
    strange = " ".join(stray)
    words = next((one for one in actions if not one.option_strings), None)
    if words is None:
        own = [one for one in options if one not in EVERYWHERE]
        return f"{strange!r} is not understood. " + (f"There are {', '.join(own)}" if own else "Leave it out")
    if words.nargs in ("*", "+"):
        return f"{strange!r} stands apart. Write every {words.metavar} in one place, before the options or behind them"
    return f"{strange!r} is one too many after {words.metavar}. Put what has blanks in it in quotes"


def _days(stray: Sequence[str]) -> list[str]:
    """What looks like days; empty as soon as something does not."""
    found: list[str] = []
    for word in stray:
        match = _DAY.fullmatch(word)
        if match is None:
            return []
        found += [one for one in match.groups() if one]
    return found
