-- Jobs are registered by name, run by name where pg_cron is not, and end when their file is gone.
BEGIN;
SELECT plan(6);
SELECT ops.schedule_job('tap', '5 4 * * *', 'SELECT 1');
SELECT ops.schedule_job('tap', '6 4 * * *', 'SELECT ops.record_event(0, ''tap'')');
SELECT is((SELECT schedule FROM ops.job WHERE name = 'tap'), '6 4 * * *', 'the last word counts');
SELECT lives_ok('CALL ops.run_job(''tap'')', 'it can be run by name');
SELECT is((SELECT count(*) FROM ops.event WHERE kind = 'tap' AND at >= now()), 1::bigint, 'and does what it says');
SELECT throws_ok('CALL ops.run_job(''no such job'')', 'LK306', NULL, 'an unknown one is refused');
SELECT ops.unschedule_jobs_except(ARRAY(SELECT name FROM ops.job WHERE name <> 'tap'));
SELECT is_empty('SELECT * FROM ops.job WHERE name = ''tap''', 'without a file it ends');
SELECT isnt_empty('SELECT * FROM ops.job', 'the others stay');
SELECT * FROM finish();
ROLLBACK;
