"""Loading local input: files, folders, patterns -> sources -> resources, one at a time."""

from tasks.load.local import LocalReader
from tasks.load.resource import HTML, RECORD, TEXT, LocalResource
from tasks.load.sniff import Kind
from tasks.load.sources import Source, find_sources

__all__ = ["HTML", "RECORD", "TEXT", "Kind", "LocalReader", "LocalResource", "Source", "find_sources"]
