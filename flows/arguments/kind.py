"""How a command is added to the parser."""

import argparse
from collections.abc import Callable

# (name, "module:function" that is called with the arguments, what it does, an example) -> its parser
Command = Callable[[str, str, str, str], argparse.ArgumentParser]
