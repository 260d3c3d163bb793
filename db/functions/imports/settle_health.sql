-- Fitbit tells one measurement in two files: by the wall clock in JSON, in UTC in CSV. Where both are there, UTC stays.

CREATE OR REPLACE FUNCTION imports.settle_health() RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  v_removed bigint;
BEGIN
  IF NOT EXISTS (SELECT FROM imports.file AS f WHERE f.user_id = lake.current_user_id() AND f.product = 'Fitbit') THEN
    RETURN 0;
  END IF;
  -- TimescaleDB cannot delete from a hypertable by a condition on user_id: the policy alone says whose rows they are.
  DELETE FROM timeseries.metric AS l
   USING (SELECT DISTINCT m.metric, (m.at AT TIME ZONE 'UTC')::date AS day
            FROM timeseries.metric AS m
           WHERE m.metric IN ('heart_rate_bpm', 'step_count') AND NOT m.is_local AND m.file_id IN (
                   SELECT f.id FROM imports.file AS f
                    WHERE f.user_id = lake.current_user_id() AND f.kind = 'fitbit_row')) AS told
   WHERE l.is_local AND l.source = 'Fitbit' AND l.metric = told.metric AND (l.at AT TIME ZONE 'UTC')::date = told.day;
  GET DIAGNOSTICS v_removed = ROW_COUNT;

  UPDATE user_data.sleep AS s
     SET score = m.score
    FROM (SELECT s.id, (SELECT max(m.value) FROM timeseries.metric AS m
                         WHERE m.metric = 'sleep_score_overall_score' AND m.attrs ->> 'sleep_log_entry_id' = s.log_id) AS score
            FROM user_data.sleep AS s WHERE s.user_id = lake.current_user_id() AND s.log_id IS NOT NULL) AS m
   WHERE s.user_id = lake.current_user_id() AND s.id = m.id AND s.score IS DISTINCT FROM m.score;
  RETURN v_removed;
END
$$;
COMMENT ON FUNCTION imports.settle_health() IS
  'Of the acting user''s heart rates and steps from Fitbit, keeps those in UTC on days that have both; gives nights their '
  'scores. Gives how many it removed. Part of imports.finish_import.';
GRANT EXECUTE ON FUNCTION imports.settle_health() TO lake_user;
