-- Which archive it is, of which export, and that one session loads it.
BEGIN;
SELECT plan(14);
CREATE ROLE user_900001 IN ROLE lake_user;
CREATE ROLE user_900002 IN ROLE lake_user;
SELECT throws_ok('SELECT imports.begin_archive(''x.zip'', ''zip'', 1, ''\x01'', now())', 'LK401', NULL, 'only users load');

SET LOCAL ROLE user_900001;
SELECT * FROM imports.begin_archive('takeout-20240305T180709Z-001.zip', 'zip', 1, sha256('1'), now()) \gset one_
SELECT * FROM imports.begin_archive('takeout-20240305T180709Z-002.zip', 'zip', 1, sha256('2'), now()) \gset two_
SELECT * FROM imports.begin_archive('my photos.zip', 'zip', 1, sha256('3'), '2023-07-01 12:00:00.1234Z') \gset three_
SELECT is(:one_import_id, :two_import_id, 'parts of one export share an import');
SELECT isnt(:'one_archive_id'::uuid, :'two_archive_id'::uuid, 'and are two archives');
SELECT isnt(:one_import_id, :three_import_id, 'another name is another import');
SELECT is(:'one_state'::text, 'loading', 'a new archive is loading');
SELECT results_eq('SELECT exported_at FROM imports.archive ORDER BY exported_at',
  $$VALUES ('2023-07-01 12:00:00.123+00'::timestamptz), ('2024-03-05 18:07:09+00'), ('2024-03-05 18:07:09+00')$$,
  'the time is in the name, or else the newest member''s');
SELECT ok(:'three_archive_id'::uuid < :'one_archive_id'::uuid, 'ids sort by time');
SELECT is(left(:'one_archive_id', 8) || substr(:'one_archive_id', 10, 4), lpad(to_hex((extract(epoch FROM '2024-03-05 18:07:09Z'::timestamptz) * 1000)::bigint), 12, '0'),
          'which they begin with');
SELECT is((SELECT archive_id FROM imports.begin_archive('renamed.zip', 'zip', 1, sha256('1'), now())), :'one_archive_id'::uuid, 'an archive is known by its bytes');

RESET ROLE;
-- A live session of somebody else's, and one that is gone.
UPDATE imports.archive SET (claimed_by, claimed_at) = (SELECT pid, backend_start FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND backend_start IS NOT NULL LIMIT 1)
 WHERE user_id = 900001 AND id = :'one_archive_id';
SET LOCAL ROLE user_900001;
SELECT throws_ok('SELECT imports.begin_archive(''x'', ''zip'', 1, sha256(''1''), now())', 'LK301', NULL, 'another live session has it');
RESET ROLE;
UPDATE imports.archive SET claimed_at = claimed_at - interval '1 second' WHERE user_id = 900001 AND id = :'one_archive_id';
SET LOCAL ROLE user_900001;
SELECT lives_ok('SELECT imports.begin_archive(''x'', ''zip'', 1, sha256(''1''), now())', 'a dead one''s claim is taken over');
SELECT is((SELECT claimed_by FROM imports.archive WHERE id = :'one_archive_id'), pg_backend_pid(), 'by this session');
SELECT imports.finish_archive(:'one_archive_id');
SELECT is((SELECT claimed_by FROM imports.archive WHERE id = :'one_archive_id'), NULL, 'until it ends');

SET LOCAL ROLE user_900002;
SELECT is((SELECT state FROM imports.begin_archive('takeout-20240305T180709Z-001.zip', 'zip', 1, sha256('1'), now())), 'loading',
          'for another user it is another archive');
SELECT * FROM finish();
ROLLBACK;
