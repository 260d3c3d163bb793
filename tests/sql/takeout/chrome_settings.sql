-- Settings of each sort, by name where they have one.
BEGIN;
SELECT plan(4);
CREATE TEMP TABLE records AS SELECT '[
  {"name": "homepage", "value": "\"https://h.example/\""}, {"preference": {"name": "languages", "value": "\"en\""}, "x": 1},
  {"use_custom_theme": false}, {"extension_id": "abc", "key": "k", "value": "1"}, {"extension_id": "def", "key": "k", "value": "1"}, {}, 7
]'::jsonb AS list;
SELECT results_eq($$SELECT ordinal, type, title, body, attrs FROM records, takeout.chrome_setting(list, '{}') ORDER BY 1$$,
  $$VALUES (1::bigint, 'setting', 'homepage', '"https://h.example/"', NULL::jsonb), (2, 'setting', 'languages', '"en"', '{"x": 1}'),
           (3, 'setting', 'use_custom_theme', NULL, '{"use_custom_theme": false}'),
           (4, 'setting', 'k', '1', '{"extension_id": "abc"}'), (5, 'setting', 'k', '1', '{"extension_id": "def"}')$$, 'named and unnamed settings');
SELECT is((SELECT count(DISTINCT ident) FROM records, takeout.chrome_setting(list, '{}')), 5::bigint, 'an extension''s key is its own');
SELECT results_eq($$SELECT imports.recognize(p, h) FROM (VALUES ('Takeout/Chrome/Settings.json', '{"Anything": ['), ('Takeout/Chrome/OS Settings.json', '{}'),
    ('Takeout/Chrome/SyncSettings.json', '{"Preferences": ['), ('Takeout/Chrome/Omnibox.json', '{'), ('Takeout/Chrome/Xyz.json', E'\uFEFF{\n "Preferences": [')) AS v(p, h)$$,
  ARRAY['chrome_settings', 'chrome_settings', 'chrome_settings', 'chrome_settings', 'chrome_settings'], 'recognised by name and by content');
SELECT lives_ok($$SELECT count(*) FROM takeout.chrome_setting('[null, 1, [], "x", {"preference": 1}, {"name": {}, "value": []}, {"preference": {}}]', '{}')$$, 'takes hostile records');
SELECT * FROM finish();
ROLLBACK;
