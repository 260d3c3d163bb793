-- The devices that Chrome syncs with.
BEGIN;
SELECT plan(3);
SELECT results_eq($$SELECT ordinal, reject, at, title, type, attrs FROM takeout.chrome_device('[
    {"cache_guid": "a", "client_name": "Laptop", "device_type": "TYPE_LINUX", "last_updated_timestamp": 1709254923004},
    {"cache_guid": "b", "client_name": "", "model": "TW-3", "last_updated_timestamp": "x"}, {"model": "no id"}]', '{}')$$,
  $$VALUES (1::bigint, NULL::text, '2024-03-01 01:02:03.004+00'::timestamptz, 'Laptop', 'linux', '{"cache_guid": "a", "last_updated_timestamp": 1709254923004}'::jsonb),
           (2, NULL, NULL, 'TW-3', NULL, '{"cache_guid": "b", "model": "TW-3", "last_updated_timestamp": "x"}'),
           (3, 'neither an id nor a name', NULL, 'no id', NULL, '{"model": "no id"}')$$, 'devices');
SELECT results_eq($$SELECT imports.recognize(p, h) FROM (VALUES ('Takeout/Chrome/Device Information.json', NULL), ('Takeout/Chrome/X.json', '{"Device Info": [')) AS v(p, h)$$,
  ARRAY['chrome_devices', 'chrome_devices'], 'recognised by name and by content');
SELECT lives_ok($$SELECT count(*) FROM takeout.chrome_device('[null, 1, [], "x", {}, {"cache_guid": [], "last_updated_timestamp": 1e300, "device_type": 7}]', '{}')$$, 'takes hostile records');
SELECT * FROM finish();
ROLLBACK;
