-- Housekeeping of finished imports.
SET LOCAL ROLE lake_service;

CREATE OR REPLACE FUNCTION ops.keep_house(p_keep_runs interval) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
-- DEFINER: works on every user's checkpoints.
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  v_batches bigint;
BEGIN
  -- A finished file needs no checkpoints: its state says that nothing is left to do.
  DELETE FROM imports.batch AS b USING imports.file AS f, imports.archive AS a
   WHERE f.user_id = b.user_id AND f.id = b.file_id AND a.user_id = f.user_id AND a.id = f.archive_id
     AND f.state = 'done' AND a.state = 'done' AND a.finished_at < now() - interval '1 day';
  GET DIAGNOSTICS v_batches = ROW_COUNT;
  PERFORM ops.forget_job_runs(p_keep_runs);
  IF v_batches > 0 THEN
    PERFORM ops.record_event(0, 'checkpoints_cleared', jsonb_build_object('batches', v_batches));
  END IF;
END
$$;
COMMENT ON FUNCTION ops.keep_house(interval) IS
  'Clears the checkpoints of files that were finished a day ago, and runs of jobs older than p_keep_runs.';
GRANT EXECUTE ON FUNCTION ops.keep_house(interval) TO lake_jobs;

SET LOCAL ROLE lake_jobs;

CREATE OR REPLACE FUNCTION ops.forget_job_runs(p_keep interval) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
-- DEFINER: pg_cron's log belongs to lake_jobs.
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  v_runs regclass := to_regclass('cron.job_run_details');
BEGIN
  -- By name at run time: databases without pg_cron do not have it.
  IF v_runs IS NOT NULL THEN
    EXECUTE format('DELETE FROM %s WHERE end_time < now() - $1', v_runs) USING p_keep;
  END IF;
END
$$;
COMMENT ON FUNCTION ops.forget_job_runs(interval) IS 'Deletes runs of jobs that ended longer ago than p_keep.';
REVOKE EXECUTE ON FUNCTION ops.forget_job_runs(interval) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ops.forget_job_runs(interval) TO lake_service;
