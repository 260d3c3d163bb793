-- Many small files of one record each (photos, sidecars, what nobody knows) in one go: the work that imports.ingest does for
-- each batch, once for all of them. It only takes what is plain: a record that gives its row, and meets no row that is
-- there. Everything else is left to imports.ingest, so rejects, duplicates and winners have one place.

CREATE OR REPLACE FUNCTION imports.ingest_files(p_files uuid[], p_records text[]) RETURNS uuid[]
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
-- As in imports.ingest.
SET timezone = 'UTC'
AS $$
DECLARE
  v_kind record;
  v_kept uuid[];
  v_done uuid[] := '{}';
BEGIN
  FOR v_kind IN
    SELECT k.targets -> 0 AS target, array_agg(f.id ORDER BY f.id) AS files,
           array_agg(('[' || r.record || ']')::jsonb ORDER BY f.id) AS records,
           array_agg(jsonb_build_object('path', f.path, 'product', f.product, 'exported_at', a.exported_at) ORDER BY f.id) AS contexts
      FROM unnest(p_files, p_records) AS r(file_id, record)
      JOIN imports.file AS f ON f.user_id = (SELECT lake.current_user_id()) AND f.id = r.file_id
      JOIN imports.archive AS a ON a.user_id = f.user_id AND a.id = f.archive_id
      JOIN imports.kind AS k ON k.kind = f.kind
     WHERE jsonb_array_length(k.targets) = 1 AND NOT k.targets -> 0 ?| '{state,many,apart,coarse}'
       AND pg_input_is_valid('[' || r.record || ']', 'jsonb')
     GROUP BY k.kind, k.targets
  LOOP
    EXECUTE format('%s', imports.insert_files_statement(v_kind.target)) INTO v_kept
      USING v_kind.files, v_kind.records, v_kind.contexts;
    v_done := v_done || v_kept;
  END LOOP;
  PERFORM imports.end_files(v_done);
  RETURN v_done;
END
$$;
COMMENT ON FUNCTION imports.ingest_files(uuid[], text[]) IS
  'Ingests files that hold one record each, a JSON text, and finishes them. Gives those that are done; the others are as '
  'they were, for imports.ingest. LK302: another session took one of them.';
GRANT EXECUTE ON FUNCTION imports.ingest_files(uuid[], text[]) TO lake_user;

CREATE OR REPLACE FUNCTION imports.insert_files_statement(p_target jsonb) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
  -- In the order of the key: unsorted batches deadlock each other.
  SELECT format($sql$
    WITH kept AS (
      INSERT INTO %1$s AS t (user_id, %2$s, file_id, ordinal)
      SELECT (SELECT lake.current_user_id()), %2$s, lake_file, 1
        FROM (SELECT DISTINCT ON (%3$s) %4$s, f.lake_file
                FROM unnest($1, $2, $3) AS f(lake_file, lake_record, lake_context),
                     LATERAL %5$s(f.lake_record, f.lake_context) AS parsed
               WHERE parsed.reject IS NULL ORDER BY %3$s, f.lake_file) AS chosen
      ON CONFLICT DO NOTHING
      RETURNING t.file_id
    )
    SELECT coalesce((SELECT array_agg(file_id) FROM kept), '{}')$sql$,
    (p_target ->> 'table')::regclass,
    (SELECT string_agg(quote_ident(c), ', ') FROM unnest(g.columns) AS c),
    (SELECT string_agg(format('parsed.%I', c), ', ') FROM unnest(imports.natural_key((p_target ->> 'table')::regclass)) AS c
      WHERE c = ANY (g.columns)),
    (SELECT string_agg(format('parsed.%I', c), ', ') FROM unnest(g.columns) AS c),
    p_target ->> 'parser')
    FROM (SELECT imports.parser_columns(p_target ->> 'parser') AS columns) AS g
$$;
COMMENT ON FUNCTION imports.insert_files_statement(jsonb) IS
  'The INSERT that runs a target''s parser over many files of one record each; $1 files, $2 records (each in an array), $3 '
  'contexts. Gives the files with a row. A row that is there already stays as it is.';
GRANT EXECUTE ON FUNCTION imports.insert_files_statement(jsonb) TO lake_user;

CREATE OR REPLACE FUNCTION imports.end_files(p_files uuid[]) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
-- DEFINER: users only read the bookkeeping.
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  v_taken bigint;
BEGIN
  INSERT INTO imports.batch (user_id, file_id, ordinals, records, rows)
  SELECT lake.current_user_id(), f, '[1,2)', 1, 1 FROM unnest(p_files) AS f
  ON CONFLICT DO NOTHING;
  GET DIAGNOSTICS v_taken = ROW_COUNT;
  IF v_taken < cardinality(p_files) THEN
    RAISE EXCEPTION 'another session has taken records of these files' USING ERRCODE = 'LK302',
      HINT = 'Run the load again: it goes on with what is not in yet.';
  END IF;
  UPDATE imports.file AS f
     SET (state, error, records, rejects, rows, duplicates, finished_at)
       = (CASE WHEN f.document = 'unknown' THEN 'unrecognized' ELSE 'done' END, NULL, 1, 0, 1, 0, clock_timestamp())
   WHERE f.user_id = lake.current_user_id() AND f.id = ANY (p_files);
END
$$;
COMMENT ON FUNCTION imports.end_files(uuid[]) IS
  'The checkpoint and the end of files that hold one record with one row: imports.take_batch, settle_batch and finish_file '
  'for all of them. LK302 when a record is taken.';
GRANT EXECUTE ON FUNCTION imports.end_files(uuid[]) TO lake_user;
