-- Several installs in one second stay several; the time of an unknown first installation is that of the update.
BEGIN;
SELECT plan(6);
CREATE TEMP TABLE records AS SELECT '[
  {"install": {"doc": {"documentType": "Android Apps", "title": "Oar"}, "firstInstallationTime": "2022-09-26T21:49:03.140515Z",
               "deviceAttribute": {"model": "M1", "manufacturer": "Mast", "carrier": "C", "deviceDisplayName": "Mast M1"}, "lastUpdateTime": "2024-01-02T03:04:05.678901Z"}},
  {"install": {"doc": {"documentType": "Android Apps", "title": "Rudder"}, "firstInstallationTime": "2022-09-26T21:49:03.140515Z", "deviceAttribute": {"model": "M1", "manufacturer": "Mast"}}},
  {"install": {"doc": {"documentType": "Android Apps"}, "firstInstallationTime": "1970-01-01T00:00:00Z", "deviceAttribute": {"model": "M2"}, "lastUpdateTime": "2019-05-05T05:05:05.5Z"}},
  {"install": {"doc": {"title": "Timeless"}, "firstInstallationTime": "3000-01-01T00:00:00Z"}},
  {"install": {}}, {"install": 7}, null
]'::jsonb AS list;
SELECT results_eq($$SELECT ordinal, at, title, type, device, updated_at, attrs FROM records, takeout.app_install(list, '{}') WHERE reject IS NULL ORDER BY 1$$,
  $$VALUES (1::bigint, '2022-09-26 21:49:03.140515+00'::timestamptz, 'Oar', 'Android Apps', 'Mast M1', '2024-01-02 03:04:05.678901+00'::timestamptz,
            '{"doc": {}, "deviceAttribute": {"model": "M1", "manufacturer": "Mast", "carrier": "C"}}'::jsonb),
           (2, '2022-09-26 21:49:03.140515+00', 'Rudder', 'Android Apps', 'M1', NULL, '{"doc": {}, "deviceAttribute": {"model": "M1", "manufacturer": "Mast"}}'),
           (3, '2019-05-05 05:05:05.5+00', NULL, 'Android Apps', 'M2', '2019-05-05 05:05:05.5+00', '{"doc": {}, "deviceAttribute": {"model": "M2"}, "firstInstallationTime": "1970-01-01T00:00:00Z"}'),
           (4, NULL, 'Timeless', NULL, NULL, NULL, '{"doc": {}, "firstInstallationTime": "3000-01-01T00:00:00Z"}')$$, 'installs');
SELECT is((SELECT count(DISTINCT ident) FROM records, takeout.app_install(list, '{}') WHERE ordinal < 5), 4::bigint, 'each is its own');
SELECT is((SELECT ident FROM records, takeout.app_install(jsonb_set(list, '{0,install,lastUpdateTime}', '"2025-01-01T00:00:00Z"'), '{}') WHERE ordinal = 1),
          (SELECT ident FROM records, takeout.app_install(list, '{}') WHERE ordinal = 1), 'an update does not make it another');
SELECT results_eq($$SELECT ordinal, reject FROM records, takeout.app_install(list, '{}') WHERE reject IS NOT NULL ORDER BY 1$$,
  $$VALUES (5::bigint, 'neither a title nor a time')$$, 'rejects');
SELECT is(imports.recognize('Takeout/Google Play Store/Installs.json', NULL), 'play_installs', 'recognised by name');
SELECT is(imports.recognize('Takeout/Laden/Installationen.json', E'[\n  {\n    "install": {'), 'play_installs', 'and by content');
SELECT * FROM finish();
ROLLBACK;
