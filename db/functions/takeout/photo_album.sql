-- What Google Photos says of an album, in the album's folder: metadata.json, métadonnées.json, Metadaten.json …:
-- {"title", "description", "access", "date", "location", "geoData", "enrichments"}, before 2020 inside "albumData".
-- Until 2017 "date" is a text without a zone, which stays as it is.
-- Traps: the folder's name is the title with characters replaced and cut; an album without a title is Untitled(3); the
-- timestamp 0 means no date. Sidecars begin alike: what they say of a time tells them apart.
CALL imports.register_document('photo_album', 'Google Photos', 'json',
  ARRAY['(^|/)Google[ \u00A0](Photos|Foto|Fotos|Фото)/[^/]+/(metadata|m[ée]tadonn[ée]es|Metadaten|metadati|metadados|metadatos)(\(\d+\))?\.json$'],
  '^[\s\uFEFF]*\{\s*("albumData"\s*:\s*\{|"title"\s*:\s*"(?:[^"\\]|\\.)*"\s*,\s*("description"\s*:\s*"(?:[^"\\]|\\.)*"\s*,\s*)?"access"\s*:)');
CALL imports.register_kind('photo_album', 'photo_album', 0, '{"document": true}',
  '[{"table": "user_data.album", "parser": "takeout.photo_album", "state": true}]');

CREATE OR REPLACE FUNCTION takeout.photo_album(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, ident uuid, at timestamptz, folder text, title text, description text,
               access text, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT a.ordinal,
         CASE WHEN NOT coalesce(a.album ?| '{title,access,date}', false) THEN 'neither title, access nor date: this is no album' END,
         takeout.ident('album', a.folder),
         takeout.epoch(a.album #>> '{date,timestamp}'), a.folder,
         CASE WHEN jsonb_typeof(a.album -> 'title') = 'string' THEN a.album ->> 'title' END,
         nullif(btrim(a.album ->> 'description'), ''), nullif(a.album ->> 'access', ''),
         nullif(a.album - '{title,description,access}'::text[]
                        - CASE WHEN jsonb_typeof(a.album -> 'date') = 'object' THEN 'date' ELSE '' END
                        - CASE WHEN takeout.place_of(a.album -> 'geoData') IS NULL THEN 'geoData' ELSE '' END
                        - CASE WHEN a.album ->> 'location' = '' THEN 'location' ELSE '' END, '{}')
    FROM (SELECT r.ordinal, CASE WHEN jsonb_typeof(r.record -> 'albumData') = 'object' THEN r.record -> 'albumData' ELSE r.record END AS album,
                 regexp_replace(takeout.product_path(p_file ->> 'path'), '/[^/]*$', '') AS folder
            FROM jsonb_array_elements(p_records) WITH ORDINALITY AS r(record, ordinal)
           WHERE jsonb_typeof(r.record) = 'object'
          OFFSET 0) AS a
$$;
COMMENT ON FUNCTION takeout.photo_album(jsonb, jsonb) IS
  'An album, known by its folder; its place, and what its owner wrote between the pictures (enrichments), stay in attrs.';
GRANT EXECUTE ON FUNCTION takeout.photo_album(jsonb, jsonb) TO lake_user;
