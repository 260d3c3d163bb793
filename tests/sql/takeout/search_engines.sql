-- Search engines, with times since 1601 as numbers and as strings.
BEGIN;
SELECT plan(3);
SELECT results_eq($$SELECT ordinal, reject, at, title, url FROM takeout.search_engine('[
    {"sync_guid": "g", "short_name": "Tides", "url": "https://t.example/?q={searchTerms}", "date_created": "13288240922000000"},
    {"sync_guid": "h", "short_name": "Google", "date_created": 0}, {"short_name": "nothing"}]', '{}')$$,
  $$VALUES (1::bigint, NULL::text, '2022-02-02 02:02:02+00'::timestamptz, 'Tides', 'https://t.example/?q={searchTerms}'), (2, NULL, NULL, 'Google', NULL),
           (3, 'neither an id nor a URL', NULL, 'nothing', NULL)$$, 'search engines');
SELECT results_eq($$SELECT imports.recognize(p, h) FROM (VALUES ('Takeout/Chrome/SearchEngines.json', NULL), ('Takeout/Chrome/X.json', '{"Search Engines": [')) AS v(p, h)$$,
  ARRAY['search_engines', 'search_engines'], 'recognised by name and by content');
SELECT lives_ok($$SELECT count(*) FROM takeout.search_engine('[null, 1, [], "x", {}, {"sync_guid": [], "date_created": -1}]', '{}')$$, 'takes hostile records');
SELECT * FROM finish();
ROLLBACK;
