-- Searching the index of a snapshot: search(words) for everybody, search_terms and what it is made of for the index.
-- No extension, no lambda (DuckDB 1 and 2 write them differently), so that every reader of the snapshot can ask.

-- A word without accents and spelling variants, for scripts where those do not part words; others composed (NFC).
-- Leaves vowel signs of Indic scripts and the voicing marks of kana, which strip_accents would take away.
create or replace macro search_folded(word) as
    case
        when regexp_matches(word, '^[a-z0-9 ]*$') then word
        when regexp_matches(word, '[\p{Latin}\p{Greek}\p{Cyrillic}\p{Arabic}\p{Hebrew}]') then translate(
            replace(replace(replace(strip_accents(word), 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'),
            'ıøđðłςةىیکａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ０１２３４５６７８９ـ',
            'ioddlσهييكabcdefghijklmnopqrstuvwxyz0123456789'
        )
        else nfc_normalize(translate(word, '０１２３４５６７８９', '0123456789'))
    end;

-- Light stems, the same rule for every language, since a query does not say in which it is: Latin letters lose a
-- plural s, then a final e, and a final y becomes i (studies = study, ciudades = ciudad, nationales = national);
-- Arabic loses the article. Other endings are searched as `talk*`. `word` may be several, parted by blanks.
create or replace macro search_stem(word) as
    case
        when word = 'news' then word
        when regexp_matches(word, '[a-z]{3}[sey]( |$)') then regexp_replace(regexp_replace(regexp_replace(word,
            '([a-z]{2}[a-hj-rtv-z])s( |$)', '\1\2', 'g'),
            '([a-z]{4})e( |$)', '\1\2', 'g'),
            '([a-z]{3})y( |$)', '\1i\2', 'g')
        when regexp_matches(word, '\p{Arabic}') then
            regexp_replace(word, '(^| )(?:وال|بال|كال|فال|لل|ال)(\p{Arabic}{3})', '\1\2', 'g')
        else word
    end;

-- The terms of a word in small letters. Scripts that print no blanks between words, and Korean, whose particles cling
-- to them, become their pairs of characters. A term may be empty.
create or replace macro search_is_unparted(word) as
    regexp_matches(word, '[\p{Han}\p{Hiragana}\p{Katakana}ー\p{Hangul}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]');
create or replace macro search_pairs(blanked) as list_concat(list_concat(
    regexp_extract_all(blanked, '[^ ]{2}'),
    regexp_extract_all(regexp_replace(blanked, '(^| )[^ ]', '\1', 'g'), '[^ ]{2}')),
    regexp_extract_all(blanked, '(?:^| )([^ ])(?: |$)', 1));
create or replace macro search_terms(word) as
    case
        when not search_is_unparted(word) then [search_stem(search_folded(word))]
        else list_concat(
            search_pairs(regexp_replace(nfc_normalize(word),
                '[^\p{Han}\p{Hiragana}\p{Katakana}ー\p{Hangul}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]+', '  ', 'g')),
            string_split(search_stem(search_folded(trim(regexp_replace(word,
                '[\p{Han}\p{Hiragana}\p{Katakana}ー\p{Hangul}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]+', ' ', 'g')))), ' ')
        )
    end;
create or replace macro search_words_of(written) as
    string_split_regex(lower(replace(written, chr(173), '')), '[^\p{L}\p{M}\p{N}]+');

create or replace macro search_key(term) as cast('0x' || left(md5(term), 16) as ubigint);
create or replace macro search_first(first_day) as coalesce(cast(first_day as date), date '0001-01-01');
create or replace macro search_last(last_day) as coalesce(cast(last_day as date), date '9999-12-31');

-- One row an article, best first: article_id, score (BM25, k1 = 1.2, b = 0.75; a word of the title counts three
-- times), published_date, publisher, language, title, passage (of at most 280 characters, with the most of the words),
-- url. Articles with all the words; where none has all, those with the most. `talk*` is every word that begins so.
-- first_day, last_day: inclusive, compared with published_date, of undated articles with the UTC day of the capture.
-- Example: select * from search('syria talks', first_day := date '2016-07-01', publisher := 'bbc.co.uk', most := 50)
create or replace macro search(
    words, first_day := null, last_day := null, publisher := null, language := null, most := 20
) as table
with written as (
    select distinct unnest(string_split_regex(lower(replace(words, chr(173), '')), '[^\p{L}\p{M}\p{N}*]+')) as word
),
exact as (
    select distinct unnest(search_terms(word)) as term from written where not contains(word, '*')
),
prefixes as (
    select distinct search_folded(rtrim(word, '*')) as beginning from written
    where contains(word, '*') and not contains(rtrim(word, '*'), '*') and length(word) > 1
    union
    select term from exact where regexp_matches(
        term, '^[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]$'
    ) -- a single character: in all pairs that begin with it
),
-- name: a number for what was written, which may be several terms; rather than a word, since all postings carry it.
asked as materialized (
    select
        dense_rank() over (order by written_as) as name,
        term,
        row_number() over (order by is_exact desc, term) as no
    from (
        select written_as, search_key(term) as term, bool_or(is_exact) as is_exact from (
            select term as written_as, term, true as is_exact from exact where term <> ''
            union all
            select prefixes.beginning as written_as, search_vocabulary.word as term, false as is_exact
            from search_vocabulary join prefixes on starts_with(search_vocabulary.word, prefixes.beginning)
        )
        group by all
    )
),
-- One term at a time: only then the few row groups are read that have it; of several together, all that lie between.
met_in as (
    select asked.name, postings.doc, postings.tf
    from search_postings as postings join asked on asked.term = postings.term and asked.no = 1
    where postings.month >= cast(date_trunc('month', search_first(first_day)) as date)
        and postings.month <= search_last(last_day)
    union all
    select asked.name, postings.doc, postings.tf
    from search_postings as postings join asked on asked.term = postings.term and asked.no = 2
    where postings.month >= cast(date_trunc('month', search_first(first_day)) as date)
        and postings.month <= search_last(last_day)
    union all
    select asked.name, postings.doc, postings.tf
    from search_postings as postings join asked on asked.term = postings.term and asked.no = 3
    where postings.month >= cast(date_trunc('month', search_first(first_day)) as date)
        and postings.month <= search_last(last_day)
    union all
    select asked.name, postings.doc, postings.tf
    from search_postings as postings join asked on asked.term = postings.term and asked.no = 4
    where postings.month >= cast(date_trunc('month', search_first(first_day)) as date)
        and postings.month <= search_last(last_day)
    union all
    select asked.name, postings.doc, postings.tf
    from search_postings as postings join asked on asked.term = postings.term and asked.no > 4
    where postings.month >= cast(date_trunc('month', search_first(first_day)) as date)
        and postings.month <= search_last(last_day)
),
held as materialized (
    select name, doc, cast(sum(tf) as double) as tf from met_in group by name, doc
),
sizes as (
    select count(*) as articles, avg(known.words) as words_on_average
    from search_articles as known
    where known.month >= cast(date_trunc('month', search_first(first_day)) as date)
        and known.month <= search_last(last_day)
),
weights as (
    select held.name, ln(1 + (any_value(sizes.articles) - count(*) + 0.5) / (count(*) + 0.5)) as weight
    from held cross join sizes
    group by held.name
),
scored as (
    select
        held.doc,
        count(*) as matched,
        sum(weights.weight * held.tf * 2.2 / (
            held.tf + 1.2 * (0.25 + 0.75 * known.words / sizes.words_on_average)
        )) as score
    from held
    join weights on weights.name = held.name
    join search_articles as known on known.doc = held.doc
    cross join sizes
    where known.day >= search_first(first_day)
        and known.day <= search_last(last_day)
        and (publisher is null or known.publisher = publisher)
        and (language is null or known.language = language)
    group by held.doc
),
ordered as (
    select scored.doc, scored.matched, scored.score from scored
    order by scored.matched desc, scored.score desc, scored.doc limit most
),
best as materialized (
    select known.doc, known.article_id, known.appended_at, known.captured_at, ordered.score
    from ordered
    join search_articles as known on known.doc = ordered.doc
    -- in an order: DuckDB 1.5 has a race in windows over everything (its issue 25713)
    qualify rank() over (order by ordered.matched desc) = 1
),
-- The texts of all others stay unread. The snapshot has an index on revisions.article_id, which is asked for up to 50
-- values that come out of a join, if they are known to be few (hence the limit) and no other column is compared (hence
-- the number: what is compared above it does not reach below). Those of a longer answer are found by three narrow
-- columns and fetched by row id, in blocks of 2,048 texts.
near as (
    select
        best.doc, best.score, best.appended_at as wanted_at, best.captured_at as wanted_capture,
        row_number() over (order by texts.line) as no,
        texts.article_id, texts.appended_at, texts.captured_at,
        texts.published_date, texts.publisher, texts.language, texts.title, texts.text, texts.url
    from search_texts as texts
    join (select * from best where most <= 40 limit 40) as best on best.article_id = texts.article_id
),
lines as materialized (
    select best.doc, best.score, min(texts.line) as line
    from search_texts as texts
    join best
        on best.article_id = texts.article_id
        and best.appended_at = texts.appended_at
        and best.captured_at = texts.captured_at
    where most > 40
    group by best.doc, best.score
),
found as (
    select
        near.doc, near.article_id, near.score,
        near.published_date, near.publisher, near.language, near.title, near.text, near.url
    from near
    where near.appended_at = near.wanted_at and near.captured_at = near.wanted_capture
    qualify row_number() over (partition by near.doc order by near.no) = 1
    union all
    select
        lines.doc, texts.article_id, lines.score,
        texts.published_date, texts.publisher, texts.language, texts.title, texts.text, texts.url
    from search_texts as texts
    join lines on lines.line = texts.line
    where most > 40 and texts.line in (select line from lines)
),
-- Each part is named once from here on: DuckDB of before 1.3 does what a stored macro names twice twice, with all below.
pieces as (
    select
        found.* exclude (text),
        unnest(list_concat(
            regexp_extract_all(found.text, '[^\n]{1,280}(?:\s|$)|[^\n]{1,280}'), [coalesce(found.title, '')]
        )) as piece
    from found
),
numbered as (
    select *, row_number() over (partition by doc) as no from pieces
),
spoken as (
    select *, unnest(list_append(search_words_of(piece), '')) as word from numbered
),
met as (
    select spoken.*, unnest(list_append(search_terms(spoken.word), '')) as met_term from spoken
),
passages as (
    select
        met.doc, met.article_id, met.score, met.published_date, met.publisher, met.language, met.title, met.url,
        met.no, met.piece, count(distinct asked.name) as names
    from met
    left join asked on asked.term = search_key(met.met_term)
    group by all
)
select
    article_id,
    round(any_value(score), 3) as score,
    any_value(published_date) as published_date,
    any_value(passages.publisher) as publisher,
    any_value(passages.language) as language,
    any_value(title) as title,
    trim(regexp_replace(arg_max(piece, names - no / 1e6) filter (where names > 0), '\s+', ' ', 'g')) as passage,
    any_value(url) as url
from passages
group by doc, article_id
order by any_value(passages.score) desc, article_id
