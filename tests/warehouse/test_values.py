"""Many values bound as one text arrive as they are."""

import duckdb

from warehouse.values import among, as_json

STRANGE = ["", "a\0b", "ü \"quoted\" \\ 'too'", "\u2028\n\t", "😀", '["x"]', "$keys"]


def test_every_value_arrives_as_it_is():
    """Quotes, line ends, NUL and signs beyond the BMP included; nothing is read as JSON or SQL a second time."""
    with duckdb.connect() as connection:
        asked = f"select * from {among('keys')}"  # noqa: S608 - no strange value
        found = connection.execute(asked, {"keys": as_json(STRANGE)}).fetchall()
        assert [value for (value,) in found] == STRANGE


def test_no_value_is_among_none():
    """An empty list matches nothing, not even NULL."""
    with duckdb.connect() as connection:
        asked = f"select count(*) from (values ('a'), (null)) as t (v) where v in {among('keys')}"  # noqa: S608
        assert connection.execute(asked, {"keys": as_json([])}).fetchone() == (0,)
