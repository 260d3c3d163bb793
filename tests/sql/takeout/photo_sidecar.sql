-- Descriptions of pictures, in every naming and era; hostile ones cost themselves.
BEGIN;
SELECT plan(16);
CREATE FUNCTION pg_temp.known(p_path text, p_head text) RETURNS text LANGUAGE sql AS $$ SELECT imports.recognize(p_path, p_head) $$;
SELECT results_eq($$SELECT n, pg_temp.known('Takeout/Google Photos/Trip/' || n, '{"title": "x.jpg", "description": "", "photoTakenTime": {"timestamp": "1"}, "url": "u"}')
                      FROM unnest(ARRAY['x.jpg.json', 'x.jpg.supplemental-metadata(1).json', 'x.jpg..json', 'x.ORIGIN.json', 'métadonnées.json']) AS n$$,
  $$SELECT n, 'photo_sidecar' FROM unnest(ARRAY['x.jpg.json', 'x.jpg.supplemental-metadata(1).json', 'x.jpg..json', 'x.ORIGIN.json', 'métadonnées.json']) AS n$$,
  'by content, whatever the name');
SELECT is(pg_temp.known('Takeout/Google Foto''s/Reis/x.json', '{"title": "x.jpg", "photoTakenTime": {"timestamp": "1"}, "geoData": {}}'), 'photo_sidecar', 'in a folder of an unknown language');
SELECT is(pg_temp.known('Takeout/Maps/Photos and videos/1.jpg.json', E'{\n  "title": "1.jpg",\n  "creationTime": {\n    "timestamp": "1"\n  },\n  "geoDataExif": {}}'), 'photo_sidecar', 'of Maps');
SELECT is(pg_temp.known(U&'Takeout/Google\00A0Photos/Trip/x.jpg.json', NULL), 'photo_sidecar', 'by name, with a no-break space');
SELECT is(pg_temp.known('Takeout/Google Photos/Trip/x.json', '{"something": 1}'), NULL, 'another JSON is no description');
SELECT is(pg_temp.known('Takeout/Drive/x.jpg.json', '{"title": "x.jpg", "photoTakenTime": {"timestamp": "1"}, "url": "u"}'), 'drive', 'nor is one in Drive');
CREATE TEMP TABLE records AS SELECT '[
  {"title": "a.jpg", "description": " Low tide ", "photoTakenTime": {"timestamp": "1680674828"}, "creationTime": {"timestamp": "1680700000"},
   "geoData": {"latitude": 0.0, "longitude": 0.0, "altitude": 0.0}, "geoDataExif": {"latitude": 45.5, "longitude": -122.5, "altitude": 21.5},
   "url": "https://p/1", "people": [{"name": "Tam"}, {"name": ""}, {}, {"name": "Priya"}], "favorited": true, "imageViews": "3"},
  {"title": "scan.jpg", "photoTakenTime": {"timestamp": "-268056000"}, "archived": true, "trashed": true, "geoData": {"latitude": 0, "longitude": 12}},
  {"title": "m.jpg", "creationTime": {"timestamp": "1693555560"}},
  {"title": "n.jpg", "photoTakenTime": {"timestamp": "0"}, "geoData": {"latitude": 91, "longitude": 0}, "favorited": "yes"},
  {"title": "o.jpg", "photoTakenTime": {"timestamp": "99999999999999"}},
  {"x": 1}, {"title": 7, "people": 7, "geoData": [], "photoTakenTime": "soon", "url": {"a": 1}}, {"title": ["a"]}
]'::jsonb AS list, '{"path": "Takeout/Google Photos/Trip/a.jpg.json", "product": "Google Photos"}'::jsonb AS file;
SELECT results_eq('SELECT ordinal, reject, at, path, title, description, url, created_at, people, favorite, archived, trashed, ext.st_astext(pos), altitude_m, attrs
                     FROM records, takeout.photo_sidecar(list, file) WHERE ordinal = 1',
  $$VALUES (1::bigint, NULL, '2023-04-05 06:07:08Z'::timestamptz, 'Google Photos/Trip/a.jpg.json', 'a.jpg', 'Low tide', 'https://p/1', '2023-04-05 13:06:40Z'::timestamptz,
            ARRAY['Tam', 'Priya'], true, false, false, 'POINT(-122.5 45.5)', 21.5::real, '{"imageViews": "3"}'::jsonb)$$, 'all there is');
SELECT results_eq('SELECT at, archived, trashed, ext.st_astext(pos) FROM records, takeout.photo_sidecar(list, file) WHERE ordinal = 2',
  $$VALUES ('1961-07-04 12:00Z'::timestamptz, true, true, 'POINT(12 0)')$$, 'before 1970, and on the equator');
SELECT results_eq('SELECT ordinal, at, pos::text, favorite FROM records, takeout.photo_sidecar(list, file) WHERE ordinal IN (3, 4, 5) ORDER BY 1',
  $$VALUES (3::bigint, '2023-09-01 08:06Z'::timestamptz, NULL, false), (4, NULL, NULL, false), (5, NULL, NULL, false)$$, 'no time of its own; none at all; one out of any range');
SELECT is((SELECT attrs #>> '{photoTakenTime,timestamp}' FROM records, takeout.photo_sidecar(list, file) WHERE ordinal = 5), '99999999999999', 'an odd time is not lost');
SELECT results_eq('SELECT ordinal FROM records, takeout.photo_sidecar(list, file) WHERE reject IS NOT NULL ORDER BY 1', 'VALUES (6::bigint), (8)', 'what is no description');
SELECT lives_ok($$SELECT count(*) FROM takeout.photo_sidecar('[null, 1, [], {"geoData": {"latitude": "x", "longitude": 1e400}}]', '{"path": "x"}')$$, 'takes hostile records');
SELECT results_eq($$SELECT n, takeout.product_path(n) FROM unnest(ARRAY['a/Takeout/Keep/x.png', U&'Takeout/Google\00A0Photos/T/x.jpg', 'Google Fotos/T/x.jpg', 'Takeout/r@example.com/Keep/x', 'x.jpg']) AS n$$,
  $$VALUES ('a/Takeout/Keep/x.png', 'Keep/x.png'), (U&'Takeout/Google\00A0Photos/T/x.jpg', 'Google Photos/T/x.jpg'), ('Google Fotos/T/x.jpg', 'Google Fotos/T/x.jpg'),
           ('Takeout/r@example.com/Keep/x', 'Keep/x'), ('x.jpg', 'x.jpg')$$, 'paths from the product on');
SELECT results_eq($$SELECT at, created_at, ext.st_astext(pos), altitude_m, attrs, seen
                      FROM takeout.photo_sidecar('[{"title": "o.jpg", "creationTime": 1463144190, "modificationTime": 1481420964, "geoInfo": {"latitude_": 36.2, "longitude_": 140.1, "altitude_": 889.0}}]',
                                                 '{"path": "x", "exported_at": "2017-01-08Z"}')$$,
  $$VALUES ('2016-05-13 12:56:30Z'::timestamptz, '2016-05-13 12:56:30Z'::timestamptz, 'POINT(140.1 36.2)', 889::real, '{"modificationTime": 1481420964}'::jsonb, ARRAY['2017-01-08Z'::timestamptz])$$,
  'as it was until 2017; which export told it');
SELECT is(pg_temp.known('Takeout/Google Foto''s/Reis/x.json', '{"title": "x.jpg", "creationTime": 1463144190, "geoInfo": {}}'), 'photo_sidecar', 'by content, too');
SELECT is((SELECT targets @? '$[0].newest' FROM imports.kind WHERE kind = 'photo_sidecar'), true, 'the newest export is believed');
SELECT * FROM finish();
ROLLBACK;
