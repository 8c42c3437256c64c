"""Everything that speaks SQL. `from warehouse import connect` is the way in for notebooks and scripts."""

from warehouse.connect import connect

__all__ = ["connect"]
