-- Who is acting: the role, and nothing else.
BEGIN;
SELECT plan(8);
CREATE ROLE user_900001 IN ROLE lake_user;
CREATE ROLE user_900002 IN ROLE lake_user;

SELECT is(lake.current_user_id(), NULL, 'a superuser is no user');
SET LOCAL ROLE user_900001;
SELECT is(lake.current_user_id(), 900001::bigint, 'SET ROLE makes one a user');
SET LOCAL app.user_id = '900002';
SELECT is(lake.current_user_id(), 900001::bigint, 'a setting does not');
SELECT throws_ok('INSERT INTO user_data.note (user_id, at, ident) VALUES (900002, now(), md5(''x'')::uuid)', '42501', NULL,
                 'nobody writes for another');
SELECT lives_ok('INSERT INTO user_data.note (at, ident) VALUES (now(), md5(''mine'')::uuid)', 'a row of one''s own needs no user_id');
SET LOCAL ROLE user_900002;
SELECT is_empty('SELECT * FROM user_data.note', 'the other one does not see it');
SET LOCAL ROLE lake_owner;
SELECT is_empty('SELECT * FROM user_data.note', 'nor does the owner of the table');
SET LOCAL ROLE lake_service;
SELECT is((SELECT count(*) FROM user_data.note WHERE ident = md5('mine')::uuid), 1::bigint, 'lake_service does');

SELECT * FROM finish();
ROLLBACK;
