-- Pictures and recordings that My Activity names: what was said to the Assistant lies beside its MyActivity.json as mp3, what
-- Lens looked at as jpg. The names stand in attrs, of JSON and of HTML; here they become attachments, whose bytes
-- imports.settle_attachments finds. After imports.merge_coarse, when each event is one row. Part of imports.finish_import.

CREATE OR REPLACE FUNCTION imports.settle_activity_files() RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
-- The tables were filled a moment ago and have no statistics yet: a nested loop would be a guess that costs minutes.
SET enable_nestloop = off
AS $$
DECLARE
  v_user bigint := lake.current_user_id();
  v_changed bigint;
BEGIN
  WITH wanted AS MATERIALIZED (
    SELECT takeout.activity_key(a.at, a.ident) AS ident, row_number() OVER (PARTITION BY a.id ORDER BY n.list, n.place) AS position,
           n.name, takeout.beside(f.path, n.name) AS path, a.file_id, a.ordinal
      FROM user_data.activity AS a
      JOIN imports.file AS f ON f.user_id = a.user_id AND f.id = a.file_id,
           LATERAL (SELECT l.list, p.place, p.name #>> '{}' AS name
                      FROM (VALUES (1, 'audioFiles'), (2, 'imageFile'), (3, 'attachedFiles'), (4, 'images')) AS l(list, key),
                           jsonb_path_query(a.attrs -> l.key, '$[*]') WITH ORDINALITY AS p(name, place)
                     WHERE jsonb_typeof(p.name) = 'string') AS n
     WHERE a.user_id = v_user
       -- As in the index activity_files.
       AND a.attrs ?| '{audioFiles,imageFile,attachedFiles,images}'
       -- What lies in the export, and not somewhere in the web.
       AND n.name <> '' AND n.name !~ '^([a-zA-Z][a-zA-Z0-9+.-]*:|//)'
  ), gone AS (
    DELETE FROM user_data.attachment AS t USING imports.file AS f
     WHERE t.user_id = v_user AND f.user_id = v_user AND f.id = t.file_id
       AND f.kind IN (SELECT k.kind FROM imports.kind AS k
                       WHERE k.targets @> '[{"table": "user_data.activity"}]' AND NOT k.targets @> '[{"table": "user_data.attachment"}]')
       AND NOT EXISTS (SELECT FROM wanted AS w WHERE w.ident = t.ident AND w.position = t.position)
    RETURNING 1
  ), kept AS (
    INSERT INTO user_data.attachment AS t (user_id, ident, position, name, path, file_id, ordinal)
    SELECT v_user, w.ident, w.position, w.name, w.path, w.file_id, w.ordinal FROM wanted AS w WHERE w.position < 32768 ORDER BY 2, 3
    ON CONFLICT (user_id, ident, position) DO UPDATE
       -- Its bytes are looked for anew.
       SET (name, path, media_type, sha256, size_bytes, file_id, ordinal)
         = ROW (excluded.name, excluded.path, NULL::text, NULL::bytea, NULL::bigint, excluded.file_id, excluded.ordinal)
     WHERE t.file_id IS NOT NULL
       AND (t.name, t.path, t.file_id, t.ordinal) IS DISTINCT FROM (excluded.name, excluded.path, excluded.file_id, excluded.ordinal)
    RETURNING 1
  )
  SELECT (SELECT count(*) FROM gone) + (SELECT count(*) FROM kept) INTO v_changed;
  RETURN v_changed;
END
$$;
COMMENT ON FUNCTION imports.settle_activity_files() IS
  'Makes the attachments of the acting user''s events of My Activity anew from what the events name, and gives how many '
  'changed. The result depends on what is loaded, not on the order. Part of imports.finish_import.';
GRANT EXECUTE ON FUNCTION imports.settle_activity_files() TO lake_user;
