-- Reviews of apps.
BEGIN;
SELECT plan(4);
CREATE TEMP TABLE records AS SELECT '[
  {"review": {"document": {"documentType": "Android Apps", "title": "Oar"}, "creationTime": "2022-10-01T12:00:00.5Z", "starRating": 5, "title": "Good", "comment": "Never late <3"}},
  {"review": {"document": {"title": "Mast"}, "starRating": "many", "creationTime": 7}}, {"review": {}}, {"review": []}
]'::jsonb AS list;
SELECT results_eq($$SELECT ordinal, reject, at, title, rating, body FROM records, takeout.app_review(list, '{}') ORDER BY 1$$,
  $$VALUES (1::bigint, NULL, '2022-10-01 12:00:00.5+00'::timestamptz, 'Oar', 5::real, E'Good\nNever late <3'), (2, NULL, NULL, 'Mast', NULL, NULL),
           (3, 'neither a title nor a time', NULL, NULL, NULL, NULL)$$, 'reviews');
SELECT is((SELECT ident FROM takeout.app_review('[{"review": {"document": {"documentType": "Android Apps", "title": "Oar"}, "starRating": 1}}]', '{}')),
          (SELECT ident FROM records, takeout.app_review(list, '{}') WHERE ordinal = 1), 'a changed review is the same one');
SELECT is(imports.recognize('Takeout/Google Play Store/Reviews.json', NULL), 'play_reviews', 'recognised by name');
SELECT is(imports.recognize('Rezensionen.json', E'[{\n "review": {\n "document": {'), 'play_reviews', 'and by content');
SELECT * FROM finish();
ROLLBACK;
