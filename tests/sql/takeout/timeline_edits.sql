-- Timeline Edits are kept, as signals; they are not the history.
BEGIN;
SELECT plan(5);
CREATE TEMP TABLE records AS SELECT '[
  {"deviceId": "-1", "placeAggregates": {"processWindow": {"startTime": "2023-12-14T08:00:55Z", "endTime": "2024-03-07T08:00:55Z"}}},
  {"deviceId": "-1", "rawSignal": {"signal": {"position": {"point": {"latE7": 455051250, "lngE7": -1226750000}, "accuracyMm": 13000,
     "timestamp": "2024-02-17T04:14:41.412Z"}}, "additionalTimestamp": "2024-02-17T04:14:39.545Z"}},
  {"deviceId": "-1", "rawSignal": {"signal": {"activityRecord": {"detectedActivities": [{"activityType": "STILL", "probability": 0.96}],
     "timestamp": "2024-02-17T05:26:47.066Z"}}}},
  {"deviceId": "0", "rawSignal": {"signal": {"wifiScan": {"deliveryTime": "2024-02-17T05:30:00.000Z"}}}},
  {"deviceId": "0"}, {"rawSignal": {"signal": {"position": {}}}}, {"rawSignal": {"signal": {"wifiScan": {"deliveryTime": "3000-01-01T00:00:00Z"}}}}
]'::jsonb AS list;
SELECT results_eq($$SELECT ordinal, at, end_at, type, mode, confidence, accuracy_m, ext.st_astext(pos, 7) FROM records, takeout.timeline_edit(list, '{}') WHERE reject IS NULL ORDER BY 1$$,
  $$VALUES (1::bigint, '2023-12-14 08:00:55+00'::timestamptz, '2024-03-07 08:00:55+00'::timestamptz, 'place_aggregates', NULL, NULL::real, NULL::real, NULL),
           (2, '2024-02-17 04:14:41.412+00', NULL, 'position', NULL, NULL, 13, 'POINT(-122.675 45.505125)'),
           (3, '2024-02-17 05:26:47.066+00', NULL, 'activity', 'STILL', 0.96, NULL, NULL),
           (4, '2024-02-17 05:30:00+00', NULL, 'wifi_scan', NULL, NULL, NULL, NULL)$$, 'each sort of edit');
SELECT results_eq($$SELECT ordinal, reject FROM records, takeout.timeline_edit(list, '{}') WHERE reject IS NOT NULL ORDER BY 1$$,
  $$VALUES (5::bigint, 'nothing in this record is known to the parser'), (6, 'no time'), (7, 'the time is outside of 1900 to 2099')$$, 'rejects');
SELECT is((SELECT targets FROM imports.kind WHERE kind = 'timeline_edit'), '[{"table": "user_data.signal", "parser": "takeout.timeline_edit"}]'::jsonb,
          'none of them becomes a position of the history');
SELECT is(imports.recognize('Takeout/Location History (Timeline)/Timeline Edits.json', NULL), 'timeline_edits', 'recognised by name');
SELECT lives_ok($$SELECT count(*) FROM takeout.timeline_edit('[null, 1, [], {"rawSignal": 7}, {"rawSignal": {"signal": []}}]', '{}')$$, 'takes hostile records');
SELECT * FROM finish();
ROLLBACK;
