-- Things that change between exports: every state is kept once, the newest is what counts, and what is gone is known.
BEGIN;
SELECT plan(30);
CREATE ROLE user_900001 IN ROLE lake_user;
CREATE ROLE user_900002 IN ROLE lake_user;
-- A thing of a made-up list: {"id", "text", "at"}.
CREATE FUNCTION takeout.thing(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, ident uuid, at timestamptz, type text, product text, title text, attrs jsonb) LANGUAGE sql STABLE AS $$
  SELECT r.ordinal, CASE WHEN r.record ? 'bad' THEN 'bad' END, takeout.ident('thing', r.record ->> 'id'), takeout.time(r.record ->> 'at'), 'thing',
         CASE WHEN r.record ? 'product' THEN r.record ->> 'product' ELSE 'Things' END, r.record ->> 'text', nullif(r.record - '{id,text,at,product}'::text[], '{}')
    FROM jsonb_array_elements(p_records) WITH ORDINALITY AS r(record, ordinal)
$$;
GRANT EXECUTE ON FUNCTION takeout.thing(jsonb, jsonb) TO lake_user;
CALL imports.register_document('test_thing', 'Things', 'json', ARRAY['(^|/)Things/[^/]*\.json$']);
CALL imports.register_kind('test_thing', 'test_thing', 0, '{"list": []}', '[{"table": "user_data.item", "parser": "takeout.thing", "state": true}]');
CALL imports.register_document('test_poor', 'Things', 'csv', ARRAY['(^|/)Things/[^/]*\.csv$']);
CALL imports.register_kind('test_poor', 'test_poor', 0, '{}',
  '[{"table": "user_data.item", "parser": "takeout.thing", "state": true, "scope": "test_thing", "rank": 1}]');
CALL imports.register_document('test_single', 'Things', 'json', ARRAY['(^|/)Things/single/[^/]*\.(json|html)$']);
CALL imports.register_kind('test_single', 'test_single', 0, '{}', '[{"table": "user_data.item", "parser": "takeout.thing", "state": true, "alone": true}]');
SELECT is((SELECT targets FROM imports.kind WHERE kind = 'test_thing'),
  '[{"table": "user_data.item", "parser": "takeout.thing", "state": true, "scope": "test_thing", "rank": 0}]', 'a kind is a list of its own, unless it says otherwise');

-- A part of an export with one file of these records; gives the outcome of each record.
CREATE FUNCTION pg_temp.load(p_day date, p_records jsonb, p_name text DEFAULT 'a.json', p_part integer DEFAULT 1, p_error text DEFAULT NULL,
                             p_file_error text DEFAULT NULL, p_format text DEFAULT 'zip') RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  v_archive record;
  v_file uuid;
  v_rows bigint;
  v_duplicates bigint;
  v_rejects bigint;
BEGIN
  SELECT b.archive_id, b.import_id INTO v_archive FROM imports.begin_archive(
    format('takeout-%sT000000Z-00%s.%s', to_char(p_day, 'YYYYMMDD'), p_part, p_format), p_format, 1, sha256(concat(p_day, p_part, p_records, p_name)::bytea), p_day::timestamptz) AS b;
  SELECT r.file_id INTO v_file FROM imports.register_files(v_archive.archive_id,
    jsonb_build_array(jsonb_build_object('member', 0, 'path', 'Takeout/Things/' || p_name, 'size_bytes', 1, 'head', NULL))) AS r;
  IF jsonb_array_length(p_records) > 0 THEN
    SELECT i.rows, i.duplicates, i.rejects INTO v_rows, v_duplicates, v_rejects FROM imports.ingest(v_file, int8range(1, jsonb_array_length(p_records) + 1),
      (SELECT string_agg(e.record::text, E'\r,\r' ORDER BY e.n) FROM jsonb_array_elements(p_records) WITH ORDINALITY AS e(record, n))) AS i;
  END IF;
  PERFORM imports.finish_file(v_file, p_file_error);
  PERFORM imports.finish_archive(v_archive.archive_id, p_error);
  PERFORM imports.finish_import(v_archive.import_id);
  RETURN concat_ws(' ', v_rows, v_duplicates, v_rejects);
END
$$;
CREATE VIEW pg_temp.now AS
  SELECT title, first_seen_at::date::text AS first, last_seen_at::date::text AS last, gone_at::date::text AS gone FROM user_data.item;
GRANT SELECT ON pg_temp.now TO lake_user;
ALTER VIEW pg_temp.now SET (security_invoker = true);
SET LOCAL timezone = 'UTC';
SET LOCAL ROLE user_900001;

SELECT is(pg_temp.load('2021-01-01', '[{"id": 1, "text": "A"}, {"id": 2, "text": "leaves"}, {"id": 1, "text": "A"}, {"bad": 1}]'), '2 1 1', 'outcomes: rows, a duplicate in the file, a reject');
SELECT is(pg_temp.load('2022-01-01', '[{"id": 1, "text": "B"}, {"id": 3, "text": "new"}]'), '2 0 0', 'a new state is a row');
SELECT is(pg_temp.load('2023-01-01', '[{"id": 1, "text": "A"}]'), '0 1 0', 'a state that was told before is not');
SELECT results_eq('SELECT * FROM now ORDER BY 1', $$VALUES ('A', '2021-01-01', '2023-01-01', NULL), ('leaves', '2021-01-01', '2021-01-01', '2022-01-01'), ('new', '2022-01-01', '2022-01-01', '2023-01-01')$$,
  'the newest state, and since when things are gone');
SELECT results_eq($$SELECT content ->> 'title', seen::date[]::text FROM user_data.version WHERE ident = takeout.ident('thing', '1') ORDER BY 1$$,
  $$VALUES ('A', '{2021-01-01,2023-01-01}'), ('B', '{2022-01-01}')$$, 'each state once, with the exports that told it');
SELECT is((SELECT count(*) FROM lake.verify()), 0::bigint, 'the account adds up');
CREATE TEMP TABLE before AS SELECT ident, title, first_seen_at, last_seen_at, gone_at, file_id, ordinal FROM user_data.item;

SET LOCAL ROLE user_900002;
SELECT is((SELECT count(*) FROM user_data.version) + (SELECT count(*) FROM user_data.item), 0::bigint, 'nobody else sees them');
SELECT pg_temp.load('2023-01-01', '[{"id": 1, "text": "A"}]'), pg_temp.load('2021-01-01', '[{"id": 1, "text": "A"}, {"id": 2, "text": "leaves"}, {"id": 1, "text": "A"}, {"bad": 1}]'),
       pg_temp.load('2022-01-01', '[{"id": 1, "text": "B"}, {"id": 3, "text": "new"}]');
RESET ROLE;
SELECT set_eq('SELECT ident, title, first_seen_at, last_seen_at, gone_at, substr(file_id::text, 1, 13), ordinal FROM user_data.item WHERE user_id = 900002',
              'SELECT ident, title, first_seen_at, last_seen_at, gone_at, substr(file_id::text, 1, 13), ordinal FROM before', 'another order of loading, the same end');
SET LOCAL ROLE user_900002;
SELECT is((SELECT count(*) FROM lake.verify()), 0::bigint, 'and that adds up, too');

-- What tells that a thing is gone, and what does not.
SELECT pg_temp.load('2024-01-01', '[]', p_name => 'other.txt');
SELECT is((SELECT gone FROM now WHERE title = 'A'), NULL, 'an export without the list tells nothing');
SELECT pg_temp.load('2024-02-01', '[{"id": 9, "text": "x"}]', p_error => 'the archive ends early');
SELECT is((SELECT gone FROM now WHERE title = 'A'), NULL, 'nor does one that was cut off');
SELECT pg_temp.load('2024-03-01', '[{"id": 9, "text": "x"}]', p_file_error => 'the file ends early');
SELECT is((SELECT gone FROM now WHERE title = 'A'), NULL, 'nor one whose list was not read to its end');
SELECT pg_temp.load('2024-04-01', '[{"id": 9, "text": "x"}]', p_format => 'file');
SELECT is((SELECT gone FROM now WHERE title = 'A'), NULL, 'nor a file by itself');
SELECT pg_temp.load('2024-05-01', '[{"id": 9, "text": "x"}]', p_part => 1);
SELECT is((SELECT gone FROM now WHERE title = 'A'), '2024-05-01', 'a whole one does');
SELECT pg_temp.load('2024-05-01', '[{"id": 1, "text": "A"}]', p_name => 'b.json', p_part => 2);
SELECT is((SELECT gone FROM now WHERE title = 'A'), NULL, 'until its second part has the thing');
SELECT pg_temp.load('2024-06-01', '[]');
SELECT results_eq($$SELECT title, gone FROM now WHERE title IN ('A', 'x') ORDER BY 1$$, $$VALUES ('A', '2024-06-01'), ('x', '2024-06-01')$$, 'an empty list is a list');

-- Of two formats of one export the better one is believed.
SELECT pg_temp.load('2024-07-01', '[{"id": 1, "text": "poor"}, {"id": 5, "text": "only here"}]', p_name => 'a.csv', p_part => 2);
SELECT is((SELECT title FROM user_data.item WHERE ident = takeout.ident('thing', '1')), 'poor', 'the poorer format is better than an older export');
SELECT pg_temp.load('2024-07-01', '[{"id": 1, "text": "rich"}]');
SELECT is((SELECT title FROM user_data.item WHERE ident = takeout.ident('thing', '1')), 'rich', 'and gives way to the better one');
SELECT is((SELECT gone FROM now WHERE title = 'only here'), NULL, 'what only it tells is there all the same');

-- What the table would not take is a reject, not a fault of the end.
SELECT is(pg_temp.load('2024-08-01', '[{"id": 6, "text": "far", "at": "2150-01-01T00:00:00Z"}, {"id": 7, "text": "no product", "product": null}, {"id": 8, "product": "p", "text": "good"}]'), '1 0 2', 'states that break a rule of the table');
SELECT set_eq($$SELECT reason FROM lake.rejects WHERE ordinal IN (1, 2) AND reason ~ 'rule' $$, ARRAY['breaks the rule item_at_check', 'breaks the rule item_product_not_null'], 'with the rule for a reason');

-- What a user wrote is theirs.
INSERT INTO user_data.item (ident, type, product, title) VALUES (takeout.ident('thing', '10'), 'thing', 'mine', 'my own');
SELECT pg_temp.load('2024-09-01', '[{"id": 10, "product": "p", "text": "theirs"}]');
SELECT is((SELECT title FROM user_data.item WHERE ident = takeout.ident('thing', '10')), 'my own', 'a row of the user''s own stays');

-- A file that is one thing, and cannot be read.
SELECT pg_temp.load('2021-01-01', '[{"id": "s1", "text": "one"}]', 'single/one.json', 21), pg_temp.load('2021-01-01', '[{"id": "s2", "text": "two"}]', 'single/two.json', 22),
       pg_temp.load('2021-01-01', '[{"id": "s3", "text": "three"}]', 'single/three.json', 23);
SELECT pg_temp.load('2022-01-01', '[]', 'single/one.html', 21, p_file_error => 'cut'), pg_temp.load('2022-01-01', '[{"bad": 1}]', 'single/two.json', 22);
SELECT results_eq($$SELECT title, gone FROM now WHERE title IN ('one', 'two', 'three') ORDER BY 1$$, $$VALUES ('one', NULL), ('three', '2022-01-01'), ('two', NULL)$$,
  'is unknown itself; others that are not there are gone');
SELECT set_eq($$SELECT title FROM lake.as_of(NULL::user_data.item, '2022-06-01') WHERE title IN ('one', 'two', 'three')$$, '{one,two}'::text[], 'also when asked for later');
SELECT pg_temp.load('2023-01-01', '[{"id": "s2", "text": "two"}]', 'single/two.json', 22);
SELECT results_eq($$SELECT title, gone FROM now WHERE title IN ('one', 'two', 'three') ORDER BY 1$$, $$VALUES ('one', '2023-01-01'), ('three', '2022-01-01'), ('two', NULL)$$,
  'until an export does not have it');
SELECT set_eq($$SELECT title FROM lake.as_of(NULL::user_data.item, '2023-06-01') WHERE title IN ('one', 'two', 'three')$$, '{two}'::text[], 'and is asked for');
-- An import looks at what it may have changed, and that is as if all were made anew.
CREATE TEMP TABLE made AS SELECT ident, title, first_seen_at, last_seen_at, gone_at, file_id, ordinal FROM user_data.item;
SELECT imports.settle_state();
SELECT set_eq('SELECT ident, title, first_seen_at, last_seen_at, gone_at, file_id, ordinal FROM user_data.item', 'SELECT * FROM made', 'made anew, all is as it was');
UPDATE user_data.item SET last_seen_at = '2000-01-01' WHERE ident = takeout.ident('thing', '1');
DELETE FROM user_data.item WHERE ident = takeout.ident('thing', '9');
SELECT pg_temp.load('2024-10-01', '[]', p_name => 'other.txt');
SELECT is((SELECT last_seen_at::date FROM user_data.item WHERE ident = takeout.ident('thing', '1')), '2000-01-01'::date, 'an import without the list does not look at it');
SELECT isnt((SELECT title FROM user_data.item WHERE ident = takeout.ident('thing', '9')), NULL, 'but a row that is missing is made');
SELECT * FROM finish();
ROLLBACK;
