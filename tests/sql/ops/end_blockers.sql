-- Sessions that lock others out are ended by lake_jobs; that it works needs two sessions: tests/e2e/test_attacks.py.
BEGIN;
SELECT plan(2);
SET LOCAL ROLE lake_jobs;
SELECT is(ops.end_blockers(), 0::bigint, 'nobody is in the way');
RESET ROLE;
CREATE ROLE user_900001 IN ROLE lake_user;
SET LOCAL ROLE user_900001;
SELECT throws_ok('SELECT ops.end_blockers()', '42501', NULL, 'no business of users');
SELECT * FROM finish();
ROLLBACK;
