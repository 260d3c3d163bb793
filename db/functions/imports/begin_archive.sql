-- The first call of a load: which archive this is, of which export, and that this session loads it.

CREATE OR REPLACE FUNCTION imports.begin_archive(
  p_name text, p_format text, p_size_bytes bigint, p_fingerprint bytea, p_newest_member_at timestamptz)
RETURNS TABLE (archive_id uuid, import_id bigint, state text)
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
-- DEFINER: users only read the bookkeeping. The owner's rows are the acting user's, by the policy.
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  v_user bigint := lake.current_user_id();
  v_stamp text := substring(p_name FROM '(\d{8}T\d{6})Z');
  -- Within what times in the lake may be: clocks are wrong now and then.
  v_exported_at timestamptz := least(greatest(coalesce(
    CASE WHEN pg_input_is_valid(v_stamp || 'Z', 'timestamptz') THEN (v_stamp || 'Z')::timestamptz END,
    date_trunc('milliseconds', p_newest_member_at), 'epoch'), 'epoch'), '2099-12-31Z');
  v_export text := CASE WHEN v_stamp IS NULL THEN encode(p_fingerprint, 'hex')
                        ELSE regexp_replace(p_name, '(\d{8}T\d{6}Z).*', '\1') END;
  v_archive imports.archive;
  v_id uuid;
BEGIN
  IF v_user IS NULL THEN
    RAISE EXCEPTION 'only a lake user can load files' USING ERRCODE = 'LK401',
      HINT = 'Log in as user_N, or SET ROLE to it.';
  END IF;
  SELECT * INTO v_archive FROM imports.archive AS a WHERE a.user_id = v_user AND a.fingerprint = p_fingerprint
   LIMIT 1 FOR UPDATE;
  IF NOT FOUND THEN
    v_id := encode(substr(int8send(greatest(0, floor(extract(epoch FROM v_exported_at) * 1000))::bigint), 3)
                   || substr(p_fingerprint, 1, 6) || '\x00000000'::bytea, 'hex')::uuid;
    INSERT INTO imports.import AS i (user_id, export, exported_at) VALUES (v_user, v_export, v_exported_at)
    ON CONFLICT ON CONSTRAINT import_user_id_export_key DO NOTHING;
    INSERT INTO imports.archive AS a (user_id, id, import_id, name, format, size_bytes, fingerprint, exported_at)
    SELECT v_user, v_id, i.id, p_name, p_format, p_size_bytes, p_fingerprint, v_exported_at
      FROM imports.import AS i WHERE i.user_id = v_user AND i.export = v_export
    ON CONFLICT ON CONSTRAINT archive_pkey DO NOTHING;
    SELECT * INTO STRICT v_archive FROM imports.archive AS a WHERE a.user_id = v_user AND a.id = v_id FOR UPDATE;
  END IF;

  -- A claim is as good as the session that made it: it needs no clean-up after a kill.
  IF v_archive.claimed_by <> pg_backend_pid() AND EXISTS (
       SELECT FROM pg_stat_get_activity(v_archive.claimed_by) AS s
        WHERE s.pid = v_archive.claimed_by AND s.backend_start = v_archive.claimed_at) THEN
    RAISE EXCEPTION 'another load of this archive is running since %', date_trunc('second', v_archive.claimed_at)
      USING ERRCODE = 'LK301', HINT = 'Wait for it to end, or end it; what it loaded stays.';
  END IF;
  UPDATE imports.archive AS a
     SET claimed_by = pg_backend_pid(),
         claimed_at = (SELECT s.backend_start FROM pg_stat_get_activity(pg_backend_pid()) AS s)
   WHERE a.user_id = v_user AND a.id = v_archive.id;
  -- What nobody knew when it was read may be known by now.
  IF v_archive.state = 'done' AND v_archive.registry IS DISTINCT FROM imports.registry_digest() AND EXISTS (
       SELECT FROM imports.file AS f
        WHERE f.user_id = v_user AND f.archive_id = v_archive.id AND f.state = 'unrecognized') THEN
    v_archive.state := 'loading';
  END IF;
  IF v_archive.state <> 'done' THEN
    -- Until finish_import has run, nothing that is made of the rows holds, whatever an earlier load has finished.
    UPDATE imports.archive AS a SET state = 'loading' WHERE a.user_id = v_user AND a.id = v_archive.id AND a.state <> 'loading';
    UPDATE imports.import AS i SET (state, finished_at) = ('loading', NULL) WHERE i.user_id = v_user AND i.id = v_archive.import_id;
    -- Of what an earlier load brought in, rows may have changed hands since: finish_import recounts.
    UPDATE imports.batch AS b SET rows = NULL FROM imports.file AS f
     WHERE f.user_id = v_user AND f.archive_id = v_archive.id AND b.user_id = v_user AND b.file_id = f.id;
  END IF;
  PERFORM ops.record_event(v_user, 'load_begun', jsonb_build_object('archive', v_archive.id, 'state', v_archive.state));
  RETURN QUERY SELECT v_archive.id, v_archive.import_id, v_archive.state;
END
$$;
COMMENT ON FUNCTION imports.begin_archive(text, text, bigint, bytea, timestamptz) IS
  'Finds or makes the archive (known by its fingerprint) and its import (parts named takeout-<time>Z… share one) and '
  'claims it for this session. Export time: from the name, else of the newest member. State done: there is nothing to do. '
  'LK301 when another live session loads it; LK401 for a role that is no lake user.';
GRANT EXECUTE ON FUNCTION imports.begin_archive(text, text, bigint, bytea, timestamptz) TO lake_user;
