-- Accesses with 13 and 16 columns, and devices in both orders.
BEGIN;
SELECT plan(7);
CREATE TEMP TABLE records AS SELECT '[
  ["100000000000000000001", "2019-08-11 09:00:00 UTC", "198.51.100.7", "", "false", "PT", "PT-11", "Lisboa", "Synth/0.9", "Gmail", "Mail", "Sync", "Web"],
  ["100000000000000000001", "2019-08-11T09:00:00Z", "198.51.100.7", "", "false", "PT", "PT-11", "Lisboa", "Synth/0.9", "Gmail", "Mail", "Ref", "Sub", "Sync", "Web", ""],
  ["1", "2024-03-05T18:08:00Z", "2001:db8::17", "", "", "US", "", "", "", "Other", "", "", "", "", "", "com.example.oar"],
  ["1", "2024-03-05T18:08:00Z", "nowhere"], ["1", "never"], [""], {}, null
]'::jsonb AS list;
SELECT results_eq($$SELECT ordinal, at, type, title, host(ip), country, user_agent FROM records, takeout.access(list, '{}') WHERE reject IS NULL ORDER BY 1$$,
  $$VALUES (1::bigint, '2019-08-11 09:00:00+00'::timestamptz, 'Sync', 'Gmail', '198.51.100.7', 'PT', 'Synth/0.9'),
           (2, '2019-08-11 09:00:00+00', 'Sync', 'Gmail', '198.51.100.7', 'PT', 'Synth/0.9'),
           (3, '2024-03-05 18:08:00+00', 'access', 'Other', '2001:db8::17', 'US', NULL), (4, '2024-03-05 18:08:00+00', 'access', NULL, NULL, NULL, NULL)$$, 'accesses');
SELECT results_eq($$SELECT count(DISTINCT ident), min(attrs ->> 'referer_product'), max(attrs ->> 'android_package'), max(attrs ->> 'ip') FROM records, takeout.access(list, '{}') WHERE reject IS NULL$$,
  $$VALUES (3::bigint, 'Ref', 'com.example.oar', 'nowhere')$$, 'both widths tell the same access');
SELECT results_eq($$SELECT ordinal, reject FROM records, takeout.access(list, '{}') WHERE reject IS NOT NULL ORDER BY 1$$,
  $$VALUES (5::bigint, 'the time is no time'), (6, 'no time')$$, 'rejects');
SELECT results_eq($$SELECT ordinal, reject, at, title, type, attrs FROM takeout.access_device('[
    ["MOBILE", "Mast", "M-1", "Android", "8.1", "M1", "Ida''s phone", "Country ISO: PT\nLast Activity Time: 2019-08-11 09:00:00 UTC\n", "100000000000000000001"],
    ["100000000000000000001", "MOBILE", "Mast", "M-3", "Android 13", "US", "2024-03-05T17:00:00Z", "2021-02-03T04:05:06Z", "2024-03-05T18:00:00Z", "new"],
    ["", ""], [], {}]', '{}') ORDER BY 1$$,
  $$VALUES (1::bigint, NULL, '2019-08-11 09:00:00+00'::timestamptz, 'Ida''s phone', 'MOBILE', '{"brand": "Mast", "marketing_name": "M-1", "os": "Android", "os_version": "8.1", "model": "M1",
             "name": "Ida''s phone", "account": "100000000000000000001", "country": "PT", "last_activity": "2019-08-11 09:00:00 UTC",
             "last_location": "Country ISO: PT\nLast Activity Time: 2019-08-11 09:00:00 UTC"}'::jsonb),
           (2, NULL, '2021-02-03 04:05:06+00', 'M-3', 'MOBILE', '{"account": "100000000000000000001", "brand": "Mast", "marketing_name": "M-3", "os": "Android 13", "country": "US",
             "last_location_at": "2024-03-05T17:00:00Z", "first_activity": "2021-02-03T04:05:06Z", "last_activity": "2024-03-05T18:00:00Z", "more 10": "new"}'),
           (3, 'nothing is said of this device', NULL, NULL, NULL, NULL), (4, 'nothing is said of this device', NULL, NULL, NULL, NULL)$$, 'devices');
SELECT results_eq($$SELECT imports.recognize('Takeout/Access Log Activity/' || n, NULL) FROM unnest(ARRAY['Activities - A list of Google services accessed by.csv', 'Devices - A list of devices (i.e. Nest, Pixel, iPh.csv']) AS n$$,
  $$VALUES ('access_activities'), ('access_devices')$$, 'recognised by name');
SELECT is(imports.recognize('Zugriffe.csv', E'Konto,Zeit,Adresse\n100000000000000000001,2024-03-05 18:07:09 UTC,192.0.2.10,'), 'access_activities', 'accesses by content');
SELECT is(imports.recognize('Geräte.csv', E'Typ,Marke\nMOBILE,Mast,M-1,Android,8.1,M1,,"Country ISO: PT\n'), 'access_devices', 'devices by content');
SELECT * FROM finish();
ROLLBACK;
