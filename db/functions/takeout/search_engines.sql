-- Chrome/SearchEngines.json: {"Search Engines": [{"short_name", "keyword", "url", "date_created", "sync_guid" …}]}.
-- Traps: times are in microseconds since 1601, numbers or strings, 0 where unknown.
CALL imports.register_document('search_engines', 'Chrome', 'json',
  ARRAY['(^|/)Chrome/Search ?Engines\.json$'], '^[\s\uFEFF]*\{\s*"Search Engines"\s*:\s*\[');
CALL imports.register_kind('search_engine', 'search_engines', 0, '{"list": ["Search Engines"]}',
  '[{"table": "user_data.item", "parser": "takeout.search_engine", "state": true}]');

CREATE OR REPLACE FUNCTION takeout.search_engine(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, at timestamptz, ident uuid, type text, product text, title text, url text, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT r.ordinal,
         CASE WHEN coalesce(r.record ->> 'sync_guid', r.record ->> 'keyword', r.record ->> 'url') IS NULL
              THEN 'neither an id nor a URL' END,
         takeout.kept_time(takeout.epoch_time(r.record ->> 'date_created')),
         takeout.ident('search_engine', coalesce(r.record ->> 'sync_guid', r.record ->> 'keyword', r.record ->> 'url')),
         'search_engine', 'Chrome', takeout.plain(r.record ->> 'short_name'), r.record ->> 'url',
         nullif(r.record - '{short_name,url}'::text[], '{}')
    FROM jsonb_array_elements(p_records) WITH ORDINALITY AS r(record, ordinal)
   WHERE jsonb_typeof(r.record) = 'object'
$$;
COMMENT ON FUNCTION takeout.search_engine(jsonb, jsonb) IS 'Items from the elements of "Search Engines"; at is when one was made.';
GRANT EXECUTE ON FUNCTION takeout.search_engine(jsonb, jsonb) TO lake_user;
