-- Chrome/Device Information.json: {"Device Info": [{"cache_guid", "client_name", "device_type", "os_type",
-- "last_updated_timestamp" …}]}, the devices that Chrome syncs with.
-- Traps: the time, in milliseconds, is when the device was heard of last; none says when first.
CALL imports.register_document('chrome_devices', 'Chrome', 'json',
  ARRAY['(^|/)Chrome/Device Information\.json$'], '^[\s\uFEFF]*\{\s*"Device Info"\s*:\s*\[');
CALL imports.register_kind('device', 'chrome_devices', 0, '{"list": ["Device Info"]}',
  '[{"table": "user_data.device", "parser": "takeout.chrome_device", "state": true}]');

CREATE OR REPLACE FUNCTION takeout.chrome_device(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, at timestamptz, ident uuid, product text, title text, type text, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT r.ordinal, CASE WHEN coalesce(r.record ->> 'cache_guid', r.record ->> 'client_name') IS NULL THEN 'neither an id nor a name' END,
         takeout.kept_time(takeout.epoch_time(r.record ->> 'last_updated_timestamp')),
         takeout.ident('device', 'Chrome', coalesce(r.record ->> 'cache_guid', r.record ->> 'client_name')), 'Chrome',
         takeout.plain(coalesce(nullif(r.record ->> 'client_name', ''), r.record ->> 'model')),
         lower(replace(r.record ->> 'device_type', 'TYPE_', '')),
         nullif(r.record - '{client_name,device_type}'::text[], '{}')
    FROM jsonb_array_elements(p_records) WITH ORDINALITY AS r(record, ordinal)
   WHERE jsonb_typeof(r.record) = 'object'
$$;
COMMENT ON FUNCTION takeout.chrome_device(jsonb, jsonb) IS 'Devices from the elements of "Device Info"; at is when Chrome heard of one last.';
GRANT EXECUTE ON FUNCTION takeout.chrome_device(jsonb, jsonb) TO lake_user;
