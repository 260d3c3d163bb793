-- Files of one record each go in together when nothing is in their way; all others are left to imports.ingest.
BEGIN;
SELECT plan(8);
CREATE ROLE user_900001 IN ROLE lake_user;
SET LOCAL ROLE user_900001;
SELECT archive_id AS archive, import_id AS import FROM imports.begin_archive('takeout-20240101T000000Z-001.zip', 'zip', 1, sha256('a'), now()) \gset
CREATE TEMP TABLE f AS SELECT member, file_id FROM imports.register_files(:'archive',
  (SELECT jsonb_agg(jsonb_build_object('member', n, 'size_bytes', 1, 'head', NULL, 'path',
     CASE n WHEN 7 THEN 'Takeout/Chrome/History.json' WHEN 6 THEN 'Takeout/Drive/a.txt' ELSE 'Takeout/Nobody knows/' || n || '.xyz' END))
     FROM generate_series(0, 7) AS n)) WHERE section = 0;
CREATE FUNCTION pg_temp.record(p_path text) RETURNS text LANGUAGE sql AS $$
  SELECT jsonb_build_object('path', p_path, 'size', 1, 'sha256', encode(sha256('x'), 'hex'))::text $$;
CREATE TEMP TABLE given AS
SELECT f.file_id, CASE f.member WHEN 2 THEN '{"size": 1}' WHEN 3 THEN '{"a": NaN}' WHEN 4 THEN pg_temp.record('Takeout/Nobody knows/0.xyz')
                                WHEN 5 THEN '1, 2' ELSE pg_temp.record('Takeout/Nobody knows/' || f.member || '.xyz') END AS record
  FROM f;
GRANT SELECT ON given TO PUBLIC;
CREATE TEMP TABLE done AS SELECT unnest(imports.ingest_files(array_agg(file_id), array_agg(record))) AS file_id FROM given;
SELECT set_eq('SELECT member FROM done JOIN f USING (file_id)', ARRAY[0, 1, 6], 'what is plain is in: no reject, no text that is no JSON, no row that is there');
SELECT set_eq('SELECT path FROM user_data.file', ARRAY['Nobody knows/0.xyz', 'Nobody knows/1.xyz', 'Nobody knows/6.xyz'], 'with its row');
SELECT results_eq('SELECT state, records, rows, duplicates, rejects FROM imports.file WHERE id IN (SELECT file_id FROM done) ORDER BY path DESC',
  $$VALUES ('unrecognized', 1::bigint, 1::bigint, 0::bigint, 0::bigint), ('unrecognized', 1, 1, 0, 0), ('done', 1, 1, 0, 0)$$, 'and its account');
SELECT is((SELECT count(*) FROM imports.file WHERE state = 'loading' AND id IN (SELECT file_id FROM f)), 5::bigint, 'the others are as they were');
SELECT is((SELECT rows FROM imports.ingest((SELECT file_id FROM f WHERE member = 4), '[1,2)', pg_temp.record('Takeout/Nobody knows/0.xyz'))), 0::bigint,
  'for imports.ingest, which knows who wins');
SELECT throws_ok(format('SELECT imports.ingest_files(ARRAY[%L::uuid], ARRAY[pg_temp.record(''new'')])', (SELECT file_id FROM f WHERE member = 0)),
  'LK302', NULL, 'nothing is taken twice');
SELECT is(imports.ingest_files('{}', '{}'), '{}'::uuid[], 'nothing is nothing');
RESET ROLE;
CREATE ROLE user_900002 IN ROLE lake_user;
SET LOCAL ROLE user_900002;
SELECT is(imports.ingest_files((SELECT array_agg(file_id) FROM given), (SELECT array_agg(record) FROM given)), '{}'::uuid[], 'files of somebody else are not there');
SELECT * FROM finish();
ROLLBACK;
