"""The short form: the same examples each time, and everything that was ever found."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from tests.fuzz.targets import TARGETS, Target

FINDINGS = Path(__file__).parent / "findings"
BY_NAME = {target.name: target for target in TARGETS}
FOUND = sorted(path for path in FINDINGS.glob("*/*") if path.is_file())


@pytest.mark.parametrize("target", TARGETS, ids=list(BY_NAME))
def test_nothing_hurts(target: Target) -> None:
    """Changed inputs of each kind raise nothing and keep what `targets` promises."""

    @settings(
        max_examples=target.examples,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
    )
    @given(target.inputs)
    def run(raw: bytes) -> None:
        target.check(raw)

    run()


@pytest.mark.parametrize("path", FOUND, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_what_was_found_is_mended(path: Path) -> None:
    """Inputs that once showed a fault."""
    BY_NAME[path.parent.name].check(path.read_bytes())


def test_findings_belong_to_targets() -> None:
    """A folder that nobody reads would prove nothing."""
    assert {path.parent.name for path in FOUND} <= set(BY_NAME)
