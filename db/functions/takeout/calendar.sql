-- Calendar/*.ics: every calendar of the account, a file each, with events, to-dos and journal entries.
-- Traps: whole days have no zone, and floating times mean the calendar's; one occurrence of a series that was moved is an
-- event of its own with the UID of the series and a RECURRENCE-ID; recurrences are kept as rules, lake.calendar expands them.
CALL imports.register_document('calendar', 'Calendar', 'ical', ARRAY['(^|/)Calendar/.+\.ics$'], '^[\s\uFEFF]*BEGIN:VCALENDAR\s');
CALL imports.register_kind('calendar_event', 'calendar', 0, '{"component": "VEVENT"}',
  '[{"table": "user_data.calendar_event", "parser": "takeout.calendar_component", "state": true}]');
CALL imports.register_kind('calendar_todo', 'calendar', 1, '{"component": "VTODO"}',
  '[{"table": "user_data.calendar_event", "parser": "takeout.calendar_component", "state": true}]');
CALL imports.register_kind('calendar_journal', 'calendar', 2, '{"component": "VJOURNAL"}',
  '[{"table": "user_data.calendar_event", "parser": "takeout.calendar_component", "state": true}]');

CREATE OR REPLACE FUNCTION takeout.calendar_component(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, ident uuid, at timestamptz, end_at timestamptz, start_date date, end_date date, time_zone text,
               type text, calendar text, uid text, recurrence_at timestamptz, rrule text, rdates timestamptz[], exdates timestamptz[],
               title text, description text, location text, organizer text, attendees text[], status text, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT c.ordinal,
         CASE WHEN c.at_text IS NOT NULL THEN takeout.time_fault(c.at_text, takeout.time(c.at_text))
              WHEN c.title IS NULL AND c.description IS NULL AND c.uid IS NULL THEN 'neither a time nor a title' END,
         takeout.ident('calendar', c.calendar, c.type, coalesce(c.uid, 'none ' || md5((c.record -> 'jcal')::text)), c.record #>> '{recurrence,at}'),
         takeout.time(c.at_text),
         CASE WHEN takeout.time_fault(c.end_text, takeout.time(c.end_text)) IS NULL THEN takeout.time(c.end_text) END,
         c.start_date,
         CASE WHEN c.end_date >= c.start_date THEN c.end_date ELSE c.start_date + 1 END,
         CASE WHEN pg_input_is_valid('2000-01-01 00:00:00 ' || c.zone, 'timestamptz') THEN c.zone END,
         c.type, c.calendar, coalesce(c.uid, ''),
         CASE WHEN takeout.time_fault('', takeout.time(c.record #>> '{recurrence,at}')) IS NULL THEN takeout.time(c.record #>> '{recurrence,at}') END,
         c.record ->> 'rrule', takeout.calendar_times(c.record -> 'rdates'), takeout.calendar_times(c.record -> 'exdates'),
         c.title, c.description, nullif(c.property ->> 'location', ''),
         nullif(regexp_replace(c.property ->> 'organizer', '^mailto:', '', 'i'), ''),
         (SELECT array_agg(regexp_replace(p.property ->> 3, '^mailto:', '', 'i') ORDER BY p.place)
            FROM jsonb_array_elements(c.properties) WITH ORDINALITY AS p(property, place) WHERE p.property ->> 0 = 'attendee'),
         lower(nullif(c.property ->> 'status', '')),
         nullif(jsonb_strip_nulls(jsonb_build_object(
           'properties', (SELECT jsonb_agg(p.property ORDER BY p.place) FROM jsonb_array_elements(c.properties) WITH ORDINALITY AS p(property, place)
                           WHERE p.property ->> 0 NOT IN ('uid', 'summary', 'description', 'location', 'dtstart', 'dtend', 'duration', 'rrule',
                                                          'recurrence-id', 'rdate', 'exdate', 'status', 'dtstamp')),
           'parts', nullif(c.record #> '{jcal,2}', '[]'), 'faults', nullif(c.record -> 'faults', '[]'))), '{}')
    FROM (SELECT r.ordinal, r.record, r.record #> '{jcal,1}' AS properties, p.property,
                 coalesce(r.record #>> '{start,at}', r.record #>> '{due,at}') AS at_text,
                 coalesce(r.record #>> '{end,at}', r.record #>> '{due,at}') AS end_text,
                 takeout.calendar_date(r.record #>> '{start,date}') AS start_date,
                 takeout.calendar_date(r.record #>> '{end,date}') AS end_date,
                 coalesce(r.record #>> '{start,zone}', r.record ->> 'zone') AS zone,
                 CASE r.record ->> 'component' WHEN 'VTODO' THEN 'todo' WHEN 'VJOURNAL' THEN 'journal' ELSE 'event' END AS type,
                 coalesce(nullif(r.record ->> 'calendar', ''), substring(p_file ->> 'path' FROM '([^/]*?)(?:\.ics)?$'), '') AS calendar,
                 nullif(p.property ->> 'uid', '') AS uid, nullif(p.property ->> 'summary', '') AS title,
                 nullif(p.property ->> 'description', '') AS description
            FROM jsonb_array_elements(p_records) WITH ORDINALITY AS r(record, ordinal),
                 LATERAL (SELECT coalesce(jsonb_object_agg(e.property ->> 0, e.property -> 3), '{}') AS property
                            FROM jsonb_array_elements(r.record #> '{jcal,1}') AS e(property) WHERE e.property ->> 0 IS NOT NULL) AS p
           WHERE jsonb_typeof(r.record) = 'object'
          OFFSET 0) AS c
$$;
COMMENT ON FUNCTION takeout.calendar_component(jsonb, jsonb) IS
  'Events, to-dos and journal entries from the records of decoder ical; other properties and alarms stay in attrs, as jCal.';
GRANT EXECUTE ON FUNCTION takeout.calendar_component(jsonb, jsonb) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.calendar_date(p_text text) RETURNS date
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
  SELECT CASE WHEN p_text ~ '^\d{4}-\d\d-\d\d$' AND pg_input_is_valid(p_text, 'date') THEN p_text::date END
$$;
COMMENT ON FUNCTION takeout.calendar_date(text) IS 'A day written as 2024-03-09; NULL for anything else.';
GRANT EXECUTE ON FUNCTION takeout.calendar_date(text) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.calendar_times(p_times jsonb) RETURNS timestamptz[]
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT array_agg(DISTINCT takeout.time(t ->> 'at'))
    FROM jsonb_array_elements(p_times) AS t WHERE takeout.time_fault('', takeout.time(t ->> 'at')) IS NULL
$$;
COMMENT ON FUNCTION takeout.calendar_times(jsonb) IS 'The instants of a list of times of decoder ical, sorted, each once.';
GRANT EXECUTE ON FUNCTION takeout.calendar_times(jsonb) TO lake_user;
