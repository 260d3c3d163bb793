-- Discover/*.csv: what its owner follows (Follows.csv: Name, URL) or does not want to see (Not interested.csv: Title, URL,
-- Timestamp).
-- Traps: names of files and columns are not sure, so cells go by what is in them; a table of names and addresses has no
-- shape of its own: it is told by its folder alone.
CALL imports.register_document('discover', 'Discover', 'csv', ARRAY['(^|/)(?<!My Activity/)Discover/[^/]+\.csv$']);
CALL imports.register_kind('discover_item', 'discover', 0, '{"as": "pairs"}',
  '[{"table": "user_data.item", "parser": "takeout.discover_item", "state": true}]');

CREATE OR REPLACE FUNCTION takeout.discover_item(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, at timestamptz, ident uuid, type text, product text, title text, url text, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT r.ordinal, NULL::text,
         (SELECT takeout.kept_time(takeout.time(u.cell)) FROM unnest(c.cells) AS u(cell) WHERE u.cell LIKE '____-__-__T__:%' LIMIT 1),
         takeout.ident('discover_item', f.list, array_to_string(c.cells, E'\u001F', '')), 'discover_item', 'Discover',
         takeout.plain(c.cells[1]), (SELECT u.cell FROM unnest(c.cells) AS u(cell) WHERE u.cell ~ '^https?://' LIMIT 1),
         coalesce(c.named, '{}') || jsonb_build_object('list', f.list)
    FROM (SELECT takeout.file_stem(p_file ->> 'path') AS list) AS f,
         jsonb_array_elements(p_records) WITH ORDINALITY AS r(record, ordinal)
   CROSS JOIN LATERAL takeout.cells(r.record) AS c
   WHERE c.cells IS NOT NULL
$$;
COMMENT ON FUNCTION takeout.discover_item(jsonb, jsonb) IS 'Items from the rows of the tables of Discover: title the first cell, attrs.list the file.';
GRANT EXECUTE ON FUNCTION takeout.discover_item(jsonb, jsonb) TO lake_user;
