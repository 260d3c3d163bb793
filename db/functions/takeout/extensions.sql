-- Chrome/Extensions.json: {"Extensions": [{"id", "name", "version", "enabled" …}]}.
-- Traps: the name may be missing; the version changes from export to export and makes another state of the same thing.
CALL imports.register_document('extensions', 'Chrome', 'json',
  ARRAY['(^|/)Chrome/Extensions\.json$'], '^[\s\uFEFF]*\{\s*"Extensions"\s*:\s*\[');
CALL imports.register_kind('extension', 'extensions', 0, '{"list": ["Extensions"]}',
  '[{"table": "user_data.item", "parser": "takeout.extension", "state": true}]');

CREATE OR REPLACE FUNCTION takeout.extension(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, ident uuid, type text, product text, title text, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT r.ordinal, CASE WHEN coalesce(r.record ->> 'id', r.record ->> 'name') IS NULL THEN 'neither an id nor a name' END,
         takeout.ident('extension', coalesce(r.record ->> 'id', r.record ->> 'name')), 'extension', 'Chrome',
         takeout.plain(r.record ->> 'name'), nullif(r.record - 'name', '{}')
    FROM jsonb_array_elements(p_records) WITH ORDINALITY AS r(record, ordinal)
   WHERE jsonb_typeof(r.record) = 'object'
$$;
COMMENT ON FUNCTION takeout.extension(jsonb, jsonb) IS 'Items from the elements of "Extensions": version, id and switches stay in attrs.';
GRANT EXECUTE ON FUNCTION takeout.extension(jsonb, jsonb) TO lake_user;
