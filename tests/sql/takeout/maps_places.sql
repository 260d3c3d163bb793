-- Saved places in both spellings, with their coordinates from wherever they stand; labeled places.
BEGIN;
SELECT plan(7);
CREATE TEMP TABLE records AS SELECT '[
  {"geometry": {"coordinates": [-122.690602, 45.530151]}, "properties": {"date": "2023-08-09T10:11:12Z", "google_maps_url": "http://maps.google.com/?cid=1", "Comment": "try the rye",
     "location": {"address": "5 Harbor Loop", "country_code": "US", "name": "Gull Coffee"}}},
  {"geometry": {"coordinates": [0, 0]}, "properties": {"date": "2022-01-01T00:00:00.5Z", "google_maps_url": "http://maps.google.com/?q=44.6255,-124.0568"}},
  {"geometry": {"coordinates": [-9.1393, 38.7138]}, "properties": {"Google Maps URL": "http://maps.google.com/?cid=2", "Published": "2018-07-01T01:02:03Z", "Updated": "2018-07-02T00:00:00Z", "Title": "Pensão",
     "Location": {"Address": "Rua 4", "Business Name": "Pensão Gaivota", "Country Code": "PT", "Geo Coordinates": {"Latitude": "38.7138", "Longitude": "-9.1393"}}}},
  {"properties": {"Title": "Only coordinates", "Location": {"Geo Coordinates": {"Latitude": "38.5", "Longitude": "-9.5"}, "Extra": 1}}},
  {"properties": {"date": "x"}}, {"geometry": {}}
]'::jsonb AS list;
SELECT results_eq($$SELECT ordinal, reject, at, title, address, country, body, ext.st_astext(pos, 6), s.attrs FROM records AS r, takeout.saved_place(r.list, '{}') AS s$$,
  $$VALUES (1::bigint, NULL::text, '2023-08-09 10:11:12+00'::timestamptz, 'Gull Coffee', '5 Harbor Loop', 'US', 'try the rye', 'POINT(-122.690602 45.530151)', NULL::jsonb),
           (2, NULL, '2022-01-01 00:00:00.5+00', NULL, NULL, NULL, NULL, 'POINT(-124.0568 44.6255)', NULL),
           (3, NULL, '2018-07-01 01:02:03+00', 'Pensão', 'Rua 4', 'PT', NULL, 'POINT(-9.1393 38.7138)', '{"Updated": "2018-07-02T00:00:00Z", "Business Name": "Pensão Gaivota"}'),
           (4, NULL, NULL, 'Only coordinates', NULL, NULL, NULL, 'POINT(-9.5 38.5)', '{"Extra": 1}'),
           (5, 'neither a URL nor a name', NULL, NULL, NULL, NULL, NULL, NULL, NULL)$$, 'features of both eras');
SELECT results_eq($$SELECT ordinal, reject, list, title, address, ext.st_astext(pos, 4) FROM takeout.labeled_place('[{"geometry": {"coordinates": [-122.6805, 45.5201]}, "properties": {"address": "12 Kelp St", "name": "Home"}}, {"properties": {}}]', '{}')$$,
  $$VALUES (1::bigint, NULL::text, 'Labeled places', 'Home', '12 Kelp St', 'POINT(-122.6805 45.5201)'), (2, 'neither a name nor an address', 'Labeled places', NULL, NULL, NULL)$$, 'labels');
SELECT results_eq($$SELECT imports.recognize(p, NULL) FROM unnest(ARRAY['Takeout/Maps (your places)/Saved Places.json', 'Takeout/Maps (Meine Orte)/Gespeicherte Orte.json', 'Takeout/Maps/My labeled places/Labeled places.json', 'Takeout/Maps/My labelled places/Labelled places.json']) AS p$$,
  ARRAY['saved_places', 'saved_places', 'labeled_places', 'labeled_places'], 'recognised by name');
SELECT results_eq($$SELECT imports.recognize('Takeout/X/Y.json', h) FROM (VALUES
    ('{ "type": "FeatureCollection", "features": [{"geometry": {"coordinates": [0, 0]}, "properties": {"date": "x", "google_maps_url": "u"'),
    ('{ "type": "FeatureCollection", "features": [{"properties": {"Google Maps URL": "u"'),
    ('{ "type": "FeatureCollection", "features": [{"geometry": {}, "properties": {"address": "a", "name": "Zuhause"'),
    ('{ "type": "FeatureCollection", "features": [{"properties": {"date": "x", "five_star_rating_published": 4, "google_maps_url": "u"'),
    ('{ "type": "FeatureCollection", "features": []}')) AS v(h)$$, ARRAY['saved_places', 'saved_places', 'labeled_places', 'maps_reviews', NULL], 'recognised by content');
SELECT is((SELECT count(DISTINCT ident) FROM records AS r, takeout.saved_place(r.list, '{}') AS s WHERE reject IS NULL), 4::bigint, 'each is a place of its own');
SELECT lives_ok($$SELECT count(*) FROM takeout.saved_place('[null, 1, [], "x", {}, {"properties": 7}, {"properties": {"location": 7, "google_maps_url": []}}, {"properties": {"Location": [], "Title": "t"}, "geometry": {"coordinates": "x"}}, {"properties": {"Title": "t"}, "geometry": {"coordinates": [1e300, {}]}}]', '{}')$$, 'takes hostile records');
SELECT lives_ok($$SELECT count(*) FROM takeout.labeled_place('[null, 1, [], "x", {}, {"properties": 7}, {"properties": {"name": []}, "geometry": 7}]', '{}')$$, 'takes hostile records');
SELECT * FROM finish();
ROLLBACK;
