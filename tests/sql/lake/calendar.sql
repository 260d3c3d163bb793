-- lake.calendar: recurring events in their own zone, over changes of the clocks, with exceptions.
BEGIN;
SELECT plan(30);
SET search_path = lake, ext;
SET timezone = 'UTC';

SELECT set_eq($$SELECT * FROM lake.occurrences('2024-01-31 09:30', 'FREQ=MONTHLY', 'UTC', '2024-01-01', '2024-06-01')$$,
  $$VALUES ('2024-01-31 09:30'::timestamp), ('2024-03-31 09:30'), ('2024-05-31 09:30')$$, 'months without the day are left out');
SELECT set_eq($$SELECT * FROM lake.occurrences('1997-09-05 09:00', 'FREQ=MONTHLY;COUNT=10;BYDAY=1FR', 'America/New_York', '1998-05-01', '2100-01-01')$$,
  $$VALUES ('1998-05-01 09:00'::timestamp), ('1998-06-05 09:00')$$, 'the last two of ten first Fridays (RFC 5545)');
SELECT set_eq($$SELECT * FROM lake.occurrences('1997-09-29 09:00', 'FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2', 'America/New_York', '1997-09-01', '1998-02-01')$$,
  $$VALUES ('1997-09-29 09:00'::timestamp), ('1997-10-30 09:00'), ('1997-11-27 09:00'), ('1997-12-30 09:00'), ('1998-01-29 09:00')$$, 'the last but one workday (RFC 5545)');
SELECT set_eq($$SELECT * FROM lake.occurrences('1997-08-05 09:00', 'FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU', 'America/New_York', '1997-01-01', '1998-01-01')$$,
  $$VALUES ('1997-08-05 09:00'::timestamp), ('1997-08-17 09:00'), ('1997-08-19 09:00'), ('1997-08-31 09:00')$$, 'where a week begins matters (RFC 5545)');
SELECT set_eq($$SELECT * FROM lake.occurrences('1997-09-02 09:00', 'FREQ=DAILY;BYHOUR=9,10;BYMINUTE=0,40', 'America/New_York', '1997-09-03 09:30', '1997-09-05')$$,
  $$VALUES ('1997-09-03 09:40'::timestamp), ('1997-09-03 10:00'), ('1997-09-03 10:40'), ('1997-09-04 09:00'), ('1997-09-04 09:40'), ('1997-09-04 10:00'),
           ('1997-09-04 10:40')$$, 'several times a day');
SELECT set_eq($$SELECT * FROM lake.occurrences('1997-05-12 09:00', 'FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO', 'America/New_York', '1997-01-01', '2000-01-01')$$,
  $$VALUES ('1997-05-12 09:00'::timestamp), ('1998-05-11 09:00'), ('1999-05-17 09:00')$$, 'Monday of the twentieth week (RFC 5545)');
SELECT set_eq($$SELECT * FROM lake.occurrences('1997-05-14 09:00', 'FREQ=YEARLY;BYWEEKNO=20', 'America/New_York', '1997-01-01', '2000-01-01')$$,
  $$VALUES ('1997-05-14 09:00'::timestamp), ('1998-05-13 09:00'), ('1999-05-19 09:00')$$, 'the day of the week is that of the start');
SELECT set_eq($$SELECT * FROM lake.occurrences('1997-09-02 09:00', 'FREQ=HOURLY;INTERVAL=3;UNTIL=19970902T170000', 'America/New_York', '1997-01-01', '2000-01-01')$$,
  $$VALUES ('1997-09-02 09:00'::timestamp), ('1997-09-02 12:00'), ('1997-09-02 15:00')$$, 'every three hours (RFC 5545)');
SELECT set_eq($$SELECT * FROM lake.occurrences('1997-09-02 09:00', 'FREQ=MINUTELY;INTERVAL=90;COUNT=4', 'America/New_York', '1997-09-02 10:00', '2000-01-01')$$,
  $$VALUES ('1997-09-02 10:30'::timestamp), ('1997-09-02 12:00'), ('1997-09-02 13:30')$$, 'every hour and a half (RFC 5545)');
SELECT set_eq($$SELECT * FROM lake.occurrences('1990-01-01 09:00', 'FREQ=SECONDLY;INTERVAL=604800', 'UTC', '2090-01-01', '2090-01-10')$$,
  $$VALUES ('2090-01-02 09:00'::timestamp), ('2090-01-09 09:00')$$, 'every 604,800 seconds is every week');
SELECT is((SELECT array_agg(r ORDER BY r) FROM lake.occurrences('2000-01-01', 'FREQ=SECONDLY', 'UTC', '2020-01-01 00:00:01', 'infinity') AS r LIMIT 1) [1:2],
  '{2020-01-01 00:00:01,2020-01-01 00:00:02}'::timestamp[], 'every second for ever ends all the same');
SELECT is((SELECT count(*) FROM lake.occurrences('1900-01-01 09:00', 'FREQ=DAILY', 'UTC', '2099-01-01', '2099-01-08')), 7::bigint, 'a rule without end');

SELECT set_eq(format('SELECT * FROM lake.occurrences(''2024-01-01 09:00'', %L, ''UTC'', ''2023-01-01'', ''2025-01-01'')', rule),
  $$VALUES ('2024-01-01 09:00'::timestamp)$$, 'a rule that is none does not fail: ' || rule)
  FROM unnest(ARRAY['FREQ=DAILY;BYDAY=+MO', 'FREQ=DAILY;UNTIL=20241399', 'FREQ=DAILY;UNTIL=20241399T000000', 'FREQ=DAILY;UNTIL=00000000T000000Z', 'FREQ=DAILY;BYHOUR=24', 'FREQ=DAILY;BYEASTER=0']) AS rule;

CREATE ROLE user_900001 IN ROLE lake_user;
CREATE ROLE user_900002 IN ROLE lake_user;
SET LOCAL ROLE user_900001;
INSERT INTO user_data.calendar_event (ident, at, end_at, start_date, end_date, time_zone, type, calendar, uid, recurrence_at, rrule, rdates, exdates, title, status, gone_at)
VALUES
  (takeout.ident('1'), '2024-03-05 17:00+00', '2024-03-05 17:30+00', NULL, NULL, 'America/Los_Angeles', 'event', 'me', 'weekly', NULL,
   'FREQ=WEEKLY;UNTIL=20240416T160000Z', '{2024-03-07 17:00+00}', '{2024-03-19 16:00+00}', 'call', NULL, NULL),
  (takeout.ident('2'), '2024-03-26 18:00+00', '2024-03-26 18:30+00', NULL, NULL, 'America/Los_Angeles', 'event', 'me', 'weekly', '2024-03-26 16:00+00', NULL, NULL, NULL, 'call (moved)', NULL, NULL),
  (takeout.ident('3'), '2023-06-01 07:00+00', NULL, '2023-06-01', '2023-06-03', 'America/Los_Angeles', 'event', 'Family', 'days', NULL, 'FREQ=YEARLY', NULL, NULL, 'two days', NULL, NULL),
  (takeout.ident('4'), '2023-12-31 23:59+00', '2024-01-01 00:01+00', NULL, NULL, NULL, 'event', 'me', 'single', NULL, NULL, NULL, NULL, 'fireworks', 'cancelled', NULL),
  (takeout.ident('5'), '2024-03-06 10:00+00', NULL, NULL, NULL, NULL, 'event', 'me', 'gone', NULL, 'FREQ=DAILY', NULL, NULL, 'given up', NULL, '2024-03-01'),
  (takeout.ident('6'), NULL, NULL, NULL, NULL, NULL, 'todo', 'me', 'todo', NULL, NULL, NULL, NULL, 'some day', NULL, NULL);
SELECT results_eq($$SELECT at, end_at, title FROM lake.calendar('2024-03-01', '2024-05-01')$$,
  $$VALUES ('2024-03-05 17:00+00'::timestamptz, '2024-03-05 17:30+00'::timestamptz, 'call'), ('2024-03-07 17:00+00', '2024-03-07 17:30+00', 'call'),
           ('2024-03-12 16:00+00', '2024-03-12 16:30+00', 'call'), ('2024-03-26 18:00+00', '2024-03-26 18:30+00', 'call (moved)'),
           ('2024-04-02 16:00+00', '2024-04-02 16:30+00', 'call'), ('2024-04-09 16:00+00', '2024-04-09 16:30+00', 'call'),
           ('2024-04-16 16:00+00', '2024-04-16 16:30+00', 'call')$$,
  'nine in the morning, before and after the clocks change; one called off, one moved, one more, none after the end');
SELECT results_eq($$SELECT at, end_at, start_date, end_date, title FROM lake.calendar('2024-06-02', '2024-06-03')$$,
  $$VALUES ('2024-06-01 07:00+00'::timestamptz, '2024-06-03 07:00+00'::timestamptz, '2024-06-01'::date, '2024-06-03'::date, 'two days')$$, 'what has begun and goes on');
INSERT INTO user_data.calendar_event (ident, at, start_date, end_date, type, calendar, uid, rrule, title)
VALUES (takeout.ident('7'), '1950-01-01 00:00+00', '1950-01-01', '9999-12-31', 'event', 'me', 'for ever', 'FREQ=YEARLY', 'for ever');
SELECT lives_ok($$SELECT * FROM lake.calendar('2024-01-01', '2024-01-02')$$, 'an event of eight thousand years does not close the calendar');
SELECT is((SELECT count(*) FROM lake.calendar('1950-01-01', '1950-01-02')), 1::bigint, 'and is in it');
DELETE FROM user_data.calendar_event WHERE title = 'for ever';
-- What a user wrote.
INSERT INTO user_data.calendar_event (ident, at, start_date, end_date, time_zone, type, calendar, uid, rrule, title)
SELECT takeout.ident(zone), '1960-01-01 00:00+00', '1960-01-01', '9999-12-31', zone, 'event', 'me', zone, 'FREQ=DAILY;COUNT=1', 'zone'
  FROM unnest(ARRAY['BC', 'AD', 'AM', '', 'dst', 'UTC BC', '+05BC', 'nowhere', '+99', E'\n', 'Europe/Berlin']) AS zone;
SELECT is((SELECT count(*) FROM lake.calendar('1959-12-20', '1960-01-10') WHERE title = 'zone'), 11::bigint, 'zones that are none are UTC');
DELETE FROM user_data.calendar_event WHERE title = 'zone';
SELECT throws_ok($$INSERT INTO user_data.calendar_event (ident, at, start_date, end_date, type, calendar, uid) VALUES (takeout.ident('x'), '1960-01-01 00:00+00', $$
                 || dates || $$, 'event', 'me', 'x')$$, '23514', NULL, 'days that cannot be counted with: ' || dates)
  FROM unnest(ARRAY[$$'-infinity', '1960-01-01'$$, $$'1960-01-01', 'infinity'$$, $$'1960-01-01', '5874897-12-31'$$]) AS dates;
SELECT results_eq($$SELECT title, status FROM lake.calendar('2024-01-01', '2024-01-02')$$, $$VALUES ('fireworks', 'cancelled')$$, 'a single event over midnight');
SELECT is_empty($$SELECT * FROM lake.calendar('2024-03-26 15:00+00', '2024-03-26 17:00+00')$$, 'nothing is where it was moved from');
SELECT is((SELECT count(*) FROM lake.calendar('-infinity', 'infinity')), 85::bigint, 'all the time that the lake keeps');
SET LOCAL ROLE user_900002;
SELECT is_empty($$SELECT * FROM lake.calendar('-infinity', 'infinity')$$, 'only of their owner');
SELECT * FROM finish();
ROLLBACK;
