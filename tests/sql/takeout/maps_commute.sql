-- Routes to work, and the cars they are planned for.
BEGIN;
SELECT plan(5);
SELECT results_eq($$SELECT ordinal, reject, list, ext.st_astext(pos, 4), attrs ->> 'id' FROM takeout.commute_route('[{"id": "r1", "place_visit": [{"place": {"lat_lng": {"latitude": 45.5201, "longitude": -122.6805}}}]}, {}]', '{}')$$,
  $$VALUES (1::bigint, NULL::text, 'Commute routes', 'POINT(-122.6805 45.5201)', 'r1'), (2, 'nothing in this record is known to the parser', 'Commute routes', NULL, NULL)$$, 'routes');
SELECT results_eq($$SELECT type, attrs FROM takeout.ev_profile('[{"connectors": ["CCS"]}]', '{}')$$, $$VALUES ('ev_profile', '{"connectors": ["CCS"]}'::jsonb)$$, 'cars');
SELECT results_eq($$SELECT imports.recognize(p, h) FROM (VALUES ('Takeout/Maps/Commute routes/Commute routes.json', NULL), ('Takeout/Maps/Electric vehicle settings/Electric vehicle settings.json', NULL), ('Takeout/Maps/EV profile/EV profile.json', '{}'),
    ('Takeout/X/Y.json', '{"trips": [{"id": "r1", "place_visit": [')) AS v(p, h)$$, ARRAY['commute_routes', 'ev_profile', 'ev_profile', 'commute_routes'], 'recognised by name and by content');
SELECT lives_ok($$SELECT count(*) FROM takeout.commute_route('[null, 1, [], "x", {"id": []}, {"place_visit": 7}]', '{}')$$, 'takes hostile records');
SELECT lives_ok($$SELECT count(*) FROM takeout.ev_profile('[null, 1, [], "x", {}]', '{}')$$, 'takes hostile records');
SELECT * FROM finish();
ROLLBACK;
