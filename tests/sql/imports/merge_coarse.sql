-- Rows known to the second give way to finer ones of the same identity within it, and only to those, in every table
-- that has such times.
BEGIN;
SELECT plan(6);
CREATE ROLE user_900001 IN ROLE lake_user;
CREATE ROLE user_900002 IN ROLE lake_user;
SELECT set_eq($$SELECT DISTINCT t ->> 'table' FROM imports.kind, jsonb_array_elements(targets) AS t WHERE t ? 'coarse'$$,
  $$SELECT format('user_data.%s', c.relname) FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid
     WHERE c.relnamespace = 'user_data'::regnamespace AND c.relkind = 'r' AND a.attname = 'coarse'$$,
  'kinds give coarse times to the tables that can tell them, and to no other');
SET LOCAL ROLE user_900002;
INSERT INTO user_data.activity (at, coarse, ident, file_id) VALUES ('2024-01-01 00:00:00Z', true, md5('a')::uuid, md5('f')::uuid);
SET LOCAL ROLE user_900001;
INSERT INTO user_data.activity (at, coarse, ident, title, file_id) VALUES
  ('2024-01-01 00:00:00Z', true, md5('a')::uuid, 'gives way', md5('f')::uuid),
  ('2024-01-01 00:00:00.9Z', false, md5('a')::uuid, 'finer', md5('g')::uuid),
  ('2024-01-01 00:00:01Z', true, md5('a')::uuid, 'next second', md5('f')::uuid),
  ('2024-01-01 00:00:00Z', true, md5('b')::uuid, 'something else', md5('f')::uuid),
  ('2024-01-01 00:00:05Z', true, md5('c')::uuid, 'a row of one''s own', NULL),
  ('2024-01-01 00:00:05.5Z', false, md5('c')::uuid, 'fine', md5('g')::uuid);
INSERT INTO user_data.comment (at, coarse, ident, product, body, file_id) VALUES
  ('2024-01-01 00:00:00Z', true, md5('a')::uuid, 'YouTube', 'gives way', md5('f')::uuid),
  ('2024-01-01 00:00:00.434647Z', false, md5('a')::uuid, 'YouTube', 'finer', md5('g')::uuid),
  ('2024-01-01 00:00:02Z', true, md5('a')::uuid, 'YouTube', 'said again', md5('f')::uuid);
SELECT is(imports.merge_coarse(ARRAY['user_data.note']::regclass[]), '{}', 'where nothing has come, nothing is looked for');
SELECT is(imports.merge_coarse(), ARRAY['user_data.activity', 'user_data.comment']::regclass[], 'one of each table gives way');
SELECT set_eq('SELECT title FROM user_data.activity', ARRAY['finer', 'next second', 'something else', 'a row of one''s own', 'fine'], 'exactly that one');
SELECT set_eq('SELECT body FROM user_data.comment', ARRAY['finer', 'said again'], 'exactly that comment');
SET LOCAL ROLE user_900002;
SELECT is((SELECT count(*) FROM user_data.activity), 1::bigint, 'another user''s is another event');
SELECT * FROM finish();
ROLLBACK;
