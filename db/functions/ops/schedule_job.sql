-- pg_cron lives in one database of a cluster, so its functions are called by EXECUTE: elsewhere they do not exist.
-- Jobs: db/jobs registers each by name; pg_cron runs it as lake_jobs where pg_cron lives, ops.run_job elsewhere.

CREATE OR REPLACE FUNCTION ops.schedule_job(p_name text, p_schedule text, p_command text) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  v_cron regnamespace := to_regnamespace('cron');
BEGIN
  INSERT INTO ops.job (name, schedule, command) VALUES (p_name, p_schedule, p_command)
  ON CONFLICT (name) DO UPDATE SET (schedule, command) = (excluded.schedule, excluded.command);
  IF v_cron IS NOT NULL THEN
    -- By name: an existing job of this name takes on the new schedule and command.
    EXECUTE format('SELECT %s.schedule_in_database($1, $2, $3, $4, $5)', v_cron)
      USING p_name, p_schedule, p_command, current_database()::text, 'lake_jobs';
  END IF;
END
$$;
COMMENT ON FUNCTION ops.schedule_job(text, text, text) IS
  'Registers a job (name, schedule in cron''s notation, one SQL command) and, in the database that pg_cron lives in, '
  'schedules it as lake_jobs. Run by deploy, as superuser.';

CREATE OR REPLACE FUNCTION ops.unschedule_jobs_except(p_names text[]) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  v_cron regnamespace := to_regnamespace('cron');
BEGIN
  IF v_cron IS NOT NULL THEN
    EXECUTE format('SELECT %1$s.unschedule(jobid) FROM %1$s.job
                     WHERE username = ''lake_jobs'' AND database = current_database() AND jobname <> ALL ($1)', v_cron)
      USING p_names;
  END IF;
  DELETE FROM ops.job WHERE name <> ALL (p_names);
END
$$;
COMMENT ON FUNCTION ops.unschedule_jobs_except(text[]) IS
  'Ends every job of the lake that is not named: its file in db/jobs is gone. Run by deploy, as superuser.';

CREATE OR REPLACE PROCEDURE ops.run_job(p_name text)
LANGUAGE plpgsql
AS $$
DECLARE
  v_command text;
BEGIN
  SELECT j.command INTO v_command FROM ops.job AS j WHERE j.name = p_name;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'there is no job of this name' USING ERRCODE = 'LK306', HINT = 'lake.job_status() lists the jobs.';
  END IF;
  EXECUTE format('%s', v_command);
END
$$;
COMMENT ON PROCEDURE ops.run_job(text) IS
  'Runs a job now, in this session: for databases that pg_cron does not live in. Procedures of jobs that commit as they '
  'go are called directly instead. LK306: no such job.';
GRANT EXECUTE ON PROCEDURE ops.run_job(text) TO lake_jobs;
