-- What runs when, and how it went.

-- pg_cron shows a role its own runs only, so this belongs to the role that runs them.
SET LOCAL ROLE lake_jobs;

CREATE OR REPLACE FUNCTION ops.job_runs()
RETURNS TABLE (name text, status text, message text, started_at timestamptz, ended_at timestamptz)
LANGUAGE plpgsql STABLE PARALLEL UNSAFE
-- DEFINER: reads pg_cron's log, whose rows belong to lake_jobs.
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  v_cron regnamespace := to_regnamespace('cron');
BEGIN
  -- By name at run time: databases without pg_cron do not have it.
  IF v_cron IS NOT NULL THEN
    RETURN QUERY EXECUTE format(
      'SELECT DISTINCT ON (j.jobname) j.jobname, d.status, d.return_message, d.start_time, d.end_time
         FROM %1$s.job AS j LEFT JOIN %1$s.job_run_details AS d USING (jobid)
        ORDER BY j.jobname, d.start_time DESC NULLS LAST', v_cron);
  END IF;
END
$$;
COMMENT ON FUNCTION ops.job_runs() IS 'The last run of each job, from pg_cron''s log; nothing where pg_cron is not.';
REVOKE EXECUTE ON FUNCTION ops.job_runs() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ops.job_runs() TO lake_service;

SET LOCAL ROLE lake_service;

CREATE OR REPLACE FUNCTION lake.job_status()
RETURNS TABLE (name text, schedule text, status text, message text, started_at timestamptz, ended_at timestamptz)
LANGUAGE sql STABLE PARALLEL UNSAFE
-- DEFINER: lake_admin has no rights in ops.
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT j.name, j.schedule, r.status, r.message, r.started_at, r.ended_at
    FROM ops.job AS j LEFT JOIN ops.job_runs() AS r USING (name) ORDER BY j.name
$$;
COMMENT ON FUNCTION lake.job_status() IS
  'Every job, its schedule, and its last run: status, message, from and until. For lake_admin.';
GRANT EXECUTE ON FUNCTION lake.job_status() TO lake_admin;
