"""For all tests."""


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Bytes are named by their length: compressed ones hold the time, and processes that share the tests must agree."""
    return f"{argname}-{len(val)}-bytes" if isinstance(val, bytes) else None
