-- vectors.text and vectors.item follow the rows of a user, and of nobody else.
BEGIN;
SELECT plan(14);
CREATE ROLE user_900001 IN ROLE lake_user;
CREATE ROLE user_900002 IN ROLE lake_user;

CREATE FUNCTION pg_temp.run_as(p_role text, p_sql text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  v_result text;
BEGIN
  PERFORM set_config('role', p_role, true);
  EXECUTE p_sql INTO v_result;
  PERFORM set_config('role', 'none', true);
  RETURN v_result;
END
$$;

INSERT INTO user_data.activity (user_id, at, ident, title, channel)
SELECT 900001, timestamptz '2024-01-01 00:00Z' + n * interval '1 hour', gen_random_uuid(), title, channel
FROM (VALUES (1, 'Ramen recipe', 'Kitchen'), (2, 'Ramen recipe', 'Kitchen'), (3, 'Bicycle tour', NULL), (4, '  ', NULL),
             (5, NULL, NULL)) AS a(n, title, channel);
INSERT INTO user_data.place (user_id, place_id, name, address) VALUES
  (900001, 'p1', 'Menya', '1 Noodle Street'), (900001, 'p2', NULL, '2 Noodle Street');
INSERT INTO user_data.note (user_id, at, ident, title, body) VALUES (900001, '2024-02-01Z', md5('n')::uuid, 'A day', 'We ate.');
INSERT INTO user_data.activity (user_id, at, ident, title) VALUES (900002, '2024-01-01Z', gen_random_uuid(), 'Secret plans');

SELECT is(pg_temp.run_as('user_900001', 'SELECT vectors.collect_own()'), '5', 'five distinct texts');
SELECT results_eq($$SELECT text, details FROM vectors.text WHERE user_id = 900001 ORDER BY text COLLATE "C"$$,
  $$VALUES ('2 Noodle Street', ''), (E'A day\nWe ate.', ''), ('Bicycle tour', ''), ('Menya', '1 Noodle Street'),
           ('Ramen recipe', 'Kitchen')$$,
  'titles are searched by meaning, details by words; a place without a name is known by its address');
SELECT is(count(*), 6::bigint, 'each row with a text is an item') FROM vectors.item WHERE user_id = 900001;
SELECT is(count(*), 0::bigint, 'other users'' rows are not touched') FROM vectors.text WHERE user_id = 900002;

SELECT is(pg_temp.run_as('user_900001', 'SELECT vectors.collect_own()'), '0', 'again: nothing new');
SELECT is(count(*), 6::bigint, 'again: the same items') FROM vectors.item WHERE user_id = 900001;

UPDATE user_data.activity SET title = 'Cargo bike tour' WHERE user_id = 900001 AND title = 'Bicycle tour';
DELETE FROM user_data.note WHERE user_id = 900001;
DELETE FROM user_data.activity WHERE user_id = 900001 AND at = '2024-01-01 01:00Z';
SELECT is(pg_temp.run_as('user_900001', 'SELECT vectors.collect_own()'), '1', 'a changed title is a new text');
SELECT is(array_agg(text ORDER BY text COLLATE "C"), ARRAY['2 Noodle Street', 'Cargo bike tour', 'Menya', 'Ramen recipe'],
  'texts that stand nowhere any more are gone') FROM vectors.text WHERE user_id = 900001;
SELECT is(count(*), 4::bigint, 'and so are the items of rows that are gone') FROM vectors.item WHERE user_id = 900001;

INSERT INTO imports.import (user_id, export, exported_at, state, finished_at)
VALUES (900002, 'x', now(), 'done', now());
SELECT ok(EXISTS (SELECT FROM vectors.uncollected_users() u WHERE u = 900002), 'an import that ended is to be collected');
SELECT is(pg_temp.run_as('lake_jobs', 'SELECT vectors.collect(900002)'), '1', 'the job collects for a user');
SELECT ok(NOT EXISTS (SELECT FROM vectors.uncollected_users() u WHERE u = 900002), 'and then has done so');
SELECT throws_ok($$SELECT pg_temp.run_as('user_900001', 'SELECT vectors.collect(900002)')$$, '42501', NULL,
  'a user cannot collect for another');
SELECT throws_ok($$SELECT pg_temp.run_as('lake_jobs', 'SELECT vectors.collect_own()')$$, '42501', NULL,
  'the job has nothing of its own');

SELECT * FROM finish();
ROLLBACK;
