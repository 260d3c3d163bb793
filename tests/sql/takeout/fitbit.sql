-- Fitbit: lists with the wall clock, CSV files in UTC, nights.
BEGIN;
SELECT plan(10);
SELECT results_eq($$SELECT ordinal, reject, at, metric, value, is_local, attrs FROM takeout.fitbit_value(
    '[{"dateTime": "03/05/24 08:00:02", "value": {"bpm": 61, "confidence": 3}}, {"dateTime": "13/45/24 08:00:02", "value": {"bpm": 61}}]',
    '{"path": "Fitbit/Global Export Data/heart_rate-2024-03-05.json"}') ORDER BY 1$$,
  $$VALUES (1::bigint, NULL, '2024-03-05 08:00:02+00'::timestamptz, 'heart_rate_bpm', 61::float8, true, '{"confidence": 3}'::jsonb),
           (2, 'the time is no time', NULL, 'heart_rate_bpm', 61, true, NULL)$$, 'heart rates');
SELECT results_eq($$SELECT at, metric, value FROM takeout.fitbit_value('[{"dateTime": "03/01/24 00:02:00", "value": "101"}]', '{"path": "steps-2024-03-01.json"}')$$,
  $$VALUES ('2024-03-01 00:02:00+00'::timestamptz, 'step_count', 101::float8)$$, 'numbers are texts');
SELECT results_eq($$SELECT metric, value FROM takeout.fitbit_value('[{"dateTime": "03/01/24 00:00:00", "value": {"low": 3, "high": 4}}]',
    '{"path": "Global Export Data/zones-2024-03-01.json"}') ORDER BY 1$$, $$VALUES ('zones_high', 4::float8), ('zones_low', 3)$$, 'each number of a value is a metric');
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
           (2, 'no number', '2024-03-01 00:00:00+00', NULL, NULL, false, 'Fitbit', '{"x": "y"}'),
           (3, NULL, '2024-03-04 08:06:00+00', 'heart_rate_total_minutes', 2, true, 'Fitbit', '{"heart_zone_id": "CARDIO"}')$$, 'rows of CSV files');
SELECT is(imports.recognize('Takeout/Fitbit/Global Export Data/heart_rate-2024-03-05.json', NULL), 'fitbit_heart_rate', 'by name');
SELECT is(imports.recognize('x.json', E'[{\n "logId": 1,\n "dateOfSleep": "2024-03-05"'), 'fitbit_sleep', 'by content');
SELECT is(imports.recognize('Takeout/Fitbit/Heart Rate Variability/HRV - 2024-03-01.csv', E'timestamp,rmssd\n'), 'fitbit_row', 'any other table of Fitbit');
SELECT lives_ok($$SELECT count(*) FROM takeout.fitbit_value('[null, 1, {"dateTime": 3, "value": [1]}, {"value": null}]', '{}')
  UNION ALL SELECT count(*) FROM takeout.fitbit_row('[null, [], {"timestamp": {}}]', '{}') UNION ALL SELECT count(*) FROM takeout.fitbit_sleep('[{"levels": 3}, {"levels": {"data": [1]}}]', '{}')$$,
  'takes hostile records');
SELECT * FROM finish();
ROLLBACK;
