-- Search Contributions: Reviews.json, Thumbs.json, Watched.json, Streaming video providers.json: lists of {"Search Query",
-- "Published", "Updated" …}: what its owner said of films and series in the results of a search.
-- Traps: file names are those of other products, so the keys decide; a rating may change: the newest export counts.
CALL imports.register_document('search_reviews', 'Search Contributions', 'json',
  ARRAY['(^|/)Search Contributions/Reviews\.json$'], '^[\s\uFEFF]*\[\s*\{\s*"Search Query"[^}]*"Review (Star Rating|Comment)"');
CALL imports.register_kind('search_review', 'search_reviews', 0, '{"list": []}',
  '[{"table": "user_data.review", "parser": "takeout.search_review", "newest": true}]');
CALL imports.register_document('search_thumbs', 'Search Contributions', 'json',
  ARRAY['(^|/)Search Contributions/Thumbs\.json$'], '^[\s\uFEFF]*\[\s*\{\s*"Search Query"[^}]*"Thumbs Rating"');
CALL imports.register_kind('search_thumb', 'search_thumbs', 0, '{"list": []}',
  '[{"table": "user_data.review", "parser": "takeout.search_thumb", "newest": true}]');
CALL imports.register_document('search_watched', 'Search Contributions', 'json',
  ARRAY['(^|/)Search Contributions/Watched\.json$'], '^[\s\uFEFF]*\[\s*\{\s*"Search Query"\s*:\s*"([^"\\]|\\.)*"\s*,\s*"(Published|Updated)"');
CALL imports.register_kind('search_watched', 'search_watched', 0, '{"list": []}',
  '[{"table": "user_data.item", "parser": "takeout.search_watched", "state": true}]');
CALL imports.register_document('streaming_providers', 'Search Contributions', 'json',
  ARRAY['(^|/)Search Contributions/Streaming video providers\.json$'], '^[\s\uFEFF]*\[\s*\{\s*"Provider Name"');
CALL imports.register_kind('streaming_provider', 'streaming_providers', 0, '{"list": []}',
  '[{"table": "user_data.item", "parser": "takeout.streaming_provider", "state": true}]');

CREATE OR REPLACE FUNCTION takeout.search_entry(p_records jsonb, p_name text)
RETURNS TABLE (ordinal bigint, reject text, at timestamptz, name text, title text, record jsonb, rest jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT r.ordinal, CASE WHEN takeout.plain(r.record ->> p_name) IS NULL THEN 'no title' END,
         takeout.kept_time(takeout.time(r.record ->> 'Published')), r.record ->> p_name, takeout.plain(r.record ->> p_name),
         r.record, r.record - p_name - 'Published'
    FROM jsonb_array_elements(p_records) WITH ORDINALITY AS r(record, ordinal)
   WHERE jsonb_typeof(r.record) = 'object'
$$;
COMMENT ON FUNCTION takeout.search_entry(jsonb, text) IS
  'What all lists of Search Contributions share: a name (under the key given) and when it was published; rest has the other keys.';
GRANT EXECUTE ON FUNCTION takeout.search_entry(jsonb, text) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.search_review(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, at timestamptz, ident uuid, product text, title text, rating real, body text, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT e.ordinal, e.reject, e.at, takeout.ident('review', 'Search Contributions', e.name), 'Search Contributions', e.title,
         takeout.number(e.record ->> 'Review Star Rating'), nullif(e.record ->> 'Review Comment', ''),
         nullif(e.rest - '{Review Star Rating,Review Comment}'::text[], '{}')
    FROM takeout.search_entry(p_records, 'Search Query') AS e
$$;
COMMENT ON FUNCTION takeout.search_review(jsonb, jsonb) IS 'Reviews with stars and words.';
GRANT EXECUTE ON FUNCTION takeout.search_review(jsonb, jsonb) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.search_thumb(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, at timestamptz, ident uuid, product text, title text, rating real, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT e.ordinal, e.reject, e.at, takeout.ident('thumb', 'Search Contributions', e.name), 'Search Contributions', e.title,
         CASE upper(e.record ->> 'Thumbs Rating') WHEN 'UP' THEN 5 WHEN 'DOWN' THEN 1 END::real, nullif(e.rest, '{}')
    FROM takeout.search_entry(p_records, 'Search Query') AS e
$$;
COMMENT ON FUNCTION takeout.search_thumb(jsonb, jsonb) IS 'Reviews from thumbs: up is 5, down is 1.';
GRANT EXECUTE ON FUNCTION takeout.search_thumb(jsonb, jsonb) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.search_watched(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, at timestamptz, ident uuid, type text, product text, title text, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT e.ordinal, e.reject, e.at, takeout.ident('search_watched', e.name), 'search_watched', 'Search Contributions', e.title, nullif(e.rest, '{}')
    FROM takeout.search_entry(p_records, 'Search Query') AS e
$$;
COMMENT ON FUNCTION takeout.search_watched(jsonb, jsonb) IS 'Items: films and series that were marked as watched.';
GRANT EXECUTE ON FUNCTION takeout.search_watched(jsonb, jsonb) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.streaming_provider(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, at timestamptz, ident uuid, type text, product text, title text, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT e.ordinal, e.reject, e.at, takeout.ident('streaming_provider', e.name), 'streaming_provider', 'Search Contributions', e.title, nullif(e.rest, '{}')
    FROM takeout.search_entry(p_records, 'Provider Name') AS e
$$;
COMMENT ON FUNCTION takeout.streaming_provider(jsonb, jsonb) IS 'Items: the services that its owner watches films on.';
GRANT EXECUTE ON FUNCTION takeout.streaming_provider(jsonb, jsonb) TO lake_user;
