"""The long form: `uv run python -m tests.fuzz --minutes 60 [--target url ...]`. Other inputs each time.

Targets take turns. What fails is made as small as it can be, printed, and kept in tests/fuzz/findings/<target>/, where
the test suite reads it. The exit status is 1 when something was found.
"""

import argparse
import hashlib
import secrets
import sys
import time
import traceback

from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.fuzz.targets import TARGETS, Target
from tests.fuzz.test_fuzz import FINDINGS

ROUND_SECONDS = 20.0  # of one target, then it is the turn of the next


def fuzz(target: Target, seconds: float) -> tuple[int, bool]:
    """How many inputs were tried, and whether one failed."""
    end, tried, failing = time.monotonic() + seconds, 0, [b""]
    failed = False

    @seed(secrets.randbits(64))
    @settings(
        max_examples=10_000_000,
        database=None,
        deadline=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
        verbosity=settings.get_profile("default").verbosity,
    )
    @given(target.inputs)
    def run(raw: bytes) -> None:
        nonlocal tried, failed
        if not failed and time.monotonic() > end:
            raise _TimeIsUp
        tried += 1
        try:
            target.check(raw)
        except BaseException:
            failed, failing[0] = True, raw
            raise

    try:
        run()
    except _TimeIsUp:
        return tried, False
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt):
            raise
        traceback.print_exc()
        _keep(target, failing[0])
        return tried, True
    return tried, False


class _TimeIsUp(BaseException):
    """No failure of the target."""


def _keep(target: Target, raw: bytes) -> None:
    path = FINDINGS / target.name / hashlib.sha256(raw).hexdigest()[:12]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(raw)
    print(f"{target.name}: {raw!r}\nkept as {path}", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--target", action="append", choices=[target.name for target in TARGETS])
    arguments = parser.parse_args()
    chosen = [target for target in TARGETS if not arguments.target or target.name in arguments.target]
    end = time.monotonic() + 60 * arguments.minutes
    tried, found = dict.fromkeys((target.name for target in chosen), 0), 0
    while time.monotonic() < end:
        for target in chosen:
            left = min(ROUND_SECONDS, end - time.monotonic())
            if left <= 0:
                break
            count, failed = fuzz(target, left)
            tried[target.name] += count
            found += failed
        print(", ".join(f"{name} {count:,}" for name, count in tried.items()) + f"; {found} findings", flush=True)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
