"""What a row of a batch is made of: one struct a table, and what the append needs to decide.

Each struct has the columns that the table has, but for its tail (program, run, batch, instant of the append).
"""

import pyarrow as pa

INSTANT = pa.timestamp("us", tz="UTC")
STRINGS = pa.list_(pa.string())

CAPTURE = pa.struct(
    [
        ("fetched_url", pa.string()),
        ("captured_at", INSTANT),
        ("seen_at", INSTANT),
        ("via", pa.string()),
        ("capture_file", pa.string()),
        ("capture_offset", pa.int64()),
        ("status", pa.int16()),
        ("content_type", pa.string()),
        ("payload_sha256", pa.string()),
        ("body_bytes", pa.int64()),
        ("truncated", pa.string()),
        ("rights", pa.string()),
        ("etag", pa.string()),
        ("last_modified", pa.string()),
    ]
)
ARTICLE = pa.struct(
    [
        ("text_hash", pa.string()),
        ("url", pa.string()),
        ("fetched_url", pa.string()),
        ("publisher", pa.string()),
        ("publisher_name", pa.string()),
        ("country", pa.string()),
        ("language", pa.string()),
        ("title", pa.string()),
        ("description", pa.string()),
        ("text", pa.string()),
        ("authors", STRINGS),
        ("agencies", STRINGS),
        ("keywords", STRINGS),
        ("dateline", pa.string()),
        ("section", pa.string()),
        ("image_url", pa.string()),
        ("published_at", INSTANT),
        ("published_date", pa.date32()),
        ("published_precision", pa.string()),
        ("published_offset_minutes", pa.int16()),
        ("published_from", pa.string()),
        ("published_raw", pa.string()),
        ("date_flags", STRINGS),
        ("updated_at", INSTANT),
        ("updated_raw", pa.string()),
        ("captured_at", INSTANT),
        ("word_count", pa.int32()),
        ("access", pa.string()),
        ("rights_reserved", pa.bool_()),
        ("via", pa.string()),
        ("discovered_at", INSTANT),
        ("language_declared", pa.string()),
        ("extractor", pa.string()),
        ("capture_file", pa.string()),
        ("capture_offset", pa.int64()),
    ]
)
REJECTION = pa.struct(
    [
        ("fetched_url", pa.string()),
        ("seen_at", INSTANT),
        ("via", pa.string()),
        ("outcome", pa.string()),
        ("reason", pa.string()),
        ("detail", pa.string()),
        ("capture_file", pa.string()),
        ("capture_offset", pa.int64()),
    ]
)
POLL = pa.struct(
    [
        ("feed_url", pa.string()),
        ("polled_at", INSTANT),
        ("scheduled", pa.bool_()),
        ("result", pa.string()),
        ("kind", pa.string()),
        ("status", pa.int16()),
        ("failure", pa.string()),
        ("reason", pa.string()),
        ("detail", pa.string()),
        ("listed", pa.int32()),
        ("new_entries", pa.int32()),
        ("changed_entries", pa.int32()),
        ("newest_entry_at", INSTANT),
        ("hint_minutes", pa.int32()),
        ("retry_after_s", pa.float64()),
        ("moved_url", pa.string()),
        ("etag", pa.string()),
        ("last_modified", pa.string()),
        ("body_sha256", pa.string()),
        ("body_bytes", pa.int64()),
        ("problems", STRINGS),
    ]
)
ENTRY = pa.struct(
    [
        ("feed_url", pa.string()),
        ("url", pa.string()),
        ("entry_key", pa.string()),
        ("guid", pa.string()),
        ("title", pa.string()),
        ("published_raw", pa.string()),
        ("updated_raw", pa.string()),
        ("published_at", INSTANT),
        ("updated_at", INSTANT),
        ("language", pa.string()),
        ("seen_at", INSTANT),
        ("event", pa.string()),
        ("decision", pa.string()),
        ("problem", pa.string()),
        ("fingerprint", pa.string()),
    ]
)
SHINGLES = pa.struct([("hashes", pa.list_(pa.uint64())), ("below", pa.uint64()), ("tokens", pa.int32())])
READING = pa.struct(
    [
        ("capture_file", pa.string()),
        ("capture_offset", pa.int64()),
        ("rules", pa.string()),
        ("result", pa.string()),
        ("changed", STRINGS),
        ("reason", pa.string()),
        ("read_at", INSTANT),
        ("article_id", pa.string()),  # of the reading that this one takes the place of, as the next two
        ("replaces", pa.string()),
    ]
)
RUN = pa.struct([("flow", pa.string()), ("event", pa.string()), ("happened_at", INSTANT), ("arguments", pa.string())])
UNIT = pa.struct(
    [
        ("way", pa.string()),
        ("unit", pa.string()),
        ("source", pa.string()),
        ("publishers", STRINGS),
        ("first_day", pa.date32()),
        ("last_day", pa.date32()),
        ("undated", pa.string()),
        ("fingerprint", pa.string()),
        ("state", pa.string()),
        ("detail", pa.string()),
        ("listed", pa.int64()),
        ("outside", pa.int64()),
        ("known", pa.int64()),
        ("captured", pa.int64()),
        ("deferred", pa.int64()),
        ("bytes", pa.int64()),
        ("extractor", pa.string()),
        ("rules", pa.string()),
        ("seeds_hash", pa.string()),
        ("started_at", INSTANT),
        ("ended_at", INSTANT),
    ]
)
SCHEMA = pa.schema(
    [
        ("seq", pa.int32()),  # order in the batch
        ("capture", CAPTURE),
        ("article", ARTICLE),
        ("shingles", SHINGLES),
        ("url_keys", STRINGS),  # of the article or revisit, most believed first
        ("rejection", REJECTION),
        ("seen", pa.struct([("capture_file", pa.string()), ("capture_offset", pa.int64())])),
        ("run", RUN),
        ("poll", POLL),
        ("entry", ENTRY),
        ("reading", READING),
        ("unit", UNIT),
    ]
)
