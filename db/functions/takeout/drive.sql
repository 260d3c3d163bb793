-- Files of a user's own, whatever they look like: a Records.json in Drive is no location history. Beside some of them
-- lies NAME-info.json, {"title", "last_modified_by_me", "last_modified_by_any_user"}.
-- Traps: a user may have a file of such a name; then it is a file as any other. These go by name alone.
CALL imports.register_document('drive', 'Drive', 'file',
  ARRAY['(^|/)Takeout/(Drive|Google Drive)/(?!.*-info\.json$)', '^(Drive|Google Drive)/(?!.*-info\.json$)']);
CALL imports.register_kind('drive_file', 'drive', 0, '{}', '[{"table": "user_data.file", "parser": "takeout.kept_file"}]');
CALL imports.register_document('drive_info', 'Drive', 'file',
  ARRAY['(^|/)Takeout/(Drive|Google Drive)/.*-info\.json$', '^(Drive|Google Drive)/.*-info\.json$']);
CALL imports.register_kind('drive_file_info', 'drive_info', 0, '{}',
  '[{"table": "user_data.sidecar", "parser": "takeout.drive_file_info", "apart": true, "newest": true},
    {"table": "user_data.file", "parser": "takeout.kept_file", "apart": true}]');

CREATE OR REPLACE FUNCTION takeout.drive_file_info(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, at timestamptz, path text, title text, url text, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT f.ordinal,
         CASE WHEN f.info IS NULL OR takeout.time_fault(f.time, takeout.time(f.time)) IS NOT NULL THEN 'this is no description of a file' END,
         CASE WHEN takeout.time_fault(f.time, takeout.time(f.time)) IS NULL THEN takeout.time(f.time) END,
         f.path, f.info ->> 'title', '', nullif(f.info - 'title', '{}')
    FROM (SELECT i.*, coalesce(i.info ->> 'last_modified_by_me', i.info ->> 'last_modified_by_any_user') AS time
            FROM (SELECT r.ordinal, takeout.product_path(coalesce(r.record ->> 'path', p_file ->> 'path')) AS path,
                         CASE WHEN pg_input_is_valid(r.record ->> 'text', 'jsonb')
                              THEN CASE WHEN (r.record ->> 'text')::jsonb ?| '{last_modified_by_me,last_modified_by_any_user}'
                                        THEN (r.record ->> 'text')::jsonb END END AS info
                    FROM jsonb_array_elements(p_records) WITH ORDINALITY AS r(record, ordinal)
                   WHERE jsonb_typeof(r.record) = 'object'
                  OFFSET 0) AS i
           WHERE i.info IS NULL OR jsonb_typeof(i.info) = 'object') AS f
$$;
COMMENT ON FUNCTION takeout.drive_file_info(jsonb, jsonb) IS
  'What Drive says of a file in NAME-info.json: its title and when its owner changed it last.';
GRANT EXECUTE ON FUNCTION takeout.drive_file_info(jsonb, jsonb) TO lake_user;
