"""What `presshouse why --evidence` can say of each field."""

from pathlib import Path

from tasks.article import explain_article
from tasks.extract.extractors import FULL_MODE, reason_of
from tasks.registry import load_registry
from tests.tasks.extract.story import PARAGRAPHS, capture, page

REGISTRY = load_registry(Path(__file__).parents[2] / "seeds")


def explained(body: str) -> dict[str, tuple[object, list[dict[str, str]]]]:
    rows = explain_article(capture(body), REGISTRY)
    return {one.field: (one.value, [dict(piece) for piece in one.found]) for one in rows}


def test_every_decided_field_is_explained():
    """Text, dateline, section, agencies and access among them: what it became, and what was found."""
    first = f"HARBOUR TOWN (Reuters) - {PARAGRAPHS[0]}"
    head = '<meta property="article:section" content="Town">'
    found = explained(page(f"<p>{first}</p>" + "".join(f"<p>{text}</p>" for text in PARAGRAPHS[1:]), head=head))
    assert found["section"][0] == "Town"
    assert found["agencies"][0] == ["Reuters"]
    assert next(piece["verdict"] for piece in found["agencies"][1] if piece["where"] == "head") == "Reuters"
    assert any(first[:40] in piece["raw"] for piece in found["dateline"][1])
    value, how = found["text"]
    assert str(value).endswith(" words")
    assert how[0]["decided"] == reason_of(how[0]["extractor"])
    assert found["access"][0] == "full"
    assert any(piece["raw"] == "Harbour Post" for piece in found["publisher_name"][1])


def test_every_extractor_has_a_reason():
    """The names that stand in the warehouse, with versions; an unknown one is of another version."""
    names = ("plain", "trafilatura 2.3.1 fast", "densest", "articleBody", "embedded", "standfirst", "record")
    assert len({reason_of(name) for name in (*names, "presshouse-dump/1")}) == len(names) + 1
    assert reason_of("trafilatura 2.3.1") == FULL_MODE
    assert reason_of("other/9") == "a reading of another version"
