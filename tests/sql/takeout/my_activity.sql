-- Events from My Activity in JSON, from any era, and what makes two of them one.
BEGIN;
SELECT plan(20);
CREATE TEMP TABLE records AS SELECT '[
  {"header": "Search", "title": "Searched for tide table", "titleUrl": "https://www.google.com/search?q=tide+table", "time": "2024-03-05T18:07:09.123Z",
   "products": ["Search"], "locationInfos": [{"name": "At this general area", "url": "https://www.google.com/maps/@?api=1&map_action=map&center=45.52,-122.68&zoom=12"}]},
  {"title": "Watched\u00a0Tide  pools", "titleUrl": "https://www.youtube.com/watch?v=1", "time": "2024-03-05T18:07:09.482Z", "products": ["YouTube"],
   "subtitles": [{}, {"name": "Salt & Shore", "url": "https://www.youtube.com/channel/UC1"}], "details": [{"name": "From Google Ads"}, {}]},
  {"header": "Assistant", "title": "Used Assistant", "time": "2024-02-10T17:00:00.222Z"},
  {"header": "Search", "snippet": "an old one", "time": "2016-02-10T17:00:00Z"},
  {"header": "Search", "time": "2016-02-10T17:00:00Z"},
  {"header": "Search", "title": "Searched for broken clock", "time": "yesterday-ish"},
  {"header": "Search", "title": "x"}, {"title": "far", "time": "40000-01-01T00:00:00Z"}, null, "title"
]'::jsonb AS list;
CREATE TEMP TABLE events AS SELECT a.* FROM records, takeout.activity(list, '{"product": "My Activity"}') AS a;
SELECT results_eq('SELECT ordinal, reject FROM events WHERE reject IS NOT NULL ORDER BY 1',
  $$VALUES (6::bigint, 'the time is no time'), (7, 'no time'), (8, 'the time is outside of 1900 to 2099')$$, 'rejects');
SELECT results_eq('SELECT ordinal, at, product, title, url FROM events WHERE reject IS NULL ORDER BY 1',
  $$VALUES (1::bigint, '2024-03-05 18:07:09.123+00'::timestamptz, 'Search', 'Searched for tide table', 'https://www.google.com/search?q=tide+table'),
           (2, '2024-03-05 18:07:09.482+00', 'YouTube', 'Watched Tide pools', 'https://www.youtube.com/watch?v=1'),
           (3, '2024-02-10 17:00:00.222+00', 'Assistant', 'Used Assistant', NULL), (4, '2016-02-10 17:00:00+00', 'Search', 'an old one', NULL),
           (5, '2016-02-10 17:00:00+00', 'Search', NULL, NULL)$$, 'events');
SELECT is((SELECT channel FROM events WHERE ordinal = 2), 'Salt & Shore', 'the channel is the first subtitle that links to one');
SELECT is((SELECT details FROM events WHERE ordinal = 2), '{From Google Ads}', 'remarks');
SELECT is((SELECT ext.st_astext(pos, 7) FROM events WHERE ordinal = 1), 'POINT(-122.68 45.52)', 'where');
SELECT is((SELECT attrs FROM events WHERE ordinal = 3), NULL, 'nothing is left over');
SELECT is((SELECT attrs -> 'details' FROM events WHERE ordinal = 2), NULL, 'remarks that are names stand in their column only');
SELECT is((SELECT array_agg(attrs -> 'details' ORDER BY ordinal) FROM takeout.activity('[{"time": "2024-01-01T00:00:00Z", "details": [{"name": "a", "url": "https://a"}]},
    {"time": "2024-01-01T00:00:00Z", "details": ["b"]}, {"time": "2024-01-01T00:00:00Z", "details": "c"}]', '{}')),
  ARRAY['[{"name": "a", "url": "https://a"}]', '["b"]', '"c"']::jsonb[], 'what remarks say beside their names stays');
SELECT is((SELECT attrs -> 'products' FROM events WHERE ordinal = 1), '["Search"]', 'what has no column stays');
SELECT is(takeout.activity_ident('https://a', 'x', NULL), takeout.activity_ident('https://a', 'y', '{}'), 'one URL is one thing, whatever its title');
SELECT isnt(takeout.activity_ident(NULL, 'x', '{}'), takeout.activity_ident(NULL, 'y', '{}'), 'without a URL the title tells');
SELECT isnt(takeout.activity_ident(NULL, NULL, '{"a": 1}'), takeout.activity_ident(NULL, NULL, '{"a": 2}'), 'without both, all of it');
SELECT is(takeout.plain(E'\u2003Watched\u00a0 Tide\n\u202fpools\t'), 'Watched Tide pools', 'white space is one space');
SELECT is(takeout.map_center('https://google.com/maps?q=38.713800,-9.139300'), '38.713800,-9.139300', 'coordinates after q=');
SELECT is(takeout.map_center('https://google.com/maps?center=38.7%2C-9.1&zoom=1'), '38.7,-9.1', 'coordinates in percent encoding');
SELECT lives_ok($$SELECT count(*) FROM takeout.activity('[7, [], {"title": {"a": 1}, "time": 5, "subtitles": 7, "details": {"name": []}, "locationInfos": "x", "products": {}},
    {"time": "2024-01-01T00:00:00Z", "titleUrl": ["x"], "locationInfos": [{"url": "center=999,999"}], "subtitles": [{"url": 5}]}]', '{}')$$, 'takes hostile records');
SELECT is(imports.recognize(path, head), 'my_activity', 'recognised: ' || path)
  FROM (VALUES ('Takeout/My Activity/Search/MyActivity.json', NULL), ('Takeout/Meine Aktivitäten/Suche/MeineAktivitäten.json', NULL),
               ('Takeout/Aktivitas Saya/Penelusuran/Aktivitas.json', E'[{\n  "header": "Penelusuran",\n  "title": "x",\n  "time": "2024-03-05T18:07:09.123Z"')) AS file(path, head);
SELECT is((SELECT bool_and(NOT (t ->> 'coarse')::boolean) FROM imports.kind, jsonb_array_elements(targets) AS t
            WHERE kind IN ('my_activity', 'youtube_activity', 'browser_visit')), true, 'their times are fine');
SELECT * FROM finish();
ROLLBACK;
