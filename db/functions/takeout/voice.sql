-- Voice/Calls/<who> - <Text, Placed, Received, Missed, Recorded or Voicemail> - <time>Z.html and Group Conversation - <time>Z.html:
-- a page of texts (div.message), or one of a call or a voicemail (div.haudio).
-- Traps: the time to be believed is the title of abbr, with milliseconds and an offset, not what is shown; names and numbers
-- may be empty, in the page and in the file's name; abbr.fn is the owner, span.fn anybody else; pictures are called without
-- their extension; a group has no id: it is its numbers; a recorded call has a page as such besides that of the call.
CALL imports.register_document('voice_texts', 'Voice', 'html',
  ARRAY['(^|/)Voice/Calls/[^/]* - Text - [^/]*\.html$', '(^|/)Voice/Calls/Group Conversation - [^/]*\.html$'], '<div class="hChatLog hfeed"');
CALL imports.register_kind('voice_text', 'voice_texts', 0, $${
    "records": "//div[@class='message']",
    "fields": {
      "at": "abbr[@class='dt']/@title", "number": "cite//a[@class='tel']/@href", "name": "cite//*[@class='fn']",
      "is_me": "boolean(cite//abbr[@class='fn'])", "text": "q",
      "files": [".//img/@src | .//video/@src | .//audio/@src | .//a[@class='vcard']/@href"],
      "members": ["../div[@class='participants']//a[@class='tel']/@href"], "names": ["../div[@class='participants']//*[@class='fn']"],
      "other": "(../div[@class='message'][not(cite//abbr[@class='fn'])]/cite//a[@class='tel']/@href)[1]",
      "labels": ["//div[@class='tags']//a[@rel='tag']/@href"], "deleted": "//div[@class='deletedStatusContainer']"}}$$,
  '[{"table": "user_data.message", "parser": "takeout.voice_text", "newest": true},
    {"table": "user_data.attachment", "parser": "takeout.voice_text_attachment", "many": true, "newest": true}]');

CREATE OR REPLACE FUNCTION takeout.voice_page() RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
  SELECT $j${
    "records": "//div[@class='haudio']",
    "fields": {
      "at": ".//abbr[@class='published']/@title", "duration": ".//abbr[@class='duration']/@title",
      "number": ".//div[contains(@class, 'contributor')]//a[@class='tel']/@href", "name": ".//div[contains(@class, 'contributor')]//*[@class='fn']",
      "transcript": ".//span[@class='full-text']", "files": [".//audio/@src"],
      "labels": ["//div[@class='tags']//a[@rel='tag']/@href"], "deleted": "//div[@class='deletedStatusContainer']"}}$j$::jsonb
$$;
COMMENT ON FUNCTION takeout.voice_page() IS 'Where things stand in the page of a call or voicemail.';

CALL imports.register_document('voice_call', 'Voice', 'html', ARRAY['(^|/)Voice/Calls/[^/]* - (Placed|Received|Missed|Recorded) - [^/]*\.html$'],
  '<div class="haudio"');
CALL imports.register_kind('voice_call', 'voice_call', 0, takeout.voice_page(),
  '[{"table": "user_data.message", "parser": "takeout.voice_call", "newest": true},
    {"table": "user_data.attachment", "parser": "takeout.voice_call_attachment", "many": true, "newest": true}]');
CALL imports.register_document('voicemail', 'Voice', 'html', ARRAY['(^|/)Voice/Calls/[^/]* - Voicemail - [^/]*\.html$'], '<div class="haudio"');
CALL imports.register_kind('voicemail', 'voicemail', 0, takeout.voice_page(),
  '[{"table": "user_data.message", "parser": "takeout.voice_call", "newest": true},
    {"table": "user_data.attachment", "parser": "takeout.voice_call_attachment", "many": true, "newest": true}]');

CREATE OR REPLACE FUNCTION takeout.telephone(p_href text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT nullif(lower(btrim(regexp_replace(p_href, '^tel:', ''))), '') $$;
COMMENT ON FUNCTION takeout.telephone(text) IS 'The number in a link such as tel:+15550100005; NULL when there is none.';
GRANT EXECUTE ON FUNCTION takeout.telephone(text) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.voice_labels(p_record jsonb) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
  SELECT array_agg(substring(l.href FROM '#(.+)$') ORDER BY l.place)
    FROM jsonb_array_elements_text(CASE jsonb_typeof(p_record -> 'labels') WHEN 'array' THEN p_record -> 'labels' ELSE '[]' END)
         WITH ORDINALITY AS l(href, place)
   WHERE l.href ~ '#.'
$$;
COMMENT ON FUNCTION takeout.voice_labels(jsonb) IS 'Labels of a page of Voice in one language: sms, placed, missed, inbox …, from where they link to.';
GRANT EXECUTE ON FUNCTION takeout.voice_labels(jsonb) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.voice_text(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, at timestamptz, ident uuid, type text, direction text, thread text, sender text,
               sender_name text, recipients text[], body text, labels text[], attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT m.ordinal, takeout.time_fault(m.record ->> 'at', m.at), m.at,
         takeout.ident('voice_text', extract(epoch FROM m.at)::text, m.number, m.record ->> 'text'),
         'sms', CASE WHEN m.is_me THEN 'sent' ELSE 'received' END,
         coalesce(array_to_string(m.members, ','), m.other, m.who), m.number, nullif(m.record ->> 'name', ''),
         CASE WHEN m.members IS NOT NULL THEN array_remove(m.members, m.number)
              WHEN m.is_me AND coalesce(m.other, m.who_number) IS NOT NULL THEN ARRAY[coalesce(m.other, m.who_number)] END,
         nullif(m.record ->> 'text', ''), takeout.voice_labels(m.record),
         nullif(jsonb_strip_nulls(jsonb_build_object('with', m.who, 'names', nullif(m.record -> 'names', '[]'),
                                                     'deleted', CASE WHEN m.record ->> 'deleted' ~ 'True' THEN true END)), '{}')
    FROM (SELECT r.ordinal, r.record, takeout.time(r.record ->> 'at') AS at, takeout.telephone(r.record ->> 'number') AS number,
                 coalesce(r.record ->> 'is_me' = 'true', false) AS is_me, takeout.telephone(r.record ->> 'other') AS other, w.who,
                 substring(w.who FROM '^\+?[\d*#]+$') AS who_number,
                 (SELECT array_agg(DISTINCT takeout.telephone(n.href) ORDER BY takeout.telephone(n.href))
                    FROM jsonb_array_elements_text(CASE jsonb_typeof(r.record -> 'members') WHEN 'array' THEN r.record -> 'members' ELSE '[]' END) AS n(href)
                   WHERE takeout.telephone(n.href) IS NOT NULL) AS members
            FROM jsonb_array_elements(p_records) WITH ORDINALITY AS r(record, ordinal),
                 (SELECT nullif(substring(p_file ->> 'path' FROM '([^/]*) - \S+ - \d{4}-\d\d-\d\dT[^/]*$'), '') AS who) AS w
           WHERE jsonb_typeof(r.record) = 'object'
          OFFSET 0) AS m
$$;
COMMENT ON FUNCTION takeout.voice_text(jsonb, jsonb) IS
  'Texts of Voice. The thread is the other number, else the name in the file''s name; of a group, all its numbers.';
GRANT EXECUTE ON FUNCTION takeout.voice_text(jsonb, jsonb) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.voice_text_attachment(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, ident uuid, "position" smallint, name text, path text)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT r.ordinal, NULL, takeout.ident('voice_text', extract(epoch FROM takeout.time(r.record ->> 'at'))::text, takeout.telephone(r.record ->> 'number'), r.record ->> 'text'),
         f.place::smallint, f.name, takeout.beside(p_file ->> 'path', f.name)
    FROM jsonb_array_elements(p_records) WITH ORDINALITY AS r(record, ordinal),
         LATERAL jsonb_array_elements_text(CASE jsonb_typeof(r.record -> 'files') WHEN 'array' THEN r.record -> 'files' ELSE '[]' END)
           WITH ORDINALITY AS f(name, place)
   WHERE f.place < 32768 AND takeout.time_fault(r.record ->> 'at', takeout.time(r.record ->> 'at')) IS NULL
$$;
COMMENT ON FUNCTION takeout.voice_text_attachment(jsonb, jsonb) IS 'Pictures, films and cards that were sent with texts.';
GRANT EXECUTE ON FUNCTION takeout.voice_text_attachment(jsonb, jsonb) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.voice_call_sort(p_record jsonb, p_path text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
  SELECT coalesce((SELECT l FROM unnest(takeout.voice_labels(p_record)) AS l WHERE l IN ('placed', 'received', 'missed', 'recorded', 'voicemail') LIMIT 1),
                  lower(substring(p_path FROM ' - (Placed|Received|Missed|Recorded|Voicemail) - [^/]*$')), 'call')
$$;
COMMENT ON FUNCTION takeout.voice_call_sort(jsonb, text) IS 'placed, received, missed, recorded or voicemail, from the label, else the file''s name; else call.';
GRANT EXECUTE ON FUNCTION takeout.voice_call_sort(jsonb, text) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.voice_call(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, at timestamptz, ident uuid, type text, direction text, thread text, sender text,
               sender_name text, recipients text[], body text, labels text[], duration_s real, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT c.ordinal, takeout.time_fault(c.record ->> 'at', c.at), c.at, takeout.ident('voice_call', c.sort, extract(epoch FROM c.at)::text, c.number),
         CASE c.sort WHEN 'voicemail' THEN 'voicemail' ELSE 'call' END,
         CASE c.sort WHEN 'placed' THEN 'sent' WHEN 'received' THEN 'received' WHEN 'voicemail' THEN 'received' WHEN 'missed' THEN 'missed' END,
         coalesce(c.number, c.name), CASE WHEN c.sort <> 'placed' THEN c.number END, CASE WHEN c.sort <> 'placed' THEN c.name END,
         CASE WHEN c.sort = 'placed' AND c.number IS NOT NULL THEN ARRAY[c.number] END,
         nullif(c.record ->> 'transcript', ''), takeout.voice_labels(c.record),
         CASE WHEN pg_input_is_valid(c.record ->> 'duration', 'interval') THEN extract(epoch FROM (c.record ->> 'duration')::interval)::real END,
         nullif(jsonb_strip_nulls(jsonb_build_object('with', CASE WHEN c.sort = 'placed' THEN c.name END,
                                                     'deleted', CASE WHEN c.record ->> 'deleted' ~ 'True' THEN true END)), '{}')
    FROM (SELECT r.ordinal, r.record, takeout.time(r.record ->> 'at') AS at, takeout.telephone(r.record ->> 'number') AS number,
                 nullif(r.record ->> 'name', '') AS name, takeout.voice_call_sort(r.record, p_file ->> 'path') AS sort
            FROM jsonb_array_elements(p_records) WITH ORDINALITY AS r(record, ordinal)
           WHERE jsonb_typeof(r.record) = 'object'
          OFFSET 0) AS c
$$;
COMMENT ON FUNCTION takeout.voice_call(jsonb, jsonb) IS 'Calls and voicemails of Voice; the text of a voicemail is its transcript.';
GRANT EXECUTE ON FUNCTION takeout.voice_call(jsonb, jsonb) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.voice_call_attachment(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, ident uuid, "position" smallint, name text, path text)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT r.ordinal, NULL, takeout.ident('voice_call', takeout.voice_call_sort(r.record, p_file ->> 'path'),
                                        extract(epoch FROM takeout.time(r.record ->> 'at'))::text, takeout.telephone(r.record ->> 'number')),
         f.place::smallint, f.name, takeout.beside(p_file ->> 'path', f.name)
    FROM jsonb_array_elements(p_records) WITH ORDINALITY AS r(record, ordinal),
         LATERAL jsonb_array_elements_text(CASE jsonb_typeof(r.record -> 'files') WHEN 'array' THEN r.record -> 'files' ELSE '[]' END)
           WITH ORDINALITY AS f(name, place)
   WHERE f.place < 32768 AND takeout.time_fault(r.record ->> 'at', takeout.time(r.record ->> 'at')) IS NULL
$$;
COMMENT ON FUNCTION takeout.voice_call_attachment(jsonb, jsonb) IS 'The sound of voicemails and recorded calls.';
GRANT EXECUTE ON FUNCTION takeout.voice_call_attachment(jsonb, jsonb) TO lake_user;
