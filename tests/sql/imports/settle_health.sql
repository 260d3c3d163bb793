-- Of one measurement told by the wall clock and in UTC, UTC stays; nights get their scores.
BEGIN;
SELECT plan(6);
CREATE ROLE user_900001 IN ROLE lake_user;
SET LOCAL session_replication_role = replica;
INSERT INTO imports.archive (user_id, id, import_id, name, format, size_bytes, fingerprint, exported_at) VALUES
  (900001, md5('a')::uuid, 1, 'a', 'zip', 1, 'a', '2024-03-10Z'), (900001, md5('b')::uuid, 2, 'b', 'zip', 1, 'b', '2024-03-10Z');
INSERT INTO imports.file (user_id, id, archive_id, path, size_bytes, product, kind, state)
SELECT 900001, md5(k)::uuid, md5('a')::uuid, k, 1, 'Fitbit', k, 'done' FROM unnest(ARRAY['heart_rate', 'fitbit_row', 'sleep_score', 'sleep']) AS k;
INSERT INTO timeseries.metric (user_id, at, ident, metric, value, is_local, source, file_id, ordinal, attrs) VALUES
  (900001, '2024-03-05 08:00:02Z', md5('1')::uuid, 'heart_rate_bpm', 61, true, 'Fitbit', md5('heart_rate')::uuid, 1, NULL),
  (900001, '2024-03-06 08:00:02Z', md5('2')::uuid, 'heart_rate_bpm', 62, true, 'Fitbit', md5('heart_rate')::uuid, 2, NULL),
  (900001, '2024-03-05 16:00:02Z', md5('3')::uuid, 'heart_rate_bpm', 61, false, 'Charge', md5('fitbit_row')::uuid, 1, NULL),
  (900001, '2024-03-05 08:00:00Z', md5('4')::uuid, 'step_count', 7, true, 'Fitbit', md5('heart_rate')::uuid, 3, NULL),
  (900002, '2024-03-05 08:00:02Z', md5('1')::uuid, 'heart_rate_bpm', 61, true, 'Fitbit', md5('x')::uuid, 1, NULL),
  (900001, '2024-03-05 06:41:30Z', md5('5')::uuid, 'sleep_score_overall_score', 81, false, 'Fitbit', md5('sleep_score')::uuid, 1,
   '{"sleep_log_entry_id": "44000000001"}');
INSERT INTO user_data.sleep (user_id, at, ident, log_id, file_id, ordinal) VALUES
  (900001, '2024-03-04 23:11:30Z', md5('n1')::uuid, '44000000001', md5('sleep')::uuid, 1),
  (900001, '2024-03-05 14:00:00Z', md5('n2')::uuid, '44000000002', md5('sleep')::uuid, 2);
SET LOCAL session_replication_role = origin;
SET LOCAL ROLE user_900001;
SELECT is(imports.settle_health(2), 0::bigint, 'an import without files of Fitbit changes nothing');
SELECT is(imports.settle_health(1), 1::bigint, 'one measurement was told twice');
SELECT results_eq($$SELECT at, value, is_local FROM timeseries.metric WHERE metric = 'heart_rate_bpm' ORDER BY 1$$,
  $$VALUES ('2024-03-05 16:00:02+00'::timestamptz, 61::float8, false), ('2024-03-06 08:00:02+00', 62, true)$$, 'the clock''s stay on days that UTC does not tell');
SELECT is((SELECT count(*) FROM timeseries.metric WHERE metric = 'step_count'), 1::bigint, 'and what UTC does not tell at all');
SELECT results_eq('SELECT log_id, score FROM user_data.sleep ORDER BY 1', $$VALUES ('44000000001', 81::real), ('44000000002', NULL)$$, 'a night has its score');
RESET ROLE;
SELECT is((SELECT count(*) FROM timeseries.metric WHERE user_id = 900002), 1::bigint, 'another user''s are left alone');
SELECT * FROM finish();
ROLLBACK;
