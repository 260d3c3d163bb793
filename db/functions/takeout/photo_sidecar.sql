-- What Google Photos (and Maps) says of a picture, in a JSON file beside it: {"title", "description", "photoTakenTime",
-- "creationTime", "geoData", "geoDataExif", "people", "url", "favorited", "archived", "trashed" …}.
-- Until 2017: {"creationTime": seconds, "geoInfo": {"latitude_", …}, "geoInfoExif" …}.
-- Traps: X.jpg.json became X.jpg.supplemental-metadata.json, cut at 46 characters down to X.jpg..json; times are seconds
-- as text, negative before 1970, 0 where unknown; 0,0 is no place; false flags are left out; Maps has no photoTakenTime.
-- Of two pictures of one name, the next export may deal out the numbers anew: each row knows the exports that told it.
-- Which picture it belongs to is settled when the whole export is in (imports.settle_media).
CALL imports.register_document('photo_sidecar', 'any', 'json',
  ARRAY['(^|/)Google[ \u00A0](Photos|Foto|Fotos|Фото)/[^/]+/[^/]*\.(jpe?g|png|gif|webp|heic|heif|mp4|m4v|mov|3gp)(\.[a-z-]*)?(\(\d+\))?\.json$',
        '(^|/)Google[ \u00A0](Photos|Foto|Fotos|Фото)/[^/]+/[^/]*\.supplemental-metadata(\(\d+\))?\.json$'],
  '^[\s\uFEFF]*\{.*"(photoTakenTime|creationTime)"\s*:\s*(\{\s*"timestamp"\s*:.*"(geoData|geoDataExif|url)"|\d+\s*,.*"geoInfo")\s*:');
CALL imports.register_kind('photo_sidecar', 'photo_sidecar', 0, '{"document": true}',
  '[{"table": "user_data.sidecar", "parser": "takeout.photo_sidecar", "newest": true}]');

CREATE OR REPLACE FUNCTION takeout.epoch(p_text text) RETURNS timestamptz
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
  SELECT CASE WHEN p_text ~ '^-?[1-9]\d{0,10}$' AND p_text::bigint BETWEEN -2208988800 AND 4102444799
              THEN to_timestamp(p_text::float8) END
$$;
COMMENT ON FUNCTION takeout.epoch(text) IS 'Seconds since 1970 as a time; NULL for 0, which means unknown, and outside of 1900 to 2099.';
GRANT EXECUTE ON FUNCTION takeout.epoch(text) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.place_of(p_geo jsonb) RETURNS ext.geography
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT CASE WHEN jsonb_typeof(p_geo -> 'latitude') = 'number' AND jsonb_typeof(p_geo -> 'longitude') = 'number'
               AND abs((p_geo ->> 'latitude')::numeric) <= 90 AND abs((p_geo ->> 'longitude')::numeric) <= 180
               AND NOT ((p_geo ->> 'latitude')::numeric = 0 AND (p_geo ->> 'longitude')::numeric = 0)
              THEN ext.st_point((p_geo ->> 'longitude')::float8, (p_geo ->> 'latitude')::float8, 4326)::ext.geography END
$$;
COMMENT ON FUNCTION takeout.place_of(jsonb) IS 'The position of {"latitude", "longitude"} in degrees; NULL for 0,0 and what is not on Earth.';
GRANT EXECUTE ON FUNCTION takeout.place_of(jsonb) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.old_place(p_geo jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
  SELECT CASE WHEN jsonb_typeof(p_geo) = 'object'
              THEN jsonb_build_object('latitude', p_geo -> 'latitude_', 'longitude', p_geo -> 'longitude_', 'altitude', p_geo -> 'altitude_') END
$$;
COMMENT ON FUNCTION takeout.old_place(jsonb) IS 'A place as it was told until 2017, {"latitude_", "longitude_", "altitude_"}, as it is told since.';
GRANT EXECUTE ON FUNCTION takeout.old_place(jsonb) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.photo_sidecar(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, at timestamptz, path text, title text, description text, url text,
               created_at timestamptz, people text[], favorite boolean, archived boolean, trashed boolean,
               pos ext.geography, altitude_m real, attrs jsonb, seen timestamptz[])
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT r.ordinal,
         CASE WHEN jsonb_typeof(r.record -> 'title') IS DISTINCT FROM 'string'
               AND NOT coalesce(r.record ?| '{photoTakenTime,creationTime}', false)
              THEN 'neither a title nor a time: this is no description of a picture' END,
         takeout.epoch(coalesce(r.record #>> '{photoTakenTime,timestamp}', r.record #>> '{creationTime,timestamp}', r.record ->> 'creationTime')),
         takeout.product_path(p_file ->> 'path'),
         CASE WHEN jsonb_typeof(r.record -> 'title') = 'string' THEN nullif(r.record ->> 'title', '') END,
         nullif(btrim(r.record ->> 'description'), ''),
         coalesce(r.record ->> 'url', ''),
         takeout.epoch(coalesce(r.record #>> '{creationTime,timestamp}', r.record ->> 'creationTime')),
         CASE WHEN jsonb_typeof(r.record -> 'people') = 'array'
              THEN ARRAY(SELECT p.name #>> '{}' FROM jsonb_path_query(r.record, '$.people[*].name') WITH ORDINALITY AS p(name, at)
                          WHERE p.name #>> '{}' <> '' ORDER BY p.at) END,
         r.record @> '{"favorited": true}', r.record @> '{"archived": true}', r.record @> '{"trashed": true}',
         -- geoData is what the owner may have corrected.
         coalesce(takeout.place_of(g.data), takeout.place_of(g.exif)),
         nullif(takeout.number(CASE WHEN takeout.place_of(g.data) IS NOT NULL THEN g.data ELSE g.exif END ->> 'altitude'), 0),
         nullif(r.record - '{title,description,url,people,favorited,archived,trashed,creationTime,geoData,geoDataExif,geoInfo,geoInfoExif}'::text[]
                         - CASE WHEN takeout.epoch(r.record #>> '{photoTakenTime,timestamp}') IS NULL THEN '' ELSE 'photoTakenTime' END,
                '{}'),
         ARRAY[(p_file ->> 'exported_at')::timestamptz]
    FROM jsonb_array_elements(p_records) WITH ORDINALITY AS r(record, ordinal),
         LATERAL (SELECT coalesce(r.record -> 'geoData', takeout.old_place(r.record -> 'geoInfo')) AS data,
                         coalesce(r.record -> 'geoDataExif', takeout.old_place(r.record -> 'geoInfoExif')) AS exif) AS g
   WHERE jsonb_typeof(r.record) = 'object'
$$;
COMMENT ON FUNCTION takeout.photo_sidecar(jsonb, jsonb) IS
  'The description of a picture: when taken and uploaded, place, people, favourite, archived, in the bin.';
GRANT EXECUTE ON FUNCTION takeout.photo_sidecar(jsonb, jsonb) TO lake_user;
