-- What runs when: for lake_admin, from the list of jobs and pg_cron's log.
BEGIN;
SELECT plan(4);
SELECT set_eq('SELECT name FROM lake.job_status()', 'SELECT name FROM ops.job', 'every job is there');
SET LOCAL ROLE lake_admin;
SELECT isnt_empty('SELECT * FROM lake.job_status()', 'lake_admin sees it');
SELECT throws_ok('SELECT * FROM ops.job_runs()', '42501', NULL, 'and nothing behind it');
RESET ROLE;
CREATE ROLE user_900001 IN ROLE lake_user;
SET LOCAL ROLE user_900001;
SELECT throws_ok('SELECT * FROM lake.job_status()', '42501', NULL, 'users do not');
SELECT * FROM finish();
ROLLBACK;
