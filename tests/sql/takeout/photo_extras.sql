-- Comments in albums, names of memories, printed pictures.
BEGIN;
SELECT plan(6);
SELECT is(imports.recognize('Takeout/Google Fotos/x.json', '[{"text": "Nice", "creationTime": {"timestamp": "1"}, "contentOwnerName": "Tam"}]'), 'album_comments', 'by content');
SELECT results_eq($$SELECT ordinal, reject, at, product, body, attrs FROM takeout.album_comment('[
  {"text": "Lovely light", "creationTime": {"timestamp": "1680944400"}, "contentOwnerName": "Tam"}, {"liked": true, "creationTime": {"timestamp": "1680944400"}},
  {"text": "x"}, {"creationTime": {"timestamp": "1680944400"}}, null, {"creationTime": 7}]', '{}') ORDER BY 1$$,
  $$VALUES (1::bigint, NULL, '2023-04-08 09:00Z'::timestamptz, 'Google Photos', 'Lovely light', '{"contentOwnerName": "Tam"}'::jsonb),
           (2, NULL, '2023-04-08 09:00Z', 'Google Photos', NULL, '{"liked": true}'), (3, 'no time', NULL, 'Google Photos', 'x', NULL),
           (4, 'no text', '2023-04-08 09:00Z', 'Google Photos', NULL, NULL), (6, 'no time', NULL, 'Google Photos', NULL, NULL)$$, 'comments');
SELECT results_eq($$SELECT ordinal, reject, title FROM takeout.memory_title('["A trip", "", {"a": 1}, null]', '{}') ORDER BY 1$$,
  $$VALUES (1::bigint, NULL, 'A trip'), (2, 'no title', ''), (3, 'no title', '{"a": 1}'), (4, 'no title', NULL)$$, 'memories');
SELECT results_eq($$SELECT ordinal, reject, title FROM takeout.print_subscription('[{"title": "Monthly"}, 7]', '{}') ORDER BY 1$$,
  $$VALUES (1::bigint, NULL, 'Monthly'), (2, 'not an object', NULL)$$, 'subscriptions');
SELECT is(imports.recognize('Takeout/Google Photos/user-generated-memory-titles.json', '{}'), 'memory_titles', 'by name');
SELECT is(imports.recognize('Takeout/Google Photos/print-subscriptions.json', '{}'), 'print_subscriptions', 'by name, too');
SELECT * FROM finish();
ROLLBACK;
