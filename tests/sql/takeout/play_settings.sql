-- Each setting of the Play Store is an item.
BEGIN;
SELECT plan(4);
SELECT results_eq($$SELECT ordinal, type, product, title, body, attrs FROM takeout.play_setting('[{"playSettings": {"notificationSettings": {"updates": true}, "autoUpdate": "WIFI_ONLY", "n": 1}}]', '{}') ORDER BY title$$,
  $$VALUES (1::bigint, 'setting', 'Google Play Store', 'autoUpdate', 'WIFI_ONLY', NULL::jsonb), (1, 'setting', 'Google Play Store', 'n', '1', NULL),
           (1, 'setting', 'Google Play Store', 'notificationSettings', NULL, '{"value": {"updates": true}}')$$, 'settings');
SELECT is_empty($$SELECT FROM takeout.play_setting('[{"playSettings": []}, {}, 7, null]', '{}')$$, 'hostile documents');
SELECT is(imports.recognize('Takeout/Google Play Store/Play Settings.json', NULL), 'play_settings', 'recognised by name');
SELECT is(imports.recognize('x.json', E'{\n  "playSettings": {'), 'play_settings', 'and by content');
SELECT * FROM finish();
ROLLBACK;
