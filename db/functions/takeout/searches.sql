-- Searches/2016-01-01 January 2016 to March 2016.json: {"event": [{"query": {"id": [{"timestamp_usec"}], "query_text"}}]},
-- the searches of an account as exports had them until about 2017. My Activity knows most of them, too.
-- Traps: one query has a time for each time that it was asked. My Activity tells milliseconds and the address of the
-- search: told alike here, a search in both is one event; the microseconds stay in attrs.
CALL imports.register_document('searches', 'Search', 'json', ARRAY['(^|/)Searches/[^/]+\.json$'],
  '^[\s\uFEFF]*\{\s*"event"\s*:\s*\[\s*\{\s*"query"\s*:');
CALL imports.register_kind('search_query', 'searches', 0, '{"list": ["event"]}',
  '[{"table": "user_data.activity", "parser": "takeout.search_query", "many": true, "coarse": false}]');

CREATE OR REPLACE FUNCTION takeout.search_url(p_query text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
  SELECT 'https://www.google.com/search?q=' || string_agg(
           CASE WHEN c = ' ' THEN '+' WHEN c ~ '^[A-Za-z0-9._~-]$' THEN c
                ELSE upper(regexp_replace(encode(convert_to(c, 'UTF8'), 'hex'), '(..)', '%\1', 'g')) END, '' ORDER BY n)
    FROM regexp_split_to_table(p_query, '') WITH ORDINALITY AS t(c, n)
$$;
COMMENT ON FUNCTION takeout.search_url(text) IS 'The address of a search, as My Activity writes it.';
GRANT EXECUTE ON FUNCTION takeout.search_url(text) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.search_query(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, at timestamptz, ident uuid, product text, title text, url text, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT q.ordinal,
         CASE WHEN q.text IS NULL THEN 'no text' ELSE takeout.time_fault(q.at_text, q.at) END,
         q.at, takeout.activity_ident(q.url, q.text, NULL), 'Search', q.text, q.url,
         jsonb_build_object('timestamp_usec', q.at_text) || takeout.without(q.record, 'query.id', 'query.query_text') - CASE WHEN q.only THEN 'query' ELSE '' END
    FROM (SELECT r.ordinal, r.record, i.id ->> 'timestamp_usec' AS at_text, takeout.plain(r.record #>> '{query,query_text}') AS text,
                 takeout.search_url(takeout.plain(r.record #>> '{query,query_text}')) AS url,
                 (r.record -> 'query') - '{id,query_text}'::text[] = '{}' AS only,
                 CASE WHEN pg_input_is_valid(i.id ->> 'timestamp_usec', 'bigint')
                      THEN date_trunc('milliseconds', takeout.microseconds((i.id ->> 'timestamp_usec')::bigint)) END AS at
            FROM jsonb_array_elements(p_records) WITH ORDINALITY AS r(record, ordinal)
           CROSS JOIN LATERAL (SELECT e FROM jsonb_path_query(r.record, '$.query.id[*]') AS e
                               UNION ALL SELECT NULL WHERE NOT r.record @? '$.query.id[*]') AS i(id)
           WHERE jsonb_typeof(r.record -> 'query') = 'object'
          OFFSET 0) AS q
$$;
COMMENT ON FUNCTION takeout.search_query(jsonb, jsonb) IS 'A search for each time that a query was asked; title is what was asked.';
GRANT EXECUTE ON FUNCTION takeout.search_query(jsonb, jsonb) TO lake_user;
