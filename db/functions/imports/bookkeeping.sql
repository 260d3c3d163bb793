-- What imports.ingest writes beside the rows. DEFINER, because users only read the bookkeeping; the policies
-- hold here too, so these write for the acting user and nobody else.

CREATE OR REPLACE FUNCTION imports.take_batches(
  p_files uuid[], p_ordinals int8range[], p_records bigint[], p_rows bigint[], p_rejects bigint[]) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  v_taken bigint;
BEGIN
  INSERT INTO imports.batch (user_id, file_id, ordinals, records, rows, rejects)
  SELECT lake.current_user_id(), b.* FROM unnest(p_files, p_ordinals, p_records, p_rows, p_rejects) AS b
  ON CONFLICT DO NOTHING;
  GET DIAGNOSTICS v_taken = ROW_COUNT;
  IF v_taken < cardinality(p_files) THEN
    RAISE EXCEPTION 'another session has taken records of file %', p_files[1] USING ERRCODE = 'LK302',
      HINT = 'Run the load again: it goes on with what is not in yet.';
  END IF;
END
$$;
COMMENT ON FUNCTION imports.take_batches(uuid[], int8range[], bigint[], bigint[], bigint[]) IS
  'The checkpoints: mark ordinals of files as in, for good when the transaction commits, with their records, rows (NULL: to be '
  'counted) and rejects. LK302 when some are taken.';
GRANT EXECUTE ON FUNCTION imports.take_batches(uuid[], int8range[], bigint[], bigint[], bigint[]) TO lake_user;

CREATE OR REPLACE FUNCTION imports.add_rejects(
  p_files uuid[], p_ordinals bigint[], p_reasons text[], p_states text[], p_raws bytea[]) RETURNS void
LANGUAGE sql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  INSERT INTO imports.reject (user_id, began_at, file_id, ordinal, reason, state, raw)
  SELECT f.user_id, i.began_at, f.id, r.ordinal, r.reason, r.state, substr(r.raw, 1, 1048576)
    FROM unnest(p_files, p_ordinals, p_reasons, p_states, p_raws) AS r(file_id, ordinal, reason, state, raw)
    JOIN imports.file AS f ON f.user_id = lake.current_user_id() AND f.id = r.file_id
    JOIN imports.archive AS a ON a.user_id = f.user_id AND a.id = f.archive_id
    JOIN imports.import AS i ON i.user_id = a.user_id AND i.id = a.import_id
  ON CONFLICT DO NOTHING;
$$;
COMMENT ON FUNCTION imports.add_rejects(uuid[], bigint[], text[], text[], bytea[]) IS
  'Keeps records that gave no row: file, ordinal, reason, SQLSTATE and the first MiB of the record.';
GRANT EXECUTE ON FUNCTION imports.add_rejects(uuid[], bigint[], text[], text[], bytea[]) TO lake_user;

CREATE OR REPLACE FUNCTION imports.keep_blobs(p_sha256s bytea[], p_sizes bigint[]) RETURNS void
LANGUAGE sql VOLATILE PARALLEL UNSAFE
-- DEFINER: users only read the catalogue.
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  -- In the order of the key: unsorted batches deadlock each other.
  INSERT INTO archive.blob (user_id, sha256, size_bytes)
  SELECT DISTINCT lake.current_user_id(), b.sha256, b.size_bytes
    FROM unnest(p_sha256s, p_sizes) AS b(sha256, size_bytes) ORDER BY 2
  ON CONFLICT DO NOTHING;
$$;
COMMENT ON FUNCTION imports.keep_blobs(bytea[], bigint[]) IS
  'Catalogues bytes that are safe in the blob store, and that records ingested in the same transaction name.';
GRANT EXECUTE ON FUNCTION imports.keep_blobs(bytea[], bigint[]) TO lake_user;
