-- Why a record counted as a duplicate, in one sentence.

CREATE OR REPLACE FUNCTION lake.duplicate_reason(p_file uuid, p_ordinal bigint, p_record jsonb DEFAULT NULL) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  v_user bigint := lake.current_user_id();
  v_file record;
  v_rival record;
  v_where text;
BEGIN
  IF NOT EXISTS (SELECT FROM lake.explain_record(p_file, p_ordinal) AS e WHERE e.outcome = 'duplicate') THEN
    RETURN NULL;
  END IF;
  SELECT f.id, f.archive_id, f.path, f.kind, k.targets, a.exported_at,
         jsonb_build_object('path', f.path, 'product', f.product, 'exported_at', a.exported_at) AS context
    INTO STRICT v_file
    FROM imports.file AS f
    JOIN imports.archive AS a ON a.user_id = f.user_id AND a.id = f.archive_id
    JOIN imports.kind AS k ON k.kind = f.kind
   WHERE f.user_id = v_user AND f.id = p_file;

  -- Files and their descriptions are known by their place: of them the record itself is not needed.
  IF p_record IS NOT NULL THEN
    SELECT r.file_id, r.ordinal, r.target INTO v_rival
      FROM imports.record_rivals(p_record, v_file.targets, v_file.context) AS r
     WHERE (r.file_id, r.ordinal) IS DISTINCT FROM (p_file, p_ordinal) ORDER BY r.file_id, r.ordinal LIMIT 1;
  ELSIF v_file.targets @? '$[*] ? (@.table == "user_data.file")' THEN
    SELECT r.file_id, r.ordinal, v_file.targets -> 0 AS target INTO v_rival
      FROM user_data.file AS r WHERE r.user_id = v_user AND r.path = takeout.product_path(v_file.path) ORDER BY r.file_id LIMIT 1;
  ELSIF v_file.targets @? '$[*] ? (@.table == "user_data.sidecar")' THEN
    SELECT r.file_id, r.ordinal, v_file.targets -> 0 AS target INTO v_rival
      FROM user_data.sidecar AS r WHERE r.user_id = v_user AND r.path = takeout.product_path(v_file.path) ORDER BY r.file_id DESC LIMIT 1;
  ELSE
    RETURN 'all that it says stands in rows of other records; pass the record itself to learn in which';
  END IF;
  IF v_rival.target IS NULL THEN
    RETURN 'another source tells the same, in its own way';
  ELSIF v_rival.file_id IS NULL THEN
    RETURN 'a row that you wrote yourself stands in its place';
  ELSIF v_rival.file_id = p_file THEN
    RETURN format('it repeats record %s of the same file', v_rival.ordinal);
  END IF;
  SELECT CASE WHEN f.archive_id = v_file.archive_id THEN '' ELSE a.name || ': ' END || f.path || ', record ' || v_rival.ordinal
         || CASE WHEN f.kind = v_file.kind THEN '' ELSE ' (' || d.decoder || ')' END
    INTO v_where
    FROM imports.file AS f
    JOIN imports.archive AS a ON a.user_id = f.user_id AND a.id = f.archive_id
    LEFT JOIN imports.kind AS k ON k.kind = f.kind
    LEFT JOIN imports.document AS d ON d.document = k.document
   WHERE f.user_id = v_user AND f.id = v_rival.file_id;
  RETURN CASE WHEN v_rival.target ->> 'table' = 'user_data.file' THEN 'the same bytes at the same path came in '
              WHEN v_rival.target ? 'newest' THEN 'the newest export tells of it in '
              WHEN v_rival.target ? 'state' THEN 'the same state was told in '
              ELSE 'the same stands in ' END || v_where;
END
$$;
COMMENT ON FUNCTION lake.duplicate_reason(uuid, bigint, jsonb) IS
  'Says in one sentence why a record (file_id, ordinal) counted as a duplicate; NULL when it did not. Pass the record itself '
  'too; only of kept files and their descriptions is the place enough. LK307: no such file of yours.';
GRANT EXECUTE ON FUNCTION lake.duplicate_reason(uuid, bigint, jsonb) TO lake_user;
