-- Maps (your places)/Saved Places.json and Maps/My labeled places/Labeled places.json: GeoJSON, a feature for each place.
-- Traps: the keys were "Title", "Google Maps URL", "Location" … and are "google_maps_url", "location" … now; coordinates
-- of 0,0 mean none, and then they may stand in the URL. Labeled places have neither a time nor a URL.
CALL imports.register_document('saved_places', 'Maps', 'json',
  ARRAY['(^|/)(Saved Places|Gespeicherte Orte)\.json$'],
  '^(?!.*"(five_star_rating_published|Star Rating)")[\s\uFEFF]*\{\s*"type"\s*:\s*"FeatureCollection".*"(google_maps_url|Google Maps URL)"');
CALL imports.register_kind('saved_place', 'saved_places', 0, '{"list": ["features"]}',
  '[{"table": "user_data.saved_place", "parser": "takeout.saved_place", "state": true}]');
CALL imports.register_document('labeled_places', 'Maps', 'json',
  ARRAY['(^|/)Labell?ed places\.json$'],
  '^(?!.*"(google_maps_url|Google Maps URL)")[\s\uFEFF]*\{\s*"type"\s*:\s*"FeatureCollection".*"properties"\s*:\s*\{\s*"(address|name)"\s*:');
CALL imports.register_kind('labeled_place', 'labeled_places', 0, '{"list": ["features"]}',
  '[{"table": "user_data.saved_place", "parser": "takeout.labeled_place", "state": true}]');

CREATE OR REPLACE FUNCTION takeout.saved_place(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, at timestamptz, ident uuid, list text, title text, address text, country text,
               url text, body text, pos ext.geography, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT s.ordinal, CASE WHEN coalesce(s.url, s.title, s.address) IS NULL THEN 'neither a URL nor a name' END,
         takeout.kept_time(takeout.time(coalesce(s.place ->> 'date', s.place ->> 'Published'))),
         takeout.ident('saved_place', 'Saved places', coalesce(s.url, s.title, s.address)), 'Saved places', s.title, s.address,
         coalesce(s.location ->> 'country_code', s.location ->> 'Country Code'), s.url,
         coalesce(s.place ->> 'Comment', s.place ->> 'comment'),
         coalesce(takeout.place_point(s.record #>> '{geometry,coordinates,0}', s.record #>> '{geometry,coordinates,1}'),
                  takeout.place_point(s.location #>> '{Geo Coordinates,Longitude}', s.location #>> '{Geo Coordinates,Latitude}'),
                  takeout.place_point(s.degrees[2], s.degrees[1])),
         nullif(s.place - '{date,Published,Title,google_maps_url,Google Maps URL,Comment,comment,location,Location}'::text[]
                || CASE WHEN jsonb_typeof(s.location) = 'object'
                        THEN s.location - '{name,Business Name,address,Address,country_code,Country Code,Geo Coordinates}'::text[]
                        ELSE '{}' END
                -- Of several names one is the title.
                || jsonb_strip_nulls(jsonb_build_object('Title', nullif(takeout.plain(s.place ->> 'Title'), s.title),
                                                        'Business Name', nullif(takeout.plain(s.location ->> 'Business Name'), s.title))), '{}')
    FROM (SELECT f.*, takeout.map_url_degrees(f.url) AS degrees,
                 takeout.plain(coalesce(f.location ->> 'name', f.place ->> 'Title', f.location ->> 'Business Name')) AS title,
                 takeout.plain(coalesce(f.location ->> 'address', f.location ->> 'Address')) AS address
            FROM (SELECT r.ordinal, r.record, r.record -> 'properties' AS place,
                         coalesce(r.record #> '{properties,location}', r.record #> '{properties,Location}') AS location,
                         nullif(coalesce(r.record #>> '{properties,google_maps_url}', r.record #>> '{properties,Google Maps URL}'), '') AS url
                    FROM jsonb_array_elements(p_records) WITH ORDINALITY AS r(record, ordinal)
                   WHERE jsonb_typeof(r.record -> 'properties') = 'object'
                  OFFSET 0) AS f
          OFFSET 0) AS s
$$;
COMMENT ON FUNCTION takeout.saved_place(jsonb, jsonb) IS 'Saved places from the features of Saved Places.json, in either of its spellings.';
GRANT EXECUTE ON FUNCTION takeout.saved_place(jsonb, jsonb) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.labeled_place(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, ident uuid, list text, title text, address text, pos ext.geography, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT s.ordinal, CASE WHEN coalesce(s.title, s.address) IS NULL THEN 'neither a name nor an address' END,
         takeout.ident('saved_place', 'Labeled places', coalesce(s.title, s.address)), 'Labeled places', s.title, s.address,
         takeout.place_point(s.record #>> '{geometry,coordinates,0}', s.record #>> '{geometry,coordinates,1}'),
         nullif(s.place - '{name,address}'::text[], '{}')
    FROM (SELECT r.ordinal, r.record, r.record -> 'properties' AS place,
                 takeout.plain(r.record #>> '{properties,name}') AS title, takeout.plain(r.record #>> '{properties,address}') AS address
            FROM jsonb_array_elements(p_records) WITH ORDINALITY AS r(record, ordinal)
           WHERE jsonb_typeof(r.record -> 'properties') = 'object'
          OFFSET 0) AS s
$$;
COMMENT ON FUNCTION takeout.labeled_place(jsonb, jsonb) IS 'Saved places from the features of Labeled places.json: home, work and other names.';
GRANT EXECUTE ON FUNCTION takeout.labeled_place(jsonb, jsonb) TO lake_user;
