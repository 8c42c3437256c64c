"""The contract: tests of the file, run again on a lake. Append, idempotency, revisions, stories, views, as of, export.

Each is the very function that runs on the file, with the fixture `shop` of this folder.
"""

import pytest

from tests.warehouse.conftest import Shop
from tests.warehouse.test_append import (
    test_a_revisit_is_known_only_when_its_url_is,
    test_an_article_comes_with_its_columns,
    test_appended_at_never_decreases,
    test_canonical_and_fetched_url_lead_to_one_article,
    test_every_row_of_a_batch_has_one_outcome,
    test_new_text_is_a_revision_and_the_newest_is_the_article,
    test_same_key_and_text_is_known,
    test_spool_structs_and_tables_have_the_same_columns,
    test_the_same_batch_twice_is_appended_once,
    test_without_a_url_the_text_is_the_identity,
)
from tests.warehouse.test_as_of import (
    test_a_rewound_connection_answers_every_view_as_of_then,
    test_as_of_now_is_what_the_views_tell,
)
from tests.warehouse.test_export import (
    fill,
    test_only_touched_months_are_written_anew,
    test_the_same_instant_twice_gives_the_same_bytes,
)
from tests.warehouse.test_repeated_lines import (
    test_a_month_is_read_without_what_the_months_before_repeat,
)
from tests.warehouse.test_stories import (
    test_an_older_article_becomes_the_root_and_the_old_id_stays_resolvable,
    test_assigning_again_changes_nothing,
    test_membership_follows_the_newest_revision,
)
from tests.warehouse.test_stories_views import (
    test_revisions_tell_what_changed,
    test_syndication_counts_wire_copy_and_its_lag,
    test_unique_articles_takes_the_best_copy,
)
from tests.warehouse.test_views import (
    test_article_revisions_begins_with_the_columns_of_articles,
    test_columns_are_as_promised,
    test_types_are_as_promised,
)
from warehouse.lake import LakeAddress

__all__ = [
    "test_a_month_is_read_without_what_the_months_before_repeat",
    "test_a_revisit_is_known_only_when_its_url_is",
    "test_a_rewound_connection_answers_every_view_as_of_then",
    "test_an_article_comes_with_its_columns",
    "test_an_older_article_becomes_the_root_and_the_old_id_stays_resolvable",
    "test_appended_at_never_decreases",
    "test_article_revisions_begins_with_the_columns_of_articles",
    "test_as_of_now_is_what_the_views_tell",
    "test_assigning_again_changes_nothing",
    "test_canonical_and_fetched_url_lead_to_one_article",
    "test_columns_are_as_promised",
    "test_every_row_of_a_batch_has_one_outcome",
    "test_membership_follows_the_newest_revision",
    "test_new_text_is_a_revision_and_the_newest_is_the_article",
    "test_only_touched_months_are_written_anew",
    "test_revisions_tell_what_changed",
    "test_same_key_and_text_is_known",
    "test_spool_structs_and_tables_have_the_same_columns",
    "test_syndication_counts_wire_copy_and_its_lag",
    "test_the_same_batch_twice_is_appended_once",
    "test_the_same_instant_twice_gives_the_same_bytes",
    "test_types_are_as_promised",
    "test_unique_articles_takes_the_best_copy",
    "test_without_a_url_the_text_is_the_identity",
]


@pytest.fixture
def filled(shop: Shop) -> Shop:
    return fill(shop)


@pytest.fixture(autouse=True)
def on_a_lake(shop: Shop) -> None:
    """Every test of this module works on one."""
    assert isinstance(shop.place.file, LakeAddress)
