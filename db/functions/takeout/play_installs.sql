-- Google Play Store/Installs.json: [{"install": {"doc", "firstInstallationTime", "lastUpdateTime", "deviceAttribute"}}].
-- Traps: several apps are installed in one second, and are several; an app that has left the store has no title; a first
-- installation in 1970 is one of which the time is not known.
CALL imports.register_document('play_installs', 'Google Play Store', 'json',
  ARRAY['(^|/)Google Play Store/Installs\.json$'], '^[\s\uFEFF]*\[\s*\{\s*"install"\s*:');
CALL imports.register_kind('app_install', 'play_installs', 0, '{"list": []}',
  '[{"table": "user_data.app_install", "parser": "takeout.app_install", "newest": true}]');

CREATE OR REPLACE FUNCTION takeout.app_install(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, at timestamptz, ident uuid, title text, type text, device text,
               updated_at timestamptz, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT i.ordinal, CASE WHEN i.title IS NULL AND i.first_at IS NULL AND i.updated_at IS NULL THEN 'neither a title nor a time' END,
         coalesce(i.first_at, i.updated_at),
         takeout.ident('app_install', i.install #>> '{doc,documentType}', i.title, i.install #>> '{deviceAttribute,manufacturer}',
                       i.install #>> '{deviceAttribute,model}', i.first_at::text,
                       CASE WHEN i.title IS NULL OR i.first_at IS NULL THEN i.updated_at::text END),
         i.title, i.install #>> '{doc,documentType}',
         coalesce(nullif(i.install #>> '{deviceAttribute,deviceDisplayName}', ''), nullif(i.install #>> '{deviceAttribute,model}', '')),
         i.updated_at,
         nullif(takeout.without(i.install, 'doc.title', 'doc.documentType', 'deviceAttribute.deviceDisplayName')
                - CASE WHEN i.first_at IS NULL THEN '' ELSE 'firstInstallationTime' END
                - CASE WHEN i.updated_at IS NULL THEN '' ELSE 'lastUpdateTime' END, '{"doc": {}, "deviceAttribute": {}}')
    FROM (SELECT r.ordinal, r.record -> 'install' AS install,
                 nullif(takeout.known_time(r.record #>> '{install,firstInstallationTime}'), 'epoch') AS first_at,
                 nullif(takeout.known_time(r.record #>> '{install,lastUpdateTime}'), 'epoch') AS updated_at,
                 nullif(r.record #>> '{install,doc,title}', '') AS title
            FROM jsonb_array_elements(p_records) WITH ORDINALITY AS r(record, ordinal)
           WHERE jsonb_typeof(r.record -> 'install') = 'object'
          OFFSET 0) AS i
$$;
COMMENT ON FUNCTION takeout.app_install(jsonb, jsonb) IS
  'Apps from the elements of Installs.json. Where the first installation is not known, at is the last update.';
GRANT EXECUTE ON FUNCTION takeout.app_install(jsonb, jsonb) TO lake_user;
