"""Zones: the seed file, and the hours that clocks make unsure."""

# ruff: noqa: DTZ001 - wall clocks without a zone are what is tested here

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tasks.normalise.date_zones import instant_of, load_abbreviations, offset_in, offsets_of_country

SEED = Path(__file__).parents[3] / "seeds" / "timezone_abbreviations.csv"


def test_the_seed_file_knows_the_contested_abbreviations():
    """Each country that means something else by an abbreviation has its own row."""
    table = load_abbreviations(SEED)
    assert {c: table["IST", c] for c in ("", "IN", "IE", "IL")} == {"": 330, "IN": 330, "IE": 60, "IL": 120}
    assert {c: table["CST", c] for c in ("US", "CN", "CU")} == {"US": -360, "CN": 480, "CU": -300}
    assert (table["NPT", ""], table["ACST", ""], table["WITA", ""], table["PKT", ""]) == (345, 570, 480, 300)


def test_summer_names_are_an_hour_ahead_of_their_winter_names():
    """A typing error in the seed file would move instants by hours."""
    table = load_abbreviations(SEED)
    pairs = [
        ("EST", "EDT"),
        ("CST", "CDT"),
        ("MST", "MDT"),
        ("PST", "PDT"),
        ("CET", "CEST"),
        ("EET", "EEST"),
        ("AEST", "AEDT"),
    ]
    assert {table[summer, ""] - table[winter, ""] for winter, summer in pairs} == {60}


def test_an_offset_out_of_range_is_refused(tmp_path):
    """A seed file with an impossible offset stops the start instead of moving dates."""
    path = tmp_path / "zones.csv"
    path.write_text("abbreviation,country,offset_minutes\nXYZ,,9999\n", encoding="utf-8")
    with pytest.raises(ValueError, match="out of range"):
        load_abbreviations(path)


def test_a_skipped_hour_is_read_with_the_offset_before_the_jump():
    """02:30 on the day that clocks went from 02:00 to 03:00 is 03:30, flagged."""
    wall = datetime(2024, 3, 31, 2, 30)
    offset, flags = offset_in(ZoneInfo("Europe/Berlin"), wall)
    assert (offset, flags) == (60, ("dst_gap",))
    assert instant_of(wall, offset) == datetime(2024, 3, 31, 1, 30, tzinfo=UTC)


def test_a_repeated_hour_is_the_earlier_of_the_two():
    """01:30 on the day that New York's clocks went back was first an hour of summer time."""
    offset, flags = offset_in(ZoneInfo("America/New_York"), datetime(2024, 11, 3, 1, 30))
    assert (offset, flags) == (-240, ("dst_repeated",))


def test_the_offsets_of_a_country_cover_its_zones():
    """Germany has one clock, Canada six, an unknown country none."""
    winter = datetime(2024, 1, 15, 12)
    assert offsets_of_country("DE", winter) == {60}
    assert offsets_of_country("CA", winter) == {-480, -420, -360, -300, -240, -210}
    assert offsets_of_country(None, winter) == offsets_of_country("XX", winter) == set()
