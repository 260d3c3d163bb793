-- Events, to-dos and journal entries as decoder ical gives them.
BEGIN;
SELECT plan(13);
SET search_path = lake, ext;

CREATE TEMP TABLE records AS SELECT jsonb_build_array(
  '{"calendar": "me", "zone": "America/Los_Angeles", "component": "VEVENT", "start": {"at": "2024-03-09T08:00:00+00:00", "date": "2024-03-09", "zone": "America/Los_Angeles"},
    "end": {"at": "2024-03-11T07:00:00+00:00", "date": "2024-03-11", "zone": "America/Los_Angeles"}, "due": null, "recurrence": null, "rrule": null, "rdates": [], "exdates": [],
    "jcal": ["vevent", [["uid", {}, "text", "ev1"], ["summary", {}, "text", "Coast weekend"], ["transp", {}, "text", "TRANSPARENT"], ["status", {}, "text", "CONFIRMED"],
                        ["location", {}, "text", ""]], []], "faults": []}'::jsonb,
  '{"calendar": "me", "zone": "America/Los_Angeles", "component": "VEVENT", "start": {"at": "2024-03-12T16:00:00+00:00", "date": null, "zone": "America/Los_Angeles"},
    "end": {"at": "2024-03-12T16:30:00+00:00", "date": null, "zone": "America/Los_Angeles"}, "due": null, "recurrence": null, "rrule": "FREQ=WEEKLY;BYDAY=TU",
    "rdates": [{"at": "2024-03-13T16:00:00+00:00", "date": null, "zone": null}], "exdates": [{"at": "2024-03-19T16:00:00+00:00", "date": null, "zone": null}, {"at": null}],
    "jcal": ["vevent", [["uid", {}, "text", "ev2"], ["summary", {}, "text", "Tide call"], ["description", {}, "text", "kelp"], ["location", {}, "text", "Pier 4"],
                        ["organizer", {"cn": "Robin"}, "cal-address", "mailto:robin@example.com"], ["attendee", {"partstat": "ACCEPTED"}, "cal-address", "MAILTO:tam@example.org"],
                        ["attendee", {}, "cal-address", "mailto:priya@example.org"]], [["valarm", [], []]]], "faults": ["X: odd"]}'::jsonb,
  '{"calendar": "me", "zone": null, "component": "VEVENT", "start": {"at": "2024-03-26T18:00:00+00:00", "date": null, "zone": "No/Where"}, "end": null, "due": null,
    "recurrence": {"at": "2024-03-26T16:00:00+00:00", "date": null, "zone": null}, "rrule": null, "rdates": [], "exdates": [],
    "jcal": ["vevent", [["uid", {}, "text", "ev2"], ["summary", {}, "text", "moved"]], []], "faults": []}'::jsonb,
  '{"calendar": null, "zone": null, "component": "VTODO", "start": null, "end": null, "due": {"at": "2024-05-01T00:00:00+00:00", "date": null, "zone": "UTC"}, "recurrence": null,
    "rrule": null, "rdates": [], "exdates": [], "jcal": ["vtodo", [["uid", {}, "text", "td1"], ["summary", {}, "text", "wax board"]], []], "faults": []}'::jsonb,
  '{"calendar": "me", "zone": null, "component": "VEVENT", "start": {"at": "0001-01-01T00:00:00+00:00", "date": null, "zone": "UTC"}, "jcal": ["vevent", [], []]}'::jsonb,
  '{"component": "VJOURNAL", "jcal": ["vjournal", [], []]}'::jsonb,
  '{"calendar": "me", "zone": null, "component": "VEVENT", "start": {"at": "2024-06-01T00:00:00+00:00", "date": "2024-06-01", "zone": null}, "end": null,
    "jcal": ["vevent", [["summary", {}, "text", "one day"]], []]}'::jsonb) AS list;

SELECT results_eq($$SELECT ordinal, at, end_at, start_date, end_date, time_zone, type, calendar, uid, recurrence_at, rrule, title, location, status
                      FROM records, takeout.calendar_component(list, '{"path": "Takeout/Calendar/Family.ics"}') WHERE reject IS NULL ORDER BY 1$$,
  $$VALUES (1::bigint, '2024-03-09 08:00+00'::timestamptz, '2024-03-11 07:00+00'::timestamptz, '2024-03-09'::date, '2024-03-11'::date, 'America/Los_Angeles', 'event', 'me', 'ev1',
            NULL::timestamptz, NULL, 'Coast weekend', NULL, 'confirmed'),
           (2, '2024-03-12 16:00+00', '2024-03-12 16:30+00', NULL, NULL, 'America/Los_Angeles', 'event', 'me', 'ev2', NULL, 'FREQ=WEEKLY;BYDAY=TU', 'Tide call', 'Pier 4', NULL),
           (3, '2024-03-26 18:00+00', NULL, NULL, NULL, NULL, 'event', 'me', 'ev2', '2024-03-26 16:00+00', NULL, 'moved', NULL, NULL),
           (4, '2024-05-01 00:00+00', '2024-05-01 00:00+00', NULL, NULL, NULL, 'todo', 'Family', 'td1', NULL, NULL, 'wax board', NULL, NULL),
           (7, '2024-06-01 00:00+00', NULL, '2024-06-01', '2024-06-02', NULL, 'event', 'me', '', NULL, NULL, 'one day', NULL, NULL)$$, 'events and a to-do');
SELECT results_eq($$SELECT ordinal, reject FROM records, takeout.calendar_component(list, '{}') WHERE reject IS NOT NULL ORDER BY 1$$,
  $$VALUES (5::bigint, 'the time is outside of 1900 to 2099'), (6, 'neither a time nor a title')$$, 'rejects');
SELECT results_eq($$SELECT rdates, exdates, description, organizer, attendees FROM records, takeout.calendar_component(list, '{}') WHERE ordinal = 2$$,
  $$VALUES ('{2024-03-13 16:00+00}'::timestamptz[], '{2024-03-19 16:00+00}'::timestamptz[], 'kelp', 'robin@example.com', '{tam@example.org,priya@example.org}'::text[])$$,
  'dates of the series, and people');
SELECT is((SELECT attrs - 'properties' FROM records, takeout.calendar_component(list, '{}') WHERE ordinal = 2),
  '{"parts": [["valarm", [], []]], "faults": ["X: odd"]}'::jsonb, 'alarms and faults are kept');
SELECT is((SELECT attrs FROM records, takeout.calendar_component(list, '{}') WHERE ordinal = 1),
  '{"properties": [["transp", {}, "text", "TRANSPARENT"]]}'::jsonb, 'other properties are kept');
SELECT is((SELECT count(DISTINCT ident) FROM records, takeout.calendar_component(list, '{}')), 7::bigint, 'an occurrence is not its series');
SELECT is(takeout.calendar_date('2024-02-30'), NULL, 'no day');
SELECT is(takeout.calendar_times('[{"at": "2024-03-13T16:00:00+00:00"}, {"at": "2024-03-13T16:00:00+00:00"}, {"at": "0001-01-01T00:00:00+00:00"}]'),
  '{2024-03-13 16:00+00}'::timestamptz[], 'times once, and only those that the lake keeps');
SELECT is(imports.recognize('Takeout/Calendar/Family.ics', NULL), 'calendar', 'recognised by name');
SELECT is(imports.recognize('Takeout/Kalender/Familie.ics', E'BEGIN:VCALENDAR\r\nVERSION:2.0\r\n'), 'calendar', 'recognised by content');
SELECT is((SELECT array_agg(kind ORDER BY section) FROM imports.kind WHERE document = 'calendar'), '{calendar_event,calendar_todo,calendar_journal}'::text[], 'three kinds');
SELECT lives_ok($$SELECT count(*) FROM takeout.calendar_component('[null, 1, [], {}, {"jcal": 1, "start": 7}, {"jcal": ["vevent", [null, 1, [], ["uid"], [null]], 3]}]', '{}')$$, 'takes hostile records');
SELECT is((SELECT count(*) FROM takeout.calendar_component('[{}, {"jcal": []}]', '{}') WHERE reject IS NULL), 0::bigint, 'and makes no event of them');
SELECT * FROM finish();
ROLLBACK;
