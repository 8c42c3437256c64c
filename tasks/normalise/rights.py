"""Whether the publisher reserves text and data mining or indexing: the sum of its statements."""

from collections.abc import Sequence

from tasks.model import Evidence

# Statements that reserve nothing, or grant.
_OPEN = ("tdm-reservation: 0",)
_SIGNALS = ("content-signal", "content-usage")
_REFUSALS = ("ai-train=no", "ai-input=no", "search=no", "train-ai=n", "tdm=n", "bots=n", "search=n")


def reserved(rights: Sequence[Evidence]) -> bool | None:
    """True when any statement reserves, False when all that is said grants, None when nothing is said."""
    if not rights:
        return None
    return any(_reserves(" ".join(piece.raw.lower().split())) for piece in rights)


def _reserves(statement: str) -> bool:
    name = statement.partition(":")[0]
    if name in _SIGNALS:
        return any(refusal in statement.replace(" ", "") for refusal in _REFUSALS)
    return statement not in _OPEN
