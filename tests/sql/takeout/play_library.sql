-- What is in the library of the Play Store.
BEGIN;
SELECT plan(4);
CREATE TEMP TABLE records AS SELECT '[
  {"libraryDoc": {"doc": {"documentType": "Ebook", "title": "Knots"}, "acquisitionTime": "2018-12-24T00:00:00Z"}, "extra": 1},
  {"libraryDoc": {"doc": {"documentType": "Android Apps", "title": "Oar"}, "acquisitionTime": "soon"}},
  {"libraryDoc": {}}, {"libraryDoc": "x"}, 7, {"other": 1}
]'::jsonb AS list;
SELECT results_eq($$SELECT ordinal, at, type, product, title, attrs FROM records, takeout.library_item(list, '{}') WHERE reject IS NULL ORDER BY 1$$,
  $$VALUES (1::bigint, '2018-12-24 00:00:00+00'::timestamptz, 'library_item', 'Google Play Store', 'Knots', '{"doc": {"documentType": "Ebook"}, "extra": 1}'::jsonb),
           (2, NULL, 'library_item', 'Google Play Store', 'Oar', '{"doc": {"documentType": "Android Apps"}, "acquisitionTime": "soon"}')$$, 'items');
SELECT results_eq($$SELECT ordinal, reject FROM records, takeout.library_item(list, '{}') WHERE reject IS NOT NULL$$,
  $$VALUES (3::bigint, 'neither a title nor a time')$$, 'rejects');
SELECT is(imports.recognize('Takeout/Google Play Store/Library.json', NULL), 'play_library', 'recognised by name');
SELECT is(imports.recognize('x.json', '[{"libraryDoc": {'), 'play_library', 'and by content');
SELECT * FROM finish();
ROLLBACK;
