-- Hangouts in both shapes: conversations, messages in segments, calls, renames, pictures.
BEGIN;
SELECT plan(12);
CREATE TEMP TABLE talk AS SELECT '{"id": {"id": "C1"}, "type": "GROUP", "name": "pool", "participant_data": [
  {"id": {"gaia_id": "G-Ro", "chat_id": "G-Ro"}, "fallback_name": "Ro"}, {"id": {"gaia_id": "g-tam"}, "fallback_name": "Tam"},
  {"id": {"gaia_id": "g-sms"}, "phone_number": {"e164": "+15550100004"}, "fallback_name": "Shop"}]}'::jsonb AS talk;
SELECT results_eq($$SELECT thread, type, title, participants, ident FROM talk, takeout.hangouts_conversation(jsonb_build_array(
    jsonb_build_object('conversation', jsonb_build_object('conversation', talk), 'events', '[]'::jsonb)), '{}')$$,
  $$VALUES ('C1', 'group', 'pool', ARRAY['g-ro', 'g-tam', '+15550100004'], takeout.ident('thread', 'hangouts', 'C1'))$$, 'a conversation');
SELECT results_eq($$SELECT thread, type, title, participants FROM talk, takeout.hangouts_conversation(jsonb_build_array(
    jsonb_build_object('conversation_state', jsonb_build_object('conversation', talk, 'event', '[]'::jsonb))), '{}')$$,
  $$VALUES ('C1', 'group', 'pool', ARRAY['g-ro', 'g-tam', '+15550100004'])$$, 'the same in the older shape');
SELECT results_eq($$SELECT ordinal, thread, reject FROM takeout.hangouts_conversation('[{"conversation": {"conversation_id": {"id": "C2"}, "conversation": {}}},
    {"conversation": 7}, {"conversation_state": {"conversation": {"participant_data": 7}}}, null, 3]', '{}') WHERE ordinal < 4$$,
  $$VALUES (1::bigint, 'C2', NULL), (2, NULL, 'no id of the conversation'), (3, NULL, 'no id of the conversation')$$, 'its id may stand beside; without one it is none');

CREATE TEMP TABLE records AS SELECT jsonb_agg(jsonb_build_object('participants', talk -> 'participant_data', 'record', event) ORDER BY n) AS list
  FROM talk, jsonb_array_elements('[
  {"conversation_id": {"id": "C1"}, "sender_id": {"gaia_id": "g-tam"}, "timestamp": "1428214028123456", "self_event_state": {"user_id": {"gaia_id": "G-Ro"}}, "event_id": "e1",
   "event_type": "REGULAR_CHAT_MESSAGE", "chat_message": {"message_content": {"segment": [{"type": "TEXT", "text": "see "}, {"type": "LINK", "text": "http://a.example/",
     "link_data": {"link_target": "http://b.example/"}}, {"type": "LINE_BREAK", "text": "\n"}, {"type": "TEXT", "text": "ok"}]}}},
  {"conversation_id": {"id": "C1"}, "sender_id": {"gaia_id": "G-Ro"}, "timestamp": "1428214028123457", "self_event_state": {"user_id": {"gaia_id": "G-Ro"}}, "event_id": "e2",
   "event_type": "SMS", "chat_message": {"message_content": {"segment": [{"type": "TEXT", "text": "plain"}], "attachment": [
     {"id": "a1", "embed_item": {"plus_photo": {"url": "https://x.example/p/synth.jpg?sz=1", "media_type": "PHOTO"}}}, 7, {"id": "a2"}]}}},
  {"conversation_id": {"id": "C1"}, "sender_id": {"gaia_id": "g-sms"}, "timestamp": "1428214140000000", "event_id": "e3", "event_type": "HANGOUT_EVENT",
   "hangout_event": {"event_type": "END_HANGOUT", "hangout_duration_secs": "125"}},
  {"conversation_id": {"id": "C1"}, "sender_id": {"gaia_id": "gone"}, "timestamp": "1428214200000000", "event_id": "e4", "event_type": "RENAME_CONVERSATION",
   "conversation_rename": {"new_name": "boats", "old_name": ""}},
  {"event_id": "e5", "timestamp": "soon"}, {"event_id": "e6", "timestamp": "99999999999999999"}, {"event_id": "e7"}]') WITH ORDINALITY AS e(event, n);
SELECT results_eq($$SELECT ordinal, at, type, direction, sender, sender_name, recipients, body, duration_s FROM records, takeout.hangouts_event(list, '{}') WHERE reject IS NULL ORDER BY 1$$,
  $$VALUES (1::bigint, '2015-04-05 06:07:08.123456+00'::timestamptz, 'chat', 'received', 'g-tam', 'Tam', ARRAY['g-ro', '+15550100004'], E'see http://a.example/\nok', NULL::real),
           (2, '2015-04-05 06:07:08.123457+00', 'sms', 'sent', 'g-ro', 'Ro', ARRAY['g-tam', '+15550100004'], 'plain', NULL),
           (3, '2015-04-05 06:09:00+00', 'call', NULL, '+15550100004', 'Shop', ARRAY['g-ro', 'g-tam'], NULL, 125),
           (4, '2015-04-05 06:10:00+00', 'event', NULL, 'gone', NULL, ARRAY['g-ro', 'g-tam', '+15550100004'], 'boats', NULL)$$, 'events');
SELECT results_eq($$SELECT ordinal, reject FROM records, takeout.hangouts_event(list, '{}') WHERE reject IS NOT NULL ORDER BY 1$$,
  $$VALUES (5::bigint, 'the time is no time'), (6, 'the time is outside of 1900 to 2099'), (7, 'no time')$$, 'rejects');
SELECT is((SELECT jsonb_path_query_first(attrs, '$.**.link_target') #>> '{}' FROM records, takeout.hangouts_event(list, '{}') WHERE ordinal = 1), 'http://b.example/', 'where a link leads is kept');
SELECT is((SELECT attrs #> '{chat_message,message_content,segment}' FROM records, takeout.hangouts_event(list, '{}') WHERE ordinal = 2), NULL, 'plain segments are not kept twice');
SELECT results_eq($$SELECT a.ordinal, a.position, a.name, a.media_type, a.ident = m.ident FROM records, takeout.hangouts_attachment(list, '{}') AS a
                      JOIN LATERAL takeout.hangouts_event(list, '{}') AS m USING (ordinal) ORDER BY 1, 2$$,
  $$VALUES (2::bigint, 1::smallint, 'synth.jpg', 'photo', true), (2, 3::smallint, NULL, NULL, true)$$, 'pictures');
SELECT is((SELECT count(DISTINCT m.ident) FROM records, takeout.hangouts_event(list || list, '{}') AS m), 7::bigint, 'the same event has the same ident');
SELECT lives_ok($$SELECT * FROM takeout.hangouts_event('[null, 1, [], {"record": 7}, {"record": {"timestamp": {}, "sender_id": 7, "chat_message": [{"message_content": {"segment": [7, {"text": {}}]}}]}, "participants": [null, 7, {"id": []}]}]', '{}')$$,
  'takes hostile records');
SELECT results_eq($$SELECT imports.recognize(p, h) FROM (VALUES ('Takeout/Hangouts/Hangouts.json', '{"conversations": [{'), ('Takeout/Hangouts/Hangouts.json', E'{\n "continuation_end_timestamp": "0",\n "conversation_state": [ {'),
    ('Takeout/Fremd/Datei.json', '{"conversations": [{"conversation": {'), ('Takeout/Fremd/Datei.json', '{"conversation_state": ['),
    ('Takeout/Fremd/Chat.json', '{"conversations": [{"title": "x", "messages": [')) AS f(p, h)$$,
  ARRAY['hangouts', 'hangouts_2013', 'hangouts', 'hangouts_2013', NULL], 'recognised by name and by content');
SELECT is((SELECT array_agg(k.options -> 'carry' ORDER BY k.kind) FROM imports.kind AS k WHERE k.kind ~ '^hangouts_event'),
  ARRAY['{"participants": ["conversation", "conversation", "participant_data"]}', '{"participants": ["conversation_state", "conversation", "participant_data"]}']::jsonb[], 'events come with the people around them');
SELECT * FROM finish();
ROLLBACK;
