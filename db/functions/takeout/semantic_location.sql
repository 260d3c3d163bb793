-- Semantic Location History/2023/2023_APRIL.json: {"timelineObjects": [{"placeVisit": {…}} | {"activitySegment": {…}}]},
-- what Google made of a month's positions.
-- Traps: times are ISO texts, or milliseconds under keys that end in Ms; a place may have no id, a segment no position
-- and no type; visits within a visit (childVisits) are rows of the same record; a file may begin with a byte order mark.
CALL imports.register_document('semantic_location', 'Location History', 'json',
  ARRAY['(^|/)Semantic Location History/.*\.json$', '(^|/)\d{4}/\d{4}_[^/]+\.json$'], '"timelineObjects"\s*:\s*\[');
CALL imports.register_kind('place_visit', 'semantic_location', 0,
  '{"list": ["timelineObjects"], "having": "placeVisit"}',
  '[{"table": "user_data.place_visit", "parser": "takeout.place_visit", "many": true},
    {"table": "user_data.place", "parser": "takeout.place_visit_place", "many": true}]');
CALL imports.register_kind('activity_segment', 'semantic_location', 1,
  '{"list": ["timelineObjects"], "having": "activitySegment"}',
  '[{"table": "user_data.trip", "parser": "takeout.activity_segment"},
    {"table": "timeseries.location", "parser": "takeout.activity_segment_path", "many": true}]');
CALL imports.register_kind('unknown_timeline_object', 'semantic_location', 2,
  '{"list": ["timelineObjects"], "having": null}',
  '[{"table": "user_data.note", "parser": "takeout.unknown_timeline_object"}]');

CREATE OR REPLACE FUNCTION takeout.semantic_time(p_object jsonb, p_key text) RETURNS timestamptz
LANGUAGE sql STABLE PARALLEL SAFE
AS $$ SELECT coalesce(takeout.time(p_object ->> p_key), takeout.milliseconds(p_object ->> (p_key || 'Ms'))) $$;
COMMENT ON FUNCTION takeout.semantic_time(jsonb, text) IS
  'A time that stands under a key as ISO text, or under the key with Ms as milliseconds.';
GRANT EXECUTE ON FUNCTION takeout.semantic_time(jsonb, text) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.place_visit(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, at timestamptz, end_at timestamptz, level smallint, ident text,
               place_id text, name text, address text, semantic_type text, confidence real, pos ext.geography, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT v.ordinal,
         coalesce(takeout.time_fault(v.at_text, v.at),
                  CASE WHEN v.end_text IS NOT NULL THEN takeout.time_fault(v.end_text, v.end_at) END),
         v.at, v.end_at, v.level, coalesce(v.place_id, lake.cell(v.lat, v.lon)::text, 'unknown'),
         v.place_id, v.place ->> 'name', v.place ->> 'address', v.place ->> 'semanticType',
         takeout.number(v.visit ->> 'visitConfidence') / 100, takeout.point(v.lat, v.lon),
         nullif(jsonb_strip_nulls((v.visit - '{duration,location,childVisits,visitConfidence}'::text[])
           || jsonb_build_object('location', nullif(v.place - '{latitudeE7,longitudeE7,placeId,name,address,semanticType}'::text[],
                                                    '{}'))), '{}')
    FROM (SELECT w.*,
                 coalesce(w.visit #>> '{duration,startTimestamp}', w.visit #>> '{duration,startTimestampMs}') AS at_text,
                 coalesce(w.visit #>> '{duration,endTimestamp}', w.visit #>> '{duration,endTimestampMs}') AS end_text,
                 takeout.semantic_time(w.visit -> 'duration', 'startTimestamp') AS at,
                 takeout.semantic_time(w.visit -> 'duration', 'endTimestamp') AS end_at,
                 nullif(w.place ->> 'placeId', '') AS place_id,
                 takeout.e7(coalesce(w.place ->> 'latitudeE7', w.visit ->> 'centerLatE7')) AS lat,
                 takeout.e7(coalesce(w.place ->> 'longitudeE7', w.visit ->> 'centerLngE7')) AS lon
            FROM takeout.visits(p_records) AS w
          OFFSET 0) AS v
$$;
COMMENT ON FUNCTION takeout.place_visit(jsonb, jsonb) IS
  'Visits from the elements of "timelineObjects" with a placeVisit, and the visits within them (level 1).';
GRANT EXECUTE ON FUNCTION takeout.place_visit(jsonb, jsonb) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.visits(p_records jsonb)
RETURNS TABLE (ordinal bigint, level smallint, visit jsonb, place jsonb)
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
  SELECT r.ordinal, v.level, v.visit,
         CASE WHEN jsonb_typeof(v.visit -> 'location') = 'object' THEN v.visit -> 'location' ELSE '{}' END
    FROM jsonb_array_elements(p_records) WITH ORDINALITY AS r(record, ordinal),
         LATERAL (SELECT 0::smallint AS level, r.record -> 'placeVisit' AS visit
                  UNION ALL
                  SELECT 1::smallint, c.visit FROM jsonb_path_query(r.record, '$.placeVisit.childVisits[*]') AS c(visit)) AS v
   WHERE jsonb_typeof(v.visit) = 'object'
$$;
COMMENT ON FUNCTION takeout.visits(jsonb) IS
  'The placeVisit of each record (level 0) and its childVisits (level 1), with its location, which is always an object.';
GRANT EXECUTE ON FUNCTION takeout.visits(jsonb) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.place_visit_place(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, place_id text, name text, address text, pos ext.geography)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT v.ordinal, NULL::text, v.place_id, v.name, v.address, v.pos
    FROM takeout.place_visit(p_records, p_file) AS v
   WHERE v.reject IS NULL AND v.place_id IS NOT NULL AND (v.name IS NOT NULL OR v.address IS NOT NULL)
$$;
COMMENT ON FUNCTION takeout.place_visit_place(jsonb, jsonb) IS 'The places of visits that have an id and a name or an address.';
GRANT EXECUTE ON FUNCTION takeout.place_visit_place(jsonb, jsonb) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.activity_segment(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, at timestamptz, end_at timestamptz, mode text, distance_m real,
               confidence real, start_pos ext.geography, end_pos ext.geography, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT s.ordinal,
         coalesce(takeout.time_fault(s.at_text, s.at),
                  CASE WHEN s.end_text IS NOT NULL THEN takeout.time_fault(s.end_text, s.end_at) END),
         s.at, coalesce(s.end_at, s.at), takeout.mode(s.segment ->> 'activityType'),
         takeout.number(s.segment ->> 'distance'),
         -- In per cent, of the likeliest, which stands first; 0 means that nobody said.
         nullif(takeout.number(s.segment #>> '{activities,0,probability}') / 100, 0),
         takeout.point(takeout.e7(s.segment #>> '{startLocation,latitudeE7}'), takeout.e7(s.segment #>> '{startLocation,longitudeE7}')),
         takeout.point(takeout.e7(s.segment #>> '{endLocation,latitudeE7}'), takeout.e7(s.segment #>> '{endLocation,longitudeE7}')),
         nullif(takeout.without(s.segment - '{duration,activityType,distance}'::text[], 'simplifiedRawPath.points',
                  'startLocation.latitudeE7', 'startLocation.longitudeE7', 'endLocation.latitudeE7', 'endLocation.longitudeE7')
           || CASE WHEN s.segment @? '$.simplifiedRawPath.points[*] ? (!exists(@.timestamp) && !exists(@.timestampMs))'
                   THEN jsonb_build_object('untimed_points',
                          jsonb_path_query_array(s.segment, '$.simplifiedRawPath.points[*] ? (!exists(@.timestamp) && !exists(@.timestampMs))'))
                   ELSE '{}' END, '{}')
    FROM (SELECT r.ordinal, r.record -> 'activitySegment' AS segment,
                 coalesce(r.record #>> '{activitySegment,duration,startTimestamp}',
                          r.record #>> '{activitySegment,duration,startTimestampMs}') AS at_text,
                 coalesce(r.record #>> '{activitySegment,duration,endTimestamp}',
                          r.record #>> '{activitySegment,duration,endTimestampMs}') AS end_text,
                 takeout.semantic_time(r.record #> '{activitySegment,duration}', 'startTimestamp') AS at,
                 takeout.semantic_time(r.record #> '{activitySegment,duration}', 'endTimestamp') AS end_at
            FROM jsonb_array_elements(p_records) WITH ORDINALITY AS r(record, ordinal)
           WHERE jsonb_typeof(r.record -> 'activitySegment') = 'object'
          OFFSET 0) AS s
$$;
COMMENT ON FUNCTION takeout.activity_segment(jsonb, jsonb) IS
  'Trips from the elements of "timelineObjects" with an activitySegment; points of a way without a time are attrs.untimed_points.';
GRANT EXECUTE ON FUNCTION takeout.activity_segment(jsonb, jsonb) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.activity_segment_path(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, at timestamptz, cell bigint, pos ext.geography, accuracy_m real, source text)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT p.ordinal, NULL::text, p.at, lake.cell(p.lat, p.lon), takeout.point(p.lat, p.lon), p.accuracy, 'PATH'
    FROM (SELECT r.ordinal, takeout.semantic_time(q.point, 'timestamp') AS at,
                 takeout.e7(q.point ->> 'latE7') AS lat, takeout.e7(q.point ->> 'lngE7') AS lon,
                 takeout.number(q.point ->> 'accuracyMeters') AS accuracy
            FROM jsonb_array_elements(p_records) WITH ORDINALITY AS r(record, ordinal),
                 LATERAL jsonb_path_query(r.record, '$.activitySegment.simplifiedRawPath.points[*]') AS q(point)
          OFFSET 0) AS p
   -- A way is worth nothing without the trip that it belongs to.
   WHERE takeout.time_fault('', p.at) IS NULL AND takeout.point(p.lat, p.lon) IS NOT NULL
     AND EXISTS (SELECT FROM takeout.activity_segment(p_records, p_file) AS s WHERE s.ordinal = p.ordinal AND s.reject IS NULL)
$$;
COMMENT ON FUNCTION takeout.activity_segment_path(jsonb, jsonb) IS
  'Positions with a time and a place from the simplifiedRawPath of a segment.';
GRANT EXECUTE ON FUNCTION takeout.activity_segment_path(jsonb, jsonb) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.unknown_timeline_object(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, at timestamptz, ident uuid)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT r.ordinal, 'neither a visit nor a movement', NULL::timestamptz, NULL::uuid
    FROM jsonb_array_elements(p_records) WITH ORDINALITY AS r(record, ordinal)
$$;
COMMENT ON FUNCTION takeout.unknown_timeline_object(jsonb, jsonb) IS
  'Elements of "timelineObjects" that are nothing known: all are rejects, so that nobody overlooks them.';
GRANT EXECUTE ON FUNCTION takeout.unknown_timeline_object(jsonb, jsonb) TO lake_user;
