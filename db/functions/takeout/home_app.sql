-- Home App/HomeApp.json: {"Home App Data": [{"full_structures": [{"structure", "rooms_and_devices": [{"room", "devices"}]}]}]},
-- and Home App/HomeHistory.json: {"structure_history": [{"events": [{"timestamp", "event"}], "device_history": [{"device_id",
-- "last_seen"}]}]}.
-- Traps: a record of HomeApp.json is an account's homes, and gives a row for each of their devices; the homes themselves
-- are items, since one may have no device; events do not say in words what happened.
CALL imports.register_document('home_app', 'Home App', 'json', ARRAY['(^|/)Home App/HomeApp\.json$'],
  '^[\s\uFEFF]*\{\s*"Home App Data"\s*:');
CALL imports.register_kind('home_device', 'home_app', 0, '{"list": ["Home App Data"]}',
  '[{"table": "user_data.device", "parser": "takeout.home_device", "state": true, "many": true},
    {"table": "user_data.item", "parser": "takeout.home", "state": true, "many": true}]');
CALL imports.register_document('home_history', 'Home App', 'json', ARRAY['(^|/)Home App/HomeHistory\.json$'],
  '^[\s\uFEFF]*\{\s*"structure_history"\s*:');
CALL imports.register_kind('home_event', 'home_history', 0, '{"list": ["structure_history", "*", "events"]}',
  '[{"table": "user_data.activity", "parser": "takeout.home_event", "coarse": false}]');
CALL imports.register_kind('home_device_history', 'home_history', 1, '{"list": ["structure_history", "*", "device_history"]}',
  '[{"table": "user_data.item", "parser": "takeout.home_device_history", "state": true}]');

CREATE OR REPLACE FUNCTION takeout.home_device(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, ident uuid, product text, title text, type text, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT d.ordinal, CASE WHEN d.device ->> 'id' IS NULL AND d.device ->> 'name' IS NULL THEN 'neither an id nor a name' END,
         takeout.ident('home_device', coalesce(d.device ->> 'id', concat_ws('/', d.home, d.room, d.device ->> 'name'))),
         'Home App', d.device ->> 'name', substring(d.device ->> 'type' FROM '([^.]+)$'),
         nullif(d.device - 'name' || jsonb_strip_nulls(jsonb_build_object('room', d.room, 'home', d.home)), '{}')
    FROM (SELECT r.ordinal, h.home #>> '{structure,name}' AS home, p.part #>> '{room,name}' AS room, q.device
            FROM jsonb_array_elements(p_records) WITH ORDINALITY AS r(record, ordinal),
                 LATERAL jsonb_path_query(r.record, '$.full_structures[*]') AS h(home),
                 LATERAL jsonb_path_query(h.home, '$.rooms_and_devices[*]') AS p(part),
                 LATERAL jsonb_path_query(p.part, '$.devices[*]') AS q(device)
           WHERE jsonb_typeof(q.device) = 'object'
          OFFSET 0) AS d
$$;
COMMENT ON FUNCTION takeout.home_device(jsonb, jsonb) IS 'Lamps, ovens, speakers, with their room and home.';
GRANT EXECUTE ON FUNCTION takeout.home_device(jsonb, jsonb) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.home(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, ident uuid, type text, product text, title text, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT r.ordinal, CASE WHEN h.home #>> '{structure,id}' IS NULL AND h.home #>> '{structure,name}' IS NULL THEN 'a home without an id and a name' END,
         takeout.ident('home', coalesce(h.home #>> '{structure,id}', h.home #>> '{structure,name}')),
         'home', 'Home App', h.home #>> '{structure,name}',
         ((h.home -> 'structure') - 'name') || jsonb_build_object('rooms', jsonb_path_query_array(h.home, '$.rooms_and_devices[*].room'))
         || (h.home - '{structure,rooms_and_devices}'::text[])
    FROM jsonb_array_elements(p_records) WITH ORDINALITY AS r(record, ordinal),
         LATERAL jsonb_path_query(r.record, '$.full_structures[*]') AS h(home)
   WHERE jsonb_typeof(h.home -> 'structure') = 'object'
$$;
COMMENT ON FUNCTION takeout.home(jsonb, jsonb) IS 'Homes, with the rooms in them.';
GRANT EXECUTE ON FUNCTION takeout.home(jsonb, jsonb) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.home_event(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, at timestamptz, ident uuid, product text, title text, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT e.ordinal, takeout.time_fault(e.at_text, e.at), e.at, takeout.ident('home_event', e.event::text), 'Home App',
         coalesce(e.event ->> 'title', e.event ->> 'description', 'Home event'), nullif(e.event, '{}')
    FROM (SELECT r.ordinal, r.record ->> 'timestamp' AS at_text, takeout.time(r.record ->> 'timestamp') AS at,
                 coalesce(CASE jsonb_typeof(r.record -> 'event') WHEN 'object' THEN r.record -> 'event' END, '{}')
                 || (r.record - '{timestamp,event}'::text[]) AS event
            FROM jsonb_array_elements(p_records) WITH ORDINALITY AS r(record, ordinal)
           WHERE jsonb_typeof(r.record) = 'object'
          OFFSET 0) AS e
$$;
COMMENT ON FUNCTION takeout.home_event(jsonb, jsonb) IS 'Events of homes; what happened is in attrs, in the words of the devices.';
GRANT EXECUTE ON FUNCTION takeout.home_event(jsonb, jsonb) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.home_device_history(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, at timestamptz, ident uuid, type text, product text, title text, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT r.ordinal, CASE WHEN r.record ->> 'device_id' IS NULL THEN 'no id of a device' END,
         takeout.known_time(r.record ->> 'last_seen'), takeout.ident('home_device_history', r.record ->> 'device_id'),
         'home_device_history', 'Home App', r.record ->> 'device_id',
         nullif(r.record - 'device_id' - CASE WHEN takeout.known_time(r.record ->> 'last_seen') IS NULL THEN '' ELSE 'last_seen' END, '{}')
    FROM jsonb_array_elements(p_records) WITH ORDINALITY AS r(record, ordinal)
   WHERE jsonb_typeof(r.record) = 'object'
$$;
COMMENT ON FUNCTION takeout.home_device_history(jsonb, jsonb) IS 'When each device was seen last; its id is that of attrs in user_data.device.';
GRANT EXECUTE ON FUNCTION takeout.home_device_history(jsonb, jsonb) TO lake_user;
