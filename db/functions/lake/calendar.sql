-- What stands in the calendars between two times: single events, and the occurrences of recurring ones, which are
-- kept as rules (RFC 5545) in user_data.calendar_event.

CREATE OR REPLACE FUNCTION lake.occurrences(p_start timestamp, p_rrule text, p_zone text, p_from timestamp, p_to timestamp)
RETURNS SETOF timestamp
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
-- The rule's own texts are read as dates.
SET datestyle = 'ISO, YMD'
AS $$
DECLARE
  c_days constant text[] := '{MO,TU,WE,TH,FR,SA,SU}';
  c_part constant text := '^(FREQ=(SECONDLY|MINUTELY|HOURLY|DAILY|WEEKLY|MONTHLY|YEARLY)|INTERVAL=0*[1-9]\d{0,7}|COUNT=\d{1,9}|UNTIL=\d{8}(T\d{6}Z?)?'
    '|WKST=(MO|TU|WE|TH|FR|SA|SU)|BYDAY=([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)(,([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU))*'
    '|BY(MONTHDAY|MONTH|YEARDAY|WEEKNO|SETPOS)=[+-]?\d{1,3}(,[+-]?\d{1,3})*|BY(HOUR|MINUTE|SECOND)=\d{1,2}(,\d{1,2})*)$';
  -- So many moments of a rule are looked at: it may never end, and name every second.
  c_most constant integer := 500000;
  v_parts text[] := string_to_array(upper(regexp_replace(btrim(p_rrule), '^RRULE:', '', 'i')), ';');
  v_rule jsonb := (SELECT jsonb_object_agg(split_part(part, '=', 1), split_part(part, '=', 2)) FROM unnest(v_parts) AS part);
  v_freq text := v_rule ->> 'FREQ';
  v_step bigint;
  v_count bigint;
  v_until text;
  v_wkst integer;
  v_day date;
  v_low date;                   -- the days that are looked at
  v_high date;
  v_origin date;                -- the first day of the period that p_start is in
  v_clock bigint;               -- seconds of a period that is shorter than a day
  v_unit interval;
  v_stride integer;
  v_first integer := 0;         -- which periods are looked at, counted in strides from the origin
  v_last integer;
  v_weekdays jsonb;             -- [{"day": 1 (Monday) to 7, "nth": 2, -1, or null for every one}]
  v_month_days integer[];
  v_months integer[];
  v_year_days integer[];
  v_weeks integer[];
  v_positions integer[];
  v_times time[];               -- of each day, in order
BEGIN
  IF v_freq IS NULL OR EXISTS (SELECT FROM unnest(v_parts) AS part WHERE part !~ c_part)
     OR NOT coalesce(pg_input_is_valid(v_rule ->> 'UNTIL', 'timestamptz'), true) THEN
    -- A rule that is none: its start is known.
    RETURN QUERY SELECT p_start WHERE p_start >= p_from AND p_start < p_to;
    RETURN;
  END IF;
  v_step := coalesce(v_rule ->> 'INTERVAL', '1');
  v_count := v_rule ->> 'COUNT';
  v_until := v_rule ->> 'UNTIL';
  v_day := p_start;
  v_low := greatest(p_from, p_start);
  v_high := least(p_to, '2101-01-01', v_until::timestamp + interval '2 days');
  IF NOT isfinite(p_start) OR v_high < v_low THEN
    RETURN;
  END IF;
  v_wkst := coalesce(array_position(c_days, v_rule ->> 'WKST'), 1);
  v_months := string_to_array(v_rule ->> 'BYMONTH', ',');
  v_month_days := string_to_array(v_rule ->> 'BYMONTHDAY', ',');
  v_year_days := string_to_array(v_rule ->> 'BYYEARDAY', ',');
  v_weeks := string_to_array(v_rule ->> 'BYWEEKNO', ',');
  v_positions := string_to_array(v_rule ->> 'BYSETPOS', ',');
  v_weekdays := (SELECT jsonb_agg(jsonb_build_object('day', array_position(c_days, right(d, 2)), 'nth', nullif(left(d, -2), '')::integer))
                   FROM string_to_table(v_rule ->> 'BYDAY', ',') AS d);

  -- Every 120 minutes is every 2 hours, which takes less looking.
  IF v_freq = 'SECONDLY' AND v_step % 60 = 0 AND v_rule ->> 'BYSECOND' IS NULL AND v_positions IS NULL THEN
    v_freq := 'MINUTELY';
    v_step := v_step / 60;
  END IF;
  IF v_freq = 'MINUTELY' AND v_step % 60 = 0 AND v_rule ->> 'BYMINUTE' IS NULL AND v_positions IS NULL THEN
    v_freq := 'HOURLY';
    v_step := v_step / 60;
  END IF;
  IF v_freq = 'HOURLY' AND v_step % 24 = 0 AND v_rule ->> 'BYHOUR' IS NULL AND v_positions IS NULL THEN
    v_freq := 'DAILY';
    v_step := v_step / 24;
  END IF;
  v_clock := CASE v_freq WHEN 'HOURLY' THEN 3600 WHEN 'MINUTELY' THEN 60 WHEN 'SECONDLY' THEN 1 END;

  -- What the rule leaves open is as it is at the start.
  IF v_weekdays IS NULL AND v_month_days IS NULL AND v_year_days IS NULL THEN
    IF v_freq = 'WEEKLY' OR v_freq = 'YEARLY' AND v_weeks IS NOT NULL THEN
      v_weekdays := jsonb_build_array(jsonb_build_object('day', extract(isodow FROM v_day)::integer, 'nth', NULL));
    ELSIF v_freq IN ('MONTHLY', 'YEARLY') THEN
      v_month_days := ARRAY[extract(day FROM v_day)];
      v_months := CASE WHEN v_freq = 'YEARLY' THEN coalesce(v_months, ARRAY[extract(month FROM v_day)::integer]) ELSE v_months END;
    END IF;
  END IF;
  v_times := ARRAY(
    SELECT make_time(h.hour, m.minute, s.second) AS clock
      FROM (SELECT DISTINCT x::integer AS hour FROM string_to_table(v_rule ->> 'BYHOUR', ',') AS x
            UNION SELECT extract(hour FROM p_start)::integer WHERE v_rule ->> 'BYHOUR' IS NULL AND v_clock IS NULL
            UNION SELECT generate_series(0, 23) WHERE v_rule ->> 'BYHOUR' IS NULL AND v_clock IS NOT NULL) AS h,
           (SELECT DISTINCT x::integer AS minute FROM string_to_table(v_rule ->> 'BYMINUTE', ',') AS x
            UNION SELECT extract(minute FROM p_start)::integer WHERE v_rule ->> 'BYMINUTE' IS NULL AND coalesce(v_clock, 3600) = 3600
            UNION SELECT generate_series(0, 59) WHERE v_rule ->> 'BYMINUTE' IS NULL AND v_clock < 3600) AS m,
           (SELECT DISTINCT x::double precision AS second FROM string_to_table(v_rule ->> 'BYSECOND', ',') AS x
            UNION SELECT extract(second FROM p_start) WHERE v_rule ->> 'BYSECOND' IS NULL AND coalesce(v_clock, 3600) > 1
            UNION SELECT generate_series(0, 59) WHERE v_rule ->> 'BYSECOND' IS NULL AND v_clock = 1) AS s
     -- A sixtieth second is no time that can be kept.
     WHERE h.hour < 24 AND m.minute < 60 AND s.second < 60
     ORDER BY 1);
  IF v_times = '{}' THEN
    RETURN QUERY SELECT p_start WHERE p_start >= p_from AND p_start < p_to;
    RETURN;
  END IF;

  v_unit := CASE v_freq WHEN 'WEEKLY' THEN interval '7 days' WHEN 'MONTHLY' THEN interval '1 month' WHEN 'YEARLY' THEN interval '1 year'
                        ELSE interval '1 day' END;
  v_origin := CASE v_freq WHEN 'WEEKLY' THEN v_day - (extract(isodow FROM v_day)::integer - v_wkst + 7) % 7
                          WHEN 'MONTHLY' THEN date_trunc('month', p_start) WHEN 'YEARLY' THEN date_trunc('year', p_start)
                          ELSE v_day END;
  -- Periods of the clock are looked at by the day. A step that leaves the lake's two hundred years may as well be shorter.
  v_stride := CASE WHEN v_clock IS NULL THEN least(v_step, 100000) ELSE 1 END;
  -- Months and years are not of one length: estimated with the longest for the first, with the shortest for the last.
  v_last := (v_high - v_origin) / (v_stride * CASE v_freq WHEN 'WEEKLY' THEN 7 WHEN 'MONTHLY' THEN 28 WHEN 'YEARLY' THEN 365 ELSE 1 END) + 1;
  IF v_count IS NULL THEN
    v_first := greatest(0, (v_low - v_origin) / (v_stride * CASE v_freq WHEN 'WEEKLY' THEN 7 WHEN 'MONTHLY' THEN 31 WHEN 'YEARLY' THEN 366 ELSE 1 END) - 1);
  END IF;

  RETURN QUERY
  WITH period AS (
    SELECT (v_origin + k * v_stride * v_unit)::date AS begins, (v_origin + k * v_stride * v_unit + v_unit)::date AS ends
      FROM generate_series(v_first, v_last) AS k
     WHERE v_origin + k * v_stride * v_unit <= v_high
  ), day AS (
    SELECT p.begins, d.day,
           CASE WHEN v_freq = 'MONTHLY' OR v_months IS NOT NULL THEN date_trunc('month', d.day)::date ELSE date_trunc('year', d.day)::date END AS low,
           CASE WHEN v_freq = 'MONTHLY' OR v_months IS NOT NULL THEN (date_trunc('month', d.day) + interval '1 month')::date
                ELSE (date_trunc('year', d.day) + interval '1 year')::date END AS high
      FROM period AS p, LATERAL (SELECT p.begins + n AS day FROM generate_series(0, p.ends - p.begins - 1) AS n) AS d
     WHERE (v_months IS NULL OR extract(month FROM d.day) = ANY (v_months))
       AND (v_month_days IS NULL OR extract(day FROM d.day) = ANY (v_month_days)
            OR extract(day FROM d.day) - 1 - extract(day FROM date_trunc('month', d.day) + interval '1 month' - interval '1 day') = ANY (v_month_days))
       AND (v_year_days IS NULL OR extract(doy FROM d.day) = ANY (v_year_days)
            OR extract(doy FROM d.day) - 1 - extract(doy FROM make_date(extract(year FROM d.day)::integer, 12, 31)) = ANY (v_year_days))
       -- A week belongs to the year that its fourth day is in.
       AND (v_weeks IS NULL
            OR (SELECT w.week = ANY (v_weeks)
                       OR w.week - 1 - (w.week + (make_date(extract(year FROM w.fourth)::integer, 12, 31) - w.fourth) / 7) = ANY (v_weeks)
                  FROM (SELECT f.fourth, (extract(doy FROM f.fourth)::integer + 6) / 7 AS week
                          FROM (SELECT d.day - (extract(isodow FROM d.day)::integer - v_wkst + 7) % 7 + 3 AS fourth) AS f) AS w))
  ), fitting AS (
    SELECT w.begins, w.day
      FROM day AS w
     WHERE v_weekdays IS NULL OR EXISTS (
             SELECT FROM jsonb_to_recordset(v_weekdays) AS b(day integer, nth integer)
              WHERE b.day = extract(isodow FROM w.day)
                AND (b.nth IS NULL OR v_freq NOT IN ('MONTHLY', 'YEARLY')
                     OR b.nth > 0 AND b.nth = (w.day - w.low) / 7 + 1 OR b.nth < 0 AND -b.nth = (w.high - 1 - w.day) / 7 + 1))
     ORDER BY w.day
     LIMIT greatest(c_most / cardinality(v_times), 1)
  ), moment AS (
    SELECT f.day + t.clock AS at,
           CASE WHEN v_clock IS NULL THEN f.begins - v_origin
                ELSE floor(extract(epoch FROM f.day + t.clock - v_origin::timestamp))::bigint / v_clock
                     - floor(extract(epoch FROM p_start - v_origin::timestamp))::bigint / v_clock END AS period
      FROM fitting AS f, unnest(v_times) AS t(clock)
  ), placed AS (
    SELECT m.at, row_number() OVER (PARTITION BY m.period ORDER BY m.at) AS nth, count(*) OVER (PARTITION BY m.period) AS many
      FROM moment AS m
     WHERE v_positions IS NOT NULL AND (v_clock IS NULL OR m.period >= 0 AND m.period % v_step = 0)
  ), series AS (
    SELECT m.at FROM moment AS m WHERE v_positions IS NULL AND (v_clock IS NULL OR m.period >= 0 AND m.period % v_step = 0)
    UNION ALL
    SELECT p.at FROM placed AS p WHERE p.nth = ANY (v_positions) OR p.nth - 1 - p.many = ANY (v_positions)
  ), counted AS (
    SELECT s.at, CASE WHEN v_count IS NOT NULL THEN row_number() OVER (ORDER BY s.at) END AS nth FROM series AS s WHERE s.at >= p_start
  )
  SELECT c.at FROM counted AS c
   WHERE (v_count IS NULL OR c.nth <= v_count)
     AND (v_until IS NULL
          OR CASE WHEN v_until LIKE '%Z' THEN c.at AT TIME ZONE p_zone <= v_until::timestamptz
                  WHEN v_until LIKE '%T%' THEN c.at <= v_until::timestamp
                  ELSE c.at::date <= v_until::date END)
     AND c.at >= p_from AND c.at < p_to
   ORDER BY c.at;
END
$$;
COMMENT ON FUNCTION lake.occurrences(timestamp, text, text, timestamp, timestamp) IS
  'When a series that begins at p_start takes place from p_from until before p_to, by an RRULE of RFC 5545; all in the '
  'wall time of p_zone. Of what is no rule, only the start. A series without COUNT costs what the range costs, however old '
  'it is; of one that names more than 500,000 moments of the range (every minute of a year), only the first are looked at.';
GRANT EXECUTE ON FUNCTION lake.occurrences(timestamp, text, text, timestamp, timestamp) TO lake_user;

CREATE OR REPLACE FUNCTION lake.known_zone(p_name text) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  PERFORM timestamptz '2000-01-01 00:00:00+00' AT TIME ZONE p_name;
  RETURN coalesce(p_name, 'UTC');
EXCEPTION WHEN invalid_parameter_value THEN
  RETURN 'UTC';
END
$$;
COMMENT ON FUNCTION lake.known_zone(text) IS 'The name of a time zone if the server knows it, else UTC.';
GRANT EXECUTE ON FUNCTION lake.known_zone(text) TO lake_user;

CREATE OR REPLACE FUNCTION lake.calendar(p_from timestamptz, p_to timestamptz)
RETURNS TABLE (at timestamptz, end_at timestamptz, start_date date, end_date date, calendar text, type text, title text,
               location text, status text, event_id bigint)
LANGUAGE sql STABLE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
  WITH span AS (
    SELECT greatest(p_from, '1900-01-01 00:00:00+00') AS low, least(p_to, '2100-01-01 00:00:00+00') AS high
  ), zone AS MATERIALIZED (
    SELECT z.time_zone AS name, lake.known_zone(z.time_zone) AS known
      FROM (SELECT DISTINCT e.time_zone FROM user_data.calendar_event AS e WHERE e.user_id = (SELECT lake.current_user_id())) AS z
  ), event AS MATERIALIZED (
    SELECT e.*, coalesce((SELECT z.known FROM zone AS z WHERE z.name = e.time_zone), 'UTC') AS zone,
           -- Nothing lasts longer than all the years there are: times before them would not be times any more.
           CASE WHEN e.start_date IS NOT NULL THEN least(coalesce(e.end_date, e.start_date + 1) - e.start_date, 73050) * interval '1 day'
                ELSE greatest(e.end_at - e.at, interval '0') END AS lasts
      FROM user_data.calendar_event AS e, span
     WHERE e.user_id = (SELECT lake.current_user_id()) AND e.gone_at IS NULL AND e.at < span.high
       AND (e.rrule IS NOT NULL OR e.rdates IS NOT NULL OR greatest(e.at, e.end_at, e.at + least(e.end_date - e.start_date, 73050) * interval '1 day') >= span.low)
  ), occurrence AS (
    SELECT e.id, e.at FROM event AS e WHERE e.rrule IS NULL OR e.recurrence_at IS NOT NULL
    UNION
    SELECT e.id, o.local AT TIME ZONE e.zone
      FROM event AS e, span,
           -- A day on either side, since clocks are set.
           lake.occurrences(coalesce(e.start_date::timestamp, e.at AT TIME ZONE e.zone), e.rrule, e.zone,
                            span.low AT TIME ZONE e.zone - coalesce(e.lasts, interval '0') - interval '1 day',
                            span.high AT TIME ZONE e.zone + interval '1 day') AS o(local)
     WHERE e.rrule IS NOT NULL AND e.recurrence_at IS NULL
    UNION
    SELECT e.id, r.at FROM event AS e, unnest(e.rdates) AS r(at) WHERE e.recurrence_at IS NULL
  )
  SELECT o.at, w.end_at,
         CASE WHEN e.start_date IS NOT NULL THEN (o.at AT TIME ZONE e.zone)::date END,
         CASE WHEN e.start_date IS NOT NULL THEN (o.at AT TIME ZONE e.zone)::date + (coalesce(e.end_date, e.start_date + 1) - e.start_date) END,
         e.calendar, e.type, e.title, e.location, e.status, e.id
    FROM occurrence AS o
    JOIN event AS e ON e.id = o.id
   CROSS JOIN span
   CROSS JOIN LATERAL (SELECT CASE WHEN e.start_date IS NOT NULL THEN (o.at AT TIME ZONE e.zone + e.lasts) AT TIME ZONE e.zone
                                   ELSE o.at + e.lasts END AS end_at) AS w
   WHERE o.at < span.high AND (o.at >= span.low OR w.end_at > span.low)
     AND NOT (o.at = ANY (coalesce(e.exdates, '{}')))
     -- An occurrence that was changed is a row of its own.
     AND NOT (e.recurrence_at IS NULL AND (e.rrule IS NOT NULL OR e.rdates IS NOT NULL)
              AND EXISTS (SELECT FROM user_data.calendar_event AS c
                           WHERE c.user_id = (SELECT lake.current_user_id()) AND c.gone_at IS NULL AND c.calendar = e.calendar AND c.type = e.type
                             AND c.uid = e.uid AND c.uid <> '' AND c.recurrence_at = o.at))
   ORDER BY o.at, e.calendar, e.title
$$;
COMMENT ON FUNCTION lake.calendar(timestamptz, timestamptz) IS
  'What takes place from p_from until before p_to: events, to-dos and journal entries, with every occurrence of recurring '
  'ones in the wall time of their zone, without those that were called off or moved; moved ones stand where they are now. '
  'end_date is the day after the last one. Example: SELECT * FROM lake.calendar(now(), now() + interval ''1 week'').';
GRANT EXECUTE ON FUNCTION lake.calendar(timestamptz, timestamptz) TO lake_user;
