-- Location History (Timeline): Settings.json: {"createdTime", "historyEnabled" …, "deviceSettings": [{"deviceTag",
-- "devicePrettyName", "deviceCreationTime" …}]}; Tombstones.csv, what was deleted; Encrypted Backups.txt, a notice that
-- phones keep the history elsewhere.
-- Traps: deviceTag is a signed number of 64 bits, by which points of the history name their device; names may be empty;
-- the columns of Tombstones.csv are not sure.
CALL imports.register_document('location_settings', 'Location History', 'json',
  ARRAY['(^|/)(Location History|Timeline|Location History \(Timeline\))/Settings\.json$'],
  '^[\s\uFEFF]*\{(?=.*"createdTime"\s*:).*("deviceSettings"\s*:\s*\[|"hasReportedLocations"\s*:)');
CALL imports.register_kind('location_settings', 'location_settings', 0, '{"document": true}',
  '[{"table": "user_data.item", "parser": "takeout.location_settings", "state": true}]');
CALL imports.register_kind('location_device', 'location_settings', 1, '{"list": ["deviceSettings"]}',
  '[{"table": "user_data.device", "parser": "takeout.location_device", "state": true}]');
CALL imports.register_document('location_tombstones', 'Location History', 'csv',
  ARRAY['(^|/)Tombstones\.csv$'],
  '^[\s\uFEFF]*[^,\n]+(,[^,\n]+){2,}\r?\n-?\d{1,20}(,\d{4}-\d\d-\d\dT[\d:.]+Z){3}');
CALL imports.register_kind('tombstone', 'location_tombstones', 0, '{"as": "pairs"}',
  '[{"table": "user_data.item", "parser": "takeout.location_tombstone", "state": true}]');
CALL imports.register_document('encrypted_backups', 'Location History', 'lines',
  ARRAY['(^|/)Encrypted Backups\.txt$'], '^[\s\uFEFF]*You have encrypted Timeline backups');
CALL imports.register_kind('encrypted_backup', 'encrypted_backups', 0, '{}',
  '[{"table": "user_data.item", "parser": "takeout.encrypted_backup", "state": true}]');

CREATE OR REPLACE FUNCTION takeout.location_settings(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, at timestamptz, ident uuid, type text, product text, title text, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT r.ordinal, NULL::text, takeout.kept_time(takeout.time(r.record ->> 'createdTime')), takeout.ident('location_settings'),
         'location_settings', 'Location History', 'Timeline settings', nullif(r.record - '{createdTime,deviceSettings}'::text[], '{}')
    FROM jsonb_array_elements(p_records) WITH ORDINALITY AS r(record, ordinal)
   WHERE jsonb_typeof(r.record) = 'object'
$$;
COMMENT ON FUNCTION takeout.location_settings(jsonb, jsonb) IS 'One item: the settings of the timeline, without its devices.';
GRANT EXECUTE ON FUNCTION takeout.location_settings(jsonb, jsonb) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.location_device(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, at timestamptz, ident uuid, product text, title text, type text, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT r.ordinal, CASE WHEN r.record ->> 'deviceTag' IS NULL THEN 'no deviceTag' END,
         takeout.kept_time(takeout.time(r.record ->> 'deviceCreationTime')),
         takeout.ident('device', 'Location History', r.record ->> 'deviceTag'), 'Location History',
         takeout.plain(coalesce(nullif(r.record ->> 'devicePrettyName', ''), r.record #>> '{deviceSpec,model}', r.record #>> '{deviceSpec,device}')),
         lower(r.record ->> 'platformType'),
         r.record - '{deviceCreationTime,deviceTag,platformType}'::text[] || jsonb_build_object('device_tag', r.record ->> 'deviceTag')
    FROM jsonb_array_elements(p_records) WITH ORDINALITY AS r(record, ordinal)
   WHERE jsonb_typeof(r.record) = 'object'
$$;
COMMENT ON FUNCTION takeout.location_device(jsonb, jsonb) IS 'Devices from "deviceSettings"; attrs.device_tag is the device of timeseries.location.';
GRANT EXECUTE ON FUNCTION takeout.location_device(jsonb, jsonb) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.location_tombstone(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, at timestamptz, ident uuid, type text, product text, title text, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT r.ordinal, NULL::text,
         (SELECT takeout.kept_time(takeout.time(u.cell)) FROM unnest(c.cells) WITH ORDINALITY AS u(cell, place)
           WHERE u.cell LIKE '____-__-__T__:%' ORDER BY u.place LIMIT 1),
         takeout.ident('tombstone', array_to_string(c.cells, E'\u001F', '')), 'tombstone', 'Location History', c.cells[1], c.named
    FROM jsonb_array_elements(p_records) WITH ORDINALITY AS r(record, ordinal)
   CROSS JOIN LATERAL takeout.cells(r.record) AS c
   WHERE c.cells IS NOT NULL
$$;
COMMENT ON FUNCTION takeout.location_tombstone(jsonb, jsonb) IS 'Items from the rows of Tombstones.csv: at is the first time, title the first cell.';
GRANT EXECUTE ON FUNCTION takeout.location_tombstone(jsonb, jsonb) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.encrypted_backup(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, ident uuid, type text, product text, title text)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT r.ordinal, NULL::text, takeout.ident('encrypted_backup', r.line), 'encrypted_backup', 'Location History', takeout.plain(r.line)
    FROM jsonb_array_elements_text(p_records) WITH ORDINALITY AS r(line, ordinal)
   WHERE takeout.plain(r.line) IS NOT NULL
$$;
COMMENT ON FUNCTION takeout.encrypted_backup(jsonb, jsonb) IS 'Items from the lines of the notice.';
GRANT EXECUTE ON FUNCTION takeout.encrypted_backup(jsonb, jsonb) TO lake_user;
