-- Records.json (since 2022) and Location History.json (before): {"locations": [{…}]}, every position a phone reported.
-- Traps: the time is an ISO text, or milliseconds as text or number; coordinates are 1e-7 degrees, some of them
-- unsigned (above 1.8e9: 2^32 too much); the device is a signed 64-bit number; a record may have no position.
CALL imports.register_document('location_history', 'Location History', 'json',
  ARRAY['(^|/)(Records|Location History|Standortverlauf|Historial de ubicaciones)\.json$'],
  '"locations"\s*:\s*\[');
CALL imports.register_kind('location_record', 'location_history', 0, '{"list": ["locations"]}',
  '[{"table": "timeseries.location", "parser": "takeout.location_record"}]');

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
         c.accuracy, c.altitude, c.velocity, c.heading, c.source, c.device, c.attrs
    FROM (SELECT r.ordinal, coalesce(r."timestamp", r."timestampMs") AS time_text,
                 CASE WHEN r."timestamp" IS NULL THEN to_timestamp(r."timestampMs"::numeric / 1000)
                      ELSE takeout.time(r."timestamp") END AS at,
                 CASE WHEN r."latitudeE7" > 1800000000 THEN r."latitudeE7" - 4294967296 ELSE r."latitudeE7" END AS lat,
                 CASE WHEN r."longitudeE7" > 1800000000 THEN r."longitudeE7" - 4294967296 ELSE r."longitudeE7" END AS lon,
                 r.accuracy, r.altitude, r.velocity, r.heading, upper(r.source) AS source, r."deviceTag" AS device,
                 nullif(r.record - '{timestamp,timestampMs,latitudeE7,longitudeE7,accuracy,altitude,velocity,heading,source,deviceTag}'::text[],
                        '{}') AS attrs
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
