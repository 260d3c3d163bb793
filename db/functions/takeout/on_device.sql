-- The timeline as a phone exports it, since 2024, often outside of any archive. Android: Timeline.json (Zeitachse.json,
-- Vos trajets.json …), {"semanticSegments": […], "rawSignals": […], "userLocationProfile": {"frequentPlaces": […],
-- "frequentTrips": […], "persona": {"travelModeAffinities": […] …}}}.
-- iOS: location-history.json, the segments alone, as a list.
-- Traps: positions are texts ("45.5°, -122.6°"; iOS "geo:45.5,-122.6", or empty); iOS writes numbers as texts, placeID
-- for placeId, and movements in words ("in tram"); times are local, with an offset; points of a path are known to the
-- minute, so several share one: they are numbered in the order of the path. A point without a time or a place that can
-- be read is no position: the first point that is one has it in attrs.unread.
CALL imports.register_document('on_device_android', 'Location History', 'json',
  ARRAY['(^|/)(Timeline|Zeitachse|Vos trajets|Chronologie|Cronolog[^/]*|Linha do tempo|Tijdlijn|Rota|Tidslinje|O[sś] czasu|Хронология)( ?\(\d+\))?\.json$'],
  '"(semanticSegments|rawSignals|userLocationProfile)"\s*:');
CALL imports.register_kind('semantic_segment', 'on_device_android', 0, '{"list": ["semanticSegments"]}',
  '[{"table": "user_data.place_visit", "parser": "takeout.segment_visit"},
    {"table": "user_data.place", "parser": "takeout.segment_place"},
    {"table": "user_data.trip", "parser": "takeout.segment_trip"},
    {"table": "timeseries.location", "parser": "takeout.segment_path", "many": true},
    {"table": "user_data.note", "parser": "takeout.segment_memory"}]');
CALL imports.register_kind('raw_signal', 'on_device_android', 1, '{"list": ["rawSignals"]}',
  '[{"table": "timeseries.location", "parser": "takeout.raw_signal_position", "apart": true},
    {"table": "user_data.signal", "parser": "takeout.raw_signal", "apart": true}]');
CALL imports.register_kind('frequent_place', 'on_device_android', 2, '{"list": ["userLocationProfile", "frequentPlaces"]}',
  '[{"table": "user_data.place", "parser": "takeout.frequent_place"}]');
CALL imports.register_kind('frequent_trip', 'on_device_android', 3, '{"list": ["userLocationProfile", "frequentTrips"]}',
  '[{"table": "user_data.item", "parser": "takeout.frequent_trip", "state": true}]');
CALL imports.register_kind('travel_mode', 'on_device_android', 4, '{"list": ["userLocationProfile", "persona", "travelModeAffinities"]}',
  '[{"table": "user_data.item", "parser": "takeout.travel_mode", "state": true}]');
CALL imports.register_kind('persona_more', 'on_device_android', 5, '{"list": ["userLocationProfile", "persona", "*"]}',
  '[{"table": "user_data.item", "parser": "takeout.persona_more", "state": true}]');
CALL imports.register_kind('location_profile_more', 'on_device_android', 6, '{"list": ["userLocationProfile", "*"]}',
  '[{"table": "user_data.item", "parser": "takeout.location_profile_more", "state": true}]');
CALL imports.register_document('on_device_ios', 'Location History', 'json', ARRAY['(^|/)location-history( ?\(\d+\))?\.json$'],
  '^[\s\uFEFF]*\[\s*\{.*"(visit|activity|timelinePath|timelineMemory)"\s*:\s*[\[\{]');
CALL imports.register_kind('semantic_segment_ios', 'on_device_ios', 0, '{"list": []}',
  '[{"table": "user_data.place_visit", "parser": "takeout.segment_visit"},
    {"table": "user_data.place", "parser": "takeout.segment_place"},
    {"table": "user_data.trip", "parser": "takeout.segment_trip"},
    {"table": "timeseries.location", "parser": "takeout.segment_path", "many": true},
    {"table": "user_data.note", "parser": "takeout.segment_memory"}]');

CREATE OR REPLACE FUNCTION takeout.segments(p_records jsonb)
RETURNS TABLE (ordinal bigint, reject text, at timestamptz, end_at timestamptz, segment jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT s.ordinal,
         coalesce(CASE WHEN NOT s.segment ?| '{visit,activity,timelinePath,timelineMemory}' OR jsonb_typeof(s.segment) <> 'object'
                       THEN 'neither a visit, a movement, a path nor a memory' END,
                  takeout.time_fault(s.at_text, s.at),
                  CASE WHEN s.end_text IS NOT NULL THEN takeout.time_fault(s.end_text, s.end_at) END),
         s.at, s.end_at, s.segment
    FROM (SELECT r.ordinal, r.segment, r.segment ->> 'startTime' AS at_text, r.segment ->> 'endTime' AS end_text,
                 takeout.time(r.segment ->> 'startTime') AS at, takeout.time(r.segment ->> 'endTime') AS end_at
            FROM jsonb_array_elements(p_records) WITH ORDINALITY AS r(segment, ordinal)
          OFFSET 0) AS s
$$;
COMMENT ON FUNCTION takeout.segments(jsonb) IS 'The segments of a timeline with their times, and what is wrong with one.';
GRANT EXECUTE ON FUNCTION takeout.segments(jsonb) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.segment_visit(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, at timestamptz, end_at timestamptz, level smallint, ident text,
               place_id text, name text, semantic_type text, confidence real, pos ext.geography, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT v.ordinal, v.reject, v.at, v.end_at,
         CASE WHEN pg_input_is_valid(v.segment #>> '{visit,hierarchyLevel}', 'smallint')
              THEN (v.segment #>> '{visit,hierarchyLevel}')::smallint ELSE 0 END,
         coalesce(v.place_id, lake.cell(v.pos[1], v.pos[2])::text, 'unknown'), v.place_id,
         v.segment #>> '{visit,topCandidate,name}', v.segment #>> '{visit,topCandidate,semanticType}',
         takeout.number(v.segment #>> '{visit,probability}'), takeout.point(v.pos[1], v.pos[2]),
         CASE WHEN v.reject IS NULL THEN nullif(takeout.without(v.segment - '{startTime,endTime}'::text[], 'visit.hierarchyLevel', 'visit.probability',
           'visit.topCandidate.name', 'visit.topCandidate.semanticType', 'visit.topCandidate.placeId',
           'visit.topCandidate.placeID', 'visit.topCandidate.placeLocation'), '{}') END
    FROM (SELECT s.*,
                 nullif(coalesce(s.segment #>> '{visit,topCandidate,placeId}', s.segment #>> '{visit,topCandidate,placeID}'), '')
                   AS place_id,
                 takeout.coordinates(coalesce(s.segment #>> '{visit,topCandidate,placeLocation,latLng}',
                                              s.segment #>> '{visit,topCandidate,placeLocation}')) AS pos
            FROM takeout.segments(p_records) AS s
           WHERE s.reject IS NOT NULL OR jsonb_typeof(s.segment -> 'visit') = 'object'
          OFFSET 0) AS v
$$;
COMMENT ON FUNCTION takeout.segment_visit(jsonb, jsonb) IS
  'Visits from the segments of a timeline; also the rejects of all segments, whatever they hold.';
GRANT EXECUTE ON FUNCTION takeout.segment_visit(jsonb, jsonb) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.segment_place(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, place_id text, name text, pos ext.geography)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT v.ordinal, NULL::text, v.place_id, v.name, v.pos
    FROM takeout.segment_visit(p_records, p_file) AS v
   WHERE v.reject IS NULL AND v.place_id IS NOT NULL AND v.name IS NOT NULL
$$;
COMMENT ON FUNCTION takeout.segment_place(jsonb, jsonb) IS 'The places of visits that have an id and a name.';
GRANT EXECUTE ON FUNCTION takeout.segment_place(jsonb, jsonb) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.segment_trip(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, at timestamptz, end_at timestamptz, mode text, distance_m real,
               confidence real, start_pos ext.geography, end_pos ext.geography, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT t.ordinal, NULL::text, t.at, coalesce(t.end_at, t.at), takeout.mode(t.segment #>> '{activity,topCandidate,type}'),
         takeout.number(t.segment #>> '{activity,distanceMeters}'),
         takeout.number(coalesce(t.segment #>> '{activity,probability}', t.segment #>> '{activity,topCandidate,probability}')),
         takeout.point(t.start_pos[1], t.start_pos[2]), takeout.point(t.end_pos[1], t.end_pos[2]),
         nullif(takeout.without(t.segment - '{startTime,endTime}'::text[], 'activity.distanceMeters', 'activity.start',
           'activity.end', 'activity.topCandidate.type', 'activity.probability'), '{}')
    FROM (SELECT s.*,
                 takeout.coordinates(coalesce(s.segment #>> '{activity,start,latLng}', s.segment #>> '{activity,start}')) AS start_pos,
                 takeout.coordinates(coalesce(s.segment #>> '{activity,end,latLng}', s.segment #>> '{activity,end}')) AS end_pos
            FROM takeout.segments(p_records) AS s
           WHERE s.reject IS NULL AND jsonb_typeof(s.segment -> 'activity') = 'object'
          OFFSET 0) AS t
$$;
COMMENT ON FUNCTION takeout.segment_trip(jsonb, jsonb) IS 'Trips from the segments of a timeline.';
GRANT EXECUTE ON FUNCTION takeout.segment_trip(jsonb, jsonb) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.segment_path(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, at timestamptz, cell bigint, seq smallint, pos ext.geography, source text, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT p.ordinal, NULL::text, p.at, lake.cell(p.pos[1], p.pos[2]),
         least(row_number() OVER (PARTITION BY p.ordinal, p.at ORDER BY p.place) - 1, 32767)::smallint,
         takeout.point(p.pos[1], p.pos[2]), 'PATH',
         CASE WHEN p.place = p.first THEN jsonb_build_object('unread', p.unread) END
    FROM (SELECT q.*, CASE WHEN q.unread IS NOT NULL THEN min(q.place) FILTER (WHERE q.good) OVER (PARTITION BY q.ordinal) END AS first
            FROM (SELECT t.*, jsonb_agg(t.point) FILTER (WHERE NOT t.good) OVER (PARTITION BY t.ordinal) AS unread
                    FROM (SELECT r.*, takeout.time_fault('', r.at) IS NULL AND takeout.point(r.pos[1], r.pos[2]) IS NOT NULL AS good
                            FROM (SELECT s.ordinal, e.point, e.place, takeout.coordinates(e.point ->> 'point') AS pos,
                                         coalesce(takeout.time(e.point ->> 'time'),
                                                  s.at + CASE WHEN pg_input_is_valid(e.point ->> 'durationMinutesOffsetFromStartTime', 'smallint')
                                                              THEN (e.point ->> 'durationMinutesOffsetFromStartTime')::smallint END * interval '1 minute') AS at
                                    FROM takeout.segments(p_records) AS s,
                                         LATERAL jsonb_array_elements(CASE WHEN jsonb_typeof(s.segment -> 'timelinePath') = 'array'
                                                                           THEN s.segment -> 'timelinePath' END) WITH ORDINALITY AS e(point, place)
                                   WHERE s.reject IS NULL
                                  OFFSET 0) AS r
                          OFFSET 0) AS t) AS q) AS p
   WHERE p.good
$$;
COMMENT ON FUNCTION takeout.segment_path(jsonb, jsonb) IS
  'Positions from the paths of a timeline; seq is the place within a path among the points of one minute.';
GRANT EXECUTE ON FUNCTION takeout.segment_path(jsonb, jsonb) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.segment_memory(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, at timestamptz, end_at timestamptz, ident uuid, title text, body text, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT m.ordinal, NULL::text, m.at, m.end_at, takeout.ident('memory', extract(epoch FROM m.at)::text, m.memory::text),
         CASE WHEN m.memory ? 'note' THEN 'Note'
              WHEN m.distance IS NULL THEN 'Trip' ELSE 'Trip, ' || m.distance || ' km from home' END,
         coalesce(m.memory #>> '{note,text}', 'Destinations: ' || m.destinations), m.memory
    FROM (SELECT s.ordinal, s.at, s.end_at, s.segment -> 'timelineMemory' AS memory,
                 coalesce(s.segment #>> '{timelineMemory,trip,distanceFromOriginKms}',
                          s.segment #>> '{timelineMemory,distanceFromOriginKms}') AS distance,
                 (SELECT string_agg(coalesce(d.destination #>> '{identifier,placeId}', d.destination ->> 'identifier'), ', '
                                    ORDER BY d.place)
                    FROM jsonb_path_query_array(s.segment, '$.timelineMemory.**{0 to 1}.destinations[*]') AS a(list),
                         jsonb_array_elements(a.list) WITH ORDINALITY AS d(destination, place)) AS destinations
            FROM takeout.segments(p_records) AS s
           WHERE s.reject IS NULL AND jsonb_typeof(s.segment -> 'timelineMemory') = 'object'
          OFFSET 0) AS m
$$;
COMMENT ON FUNCTION takeout.segment_memory(jsonb, jsonb) IS
  'Notes from the memories of a timeline: how far a trip went, and the ids of the places that it went to.';
GRANT EXECUTE ON FUNCTION takeout.segment_memory(jsonb, jsonb) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.raw_signal_position(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, at timestamptz, cell bigint, pos ext.geography, accuracy_m real,
               altitude_m real, velocity_mps real, source text, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT p.ordinal,
         coalesce(takeout.time_fault(p.position ->> 'timestamp', p.at),
                  CASE WHEN p.pos IS NULL THEN 'no coordinates'
                       WHEN takeout.point(p.pos[1], p.pos[2]) IS NULL THEN 'the coordinates are not on Earth' END),
         p.at, lake.cell(p.pos[1], p.pos[2]), takeout.point(p.pos[1], p.pos[2]),
         takeout.number(p.position ->> 'accuracyMeters'), takeout.number(p.position ->> 'altitudeMeters'),
         takeout.number(p.position ->> 'speedMetersPerSecond'), upper(p.position ->> 'source'),
         nullif(p.position - '{timestamp,LatLng,latLng,accuracyMeters,altitudeMeters,speedMetersPerSecond,source}'::text[], '{}')
    FROM (SELECT r.ordinal, r.record -> 'position' AS position, takeout.time(r.record #>> '{position,timestamp}') AS at,
                 takeout.coordinates(coalesce(r.record #>> '{position,LatLng}', r.record #>> '{position,latLng}')) AS pos
            FROM jsonb_array_elements(p_records) WITH ORDINALITY AS r(record, ordinal)
           WHERE jsonb_typeof(r.record -> 'position') = 'object'
          OFFSET 0) AS p
$$;
COMMENT ON FUNCTION takeout.raw_signal_position(jsonb, jsonb) IS 'Positions from the elements of "rawSignals".';
GRANT EXECUTE ON FUNCTION takeout.raw_signal_position(jsonb, jsonb) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.raw_signal(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, at timestamptz, ident uuid, type text, mode text, confidence real, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT s.ordinal,
         -- Android keeps those whose networks it has forgotten: no time, nothing.
         CASE WHEN s.record -> 'wifiScan' = '{}' THEN 'an empty scan' ELSE takeout.time_fault(s.at_text, takeout.time(s.at_text)) END,
         takeout.time(s.at_text), md5(s.record::text)::uuid,
         CASE WHEN s.record ? 'wifiScan' THEN 'wifi_scan' ELSE 'activity' END,
         CASE WHEN s.record ? 'activityRecord' THEN takeout.mode(s.record #>> '{activityRecord,probableActivities,0,type}') END,
         takeout.number(s.record #>> '{activityRecord,probableActivities,0,confidence}'), s.record
    FROM (SELECT r.ordinal, r.record,
                 coalesce(r.record #>> '{activityRecord,timestamp}', r.record #>> '{wifiScan,deliveryTime}') AS at_text
            FROM jsonb_array_elements(p_records) WITH ORDINALITY AS r(record, ordinal)
           WHERE r.record ?| '{activityRecord,wifiScan}' AND NOT r.record ? 'position'
          OFFSET 0) AS s
$$;
COMMENT ON FUNCTION takeout.raw_signal(jsonb, jsonb) IS
  'Signals from the elements of "rawSignals" that hold no position: guesses at a movement, Wi-Fi scans.';
GRANT EXECUTE ON FUNCTION takeout.raw_signal(jsonb, jsonb) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.frequent_place(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, place_id text, label text, pos ext.geography, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT p.ordinal, CASE WHEN p.place_id IS NULL AND p.pos IS NULL THEN 'neither an id nor coordinates' END,
         coalesce(p.place_id, lake.cell(p.pos[1], p.pos[2])::text), coalesce(p.place ->> 'label', ''),
         takeout.point(p.pos[1], p.pos[2]), nullif(p.place - '{placeId,placeLocation,label}'::text[], '{}')
    FROM (SELECT r.ordinal, r.place, nullif(r.place ->> 'placeId', '') AS place_id,
                 takeout.coordinates(coalesce(r.place #>> '{placeLocation,latLng}', r.place ->> 'placeLocation')) AS pos
            FROM jsonb_array_elements(p_records) WITH ORDINALITY AS r(place, ordinal)
           WHERE jsonb_typeof(r.place) = 'object'
          OFFSET 0) AS p
$$;
COMMENT ON FUNCTION takeout.frequent_place(jsonb, jsonb) IS 'Places that the phone knows its owner by: HOME, WORK, and others.';
GRANT EXECUTE ON FUNCTION takeout.frequent_place(jsonb, jsonb) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.frequent_trip(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, ident uuid, type text, product text, title text, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT r.ordinal, CASE WHEN r.trip = '{}' THEN 'nothing in this record is known to the parser' END,
         takeout.ident('frequent_trip', r.trip ->> 'waypointIds', r.trip ->> 'startTimeMinutes', r.trip ->> 'commuteDirection'),
         'frequent_trip', 'Location History', r.trip ->> 'commuteDirection', r.trip
    FROM jsonb_array_elements(p_records) WITH ORDINALITY AS r(trip, ordinal)
   WHERE jsonb_typeof(r.trip) = 'object'
$$;
COMMENT ON FUNCTION takeout.frequent_trip(jsonb, jsonb) IS
  'Items from the ways that the phone expects its owner to take: attrs has places, minutes of the day, and movements.';
GRANT EXECUTE ON FUNCTION takeout.frequent_trip(jsonb, jsonb) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.travel_mode(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, ident uuid, type text, product text, title text, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT r.ordinal, CASE WHEN r.mode ->> 'mode' IS NULL THEN 'no mode' END, takeout.ident('travel_mode', r.mode ->> 'mode'),
         'travel_mode', 'Location History', takeout.mode(r.mode ->> 'mode'), nullif(r.mode - 'mode', '{}')
    FROM jsonb_array_elements(p_records) WITH ORDINALITY AS r(mode, ordinal)
   WHERE jsonb_typeof(r.mode) = 'object'
$$;
COMMENT ON FUNCTION takeout.travel_mode(jsonb, jsonb) IS 'Items: how much its owner goes by each mode, as the phone has it (attrs.affinity, 0 to 1).';
GRANT EXECUTE ON FUNCTION takeout.travel_mode(jsonb, jsonb) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.persona_more(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, ident uuid, type text, product text, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  -- How much of it is what changes between exports.
  SELECT r.ordinal, CASE WHEN r.record = '{}' THEN 'nothing in this record is known to the parser' END,
         takeout.ident('persona_more', (r.record - 'affinity')::text), 'persona_more', 'Location History', r.record
    FROM jsonb_array_elements(p_records) WITH ORDINALITY AS r(record, ordinal)
   WHERE jsonb_typeof(r.record) = 'object'
$$;
COMMENT ON FUNCTION takeout.persona_more(jsonb, jsonb) IS 'Items from other lists of the persona: chains and sorts of places that its owner goes to.';
GRANT EXECUTE ON FUNCTION takeout.persona_more(jsonb, jsonb) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.location_profile_more(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, ident uuid, type text, product text, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT p.ordinal, p.reject, takeout.ident('location_profile_more', p.attrs::text), 'location_profile_more', p.product, p.attrs
    FROM takeout.persona_more(p_records, p_file) AS p
$$;
COMMENT ON FUNCTION takeout.location_profile_more(jsonb, jsonb) IS 'Items from other lists of the profile.';
GRANT EXECUTE ON FUNCTION takeout.location_profile_more(jsonb, jsonb) TO lake_user;
