"""A wrong call is one line: what was not understood, what may have been meant, and whose help has the rest."""

import pytest

from flows.cli import main

DAYS = "days are given with --from and --to, here: "


@pytest.mark.parametrize(
    ("call", "words", "help_"),
    [
        ("backfill 2024-10-01 2024-10-31", f"{DAYS}--from 2024-10-01 --to 2024-10-31", "backfill"),
        ("backfill 2024-10", f"{DAYS}--from 2024-10 --to 2024-10", "backfill"),
        ("backfill 2024-10-01..2024-10-31", f"{DAYS}--from 2024-10-01 --to 2024-10-31", "backfill"),
        ("backfill --from 7d yesterday", f"{DAYS}--to yesterday", "backfill"),
        ("reprocess 2026-10", f"{DAYS}--from 2026-10 --to 2026-10", "reprocess"),
        (
            "backfill --from 7d example.com",
            "'example.com' is not understood. There are --from, --to, --via",
            "backfill",
        ),
        ("backfill --frm 2024", "there is no option --frm. Did you mean --from?", "backfill"),
        ("search ferry --form=2024", "there is no option --form. Did you mean --from?", "search"),
        ("search ferry --limit 3 ticket", "'ticket' stands apart. Write every WORDS in one place", "search"),
        ("up 4300", "'4300' is not understood. There are --port", "up"),
        ("maintain now", "'now' is not understood. Leave it out", "maintain"),
        ("sql select 1", "'1' is one too many after SQL. Put what has blanks in it in quotes", "sql"),
        ("feeds enable --contry GB", "there is no option --contry. Did you mean --country?", "feeds enable"),
        ("feeds enabel", "there is no action 'enabel'. Did you mean enable?", "feeds"),
        ("forget --publisher", "argument --publisher: expected one argument", "forget"),
    ],
)
def test_the_line_names_the_command_and_its_help(call: str, words: str, help_: str, capsys: pytest.CaptureFixture[str]):
    """Nothing is run, exit status 2."""
    with pytest.raises(SystemExit) as ended:
        main(call.split())
    assert ended.value.code == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"presshouse {help_}: {words}")
    assert line.endswith(f"(see presshouse {help_} --help)")


def test_without_a_command(capsys: pytest.CaptureFixture[str]):
    """What stands before the command is nobody's but the program's own."""
    for call, words in (("--foo status", "there is no option --foo"), ("bakfill", "Did you mean backfill?")):
        with pytest.raises(SystemExit):
            main(call.split())
        told = capsys.readouterr().err
        assert words in told
        assert "(see presshouse --help)" in told
