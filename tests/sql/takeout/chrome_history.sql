-- Chrome's visits, typed addresses and open tabs, each with its own count of time.
BEGIN;
SELECT plan(15);
CREATE TEMP TABLE visits AS SELECT v.* FROM takeout.browser_visit('[
  {"page_transition": "TYPED", "title": "Tide tables", "url": "https://tides.example.org/", "time_usec": 1709662052123456, "ptoken": {}},
  {"page_transition": "LINK", "page_transition_qualifier": "CLIENT_REDIRECT", "title": "", "url": "https://tides.example.org/", "time_usec": "1709662051000001"},
  {"title": "no time", "url": "https://loaf.example.com/"}, {"title": "zero", "url": "https://loaf.example.com/", "time_usec": 0},
  {"title": "far", "url": "x", "time_usec": 99999999999999999}, {"title": "odd", "url": "x", "time_usec": 1e400}, {"time_usec": 1709662052123456},
  null, 7]', '{}') AS v;
SELECT results_eq('SELECT ordinal, at, product, title, url FROM visits WHERE reject IS NULL ORDER BY 1',
  $$VALUES (1::bigint, '2024-03-05 18:07:32.123456+00'::timestamptz, 'Chrome', 'Tide tables', 'https://tides.example.org/'),
           (2, '2024-03-05 18:07:31.000001+00', 'Chrome', NULL, 'https://tides.example.org/')$$, 'visits, to the microsecond');
SELECT results_eq('SELECT ordinal, reject FROM visits WHERE reject IS NOT NULL ORDER BY 1',
  $$VALUES (3::bigint, 'no time'), (4, 'no time'), (5, 'the time is outside of 1900 to 2099'), (6, 'the time is no time'), (7, 'neither a URL nor a title')$$, 'rejects');
SELECT is((SELECT attrs FROM visits WHERE ordinal = 2), '{"page_transition": "LINK", "page_transition_qualifier": "CLIENT_REDIRECT"}', 'how a page was reached is kept');
SELECT is((SELECT count(DISTINCT ident)::integer FROM visits WHERE ordinal < 3), 1, 'one URL is one page');
SELECT isnt(takeout.chrome_ident('https://a', 'x'), takeout.activity_ident('https://a', 'x', NULL), 'a visit is not the event of My Activity');
SELECT results_eq($$SELECT ordinal, reject, at, url, attrs -> 'visit_transition' FROM takeout.typed_url('[
    {"url": "https://tides.example.org/", "title": "Harbor", "visits": ["13354135650000000", "13351219200000000", "0", "x"], "visit_transitions": [5, 6]},
    {"url": "https://loaf.example.com/", "visits": []}, null]', '{}')$$,
  $$VALUES (1::bigint, NULL, '2024-03-05 18:07:30+00'::timestamptz, 'https://tides.example.org/', '5'::jsonb), (1, NULL, '2024-02-01 00:00:00+00', 'https://tides.example.org/', '6'),
           (1, 'no time', NULL, 'https://tides.example.org/', NULL), (1, 'the time is no time', NULL, 'https://tides.example.org/', NULL)$$,
  'a typed address has a visit for each time, counted from 1601');
SELECT results_eq($$SELECT ordinal, reject, at, title, url FROM takeout.session_tab('[{"session_tag": "s", "tab": {"tab_id": 7, "navigation": [
    {"virtual_url": "https://loaf.example.com/", "title": "Loaf", "timestamp_msec": "1709629200000"}]}}, {"header": {}}, null]', '{}')$$,
  $$VALUES (1::bigint, NULL, '2024-03-05 09:00:00+00'::timestamptz, 'Loaf', 'https://loaf.example.com/')$$, 'an open tab has a visit for each page, in milliseconds');
SELECT results_eq($$SELECT ordinal, title, url, attrs FROM takeout.known_url('[{"url": "https://tides.example.org/", "title": "Harbor", "visits": ["13354135650000000"]},
    {"url": "https://loaf.example.com/", "title": "Loaf", "hidden": true, "visits": []}, {"url": "https://kelp.example.com/", "visits": ["0"]}, {"visits": []}, {"url": "x", "visits": ["y"]}, 7]', '{}')$$,
  $$VALUES (2::bigint, 'Loaf', 'https://loaf.example.com/', '{"hidden": true}'::jsonb), (3, NULL, 'https://kelp.example.com/', NULL)$$,
  'an address without a visit is an item');
SELECT results_eq($$SELECT ordinal, reject, title, attrs #>> '{header,window,0,window_id}' FROM takeout.session('[{"session_tag": "s", "tab": {"tab_id": 7, "navigation": [{}]}},
    {"session_tag": "s", "header": {"client_name": "Robin''s laptop", "window": [{"window_id": 1}]}}, {"session_tag": "s", "tab": {"tab_id": 8}}, {}, 7]', '{}')$$,
  $$VALUES (2::bigint, NULL, 'Robin''s laptop', '1'), (3, NULL, NULL, NULL), (4, 'nothing in this record is known to the parser', NULL, NULL)$$,
  'a browser with open tabs is an item, and a tab that has been nowhere');
SELECT results_eq($$SELECT ordinal, title, url, attrs FROM takeout.history_more('[{"title": "Tides", "url": "https://tides.example.org/", "pinned": true}, 7]', '{}')$$,
  $$VALUES (1::bigint, 'Tides', 'https://tides.example.org/', '{"pinned": true}'::jsonb)$$, 'other lists are items');
SELECT lives_ok($$SELECT count(*) FROM takeout.typed_url('[7, [], {"visits": {"a": 1}}, {"visits": [null, {}]}]', '{}')$$, 'hostile addresses');
SELECT lives_ok($$SELECT count(*) FROM takeout.session_tab('[7, [], {"tab": 7}, {"tab": {"navigation": [null, 7, {"timestamp_msec": {}}]}}]', '{}')$$, 'hostile tabs');
SELECT is(imports.recognize(path, head), 'chrome_history', 'recognised: ' || path)
  FROM (VALUES ('Takeout/Chrome/Verlauf.json', NULL), ('Takeout/Chrome/x.json', E'\uFEFF{\n "Browser History": [')) AS file(path, head);
SELECT isnt(imports.recognize('Takeout/Chrome/Settings.json', '{"Settings": {'), 'chrome_history', 'settings are no history');
SELECT * FROM finish();
ROLLBACK;
