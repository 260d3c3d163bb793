-- What imports.ingest writes beside the rows. DEFINER, because users only read the bookkeeping; the policies
-- hold here too, so these write for the acting user and nobody else.

CREATE OR REPLACE FUNCTION imports.take_batch(p_file uuid, p_ordinals int8range, p_records bigint) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  INSERT INTO imports.batch (user_id, file_id, ordinals, records)
  VALUES (lake.current_user_id(), p_file, p_ordinals, p_records)
  ON CONFLICT DO NOTHING;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'another session has taken records % of file %', p_ordinals, p_file USING ERRCODE = 'LK302',
      HINT = 'Run the load again: it goes on with what is not in yet.';
  END IF;
END
$$;
COMMENT ON FUNCTION imports.take_batch(uuid, int8range, bigint) IS
  'The checkpoint: marks ordinals of a file as in, for good when the transaction commits. LK302 when some are taken.';
GRANT EXECUTE ON FUNCTION imports.take_batch(uuid, int8range, bigint) TO lake_user;

CREATE OR REPLACE FUNCTION imports.settle_batch(p_file uuid, p_ordinals int8range, p_rows bigint) RETURNS void
LANGUAGE sql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  UPDATE imports.batch AS b SET rows = p_rows
   WHERE b.user_id = lake.current_user_id() AND b.file_id = p_file AND b.ordinals = p_ordinals
$$;
COMMENT ON FUNCTION imports.settle_batch(uuid, int8range, bigint) IS
  'Notes how many records of a batch hold a row, where no row of another record was met: then nothing need be recounted.';
GRANT EXECUTE ON FUNCTION imports.settle_batch(uuid, int8range, bigint) TO lake_user;

CREATE OR REPLACE FUNCTION imports.add_rejects(
  p_file uuid, p_ordinals bigint[], p_reasons text[], p_states text[], p_raws bytea[]) RETURNS void
LANGUAGE sql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  INSERT INTO imports.reject (user_id, began_at, file_id, ordinal, reason, state, raw)
  SELECT f.user_id, i.began_at, f.id, r.ordinal, r.reason, r.state, substr(r.raw, 1, 1048576)
    FROM unnest(p_ordinals, p_reasons, p_states, p_raws) AS r(ordinal, reason, state, raw)
    JOIN imports.file AS f ON f.user_id = lake.current_user_id() AND f.id = p_file
    JOIN imports.archive AS a ON a.user_id = f.user_id AND a.id = f.archive_id
    JOIN imports.import AS i ON i.user_id = a.user_id AND i.id = a.import_id
  ON CONFLICT DO NOTHING;
$$;
COMMENT ON FUNCTION imports.add_rejects(uuid, bigint[], text[], text[], bytea[]) IS
  'Keeps records that gave no row: ordinal, reason, SQLSTATE and the first MiB of the record.';
GRANT EXECUTE ON FUNCTION imports.add_rejects(uuid, bigint[], text[], text[], bytea[]) TO lake_user;

CREATE OR REPLACE FUNCTION imports.keep_blob(p_file uuid, p_sha256 bytea, p_size_bytes bigint) RETURNS void
LANGUAGE sql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  INSERT INTO archive.blob (user_id, sha256, size_bytes) VALUES (lake.current_user_id(), p_sha256, p_size_bytes)
  ON CONFLICT DO NOTHING;
  UPDATE imports.file SET blob_sha256 = p_sha256 WHERE user_id = lake.current_user_id() AND id = p_file;
$$;
COMMENT ON FUNCTION imports.keep_blob(uuid, bytea, bigint) IS
  'Catalogues the bytes of a file that are safe in the blob store.';
GRANT EXECUTE ON FUNCTION imports.keep_blob(uuid, bytea, bigint) TO lake_user;

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
