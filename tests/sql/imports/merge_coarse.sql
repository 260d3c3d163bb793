-- Events known to the second give way to finer ones of the same identity within it, and only to those.
BEGIN;
SELECT plan(3);
CREATE ROLE user_900001 IN ROLE lake_user;
CREATE ROLE user_900002 IN ROLE lake_user;
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
SELECT is(imports.merge_coarse(), 1::bigint, 'one gives way');
SELECT set_eq('SELECT title FROM user_data.activity', ARRAY['finer', 'next second', 'something else', 'a row of one''s own', 'fine'], 'exactly that one');
SET LOCAL ROLE user_900002;
SELECT is((SELECT count(*) FROM user_data.activity), 1::bigint, 'another user''s is another event');
SELECT * FROM finish();
ROLLBACK;
