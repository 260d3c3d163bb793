-- Google Play Store/Library.json: [{"libraryDoc": {"doc": {"documentType", "title"}, "acquisitionTime"}}], all that was
-- ever acquired in the store: apps, books, films.
-- Trap: the same app may stand in it several times, once for each time that it was acquired.
CALL imports.register_document('play_library', 'Google Play Store', 'json',
  ARRAY['(^|/)Google Play Store/Library\.json$'], '^[\s\uFEFF]*\[\s*\{\s*"libraryDoc"\s*:');
CALL imports.register_kind('library_item', 'play_library', 0, '{"list": []}',
  '[{"table": "user_data.item", "parser": "takeout.library_item", "state": true}]');

CREATE OR REPLACE FUNCTION takeout.library_item(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, at timestamptz, ident uuid, type text, product text, title text, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT l.ordinal, CASE WHEN l.doc #>> '{doc,title}' IS NULL AND l.at IS NULL THEN 'neither a title nor a time' END, l.at,
         takeout.ident('library_item', l.doc #>> '{doc,documentType}', l.doc #>> '{doc,title}', l.doc ->> 'acquisitionTime'),
         'library_item', 'Google Play Store', nullif(l.doc #>> '{doc,title}', ''),
         nullif(takeout.without(l.doc, 'doc.title') - CASE WHEN l.at IS NULL THEN '' ELSE 'acquisitionTime' END || l.rest, '{"doc": {}}')
    FROM (SELECT r.ordinal, r.record -> 'libraryDoc' AS doc, r.record - 'libraryDoc' AS rest,
                 takeout.known_time(r.record #>> '{libraryDoc,acquisitionTime}') AS at
            FROM jsonb_array_elements(p_records) WITH ORDINALITY AS r(record, ordinal)
           WHERE jsonb_typeof(r.record -> 'libraryDoc') = 'object'
          OFFSET 0) AS l
$$;
COMMENT ON FUNCTION takeout.library_item(jsonb, jsonb) IS 'What is in the library of the store; at is when it was acquired.';
GRANT EXECUTE ON FUNCTION takeout.library_item(jsonb, jsonb) TO lake_user;
