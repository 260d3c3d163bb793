-- Google Chat/Groups/<DM or Space> <id>/messages.json: {"messages": [{"creator", "created_date", "text", "message_id",
-- "attached_files", "reactions", "quoted_message_metadata" …}]}, group_info.json beside it, and
-- Google Chat/Users/User <id>/user_info.json.
-- Traps: times are written out in the language of the account, in UTC; a deleted message has neither creator nor text and
-- often only deleted_date; what a conversation is called and who is in it stands in group_info.json alone, and that file
-- does not say which one it is: the folder does; whose account it is stands in user_info.json (imports.settle_chats).
CALL imports.register_document('chat_messages', 'Google Chat', 'json', ARRAY['(^|/)Google Chat/Groups/[^/]+/messages\.json$'],
  '^[\s\uFEFF]*\{\s*"messages"\s*:\s*\[\s*\{\s*"(creator|created_date|deleted_date|message_state|topic_id|message_id)"\s*:');
CALL imports.register_kind('chat_message', 'chat_messages', 0, '{"list": ["messages"]}',
  '[{"table": "user_data.message", "parser": "takeout.chat_message", "newest": true},
    {"table": "user_data.attachment", "parser": "takeout.chat_attachment", "many": true, "newest": true}]');
CALL imports.register_document('chat_group', 'Google Chat', 'json', ARRAY['(^|/)Google Chat/Groups/[^/]+/group_info\.json$'],
  '^[\s\uFEFF]*\{\s*("name"\s*:\s*"([^"\\]|\\.)*"\s*,\s*)?"members"\s*:\s*\[\s*\{[^{}]*"user_type"\s*:');
CALL imports.register_kind('chat_group', 'chat_group', 0, '{"document": true}',
  '[{"table": "user_data.thread", "parser": "takeout.chat_group", "state": true, "alone": true}]');
CALL imports.register_document('chat_user', 'Google Chat', 'json', ARRAY['(^|/)Google Chat/Users/[^/]+/user_info\.json$'],
  '^[\s\uFEFF]*\{\s*"user"\s*:\s*\{[^{}]*"user_type"\s*:');
CALL imports.register_kind('chat_user', 'chat_user', 0, '{"document": true}',
  '[{"table": "user_data.item", "parser": "takeout.chat_user", "state": true}]');

CREATE OR REPLACE FUNCTION takeout.chat_time(p_text text) RETURNS timestamptz
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  -- English, which PostgreSQL reads itself: Tuesday, March 5, 2024 at 6:07:09 PM UTC · Tuesday, 5 March 2024 at 18:07:09 UTC.
  SELECT CASE WHEN p_text ~ '^[A-Z][a-z]+day, ([A-Z][a-z]+ \d{1,2}, \d{4}|\d{1,2} [A-Z][a-z]+ \d{4}) at \d{1,2}:\d\d:\d\d([ \u00A0\u202F][AP]M)? UTC$'
              THEN CASE WHEN pg_input_is_valid(replace(translate(substr(p_text, strpos(p_text, ',') + 2), U&'\00A0\202F', '  '), ' at ', ' '), 'timestamptz')
                        THEN replace(translate(substr(p_text, strpos(p_text, ',') + 2), U&'\00A0\202F', '  '), ' at ', ' ')::timestamptz END
              -- 2024년 3월 5일 화요일 PM 6시 7분 9초 UTC
              ELSE takeout.activity_time_anywhere(CASE WHEN p_text !~ '\d시' THEN p_text ELSE regexp_replace(p_text, '([AP]M)? ?(\d{1,2})시 ?(\d{1,2})분 ?(\d{1,2})초',
                     '\2:' || lpad(substring(p_text FROM '시 ?(\d{1,2})분'), 2, '0') || ':' || lpad(substring(p_text FROM '분 ?(\d{1,2})초'), 2, '0') || ' \1') END) END
$$;
COMMENT ON FUNCTION takeout.chat_time(text) IS
  'The time in a date of Google Chat, in the languages that are known (English, Hungarian, Chinese, Korean for certain).';
GRANT EXECUTE ON FUNCTION takeout.chat_time(text) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.chat_thread(p_path text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT substring(p_path FROM '([^/ ]+)/[^/]*$') $$;
COMMENT ON FUNCTION takeout.chat_thread(text) IS 'Which conversation a file of Google Chat is of: the folder, without DM or Space.';
GRANT EXECUTE ON FUNCTION takeout.chat_thread(text) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.chat_ident(p_record jsonb, p_path text) RETURNS uuid
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
  SELECT takeout.ident('chat', coalesce(p_record ->> 'message_id',
                                        takeout.chat_thread(p_path) || (p_record - '{reactions,updated_date,annotations}'::text[])::text))
$$;
COMMENT ON FUNCTION takeout.chat_ident(jsonb, text) IS 'Which message a record of messages.json is: its id, else what it says.';
GRANT EXECUTE ON FUNCTION takeout.chat_ident(jsonb, text) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.chat_message(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, at timestamptz, ident uuid, type text, thread text, sender text, sender_name text,
               body text, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT m.ordinal, takeout.time_fault(m.at_text, m.at), m.at, takeout.chat_ident(m.record, p_file ->> 'path'), 'chat', m.thread,
         lower(m.record #>> '{creator,email}'), m.record #>> '{creator,name}', m.record ->> 'text',
         nullif(m.record - CASE WHEN m.record ? 'created_date' THEN '{created_date,creator,text}'::text[] ELSE '{creator,text}' END
                || CASE WHEN jsonb_typeof(m.record -> 'creator') = 'object' AND (m.record -> 'creator') - '{name,email}'::text[] <> '{}'
                        THEN jsonb_build_object('creator', (m.record -> 'creator') - '{name,email}'::text[]) ELSE '{}' END, '{}')
    FROM (SELECT r.ordinal, r.record, coalesce(r.record ->> 'created_date', r.record ->> 'deleted_date') AS at_text,
                 takeout.chat_time(coalesce(r.record ->> 'created_date', r.record ->> 'deleted_date')) AS at,
                 coalesce(substring(r.record ->> 'message_id' FROM '^([^/]+)/'), takeout.chat_thread(p_file ->> 'path')) AS thread
            FROM jsonb_array_elements(p_records) WITH ORDINALITY AS r(record, ordinal)
           WHERE jsonb_typeof(r.record) = 'object'
          OFFSET 0) AS m
$$;
COMMENT ON FUNCTION takeout.chat_message(jsonb, jsonb) IS
  'Messages of Google Chat; reactions, quoted messages and annotations stay in attrs. A deleted message without a time of its '
  'own has the time at which it was deleted.';
GRANT EXECUTE ON FUNCTION takeout.chat_message(jsonb, jsonb) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.chat_attachment(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, ident uuid, "position" smallint, name text, path text, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT r.ordinal, NULL, takeout.chat_ident(r.record, p_file ->> 'path'), f.place::smallint,
         coalesce(f.file ->> 'original_name', f.file ->> 'export_name'),
         takeout.beside(p_file ->> 'path', f.file ->> 'export_name'), nullif(f.file - '{original_name,export_name}'::text[], '{}')
    FROM (SELECT e.ordinal, e.record, coalesce(e.record ->> 'created_date', e.record ->> 'deleted_date') AS at_text
            FROM jsonb_array_elements(p_records) WITH ORDINALITY AS e(record, ordinal)
           WHERE jsonb_typeof(e.record) = 'object' AND e.record ? 'attached_files'
          OFFSET 0) AS r,
         LATERAL jsonb_path_query(r.record, '$.attached_files[*]') WITH ORDINALITY AS f(file, place)
   -- Of a message with a time: there is no row of another.
   WHERE jsonb_typeof(f.file) = 'object' AND f.place < 32768 AND takeout.time_fault(r.at_text, takeout.chat_time(r.at_text)) IS NULL
$$;
COMMENT ON FUNCTION takeout.chat_attachment(jsonb, jsonb) IS 'Files that were sent with messages of Google Chat.';
GRANT EXECUTE ON FUNCTION takeout.chat_attachment(jsonb, jsonb) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.beside(p_path text, p_name text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT regexp_replace(takeout.product_path(p_path), '[^/]*$', '') || p_name $$;
COMMENT ON FUNCTION takeout.beside(text, text) IS 'The path, from the product''s folder on, of a file in the folder of another one.';
GRANT EXECUTE ON FUNCTION takeout.beside(text, text) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.chat_group(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, ident uuid, thread text, type text, title text, participants text[], attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT r.ordinal, CASE WHEN takeout.chat_thread(p_file ->> 'path') IS NULL THEN 'the folder does not say which conversation it is' END,
         takeout.ident('thread', 'chat', takeout.chat_thread(p_file ->> 'path')), takeout.chat_thread(p_file ->> 'path'),
         CASE WHEN p_file ->> 'path' ~ '(^|/)DM [^/]+/[^/]+$' THEN 'dm' WHEN p_file ->> 'path' ~ '(^|/)Space [^/]+/[^/]+$' THEN 'space' ELSE 'group' END,
         nullif(r.record ->> 'name', ''),
         ARRAY(SELECT coalesce(lower(m.member ->> 'email'), m.member ->> 'name')
                 FROM jsonb_path_query(r.record, '$.members[*]') WITH ORDINALITY AS m(member, place)
                WHERE coalesce(m.member ->> 'email', m.member ->> 'name') IS NOT NULL ORDER BY m.place),
         nullif(r.record - 'name', '{}')
    FROM jsonb_array_elements(p_records) WITH ORDINALITY AS r(record, ordinal)
   WHERE jsonb_typeof(r.record) = 'object'
$$;
COMMENT ON FUNCTION takeout.chat_group(jsonb, jsonb) IS 'The conversation that a group_info.json describes; names and types of its members stay in attrs.';
GRANT EXECUTE ON FUNCTION takeout.chat_group(jsonb, jsonb) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.chat_user(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, ident uuid, type text, product text, title text, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT u.ordinal, CASE WHEN u.name IS NULL AND u.email IS NULL THEN 'neither a name nor an address' END,
         takeout.ident('chat_user', coalesce(lower(u.email), u.name)), 'chat_user', 'Google Chat', coalesce(u.name, u.email),
         takeout.without(u.record, 'user.name') || coalesce(jsonb_build_object('id', substring(p_file ->> 'path' FROM '(\d+)/[^/]*$')), '{}')
    FROM (SELECT r.ordinal, r.record, nullif(r.record #>> '{user,name}', '') AS name, nullif(r.record #>> '{user,email}', '') AS email
            FROM jsonb_array_elements(p_records) WITH ORDINALITY AS r(record, ordinal)
           WHERE jsonb_typeof(r.record) = 'object'
          OFFSET 0) AS u
$$;
COMMENT ON FUNCTION takeout.chat_user(jsonb, jsonb) IS 'Whose account it is, and the conversations that they are in.';
GRANT EXECUTE ON FUNCTION takeout.chat_user(jsonb, jsonb) TO lake_user;
