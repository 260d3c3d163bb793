-- Albums, in both shapes and in any language.
BEGIN;
SELECT plan(8);
SELECT results_eq($$SELECT n, imports.recognize('Takeout/Google Photos/Trip/' || n, '{"title": "Trip", "description": "a \"b\"", "access": "protected", "date": {"timestamp": "1"}}')
                      FROM unnest(ARRAY['metadata.json', 'métadonnées.json', 'Metadaten.json', 'metaadatok.json']) AS n$$,
  $$SELECT n, 'photo_album' FROM unnest(ARRAY['metadata.json', 'métadonnées.json', 'Metadaten.json', 'metaadatok.json']) AS n$$, 'by name or by content');
SELECT is(imports.recognize('Takeout/Google Photos/Trip/x.json', E'{\n  "albumData": {\n    "title": "x"'), 'photo_album', 'as it was before 2020');
CREATE TEMP TABLE records AS SELECT '[
  {"title": "Coast", "description": "Two days", "access": "protected", "date": {"timestamp": "1680897600"}, "location": "",
   "geoData": {"latitude": 44.6, "longitude": -124.0}, "enrichments": [{"narrativeEnrichment": {"text": "Windy."}}]},
  {"albumData": {"title": "2018", "date": {"timestamp": "1531562400"}, "location": "", "geoData": {"latitude": 0.0, "longitude": 0.0}}},
  {"title": "", "access": "", "date": {"timestamp": "0"}}, {"x": 1}, {"albumData": 7}
]'::jsonb AS list, '{"path": "Takeout/Google Photos/Coast (1)/metadata.json"}'::jsonb AS file;
SELECT results_eq('SELECT ordinal, at, folder, title, description, access, attrs FROM records, takeout.photo_album(list, file) WHERE reject IS NULL ORDER BY 1',
  $$VALUES (1::bigint, '2023-04-07 20:00Z'::timestamptz, 'Google Photos/Coast (1)', 'Coast', 'Two days', 'protected',
            '{"geoData": {"latitude": 44.6, "longitude": -124.0}, "enrichments": [{"narrativeEnrichment": {"text": "Windy."}}]}'::jsonb),
           (2, '2018-07-14 10:00Z', 'Google Photos/Coast (1)', '2018', NULL, NULL, NULL), (3, NULL, 'Google Photos/Coast (1)', '', NULL, NULL, NULL)$$, 'each shape');
SELECT is((SELECT count(DISTINCT ident) FROM records, takeout.photo_album(list, file) WHERE reject IS NULL), 1::bigint, 'an album is its folder');
SELECT results_eq('SELECT ordinal FROM records, takeout.photo_album(list, file) WHERE reject IS NOT NULL ORDER BY 1', 'VALUES (4::bigint), (5)', 'what is no album');
SELECT is((SELECT attrs FROM takeout.photo_album('[{"albumData": {"title": "x", "date": "May 6, 2016 11:45:15 PM"}, "media": []}]', '{"path": "x/y"}')),
  '{"date": "May 6, 2016 11:45:15 PM"}', 'a date without a zone is not lost');
SELECT lives_ok($$SELECT count(*) FROM takeout.photo_album('[null, 1, [], {"title": 7, "date": 7, "geoData": 7}]', '{}')$$, 'takes hostile records');
SELECT is((SELECT targets @? '$[0].state' FROM imports.kind WHERE kind = 'photo_album'), true, 'albums change between exports');
SELECT * FROM finish();
ROLLBACK;
