-- Users and services, as lake_admin makes them.
BEGIN;
SELECT plan(11);

SET LOCAL ROLE lake_admin;
SELECT lake.add_user('tap-one') AS one, lake.add_user('tap.two') AS two \gset
SELECT matches(:'one'::text, '^user_[1-9][0-9]*$', 'a user is a role');
SELECT ok(pg_has_role(:'one', 'lake_user', 'USAGE'), 'in the group of users');
SELECT ok(has_schema_privilege(:'one', :'one', 'CREATE') AND NOT has_schema_privilege(:'two', :'one', 'USAGE'), 'with a schema of its own');
SELECT ok(NOT pg_has_role('lake_admin', :'one', 'SET'), 'which lake_admin cannot act as');
SELECT throws_ok('SELECT lake.add_user(''tap-one'')', 'LK304', NULL, 'a name is taken once');
SELECT throws_ok('SELECT lake.add_user(''Tap'')', 'LK104', NULL, 'a name is lower case');
SELECT throws_ok('SELECT lake.add_user(NULL)', NULL, NULL, 'and not nothing');
SELECT is(ARRAY(SELECT name FROM lake.users() WHERE name ~ '^tap[-.]' ORDER BY 1), ARRAY['tap-one', 'tap.two'], 'users are listed');

SELECT is(lake.add_service('tap', ARRAY['tap-one']), 'service_tap', 'a service is a role');
SELECT is((SELECT users FROM lake.services() WHERE role_name = 'service_tap'), ARRAY['tap-one'], 'that acts for its users');
SELECT throws_ok('SELECT lake.add_service(''tap'', ARRAY[''nobody.here''])', 'LK305', NULL, 'who must be there');

SELECT * FROM finish();
ROLLBACK;
