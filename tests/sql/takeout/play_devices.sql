-- A device of the Play Store is the same one whatever it last did.
BEGIN;
SELECT plan(5);
CREATE TEMP TABLE records AS SELECT '[
  {"device": {"mostRecentData": {"manufacturer": "Mast", "modelName": "M1", "deviceName": "m1", "androidSdkVersion": "33"},
              "deviceRegistrationTime": "2021-02-03T04:05:06.789Z", "lastTimeDeviceActive": "2024-03-05T18:00:00Z"}},
  {"device": {"mostRecentData": {"deviceName": "m2"}, "deviceRegistrationTime": ""}}, {"device": {}}, {"device": []}, null
]'::jsonb AS list;
SELECT results_eq($$SELECT ordinal, at, product, title, type, attrs FROM records, takeout.play_device(list, '{}') WHERE reject IS NULL ORDER BY 1$$,
  $$VALUES (1::bigint, '2021-02-03 04:05:06.789+00'::timestamptz, 'Google Play Store', 'M1', 'ANDROID',
            '{"mostRecentData": {"manufacturer": "Mast", "deviceName": "m1", "androidSdkVersion": "33"}, "lastTimeDeviceActive": "2024-03-05T18:00:00Z"}'::jsonb),
           (2, NULL, 'Google Play Store', 'm2', 'ANDROID', '{"mostRecentData": {"deviceName": "m2"}, "deviceRegistrationTime": ""}')$$, 'devices');
SELECT is((SELECT ident FROM records, takeout.play_device(jsonb_set(list, '{0,device,lastTimeDeviceActive}', '"2025-01-01T00:00:00Z"'), '{}') WHERE ordinal = 1),
          (SELECT ident FROM records, takeout.play_device(list, '{}') WHERE ordinal = 1), 'the same one in the next export');
SELECT results_eq($$SELECT ordinal, reject FROM records, takeout.play_device(list, '{}') WHERE reject IS NOT NULL$$,
  $$VALUES (3::bigint, 'nothing is said of this device')$$, 'rejects');
SELECT is(imports.recognize('Takeout/Google Play Store/Devices.json', NULL), 'play_devices', 'recognised by name');
SELECT is(imports.recognize('Geräte.json', '[{"device": {"mostRecentData": {'), 'play_devices', 'and by content');
SELECT * FROM finish();
ROLLBACK;
