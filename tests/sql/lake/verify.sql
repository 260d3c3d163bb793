-- The account, recomputed: lake.verify finds what does not add up, lake.explain_record says where a record went.
BEGIN;
SELECT plan(8);
CREATE ROLE user_900001 IN ROLE lake_user;
CREATE ROLE user_900002 IN ROLE lake_user;
SET LOCAL ROLE user_900001;
SELECT archive_id AS archive, import_id AS import FROM imports.begin_archive('takeout-20240101T000000Z-001.zip', 'zip', 1, sha256('a'), now()) \gset
SELECT file_id AS file FROM imports.register_files(:'archive', '[{"member": 0, "path": "Takeout/Location History/Records.json", "size_bytes": 1, "head": null}]') \gset
SELECT imports.ingest(:'file', '[1,4)', '{"timestamp": "2024-01-01T00:00:00Z", "latitudeE7": 1, "longitudeE7": 2}' || E'\r,\r'
  || '{"timestamp": "2024-01-01T00:00:00Z", "latitudeE7": 1, "longitudeE7": 2}' || E'\r,\r' || '{}');
SELECT imports.finish_file(:'file');
SELECT imports.finish_archive(:'archive');
SELECT imports.finish_import(:import);
SELECT is_empty('SELECT * FROM lake.verify()', 'what was loaded adds up');
SELECT is((SELECT outcome || ' ' || entity FROM lake.explain_record(:'file', 1)), 'row timeseries.location', 'a row');
SELECT is((SELECT outcome FROM lake.explain_record(:'file', 2)), 'duplicate', 'a duplicate');
SELECT is((SELECT held_by_ordinal FROM lake.explain_record(:'file', 2, '{"timestamp": "2024-01-01T00:00:00Z", "latitudeE7": 1, "longitudeE7": 2}')), 1::bigint,
          'and of whom');
SELECT is((SELECT outcome FROM lake.explain_record(:'file', 3)), 'reject', 'a reject');
DELETE FROM timeseries.location;
SELECT is((SELECT count(*) FROM lake.verify()), 1::bigint, 'a row that is gone is missed');
SET LOCAL ROLE user_900002;
SELECT is_empty('SELECT * FROM lake.verify()', 'by its owner only');
SELECT throws_ok(format('SELECT * FROM lake.explain_record(%L, 1)', :'file'), NULL, NULL, 'and another''s file is no file');
SELECT * FROM finish();
ROLLBACK;
