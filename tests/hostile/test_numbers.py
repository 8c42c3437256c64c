"""Every number has a test that bears it, and stands in the table."""

import re
from pathlib import Path

LAST = 77
FOLDER = Path(__file__).parent


def test_every_number_has_a_test():
    """`def test_12_20_...` bears 12 and 20; `test_50_to_58` bears 50."""
    borne: set[int] = set()
    for path in FOLDER.glob("test_*.py"):
        for numbers in re.findall(r"^def test_((?:\d\d_)+)", path.read_text(encoding="utf-8"), re.MULTILINE):
            borne |= {int(number) for number in numbers.split("_") if number}
    assert borne == set(range(1, LAST + 1))


def test_the_table_names_every_number_and_files_that_are_there():
    """README.md beside this: number, what, where."""
    rows = re.findall(r"^\| (\d\d) \|.*\| (.*) \|$", (FOLDER / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert [int(number) for number, _ in rows] == list(range(1, LAST + 1))
    for number, where in rows:
        named = re.findall(r"`([\w/]+\.py)`", where)
        assert named, number
        for name in named:
            assert (FOLDER / name).exists() or (FOLDER.parent / name).exists(), (number, name)
