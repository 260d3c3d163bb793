-- Timelines as phones export them: both shapes give the same rows.
BEGIN;
SELECT plan(25);

CREATE TEMP TABLE android AS SELECT '[
  {"startTime": "2024-05-01T08:00:00.000-07:00", "endTime": "2024-05-01T10:00:00.000-07:00", "timelinePath": [
     {"point": "45.5051250°, -122.6750000°", "time": "2024-05-01T08:12:00.000-07:00"},
     {"point": "45.5061250°, -122.6760000°", "time": "2024-05-01T08:12:00.000-07:00"},
     {"point": "45.5051250°, -122.6750000°", "time": "2024-05-01T08:12:00.000-07:00"},
     {"point": "95.5°, 0°", "time": "2024-05-01T08:13:00.000-07:00"}, {"point": "nowhere", "time": "2024-05-01T08:13:00.000-07:00"},
     {"point": "45.5°, 1°"}, null]},
  {"startTime": "2024-05-01T08:30:15.000-07:00", "endTime": "2024-05-01T17:05:59.000-07:00", "visit": {"hierarchyLevel": 0, "probability": 0.94,
     "topCandidate": {"placeId": "ChA1", "semanticType": "INFERRED_WORK", "placeLocation": {"latLng": "45.5051250°, -122.6750000°"}}}},
  {"startTime": "2024-05-01T17:05:59.000-07:00", "endTime": "2024-05-01T17:31:00.000-07:00", "activity": {
     "start": {"latLng": "45.5051250°, -122.6750000°"}, "end": {"latLng": "45.5201000°, -122.6805000°"}, "distanceMeters": 1931.5,
     "probability": 0.91, "topCandidate": {"type": "CYCLING"}, "parking": {"location": {"latLng": "45.5°, -122.6°"}}}},
  {"startTime": "2024-05-02T00:00:00.000+02:00", "endTime": "2024-05-09T00:00:00.000+02:00", "timelineMemory": {"trip": {
     "distanceFromOriginKms": 8123, "destinations": [{"identifier": {"placeId": "T1"}}, {"identifier": {"placeId": "T2"}}]}}},
  {"startTime": "2024-05-10T12:00:00.000Z", "endTime": "2024-05-10T12:30:00.000Z", "visit": {"hierarchyLevel": 1, "topCandidate": {}}},
  {"endTime": "2024-05-10T12:30:00.000Z", "visit": {"hierarchyLevel": "x"}},
  {"startTime": "2024-05-10T12:00:00.000Z", "endTime": "never", "activity": {}},
  {"startTime": "2024-05-10T12:00:00.000Z"}, null, "visit"
]'::jsonb AS list;
CREATE TEMP TABLE ios AS SELECT '[
  {"startTime": "2024-07-01T09:32:18.000+01:00", "endTime": "2024-07-01T09:39:37.000+01:00", "activity": {"start": "geo:38.696211,-9.221800",
     "end": "geo:38.713800,-9.139300", "distanceMeters": "8123.250000", "topCandidate": {"type": "in tram", "probability": "0.870000"}}},
  {"startTime": "2024-07-01T09:39:37.014+01:00", "endTime": "2024-07-02T00:00:00.000+01:00", "visit": {"hierarchyLevel": "0", "probability": "0.95",
     "topCandidate": {"placeID": "ChE1", "name": "Casa", "semanticType": "Home", "placeLocation": "geo:38.713800,-9.139300"}}},
  {"startTime": "2024-07-02T00:00:00.000+01:00", "endTime": "2024-07-03T00:00:00.000+01:00", "visit": {"hierarchyLevel": "1",
     "topCandidate": {"placeID": "", "placeLocation": ""}}},
  {"startTime": "2024-07-01T08:00:00.000+01:00", "endTime": "2024-07-01T10:00:00.000+01:00", "timelinePath": [
     {"point": "geo:38.696211,-9.221800", "durationMinutesOffsetFromStartTime": "92"},
     {"point": "geo:38.700000,-9.200000", "durationMinutesOffsetFromStartTime": "1e400"}]},
  {"startTime": "2024-07-04T10:00:00.000Z", "endTime": "2024-07-05T10:00:00.000Z",
   "timelineMemory": {"destinations": [{"identifier": "T1"}], "distanceFromOriginKms": "320"}}
]'::jsonb AS list;

SELECT results_eq($$SELECT ordinal, reject FROM android, takeout.segment_visit(list, '{}') WHERE reject IS NOT NULL ORDER BY 1$$,
  $$VALUES (6::bigint, 'no time'), (7, 'the time is no time'), (8, 'neither a visit, a movement, a path nor a memory'),
           (9, 'neither a visit, a movement, a path nor a memory'), (10, 'neither a visit, a movement, a path nor a memory')$$,
  'one parser rejects for all of them');
SELECT results_eq($$SELECT ordinal, at, end_at, level::integer, ident, semantic_type, confidence FROM android, takeout.segment_visit(list, '{}') WHERE reject IS NULL ORDER BY 1$$,
  $$VALUES (2::bigint, '2024-05-01 15:30:15+00'::timestamptz, '2024-05-02 00:05:59+00'::timestamptz, 0, 'ChA1', 'INFERRED_WORK', 0.94::real),
           (5, '2024-05-10 12:00:00+00', '2024-05-10 12:30:00+00', 1, 'unknown', NULL, NULL)$$, 'Android visits');
SELECT results_eq($$SELECT ordinal, at, level::integer, ident, name, semantic_type, confidence, ext.st_astext(pos, 7) FROM ios, takeout.segment_visit(list, '{}') ORDER BY 1$$,
  $$VALUES (2::bigint, '2024-07-01 08:39:37.014+00'::timestamptz, 0, 'ChE1', 'Casa', 'Home', 0.95::real, 'POINT(-9.1393 38.7138)'),
           (3, '2024-07-01 23:00:00+00', 1, 'unknown', NULL, NULL, NULL, NULL)$$, 'iOS visits');
SELECT results_eq($$SELECT place_id, name FROM ios, takeout.segment_place(list, '{}')$$, $$VALUES ('ChE1', 'Casa')$$, 'a place needs a name');
SELECT is_empty($$SELECT FROM android, takeout.segment_place(list, '{}')$$, 'Android says no names');
SELECT results_eq($$SELECT ordinal, at, mode, distance_m, confidence, ext.st_astext(start_pos, 7), attrs FROM android, takeout.segment_trip(list, '{}')$$,
  $$VALUES (3::bigint, '2024-05-02 00:05:59+00'::timestamptz, 'CYCLING', 1931.5::real, 0.91::real, 'POINT(-122.675 45.505125)',
            '{"activity": {"topCandidate": {}, "parking": {"location": {"latLng": "45.5°, -122.6°"}}}}'::jsonb)$$, 'Android trips');
SELECT results_eq($$SELECT ordinal, end_at, mode, distance_m, confidence, ext.st_astext(end_pos, 7) FROM ios, takeout.segment_trip(list, '{}')$$,
  $$VALUES (1::bigint, '2024-07-01 08:39:37+00'::timestamptz, 'IN_TRAM', 8123.25::real, 0.87::real, 'POINT(-9.1393 38.7138)')$$,
  'iOS trips: numbers from texts, the mode in the one spelling');
SELECT results_eq($$SELECT ordinal, at, cell, seq::integer, source FROM android, takeout.segment_path(list, '{}') ORDER BY at, seq$$,
  $$VALUES (1::bigint, '2024-05-01 15:12:00+00'::timestamptz, lake.cell(455051250, -1226750000), 0, 'PATH'),
           (1, '2024-05-01 15:12:00+00', lake.cell(455061250, -1226760000), 1, 'PATH'),
           (1, '2024-05-01 15:12:00+00', lake.cell(455051250, -1226750000), 2, 'PATH')$$,
  'points of one minute are numbered; points without a time or a place are left out');
SELECT results_eq($$SELECT at, cell FROM ios, takeout.segment_path(list, '{}')$$,
  $$VALUES ('2024-07-01 08:32:00+00'::timestamptz, lake.cell(386962110, -92218000))$$, 'iOS points count minutes from the start');
SELECT results_eq($$SELECT title, body FROM android, takeout.segment_memory(list, '{}') UNION ALL SELECT title, body FROM ios, takeout.segment_memory(list, '{}')$$,
  $$VALUES ('Trip, 8123 km from home', 'Destinations: T1, T2'), ('Trip, 320 km from home', 'Destinations: T1')$$, 'memories are notes');

CREATE TEMP TABLE signals AS SELECT '[
  {"position": {"LatLng": "45.5051251°, -122.6750001°", "accuracyMeters": 11, "altitudeMeters": 46.7, "source": "wifi",
     "timestamp": "2024-06-19T06:31:35.000-07:00", "speedMetersPerSecond": 0.0}},
  {"activityRecord": {"probableActivities": [{"type": "STILL", "confidence": 0.93}], "timestamp": "2024-06-19T06:32:00.000-07:00"}},
  {"wifiScan": {"deliveryTime": "2024-06-19T06:32:10.000-07:00"}},
  {"wifiScan": {}}, {"position": {"LatLng": "", "timestamp": "2024-06-19T06:31:35.000-07:00"}}, {"position": {"LatLng": "95°, 1°", "timestamp": "x"}}, {}
]'::jsonb AS list;
SELECT results_eq($$SELECT ordinal, reject, at, accuracy_m, source FROM signals, takeout.raw_signal_position(list, '{}') ORDER BY 1$$,
  $$VALUES (1::bigint, NULL, '2024-06-19 13:31:35+00'::timestamptz, 11::real, 'WIFI'), (5, 'no coordinates', '2024-06-19 13:31:35+00', NULL, NULL),
           (6, 'the time is no time', NULL, NULL, NULL)$$, 'signals with a position are positions');
SELECT results_eq($$SELECT ordinal, reject, at, type, mode, confidence FROM signals, takeout.raw_signal(list, '{}') ORDER BY 1$$,
  $$VALUES (2::bigint, NULL, '2024-06-19 13:32:00+00'::timestamptz, 'activity', 'STILL', 0.93::real),
           (3, NULL, '2024-06-19 13:32:10+00', 'wifi_scan', NULL, NULL), (4, 'an empty scan', NULL, 'wifi_scan', NULL, NULL)$$, 'the others are signals');
SELECT results_eq($$SELECT ordinal, reject, place_id, label FROM takeout.frequent_place('[{"placeId": "ChE1", "placeLocation": "45.5201000°, -122.6805000°", "label": "HOME"},
      {"placeLocation": "45.5201000°, -122.6805000°"}, {"label": "WORK"}, null]', '{}') ORDER BY 1$$,
  $$VALUES (1::bigint, NULL, 'ChE1', 'HOME'), (2, NULL, lake.cell(455201000, -1226805000)::text, ''), (3, 'neither an id nor coordinates', NULL, 'WORK')$$,
  'frequent places');

SELECT results_eq($$SELECT ordinal, attrs FROM takeout.segment_path('[
    {"startTime": "2024-05-01T10:00:00Z", "timelinePath": [{"point": "95°, 1°", "time": "2024-05-01T10:01:00Z"}, {"point": "45°, 1°", "time": "2024-05-01T10:02:00Z"},
      {"point": "45°, 1°", "time": "2024-05-01T10:03:00Z"}, {"point": "45°, 2°"}]},
    {"startTime": "2024-05-01T10:00:00Z", "timelinePath": [{"point": "45°, 1°", "time": "2024-05-01T10:04:00Z"}]}]', '{}') ORDER BY at$$,
  $$VALUES (1::bigint, '{"unread": [{"point": "95°, 1°", "time": "2024-05-01T10:01:00Z"}, {"point": "45°, 2°"}]}'::jsonb), (1, NULL), (2, NULL)$$,
  'points that are no positions are kept with the first that is one');
SELECT results_eq($$SELECT ordinal, reject, title, attrs ->> 'durationMinutes' FROM takeout.frequent_trip('[{"waypointIds": ["a", "b"], "startTimeMinutes": 540,
      "durationMinutes": 20, "commuteDirection": "COMMUTE_DIRECTION_HOME_TO_WORK"}, {}, 7]', '{}') ORDER BY 1$$,
  $$VALUES (1::bigint, NULL, 'COMMUTE_DIRECTION_HOME_TO_WORK', '20'), (2, 'nothing in this record is known to the parser', NULL, NULL)$$, 'frequent trips');
SELECT results_eq($$SELECT ordinal, reject, title, attrs FROM takeout.travel_mode('[{"mode": "in tram", "affinity": 0.55}, {"affinity": 1}, null]', '{}') ORDER BY 1$$,
  $$VALUES (1::bigint, NULL, 'IN_TRAM', '{"affinity": 0.55}'::jsonb), (2, 'no mode', 'UNKNOWN', '{"affinity": 1}')$$, 'how much is gone by what');
SELECT results_eq($$SELECT ordinal, reject, attrs FROM takeout.persona_more('[{"chain": "Loaf", "affinity": 0.5}, {}, 7]', '{}') ORDER BY 1$$,
  $$VALUES (1::bigint, NULL, '{"chain": "Loaf", "affinity": 0.5}'::jsonb), (2, 'nothing in this record is known to the parser', '{}')$$, 'other lists of the persona');
SELECT is((SELECT type FROM takeout.location_profile_more('[{"a": 1}]', '{}')), 'location_profile_more', 'other lists of the profile');
SELECT set_eq($$SELECT options #>> '{list}' FROM imports.kind WHERE kind IN ('frequent_trip', 'travel_mode')$$,
  ARRAY['["userLocationProfile", "frequentTrips"]', '["userLocationProfile", "persona", "travelModeAffinities"]'], 'the profile is read to its end');
SELECT is(imports.recognize(path, head), document, 'recognised: ' || path)
  FROM (VALUES ('Zeitachse.json', '{"semanticSegments": [', 'on_device_android'),
               ('phone/backup of June.json', '{ "rawSignals" : [', 'on_device_android'),
               ('location-history.json', '[ { "endTime": "2024", "startTime": "2024", "visit": {', 'on_device_ios'),
               ('Timeline.json', E'\uFEFF[{"endTime": "2024", "startTime": "2024", "activity": {', 'on_device_ios'),
               ('Timeline.json', NULL, 'on_device_android')) AS file(path, head, document);
SELECT isnt(imports.recognize('Takeout/Location History/Timeline Edits.json', NULL), 'on_device_android', 'edits are no timeline');
SELECT * FROM finish();
ROLLBACK;
