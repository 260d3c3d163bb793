-- Visits, trips, places and paths from Semantic Location History; what is none of them is a reject with a reason.
BEGIN;
SELECT plan(17);

CREATE TEMP TABLE records AS SELECT '[
  {"placeVisit": {"location": {"latitudeE7": 455301500, "longitudeE7": -1226906000, "placeId": "ChC0", "name": "Harbor Mall"},
     "duration": {"startTimestamp": "2023-04-06T07:40:00Z", "endTimestamp": "2023-04-06T11:00:00Z"}, "visitConfidence": 93,
     "childVisits": [{"location": {"latitudeE7": 455301510, "longitudeE7": -1226906010, "placeId": "ChC1", "name": "Gull Coffee"},
        "duration": {"startTimestamp": "2023-04-06T08:00:00Z"}}]}},
  {"placeVisit": {"location": {"latitudeE7": 386962110, "longitudeE7": 4202749295, "semanticType": "TYPE_HOME"},
     "duration": {"startTimestampMs": "1565467200111", "endTimestampMs": "1565514000222"}}},
  {"placeVisit": {"location": {"placeId": "ChC3", "name": "Nowhen"}, "duration": {"endTimestamp": "2023-04-06T11:00:00Z"}}},
  {"placeVisit": {"location": null, "duration": {"startTimestamp": "2023-04-06T11:00:00Z", "endTimestamp": "later"}}},
  {"activitySegment": {"startLocation": {}, "endLocation": {"latitudeE7": 387138000, "longitudeE7": -91393000},
     "duration": {"startTimestampMs": "1565514000222", "endTimestampMs": "1565515860000"}, "distance": 8123,
     "activityType": "IN_TRAM", "activities": [{"activityType": "IN_TRAM", "probability": 91.5}],
     "simplifiedRawPath": {"points": [{"latE7": 387000000, "lngE7": -91900000, "timestampMs": "1565514600000", "accuracyMeters": 11},
                                      {"latE7": 387000000, "lngE7": -91900000}, {"latE7": 999999999, "lngE7": 1, "timestamp": "2019-08-11T09:20:00Z"}]}}},
  {"activitySegment": {"duration": {"startTimestamp": "2023-04-06T07:00:00Z"}, "waypointPath": {"waypoints": [{"latE7": 1}]}}},
  {"activitySegment": {"duration": {"startTimestamp": "40000-04-06T07:00:00Z"},
     "simplifiedRawPath": {"points": [{"latE7": 1, "lngE7": 1, "timestamp": "2019-08-11T09:20:00Z"}]}}},
  {}, null, 7
]'::jsonb AS list;

SELECT results_eq(
  $$SELECT ordinal, reject, at, level::integer, ident, confidence FROM records, takeout.place_visit(list, '{}') ORDER BY ordinal, level$$,
  $$VALUES (1::bigint, NULL, '2023-04-06 07:40:00+00'::timestamptz, 0, 'ChC0', 0.93::real),
           (1, NULL, '2023-04-06 08:00:00+00', 1, 'ChC1', NULL),
           (2, NULL, '2019-08-10 20:00:00.111+00', 0, lake.cell(386962110, -92218001)::text, NULL),
           (3, 'no time', NULL, 0, 'ChC3', NULL),
           (4, 'the time is no time', '2023-04-06 11:00:00+00', 0, 'unknown', NULL)$$,
  'visits, visits within visits, both forms of time, and what is wrong with the others');
SELECT results_eq(
  $$SELECT ordinal, end_at, ext.st_astext(pos, 7) FROM records, takeout.place_visit(list, '{}') WHERE reject IS NULL ORDER BY ordinal, level$$,
  $$VALUES (1::bigint, '2023-04-06 11:00:00+00'::timestamptz, 'POINT(-122.6906 45.53015)'),
           (1, NULL, 'POINT(-122.690601 45.530151)'), (2, '2019-08-11 09:00:00.222+00', 'POINT(-9.2218001 38.696211)')$$,
  'an end may be missing; a wrapped longitude is unwrapped');
SELECT is((SELECT attrs -> 'untimed_points' FROM records, takeout.activity_segment(list, '{}') WHERE ordinal = 5),
  '[{"latE7": 387000000, "lngE7": -91900000}]', 'points of a way that tell no time stay with the trip');
SELECT results_eq($$SELECT ordinal, place_id, name FROM records, takeout.place_visit_place(list, '{}') ORDER BY 2$$,
  $$VALUES (1::bigint, 'ChC0', 'Harbor Mall'), (1, 'ChC1', 'Gull Coffee')$$, 'places of good visits');
SELECT results_eq(
  $$SELECT ordinal, reject, at, end_at, mode, distance_m, confidence FROM records, takeout.activity_segment(list, '{}') ORDER BY 1$$,
  $$VALUES (5::bigint, NULL, '2019-08-11 09:00:00.222+00'::timestamptz, '2019-08-11 09:31:00+00'::timestamptz, 'IN_TRAM', 8123::real, 0.915::real),
           (6, NULL, '2023-04-06 07:00:00+00', '2023-04-06 07:00:00+00', 'UNKNOWN', NULL, NULL),
           (7, 'the time is outside of 1900 to 2099', '40000-04-06 07:00:00+00', '40000-04-06 07:00:00+00', 'UNKNOWN', NULL, NULL)$$,
  'trips: without an end they end where they begin');
SELECT results_eq($$SELECT ordinal, ext.st_astext(end_pos, 7), start_pos IS NULL FROM records, takeout.activity_segment(list, '{}') WHERE ordinal = 5$$,
  $$VALUES (5::bigint, 'POINT(-9.1393 38.7138)', true)$$, 'an empty start is none');
SELECT results_eq($$SELECT attrs #> '{waypointPath,waypoints,0,latE7}' FROM records, takeout.activity_segment(list, '{}') WHERE ordinal = 6$$,
  $$VALUES ('1'::jsonb)$$, 'a way without times stays with its trip');
SELECT results_eq($$SELECT ordinal, at, cell, accuracy_m, source FROM records, takeout.activity_segment_path(list, '{}')$$,
  $$VALUES (5::bigint, '2019-08-11 09:10:00+00'::timestamptz, lake.cell(387000000, -91900000), 11::real, 'PATH')$$,
  'of a path, the points with a time and a place on Earth, and only of a good trip');
SELECT results_eq($$SELECT reject, count(*)::integer FROM takeout.unknown_timeline_object('[{}, null, 7]', '{}') GROUP BY 1$$,
  $$VALUES ('neither a visit nor a movement', 3)$$, 'everything else is rejected');
SELECT lives_ok(format('SELECT count(*) FROM %s(%L, ''{}'')', f, '[null, 7, "x", [], {"placeVisit": [1]}, {"activitySegment": "x"}, {"placeVisit": {"childVisits": {"a": 1}}}]'),
                f || ' takes hostile records')
  FROM unnest(ARRAY['takeout.place_visit', 'takeout.place_visit_place', 'takeout.activity_segment', 'takeout.activity_segment_path']) AS f;

SELECT is(imports.recognize(path, head), 'semantic_location', 'recognised: ' || path)
  FROM (VALUES ('Takeout/Location History/Semantic Location History/2019/2019_AUGUST.json', NULL),
               ('Takeout/Standortverlauf/Verlauf/2023/2023_MAI.json', E'\uFEFF{"timelineObjects": [{}]}'),
               ('somewhere/else.json', '{ "timelineObjects" : [ {')) AS file(path, head);
SELECT isnt(imports.recognize('Takeout/Keep/x.json', '{"timeline": []}'), 'semantic_location', 'not recognised: another document');
SELECT * FROM finish();
ROLLBACK;
