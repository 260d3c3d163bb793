-- Times in activity pages, in the languages and zones that are known.
BEGIN;
SELECT plan(30);
SET LOCAL TimeZone = 'Asia/Tokyo';
SET LOCAL DateStyle = 'SQL, MDY';

SELECT is(takeout.activity_time(line), '2024-03-05 18:07:09+00'::timestamptz, line)
  FROM unnest(ARRAY[
    'Mar 5, 2024, 10:07:09 AM PST', '5 Mar 2024, 18:07:09 GMT', '05.03.2024, 19:07:09 MEZ', '5. März 2024 um 19:07:09 MEZ',
    '5 de mar. de 2024, 15:07:09 BRT', '2024/03/06 3:07:09 JST', '2024年3月5日 下午6:07:09', '2024. márc. 5. 19:07:09 CET',
    '5 mars 2024, 19:07:09 CET', '5 mrt. 2024 19:07:09 CET', '5. mar. 2024 19.07.09 CET', '5.3.2024 klo 20.07.09 EET',
    '5 мар. 2024 г., 21:07:09 MSK', '2024. 3. 6. 오전 3:07:09 KST', 'Mar 5, 2024, 6:07:09 PM', '5 Mar 2024, 18:07:09',
    '05/03/2024, 18:07:09', 'Mar 5, 2024, 7:07:09 PM GMT+01:00', '5 Mar 2024, 15:07:09 GMT-3',
    '6 Mar 2024, 5:07:09 am AEDT', '5 Mar 2024, 1:07:09 p.m. EST', 'Saved on Mar 5, 2024, 10:07:09 AM PST from a phone']) AS line;
SELECT is(takeout.activity_time('20 Jan 2024, 10:00:00 PDT'), '2024-01-20 17:00:00+00'::timestamptz,
          'an abbreviation is a fixed offset, even in winter');
SELECT is(takeout.activity_time('Mar 5, 2024, 12:07:09 AM UTC'), '2024-03-05 00:07:09+00'::timestamptz, '12 AM is midnight');
SELECT is(takeout.activity_time('Mar 5, 2024, 12:07:09 PM UTC'), '2024-03-05 12:07:09+00'::timestamptz, '12 PM is noon');
SELECT is(takeout.activity_time(line), NULL, 'no time: ' || line)
  FROM unnest(ARRAY['5 Mar 2024, 18:07:09 XYZ', 'Watched 10:10:10', 'Feb 30, 2024, 10:07:09 AM UTC',
                    'mar. 5 2024 99999999999:10:10', '99 Mar 2024, 99:07:09']) AS line;
SELECT * FROM finish();
ROLLBACK;
