-- One batch: every record has one outcome, a bad one costs only itself, and who wins does not depend on the order.
BEGIN;
SELECT plan(35);
CREATE ROLE user_900001 IN ROLE lake_user;

-- A kind of file of this test's own: {"t": title, "at": time}; a record without "t" is passed over.
SET LOCAL ROLE lake_owner;
CREATE FUNCTION takeout.tap(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, at timestamptz, ident uuid, title text, url text)
LANGUAGE sql STABLE AS $$
  SELECT r.n, CASE WHEN r.value ? 'wrong' THEN 'it is wrong' END, (r.value ->> 'at')::timestamptz, md5(r.value ->> 't')::uuid,
         r.value ->> 't', r.value ->> 'from'
    FROM jsonb_array_elements(p_records) WITH ORDINALITY AS r(value, n) WHERE r.value ? 't' OR r.value ? 'wrong'
$$;
GRANT EXECUTE ON FUNCTION takeout.tap(jsonb, jsonb) TO lake_user;
CALL imports.register_document('tap_plain', 'Tap', 'json', ARRAY['/plain\.tap$']);
CALL imports.register_kind('tap_plain', 'tap_plain', 0, '{"list": []}', '[{"table": "user_data.activity", "parser": "takeout.tap", "coarse": false}]');
CALL imports.register_document('tap_coarse', 'Tap', 'activity_html', ARRAY['/coarse\.tap$']);
CALL imports.register_kind('tap_coarse', 'tap_coarse', 0, '{}', '[{"table": "user_data.activity", "parser": "takeout.tap", "coarse": true}]');
RESET ROLE;

SET LOCAL ROLE user_900001;
SELECT archive_id AS archive, import_id AS import FROM imports.begin_archive('takeout-20240101T000000Z-001.zip', 'zip', 1, sha256('a'), now()) \gset
CREATE TEMP TABLE f AS
SELECT member, file_id, kind, decoder, state, done FROM imports.register_files(:'archive',
  (SELECT jsonb_agg(jsonb_build_object('member', n, 'path', 'Takeout/Tap/' || n || CASE WHEN n IN (2, 3, 8) THEN '/coarse.tap' ELSE '/plain.tap' END,
                                       'size_bytes', 1, 'head', NULL)) FROM generate_series(0, 9) AS n));
CREATE FUNCTION pg_temp.file(p_member integer) RETURNS uuid LANGUAGE sql AS $$ SELECT file_id FROM f WHERE member = p_member $$;
CREATE FUNCTION pg_temp.records(VARIADIC p_records text[]) RETURNS text LANGUAGE sql AS $$ SELECT array_to_string(p_records, E'\r,\r') $$;

-- Accounts
SELECT results_eq($$SELECT * FROM imports.ingest(pg_temp.file(0), '[1,6)', pg_temp.records(
    '{"t": "a", "at": "2024-01-01T00:00:00.5Z"}', '{"t": "a", "at": "2024-01-01T00:00:00.5Z", "again": 1}', '{"wrong": 1}', '{"x": 1}',
    '{"t": "b", "at": "2024-01-02T00:00:00.5Z"}'))$$,
  'VALUES (2::bigint, 1::bigint, 2::bigint)', 'rows, duplicates and rejects add up');
SELECT results_eq('SELECT ordinal, reason, state FROM imports.reject WHERE file_id = pg_temp.file(0) ORDER BY 1',
  $$VALUES (3::bigint, 'it is wrong', 'LK103'), (4, 'nothing in this record is known to the parser', 'LK103')$$, 'each reject says why');
SELECT results_eq('SELECT title, ordinal FROM user_data.activity WHERE file_id = pg_temp.file(0) ORDER BY 2',
  $$VALUES ('a', 1::bigint), ('b', 5)$$, 'of two of one key the first ordinal is the row');
SELECT throws_ok($$SELECT imports.ingest(pg_temp.file(0), '[5,7)', pg_temp.records('{"t": "x"}', '{"t": "y"}'))$$, NULL, NULL,
  'a record that is in already is not taken twice');
SELECT results_eq('SELECT range_agg(ordinals) FROM imports.batch WHERE file_id = pg_temp.file(0)', $$VALUES ('{[1,6)}'::int8multirange)$$,
  'the checkpoint says what is in');

-- One bad record among many
SELECT results_eq(format($$SELECT * FROM imports.ingest(pg_temp.file(1), '[1,101)', %L)$$,
    (SELECT string_agg(CASE n WHEN 13 THEN '{"t": "nul \u0000"}' WHEN 37 THEN '{"t": "nan", "v": NaN}'
                              WHEN 50 THEN repeat('[', 20000) || repeat(']', 20000) WHEN 77 THEN '{"t": "lone \ud800"}'
                              WHEN 80 THEN '{"t": "late", "at": "40000-01-01"}' WHEN 99 THEN '{"t": "when", "at": "no time"}'
                              ELSE format('{"t": "r%s", "at": "2023-01-01T00:00:%s.25Z"}', n, lpad((n % 60)::text, 2, '0')) END,
                       E'\r,\r' ORDER BY n) FROM generate_series(1, 100) AS n)),
  'VALUES (94::bigint, 0::bigint, 6::bigint)', 'a batch with bad records loses only those');
SELECT results_eq('SELECT ordinal FROM imports.reject WHERE file_id = pg_temp.file(1) ORDER BY 1',
  'VALUES (13::bigint), (37), (50), (77), (80), (99)', 'exactly those');
SELECT ok(bool_and(reason <> '' AND state ~ '^(22|23|54|LK1)'), 'with reason and SQLSTATE') FROM imports.reject WHERE file_id = pg_temp.file(1);
SELECT is((SELECT convert_from(raw, 'UTF8') FROM imports.reject WHERE file_id = pg_temp.file(1) AND ordinal = 37), '{"t": "nan", "v": NaN}',
  'and the record as it was');
SELECT is((SELECT reason FROM imports.reject WHERE file_id = pg_temp.file(1) AND ordinal = 80) ~ 'chunk', false, 'a reason names no partition');

-- Records that no decoder could read, and positions with gaps
SELECT results_eq($$SELECT * FROM imports.ingest(pg_temp.file(4), '[1,5)', pg_temp.records('{"t": "p", "at": "2022-01-01T00:00:00.1Z"}',
    '{"t": "q", "at": "2022-01-01T00:00:00.1Z"}'), NULL, ARRAY[2, 3]::bigint[], ARRAY['broken', 'cut off'], ARRAY['\x00', '\xff']::bytea[])$$,
  'VALUES (2::bigint, 0::bigint, 2::bigint)', 'broken records are rejects too');
SELECT results_eq('SELECT title, ordinal FROM user_data.activity WHERE file_id = pg_temp.file(4) ORDER BY 2', $$VALUES ('p', 1::bigint), ('q', 4)$$,
  'the others keep their positions');
SELECT results_eq($$SELECT * FROM imports.ingest(pg_temp.file(5), '[1,11)', pg_temp.records('{"t": "s", "at": "2022-02-01T00:00:00.1Z"}'), ARRAY[7]::bigint[])$$,
  'VALUES (1::bigint, 0::bigint, 0::bigint)', 'a section takes some positions of a range');
SELECT is((SELECT ordinal FROM user_data.activity WHERE title = 's'), 7::bigint, 'which are kept');
SELECT throws_ok($$SELECT imports.ingest('00000000-0000-0000-0000-000000000000', '[1,2)', '{}')$$, NULL, NULL, 'a file must be there');

-- Winners: the lowest file and ordinal, in whatever order they come
SELECT imports.ingest(pg_temp.file(7), '[1,2)', '{"t": "w", "at": "2021-01-01T00:00:00.1Z", "from": "later"}');
SELECT results_eq($$SELECT * FROM imports.ingest(pg_temp.file(6), '[1,2)', '{"t": "w", "at": "2021-01-01T00:00:00.1Z", "from": "earlier"}')$$,
  'VALUES (1::bigint, 0::bigint, 0::bigint)', 'an earlier file takes a row over');
SELECT results_eq($$SELECT url, file_id = pg_temp.file(6) FROM user_data.activity WHERE title = 'w'$$, $$VALUES ('earlier', true)$$, 'with all that it knows');
SELECT results_eq($$SELECT * FROM imports.ingest(pg_temp.file(9), '[1,2)', '{"t": "w", "at": "2021-01-01T00:00:00.1Z", "from": "last"}')$$,
  'VALUES (0::bigint, 1::bigint, 0::bigint)', 'a later one is a duplicate');
SELECT is((SELECT rows FROM imports.batch WHERE file_id = pg_temp.file(7)), 1::bigint, 'a batch that met no row of another notes its own');
SELECT is((SELECT rows FROM imports.batch WHERE file_id = pg_temp.file(6)), NULL, 'one that did leaves them to be counted');

-- Known to the second, known to the millisecond: one event when the import ends, in whatever order they came
SELECT imports.ingest(pg_temp.file(2), '[1,3)', pg_temp.records('{"t": "c", "at": "2020-01-01T00:00:07Z", "from": "page"}', '{"t": "only page", "at": "2020-01-01T00:00:07Z"}'));
SELECT imports.ingest(pg_temp.file(0), '[6,8)', pg_temp.records('{"t": "c", "at": "2020-01-01T00:00:07.345Z", "from": "json"}', '{"t": "d", "at": "2020-01-01T00:00:09.999Z", "from": "json"}'));
SELECT imports.ingest(pg_temp.file(3), '[1,2)', '{"t": "d", "at": "2020-01-01T00:00:09Z", "from": "page"}');
SELECT results_eq($$SELECT * FROM imports.ingest(pg_temp.file(8), '[1,2)', '{"t": "c", "at": "2020-01-01T00:00:08Z"}')$$,
  'VALUES (1::bigint, 0::bigint, 0::bigint)', 'another second is another event');

-- Tables that share the records of one kind: what the first has no row of is offered to the next, and what neither
-- has keeps the reason that belongs to it, wherever it stands in the batch.
SELECT file_id AS location FROM imports.register_files(:'archive',
  '[{"member": 20, "path": "Takeout/Location History/Records.json", "size_bytes": 1, "head": null}]') \gset
SELECT results_eq(format($$SELECT * FROM imports.ingest(%L, '[1,6)', pg_temp.records(
    '{"latitudeE7": 1, "longitudeE7": 2, "timestamp": "2024-01-01T00:00:00Z"}', '{"activity": [], "timestamp": "2024-01-01T00:00:01Z"}',
    '{"latitudeE7": 1, "longitudeE7": 2}', '{"latitudeE7": 1, "longitudeE7": 2, "timestamp": "2024-01-01T00:00:02Z"}',
    '{"latitudeE7": 1, "longitudeE7": 2, "timestamp": "40000-01-01T00:00:00Z"}'))$$, :'location'),
  'VALUES (3::bigint, 0::bigint, 2::bigint)', 'one row each, in one table or the other');
SELECT results_eq(format('SELECT ordinal, reason FROM imports.reject WHERE file_id = %L ORDER BY 1', :'location'),
  $$VALUES (3::bigint, 'no time'), (5, 'the time is outside of 1900 to 2099')$$, 'reasons stay with their records');

-- The ends
SELECT is(imports.finish_file(pg_temp.file(0)), 'done', 'a file with rows is done');
SELECT is(imports.finish_file(pg_temp.file(7)), 'done', 'one whose row was taken over is done too');
SELECT imports.finish_file(pg_temp.file(n)) FROM unnest(ARRAY[1, 2, 3, 4, 5, 6, 8, 9]) AS n;
SELECT imports.finish_file(:'location');
SELECT imports.finish_import(:'import');
SELECT results_eq($$SELECT at, url, coarse, ordinal FROM user_data.activity WHERE title = 'c' AND at < '2020-01-01T00:00:08Z'$$,
  $$VALUES ('2020-01-01 00:00:07.345+00'::timestamptz, 'json', false, 6::bigint)$$, 'first the page, then the list: the finer time is left');
SELECT results_eq($$SELECT at, url FROM user_data.activity WHERE title = 'd'$$, $$VALUES ('2020-01-01 00:00:09.999+00'::timestamptz, 'json')$$,
  'first the list, then the page: the same');
SELECT results_eq($$SELECT at, coarse FROM user_data.activity WHERE title = 'only page'$$, $$VALUES ('2020-01-01 00:00:07+00'::timestamptz, true)$$, 'one that only the page has stays');
SELECT is((SELECT count(*) FROM user_data.activity WHERE title = 'c'), 2::bigint, 'the event of the next second is still there');
SELECT results_eq('SELECT records, rows, duplicates, rejects FROM imports.file WHERE id = pg_temp.file(2)', 'VALUES (2::bigint, 1::bigint, 1::bigint, 0::bigint)',
  'what was merged is a duplicate');
SELECT results_eq('SELECT records, rows, duplicates, rejects FROM imports.file WHERE id = pg_temp.file(0)', 'VALUES (7::bigint, 4::bigint, 1::bigint, 2::bigint)', 'recounted');
SELECT results_eq('SELECT records, rows, duplicates, rejects FROM imports.file WHERE id = pg_temp.file(7)', 'VALUES (1::bigint, 0::bigint, 1::bigint, 0::bigint)', 'its record is a duplicate now');
SELECT is_empty('SELECT * FROM lake.verify()', 'every account adds up');
SELECT imports.begin_archive('takeout-20240101T000000Z-001.zip', 'zip', 1, sha256('a'), now());
SELECT is((SELECT count(rows) FROM imports.batch), 0::bigint, 'a load that goes on counts anew what an earlier one brought in');
SELECT is((SELECT count(*) FROM user_data.activity WHERE user_id <> 900001), 0::bigint, 'all of it is this user''s');

SELECT * FROM finish();
ROLLBACK;
