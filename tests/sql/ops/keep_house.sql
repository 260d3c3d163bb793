-- Housekeeping: checkpoints of what is done for a day go, everything else stays.
BEGIN;
SELECT plan(3);
SET LOCAL session_replication_role = replica;
INSERT INTO imports.archive (user_id, id, import_id, name, format, size_bytes, fingerprint, exported_at, state, finished_at)
SELECT 900001, md5(s || a)::uuid, 1, 'x', 'zip', 1, '', now(), s, now() - a::interval
  FROM unnest(ARRAY['done', 'failed', 'loading']) AS s, unnest(ARRAY['2 days', '1 hour']) AS a;
INSERT INTO imports.file (user_id, id, archive_id, path, size_bytes, product, state)
SELECT 900001, id, id, 'x', 1, 'x', state FROM imports.archive WHERE user_id = 900001;
INSERT INTO imports.batch (user_id, file_id, ordinals) SELECT 900001, id, '[1,2)' FROM imports.file WHERE user_id = 900001;
SET LOCAL session_replication_role = origin;
SET LOCAL ROLE lake_jobs;
SELECT lives_ok('SELECT ops.keep_house(interval ''30 days'')', 'lake_jobs may');
RESET ROLE;
SELECT set_eq('SELECT file_id FROM imports.batch WHERE user_id = 900001',
              'SELECT id FROM imports.archive WHERE user_id = 900001 AND NOT (state = ''done'' AND finished_at < now() - interval ''1 day'')',
              'only what was finished a day ago has gone');
SELECT is((SELECT count(*) FROM ops.event WHERE user_id = 0 AND kind = 'checkpoints_cleared' AND at >= now()), 1::bigint, 'it is written down');
SELECT * FROM finish();
ROLLBACK;
