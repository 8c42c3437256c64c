"""Done once for all processes of a pool: imported by the process that they are forked from, before the first fork.

What it loads the forked ones share; no strange byte is read here. What to call stands in the environment, since
nothing else reaches that process: `["module", "function", argument, ...]`.
"""

import importlib
import json
import os

from tasks.errors import PresshouseError

ORDER = "_PRESSHOUSE_WARM_UP"


def order(module: str, function: str, *arguments: str) -> str:
    """The value of `ORDER` that has `function` of `module` called with `arguments`."""
    return json.dumps([module, function, *arguments])


def obey(told: str | None) -> None:
    """Do what the order says; without one, nothing."""
    if told is None:
        return
    module, function, *arguments = json.loads(told)
    try:
        getattr(importlib.import_module(module), function)(*arguments)
    except PresshouseError:
        return  # such as a wrong row in a seed file: each forked process meets it again, where it is told


obey(os.environ.pop(ORDER, None))
