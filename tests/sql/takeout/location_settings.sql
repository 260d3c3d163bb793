-- The settings of the timeline, its devices, what was deleted, and the notice that phones keep it.
BEGIN;
SELECT plan(6);
SELECT results_eq($$SELECT at, type, attrs FROM takeout.location_settings('[{"createdTime": "2012-06-07T08:09:10.011Z", "historyEnabled": true, "deviceSettings": [{"deviceTag": 1}]}]', '{}')$$,
  $$VALUES ('2012-06-07 08:09:10.011+00'::timestamptz, 'location_settings', '{"historyEnabled": true}'::jsonb)$$, 'settings without the devices');
SELECT results_eq($$SELECT ordinal, reject, at, title, type, attrs ->> 'device_tag' FROM takeout.location_device('[
    {"deviceTag": -7310042266851093713, "devicePrettyName": "TW-3", "platformType": "ANDROID", "deviceCreationTime": "2021-02-03T04:05:06.789Z"}, {"deviceTag": 7}, {"deviceTag": 118, "devicePrettyName": "", "deviceSpec": {"device": "iPhone12,1"}}, {}]', '{}')$$,
  $$VALUES (1::bigint, NULL::text, '2021-02-03 04:05:06.789+00'::timestamptz, 'TW-3', 'android', '-7310042266851093713'), (2, NULL, NULL, NULL, NULL, '7'), (3, NULL, NULL, 'iPhone12,1', NULL, '118'), (4, 'no deviceTag', NULL, NULL, NULL, NULL)$$, 'devices, by all 64 bits of their tag');
SELECT results_eq($$SELECT at, title, attrs FROM takeout.location_tombstone('[[["Device Tag", "118"], ["Deletion Time", "2023-06-01T10:00:00Z"], ["Range Start", "2016-01-01T00:00:00Z"]]]', '{}')$$,
  $$VALUES ('2023-06-01 10:00:00+00'::timestamptz, '118', '{"device tag": "118", "deletion time": "2023-06-01T10:00:00Z", "range start": "2016-01-01T00:00:00Z"}'::jsonb)$$, 'what was deleted');
SELECT results_eq($$SELECT title FROM takeout.encrypted_backup('["You have encrypted Timeline backups.", " "]', '{}')$$, ARRAY['You have encrypted Timeline backups.'], 'the notice');
SELECT results_eq($$SELECT imports.recognize(p, h) FROM (VALUES ('Takeout/Location History (Timeline)/Settings.json', NULL), ('Takeout/Timeline/Settings.json', NULL), ('Takeout/X/Y.json', '{"gaiaId": "1", "createdTime": "x", "deviceSettings": [ {'),
    ('Takeout/Timeline/Tombstones.csv', NULL), ('Takeout/X/Y.csv', E'A,B,C,D\r\n-7310042266851093713,2023-05-01T10:00:00Z,2023-04-10T00:00:00Z,2023-04-11T00:00:00Z\r\n'), ('Takeout/Timeline/Encrypted Backups.txt', NULL),
    ('Takeout/X/Y.txt', 'You have encrypted Timeline backups stored on Google servers.')) AS v(p, h)$$,
  ARRAY['location_settings', 'location_settings', 'location_settings', 'location_tombstones', 'location_tombstones', 'encrypted_backups', 'encrypted_backups'], 'recognised by name and by content');
SELECT lives_ok($$SELECT count(*) FROM (VALUES ('[null, 1, [], "x", {}, {"deviceTag": {}, "deviceSpec": 7}, [[]], [["a", "x"]]]'::jsonb)) AS v(r),
  LATERAL (SELECT ordinal FROM takeout.location_settings(r, '{}') UNION ALL SELECT ordinal FROM takeout.location_device(r, '{}') UNION ALL SELECT ordinal FROM takeout.location_tombstone(r, '{}') UNION ALL SELECT ordinal FROM takeout.encrypted_backup(r, '{}')) AS x$$, 'takes hostile records');
SELECT * FROM finish();
ROLLBACK;
