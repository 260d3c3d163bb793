-- Bookmarks with their folders, whatever unit their time is in.
BEGIN;
SELECT plan(8);
CREATE TEMP TABLE records AS SELECT '[
  {"title": "Tides", "url": "https://t.example/", "added": "1580702706", "modified": "", "body": "\n  ", "folder": ["Bar"]},
  {"title": "Bread", "icon": "data:,x", "tags": "rye,oat", "url": "https://b.example/", "added": "13259307968000000", "body": "rye", "folder": ["Bar", "Bread / cake"]},
  {"title": "Script", "url": "javascript:alert(1)", "added": "0", "folder": []},
  {"title": "Wild", "url": "https://w.example/", "added": "99999999999999999", "modified": "1614834369500"},
  {"title": "", "url": "", "folder": "no list"}, {"title": "No address"}
]'::jsonb AS list;
SELECT results_eq($$SELECT ordinal, at, folder, title, url, body, attrs FROM records, takeout.bookmark(list, '{}') WHERE reject IS NULL ORDER BY 1$$,
  $$VALUES (1::bigint, '2020-02-03 04:05:06+00'::timestamptz, 'Bar', 'Tides', 'https://t.example/', NULL, NULL::jsonb),
           (2, '2021-03-04 05:06:08+00', 'Bar/Bread / cake', 'Bread', 'https://b.example/', 'rye', '{"icon": "data:,x", "tags": "rye,oat"}'),
           (3, NULL, '', 'Script', 'javascript:alert(1)', NULL, NULL),
           (4, NULL, '', 'Wild', 'https://w.example/', NULL, '{"added": "99999999999999999", "modified_at": "2021-03-04T05:06:09.5+00:00"}'),
           (6, NULL, '', 'No address', NULL, NULL, NULL)$$, 'each era of times');
SELECT results_eq($$SELECT ordinal, reject FROM records, takeout.bookmark(list, '{}') WHERE reject IS NOT NULL$$,
  $$VALUES (5::bigint, 'neither a URL nor a title')$$, 'rejects');
SELECT results_eq($$SELECT folder, title FROM takeout.reading_list_item('[{"title": "Later", "url": "https://l.example/", "added": "1705314030000000"}]', '{}')$$,
  $$VALUES ('Reading list', 'Later')$$, 'a reading list is a folder');
SELECT isnt((SELECT ident FROM takeout.bookmark('[{"url": "u", "folder": ["a"]}]', '{}')),
            (SELECT ident FROM takeout.bookmark('[{"url": "u", "folder": ["b"]}]', '{}')), 'one address in two folders is two bookmarks');
SELECT is((SELECT array_agg(ident = first_value ORDER BY ordinal) FROM (SELECT b.*, first_value(b.ident) OVER (ORDER BY b.ordinal)
             FROM takeout.bookmark('[{"url": "u", "title": "a", "added": "1600000001"}, {"url": "u", "title": "b", "added": "1600000001500"}, {"url": "u", "added": "1600000002"}]', '{}') AS b) AS t),
  '{true,true,false}', 'added at another time, it is another bookmark in the same folder');
SELECT results_eq($$SELECT imports.recognize(p, E'<!DOCTYPE NETSCAPE-Bookmark-file-1>\n<META …>')
                      FROM unnest(ARRAY['Takeout/Chrome/Bookmarks.html', 'Takeout/Chrome/ReadingList.html', 'Takeout/Chrome/Reading List.html', 'Takeout/X/Y.html', 'Takeout/Drive/Y.html']) AS p$$,
  ARRAY['bookmarks', 'reading_list', 'reading_list', 'bookmarks', 'drive'], 'recognised by name and by content');
SELECT lives_ok($$SELECT count(*) FROM takeout.bookmark('[null, 1, [], {}, "x", {"folder": [null, {}, 1], "title": [], "url": {}, "added": -1}]', '{}')$$, 'takes hostile records');
SELECT lives_ok($$SELECT count(*) FROM takeout.reading_list_item('[null, 1, [], {}, "x", {"folder": 7}]', NULL)$$, 'takes hostile records');
SELECT * FROM finish();
ROLLBACK;
