-- Google Chat: messages in every form of their dates, deleted ones, what hangs on them; conversations and members.
BEGIN;
SELECT plan(17);
SELECT results_eq($$SELECT takeout.chat_time(t) FROM unnest(ARRAY[
    'Tuesday, March 5, 2024 at 6:07:09 PM UTC', U&'Tuesday, March 5, 2024 at 6:07:09\202FPM UTC', 'Tuesday, 5 March 2024 at 18:07:09 UTC',
    'Tuesday, March 5, 2024 at 12:07:09 AM UTC', '2024. március 5., kedd 18:07:09 UTC', '2024年3月5日星期二 UTC 18:07:09',
    '2024년 3월 5일 화요일 PM 6시 7분 9초 UTC', '2024년 3월 5일 화요일 AM 12시 7분 9초 UTC', 'Dienstag, 5. März 2024 um 18:07:09 UTC']) AS t$$,
  $$VALUES ('2024-03-05 18:07:09+00'::timestamptz), ('2024-03-05 18:07:09+00'), ('2024-03-05 18:07:09+00'), ('2024-03-05 00:07:09+00'),
           ('2024-03-05 18:07:09+00'), ('2024-03-05 18:07:09+00'), ('2024-03-05 18:07:09+00'), ('2024-03-05 00:07:09+00'), ('2024-03-05 18:07:09+00')$$,
  'dates in every form');
SELECT is((SELECT count(takeout.chat_time(t)) FROM unnest(ARRAY['', 'now', 'Tuesday, March 35, 2024 at 6:07:09 PM UTC', 'Tuesday', '2024-03-05',
                                                          'Someday, Mars 5, 2024 at 6:07:09 PM UTC', '시 분 초']) AS t), 0::bigint, 'what is no date is none');

CREATE TEMP TABLE records AS SELECT '[
  {"creator": {"name": "Tam", "email": "Tam@Example.org", "user_type": "Human"}, "created_date": "Tuesday, March 5, 2024 at 6:07:09 PM UTC",
   "text": "hi", "topic_id": "t1", "message_id": "SPACE/t1/m1", "reactions": [{"emoji": {"unicode": "X"}, "reactor_emails": ["a@example.org"]}]},
  {"creator": {"name": "Ro"}, "created_date": "Tuesday, March 5, 2024 at 6:08:00 PM UTC", "message_id": "SPACE/t1/m2",
   "attached_files": [{"original_name": "shore?.jpg", "export_name": "File-shore_.jpg"}, 7, {"export_name": "b.pdf", "size": 3}]},
  {"message_state": "DELETED", "deleted_date": "Tuesday, March 5, 2024 at 6:12:00 PM UTC", "message_id": "SPACE/t3/m3"},
  {"text": "undated", "message_id": "SPACE/t4/m4", "attached_files": [{"export_name": "lost.jpg"}]},
  {"created_date": "Tuesday, March 5, 2024 at 6:13:00 PM UTC", "text": "no id"},
  {"created_date": "some day", "text": "x"}, null, 7, [], {"creator": 7, "created_date": [], "attached_files": {}, "message_id": 5}
]'::jsonb AS list, '{"path": "Takeout/Google Chat/Groups/Space FOLDER/messages.json"}'::jsonb AS file;
SELECT results_eq($$SELECT ordinal, at, thread, sender, sender_name, body FROM records, takeout.chat_message(list, file) WHERE reject IS NULL ORDER BY 1$$,
  $$VALUES (1::bigint, '2024-03-05 18:07:09+00'::timestamptz, 'SPACE', 'tam@example.org', 'Tam', 'hi'),
           (2, '2024-03-05 18:08:00+00', 'SPACE', NULL, 'Ro', NULL), (3, '2024-03-05 18:12:00+00', 'SPACE', NULL, NULL, NULL),
           (5, '2024-03-05 18:13:00+00', 'FOLDER', NULL, NULL, 'no id')$$, 'messages; a deleted one has the time of that');
SELECT results_eq($$SELECT ordinal, reject FROM records, takeout.chat_message(list, file) WHERE reject IS NOT NULL ORDER BY 1$$,
  $$VALUES (4::bigint, 'no time'), (6, 'the time is no time'), (10, 'the time is no time')$$, 'rejects');
SELECT is((SELECT attrs FROM records, takeout.chat_message(list, file) WHERE ordinal = 1),
  '{"topic_id": "t1", "message_id": "SPACE/t1/m1", "creator": {"user_type": "Human"},
    "reactions": [{"emoji": {"unicode": "X"}, "reactor_emails": ["a@example.org"]}]}', 'what has no column is kept');
SELECT is((SELECT attrs ->> 'message_state' FROM records, takeout.chat_message(list, file) WHERE ordinal = 3), 'DELETED', 'so is that it was deleted');
SELECT is((SELECT count(DISTINCT m.ident) FROM records, takeout.chat_message(list || list, file) AS m), 7::bigint, 'the same message has the same ident, another one another');
SELECT results_eq($$SELECT a.ordinal, a.position, a.name, a.path, a.ident = m.ident
                      FROM records, takeout.chat_attachment(list, file) AS a JOIN LATERAL takeout.chat_message(list, file) AS m USING (ordinal) ORDER BY 1, 2$$,
  $$VALUES (2::bigint, 1::smallint, 'shore?.jpg', 'Google Chat/Groups/Space FOLDER/File-shore_.jpg', true),
           (2, 3::smallint, 'b.pdf', 'Google Chat/Groups/Space FOLDER/b.pdf', true)$$, 'attachments, of messages with a time');

CREATE TEMP TABLE conversation AS SELECT '[{"name": "Tide pool people", "members": [{"name": "Ro", "email": "RO@example.com", "user_type": "Human"}, {"name": "Bot"}, 7, {}]}]'::jsonb AS list;
SELECT results_eq($$SELECT thread, type, title, participants FROM conversation, takeout.chat_group(list, '{"path": "Takeout/Google Chat/Groups/Space AAA/group_info.json"}')$$,
  $$VALUES ('AAA', 'space', 'Tide pool people', ARRAY['ro@example.com', 'Bot'])$$, 'a space');
SELECT results_eq($$SELECT thread, type FROM conversation, takeout.chat_group(list, '{"path": "Google Chat/Groups/DM b-B/group_info.json"}')$$,
  $$VALUES ('b-B', 'dm')$$, 'two people');
SELECT is((SELECT reject FROM conversation, takeout.chat_group(list, '{"path": "group_info.json"}')), 'the folder does not say which conversation it is', 'a file from nowhere');
SELECT results_eq($$SELECT title, attrs #>> '{user,email}', attrs ->> 'id' FROM takeout.chat_user(
    '[{"user": {"name": "Ro", "email": "ro@example.com"}, "membership_info": []}]', '{"path": "Google Chat/Users/User 123/user_info.json"}')$$,
  $$VALUES ('Ro', 'ro@example.com', '123')$$, 'whose account it is');
SELECT is((SELECT reject FROM takeout.chat_user('[{"user": []}]', '{}')), 'neither a name nor an address', 'nobody''s');
SELECT lives_ok($$SELECT * FROM takeout.chat_group('[null, 1, [], {"members": 7}, {"name": [], "members": [null, {"email": {}}]}]', '{"path": "a b/c"}')$$, 'takes hostile records');

SELECT results_eq($$SELECT imports.recognize(p, NULL) FROM unnest(ARRAY['Takeout/Google Chat/Groups/DM x/messages.json', 'Takeout/Google Chat/Groups/Space x/group_info.json',
    'Takeout/Google Chat/Users/User 1/user_info.json', 'Takeout/Other/messages.json']) AS p$$, ARRAY['chat_messages', 'chat_group', 'chat_user', NULL], 'recognised by name');
SELECT results_eq($$SELECT imports.recognize('Takeout/X/y.json', h) FROM unnest(ARRAY['{"messages": [{"creator": {', E'{\n "messages": [ { "message_state": "DELETED"',
    '{"name": "a \"b\"", "members": [{"name": "x", "user_type": "Human"}', '{"members": [{"email": "x", "user_type": "Human"}', '{"user": {"name": "x", "user_type": "Human"}, "membership_info"']) AS h$$,
  ARRAY['chat_messages', 'chat_messages', 'chat_group', 'chat_group', 'chat_user'], 'recognised by content');
SELECT isnt(imports.recognize('Takeout/Drive/messages.json', '{"messages": [{"creator": {'), 'chat_messages', 'but not in Drive');
SELECT * FROM finish();
ROLLBACK;
