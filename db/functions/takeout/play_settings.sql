-- Google Play Store/Play Settings.json: {"playSettings": {"notificationSettings": {…}, "autoUpdate": …}}, one document.
CALL imports.register_document('play_settings', 'Google Play Store', 'json',
  ARRAY['(^|/)Google Play Store/Play Settings\.json$'], '^[\s\uFEFF]*\{\s*"playSettings"\s*:');
CALL imports.register_kind('play_setting', 'play_settings', 0, '{"document": true}',
  '[{"table": "user_data.item", "parser": "takeout.play_setting", "state": true, "many": true}]');

CREATE OR REPLACE FUNCTION takeout.play_setting(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, ident uuid, type text, product text, title text, body text, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT s.ordinal, NULL, takeout.ident('setting', 'Google Play Store', e.key), 'setting', 'Google Play Store', e.key,
         CASE WHEN jsonb_typeof(e.value) NOT IN ('object', 'array') THEN e.value #>> '{}' END,
         CASE WHEN jsonb_typeof(e.value) IN ('object', 'array') THEN jsonb_build_object('value', e.value) END
    FROM (SELECT r.ordinal, r.record -> 'playSettings' AS settings
            FROM jsonb_array_elements(p_records) WITH ORDINALITY AS r(record, ordinal)
           WHERE jsonb_typeof(r.record -> 'playSettings') = 'object'
          OFFSET 0) AS s, LATERAL jsonb_each(s.settings) AS e
$$;
COMMENT ON FUNCTION takeout.play_setting(jsonb, jsonb) IS 'An item for each setting of the store.';
GRANT EXECUTE ON FUNCTION takeout.play_setting(jsonb, jsonb) TO lake_user;
