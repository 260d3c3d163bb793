-- What hangs on notes, and where the bytes of attachments are. A message and the file that was sent with it may have come in
-- different parts, so this is settled when an import ends. Names are compared without what Google replaces in names of files,
-- and Voice leaves the extension out.

CREATE OR REPLACE FUNCTION imports.settle_attachments() RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
-- The tables were filled a moment ago and have no statistics yet: a nested loop would be a guess that costs hours.
SET enable_nestloop = off
AS $$
DECLARE
  v_user bigint := lake.current_user_id();
BEGIN
  -- Those of a note are a part of its state.
  IF EXISTS (SELECT FROM user_data.version AS v WHERE v.user_id = v_user AND v.entity = 'note') THEN
    WITH wanted AS MATERIALIZED (
      SELECT n.ident, a.place::smallint AS position, a.file ->> 'filePath' AS name,
             takeout.beside(f.path, a.file ->> 'filePath') AS path, a.file ->> 'mimetype' AS media_type, n.file_id, n.ordinal,
             -- Of a picture inside a page.
             decode(substring(a.file ->> 'sha256' FROM '^[0-9a-f]{64}$'), 'hex') AS sha256,
             substring(a.file ->> 'size' FROM '^\d{1,18}$')::bigint AS size_bytes
        FROM user_data.note AS n
        JOIN imports.file AS f ON f.user_id = n.user_id AND f.id = n.file_id,
             LATERAL jsonb_path_query(n.attrs, '$.attachments[*]') WITH ORDINALITY AS a(file, place)
       WHERE n.user_id = v_user AND f.kind IN ('keep_note', 'keep_page') AND jsonb_typeof(a.file) = 'object' AND a.place < 32768
    ), gone AS (
      DELETE FROM user_data.attachment AS t USING imports.file AS f
       WHERE t.user_id = v_user AND f.user_id = v_user AND f.id = t.file_id AND f.kind IN ('keep_note', 'keep_page')
         AND NOT EXISTS (SELECT FROM wanted AS w WHERE w.ident = t.ident AND w.position = t.position)
    )
    INSERT INTO user_data.attachment AS t (user_id, ident, position, name, path, media_type, sha256, size_bytes, file_id, ordinal)
    SELECT v_user, w.ident, w.position, w.name, w.path, w.media_type, w.sha256, w.size_bytes, w.file_id, w.ordinal FROM wanted AS w ORDER BY 2, 3
    ON CONFLICT (user_id, ident, position) DO UPDATE
       -- The bytes of a file are looked for anew.
       SET (name, path, media_type, sha256, size_bytes, file_id, ordinal)
         = ROW (excluded.name, excluded.path, excluded.media_type, excluded.sha256, excluded.size_bytes, excluded.file_id, excluded.ordinal)
     WHERE t.file_id IS NOT NULL
       AND (t.name, t.path, t.file_id, t.ordinal) IS DISTINCT FROM (excluded.name, excluded.path, excluded.file_id, excluded.ordinal);
  END IF;
  IF NOT EXISTS (SELECT FROM user_data.attachment AS a WHERE a.user_id = v_user AND a.path IS NOT NULL AND a.file_id IS NOT NULL) THEN
    RETURN;
  END IF;

  WITH attachment AS MATERIALIZED (
    SELECT a.id, a.file_id, imports.file_key(a.path) AS key
      FROM user_data.attachment AS a WHERE a.user_id = v_user AND a.path IS NOT NULL AND a.file_id IS NOT NULL
  ), file AS MATERIALIZED (
    SELECT f.sha256, f.size_bytes, f.media_type, f.file_id, imports.file_key(f.path) AS key
      FROM user_data.file AS f WHERE f.user_id = v_user AND f.file_id IS NOT NULL
  ), named AS (
    SELECT a.id, a.file_id AS of_file, f.*, 0 AS rank FROM attachment AS a JOIN file AS f ON f.key = a.key
    UNION ALL
    SELECT a.id, a.file_id, f.*, 1 FROM attachment AS a JOIN file AS f ON regexp_replace(f.key, '\.[^.]*$', '') = a.key
  ), found AS (
    -- The file of the same export (an id begins with its time), else that of the newest one.
    SELECT DISTINCT ON (n.id) n.id, n.sha256, n.size_bytes, n.media_type
      FROM named AS n
     ORDER BY n.id, n.rank, left(n.file_id::text, 13) = left(n.of_file::text, 13) DESC, n.file_id DESC, n.sha256
  )
  UPDATE user_data.attachment AS t
     SET (sha256, size_bytes, media_type) = (f.sha256, f.size_bytes, coalesce(f.media_type, t.media_type))
    FROM found AS f
   WHERE t.user_id = v_user AND t.id = f.id
     AND (t.sha256, t.media_type) IS DISTINCT FROM (f.sha256, coalesce(f.media_type, t.media_type));
END
$$;
COMMENT ON FUNCTION imports.settle_attachments() IS
  'Makes the attachments of the acting user''s notes, and finds the bytes of all attachments among the files that are kept. '
  'The result depends on what is loaded, not on the order. Part of imports.finish_import.';
GRANT EXECUTE ON FUNCTION imports.settle_attachments() TO lake_user;
