-- Lists of Saved: places go on the map, links become bookmarks, each row is one of the two.
BEGIN;
SELECT plan(8);
CREATE TEMP TABLE records AS SELECT '[
  {"preamble": [], "row": [["Title", "Gull Coffee"], ["Note", "rye, not wheat"], ["URL", "https://www.google.com/maps/place/Gull+Coffee/data=!4m2!3m1!1s0x0:0x1"], ["Tags", "food"], ["Comment", ""]]},
  {"preamble": [], "row": [["Title", "Head"], ["Note", ""], ["URL", "https://www.google.com/maps/search/44.676,-124.079"], ["Tags", ""], ["Comment", "wind!"]]},
  {"preamble": [], "row": [["Title", "Sandbars"], ["Note", "n"], ["URL", "https://news.example.org/sandbars"], ["Comment", "c"]]},
  {"preamble": [["My own, list"]], "row": [["Title", "No address"]]}, {"preamble": [], "row": [["Title", ""], ["Note", "only a note"]]}
]'::jsonb AS rows;
SELECT results_eq($$SELECT ordinal, reject, list, title, body, ext.st_astext(pos, 3), attrs FROM records AS r, takeout.saved_map_place(r.rows, '{"path": "Takeout/Saved/Favorite places.csv"}')$$,
  $$VALUES (1::bigint, NULL::text, 'Favorite places', 'Gull Coffee', 'rye, not wheat', NULL, '{"tags": "food"}'::jsonb), (2, NULL, 'Favorite places', 'Head', 'wind!', 'POINT(-124.079 44.676)', NULL)$$, 'places');
SELECT results_eq($$SELECT ordinal, reject, folder, title, url, body, attrs FROM records AS r, takeout.saved_link(r.rows, '{"path": "Takeout/Saved/Default list(1).csv"}')$$,
  $$VALUES (3::bigint, NULL::text, 'Default list', 'Sandbars', 'https://news.example.org/sandbars', E'n\nc', NULL::jsonb), (4, NULL, 'Default list', 'No address', NULL, NULL, '{"list_description": "My own, list"}'),
           (5, 'neither a URL nor a title', 'Default list', NULL, NULL, 'only a note', NULL)$$, 'links');
SELECT results_eq($$SELECT ordinal, is_place FROM records AS r, takeout.saved_row(r.rows, '{}')$$, $$VALUES (1::bigint, true), (2, true), (3, false), (4, false), (5, false)$$, 'which is which');
SELECT is((SELECT targets #>> '{0,apart}' FROM imports.kind WHERE kind = 'saved_link'), 'true', 'a row is one of the two');
SELECT results_eq($$SELECT imports.recognize(p, h) FROM (VALUES ('Takeout/Saved/Want to go.csv', NULL), ('Takeout/Gespeichert/Favoriten.csv', NULL),
    ('Takeout/X/Y.csv', E'Titel,Notiz,URL,Kommentar\r\nA,,https://a.example/,\r\n'), ('Takeout/X/Y.csv', E'"Some list, described"\r\n\r\nTitle,Note,URL,Comment\r\n'),
    ('Takeout/X/Y.csv', E'A,B,C,D\r\nGull Coffee,"rye, not",https://www.google.com/maps/place/Gull,\r\n'),
    ('Takeout/X/Y.csv', E'Some list; described\r\n\r\nA,B,C,D\r\nGull Coffee,,https://www.google.com/maps/place/Gull,\r\n'),
    ('Takeout/X/Y.csv', E'"Some, list"\n\nA,B,C,D\nGull Coffee,,https://www.google.com/maps/place/Gull,\n')) AS v(p, h)$$,
  ARRAY['saved', 'saved', 'saved', 'saved', 'saved', 'saved', 'saved'], 'recognised by name and by content');
SELECT is(imports.recognize('Takeout/X/Y.csv', E'A,B,C,D\r\n1,2,3,4\r\n'), NULL, 'another table is none');
SELECT lives_ok($$SELECT count(*) FROM takeout.saved_map_place('[null, 1, [], "x", {}, {"row": []}, {"row": [[]]}, {"row": [null], "preamble": 7}, {"row": {}}]', '{}')$$, 'takes hostile records');
SELECT lives_ok($$SELECT count(*) FROM takeout.saved_link('[null, 1, [], "x", {}, {"row": []}, {"row": [[]]}, {"row": [null], "preamble": 7}, {"row": {}}]', NULL)$$, 'takes hostile records');
SELECT * FROM finish();
ROLLBACK;
