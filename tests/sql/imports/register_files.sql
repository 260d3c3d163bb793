-- Members become files, one per kind of record; what is known stays known.
BEGIN;
SELECT plan(18);
SELECT is(length(imports.product_folder('Takeout/' || repeat('x', 60000) || '/a')), 100, 'the name of a folder of 60,000 characters is cut: it stands in tables for people');
CREATE ROLE user_900001 IN ROLE lake_user;
SET LOCAL ROLE user_900001;
SELECT archive_id AS archive, import_id AS import FROM imports.begin_archive('takeout-20240101T000000Z-001.zip', 'zip', 1, sha256('a'), now()) \gset
SELECT jsonb_build_array(
  jsonb_build_object('member', 0, 'path', 'Takeout/Location History/Records.json', 'size_bytes', 9, 'head', NULL),
  jsonb_build_object('member', 1, 'path', 'Takeout/Nobody knows/thing.xyz', 'size_bytes', 9, 'head', 'hello'),
  jsonb_build_object('member', 2, 'path', 'elsewhere.json', 'size_bytes', 9, 'head', '{"locations": [{"latitudeE7": 1')) AS members \gset
CREATE TEMP TABLE f AS SELECT * FROM imports.register_files(:'archive', :'members');
SELECT results_eq('SELECT kind, decoder FROM f WHERE member = 0', $$VALUES ('location_record', 'json')$$, 'known by its path');
SELECT results_eq('SELECT kind, decoder, state FROM f WHERE member = 1', $$VALUES ('unknown_file', 'file', 'loading')$$, 'unknown: a file all the same');
SELECT is((SELECT kind FROM f WHERE member = 2), 'location_record', 'known by its first bytes');
SELECT is((SELECT product FROM imports.file WHERE path ~ 'xyz'), 'Nobody knows', 'the product of an unknown file is its folder');
SELECT ok(bool_and(left(file_id::text, 28) = left(:'archive', 28)), 'ids are the archive''s, and the member''s number') FROM f;
SELECT imports.ingest((SELECT file_id FROM f WHERE member = 0), '[1,2)', '{"timestamp": "2024-01-01T00:00:00Z", "latitudeE7": 1, "longitudeE7": 2}');
SELECT results_eq(format('SELECT state, done FROM imports.register_files(%L, %L) WHERE member = 0', :'archive', :'members'),
  $$VALUES ('loading', '{[1,2)}'::int8multirange)$$, 'a second load goes on behind the checkpoint');
SELECT imports.finish_file((SELECT file_id FROM f WHERE member = 0));
SELECT is((SELECT state FROM imports.register_files(:'archive', :'members') WHERE member = 0), 'done', 'and has nothing to do when it is done');
SELECT imports.finish_file((SELECT file_id FROM f WHERE member = 2), 'it broke off');
SELECT is((SELECT state FROM imports.register_files(:'archive', :'members') WHERE member = 2), 'loading', 'a failed file is tried again');
-- The lake learns a kind: what nobody knew is read again, and a file that is something else by now is taken back.
SELECT imports.finish_file((SELECT file_id FROM f WHERE member = 1));
SELECT imports.finish_file((SELECT file_id FROM f WHERE member = 2));
SELECT imports.finish_archive(:'archive');
SELECT is((SELECT state FROM imports.begin_archive('takeout-20240101T000000Z-001.zip', 'zip', 1, sha256('a'), now())), 'done', 'an archive is done');
RESET ROLE;
CALL imports.register_document('tap_thing', 'Tap', 'json', ARRAY['\.xyz$', '(^|/)Takeout/Location History/Records\.json$']);
CALL imports.register_kind('tap_thing', 'tap_thing', 0, '{}', '[{"table": "user_data.signal", "parser": "takeout.location_record_signal"}]');
SET LOCAL ROLE user_900001;
SELECT is((SELECT state FROM imports.begin_archive('takeout-20240101T000000Z-001.zip', 'zip', 1, sha256('a'), now())), 'loading',
  'until the lake knows more and some of its files nobody knew');
SELECT results_eq('SELECT DISTINCT state FROM imports.import UNION ALL SELECT state FROM imports.archive', $$VALUES ('loading'), ('loading')$$, 'and so is its import');
CREATE TEMP TABLE g AS SELECT * FROM imports.register_files(:'archive', :'members');
SELECT results_eq('SELECT member, kind, state, done FROM g ORDER BY 1', $$VALUES (0, 'tap_thing', 'loading', '{}'::int8multirange),
  (1, 'tap_thing', 'loading', '{}'), (2, 'location_record', 'empty', '{}')$$, 'what is something else by now is read again');
SELECT is_empty('SELECT * FROM timeseries.location', 'and what was made of it before has gone');
-- Of a thing that changes, what another export tells stays.
RESET ROLE;
CREATE FUNCTION pg_temp.forget(p_file uuid) RETURNS void LANGUAGE sql SECURITY DEFINER AS $$ SELECT imports.forget_file(p_file) $$;
CREATE FUNCTION pg_temp.extensions(p_day text, VARIADIC p_records text[]) RETURNS uuid LANGUAGE plpgsql AS $$
DECLARE
  v_archive record;
  v_file uuid;
BEGIN
  SELECT b.archive_id, b.import_id INTO v_archive FROM imports.begin_archive(format('takeout-%sT000000Z-001.zip', p_day), 'zip', 1, sha256(p_day::bytea), now()) AS b;
  SELECT r.file_id INTO v_file FROM imports.register_files(v_archive.archive_id,
    '[{"member": 0, "path": "Takeout/Chrome/Extensions.json", "size_bytes": 1, "head": null}]') AS r;
  PERFORM imports.ingest(v_file, int8range(1, cardinality(p_records) + 1), array_to_string(p_records, E'\r,\r'));
  PERFORM imports.finish_file(v_file), imports.finish_archive(v_archive.archive_id), imports.finish_import(v_archive.import_id);
  RETURN v_file;
END
$$;
SET LOCAL ROLE user_900001;
SELECT pg_temp.extensions('20230201', '{"id": "a", "version": "1"}', '{"id": "b", "version": "1"}') AS extensions \gset
SELECT pg_temp.extensions('20230301', '{"id": "a", "version": "2"}');
SELECT pg_temp.forget(:'extensions');
SELECT imports.settle_state();
SELECT results_eq($$SELECT attrs ->> 'version', first_seen_at FROM user_data.item$$, $$VALUES ('2', '2023-03-01 00:00:00+00'::timestamptz)$$, 'as if it had never been read');
SELECT is_empty(format('SELECT * FROM imports.batch WHERE file_id = %L', :'extensions'), 'and it can be read again');
SELECT is((SELECT count(*) FROM user_data.version), 1::bigint, 'its states are gone');
SELECT throws_ok('SELECT imports.register_files(''00000000-0000-0000-0000-000000000000'', ''[]'')', NULL, NULL, 'an archive must be there');
SELECT * FROM finish();
ROLLBACK;
