"""Name and version of this program, as stored with every batch."""

from importlib.metadata import version

PROGRAM = f"presshouse/{version('presshouse')}"
