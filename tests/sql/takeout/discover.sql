-- Tables of Discover, whatever their columns are, told by their folder.
BEGIN;
SELECT plan(3);
SELECT results_eq($$SELECT at, title, url, attrs FROM takeout.discover_item('[[["Title", "Ten hacks"], ["URL", "https://n.example/"], ["Timestamp", "2024-01-02T03:04:05Z"]], [["Name", "Tides"]]]', '{"path": "Takeout/Discover/Not interested.csv"}')$$,
  $$VALUES ('2024-01-02 03:04:05+00'::timestamptz, 'Ten hacks', 'https://n.example/', '{"list": "Not interested", "title": "Ten hacks", "url": "https://n.example/", "timestamp": "2024-01-02T03:04:05Z"}'::jsonb),
           (NULL, 'Tides', NULL, '{"list": "Not interested", "name": "Tides"}')$$, 'rows');
SELECT results_eq($$SELECT imports.recognize(p, 'Name,URL') FROM unnest(ARRAY['Takeout/Discover/Follows.csv', 'Takeout/My Activity/Discover/Follows.csv', 'Takeout/X/Follows.csv']) AS p$$, ARRAY['discover', NULL, NULL], 'recognised by the folder');
SELECT lives_ok($$SELECT count(*) FROM takeout.discover_item('[null, 1, [], "x", {}, [[]], [{}], [null]]', NULL)$$, 'takes hostile records');
SELECT * FROM finish();
ROLLBACK;
