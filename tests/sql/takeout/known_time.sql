-- Times of tables: read in each form, or NULL.
BEGIN;
SELECT plan(3);
SELECT results_eq($$SELECT takeout.known_time(t) FROM unnest(ARRAY['2024-03-05T18:07:09.5Z', '2024-03-05 18:07:09 UTC', '2024-03-05 18:07:09 Z', '2024-03-05 18:07:09',
    '2024-03-05T18:07:09+01:00', '', 'now', '2024-13-05 18:07:09 UTC', '0001-01-01T00:00:00Z', '3000-01-01T00:00:00Z', NULL]) AS t$$,
  $$VALUES ('2024-03-05 18:07:09.5+00'::timestamptz), ('2024-03-05 18:07:09+00'), ('2024-03-05 18:07:09+00'), ('2024-03-05 18:07:09+00'),
           ('2024-03-05 17:07:09+00'), (NULL), (NULL), (NULL), (NULL), (NULL), (NULL)$$, 'known times');
SELECT results_eq($$SELECT takeout.wall_time(t) FROM unnest(ARRAY['Dec 24, 2018, 12:00 AM', E'Jun 1, 2023, 5:11\u202FPM', '24.12.2018, 17:11', '24. Dez. 2018, 17:11:12', '2018/12/24 5:11',
    'Dec 24, 2018', '', 'x', NULL, '31.02.2020, 10:00']) AS t$$,
  $$VALUES ('2018-12-24 00:00:00+00'::timestamptz), ('2023-06-01 17:11:00+00'), ('2018-12-24 17:11:00+00'), ('2018-12-24 17:11:12+00'), ('2018-12-24 05:11:00+00'),
           (NULL), (NULL), (NULL), (NULL), (NULL)$$, 'clocks on the wall');
SELECT lives_ok($$SELECT takeout.wall_time(repeat(t, 2000)) FROM unnest(ARRAY['1:', '1.', '12:34 ', 'Dec ']) AS t$$, 'hostile texts');
SELECT * FROM finish();
ROLLBACK;
