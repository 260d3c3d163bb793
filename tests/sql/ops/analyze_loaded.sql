-- Only lake_jobs analyzes, and only what changed much.
BEGIN;
SELECT plan(2);
SET LOCAL ROLE lake_jobs;
SELECT lives_ok('CALL ops.analyze_loaded()', 'lake_jobs may');
RESET ROLE;
CREATE ROLE user_900001 IN ROLE lake_user;
SET LOCAL ROLE user_900001;
SELECT throws_ok('CALL ops.analyze_loaded()', '42501', NULL, 'no business of users');
SELECT * FROM finish();
ROLLBACK;
