-- Positions from Records.json and Location History.json, of all eras.
BEGIN;
SELECT plan(10);
CREATE TEMP TABLE positions AS SELECT p.* FROM takeout.location_record('[
  {"timestamp": "2023-04-05T06:07:08.123Z", "latitudeE7": 455051250, "longitudeE7": -1226750000, "accuracy": 14, "source": "wifi",
   "deviceTag": -7310042266851093713, "altitude": 46, "velocity": 3, "heading": 271, "activity": [{"x": 1}]},
  {"timestampMs": "1376043072345", "latitudeE7": 387000000, "longitudeE7": -91400000},
  {"timestampMs": 1483315320250, "latitudeE7": 386962111, "longitudeE7": 4202749295},
  {"timestampMs": "1483315380000", "accuracy": 33}, {"latitudeE7": 1, "longitudeE7": 1}, {"timestamp": "never", "latitudeE7": 1, "longitudeE7": 1},
  {"timestamp": "40000-01-01T00:00:00Z", "latitudeE7": 1, "longitudeE7": 1}, {"timestamp": "2023-04-05T06:07:08Z", "latitudeE7": 950000000, "longitudeE7": 1}
  ]', '{}') AS p;
SELECT results_eq('SELECT ordinal, at, cell, accuracy_m, source, device FROM positions WHERE reject IS NULL ORDER BY 1',
  $$VALUES (1::bigint, '2023-04-05 06:07:08.123+00'::timestamptz, lake.cell(455051250, -1226750000), 14::real, 'WIFI', '-7310042266851093713'),
           (2, '2013-08-09 10:11:12.345+00', lake.cell(387000000, -91400000), NULL, NULL, NULL),
           (3, '2017-01-02 00:02:00.25+00', lake.cell(386962111, -92218001), NULL, NULL, NULL)$$,
  'ISO times, milliseconds as text and as number; a wrapped longitude is unwrapped');
SELECT results_eq('SELECT ordinal, reject FROM positions WHERE reject IS NOT NULL ORDER BY 1',
  $$VALUES (4::bigint, 'no coordinates'), (5, 'no time'), (6, 'the time is no time'), (7, 'the time is outside of 1900 to 2099'),
           (8, 'the coordinates are not on Earth')$$, 'rejects');
SELECT results_eq('SELECT altitude_m, velocity_mps, heading_deg, ext.st_astext(pos, 7), attrs FROM positions WHERE ordinal = 1',
  $$VALUES (46::real, 3::real, 271::real, 'POINT(-122.675 45.505125)', '{"activity": [{"x": 1}]}'::jsonb)$$, 'measures; the rest stays');
SELECT results_eq($$SELECT ordinal, reject, at, type, mode, confidence FROM takeout.location_record_signal('[
    {"timestampMs": "1483315380000", "activitys": [{"activities": [{"type": "still", "confidence": 90}]}], "accuracy": 3},
    {"timestamp": "2023-04-05T06:07:08Z", "wifiScan": {"accessPoints": []}}, {"timestamp": "2023-04-05T06:07:08Z", "accuracy": 33},
    {"wifiScan": {}}, {"latitudeE7": 1}, null]', '{}') ORDER BY 1$$,
  $$VALUES (1::bigint, NULL, '2017-01-02 00:03:00+00'::timestamptz, 'activity', 'STILL', 0.9::real), (2, NULL, '2023-04-05 06:07:08+00', 'wifi_scan', NULL, NULL),
           (3, 'no coordinates', '2023-04-05 06:07:08+00', 'wifi_scan', NULL, NULL), (4, 'no time', NULL, 'wifi_scan', NULL, NULL)$$, 'what has no position is a signal');
SELECT is(imports.recognize(path, head), 'location_history', 'recognised: ' || path)
  FROM (VALUES ('Takeout/Location History/Location History.json', NULL), ('Takeout/Location History (Timeline)/Records.json', NULL),
               ('Takeout/Zeug/Unbekannt.json', E'{\n  "locations": [{\n    "latitudeE7": 1')) AS file(path, head);
SELECT isnt(imports.recognize('Takeout/Location History/._Records.json', '{"locations": ['), 'location_history', 'not a resource fork');
SELECT isnt(imports.recognize('Takeout/Drive/Records.json', '{"locations": ['), 'location_history', 'not a file of somebody''s Drive');
SELECT is((SELECT array_agg(imports.recognize('Takeout/X/Y.json', head)) FROM (VALUES ('{"locations": [{"storeCode": "1"'), ('{"locations": [{"accuracy": 7, "timestampMs": "1"'), ('{"locations" : [ ]')) AS v(head)),
  ARRAY[NULL, 'location_history', 'location_history'], 'a list of locations without times is something else');
SELECT * FROM finish();
ROLLBACK;
