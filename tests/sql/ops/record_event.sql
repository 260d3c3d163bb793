-- The diary: written for everybody by functions and jobs, read by each for itself.
BEGIN;
SELECT plan(5);
CREATE ROLE user_900001 IN ROLE lake_user;
SET LOCAL ROLE lake_jobs;
SELECT ops.record_event(900001, 'tap', '{"n": 1}');
SELECT ops.record_event(900002, 'tap');
SELECT ops.record_event(NULL, 'tap');
SELECT throws_ok('SELECT * FROM ops.event', '42501', NULL, 'who writes it need not read it');
SET LOCAL ROLE user_900001;
SELECT results_eq('SELECT kind, detail FROM lake.events', 'SELECT ''tap''::text, ''{"n": 1}''::jsonb', 'one sees one''s own');
SELECT throws_ok('SELECT ops.record_event(900001, ''x'')', '42501', NULL, 'and writes nothing');
RESET ROLE;
SELECT is((SELECT count(*) FROM ops.event WHERE user_id = 0 AND kind = 'tap'), 1::bigint, 'NULL is the lake itself');
SELECT is((SELECT count(*) FROM ONLY ops.event), 0::bigint, 'all of it stands in partitions');
SELECT * FROM finish();
ROLLBACK;
