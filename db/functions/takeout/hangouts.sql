-- Hangouts/Hangouts.json, in two shapes:
--   until 2017  {"conversation_state": [{"conversation_id", "conversation_state": {"conversation": {…}, "event": […]}}]}
--   later       {"conversations": [{"conversation": {"conversation": {…}}, "events": […]}]}
-- A conversation gives a thread, and each of its events a message. The same event stands in every export, under its id.
-- Traps: times are microseconds, as text; people are numbers, which participant_data of the conversation gives names; a text
-- is in segments, where a link is text too; calls, renames and members that come and go are events without a text.
CALL imports.register_document('hangouts', 'Hangouts', 'json', ARRAY['(^|/)Hangouts\d?\.json$'],
  -- What an assistant chats of has "conversations", too.
  '^[\s\uFEFF]*\{\s*"conversations"\s*:\s*\[\s*(\]|\{\s*"(conversation|events)"\s*:\s*[\{\[])');
CALL imports.register_kind('hangouts_conversation', 'hangouts', 0, '{"list": ["conversations"]}',
  '[{"table": "user_data.thread", "parser": "takeout.hangouts_conversation", "state": true}]');
CALL imports.register_kind('hangouts_event', 'hangouts', 1,
  '{"list": ["conversations", "*", "events"], "carry": {"participants": ["conversation", "conversation", "participant_data"]}}',
  '[{"table": "user_data.message", "parser": "takeout.hangouts_event", "newest": true},
    {"table": "user_data.attachment", "parser": "takeout.hangouts_attachment", "many": true, "newest": true}]');
CALL imports.register_document('hangouts_2013', 'Hangouts', 'json', ARRAY['(^|/)Hangouts\d?\.json$'],
  '^[\s\uFEFF]*\{\s*("continuation_end_timestamp"\s*:\s*"?\d+"?\s*,\s*)?"conversation_state"\s*:\s*\[');
CALL imports.register_kind('hangouts_conversation_2013', 'hangouts_2013', 0, '{"list": ["conversation_state"]}',
  '[{"table": "user_data.thread", "parser": "takeout.hangouts_conversation", "state": true, "scope": "hangouts_conversation"}]');
CALL imports.register_kind('hangouts_event_2013', 'hangouts_2013', 1,
  '{"list": ["conversation_state", "*", "conversation_state", "event"],
    "carry": {"participants": ["conversation_state", "conversation", "participant_data"]}}',
  '[{"table": "user_data.message", "parser": "takeout.hangouts_event", "newest": true},
    {"table": "user_data.attachment", "parser": "takeout.hangouts_attachment", "many": true, "newest": true}]');

CREATE OR REPLACE FUNCTION takeout.hangouts_address(p_person jsonb) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
  SELECT lower(coalesce(p_person #>> '{phone_number,e164}', p_person #>> '{id,gaia_id}', p_person #>> '{id,chat_id}',
                        p_person ->> 'gaia_id', p_person ->> 'chat_id'))
$$;
COMMENT ON FUNCTION takeout.hangouts_address(jsonb) IS 'How a participant, or an id of one, is called in messages: the number, else the id.';
GRANT EXECUTE ON FUNCTION takeout.hangouts_address(jsonb) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.hangouts_conversation(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, ident uuid, thread text, type text, title text, participants text[], attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT c.ordinal, CASE WHEN c.thread IS NULL THEN 'no id of the conversation' END, takeout.ident('thread', 'hangouts', c.thread), c.thread,
         CASE c.talk ->> 'type' WHEN 'STICKY_ONE_TO_ONE' THEN 'dm' WHEN 'ONE_TO_ONE' THEN 'dm' WHEN 'GROUP' THEN 'group' ELSE 'hangout' END,
         nullif(c.talk ->> 'name', ''),
         ARRAY(SELECT takeout.hangouts_address(p.person)
                 FROM jsonb_path_query(c.talk, '$.participant_data[*]') WITH ORDINALITY AS p(person, place)
                WHERE takeout.hangouts_address(p.person) IS NOT NULL ORDER BY p.place),
         nullif(c.talk - '{id,name}'::text[], '{}')
    FROM (SELECT t.ordinal, t.talk, coalesce(t.talk #>> '{id,id}', t.record #>> '{conversation_id,id}',
                                             t.record #>> '{conversation,conversation_id,id}') AS thread
            FROM (SELECT r.ordinal, r.record, coalesce(r.record #> '{conversation,conversation}',
                                                       r.record #> '{conversation_state,conversation}', '{}') AS talk
                    FROM jsonb_array_elements(p_records) WITH ORDINALITY AS r(record, ordinal)) AS t
           WHERE jsonb_typeof(t.talk) = 'object'
          OFFSET 0) AS c
$$;
COMMENT ON FUNCTION takeout.hangouts_conversation(jsonb, jsonb) IS 'Conversations of Hangouts, of both shapes; the names of their participants stay in attrs.';
GRANT EXECUTE ON FUNCTION takeout.hangouts_conversation(jsonb, jsonb) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.hangouts_ident(p_event jsonb) RETURNS uuid
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
  SELECT CASE WHEN p_event ->> 'event_id' IS NULL THEN takeout.ident('hangouts', p_event::text)
              ELSE takeout.ident('hangouts', p_event #>> '{conversation_id,id}', p_event ->> 'event_id') END
$$;
COMMENT ON FUNCTION takeout.hangouts_ident(jsonb) IS 'Which event of Hangouts it is: conversation and id, else all of it.';
GRANT EXECUTE ON FUNCTION takeout.hangouts_ident(jsonb) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.hangouts_event(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, at timestamptz, ident uuid, type text, direction text, thread text, sender text,
               sender_name text, recipients text[], body text, duration_s real, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT e.ordinal, takeout.time_fault(e.event ->> 'timestamp', e.at), e.at, takeout.hangouts_ident(e.event), e.type,
         CASE WHEN e.type <> 'event' AND e.event #> '{self_event_state,user_id}' IS NOT NULL
              THEN CASE WHEN takeout.hangouts_address(e.event -> 'sender_id') = takeout.hangouts_address(e.event #> '{self_event_state,user_id}')
                        THEN 'sent' ELSE 'received' END END,
         e.event #>> '{conversation_id,id}', coalesce(p.sender, takeout.hangouts_address(e.event -> 'sender_id')), p.name, p.others,
         coalesce(s.body, e.event #>> '{conversation_rename,new_name}'),
         takeout.number(e.event #>> '{hangout_event,hangout_duration_secs}'),
         -- Segments are in body, but for how they were written and where their links lead.
         nullif(CASE WHEN s.plain AND jsonb_typeof(e.event #> '{chat_message,message_content}') = 'object' THEN e.event #- '{chat_message,message_content,segment}' ELSE e.event END
                - '{conversation_id,sender_id,timestamp}'::text[], '{}')
    FROM (SELECT r.ordinal, r.record -> 'participants' AS people, r.record -> 'record' AS event,
                 CASE WHEN pg_input_is_valid(r.record #>> '{record,timestamp}', 'bigint')
                      THEN takeout.microseconds((r.record #>> '{record,timestamp}')::bigint) END AS at,
                 CASE r.record #>> '{record,event_type}' WHEN 'REGULAR_CHAT_MESSAGE' THEN 'chat' WHEN 'SMS' THEN 'sms'
                      WHEN 'HANGOUT_EVENT' THEN 'call' WHEN 'PHONE_CALL' THEN 'call' WHEN 'VOICEMAIL' THEN 'voicemail' ELSE 'event' END AS type
            FROM jsonb_array_elements(p_records) WITH ORDINALITY AS r(record, ordinal)
           WHERE jsonb_typeof(r.record -> 'record') = 'object'
          OFFSET 0) AS e,
         LATERAL (SELECT string_agg(CASE WHEN q.segment ->> 'type' = 'LINE_BREAK' THEN E'\n' ELSE q.segment ->> 'text' END, '' ORDER BY q.place) AS body,
                         coalesce(bool_and(NOT q.segment ? 'formatting' AND NOT q.segment ? 'link_data'), false) AS plain
                    FROM jsonb_path_query(e.event, '$.chat_message.message_content.segment[*]') WITH ORDINALITY AS q(segment, place)
                   WHERE jsonb_typeof(q.segment) = 'object') AS s,
         LATERAL (SELECT min(takeout.hangouts_address(q.person)) FILTER (WHERE q.is_sender) AS sender,
                         min(q.person ->> 'fallback_name') FILTER (WHERE q.is_sender) AS name,
                         array_agg(takeout.hangouts_address(q.person) ORDER BY q.place)
                           FILTER (WHERE NOT q.is_sender AND takeout.hangouts_address(q.person) IS NOT NULL) AS others
                    FROM (SELECT g.person, g.place,
                                 coalesce(g.person #>> '{id,gaia_id}' = e.event #>> '{sender_id,gaia_id}'
                                          OR g.person #>> '{id,chat_id}' = e.event #>> '{sender_id,chat_id}', false) AS is_sender
                            FROM jsonb_path_query(e.people, '$[*]') WITH ORDINALITY AS g(person, place)
                           WHERE jsonb_typeof(g.person) = 'object') AS q) AS p
$$;
COMMENT ON FUNCTION takeout.hangouts_event(jsonb, jsonb) IS
  'Messages, calls and events of Hangouts, from {"participants": participant_data of the conversation, "record": event}.';
GRANT EXECUTE ON FUNCTION takeout.hangouts_event(jsonb, jsonb) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.hangouts_attachment(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, ident uuid, "position" smallint, name text, media_type text, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT r.ordinal, NULL, takeout.hangouts_ident(r.record -> 'record'), f.place::smallint,
         substring(jsonb_path_query_first(f.file, '$.embed_item.*.url') #>> '{}' FROM '([^/?#]+)([?#].*)?$'),
         lower(jsonb_path_query_first(f.file, '$.embed_item.*.media_type') #>> '{}'), f.file
    FROM (SELECT e.ordinal, e.record
            FROM jsonb_array_elements(p_records) WITH ORDINALITY AS e(record, ordinal)
           WHERE jsonb_path_exists(e.record, '$.record.chat_message.message_content.attachment')
          OFFSET 0) AS r,
         LATERAL jsonb_path_query(r.record, '$.record.chat_message.message_content.attachment[*]') WITH ORDINALITY AS f(file, place)
   -- Of an event with a time: there is no row of another.
   WHERE jsonb_typeof(f.file) = 'object' AND f.place < 32768
     AND CASE WHEN pg_input_is_valid(r.record #>> '{record,timestamp}', 'bigint')
              THEN takeout.time_fault('', takeout.microseconds((r.record #>> '{record,timestamp}')::bigint)) IS NULL END
$$;
COMMENT ON FUNCTION takeout.hangouts_attachment(jsonb, jsonb) IS 'Pictures that were sent in Hangouts: their addresses; the export has no files.';
GRANT EXECUTE ON FUNCTION takeout.hangouts_attachment(jsonb, jsonb) TO lake_user;
