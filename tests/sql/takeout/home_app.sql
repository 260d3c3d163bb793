-- Homes, their devices, and what happened in them.
BEGIN;
SELECT plan(7);
CREATE TEMP TABLE records AS SELECT '[
  {"full_structures": [{"structure": {"name": "Kelp St", "id": "st-1"}, "rooms_and_devices": [
      {"room": {"name": "Porch"}, "devices": [{"id": "dv-1", "name": "Light", "type": "action.devices.types.LIGHT"}, 7]},
      {"room": {"name": "Attic"}, "devices": [{"name": "Fan"}, {}]}]}]},
  {"full_structures": [{"structure": {"name": "Empty St"}}]}, {"full_structures": 7}, null
]'::jsonb AS list;
SELECT results_eq($$SELECT ordinal, reject, product, title, type, attrs FROM records, takeout.home_device(list, '{}') ORDER BY 1, title$$,
  $$VALUES (1::bigint, NULL, 'Home App', 'Fan', NULL, '{"home": "Kelp St", "room": "Attic"}'::jsonb),
           (1, NULL, 'Home App', 'Light', 'LIGHT', '{"id": "dv-1", "type": "action.devices.types.LIGHT", "home": "Kelp St", "room": "Porch"}'),
           (1, 'neither an id nor a name', 'Home App', NULL, NULL, '{"home": "Kelp St", "room": "Attic"}')$$, 'devices');
SELECT results_eq($$SELECT ordinal, reject, type, title, attrs FROM records, takeout.home(list, '{}') ORDER BY 1$$,
  $$VALUES (1::bigint, NULL, 'home', 'Kelp St', '{"id": "st-1", "rooms": [{"name": "Porch"}, {"name": "Attic"}]}'::jsonb),
           (2, NULL, 'home', 'Empty St', '{"rooms": []}')$$, 'homes, also without a device');
SELECT results_eq($$SELECT ordinal, reject, at, product, attrs FROM takeout.home_event('[{"timestamp": "2024-03-05T02:00:00.123Z", "event": {"event_data": {"on": true}}, "x": 1},
    {"timestamp": "2024-03-05T03:00:00Z", "event": 7}, {"event": {}}, 5]', '{}') ORDER BY 1$$,
  $$VALUES (1::bigint, NULL, '2024-03-05 02:00:00.123+00'::timestamptz, 'Home App', '{"event_data": {"on": true}, "x": 1}'::jsonb),
           (2, NULL, '2024-03-05 03:00:00+00', 'Home App', NULL), (3, 'no time', NULL, 'Home App', NULL)$$, 'events');
SELECT results_eq($$SELECT ordinal, reject, at, title, attrs FROM takeout.home_device_history('[{"device_id": "dv-1", "last_seen": "2024-03-05T03:00:00Z"}, {"last_seen": "x"}, null]', '{}') ORDER BY 1$$,
  $$VALUES (1::bigint, NULL, '2024-03-05 03:00:00+00'::timestamptz, 'dv-1', NULL::jsonb), (2, 'no id of a device', NULL, NULL, '{"last_seen": "x"}')$$, 'devices seen');
SELECT is((SELECT array_agg(options -> 'list' ORDER BY section) FROM imports.kind WHERE document = 'home_history'),
          ARRAY['["structure_history", "*", "events"]', '["structure_history", "*", "device_history"]']::jsonb[], 'the lists of all homes');
SELECT results_eq($$SELECT imports.recognize('Takeout/Home App/' || n, NULL) FROM unnest('{HomeApp.json,HomeHistory.json}'::text[]) AS n$$, $$VALUES ('home_app'), ('home_history')$$, 'recognised by name');
SELECT results_eq($$SELECT imports.recognize('x.json', '{"' || n || '": [') FROM unnest(ARRAY['Home App Data', 'structure_history']) AS n$$, $$VALUES ('home_app'), ('home_history')$$, 'and by content');
SELECT * FROM finish();
ROLLBACK;
