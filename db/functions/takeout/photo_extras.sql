-- Three lists at the root of Google Photos: shared_album_comments.json [{"text", "creationTime", "contentOwnerName"}],
-- user-generated-memory-titles.json {"title": ["…"]} and print-subscriptions.json. The last two are {} for most.
CALL imports.register_document('album_comments', 'Google Photos', 'json',
  ARRAY['(^|/)shared_album_comments\.json$'], '^[\s\uFEFF]*\[\s*\{[^{}]*("creationTime"\s*:\s*\{[^{}]*\})?[^{}]*"contentOwnerName"\s*:');
CALL imports.register_kind('album_comment', 'album_comments', 0, '{"list": []}',
  '[{"table": "user_data.comment", "parser": "takeout.album_comment"}]');
CALL imports.register_document('memory_titles', 'Google Photos', 'json', ARRAY['(^|/)user-generated-memory-titles\.json$']);
CALL imports.register_kind('memory_title', 'memory_titles', 0, '{"list": ["title"]}',
  '[{"table": "user_data.item", "parser": "takeout.memory_title", "state": true}]');
CALL imports.register_document('print_subscriptions', 'Google Photos', 'json', ARRAY['(^|/)print-subscriptions\.json$']);
CALL imports.register_kind('print_subscription', 'print_subscriptions', 0, '{"document": true}',
  '[{"table": "user_data.item", "parser": "takeout.print_subscription", "state": true}]');

CREATE OR REPLACE FUNCTION takeout.album_comment(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, at timestamptz, ident uuid, product text, body text, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT r.ordinal,
         CASE WHEN takeout.epoch(r.record #>> '{creationTime,timestamp}') IS NULL THEN 'no time'
              WHEN coalesce(r.record ->> 'text', '') = '' AND NOT r.record ? 'liked' THEN 'no text' END,
         takeout.epoch(r.record #>> '{creationTime,timestamp}'),
         takeout.ident('album_comment', r.record ->> 'contentOwnerName', r.record ->> 'text', r.record ->> 'liked'),
         'Google Photos', nullif(r.record ->> 'text', ''), nullif(r.record - '{text,creationTime}'::text[], '{}')
    FROM jsonb_array_elements(p_records) WITH ORDINALITY AS r(record, ordinal)
   WHERE jsonb_typeof(r.record) = 'object'
$$;
COMMENT ON FUNCTION takeout.album_comment(jsonb, jsonb) IS
  'Comments in shared albums; whose content they stand below (contentOwnerName) stays in attrs.';
GRANT EXECUTE ON FUNCTION takeout.album_comment(jsonb, jsonb) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.memory_title(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, ident uuid, type text, product text, title text)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT r.ordinal, CASE WHEN jsonb_typeof(r.record) <> 'string' OR r.record #>> '{}' = '' THEN 'no title' END,
         takeout.ident('memory_title', r.record #>> '{}'), 'memory_title', 'Google Photos', r.record #>> '{}'
    FROM jsonb_array_elements(p_records) WITH ORDINALITY AS r(record, ordinal)
$$;
COMMENT ON FUNCTION takeout.memory_title(jsonb, jsonb) IS 'Names that the owner gave to memories.';
GRANT EXECUTE ON FUNCTION takeout.memory_title(jsonb, jsonb) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.print_subscription(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, ident uuid, type text, product text, title text, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT r.ordinal, CASE WHEN jsonb_typeof(r.record) <> 'object' THEN 'not an object' END,
         takeout.ident('print_subscription', r.record::text), 'print_subscription', 'Google Photos',
         CASE WHEN jsonb_typeof(r.record -> 'title') = 'string' THEN r.record ->> 'title' END, r.record
    FROM jsonb_array_elements(p_records) WITH ORDINALITY AS r(record, ordinal)
$$;
COMMENT ON FUNCTION takeout.print_subscription(jsonb, jsonb) IS 'Subscriptions to printed pictures, as they are.';
GRANT EXECUTE ON FUNCTION takeout.print_subscription(jsonb, jsonb) TO lake_user;
