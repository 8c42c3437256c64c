"""For all tests."""


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Bytes give no name: compressed ones hold the time, and processes that share the tests must agree."""
    return argname if isinstance(val, bytes) else None
