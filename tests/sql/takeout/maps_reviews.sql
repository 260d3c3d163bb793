-- Reviews of places in both spellings; the newest export counts.
BEGIN;
SELECT plan(4);
SELECT results_eq($$SELECT ordinal, reject, at, title, rating, body, ext.st_astext(pos, 4), attrs - 'location' FROM takeout.place_review('[
    {"geometry": {"coordinates": [-122.69, 45.53]}, "properties": {"date": "2023-09-01T08:00:00.123456Z", "five_star_rating_published": 4, "google_maps_url": "http://maps.google.com/?cid=1", "location": {"name": "Gull"}, "review_text_published": "Good.", "questions": [1]}},
    {"properties": {"Published": "2018-01-01T00:00:00Z", "Star Rating": 5, "Google Maps URL": "u", "Location": {"Business Name": "Old", "Geo Coordinates": {"Latitude": "38.5", "Longitude": "-9.5"}}, "Review Comment": "Fine."}},
    {"properties": {"five_star_rating_published": "FOUR"}}]', '{}')$$,
  $$VALUES (1::bigint, NULL::text, '2023-09-01 08:00:00.123456+00'::timestamptz, 'Gull', 4::real, 'Good.', 'POINT(-122.69 45.53)', '{"questions": [1]}'::jsonb),
           (2, NULL, '2018-01-01 00:00:00+00', 'Old', 5, 'Fine.', 'POINT(-9.5 38.5)', '{"Location": {"Business Name": "Old", "Geo Coordinates": {"Latitude": "38.5", "Longitude": "-9.5"}}}'),
           (3, 'neither a URL nor a name', NULL, NULL, NULL, NULL, NULL, NULL)$$, 'reviews');
SELECT is((SELECT targets #>> '{0,newest}' FROM imports.kind WHERE kind = 'place_review'), 'true', 'the newest counts');
SELECT results_eq($$SELECT imports.recognize(p, h) FROM (VALUES ('Takeout/Maps (your places)/Reviews.json', NULL), ('Takeout/Maps (Meine Orte)/Bewertungen.json', NULL), ('Takeout/X/Y.json', '{"type": "FeatureCollection", "features": [{"properties": {"Star Rating": 5, "Google Maps URL": ""')) AS v(p, h)$$,
  ARRAY['maps_reviews', 'maps_reviews', 'maps_reviews'], 'recognised by name and by content');
SELECT lives_ok($$SELECT count(*) FROM takeout.place_review('[null, 1, [], "x", {}, {"properties": 7}, {"properties": {"location": 7, "five_star_rating_published": {}}}]', '{}')$$, 'takes hostile records');
SELECT * FROM finish();
ROLLBACK;
