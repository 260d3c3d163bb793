-- Fitbit: Global Export Data/<what>-YYYY-MM-DD.json, lists of {"dateTime": "03/05/24 08:00:02", "value": …}; weight has
-- date and time apart, sleep a shape of its own. Other folders hold CSV files with a column for the time.
-- Traps: times of the JSON files are the wall clock of the profile, those of the CSV files of the same measurements are
-- UTC (imports.settle_health keeps one of the two); numbers are texts; weights are in the unit of the profile; columns
-- for times have many names (timestamp, sleep_start); some tables measure nothing (settings, the profile): they are items.
CALL imports.register_document('fitbit_heart_rate', 'Fitbit', 'json', ARRAY['(^|/)heart_rate-\d{4}-\d\d-\d\d\.json$'],
  '^[\s\uFEFF]*\[\s*\{\s*"dateTime"\s*:\s*"[^"]*"\s*,\s*"value"\s*:\s*\{\s*"bpm"');
CALL imports.register_kind('heart_rate', 'fitbit_heart_rate', 0, '{"list": []}',
  '[{"table": "timeseries.metric", "parser": "takeout.fitbit_value", "many": true}]');
CALL imports.register_document('fitbit_steps', 'Fitbit', 'json', ARRAY['(^|/)steps-\d{4}-\d\d-\d\d\.json$']);
CALL imports.register_kind('steps', 'fitbit_steps', 0, '{"list": []}',
  '[{"table": "timeseries.metric", "parser": "takeout.fitbit_value", "many": true}]');
CALL imports.register_document('fitbit_value', 'Fitbit', 'json',
  ARRAY['(^|/)Global Export Data/[a-z_0-9]+-\d{4}-\d\d-\d\d\.json$'], '^[\s\uFEFF]*\[\s*\{\s*"dateTime"\s*:\s*"[^"]*"\s*,\s*"value"\s*:');
CALL imports.register_kind('fitbit_value', 'fitbit_value', 0, '{"list": []}',
  '[{"table": "timeseries.metric", "parser": "takeout.fitbit_value", "many": true}]');
CALL imports.register_document('fitbit_weight', 'Fitbit', 'json', ARRAY['(^|/)weight-\d{4}-\d\d-\d\d\.json$'],
  '^[\s\uFEFF]*\[\s*\{\s*"logId"\s*:\s*\d+\s*,\s*"weight"\s*:');
CALL imports.register_kind('weight', 'fitbit_weight', 0, '{"list": []}',
  '[{"table": "timeseries.metric", "parser": "takeout.fitbit_weight", "many": true}]');
CALL imports.register_document('fitbit_sleep', 'Fitbit', 'json', ARRAY['(^|/)sleep-\d{4}-\d\d-\d\d\.json$'],
  '^[\s\uFEFF]*\[\s*\{\s*"logId"\s*:\s*\d+\s*,\s*"dateOfSleep"\s*:');
CALL imports.register_kind('sleep', 'fitbit_sleep', 0, '{"list": []}',
  '[{"table": "user_data.sleep", "parser": "takeout.fitbit_sleep"}]');
CALL imports.register_document('fitbit_sleep_score', 'Fitbit', 'csv', ARRAY['(^|/)sleep_score\.csv$'],
  '^[\s\uFEFF]*sleep_log_entry_id,timestamp,overall_score');
CALL imports.register_kind('sleep_score', 'fitbit_sleep_score', 0, '{"as": "object"}',
  '[{"table": "timeseries.metric", "parser": "takeout.fitbit_row", "many": true}]');
CALL imports.register_document('fitbit_spo2', 'Fitbit', 'csv', ARRAY['(^|/)(Daily|Minute) SpO2 - [^/]*\.csv$']);
CALL imports.register_kind('spo2', 'fitbit_spo2', 0, '{"as": "object"}',
  '[{"table": "timeseries.metric", "parser": "takeout.fitbit_row", "many": true}]');
CALL imports.register_document('fitbit_active_zone_minutes', 'Fitbit', 'csv', ARRAY['(^|/)Active Zone Minutes - [^/]*\.csv$'],
  '^[\s\uFEFF]*date_time,heart_zone_id,total_minutes');
CALL imports.register_kind('active_zone_minutes', 'fitbit_active_zone_minutes', 0, '{"as": "object"}',
  '[{"table": "timeseries.metric", "parser": "takeout.fitbit_row", "many": true}]');
CALL imports.register_document('fitbit_row', 'Fitbit', 'csv',
  ARRAY['(^|/)(Fitbit|Google Health)/.*\.csv$'], '^[\s\uFEFF]*(timestamp|date_time),[^\n]*,data source\s');
CALL imports.register_kind('fitbit_row', 'fitbit_row', 0, '{"as": "object"}',
  '[{"table": "timeseries.metric", "parser": "takeout.fitbit_row", "many": true, "apart": true},
    {"table": "user_data.item", "parser": "takeout.fitbit_item", "apart": true, "state": true}]');

CREATE OR REPLACE FUNCTION takeout.fitbit_time(p_text text) RETURNS timestamptz
-- PL/pgSQL: takeout.time is not inlined on an expression as long as this one, which would cost more than all the rest.
LANGUAGE plpgsql STABLE PARALLEL SAFE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  v_text text := CASE WHEN p_text LIKE '__/__/__ __:__:__'
                        THEN '20' || substr(p_text, 7, 2) || '-' || left(p_text, 2) || '-' || substr(p_text, 4, 2) || 'T' || right(p_text, 8) || 'Z'
                      WHEN p_text LIKE '____-__-__' THEN p_text || 'T00:00:00Z'
                      WHEN p_text LIKE '____-__-__ __:__%' THEN replace(p_text, ' ', 'T')
                      ELSE p_text END;
BEGIN
  RETURN takeout.time(v_text);
END
$$;
COMMENT ON FUNCTION takeout.fitbit_time(text) IS 'A time as Fitbit writes it: 03/05/24 08:00:02, 2024-03-05, ISO; without a zone it is read as UTC.';
GRANT EXECUTE ON FUNCTION takeout.fitbit_time(text) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.fitbit_metric(p_name text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
  SELECT CASE p_name WHEN 'heart_rate_bpm' THEN p_name WHEN 'heart_rate_beats_per_minute' THEN 'heart_rate_bpm'
                     WHEN 'steps' THEN 'step_count' WHEN 'steps_steps' THEN 'step_count' WHEN 'calories' THEN 'energy_kcal'
                     ELSE p_name END
$$;
COMMENT ON FUNCTION takeout.fitbit_metric(text) IS 'One name for what several files of Fitbit measure.';
GRANT EXECUTE ON FUNCTION takeout.fitbit_metric(text) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.fitbit_value(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, at timestamptz, ident uuid, metric text, value double precision, is_local boolean,
               source text, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT v.ordinal, takeout.time_fault(v.at_text, v.at), v.at, md5('fitbit')::uuid,
         takeout.fitbit_metric(v.name || coalesce('_' || nullif(m.key, ''), '')), takeout.double(m.value), true, 'Fitbit',
         CASE WHEN v.bpm IS NOT NULL THEN nullif(v.value - 'bpm', '{}')
              WHEN takeout.number(m.value) IS NULL THEN jsonb_build_object('value', v.value) END
    FROM (SELECT r.ordinal, r.record -> 'value' AS value, r.record #> '{value,bpm}' AS bpm, r.record ->> 'dateTime' AS at_text,
                 takeout.fitbit_time(r.record ->> 'dateTime') AS at,
                 coalesce(substring(p_file ->> 'path' FROM '([a-z_0-9]+)-\d{4}-\d\d-\d\d\.json$'), 'fitbit') AS name
            FROM jsonb_array_elements(p_records) WITH ORDINALITY AS r(record, ordinal)
           WHERE jsonb_typeof(r.record) = 'object'
          OFFSET 0) AS v
   -- Of a heart rate the confidence is a remark; of other things each number is a metric.
   CROSS JOIN LATERAL jsonb_each_text(CASE WHEN v.bpm IS NOT NULL THEN jsonb_build_object('bpm', v.bpm)
                                           WHEN jsonb_typeof(v.value) = 'object' THEN v.value
                                           ELSE jsonb_build_object('', v.value) END) AS m
$$;
COMMENT ON FUNCTION takeout.fitbit_value(jsonb, jsonb) IS
  'Measurements from the lists of Global Export Data; the metric is named after the file, and after the key where a value has several.';
GRANT EXECUTE ON FUNCTION takeout.fitbit_value(jsonb, jsonb) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.fitbit_weight(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, at timestamptz, ident uuid, metric text, value double precision, is_local boolean,
               source text, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT w.ordinal, coalesce(takeout.time_fault(w.at_text, w.at), CASE WHEN m.value IS NULL THEN 'no number' END), w.at,
         takeout.ident('fitbit weight', w.record ->> 'logId'), m.metric, m.value, true, coalesce(w.record ->> 'source', 'Fitbit'),
         jsonb_build_object('logId', w.record -> 'logId')
    FROM (SELECT r.ordinal, r.record, concat_ws(' ', r.record ->> 'date', r.record ->> 'time') AS at_text,
                 takeout.fitbit_time(concat_ws(' ', r.record ->> 'date', r.record ->> 'time')) AS at
            FROM jsonb_array_elements(p_records) WITH ORDINALITY AS r(record, ordinal)
           WHERE jsonb_typeof(r.record) = 'object'
          OFFSET 0) AS w
   CROSS JOIN LATERAL (VALUES ('weight', takeout.double(w.record ->> 'weight')), ('bmi', takeout.double(w.record ->> 'bmi')),
                              ('body_fat_percent', takeout.double(w.record ->> 'fat'))) AS m(metric, value)
   WHERE m.value IS NOT NULL OR (m.metric = 'weight' AND NOT w.record ?| '{bmi,fat}')
$$;
COMMENT ON FUNCTION takeout.fitbit_weight(jsonb, jsonb) IS
  'Weights, as written: the profile says whether pounds or kilograms, the file does not; with them body mass index and fat.';
GRANT EXECUTE ON FUNCTION takeout.fitbit_weight(jsonb, jsonb) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.fitbit_sleep(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, at timestamptz, end_at timestamptz, ident uuid, minutes_asleep real, minutes_awake real,
               log_id text, stages jsonb, is_local boolean, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT s.ordinal, takeout.span_fault(s.record, s.at, s.end_at), s.at, s.end_at,
         takeout.ident('fitbit sleep', coalesce(s.record ->> 'logId', s.record ->> 'startTime')),
         takeout.number(s.record ->> 'minutesAsleep'), takeout.number(s.record ->> 'minutesAwake'), s.record ->> 'logId',
         (SELECT jsonb_agg(jsonb_build_object('at', d ->> 'dateTime', 'stage', d ->> 'level', 'seconds', d -> 'seconds') ORDER BY d ->> 'dateTime')
            FROM jsonb_path_query(s.record, '$.levels.data[*]') AS d WHERE jsonb_typeof(d) = 'object'),
         true, takeout.without(s.record - '{logId,startTime,endTime,minutesAsleep,minutesAwake}'::text[], 'levels.data')
    FROM (SELECT r.ordinal, r.record, takeout.time(r.record ->> 'startTime') AS at, takeout.time(r.record ->> 'endTime') AS end_at
            FROM jsonb_array_elements(p_records) WITH ORDINALITY AS r(record, ordinal)
           WHERE jsonb_typeof(r.record) = 'object'
          OFFSET 0) AS s
$$;
COMMENT ON FUNCTION takeout.fitbit_sleep(jsonb, jsonb) IS 'Nights and naps with their stages; summaries stay in attrs.';
GRANT EXECUTE ON FUNCTION takeout.fitbit_sleep(jsonb, jsonb) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.fitbit_table(p_records jsonb)
RETURNS TABLE (ordinal bigint, record jsonb, at_text text, end_text text, numbers text[], words jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT r.ordinal, r.record, coalesce(t.named, (SELECT e.value FROM jsonb_each_text(r.record) AS e
                                                  WHERE takeout.fitbit_time(e.value) IS NOT NULL
                                                  ORDER BY e.key !~* 'start', takeout.fitbit_time(e.value) LIMIT 1)),
         CASE WHEN t.named IS NULL THEN (SELECT e.value FROM jsonb_each_text(r.record) AS e
                                          WHERE e.key ~* 'end' AND takeout.fitbit_time(e.value) IS NOT NULL
                                          ORDER BY takeout.fitbit_time(e.value) DESC LIMIT 1) END,
         c.numbers, r.record - c.other
    FROM jsonb_array_elements(p_records) WITH ORDINALITY AS r(record, ordinal),
         LATERAL (SELECT coalesce(r.record ->> 'timestamp', r.record ->> 'date_time', r.record ->> 'date', r.record ->> 'recorded_time')) AS t(named),
         LATERAL (SELECT array_agg(e.key) FILTER (WHERE NOT e.is_time AND e.is_number) AS numbers,
                         coalesce(array_agg(e.key) FILTER (WHERE e.is_time OR e.is_number OR e.value = ''), '{}') AS other
                    FROM (SELECT w.key, w.value, w.key IN ('timestamp', 'date_time', 'date', 'recorded_time') AS is_time,
                                 takeout.number(w.value) IS NOT NULL AND right(w.key, 3) <> '_id' AS is_number
                            FROM jsonb_each_text(CASE WHEN jsonb_typeof(r.record) = 'object' THEN r.record END) AS w
                          OFFSET 0) AS e) AS c
   WHERE jsonb_typeof(r.record) = 'object'
  OFFSET 0
$$;
COMMENT ON FUNCTION takeout.fitbit_table(jsonb) IS
  'Rows of any table: when (as written: the column for the time, else the start, else the earliest time in the row), until '
  'when, the names of its numbers (NULL: none) without the ids, and what is no number.';
GRANT EXECUTE ON FUNCTION takeout.fitbit_table(jsonb) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.fitbit_table_name(p_file jsonb) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
  SELECT btrim(regexp_replace(lower(regexp_replace(coalesce(substring(p_file ->> 'path' FROM '([^/]*)\.csv$'), ''),
                                                   '[-_ ]*\d{4}-\d\d(-\d\d)?', '', 'g')), '[^a-z0-9]+', '_', 'g'), '_')
$$;
COMMENT ON FUNCTION takeout.fitbit_table_name(jsonb) IS 'What was measured, by the name of the file without the dates that it carries.';
GRANT EXECUTE ON FUNCTION takeout.fitbit_table_name(jsonb) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.fitbit_row(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, at timestamptz, end_at timestamptz, ident uuid, metric text, value double precision,
               is_local boolean, source text, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT v.ordinal, takeout.time_fault(v.at_text, v.at), v.at, CASE WHEN v.end_at > v.at THEN takeout.kept_time(v.end_at) END,
         takeout.ident('fitbit', v.words::text),
         takeout.fitbit_metric(n.name || '_' || btrim(regexp_replace(lower(m.key), '[^a-z0-9]+', '_', 'g'), '_')),
         takeout.double(v.record ->> m.key),
         right(v.at_text, 1) <> 'Z' AND v.at_text !~ '[-+]\d\d:?\d\d$', coalesce(v.record ->> 'data source', 'Fitbit'), nullif(v.words - 'data source', '{}')
    FROM (SELECT t.*, takeout.fitbit_time(t.at_text) AS at, takeout.fitbit_time(t.end_text) AS end_at
            FROM takeout.fitbit_table(p_records) AS t
           WHERE t.at_text IS NOT NULL AND t.numbers IS NOT NULL
          OFFSET 0) AS v,
         LATERAL unnest(v.numbers) AS m(key),
         (SELECT takeout.fitbit_table_name(p_file)) AS n(name)
$$;
COMMENT ON FUNCTION takeout.fitbit_row(jsonb, jsonb) IS
  'Measurements from rows of CSV files that have a time: each number is a metric, named after file and column; what is no number is in attrs.';
GRANT EXECUTE ON FUNCTION takeout.fitbit_row(jsonb, jsonb) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.fitbit_item(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, at timestamptz, ident uuid, type text, product text, title text, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT t.ordinal, NULL::text, takeout.kept_time(takeout.fitbit_time(t.at_text)), takeout.ident('fitbit_row', n.name, t.record::text),
         'fitbit_row', 'Fitbit', n.name, t.record
    FROM takeout.fitbit_table(p_records) AS t, (SELECT takeout.fitbit_table_name(p_file)) AS n(name)
   WHERE t.at_text IS NULL OR t.numbers IS NULL
$$;
COMMENT ON FUNCTION takeout.fitbit_item(jsonb, jsonb) IS
  'Items from rows that measure nothing: without a time, or without a number. The title is the name of their table.';
GRANT EXECUTE ON FUNCTION takeout.fitbit_item(jsonb, jsonb) TO lake_user;
