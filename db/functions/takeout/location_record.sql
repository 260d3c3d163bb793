-- Records.json (since 2022) and Location History.json (before): {"locations": [{…}]}, every position a phone reported.
-- Traps: the time is an ISO text, or milliseconds as text or number; coordinates are 1e-7 degrees, some of them
-- unsigned (above 1.8e9: 2^32 too much); the device is a signed 64-bit number. A record may have no position: what it
-- says (a movement guessed, networks seen) is a signal. Other products have lists of locations too, without these times.
CALL imports.register_document('location_history', 'Location History', 'json',
  ARRAY['(^|/)(Records|Location History|Standortverlauf|Historial de ubicaciones)\.json$'],
  '"locations"\s*:\s*\[(\s*\]|.*"(timestampMs"\s*:\s*"?\d|timestamp"\s*:\s*"\d{4}-|latitudeE7"))');
CALL imports.register_kind('location_record', 'location_history', 0, '{"list": ["locations"]}',
  '[{"table": "timeseries.location", "parser": "takeout.location_record", "apart": true},
    {"table": "user_data.signal", "parser": "takeout.location_record_signal", "apart": true}]');

CREATE OR REPLACE FUNCTION takeout.location_record(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, at timestamptz, cell bigint, pos ext.geography, accuracy_m real,
               altitude_m real, velocity_mps real, heading_deg real, source text, device text, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT c.ordinal,
         CASE WHEN c.at IS NULL THEN CASE WHEN c.time_text IS NULL THEN 'no time' ELSE 'the time is no time' END
              WHEN c.at < '1900-01-01 00:00:00+00' OR c.at >= '2100-01-01 00:00:00+00' THEN 'the time is outside of 1900 to 2099'
              WHEN c.lat IS NULL OR c.lon IS NULL THEN 'no coordinates'
              WHEN abs(c.lat) > 900000000 OR abs(c.lon) > 1800000000 THEN 'the coordinates are not on Earth' END,
         c.at, lake.cell(c.lat, c.lon), takeout.point(c.lat, c.lon),
         c.accuracy, c.altitude, c.velocity, c.heading,
         -- upper() and a comparison with {} cost 2 us a record each, an eighth of all.
         CASE WHEN c.source IN ('WIFI', 'GPS', 'CELL', 'UNKNOWN') THEN c.source ELSE upper(c.source) END,
         c.device, CASE WHEN pg_column_size(c.attrs) > pg_column_size('{}'::jsonb) THEN c.attrs END
    FROM (SELECT r.ordinal, coalesce(r."timestamp", r."timestampMs") AS time_text,
                 CASE WHEN r."timestamp" IS NULL THEN to_timestamp(r."timestampMs"::numeric / 1000)
                      ELSE takeout.time(r."timestamp") END AS at,
                 CASE WHEN r."latitudeE7" > 1800000000 THEN r."latitudeE7" - 4294967296 ELSE r."latitudeE7" END AS lat,
                 CASE WHEN r."longitudeE7" > 1800000000 THEN r."longitudeE7" - 4294967296 ELSE r."longitudeE7" END AS lon,
                 r.accuracy, r.altitude, r.velocity, r.heading, r.source, r."deviceTag" AS device,
                 r.record - '{timestamp,timestampMs,latitudeE7,longitudeE7,accuracy,altitude,velocity,heading,source,deviceTag}'::text[]
                   AS attrs
            FROM ROWS FROM (
                   jsonb_to_recordset(p_records) AS ("timestamp" text, "timestampMs" text, "latitudeE7" bigint,
                     "longitudeE7" bigint, accuracy real, altitude real, velocity real, heading real, source text,
                     "deviceTag" text),
                   jsonb_array_elements(p_records)) WITH ORDINALITY
                 AS r("timestamp", "timestampMs", "latitudeE7", "longitudeE7", accuracy, altitude, velocity, heading,
                      source, "deviceTag", record, ordinal)
          -- A fence: without it, each use of a value above would work it out again.
          OFFSET 0) AS c
$$;
COMMENT ON FUNCTION takeout.location_record(jsonb, jsonb) IS
  'Positions from the elements of "locations": degrees from E7, metres, m/s; what has no column stays in attrs.';
GRANT EXECUTE ON FUNCTION takeout.location_record(jsonb, jsonb) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.location_record_signal(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, at timestamptz, ident uuid, type text, mode text, confidence real, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT s.ordinal,
         coalesce(takeout.time_fault(s.at_text, s.at),
                  CASE WHEN s.attrs - '{deviceTag,source,accuracy}'::text[] = '{}' THEN 'no coordinates' END),
         s.at, md5(s.attrs::text)::uuid,
         CASE WHEN s.record ?| '{activity,activitys}' THEN 'activity' ELSE 'wifi_scan' END,
         CASE WHEN s.guess IS NOT NULL THEN takeout.mode(s.guess ->> 'type') END,
         takeout.number(s.guess ->> 'confidence') / 100, s.attrs
    FROM (SELECT r.ordinal, r.record, coalesce(r.record ->> 'timestamp', r.record ->> 'timestampMs') AS at_text,
                 coalesce(takeout.time(r.record ->> 'timestamp'), takeout.milliseconds(r.record ->> 'timestampMs')) AS at,
                 coalesce(r.record #> '{activity,0,activity,0}', r.record #> '{activitys,0,activities,0}') AS guess,
                 r.record - '{timestamp,timestampMs}'::text[] AS attrs
            FROM jsonb_array_elements(p_records) WITH ORDINALITY AS r(record, ordinal)
           WHERE jsonb_typeof(r.record) = 'object' AND NOT r.record ?| '{latitudeE7,longitudeE7}'
          OFFSET 0) AS s
$$;
COMMENT ON FUNCTION takeout.location_record_signal(jsonb, jsonb) IS
  'Signals from the elements of "locations" that hold no position: a movement guessed, networks seen. One that says '
  'nothing but its time is rejected: no coordinates.';
GRANT EXECUTE ON FUNCTION takeout.location_record_signal(jsonb, jsonb) TO lake_user;
