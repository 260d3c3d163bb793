-- How files, archives and imports end.
BEGIN;
SELECT plan(19);
CREATE ROLE user_900001 IN ROLE lake_user;
SET LOCAL ROLE user_900001;
SELECT archive_id AS archive, import_id AS import FROM imports.begin_archive('takeout-20240101T000000Z-001.zip', 'zip', 1, sha256('a'), now()) \gset
CREATE TEMP TABLE f AS SELECT member, file_id FROM imports.register_files(:'archive',
  (SELECT jsonb_agg(jsonb_build_object('member', n, 'path', 'Takeout/Location History/' || n || CASE n WHEN 4 THEN '/x.xyz' WHEN 5 THEN '/.DS_Store' ELSE '/Records.json' END,
                                       'size_bytes', 1, 'head', NULL)) FROM generate_series(0, 5) AS n));
CREATE FUNCTION pg_temp.file(p_member integer) RETURNS uuid LANGUAGE sql AS $$ SELECT file_id FROM f WHERE member = p_member $$;
SELECT imports.ingest(pg_temp.file(0), '[1,2)', '{"timestamp": "2024-01-01T00:00:00Z", "latitudeE7": 1, "longitudeE7": 2}');
SELECT imports.ingest(pg_temp.file(1), '[1,2)', '{"nothing": 1}');
SELECT imports.keep_blobs(ARRAY[sha256('x')], '{1}');
SELECT is(imports.finish_file(pg_temp.file(0)), 'done', 'with rows: done');
SELECT imports.finish_file(pg_temp.file(1));
SELECT is(imports.finish_file(pg_temp.file(2)), 'empty', 'no record, no error: empty');
SELECT is(imports.finish_file(pg_temp.file(3), 'the document has no list'), 'failed', 'no record and an error: failed');
SELECT is(imports.finish_file(pg_temp.file(4)), 'unrecognized', 'of no known kind');
SELECT is(imports.finish_file(pg_temp.file(5)), 'ignored', 'litter');
SELECT is((SELECT error FROM imports.file WHERE id = pg_temp.file(3)), 'the document has no list', 'the reason is kept');
SELECT is((SELECT sha256 FROM archive.blob), sha256('x'), 'so are the bytes');
SELECT is((SELECT count(*) FROM archive.blob), 1::bigint, 'in the catalogue of this user');
SELECT imports.finish_archive(:'archive');
SELECT imports.finish_import(:import);
SELECT results_eq('SELECT state, error FROM imports.file WHERE id = pg_temp.file(1)', $$VALUES ('failed', 'every record was rejected')$$, 'all rejected: failed');
SELECT is((SELECT state FROM imports.archive), 'failed', 'an archive with a failed file has failed, so that it is tried again');
SELECT is((SELECT state FROM imports.import), 'failed', 'and so has its import');
SELECT is((SELECT array_agg(kind ORDER BY at) FROM lake.events), ARRAY['load_begun', 'load_ended'], 'which the diary knows');

-- Another load takes over a row of one that is still under way, and ends before it: that one counts when it ends.
SELECT archive_id AS slow, import_id AS slow_import FROM imports.begin_archive('takeout-20240301T000000Z-001.zip', 'zip', 1, sha256('slow'), now()) \gset
SELECT file_id AS slow_file FROM imports.register_files(:'slow', '[{"member": 0, "path": "Takeout/Location History/Records.json", "size_bytes": 1, "head": null}]') \gset
SELECT imports.ingest(:'slow_file', '[1,2)', '{"timestamp": "2024-02-01T00:00:00Z", "latitudeE7": 1, "longitudeE7": 2}');
SELECT is((SELECT rows FROM imports.batch WHERE file_id = :'slow_file'), 1::bigint, 'a batch notes its rows');
SELECT archive_id AS quick, import_id AS quick_import FROM imports.begin_archive('takeout-20240201T000000Z-001.zip', 'zip', 1, sha256('quick'), now()) \gset
SELECT file_id AS quick_file FROM imports.register_files(:'quick', '[{"member": 0, "path": "Takeout/Location History/Records.json", "size_bytes": 1, "head": null}]') \gset
SELECT imports.ingest(:'quick_file', '[1,2)', '{"timestamp": "2024-02-01T00:00:00Z", "latitudeE7": 1, "longitudeE7": 2}');
SELECT imports.finish_file(:'quick_file');
SELECT imports.finish_archive(:'quick');
SELECT imports.finish_import(:quick_import);
SELECT is((SELECT rows FROM imports.batch WHERE file_id = :'slow_file'), NULL, '… which do not hold any more');
SELECT imports.finish_file(:'slow_file');
SELECT imports.finish_archive(:'slow');
SELECT imports.finish_import(:slow_import);
SELECT results_eq(format('SELECT rows, duplicates FROM imports.file WHERE id IN (%L, %L) ORDER BY id', :'quick_file', :'slow_file'),
  'VALUES (1::bigint, 0::bigint), (0, 1)', 'the lower file has the row');
SELECT is((SELECT count(*) FROM lake.verify()), 0::bigint, 'the account adds up');

-- A later part opens the import again: what is made of all of it is not done until it ends once more.
SELECT imports.begin_archive('takeout-20240301T000000Z-002.zip', 'zip', 1, sha256('later part'), now());
SELECT results_eq(format('SELECT state, finished_at FROM imports.import WHERE id = %s', :slow_import), $$VALUES ('loading', NULL::timestamptz)$$, 'a later part opens the import again');

-- What is due.
SELECT ok(imports.is_due('{user_data.note,user_data.file}', '{user_data.file}', 'matching pictures'), 'a step is due when the import has files of its tables');
SELECT ok(NOT imports.is_due('{user_data.note}', '{user_data.file}', 'x') AND NOT imports.is_due('{}', '{}', 'x'), 'and else it is not');
SELECT * FROM finish();
ROLLBACK;
