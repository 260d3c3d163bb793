-- Books, with what was marked in them.
BEGIN;
SELECT plan(3);
SELECT results_eq($$SELECT ordinal, reject, type, title, body, attrs FROM takeout.book('[{"title": "Knots", "authors": ["P"], "annotations": [{"selectedText": "fog", "note": "yes!", "creationTime": "2018-12-25T09:30:00Z"}]},
    {"title": "Bare"}, {"authors": []}, 7]', '{}') ORDER BY 1$$,
  $$VALUES (1::bigint, NULL, 'book', 'Knots', E'yes!\nfog', '{"authors": ["P"], "annotations": [{"selectedText": "fog", "note": "yes!", "creationTime": "2018-12-25T09:30:00Z"}]}'::jsonb),
           (2, NULL, 'book', 'Bare', NULL, NULL), (3, 'no title', 'book', NULL, NULL, '{"authors": []}')$$, 'books');
SELECT is(imports.recognize('Takeout/Google Play Books/Knots/Knots.json', NULL), 'play_book', 'recognised by name');
SELECT is(imports.recognize('Takeout/Bücher/Knoten.json', E'{\n "title": "Knoten",\n "authors": ["P"]'), 'play_book', 'and by content');
SELECT * FROM finish();
ROLLBACK;
