-- Google Play Store/Devices.json: [{"device": {"mostRecentData": {model, memory, country …}, "deviceRegistrationTime",
-- "userAddedOnDeviceTime", "lastTimeDeviceActive"}}].
-- Trap: most of it changes from export to export; what stays is the model and when it was registered.
CALL imports.register_document('play_devices', 'Google Play Store', 'json',
  ARRAY['(^|/)Google Play Store/Devices\.json$'], '^[\s\uFEFF]*\[\s*\{\s*"device"\s*:\s*\{\s*"(mostRecentData|deviceRegistrationTime)"');
CALL imports.register_kind('play_device', 'play_devices', 0, '{"list": []}',
  '[{"table": "user_data.device", "parser": "takeout.play_device", "state": true}]');

CREATE OR REPLACE FUNCTION takeout.play_device(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, at timestamptz, ident uuid, product text, title text, type text, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT d.ordinal, CASE WHEN d.device = '{}' THEN 'nothing is said of this device' END, d.at,
         takeout.ident('play_device', d.device #>> '{mostRecentData,manufacturer}', d.device #>> '{mostRecentData,modelName}',
                       d.device #>> '{mostRecentData,deviceName}', d.device ->> 'deviceRegistrationTime'),
         'Google Play Store',
         coalesce(nullif(d.device #>> '{mostRecentData,modelName}', ''), d.device #>> '{mostRecentData,deviceName}'), 'ANDROID',
         nullif(takeout.without(d.device, 'mostRecentData.modelName') - CASE WHEN d.at IS NULL THEN '' ELSE 'deviceRegistrationTime' END, '{}')
    FROM (SELECT r.ordinal, r.record -> 'device' AS device,
                 takeout.known_time(r.record #>> '{device,deviceRegistrationTime}') AS at
            FROM jsonb_array_elements(p_records) WITH ORDINALITY AS r(record, ordinal)
           WHERE jsonb_typeof(r.record -> 'device') = 'object'
          OFFSET 0) AS d
$$;
COMMENT ON FUNCTION takeout.play_device(jsonb, jsonb) IS 'Devices that the store was used on; at is when each was registered.';
GRANT EXECUTE ON FUNCTION takeout.play_device(jsonb, jsonb) TO lake_user;
