"""The run of the command that test_files and test_secrets look at: made once."""

from collections.abc import Iterator

import pytest

from tests.hostile.command_run import CommandRun, made


@pytest.fixture(scope="session")
def command_run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CommandRun]:
    run = made(tmp_path_factory.mktemp("hostile-files"))
    yield run
    run.web.close()
