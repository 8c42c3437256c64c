"""What the names in `articles.extractor` mean: which reading gave the text, and why that one."""

# Beginning of the name -> why this reading won (`tasks.extract.body`, `dump` and `record` decide).
REASONS = (
    ("record", "the record brought its text itself"),
    ("presshouse-dump", "a text dump: the stretch of lines with the shape of prose under the headline that it repeats"),
    ("articleBody", "the markup shows less than half of the text that the page states in JSON-LD, or one long block"),
    ("embedded", "the markup holds no text: it stands in the data that the page hands to its scripts"),
    ("standfirst", "no text but the standfirst: a stub"),
    ("densest", "the library found one block; the element with most text has the same words in paragraphs"),
    ("plain", "the page keeps its paragraphs in one plain element, and little else is left beside it"),
    ("trafilatura", "found by the library, and not much less than the element with most text"),
)
FULL_MODE = "the library's fast mode found clearly less than the element with most text; its full mode found more"


def reason_of(extractor: str) -> str:
    """Why the reading of this name gave the text; for names of other versions, that it is one."""
    if extractor.startswith("trafilatura") and not extractor.endswith("fast"):
        return FULL_MODE
    return next((why for begin, why in REASONS if extractor.startswith(begin)), "a reading of another version")
