-- The ends of a load: a file's, an archive's, an import's.

CREATE OR REPLACE FUNCTION imports.finish_files(p_files uuid[], p_errors text[] DEFAULT NULL) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
-- DEFINER: users only read the bookkeeping.
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  v_user bigint := lake.current_user_id();
  v_found bigint;
BEGIN
  UPDATE imports.file AS f
     SET (state, error, records, rejects, rows, duplicates, finished_at)
       = (CASE WHEN e.error IS NOT NULL THEN 'failed'
               WHEN f.kind IS NULL AND EXISTS (SELECT FROM imports.document AS d WHERE d.document = f.document AND d.decoder = 'none') THEN 'ignored'
               WHEN f.kind IS NULL OR f.document = 'unknown' THEN 'unrecognized'
               WHEN b.records = 0 THEN 'empty'
               ELSE 'done' END,
          e.error, b.records, b.rejects, b.rows, b.records - b.rejects - b.rows, clock_timestamp())
    FROM unnest(p_files, p_errors) AS e(file_id, error),
         LATERAL (SELECT coalesce(sum(b.records), 0) AS records, coalesce(sum(b.rejects), 0) AS rejects, coalesce(sum(b.rows), 0) AS rows
                    FROM imports.batch AS b WHERE b.user_id = v_user AND b.file_id = e.file_id) AS b
   WHERE f.user_id = v_user AND f.id = e.file_id;
  GET DIAGNOSTICS v_found = ROW_COUNT;
  IF v_found < cardinality(p_files) THEN
    RAISE EXCEPTION 'there is no such file' USING ERRCODE = 'LK307';
  END IF;
END
$$;
COMMENT ON FUNCTION imports.finish_files(uuid[], text[]) IS
  'Ends files after their last batches, with the error of each that could not be read to its end. A file without a record is '
  'empty. Rows are those that its batches noted, until finish_import recounts.';
GRANT EXECUTE ON FUNCTION imports.finish_files(uuid[], text[]) TO lake_user;

CREATE OR REPLACE FUNCTION imports.finish_file(p_file uuid, p_error text DEFAULT NULL) RETURNS text
LANGUAGE sql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT imports.finish_files(ARRAY[p_file], ARRAY[p_error]);
  SELECT f.state FROM imports.file AS f WHERE f.user_id = lake.current_user_id() AND f.id = p_file;
$$;
COMMENT ON FUNCTION imports.finish_file(uuid, text) IS 'Ends one file, as imports.finish_files does. Gives its state.';
GRANT EXECUTE ON FUNCTION imports.finish_file(uuid, text) TO lake_user;

CREATE OR REPLACE FUNCTION imports.finish_archive(p_archive uuid, p_error text DEFAULT NULL) RETURNS void
LANGUAGE sql VOLATILE PARALLEL UNSAFE
-- DEFINER: users only read the bookkeeping.
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  -- A document of which every record was rejected was not understood. One list of several may well be so: the
  -- first 15 bytes of the id, all but the section, are the document's.
  UPDATE imports.file AS f
     SET (state, error) = ('failed', 'every record was rejected')
   WHERE f.user_id = lake.current_user_id() AND f.archive_id = p_archive AND f.state = 'done' AND f.records = f.rejects
     AND NOT EXISTS (SELECT FROM imports.file AS s
                      WHERE s.user_id = f.user_id AND s.archive_id = f.archive_id AND s.records > s.rejects
                        AND left(s.id::text, 34) = left(f.id::text, 34));
  UPDATE imports.archive AS a
     SET (state, error, registry, claimed_by, claimed_at, finished_at)
       = (CASE WHEN p_error IS NULL AND NOT EXISTS (
                      SELECT FROM imports.file AS f
                       WHERE f.user_id = a.user_id AND f.archive_id = a.id AND f.state IN ('failed', 'loading', 'pending'))
               THEN 'done' ELSE 'failed' END, p_error, imports.registry_digest(), NULL, NULL, clock_timestamp())
   WHERE a.user_id = lake.current_user_id() AND a.id = p_archive;
$$;
COMMENT ON FUNCTION imports.finish_archive(uuid, text) IS
  'Ends an archive and the claim on it. A document whose records were all rejected has failed. The archive has failed '
  'when p_error says so or one of its files failed: a second load then tries those files again.';
GRANT EXECUTE ON FUNCTION imports.finish_archive(uuid, text) TO lake_user;

CREATE OR REPLACE FUNCTION imports.is_due(p_tables regclass[], p_of regclass[], p_step text) RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF NOT p_tables && p_of THEN
    RETURN false;
  END IF;
  RAISE NOTICE USING ERRCODE = 'LK000', MESSAGE = p_step;
  RETURN true;
END
$$;
COMMENT ON FUNCTION imports.is_due(regclass[], regclass[], text) IS
  'Whether a step of finish_import that works on the tables p_of has something to do for an import with files of p_tables. '
  'Says which step follows: a notice with SQLSTATE LK000.';
GRANT EXECUTE ON FUNCTION imports.is_due(regclass[], regclass[], text) TO lake_user;

CREATE OR REPLACE FUNCTION imports.finish_import(p_import bigint) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
-- DEFINER: users only read the bookkeeping.
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  v_user bigint := lake.current_user_id();
  v_tables regclass[];           -- tables that the import's files may have rows in
  v_changed regclass[] := '{}';  -- tables in which rows changed hands, or went
BEGIN
  -- Two imports of one user that end at once would count each other's rows half: one after the other. And no archive of
  -- this one begins until its state is written.
  PERFORM FROM imports.import AS i
    WHERE i.user_id = v_user AND i.id IN (p_import, (SELECT min(o.id) FROM imports.import AS o WHERE o.user_id = v_user))
    ORDER BY i.id FOR NO KEY UPDATE;
  v_tables := ARRAY(
    SELECT DISTINCT (t ->> 'table')::regclass
      FROM imports.kind AS k, jsonb_array_elements(k.targets) AS t
     WHERE k.kind IN (SELECT f.kind
                        FROM imports.archive AS a JOIN imports.file AS f ON f.user_id = v_user AND f.archive_id = a.id
                       WHERE a.user_id = v_user AND a.import_id = p_import));
  -- One rule: a step is due when the import has files of tables that it works on. Two look themselves for what a file that
  -- was taken back has left behind, of whatever table: states and pictures.
  IF imports.is_due(v_tables, '{user_data.note}', 'matching notes') AND imports.settle_notes() > 0 THEN
    v_changed := v_changed || 'user_data.version'::regclass;
  END IF;
  PERFORM imports.is_due(v_tables, ARRAY(SELECT format('user_data.%I', e)::regclass FROM imports.entities(v_user) AS e), 'comparing exports');
  PERFORM imports.settle_state(p_import);
  IF imports.is_due(v_tables, '{user_data.message,user_data.item}', 'telling sent from received') THEN
    PERFORM imports.settle_directions(p_import);
  END IF;
  PERFORM imports.is_due(v_tables, '{user_data.file,user_data.sidecar,user_data.album}', 'matching pictures');
  PERFORM imports.settle_media(p_import);
  IF imports.is_due(v_tables, ARRAY(SELECT (t ->> 'table')::regclass FROM imports.kind AS k, jsonb_array_elements(k.targets) AS t
                                     WHERE t ? 'coarse'), 'merging coarse times') THEN
    v_changed := v_changed || imports.merge_coarse(v_tables);
  END IF;
  IF imports.is_due(v_tables, '{user_data.activity}', 'matching files of activity') THEN
    PERFORM imports.settle_activity_files();
  END IF;
  IF imports.is_due(v_tables, '{user_data.note,user_data.attachment,user_data.file,user_data.activity}', 'matching attachments') THEN
    PERFORM imports.settle_attachments();
  END IF;
  IF imports.is_due(v_tables, '{timeseries.metric,user_data.sleep}', 'matching measurements') AND imports.settle_health(p_import) > 0 THEN
    v_changed := v_changed || 'timeseries.metric'::regclass;
  END IF;
  -- Where no record met the row of another and no row went, what the batches noted is the account. Batches of an import
  -- that has ended were counted then.
  v_changed := v_changed || ARRAY(
    SELECT DISTINCT imports.holding_table(t)
      FROM imports.kind AS k, jsonb_array_elements(k.targets) AS t
     WHERE k.kind IN (SELECT f.kind
                        FROM imports.import AS i
                        JOIN imports.archive AS a ON a.user_id = v_user AND a.import_id = i.id
                        JOIN imports.file AS f ON f.user_id = v_user AND f.archive_id = a.id
                        JOIN imports.batch AS b ON b.user_id = v_user AND b.file_id = f.id
                       WHERE i.user_id = v_user AND (i.id = p_import OR i.state = 'loading') AND b.rows IS NULL));
  IF imports.is_due(v_changed, v_changed, 'counting rows') THEN
    PERFORM imports.recount(v_changed);
    -- Rows of what another session is still loading may have gone, too: it must count when it ends.
    UPDATE imports.batch AS b SET rows = NULL
      FROM imports.import AS i
      JOIN imports.archive AS a ON a.user_id = v_user AND a.import_id = i.id
      JOIN imports.file AS f ON f.user_id = v_user AND f.archive_id = a.id
     WHERE i.user_id = v_user AND (i.state = 'loading' AND i.id <> p_import OR a.state = 'loading')
       AND b.user_id = v_user AND b.file_id = f.id AND b.rows IS NOT NULL;
  END IF;
  UPDATE imports.import AS i
     SET (state, finished_at)
       = ((SELECT CASE WHEN bool_and(a.state = 'done') THEN 'done' WHEN bool_or(a.state = 'loading') THEN 'loading'
                       ELSE 'failed' END
             FROM imports.archive AS a WHERE a.user_id = v_user AND a.import_id = p_import), clock_timestamp())
   WHERE i.user_id = v_user AND i.id = p_import;
  PERFORM ops.record_event(v_user, 'load_ended',
    (SELECT jsonb_build_object('import', p_import, 'records', sum(f.records), 'rows', sum(f.rows),
                               'duplicates', sum(f.duplicates), 'rejects', sum(f.rejects),
                               'failed', count(*) FILTER (WHERE f.state = 'failed'))
       FROM imports.archive AS a JOIN imports.file AS f ON f.user_id = a.user_id AND f.archive_id = a.id
      WHERE a.user_id = v_user AND a.import_id = p_import));
END
$$;
COMMENT ON FUNCTION imports.finish_import(bigint) IS
  'Ends an import when its archives have ended: settles what is told in several files and, where a record may have taken '
  'over a row that another one held, recounts the files that have rows in the same tables.';
GRANT EXECUTE ON FUNCTION imports.finish_import(bigint) TO lake_user;
