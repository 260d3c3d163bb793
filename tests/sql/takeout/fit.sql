-- Google Fit: points, sessions, tracks, sums.
BEGIN;
SELECT plan(16);
CREATE TEMP TABLE records AS SELECT '[
  {"fitValue": [{"value": {"fpVal": 71.5}}], "originDataSourceId": "raw:x", "dataTypeName": "com.google.heart_rate.bpm",
   "startTimeNanos": 1709568005123456789, "endTimeNanos": 1709568005123456789},
  {"fitValue": [{"value": {"intVal": 101}}], "originDataSourceId": "", "dataTypeName": "com.google.step_count.delta",
   "startTimeNanos": 1709568000000000000, "endTimeNanos": 1709568060000001000},
  {"fitValue": [], "dataTypeName": "com.google.step_count.delta", "startTimeNanos": 1709568120000000000, "endTimeNanos": 1709568120000000000},
  {"fitValue": [{"value": {"mapVal": [{"key": "protein", "value": {"fpVal": 12.5}}]}}, {"value": {"intVal": 2}}, {"value": {"stringVal": "bread"}}],
   "dataTypeName": "com.google.nutrition", "startTimeNanos": 1709582400000000000, "endTimeNanos": 1709582400000000000},
  {"fitValue": [{"value": {"intVal": 1}}], "dataTypeName": "com.google.step_count.delta"},
  {"fitValue": [{"value": {"intVal": 1}}], "startTimeNanos": 1709568120000000000},
  {"fitValue": [{"value": {"intVal": 1}}], "dataTypeName": "com.google.step_count.delta", "startTimeNanos": 9223372036854775807}
]'::jsonb AS list;
CREATE TEMP VIEW point AS SELECT * FROM records, takeout.fit_point(list, '{"path": "Takeout/Fit/All Data/raw_x.json"}');
SELECT results_eq('SELECT ordinal, metric, at, end_at, value, source, attrs FROM point WHERE reject IS NULL ORDER BY ordinal, attrs -> ''place'' NULLS FIRST',
  $$VALUES (1::bigint, 'heart_rate_bpm', '2024-03-04 16:00:05.123456+00'::timestamptz, NULL::timestamptz, 71.5::float8, 'raw:x', NULL::jsonb),
           (2, 'step_count', '2024-03-04 16:00:00+00', '2024-03-04 16:01:00.000001+00', 101, 'raw_x', NULL),
           (3, 'step_count', '2024-03-04 16:02:00+00', NULL, NULL, 'raw_x', NULL),
           (4, 'nutrition', '2024-03-04 20:00:00+00', NULL, NULL, 'raw_x', '{"place": 0, "mapVal": [{"key": "protein", "value": {"fpVal": 12.5}}]}'),
           (4, 'nutrition', '2024-03-04 20:00:00+00', NULL, 2, 'raw_x', '{"place": 1}'),
           (4, 'nutrition', '2024-03-04 20:00:00+00', NULL, NULL, 'raw_x', '{"place": 2, "stringVal": "bread"}')$$, 'points and their values');
SELECT results_eq('SELECT ordinal, reject FROM point WHERE reject IS NOT NULL ORDER BY 1',
  $$VALUES (5::bigint, 'no time'), (6, 'no dataTypeName'), (7, 'the time is outside of 1900 to 2099')$$, 'rejects');
SELECT is((SELECT count(DISTINCT ident) FROM point WHERE ordinal = 4), 3::bigint, 'values of one point are rows of their own');
SELECT is((SELECT ident FROM point WHERE ordinal = 1),
          (SELECT p.ident FROM records, takeout.fit_point(jsonb_build_array(list -> 0), '{"path": "elsewhere/raw_x.json"}') AS p),
          'the stream is known by its file''s name, wherever it lies');
SELECT results_eq($$SELECT ordinal, reject, at, end_at, type, duration_s, distance_m, energy_kcal, steps FROM takeout.fit_session('[
    {"fitnessActivity": "Walking", "startTime": "2024-03-04T16:00:00Z", "endTime": "2024-03-04T16:31:00.500Z", "duration": "1860.500s",
     "aggregate": [{"metricName": "com.google.step_count.delta", "intValue": 3210}, {"metricName": "com.google.distance.delta", "floatValue": 2411.0}]},
    {"startTime": "2024-03-04T16:00:00Z", "aggregate": 7}, {"fitnessActivity": "running"}]', '{}') ORDER BY 1$$,
  $$VALUES (1::bigint, NULL, '2024-03-04 16:00:00+00'::timestamptz, '2024-03-04 16:31:00.5+00'::timestamptz, 'walking', 1860.5::real, 2411::real, NULL::real, 3210),
           (2, NULL, '2024-03-04 16:00:00+00', NULL, 'unknown', NULL, NULL, NULL, NULL),
           (3, 'no time', NULL, NULL, 'running', NULL, NULL, NULL, NULL)$$, 'sessions');
CREATE TEMP TABLE tracks AS SELECT '[{"sport": "Other", "id": "2024-03-04T16:00:00.000Z", "notes": "Walking", "started": "2024-03-04T16:00:00.000Z",
  "seconds": ["1800.5", "60"], "metres": ["2411.0"], "calories": ["122"],
  "track": [{"at": "2024-03-04T16:00:00.000Z", "latitude": "45.500", "longitude": "-122.600", "altitude": "20.0", "bpm": "80"},
            {"at": "2024-03-04T16:10:00.000Z", "bpm": "81"}, {"at": "never", "latitude": "1", "longitude": "2"},
            {"at": "2024-03-04T16:20:00.000Z", "latitude": "95", "longitude": "2"}]}, {"sport": "Running"}, 7]'::jsonb AS list,
  '{"path": "Takeout/Fit/Activities/2024-03-04T08_00_00.000-08_00_PT31M0.5S_Walking.tcx"}'::jsonb AS file;
SELECT results_eq('SELECT ordinal, reject, at, end_at, type, duration_s, distance_m, energy_kcal FROM tracks, takeout.tcx_activity(list, file) WHERE ordinal < 3 ORDER BY 1',
  $$VALUES (1::bigint, NULL, '2024-03-04 16:00:00+00'::timestamptz, '2024-03-04 16:31:00.5+00'::timestamptz, 'walking', 1860.5::real, 2411::real, 122::real),
           (2, 'no time', NULL, NULL, 'walking', NULL, NULL, NULL)$$, 'a TCX file is a workout');
SELECT is((SELECT ident FROM tracks, takeout.tcx_activity(list, file) WHERE ordinal = 1),
          (SELECT ident FROM takeout.fit_session('[{"fitnessActivity": "walking", "startTime": "2024-03-04T16:00:00Z"}]', '{}')), 'the same one as its session');
SELECT results_eq('SELECT ordinal, at, ext.st_astext(pos, 7), altitude_m FROM tracks, takeout.tcx_location(list, file)',
  $$VALUES (1::bigint, '2024-03-04 16:00:00+00'::timestamptz, 'POINT(-122.6 45.5)', 20::real)$$, 'with positions');
SELECT results_eq('SELECT at, value FROM tracks, takeout.tcx_heart_rate(list, file) ORDER BY 1',
  $$VALUES ('2024-03-04 16:00:00+00'::timestamptz, 80::float8), ('2024-03-04 16:10:00+00', 81)$$, 'and heart rates');
SELECT results_eq($$SELECT ordinal, reject, at, end_at, metric, value, is_local FROM takeout.fit_day(
    '[{"Date": "2024-03-04", "Step count": "5210", "Distance (m)": "4011.25", "Heart Points": ""}, {"Date": "x", "Step count": "1"}]', '{}') ORDER BY 1, metric$$,
  $$VALUES (1::bigint, NULL, '2024-03-04 00:00:00+00'::timestamptz, '2024-03-05 00:00:00+00'::timestamptz, 'day_distance_m', 4011.25::float8, true),
           (1, NULL, '2024-03-04 00:00:00+00', '2024-03-05 00:00:00+00', 'day_step_count', 5210, true),
           (2, 'the time is no time', NULL, NULL, 'day_step_count', 1, true)$$, 'sums of days are metrics of their own');
SELECT results_eq($$SELECT at, end_at, metric, value FROM takeout.fit_bucket(
    '[{"Start time": "08:00:00.000-08:00", "End time": "08:15:00.000-08:00", "Step count": "1000"},
      {"Start time": "23:45:00.000-08:00", "End time": "00:00:00.000-08:00", "Step count": "7"}]', '{"path": "Takeout/Fit/Daily activity metrics/2024-03-04.csv"}') ORDER BY 1$$,
  $$VALUES ('2024-03-04 16:00:00+00'::timestamptz, '2024-03-04 16:15:00+00'::timestamptz, 'quarter_hour_step_count', 1000::float8),
           ('2024-03-05 07:45:00+00', '2024-03-05 08:00:00+00', 'quarter_hour_step_count', 7)$$, 'quarters of an hour have their day from the file');
SELECT results_eq($$SELECT ordinal, reject, at, end_at, metric, value FROM takeout.fit_bucket(
    '[{"Startzeit": "08:00:00.000+01:00", "Endzeit": "08:15:00.000+01:00", "Schrittzahl": "7"}, {"Startzeit": "23:45:00.000+01:00", "Endzeit": "00:00:00.000+01:00", "Schrittzahl": "8"},
      {"Startzeit": "23:45:00.000+01:00", "Endzeit": "", "Schrittzahl": "9"}, {"Schrittzahl": "10"}]', '{"path": "Fit/Messwerte/2024-03-04.csv"}') ORDER BY 1$$,
  $$VALUES (1::bigint, NULL, '2024-03-04 07:00:00+00'::timestamptz, '2024-03-04 07:15:00+00'::timestamptz, 'quarter_hour_schrittzahl', 7::float8),
           (2, NULL, '2024-03-04 22:45:00+00', '2024-03-04 23:00:00+00', 'quarter_hour_schrittzahl', 8),
           (3, 'no time', '2024-03-04 22:45:00+00', NULL, 'quarter_hour_schrittzahl', 9), (4, 'no time', NULL, NULL, 'quarter_hour_schrittzahl', 10)$$, 'and in another language');
SELECT is(imports.recognize('Takeout/Fit/Daily activity metrics/2024-03-04.csv', NULL), 'fit_buckets', 'a day''s file');
SELECT is(imports.recognize('Takeout/Fit/Daily activity metrics/Daily activity metrics.csv', NULL), 'fit_days', 'the days'' file');
SELECT is(imports.recognize('x/y.json', E'{\n "Data Source": "raw:x",\n "Data Points": ['), 'fit_data', 'by content');
SELECT lives_ok($$SELECT count(*) FROM takeout.fit_point('[{"fitValue": 7, "dataTypeName": "x", "startTimeNanos": 1}, {"fitValue": [3, null]}]', '{}')
  UNION ALL SELECT count(*) FROM takeout.fit_session('[null, 1, []]', '{}') UNION ALL SELECT count(*) FROM takeout.fit_day('[1, [2]]', '{}')
  UNION ALL SELECT count(*) FROM takeout.tcx_location('[null, {"track": 3}]', '{}')$$, 'takes hostile records');
SELECT * FROM finish();
ROLLBACK;
