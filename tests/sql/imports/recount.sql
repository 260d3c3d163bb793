-- The counters are what the rows say, for this user's files and nobody else's.
BEGIN;
SELECT plan(9);
CREATE ROLE user_900001 IN ROLE lake_user;
SET LOCAL session_replication_role = replica;
INSERT INTO imports.archive (user_id, id, import_id, name, format, size_bytes, fingerprint, exported_at)
SELECT u, md5('a')::uuid, 1, 'x', 'zip', 1, '', now() FROM unnest(ARRAY[900001, 900002]) AS u;
INSERT INTO imports.file (user_id, id, archive_id, path, size_bytes, product, kind, state, records, rows, rejects)
SELECT u, md5(n::text)::uuid, md5('a')::uuid, 'x', 1, 'x', 'location_record', 'done', 5, 0, 1 FROM unnest(ARRAY[900001, 900002]) AS u, generate_series(1, 2) AS n;
INSERT INTO timeseries.location (user_id, at, cell, pos, file_id, ordinal)
SELECT 900001, '2024-01-01'::timestamptz + n * interval '1 s', n, 'POINT(1 2)', md5('1')::uuid, n FROM generate_series(1, 3) AS n;
SET LOCAL session_replication_role = origin;
SET LOCAL ROLE user_900001;
SELECT imports.recount();
SELECT results_eq('SELECT rows, duplicates FROM imports.file WHERE id = md5(''1'')::uuid', 'VALUES (3::bigint, 1::bigint)', 'rows are counted, the rest are duplicates');
SELECT results_eq('SELECT rows, duplicates FROM imports.file WHERE id = md5(''2'')::uuid', 'VALUES (0::bigint, 4::bigint)', 'all of them, where no row is held');
SELECT throws_ok('SELECT imports.count_rows(900002)', '42501', NULL, 'users do not count each other''s');
RESET ROLE;
SELECT is((SELECT sum(duplicates) FROM imports.file WHERE user_id = 900002), 0::numeric, 'another user''s are left alone');
SELECT results_eq('SELECT file_id, rows FROM imports.count_rows(900001)', 'SELECT md5(''1'')::uuid, 3::bigint', 'from the rows themselves');

-- Only what has rows in some tables.
UPDATE imports.file SET (kind, rows, duplicates) = ('my_activity', 5, 5) WHERE user_id = 900001 AND id = md5('2')::uuid;
UPDATE imports.file SET rows = 5 WHERE user_id = 900001 AND id = md5('1')::uuid;
SET LOCAL ROLE user_900001;
SELECT imports.recount(ARRAY['user_data.activity']::regclass[]);
SELECT results_eq('SELECT kind, rows FROM imports.file ORDER BY 1', $$VALUES ('location_record', 5::bigint), ('my_activity', 0)$$, 'files of other kinds are left alone');
SELECT imports.recount(ARRAY['user_data.signal']::regclass[]);
SELECT is((SELECT rows FROM imports.file WHERE kind = 'location_record'), 3::bigint, 'a kind of two tables counts in both');
RESET ROLE;
UPDATE imports.file SET rows = 5 WHERE user_id = 900001 AND id = md5('1')::uuid;
UPDATE imports.file SET kind = 'of an older lake' WHERE user_id = 900001 AND id = md5('2')::uuid;
SET LOCAL ROLE user_900001;
SELECT imports.recount(ARRAY['user_data.activity']::regclass[]);
SELECT is((SELECT rows FROM imports.file WHERE kind = 'location_record'), 3::bigint, 'a kind that is not known any more may have rows anywhere: all is counted');
SELECT ok('task' IN (SELECT imports.kinds_of(ARRAY['user_data.version']::regclass[])), 'states have their rows in versions');
SELECT * FROM finish();
ROLLBACK;
