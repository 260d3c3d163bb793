-- What users write through functions only: for themselves, and for files of theirs.
BEGIN;
SELECT plan(7);
CREATE ROLE user_900001 IN ROLE lake_user;
CREATE ROLE user_900002 IN ROLE lake_user;
SET LOCAL ROLE user_900001;
SELECT archive_id AS archive FROM imports.begin_archive('a.zip', 'zip', 1, sha256('a'), now()) \gset
SELECT file_id AS file FROM imports.register_files(:'archive', '[{"member": 0, "path": "Records.json", "size_bytes": 1, "head": null}]') LIMIT 1 \gset
SELECT imports.add_rejects(ARRAY[:'file'::uuid], ARRAY[1], ARRAY['long'], ARRAY['LK101'], ARRAY[convert_to(repeat('x', 2000000), 'UTF8')]);
SELECT is((SELECT length(raw) FROM imports.reject), 1048576, 'of a record the first MiB is kept');
SELECT throws_ok('INSERT INTO imports.reject SELECT * FROM imports.reject', '42501', NULL, 'users only read the bookkeeping');
SELECT imports.take_batches(ARRAY[:'file'::uuid], '{"[1,11)"}', '{10}', '{NULL}', '{1}');
SELECT throws_ok(format('SELECT imports.take_batches(ARRAY[%L::uuid], ''{"[10,12)"}'', ''{2}'', ''{2}'', ''{0}'')', :'file'), 'LK302', NULL, 'no ordinal is taken twice');
SET LOCAL ROLE user_900002;
SELECT imports.add_rejects(ARRAY[:'file'::uuid], ARRAY[2], ARRAY['not mine'], ARRAY['LK101'], ARRAY['\x00'::bytea]);
SELECT imports.keep_blobs(ARRAY[sha256('x')], '{1}');
SELECT throws_ok(format('SELECT imports.take_batches(ARRAY[%L::uuid], ''{"[20,21)"}'', ''{1}'', ''{1}'', ''{0}'')', :'file'), '23503', NULL, 'a checkpoint needs a file of one''s own');
RESET ROLE;
SELECT is((SELECT count(*) FROM imports.reject WHERE file_id = :'file'), 1::bigint, 'a reject of somebody else''s file is nothing');
SELECT is((SELECT count(*) FROM imports.batch WHERE file_id = :'file'), 1::bigint, 'nor is a checkpoint of it');
SELECT is((SELECT array_agg(user_id) FROM archive.blob WHERE sha256 = sha256('x')), ARRAY[900002::bigint], 'a blob is of who kept it');
SELECT * FROM finish();
ROLLBACK;
