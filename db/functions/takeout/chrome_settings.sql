-- Chrome/Settings.json, OS Settings.json, SyncSettings.json (older), Omnibox.json: an object of lists, one for each
-- sort of setting: {"Preferences": [{"name", "value"}], "Priority Preference": [{"preference": {"name", "value"}}],
-- "Extension Settings": [{"extension_id", "key", "value"}], "Themes": [{"use_custom_theme"}], "App": […] …}. All of them
-- are taken, whatever they are called. The keys are English in every language.
-- Traps: values are JSON inside a string; some settings have no name.
CALL imports.register_document('chrome_settings', 'Chrome', 'json',
  ARRAY['(^|/)Chrome/(Settings|OS Settings|SyncSettings|Omnibox)\.json$'],
  '^[\s\uFEFF]*\{\s*"(OS )?(Preferences?|Priority Preferences?|Themes?|Apps?|App Settings?|Extension Settings?)"\s*:\s*\[');
CALL imports.register_kind('setting', 'chrome_settings', 0, '{"list": ["*"]}',
  '[{"table": "user_data.item", "parser": "takeout.chrome_setting", "state": true}]');

CREATE OR REPLACE FUNCTION takeout.chrome_setting(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, ident uuid, type text, product text, title text, body text, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT s.ordinal, NULL::text,
         takeout.ident('setting', 'Chrome', s.owner, coalesce(s.name, s.record::text)), 'setting', 'Chrome',
         coalesce(s.name, s.first_key), s.value,
         nullif(CASE WHEN s.setting ? 'name' OR s.setting ? 'key' THEN s.record - '{name,key,value,preference}'::text[]
                     ELSE s.record END, '{}')
    FROM (SELECT r.ordinal, r.record, p.setting, r.record ->> 'extension_id' AS owner,
                 takeout.plain(coalesce(p.setting ->> 'name', p.setting ->> 'key')) AS name, p.setting ->> 'value' AS value,
                 (SELECT min(k) FROM jsonb_object_keys(r.record) AS k) AS first_key
            FROM jsonb_array_elements(p_records) WITH ORDINALITY AS r(record, ordinal),
                 LATERAL (SELECT CASE WHEN jsonb_typeof(r.record -> 'preference') = 'object' THEN r.record -> 'preference'
                                      ELSE r.record END) AS p(setting)
           WHERE jsonb_typeof(r.record) = 'object' AND r.record <> '{}'
          OFFSET 0) AS s
$$;
COMMENT ON FUNCTION takeout.chrome_setting(jsonb, jsonb) IS
  'Items of type setting from the settings of Chrome: title the name, body the value as it is written.';
GRANT EXECUTE ON FUNCTION takeout.chrome_setting(jsonb, jsonb) TO lake_user;
