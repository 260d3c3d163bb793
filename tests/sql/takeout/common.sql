-- The helpers of the parsers read what Google writes, and give NULL, never an error, for anything else.
BEGIN;
SELECT plan(36);
SET LOCAL TimeZone = 'Asia/Tokyo';

SELECT is(takeout.time('2024-03-05T18:07:09.123456Z'), '2024-03-05 18:07:09.123456+00'::timestamptz, 'ISO time in UTC');
SELECT is(takeout.time('2024-05-01T08:00:00.000-07:00'), '2024-05-01 15:00:00+00'::timestamptz, 'ISO time with an offset');
SELECT is(takeout.time('2024-05-01T08:00:00'), '2024-05-01 08:00:00+00'::timestamptz,
          'without an offset: UTC, whatever the zone of the session');
SELECT is(takeout.time(bad), NULL, 'no time: ' || coalesce(bad, 'NULL'))
  FROM unnest(ARRAY['now', 'epoch', 'infinity', 'yesterday-ish', '1/2/2024', '2024', '2024-02-30T10:00:00Z',
                    '400000-01-01T00:00:00Z', '', NULL]) AS bad;
SELECT is(takeout.time_fault('x', takeout.time('40000-01-01T00:00:00Z')), 'the time is outside of 1900 to 2099', 'the year 40000');
SELECT is(takeout.time_fault('x', '1899-12-31 23:59:59+00'), 'the time is outside of 1900 to 2099', 'the year 1899');
SELECT is(takeout.time_fault(NULL, NULL), 'no time', 'no time');
SELECT is(takeout.time_fault('soon', NULL), 'the time is no time', 'a time that cannot be read');
SELECT is(takeout.time_fault('x', '2099-12-31 23:59:59.999999+00'), NULL, 'a good time has no fault');

SELECT is(takeout.microseconds(1709662052123456), '2024-03-05 18:07:32.123456+00'::timestamptz, 'microseconds are exact');
SELECT is(takeout.microseconds(9223372036854775807), 'infinity', 'far out of range is infinity, not an error');
SELECT is(takeout.milliseconds('1565467200111'), '2019-08-10 20:00:00.111+00'::timestamptz, 'milliseconds as text');
SELECT is(takeout.milliseconds(bad), NULL, 'milliseconds that are none') FROM unnest(ARRAY['1e400']) AS bad;

SELECT is(takeout.number('0.9399999976158142'), 0.94::real, 'a number');
SELECT is(takeout.number(bad), NULL, 'not a finite number: ' || bad) FROM unnest(ARRAY['NaN', 'Infinity', '1e400', '']) AS bad;
SELECT is(takeout.e7('4202749295'), -92218001::bigint, 'a wrapped coordinate is unwrapped');
SELECT is(takeout.pair('45.5,-122.6'), '{455000000,-1226000000}', 'of a map: two numbers');
SELECT is(takeout.coordinates('-27.4127738°, 163.5638958°'), '{-274127738,1635638958}', 'Android: degrees');
SELECT is(takeout.coordinates('geo:38.713800,-9.139300'), '{387138000,-91393000}', 'iOS: geo');
SELECT is(takeout.coordinates(bad), NULL, 'no coordinates: ' || bad) FROM unnest(ARRAY['', 'nan,1', '1e300,1', '45.5', 'geo:']) AS bad;
SELECT * FROM finish();
ROLLBACK;
