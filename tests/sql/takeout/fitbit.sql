-- Fitbit: lists with the wall clock, CSV files in UTC, nights.
BEGIN;
SELECT plan(14);
CREATE TEMP TABLE records AS SELECT '[{"timestamp": "2024-03-01T00:00:00Z", "x": "1"}, {"timestamp": "x", "y": "z"}, {"timestamp": "", "x": "1"}, {"x": "1"}, {}]'::jsonb AS list;
SELECT results_eq($$SELECT ordinal, reject, at, metric, value, is_local, attrs FROM takeout.fitbit_value(
    '[{"dateTime": "03/05/24 08:00:02", "value": {"bpm": 61, "confidence": 3}}, {"dateTime": "13/45/24 08:00:02", "value": {"bpm": 61}}]',
    '{"path": "Fitbit/Global Export Data/heart_rate-2024-03-05.json"}') ORDER BY 1$$,
  $$VALUES (1::bigint, NULL, '2024-03-05 08:00:02+00'::timestamptz, 'heart_rate_bpm', 61::float8, true, '{"confidence": 3}'::jsonb),
           (2, 'the time is no time', NULL, 'heart_rate_bpm', 61, true, NULL)$$, 'heart rates');
SELECT results_eq($$SELECT at, metric, value FROM takeout.fitbit_value('[{"dateTime": "03/01/24 00:02:00", "value": "101"}]', '{"path": "steps-2024-03-01.json"}')$$,
  $$VALUES ('2024-03-01 00:02:00+00'::timestamptz, 'step_count', 101::float8)$$, 'numbers are texts');
SELECT results_eq($$SELECT metric, value FROM takeout.fitbit_value('[{"dateTime": "03/01/24 00:00:00", "value": {"low": 3, "high": 4}}]',
    '{"path": "Global Export Data/zones-2024-03-01.json"}') ORDER BY 1$$, $$VALUES ('zones_high', 4::float8), ('zones_low', 3)$$, 'each number of a value is a metric');
SELECT results_eq($$SELECT ordinal, metric, value, attrs FROM takeout.fitbit_value('[{"dateTime": "03/01/24 00:00:00", "value": true}, {"dateTime": "03/01/24 00:00:00", "value": "bpm"},
    {"dateTime": "03/01/24 00:00:00"}, {"dateTime": "03/01/24 00:00:00", "value": ["bpm"]}]', '{"path": "Global Export Data/worn-2024-03-01.json"}') ORDER BY 1$$,
  $$VALUES (1::bigint, 'worn', NULL::float8, '{"value": true}'::jsonb), (2, 'worn', NULL, '{"value": "bpm"}'), (3, 'worn', NULL, '{"value": null}'), (4, 'worn', NULL, '{"value": ["bpm"]}')$$,
  'what is no number is kept in words');
SELECT results_eq($$SELECT ordinal, reject, at, metric, value FROM takeout.fitbit_weight('[{"logId": 1, "weight": 154.9, "bmi": 22.0, "date": "03/02/24", "time": "23:59:59"},
    {"logId": 2, "date": "03/02/24", "time": "23:59:59"}]', '{}') ORDER BY 1, metric$$,
  $$VALUES (1::bigint, NULL, '2024-03-02 23:59:59+00'::timestamptz, 'bmi', 22::float8), (1, NULL, '2024-03-02 23:59:59+00', 'weight', 154.9),
           (2, 'no number', '2024-03-02 23:59:59+00', 'weight', NULL)$$, 'weights as written');
SELECT results_eq($$SELECT ordinal, reject, at, end_at, minutes_asleep, log_id, jsonb_array_length(stages) FROM takeout.fitbit_sleep(
    '[{"logId": 44000000001, "startTime": "2024-03-04T23:11:30.000", "endTime": "2024-03-05T06:41:30.000", "minutesAsleep": 400,
       "levels": {"data": [{"dateTime": "2024-03-04T23:11:30.000", "level": "wake", "seconds": 330}, 7]}}, {"logId": 2}]', '{}') ORDER BY 1$$,
  $$VALUES (1::bigint, NULL, '2024-03-04 23:11:30+00'::timestamptz, '2024-03-05 06:41:30+00'::timestamptz, 400::real, '44000000001', 1),
           (2, 'no time', NULL, NULL, NULL, '2', NULL)$$, 'nights');
SELECT results_eq($$SELECT ordinal, reject, at, metric, value, is_local, source, attrs FROM takeout.fitbit_row(
    '[{"timestamp": "2024-03-01T00:00:00Z", "beats per minute": "61", "data source": "Charge"}, {"timestamp": "2024-03-01T00:00:00Z", "x": "y"},
      {"date_time": "2024-03-04T08:06", "heart_zone_id": "CARDIO", "total_minutes": "2"}]', '{"path": "Fitbit/Physical Activity_GoogleData/heart_rate_2024-03-01.csv"}') ORDER BY 1$$,
  $$VALUES (1::bigint, NULL, '2024-03-01 00:00:00+00'::timestamptz, 'heart_rate_bpm', 61::float8, false, 'Charge', NULL::jsonb),
           (3, NULL, '2024-03-04 08:06:00+00', 'heart_rate_total_minutes', 2, true, 'Fitbit', '{"heart_zone_id": "CARDIO"}')$$, 'rows of CSV files');
SELECT results_eq($$SELECT ordinal, reject, at, end_at, metric, value, attrs FROM takeout.fitbit_row(
    '[{"sleep_id": "7", "sleep_type": "STAGES", "minutes_in_sleep_period": "430", "sleep_end": "2024-01-02 06:10:00+0000", "sleep_start": "2024-01-01 23:00:00+0000"},
      {"id": "a", "created": "2024-01-03", "score": "80", "seen": ""}, {"timestamp": "soon", "x": "1"}]', '{"path": "Google Health/Sleep/UserSleeps_2024-01-01.csv"}') ORDER BY 1$$,
  $$VALUES (1::bigint, NULL, '2024-01-01 23:00:00+00'::timestamptz, '2024-01-02 06:10:00+00'::timestamptz, 'usersleeps_minutes_in_sleep_period', 430::float8,
              '{"sleep_id": "7", "sleep_type": "STAGES", "sleep_end": "2024-01-02 06:10:00+0000", "sleep_start": "2024-01-01 23:00:00+0000"}'::jsonb),
           (2, NULL, '2024-01-03 00:00:00+00', NULL, 'usersleeps_score', 80, '{"id": "a", "created": "2024-01-03"}'),
           (3, 'the time is no time', NULL, NULL, 'usersleeps_x', 1, NULL)$$, 'a time under any name, and a span');
SELECT results_eq($$SELECT ordinal, reject, at, type, title, attrs FROM takeout.fitbit_item(
    '[{"value_time": "2024-03-01T00:00:00Z", "setting": "units", "value": "METRIC"}, {"name": "Ida", "height": "170"}, {"timestamp": "2024-03-01T00:00:00Z", "x": "1"}]',
    '{"path": "Google Health/Your Profile/Profile.csv"}') ORDER BY 1$$,
  $$VALUES (1::bigint, NULL::text, '2024-03-01 00:00:00+00'::timestamptz, 'fitbit_row', 'profile', '{"value_time": "2024-03-01T00:00:00Z", "setting": "units", "value": "METRIC"}'::jsonb),
           (2, NULL, NULL, 'fitbit_row', 'profile', '{"name": "Ida", "height": "170"}')$$, 'rows that measure nothing are items');
SELECT is((SELECT array_agg(n ORDER BY n) FROM (SELECT ordinal AS n FROM records, takeout.fitbit_row(list, '{}') UNION SELECT ordinal FROM records, takeout.fitbit_item(list, '{}')) AS x),
  ARRAY[1, 2, 3, 4, 5]::bigint[], 'every row of a table is the one or the other');
SELECT is(imports.recognize('Takeout/Fitbit/Global Export Data/heart_rate-2024-03-05.json', NULL), 'fitbit_heart_rate', 'by name');
SELECT is(imports.recognize('x.json', E'[{\n "logId": 1,\n "dateOfSleep": "2024-03-05"'), 'fitbit_sleep', 'by content');
SELECT is(imports.recognize('Takeout/Fitbit/Heart Rate Variability/HRV - 2024-03-01.csv', E'timestamp,rmssd\n'), 'fitbit_row', 'any other table of Fitbit');
SELECT lives_ok($$SELECT count(*) FROM takeout.fitbit_value('[null, 1, {"dateTime": 3, "value": [1]}, {"value": null}]', '{}')
  UNION ALL SELECT count(*) FROM takeout.fitbit_row('[null, [], {"timestamp": {}}]', '{}') UNION ALL SELECT count(*) FROM takeout.fitbit_sleep('[{"levels": 3}, {"levels": {"data": [1]}}]', '{}')$$,
  'takes hostile records');
SELECT * FROM finish();
ROLLBACK;
