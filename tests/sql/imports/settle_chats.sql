-- Messages of Google Chat are sent or received once it is known whose account it is.
BEGIN;
SELECT plan(6);
CREATE ROLE user_900001 IN ROLE lake_user;
INSERT INTO imports.import (user_id, id, export, exported_at) OVERRIDING SYSTEM VALUE VALUES (900001, 1, 'x', '2020-01-01Z'), (900001, 2, 'y', '2024-01-01Z');
INSERT INTO imports.archive (user_id, id, import_id, name, format, size_bytes, fingerprint, exported_at)
SELECT 900001, ('0' || n || '000000-0000-0000-0000-000000000000')::uuid, n, 'x', 'zip', 1, int4send(n), '2020-01-01Z' FROM generate_series(1, 2) AS n;
INSERT INTO imports.file (user_id, id, archive_id, path, size_bytes, product, kind, state) VALUES
  (900001, '01000000-0000-0000-0000-000000000001', '01000000-0000-0000-0000-000000000000', 'x', 1, 'Google Chat', 'chat_message', 'done'),
  (900001, '02000000-0000-0000-0000-000000000001', '02000000-0000-0000-0000-000000000000', 'x', 1, 'Hangouts', 'hangouts_event', 'done');
SET LOCAL ROLE user_900001;
INSERT INTO user_data.message (at, ident, type, direction, sender, sender_name, body, file_id, ordinal) VALUES
  ('2020-01-01Z', md5('1')::uuid, 'chat', NULL, 'ro@example.com', 'Ro', 'mine', '01000000-0000-0000-0000-000000000001', 1),
  ('2020-01-01Z', md5('2')::uuid, 'chat', NULL, 'tam@example.org', NULL, 'theirs', '01000000-0000-0000-0000-000000000001', 2),
  ('2020-01-01Z', md5('3')::uuid, 'chat', NULL, NULL, 'Bot', 'a bot''s', '01000000-0000-0000-0000-000000000001', 3),
  ('2020-01-01Z', md5('6')::uuid, 'chat', NULL, NULL, NULL, 'deleted', '01000000-0000-0000-0000-000000000001', 4),
  ('2020-01-01Z', md5('4')::uuid, 'chat', NULL, 'ro@example.com', 'Ro', 'in Hangouts', '02000000-0000-0000-0000-000000000001', 1),
  ('2020-01-01Z', md5('5')::uuid, 'chat', NULL, 'ro@example.com', 'Ro', 'by hand', NULL, NULL);
CREATE FUNCTION pg_temp.directions() RETURNS text LANGUAGE sql AS $$
  SELECT string_agg(body || ': ' || coalesce(direction, '?'), ', ' ORDER BY ident = md5('5')::uuid, body) FROM user_data.message
$$;
SELECT imports.settle_chats(1);
SELECT is((SELECT count(direction) FROM user_data.message), 0::bigint, 'nobody knows whose account it is');
INSERT INTO user_data.item (ident, type, product, attrs, file_id, ordinal)
VALUES (md5('u')::uuid, 'chat_user', 'Google Chat', '{"user": {"email": "Ro@Example.com"}}', '01000000-0000-0000-0000-000000000001', 1);
SELECT imports.settle_chats(2);
SELECT is((SELECT count(direction) FROM user_data.message), 0::bigint, 'an import without chats is no reason to look');
SELECT imports.settle_chats(1);
SELECT is(pg_temp.directions(), 'a bot''s: received, deleted: ?, in Hangouts: ?, mine: sent, theirs: received, by hand: ?', 'messages of Google Chat are known now');
UPDATE user_data.item SET attrs = '{"user": {"email": "tam@example.org"}}';
SELECT imports.settle_chats(1);
SELECT is(pg_temp.directions(), 'a bot''s: received, deleted: ?, in Hangouts: ?, mine: received, theirs: sent, by hand: ?', 'as it is told');
CREATE TEMP TABLE before AS SELECT id, xmin::text AS written FROM user_data.message;
SELECT imports.settle_chats(1);
SELECT set_eq('SELECT id, xmin::text AS written FROM user_data.message', 'SELECT * FROM before', 'again writes nothing');
DELETE FROM user_data.item;
SELECT imports.settle_chats(1);
SELECT is((SELECT count(direction) FROM user_data.message), 0::bigint, 'and nothing is left of it when that is gone');
SELECT * FROM finish();
ROLLBACK;
