-- Saved/<list>.csv: Title, Note, URL, (Tags,) Comment; one file for each list of places, links, pictures. What is on the
-- map becomes a saved place, everything else a bookmark in the folder of that name.
-- Traps: a described list begins with its description and an empty row; rows of empty cells are no records; names of
-- folder, lists and columns are in the language of the account, so that the description is known by standing above an
-- empty row; some addresses hold the coordinates.
CALL imports.register_document('saved', 'Saved', 'csv',
  ARRAY['(^|/)(Saved|Gespeichert)/[^/]+\.csv$'],
  '(^|\n)[\s\uFEFF]*[^,"\n]+,[^,"\n]+,URL(,[^,"\n]+){1,2}\r?(\n|$)|^[\s\uFEFF]*(("[^"]*"|[^,"\n]+)\r?\n\s*\n)?[^,"\n]+(,[^,"\n]+){3,4}\r?\n("[^"]*"|[^,"\n]+),("[^"]*"|[^,"\n]*),"?https?://www\.google\.[a-z.]+/(maps|search|travel)');
CALL imports.register_kind('saved_link', 'saved', 0, '{"as": "pairs", "start": "^[^,]+,[^,]+,URL(,|$)"}',
  '[{"table": "user_data.saved_place", "parser": "takeout.saved_map_place", "state": true, "apart": true},
    {"table": "user_data.bookmark", "parser": "takeout.saved_link", "state": true, "apart": true}]');

CREATE OR REPLACE FUNCTION takeout.saved_row(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, list text, title text, url text, body text, attrs jsonb, is_place boolean)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT s.ordinal, l.list, s.title, s.url, s.body, s.attrs,
         coalesce(s.url ~ '^https?://(www\.|maps\.)?google\.[a-z.]+/(maps|local)|^https?://maps\.(google|app)\.|^https?://goo\.gl/maps', false)
    FROM (SELECT regexp_replace(takeout.file_stem(p_file ->> 'path'), '\(\d+\)$', '') AS list) AS l,
         (SELECT r.ordinal, takeout.plain(c.cells[1]) AS title, nullif(c.cells[3], '') AS url,
                 nullif(concat_ws(E'\n', nullif(c.cells[2], ''),
                   nullif(CASE WHEN cardinality(c.cells) > 4 THEN c.cells[5] ELSE c.cells[4] END, '')), '') AS body,
                 CASE WHEN cardinality(c.cells) > 4 AND c.cells[4] <> '' THEN jsonb_build_object('tags', c.cells[4]) ELSE '{}' END
                 || CASE WHEN cardinality(c.cells) > 5 THEN jsonb_build_object('more', c.cells[6:]) ELSE '{}' END
                 || CASE WHEN r.record -> 'preamble' <> '[]' THEN jsonb_build_object('list_description', r.record #> '{preamble,0,0}') ELSE '{}' END AS attrs
            FROM jsonb_array_elements(p_records) WITH ORDINALITY AS r(record, ordinal)
           CROSS JOIN LATERAL takeout.cells(r.record -> 'row') AS c
           WHERE c.cells IS NOT NULL
          OFFSET 0) AS s
$$;
COMMENT ON FUNCTION takeout.saved_row(jsonb, jsonb) IS 'The rows of a list of Saved, and whether they are places; body is note and comment.';
GRANT EXECUTE ON FUNCTION takeout.saved_row(jsonb, jsonb) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.saved_map_place(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, ident uuid, list text, title text, url text, body text, pos ext.geography, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT s.ordinal, NULL::text, takeout.ident('saved_place', s.list, s.url), s.list, s.title, s.url, s.body,
         takeout.place_point(s.degrees[2], s.degrees[1]), nullif(s.attrs, '{}')
    FROM (SELECT r.*, takeout.map_url_degrees(r.url) AS degrees FROM takeout.saved_row(p_records, p_file) AS r WHERE r.is_place
          OFFSET 0) AS s
$$;
COMMENT ON FUNCTION takeout.saved_map_place(jsonb, jsonb) IS 'Saved places from those rows of a list whose address is on the map.';
GRANT EXECUTE ON FUNCTION takeout.saved_map_place(jsonb, jsonb) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.saved_link(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, ident uuid, product text, folder text, title text, url text, body text, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT s.ordinal, CASE WHEN coalesce(s.url, s.title) IS NULL THEN 'neither a URL nor a title' END,
         takeout.ident('bookmark', 'Saved', s.list, coalesce(s.url, s.title)), 'Saved', s.list, s.title, s.url, s.body,
         nullif(s.attrs, '{}')
    FROM takeout.saved_row(p_records, p_file) AS s
   WHERE NOT s.is_place
$$;
COMMENT ON FUNCTION takeout.saved_link(jsonb, jsonb) IS 'Bookmarks from the other rows of a list.';
GRANT EXECUTE ON FUNCTION takeout.saved_link(jsonb, jsonb) TO lake_user;
