-- Maps (your places)/Reviews.json: GeoJSON, a feature for each place that its owner judged.
-- Traps: the keys changed from "Star Rating", "Review Comment" to "five_star_rating_published", "review_text_published";
-- a review without stars has answers to questions alone; a later export may have another text: the newest one counts.
CALL imports.register_document('maps_reviews', 'Maps', 'json',
  ARRAY['(^|/)Maps[^/]*/(Reviews|Bewertungen)\.json$'],
  '^[\s\uFEFF]*\{\s*"type"\s*:\s*"FeatureCollection".*"(five_star_rating_published|Star Rating)"');
CALL imports.register_kind('place_review', 'maps_reviews', 0, '{"list": ["features"]}',
  '[{"table": "user_data.review", "parser": "takeout.place_review", "newest": true}]');

CREATE OR REPLACE FUNCTION takeout.place_review(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, at timestamptz, ident uuid, product text, title text, url text, rating real,
               body text, pos ext.geography, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT s.ordinal, CASE WHEN coalesce(s.url, s.title) IS NULL THEN 'neither a URL nor a name' END,
         takeout.kept_time(takeout.time(coalesce(s.review ->> 'date', s.review ->> 'Published'))),
         takeout.ident('review', 'Maps', coalesce(s.url, s.title)), 'Maps', s.title, s.url,
         takeout.number(coalesce(s.review ->> 'five_star_rating_published', s.review ->> 'Star Rating')),
         coalesce(s.review ->> 'review_text_published', s.review ->> 'Review Comment'),
         coalesce(takeout.place_point(s.record #>> '{geometry,coordinates,0}', s.record #>> '{geometry,coordinates,1}'),
                  takeout.place_point(s.location #>> '{Geo Coordinates,Longitude}', s.location #>> '{Geo Coordinates,Latitude}'),
                  takeout.place_point(s.degrees[2], s.degrees[1])),
         nullif(s.review - '{date,Published,google_maps_url,Google Maps URL,five_star_rating_published,Star Rating,review_text_published,Review Comment}'::text[], '{}')
    FROM (SELECT f.*, takeout.map_url_degrees(f.url) AS degrees,
                 takeout.plain(coalesce(f.location ->> 'name', f.location ->> 'Business Name', f.review ->> 'Title')) AS title
            FROM (SELECT r.ordinal, r.record, r.record -> 'properties' AS review,
                         coalesce(r.record #> '{properties,location}', r.record #> '{properties,Location}') AS location,
                         nullif(coalesce(r.record #>> '{properties,google_maps_url}', r.record #>> '{properties,Google Maps URL}'), '') AS url
                    FROM jsonb_array_elements(p_records) WITH ORDINALITY AS r(record, ordinal)
                   WHERE jsonb_typeof(r.record -> 'properties') = 'object'
                  OFFSET 0) AS f
          OFFSET 0) AS s
$$;
COMMENT ON FUNCTION takeout.place_review(jsonb, jsonb) IS 'Reviews from the features of Reviews.json; answers to questions and the address stay in attrs.';
GRANT EXECUTE ON FUNCTION takeout.place_review(jsonb, jsonb) TO lake_user;
