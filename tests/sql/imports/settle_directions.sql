-- Letters and messages of Google Chat are sent or received once it is known whose account it is.
BEGIN;
SELECT plan(11);
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
SELECT imports.settle_directions(1);
SELECT is((SELECT count(direction) FROM user_data.message), 0::bigint, 'nobody knows whose account it is');
INSERT INTO user_data.item (ident, type, product, attrs, file_id, ordinal)
VALUES (md5('u')::uuid, 'chat_user', 'Google Chat', '{"user": {"email": "Ro@Example.com"}}', '01000000-0000-0000-0000-000000000001', 1);
SELECT imports.settle_directions(2);
SELECT is((SELECT count(direction) FROM user_data.message), 0::bigint, 'an import without chats is no reason to look');
SELECT imports.settle_directions(1);
SELECT is(pg_temp.directions(), 'a bot''s: received, deleted: ?, in Hangouts: ?, mine: sent, theirs: received, by hand: ?', 'messages of Google Chat are known now');
UPDATE user_data.item SET attrs = '{"user": {"email": "tam@example.org"}}';
SELECT imports.settle_directions(1);
SELECT is(pg_temp.directions(), 'a bot''s: received, deleted: ?, in Hangouts: ?, mine: received, theirs: sent, by hand: ?', 'as it is told');
CREATE TEMP TABLE before AS SELECT id, xmin::text AS written FROM user_data.message;
SELECT imports.settle_directions(1);
SELECT set_eq('SELECT id, xmin::text AS written FROM user_data.message', 'SELECT * FROM before', 'again writes nothing');
DELETE FROM user_data.item;
SELECT imports.settle_directions(1);
SELECT is((SELECT count(direction) FROM user_data.message), 0::bigint, 'and nothing is left of it when that is gone');

-- Mail.
RESET ROLE;
INSERT INTO imports.import (user_id, id, export, exported_at) OVERRIDING SYSTEM VALUE VALUES (900001, 3, 'z', '2024-01-01Z');
INSERT INTO imports.archive (user_id, id, import_id, name, format, size_bytes, fingerprint, exported_at)
VALUES (900001, '03000000-0000-0000-0000-000000000000', 3, 'x', 'zip', 1, int4send(3), '2020-01-01Z');
INSERT INTO imports.file (user_id, id, archive_id, path, size_bytes, product, kind, state) VALUES
  (900001, '03000000-0000-0000-0000-000000000001', '03000000-0000-0000-0000-000000000000', 'x', 1, 'Mail', 'message', 'done'),
  (900001, '03000000-0000-0000-0000-000000000002', '03000000-0000-0000-0000-000000000000', 'y', 1, 'Groups', 'group_message', 'done');
SET LOCAL ROLE user_900001;
DELETE FROM user_data.message;
INSERT INTO user_data.message (at, ident, type, direction, sender, recipients, delivered_to, labels, body, file_id, ordinal)
SELECT '2020-01-01Z', md5(body)::uuid, type, direction, sender, recipients, delivered_to, labels, body, '03000000-0000-0000-0000-000000000001', row_number() OVER ()
  FROM (VALUES ('to me', 'mail', 'received', 'tam@example.org', '{ro@example.com}'::text[], 'ro@example.com', '{Posteingang}'::text[]),
               ('Gesendet', 'mail', NULL, 'ro@example.com', '{tam@example.org}', NULL, '{Gesendet}'),
               ('sent, and delivered to me', 'mail', 'received', 'ro@example.com', '{ro@example.com}', 'ro@example.com', NULL),
               ('sent by an alias', 'mail', 'sent', 'robin@work.example', '{tam@example.org}', NULL, '{Sent}'),
               ('by the alias again', 'mail', NULL, 'robin@work.example', '{tam@example.org}', NULL, '{Gesendet}'),
               ('a draft', 'mail', NULL, 'ro@example.com', NULL, NULL, '{Drafts}'),
               ('junk', 'mail', 'received', 'ro@example.com', NULL, 'ro@example.com', '{Spam}'),
               ('no header, to me', 'mail', NULL, 'tam@example.org', '{priya@example.org,ro@example.com}', NULL, NULL),
               ('to nobody known', 'mail', NULL, 'tam@example.org', '{priya@example.org}', NULL, NULL),
               ('chat', 'chat', NULL, 'ro@example.com', NULL, NULL, '{Chat}')) AS v(body, type, direction, sender, recipients, delivered_to, labels);
-- Thirty of the account, and one that was imported from a stranger's.
INSERT INTO user_data.message (at, ident, type, direction, sender, delivered_to, file_id, ordinal)
SELECT '2020-01-02Z', md5('more ' || n)::uuid, 'mail', 'received', 'list@example.org', CASE n WHEN 31 THEN 'tam@example.org' ELSE 'ro@example.com' END,
       '03000000-0000-0000-0000-000000000001', 100 + n
  FROM generate_series(1, 31) AS n;
INSERT INTO user_data.message (at, ident, type, sender, recipients, delivered_to, body, file_id, ordinal) VALUES
  ('2020-01-03Z', md5('g1')::uuid, 'mail', 'ro@example.com', '{tide@groups.example}', NULL, 'mine in a group', '03000000-0000-0000-0000-000000000002', 1),
  ('2020-01-03Z', md5('g2')::uuid, 'mail', 'priya@example.org', '{tide@groups.example}', NULL, 'theirs in a group', '03000000-0000-0000-0000-000000000002', 2);
SELECT imports.settle_directions(3);
SELECT results_eq('SELECT body, direction FROM user_data.message WHERE body IS NOT NULL ORDER BY file_id, ordinal',
  $$VALUES ('to me', 'received'), ('Gesendet', 'sent'), ('sent, and delivered to me', 'sent'), ('sent by an alias', 'sent'), ('by the alias again', 'sent'),
           ('a draft', NULL), ('junk', 'received'), ('no header, to me', 'received'), ('to nobody known', NULL), ('chat', 'sent'),
           ('mine in a group', 'sent'), ('theirs in a group', NULL)$$, 'mail, whatever its labels are called');
SELECT set_eq('SELECT * FROM imports.own_addresses(900001)', $$VALUES ('ro@example.com', true), ('robin@work.example', false)$$,
  'the addresses that mail came to and was sent from, but not those of single letters');
DELETE FROM before;
INSERT INTO before SELECT id, xmin::text FROM user_data.message;
SELECT imports.settle_directions(3);
SELECT set_eq('SELECT id, xmin::text AS written FROM user_data.message', 'SELECT * FROM before', 'again writes nothing');
INSERT INTO user_data.item (ident, type, product, attrs, file_id, ordinal) VALUES
  (md5('p')::uuid, 'profile', 'Profile', '{"emails": [{"value": "Priya@Example.org"}, {"value": null}, 7]}', '03000000-0000-0000-0000-000000000001', 1),
  (md5('a')::uuid, 'account_info', 'Google Account', '{"e-Mail": "ann@example.org", "Alternate e-Mails": "a@example.org, b@example.org; none"}',
   '03000000-0000-0000-0000-000000000001', 2),
  (md5('h')::uuid, 'profile', 'Profile', '{"emails": [{"value": "by@hand.example"}]}', NULL, NULL);
SELECT set_eq('SELECT address FROM imports.own_addresses(900001) WHERE is_account',
  '{ro@example.com,priya@example.org,ann@example.org,a@example.org,b@example.org}'::text[], 'what Profile and Google Account say; nothing that a user wrote');
SELECT imports.settle_directions(3);
SELECT is((SELECT direction FROM user_data.message WHERE body = 'theirs in a group'), 'sent', 'and it counts for mail');
SELECT * FROM finish();
ROLLBACK;
