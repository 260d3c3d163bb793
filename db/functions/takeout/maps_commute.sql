-- Maps/Commute routes/Commute routes.json: {"trips": [{"id", "place_visit": [{"place": {"lat_lng"}}], "transition": […]}]},
-- and Maps/Electric vehicle settings (EV profile): the cars that routes are planned for, one document.
-- Traps: no names and no times; the places are in degrees.
CALL imports.register_document('commute_routes', 'Maps', 'json',
  ARRAY['(^|/)Commute routes\.json$'], '^[\s\uFEFF]*\{\s*"trips"\s*:\s*\[.*"place_visit"\s*:\s*\[');
CALL imports.register_kind('commute_route', 'commute_routes', 0, '{"list": ["trips"]}',
  '[{"table": "user_data.saved_place", "parser": "takeout.commute_route", "state": true}]');
CALL imports.register_document('ev_profile', 'Maps', 'json',
  ARRAY['(^|/)Maps[^/]*/([^/]+/)?(Electric vehicle settings|EV profile)\.json$']);
CALL imports.register_kind('ev_profile', 'ev_profile', 0, '{"document": true}',
  '[{"table": "user_data.item", "parser": "takeout.ev_profile", "state": true}]');

CREATE OR REPLACE FUNCTION takeout.commute_route(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, ident uuid, list text, title text, pos ext.geography, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT r.ordinal, CASE WHEN r.record = '{}' THEN 'nothing in this record is known to the parser' END,
         takeout.ident('saved_place', 'Commute routes', coalesce(r.record ->> 'id', r.record::text)), 'Commute routes',
         takeout.plain(r.record ->> 'name'),
         takeout.place_point(r.record #>> '{place_visit,0,place,lat_lng,longitude}', r.record #>> '{place_visit,0,place,lat_lng,latitude}'),
         nullif(r.record - 'name', '{}')
    FROM jsonb_array_elements(p_records) WITH ORDINALITY AS r(record, ordinal)
   WHERE jsonb_typeof(r.record) = 'object'
$$;
COMMENT ON FUNCTION takeout.commute_route(jsonb, jsonb) IS 'Saved places from the routes to work: pos is where one begins, stops and ways stay in attrs.';
GRANT EXECUTE ON FUNCTION takeout.commute_route(jsonb, jsonb) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.ev_profile(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, ident uuid, type text, product text, title text, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT r.ordinal, NULL::text, takeout.ident('ev_profile'), 'ev_profile', 'Maps', 'Electric vehicle settings',
         CASE WHEN jsonb_typeof(r.record) = 'object' THEN r.record ELSE jsonb_build_object('list', r.record) END
    FROM jsonb_array_elements(p_records) WITH ORDINALITY AS r(record, ordinal)
$$;
COMMENT ON FUNCTION takeout.ev_profile(jsonb, jsonb) IS 'One item: the document.';
GRANT EXECUTE ON FUNCTION takeout.ev_profile(jsonb, jsonb) TO lake_user;
