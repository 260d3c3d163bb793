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
  c_part constant text := '^(FREQ=(DAILY|WEEKLY|MONTHLY|YEARLY)|INTERVAL=0*[1-9]\d{0,3}|COUNT=\d{1,9}|UNTIL=\d{8}(T\d{6}Z?)?|WKST=(MO|TU|WE|TH|FR|SA|SU)'
    '|BYDAY=([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)(,([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU))*|BY(MONTHDAY|MONTH|YEARDAY|SETPOS)=[+-]?\d{1,3}(,[+-]?\d{1,3})*)$';
  v_parts text[] := string_to_array(upper(regexp_replace(btrim(p_rrule), '^RRULE:', '', 'i')), ';');
  v_rule jsonb := (SELECT jsonb_object_agg(split_part(part, '=', 1), split_part(part, '=', 2)) FROM unnest(v_parts) AS part);
  v_freq constant text := v_rule ->> 'FREQ';
  v_step integer;
  v_count bigint;
  v_until text;
  v_wkst integer;
  v_day date := p_start;
  v_origin date;                -- the first day of the period that p_start is in
  v_unit interval;
  v_first integer := 0;         -- which periods are looked at, counted in steps from the origin
  v_last integer;
  v_weekdays jsonb;             -- [{"day": 1 (Monday) to 7, "nth": 2, -1, or null for every one}]
  v_month_days integer[];
  v_months integer[];
  v_year_days integer[];
  v_positions integer[];
BEGIN
  IF v_freq IS NULL OR EXISTS (SELECT FROM unnest(v_parts) AS part WHERE part !~ c_part)
     OR NOT coalesce(pg_input_is_valid(v_rule ->> 'UNTIL', 'timestamptz'), true) THEN
    -- A rule that is none, or that has a part nobody writes by hand (BYHOUR …): its start is known.
    RETURN QUERY SELECT p_start WHERE p_start >= p_from AND p_start < p_to;
    RETURN;
  END IF;
  v_step := coalesce(v_rule ->> 'INTERVAL', '1');
  v_count := v_rule ->> 'COUNT';
  v_until := v_rule ->> 'UNTIL';
  v_wkst := coalesce(array_position(c_days, v_rule ->> 'WKST'), 1);
  v_months := string_to_array(v_rule ->> 'BYMONTH', ',');
  v_month_days := string_to_array(v_rule ->> 'BYMONTHDAY', ',');
  v_year_days := string_to_array(v_rule ->> 'BYYEARDAY', ',');
  v_positions := string_to_array(v_rule ->> 'BYSETPOS', ',');
  v_weekdays := (SELECT jsonb_agg(jsonb_build_object('day', array_position(c_days, right(d, 2)), 'nth', nullif(left(d, -2), '')::integer))
                   FROM string_to_table(v_rule ->> 'BYDAY', ',') AS d);
  IF v_weekdays IS NULL AND v_month_days IS NULL AND v_year_days IS NULL THEN
    -- What the rule leaves open is as it is at the start.
    IF v_freq = 'WEEKLY' THEN
      v_weekdays := jsonb_build_array(jsonb_build_object('day', extract(isodow FROM v_day)::integer, 'nth', NULL));
    ELSIF v_freq IN ('MONTHLY', 'YEARLY') THEN
      v_month_days := ARRAY[extract(day FROM v_day)];
      v_months := CASE WHEN v_freq = 'YEARLY' THEN coalesce(v_months, ARRAY[extract(month FROM v_day)::integer]) ELSE v_months END;
    END IF;
  END IF;

  v_unit := v_step * CASE v_freq WHEN 'DAILY' THEN interval '1 day' WHEN 'WEEKLY' THEN interval '7 days'
                                 WHEN 'MONTHLY' THEN interval '1 month' ELSE interval '1 year' END;
  v_origin := CASE v_freq WHEN 'DAILY' THEN v_day
                          WHEN 'WEEKLY' THEN v_day - (extract(isodow FROM v_day)::integer - v_wkst + 7) % 7
                          ELSE date_trunc(CASE v_freq WHEN 'MONTHLY' THEN 'month' ELSE 'year' END, p_start) END;
  -- Months and years are not of one length: estimated with the longest for the first, with the shortest for the last.
  v_last := (p_to::date - v_origin) / (v_step * CASE v_freq WHEN 'DAILY' THEN 1 WHEN 'WEEKLY' THEN 7 WHEN 'MONTHLY' THEN 28 ELSE 365 END) + 1;
  IF v_count IS NULL THEN
    v_first := greatest(0, (p_from::date - v_origin) / (v_step * CASE v_freq WHEN 'DAILY' THEN 1 WHEN 'WEEKLY' THEN 7 WHEN 'MONTHLY' THEN 31 ELSE 366 END) - 1);
  END IF;

  RETURN QUERY
  WITH period AS (
    SELECT (v_origin + k * v_unit)::date AS begins,
           ((v_origin + k * v_unit)
            + CASE v_freq WHEN 'DAILY' THEN interval '1 day' WHEN 'WEEKLY' THEN interval '7 days'
                          WHEN 'MONTHLY' THEN interval '1 month' ELSE interval '1 year' END)::date AS ends
      FROM generate_series(v_first, v_last) AS k
     WHERE v_origin + k * v_unit <= p_to
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
  ), fitting AS (
    SELECT w.begins, w.day
      FROM day AS w
     WHERE v_weekdays IS NULL OR EXISTS (
             SELECT FROM jsonb_to_recordset(v_weekdays) AS b(day integer, nth integer)
              WHERE b.day = extract(isodow FROM w.day)
                AND (b.nth IS NULL OR v_freq NOT IN ('MONTHLY', 'YEARLY')
                     OR b.nth > 0 AND b.nth = (w.day - w.low) / 7 + 1 OR b.nth < 0 AND -b.nth = (w.high - 1 - w.day) / 7 + 1))
  ), placed AS (
    SELECT f.day, row_number() OVER (PARTITION BY f.begins ORDER BY f.day) AS nth, count(*) OVER (PARTITION BY f.begins) AS many
      FROM fitting AS f
  ), counted AS (
    SELECT c.day + p_start::time AS at, row_number() OVER (ORDER BY c.day) AS nth
      FROM placed AS c
     WHERE (v_positions IS NULL OR c.nth = ANY (v_positions) OR c.nth - 1 - c.many = ANY (v_positions))
       AND c.day + p_start::time >= p_start
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
  'wall time of p_zone. FREQ from DAILY to YEARLY, INTERVAL, COUNT, UNTIL, BYDAY, BYMONTHDAY, BYMONTH, BYYEARDAY, '
  'BYSETPOS, WKST; of any other rule only the start. A series without COUNT costs what the range costs, however old it is.';
GRANT EXECUTE ON FUNCTION lake.occurrences(timestamp, text, text, timestamp, timestamp) TO lake_user;

CREATE OR REPLACE FUNCTION lake.calendar(p_from timestamptz, p_to timestamptz)
RETURNS TABLE (at timestamptz, end_at timestamptz, start_date date, end_date date, calendar text, type text, title text,
               location text, status text, event_id bigint)
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
  WITH span AS (
    SELECT greatest(p_from, '1900-01-01 00:00:00+00') AS low, least(p_to, '2100-01-01 00:00:00+00') AS high
  ), event AS MATERIALIZED (
    SELECT e.*, coalesce(e.time_zone, 'UTC') AS zone,
           -- Nothing lasts longer than all the years there are: times before them would not be times any more.
           CASE WHEN e.start_date IS NOT NULL THEN least(coalesce(e.end_date, e.start_date + 1) - e.start_date, 73050) * interval '1 day'
                ELSE greatest(e.end_at - e.at, interval '0') END AS lasts
      FROM user_data.calendar_event AS e, span
     WHERE e.user_id = (SELECT lake.current_user_id()) AND e.gone_at IS NULL AND e.at < span.high
       AND (e.rrule IS NOT NULL OR e.rdates IS NOT NULL OR greatest(e.at, e.end_at, e.at + (e.end_date - e.start_date) * interval '1 day') >= span.low)
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
