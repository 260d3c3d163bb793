-- ops.isolate gives a table all of its isolation, however often it is called.
BEGIN;
SELECT plan(9);
SET LOCAL ROLE lake_owner;
CREATE TABLE user_data.tap (user_id bigint NOT NULL DEFAULT lake.current_user_id(), id bigint, secret text, at timestamptz,
                            PRIMARY KEY (user_id, id));
SELECT ops.isolate('user_data.tap', true);
SELECT ops.isolate('user_data.tap', true);
RESET ROLE;
SELECT ok(relrowsecurity AND relforcerowsecurity, 'enabled and forced') FROM pg_class WHERE oid = 'user_data.tap'::regclass;
SELECT policies_are('user_data', 'tap', ARRAY['user_isolation_policy', 'service_read_policy']);
SELECT table_privs_are('user_data', 'tap', 'lake_user', ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']);
SELECT table_privs_are('user_data', 'tap', 'lake_service', ARRAY['SELECT']);
SELECT table_privs_are('user_data', 'tap', 'lake_jobs', '{}'::name[]);
SELECT is((SELECT attstattarget FROM pg_attribute WHERE attrelid = 'user_data.tap'::regclass AND attname = 'secret'), 0::smallint,
          'no statistics of texts');
SELECT is((SELECT attstattarget FROM pg_attribute WHERE attrelid = 'user_data.tap'::regclass AND attname = 'at'), NULL::smallint,
          'but of times');
SET LOCAL ROLE lake_owner;
SELECT ops.isolate('user_data.tap');
RESET ROLE;
SELECT table_privs_are('user_data', 'tap', 'lake_user', ARRAY['SELECT'], 'a table that users only read');
CREATE ROLE user_900001 IN ROLE lake_user;
SET LOCAL ROLE user_900001;
SELECT throws_ok('SELECT ops.isolate(''user_data.tap'')', '42501', NULL, 'no business of users');
SELECT * FROM finish();
ROLLBACK;
