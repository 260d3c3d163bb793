-- The size of a number tells its unit; what is no time is NULL.
BEGIN;
SELECT plan(3);
SELECT results_eq($$SELECT takeout.epoch_time(t) FROM unnest(ARRAY['1580702706', '1614834369500', '1705314030000000', '13259307968000000', '13348638245000000']) AS t$$,
  $$VALUES ('2020-02-03 04:05:06+00'::timestamptz), ('2021-03-04 05:06:09.5+00'), ('2024-01-15 10:20:30+00'), ('2021-03-04 05:06:08+00'), ('2024-01-02 03:04:05+00')$$,
  'seconds, milliseconds, microseconds since 1970, microseconds since 1601');
SELECT is((SELECT count(takeout.epoch_time(t)) FROM unnest(ARRAY['0', '', '-1', '1e9', 'x', '123456789012345678', NULL, ' 1']) AS t), 0::bigint, 'no times');
SELECT results_eq($$SELECT takeout.kept_time(t) FROM unnest(ARRAY['1899-12-31', '1900-01-01 00:00:00Z', 'infinity', NULL]::timestamptz[]) AS t$$,
  $$VALUES (NULL::timestamptz), ('1900-01-01 00:00:00Z'), (NULL), (NULL)$$, 'only the years that are kept');
SELECT * FROM finish();
ROLLBACK;
