-- Google Fit: Fit/All Data/*.json, {"Data Source": …, "Data Points": [{"startTimeNanos", "endTimeNanos", "dataTypeName",
-- "originDataSourceId", "fitValue": [{"value": {"fpVal" | "intVal" | "stringVal" | "mapVal"}}]}]}, one stream a file;
-- Fit/All Sessions/*.json, a session of exercise each; Fit/Activities/*.tcx, the same sessions with their tracks;
-- Fit/Daily activity metrics/*.csv, sums of days and (a file a day) of quarters of hours.
-- Traps: nanoseconds are above 2^53; points are not sorted, some have no value; names of files are cut; one measurement
-- may stand in a raw and in a derived stream; sums repeat what the points say, so they are metrics of their own.
-- Not kept of a point: when it was last modified (modifiedTimeMillis), and its dataTypeName, which the metric tells.
CALL imports.register_document('fit_data', 'Fit', 'json',
  ARRAY['(^|/)(Google )?Fit/[^/]+/(raw|derived)_[^/]*\.json$'], '"Data Source"\s*:\s*".*"Data Points"\s*:\s*\[');
CALL imports.register_kind('fit_point', 'fit_data', 0, '{"list": ["Data Points"]}',
  '[{"table": "timeseries.metric", "parser": "takeout.fit_point", "many": true}]');
CALL imports.register_document('fit_session', 'Fit', 'json',
  ARRAY['(^|/)(Google )?Fit/All Sessions/[^/]*\.json$'], '^[\s\uFEFF]*\{\s*"fitnessActivity"\s*:');
CALL imports.register_kind('fit_session', 'fit_session', 0, '{"document": true}',
  '[{"table": "user_data.workout", "parser": "takeout.fit_session", "coarse": false}]');
CALL imports.register_document('fit_tcx', 'Fit', 'xml', ARRAY['\.tcx$'], '<TrainingCenterDatabase[\s>]');
CALL imports.register_kind('tcx_activity', 'fit_tcx', 0,
  '{"records": "//Activity", "fields": {"sport": "@Sport", "id": "Id", "notes": "Notes", "started": "Lap[1]/@StartTime",
     "seconds": ["Lap/TotalTimeSeconds"], "metres": ["Lap/DistanceMeters"], "calories": ["Lap/Calories"],
     "track": {"records": "Lap/Track/Trackpoint", "fields": {"at": "Time", "latitude": "Position/LatitudeDegrees",
       "longitude": "Position/LongitudeDegrees", "altitude": "AltitudeMeters", "distance": "DistanceMeters",
       "bpm": "HeartRateBpm/Value"}}}}',
  '[{"table": "user_data.workout", "parser": "takeout.tcx_activity", "coarse": true},
    {"table": "timeseries.location", "parser": "takeout.tcx_location", "many": true},
    {"table": "timeseries.metric", "parser": "takeout.tcx_heart_rate", "many": true}]');
CALL imports.register_document('fit_buckets', 'Fit', 'csv', ARRAY['(^|/)(Google )?Fit/[^/]+/\d{4}-\d\d-\d\d\.csv$']);
CALL imports.register_kind('fit_bucket', 'fit_buckets', 0, '{"as": "object"}',
  '[{"table": "timeseries.metric", "parser": "takeout.fit_bucket", "many": true}]');
CALL imports.register_document('fit_days', 'Fit', 'csv',
  ARRAY['(^|/)(Google )?Fit/Daily activity metrics/Daily activity metrics\.csv$'], '^[\s\uFEFF]*Date,Move Minutes count,');
CALL imports.register_kind('fit_day', 'fit_days', 0, '{"as": "object"}',
  '[{"table": "timeseries.metric", "parser": "takeout.fit_day", "many": true}]');

CREATE OR REPLACE FUNCTION takeout.fit_point(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, at timestamptz, end_at timestamptz, ident uuid, metric text, value double precision,
               source text, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT p.ordinal,
         CASE WHEN p.at IS NULL THEN 'no time'
              WHEN p.at < '1900-01-01 00:00:00+00' OR p.end_at >= '2100-01-01 00:00:00+00' THEN 'the time is outside of 1900 to 2099'
              WHEN p.type IS NULL THEN 'no dataTypeName' END,
         p.at, nullif(p.end_at, p.at),
         -- The stream, by the file's name: a raw and a derived stream may tell different things of one moment.
         md5(concat_ws('|', f.stream, p.origin, p.span, p.place))::uuid,
         CASE p.type WHEN 'com.google.step_count.delta' THEN 'step_count'
                     WHEN 'com.google.heart_rate.bpm' THEN 'heart_rate_bpm'
                     WHEN 'com.google.calories.expended' THEN 'energy_kcal'
                     WHEN 'com.google.distance.delta' THEN 'distance_m'
                     WHEN 'com.google.speed' THEN 'speed_mps'
                     WHEN 'com.google.weight' THEN 'weight_kg'
                     WHEN 'com.google.height' THEN 'height_m'
                     WHEN 'com.google.body.fat.percentage' THEN 'body_fat_percent'
                     ELSE replace(regexp_replace(p.type, '^com\.google\.', ''), '.', '_') END,
         coalesce((p.value ->> 'fpVal')::float8, (p.value ->> 'intVal')::float8), coalesce(nullif(p.origin, ''), f.stream),
         CASE WHEN p.place > 0 OR p.value ?| '{stringVal,mapVal}'
              THEN p.value - '{fpVal,intVal}'::text[] || jsonb_build_object('place', p.place) END
    FROM (SELECT substring(p_file ->> 'path' FROM '([^/]*)\.json$') AS stream) AS f,
         (SELECT e.*, coalesce(e.list #> ARRAY[e.place::text, 'value'], e.list -> e.place) AS value
            FROM (SELECT r.ordinal, r."dataTypeName" AS type, r."originDataSourceId" AS origin, r."endTimeNanos" - r."startTimeNanos" AS span,
                         -- Microseconds: what is finer, timestamps do not hold.
                         takeout.microseconds(coalesce(r."startTimeNanos", r."endTimeNanos") / 1000) AS at,
                         takeout.microseconds(coalesce(r."endTimeNanos", r."startTimeNanos") / 1000) AS end_at,
                         coalesce(r."fitValue", r.value) AS list,
                         generate_series(0, CASE WHEN jsonb_typeof(coalesce(r."fitValue", r.value)) = 'array'
                                                 THEN greatest(jsonb_array_length(coalesce(r."fitValue", r.value)), 1) ELSE 1 END - 1) AS place
                    FROM ROWS FROM (jsonb_to_recordset(p_records) AS ("startTimeNanos" bigint, "endTimeNanos" bigint,
                                      "dataTypeName" text, "originDataSourceId" text, "fitValue" jsonb, value jsonb))
                         WITH ORDINALITY AS r("startTimeNanos", "endTimeNanos", "dataTypeName", "originDataSourceId", "fitValue", value, ordinal)
                 ) AS e
          OFFSET 0) AS p
$$;
COMMENT ON FUNCTION takeout.fit_point(jsonb, jsonb) IS
  'Measurements from "Data Points", a row for each value of a point; a point without one is a row without value. What is '
  'no number (a meal''s name, a map of nutrients) is in attrs.';
GRANT EXECUTE ON FUNCTION takeout.fit_point(jsonb, jsonb) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.fit_session(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, at timestamptz, end_at timestamptz, ident uuid, type text, duration_s real,
               distance_m real, energy_kcal real, steps integer, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT s.ordinal, takeout.span_fault(s.record, s.at, s.end_at), s.at, s.end_at,
         takeout.ident('workout', s.type, extract(epoch FROM s.at)::bigint::text), s.type,
         coalesce(takeout.number(rtrim(s.record ->> 'duration', 's')), extract(epoch FROM s.end_at - s.at)::real),
         takeout.number(s.sums ->> 'com.google.distance.delta'), takeout.number(s.sums ->> 'com.google.calories.expended'),
         CASE WHEN abs(takeout.number(s.sums ->> 'com.google.step_count.delta')) < 1e9 THEN takeout.number(s.sums ->> 'com.google.step_count.delta')::integer END,
         s.record - '{fitnessActivity,startTime,endTime,duration}'::text[]
    FROM (SELECT r.ordinal, r.record, lower(coalesce(nullif(r.record ->> 'fitnessActivity', ''), 'unknown')) AS type,
                 takeout.time(r.record ->> 'startTime') AS at, takeout.time(r.record ->> 'endTime') AS end_at,
                 (SELECT jsonb_object_agg(a ->> 'metricName', coalesce(a -> 'floatValue', a -> 'intValue'))
                    FROM jsonb_path_query(r.record, '$.aggregate[*]') AS a WHERE a ->> 'metricName' IS NOT NULL) AS sums
            FROM jsonb_array_elements(p_records) WITH ORDINALITY AS r(record, ordinal)
           WHERE jsonb_typeof(r.record) = 'object'
          OFFSET 0) AS s
$$;
COMMENT ON FUNCTION takeout.fit_session(jsonb, jsonb) IS
  'Sessions of exercise; their segments and sums stay in attrs. A session and its TCX file are one workout.';
GRANT EXECUTE ON FUNCTION takeout.fit_session(jsonb, jsonb) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.tcx_activity(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, at timestamptz, end_at timestamptz, ident uuid, type text, duration_s real,
               distance_m real, energy_kcal real, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT s.ordinal, takeout.time_fault(s.at_text, s.at), s.at, s.at + CASE WHEN abs(s.seconds) < 1e7 THEN s.seconds END * interval '1 second',
         takeout.ident('workout', s.type, extract(epoch FROM s.at)::bigint::text), s.type, s.seconds, s.metres, s.calories,
         jsonb_strip_nulls(jsonb_build_object('sport', s.record -> 'sport', 'notes', s.record -> 'notes',
                                              'trackpoints', jsonb_array_length(CASE WHEN jsonb_typeof(s.record -> 'track') = 'array' THEN s.record -> 'track' END)))
    FROM (SELECT r.ordinal, r.record, coalesce(r.record ->> 'started', r.record ->> 'id') AS at_text,
                 takeout.time(coalesce(r.record ->> 'started', r.record ->> 'id')) AS at,
                 -- The sport is Other but for running and biking: the file's name and the notes know more.
                 lower(coalesce(substring(p_file ->> 'path' FROM '_([^_/]+)\.tcx$'), nullif(r.record ->> 'notes', ''), r.record ->> 'sport', 'unknown')) AS type,
                 (SELECT sum(takeout.number(n #>> '{}')) FROM jsonb_path_query(r.record, '$.seconds[*]') AS n) AS seconds,
                 (SELECT sum(takeout.number(n #>> '{}')) FROM jsonb_path_query(r.record, '$.metres[*]') AS n) AS metres,
                 (SELECT sum(takeout.number(n #>> '{}')) FROM jsonb_path_query(r.record, '$.calories[*]') AS n) AS calories
            FROM jsonb_array_elements(p_records) WITH ORDINALITY AS r(record, ordinal)
          OFFSET 0) AS s
$$;
COMMENT ON FUNCTION takeout.tcx_activity(jsonb, jsonb) IS 'Workouts from the activities of a TCX file: the sums of its laps.';
GRANT EXECUTE ON FUNCTION takeout.tcx_activity(jsonb, jsonb) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.tcx_points(p_records jsonb)
RETURNS TABLE (ordinal bigint, at timestamptz, place bigint, point jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT r.ordinal, takeout.time(q.point ->> 'at'), q.place, q.point
    FROM jsonb_array_elements(p_records) WITH ORDINALITY AS r(record, ordinal),
         LATERAL jsonb_path_query(r.record, '$.track[*]') WITH ORDINALITY AS q(point, place)
   WHERE takeout.time_fault(q.point ->> 'at', takeout.time(q.point ->> 'at')) IS NULL
  OFFSET 0
$$;
COMMENT ON FUNCTION takeout.tcx_points(jsonb) IS 'The points of the tracks of a TCX file that have a time.';
GRANT EXECUTE ON FUNCTION takeout.tcx_points(jsonb) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.tcx_location(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, at timestamptz, cell bigint, pos ext.geography, altitude_m real, source text)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT t.ordinal, NULL::text, t.at, lake.cell(t.lat, t.lon), takeout.point(t.lat, t.lon), takeout.number(t.point ->> 'altitude'), 'TCX'
    FROM (SELECT p.*, round(takeout.number(p.point ->> 'latitude')::numeric * 10000000)::bigint AS lat,
                 round(takeout.number(p.point ->> 'longitude')::numeric * 10000000)::bigint AS lon
            FROM takeout.tcx_points(p_records) AS p
          OFFSET 0) AS t
   WHERE abs(t.lat) <= 900000000 AND abs(t.lon) <= 1800000000
$$;
COMMENT ON FUNCTION takeout.tcx_location(jsonb, jsonb) IS 'Positions from the tracks of a TCX file.';
GRANT EXECUTE ON FUNCTION takeout.tcx_location(jsonb, jsonb) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.tcx_heart_rate(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, at timestamptz, ident uuid, metric text, value double precision, source text)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT p.ordinal, NULL::text, p.at, takeout.ident('tcx'), 'heart_rate_bpm', takeout.double(p.point ->> 'bpm'), 'TCX'
    FROM takeout.tcx_points(p_records) AS p
   WHERE takeout.number(p.point ->> 'bpm') IS NOT NULL
$$;
COMMENT ON FUNCTION takeout.tcx_heart_rate(jsonb, jsonb) IS 'Heart rates from the tracks of a TCX file.';
GRANT EXECUTE ON FUNCTION takeout.tcx_heart_rate(jsonb, jsonb) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.fit_sums(p_records jsonb, p_grain text)
RETURNS TABLE (ordinal bigint, record jsonb, metric text, value double precision)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT r.ordinal, r.record, p_grain || CASE lower(c.name)
           WHEN 'step count' THEN 'step_count' WHEN 'calories (kcal)' THEN 'energy_kcal' WHEN 'distance (m)' THEN 'distance_m'
           WHEN 'average heart rate (bpm)' THEN 'heart_rate_bpm' WHEN 'average weight (kg)' THEN 'weight_kg'
           ELSE btrim(regexp_replace(lower(c.name), '[^a-z0-9]+', '_', 'g'), '_') END,
         takeout.double(c.cell #>> '{}')
    FROM jsonb_array_elements(p_records) WITH ORDINALITY AS r(record, ordinal),
         LATERAL jsonb_each(CASE WHEN jsonb_typeof(r.record) = 'object' THEN r.record END) AS c(name, cell)
   WHERE takeout.number(c.cell #>> '{}') IS NOT NULL
$$;
COMMENT ON FUNCTION takeout.fit_sums(jsonb, text) IS
  'The numbers of a row of Daily activity metrics, one metric for each column that has one, its name after the column''s.';
GRANT EXECUTE ON FUNCTION takeout.fit_sums(jsonb, text) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.fit_day(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, at timestamptz, end_at timestamptz, ident uuid, metric text, value double precision,
               is_local boolean, source text)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT d.ordinal, takeout.time_fault(d.record ->> 'Date', d.at), d.at, d.at + interval '1 day', takeout.ident('fit day'), d.metric, d.value,
         true, 'Daily activity metrics'
    FROM (SELECT s.*, takeout.time(s.record ->> 'Date' || 'T00:00:00Z') AS at FROM takeout.fit_sums(p_records, 'day_') AS s
          OFFSET 0) AS d
$$;
COMMENT ON FUNCTION takeout.fit_day(jsonb, jsonb) IS 'Sums and means of days; the day is that of the wall clock.';
GRANT EXECUTE ON FUNCTION takeout.fit_day(jsonb, jsonb) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.fit_clocks(p_record jsonb) RETURNS text[]
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT CASE WHEN p_record ? 'Start time' THEN ARRAY[p_record ->> 'Start time', p_record ->> 'End time']
              -- From 23:45 to 00:00.
              WHEN left(c.clocks[2], 2)::integer - left(c.clocks[1], 2)::integer >= 12 THEN ARRAY[c.clocks[2], c.clocks[1]]
              ELSE c.clocks END
    FROM (SELECT array_agg(e.value ORDER BY e.value) AS clocks FROM jsonb_each_text(p_record) AS e WHERE e.value ~ '^[0-9]{2}:[0-9]{2}:[0-9]{2}') AS c
$$;
COMMENT ON FUNCTION takeout.fit_clocks(jsonb) IS
  'Start and end of a row, as written: by the names of the columns, or, in another language, the two cells that are a time of day.';
GRANT EXECUTE ON FUNCTION takeout.fit_clocks(jsonb) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.fit_bucket(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, at timestamptz, end_at timestamptz, ident uuid, metric text, value double precision,
               source text)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT b.ordinal, coalesce(takeout.time_fault(b.clocks[1], b.at), takeout.time_fault(b.clocks[2], b.end_at)),
         -- The last one of a day ends at midnight.
         b.at, CASE WHEN b.end_at < b.at THEN b.end_at + interval '1 day' ELSE b.end_at END, takeout.ident('fit bucket'), b.metric, b.value,
         'Daily activity metrics'
    FROM (SELECT s.*, takeout.time(f.day || 'T' || s.clocks[1]) AS at, takeout.time(f.day || 'T' || s.clocks[2]) AS end_at
            FROM (SELECT substring(p_file ->> 'path' FROM '(\d{4}-\d\d-\d\d)\.csv$') AS day) AS f,
                 (SELECT q.*, takeout.fit_clocks(q.record) AS clocks FROM takeout.fit_sums(p_records, 'quarter_hour_') AS q OFFSET 0) AS s
          OFFSET 0) AS b
$$;
COMMENT ON FUNCTION takeout.fit_bucket(jsonb, jsonb) IS
  'Sums and means of quarters of an hour; the day stands in the name of the file, the offset in the times.';
GRANT EXECUTE ON FUNCTION takeout.fit_bucket(jsonb, jsonb) TO lake_user;
