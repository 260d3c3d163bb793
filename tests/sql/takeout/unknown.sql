-- A file that nobody knows is a file all the same: one record, a row, its bytes, and still shown as unrecognized.
BEGIN;
SELECT plan(7);
CREATE ROLE user_900001 IN ROLE lake_user;
SET LOCAL ROLE user_900001;
SELECT archive_id AS archive, import_id AS import FROM imports.begin_archive('takeout-20240101T000000Z-001.zip', 'zip', 1, sha256('a'), now()) \gset
SELECT jsonb_build_array(
  jsonb_build_object('member', 0, 'path', 'Takeout/Tidal Insights/moon_phases.json', 'size_bytes', 9, 'head', '{"phases": ['),
  jsonb_build_object('member', 1, 'path', 'Takeout/Google Play Movies _ TV/new.xyz', 'size_bytes', 9, 'head', NULL)) AS members \gset
CREATE TEMP TABLE f AS SELECT * FROM imports.register_files(:'archive', :'members');
SELECT results_eq('SELECT kind, decoder, options FROM f ORDER BY member',
  $$VALUES ('unknown_file', 'file', '{}'::jsonb), ('unknown_file', 'file', '{}')$$, 'of whatever format');
SELECT set_eq('SELECT product FROM imports.file', ARRAY['Tidal Insights', 'Google Play Movies & TV'], 'the product is its folder, by its English name');
SELECT imports.ingest((SELECT file_id FROM f WHERE member = 0), '[1,2)',
  '{"path": "Takeout/Tidal Insights/moon_phases.json", "name": "moon_phases.json", "size": 9, "sha256": "4da995fc927e9728f0bcf95d36bde279691f8e44666b9fc52b9b7066144d6efd", "modified": null, "media_type": "application/json", "text": "{\"phases\": []}"}');
SELECT is(imports.finish_file((SELECT file_id FROM f WHERE member = 0)), 'unrecognized', 'it stays unrecognized');
SELECT results_eq('SELECT records, rows, rejects FROM imports.file WHERE kind = ''unknown_file'' AND path ~ ''moon''', $$VALUES (1::bigint, 1::bigint, 0::bigint)$$, 'and counts as one record');
SELECT results_eq('SELECT path, product, body FROM user_data.file',
  $$VALUES ('Tidal Insights/moon_phases.json', 'Tidal Insights', '{"phases": []}')$$, 'its text is there to be found');
SELECT imports.finish_archive(:'archive');
RESET ROLE;
CALL imports.register_document('tap_moon', 'Tidal Insights', 'json', ARRAY['(^|/)moon_phases\.json$']);
CALL imports.register_kind('tap_moon', 'tap_moon', 0, '{"list": ["phases"]}', '[{"table": "user_data.signal", "parser": "takeout.location_record_signal"}]');
SET LOCAL ROLE user_900001;
SELECT results_eq(format('SELECT kind, state, done FROM imports.register_files(%L, %L) WHERE member = 0', :'archive', :'members'),
  $$VALUES ('tap_moon', 'loading', '{}'::int8multirange)$$, 'once its kind is known it is read again');
SELECT is_empty('SELECT * FROM user_data.file', 'and is a file no longer');
SELECT * FROM finish();
ROLLBACK;
