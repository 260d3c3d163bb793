-- Fitbit tells one measurement in two files: by the wall clock in JSON, in UTC in CSV. Where both are there, UTC stays.

CREATE OR REPLACE FUNCTION imports.settle_health(p_import bigint) RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
-- The tables were filled a moment ago and have no statistics yet: a nested loop would be a guess that costs minutes, and so
-- would be a merge by the metric alone, of which there are two.
SET enable_nestloop = off SET enable_mergejoin = off
AS $$
DECLARE
  v_removed bigint := 0;
  v_tables uuid[];
BEGIN
  -- Nothing of an import without such files can change what is there.
  IF NOT EXISTS (SELECT FROM imports.archive AS a JOIN imports.file AS f ON f.user_id = a.user_id AND f.archive_id = a.id
                  WHERE a.user_id = lake.current_user_id() AND a.import_id = p_import AND f.product = 'Fitbit') THEN
    RETURN 0;
  END IF;
  v_tables := ARRAY(SELECT f.id FROM imports.file AS f WHERE f.user_id = lake.current_user_id() AND f.kind = 'fitbit_row');
  IF v_tables <> '{}' THEN
    -- TimescaleDB cannot delete from a hypertable by a condition on user_id: the policy alone says whose rows they are.
    DELETE FROM timeseries.metric AS l
     USING (SELECT DISTINCT m.metric, date_bin('1 day', m.at, '2000-01-01 00:00:00+00') AS day
              FROM timeseries.metric AS m
             WHERE m.metric IN ('heart_rate_bpm', 'step_count') AND NOT m.is_local AND m.file_id = ANY (v_tables)) AS told
     WHERE l.is_local AND l.source = 'Fitbit' AND l.metric IN ('heart_rate_bpm', 'step_count')
       AND l.metric = told.metric AND date_bin('1 day', l.at, '2000-01-01 00:00:00+00') = told.day;
    GET DIAGNOSTICS v_removed = ROW_COUNT;
  END IF;

  UPDATE user_data.sleep AS s
     SET score = m.score
    FROM (SELECT s.id, max(m.value) AS score
            FROM user_data.sleep AS s
            LEFT JOIN timeseries.metric AS m ON m.metric = 'sleep_score_overall_score' AND m.attrs ->> 'sleep_log_entry_id' = s.log_id
           WHERE s.user_id = lake.current_user_id() AND s.log_id IS NOT NULL
           GROUP BY s.id) AS m
   WHERE s.user_id = lake.current_user_id() AND s.id = m.id AND s.score IS DISTINCT FROM m.score;
  RETURN v_removed;
END
$$;
COMMENT ON FUNCTION imports.settle_health(bigint) IS
  'Of the acting user''s heart rates and steps from Fitbit, keeps those in UTC on days that have both; gives nights their '
  'scores. Gives how many it removed. Part of imports.finish_import.';
GRANT EXECUTE ON FUNCTION imports.settle_health(bigint) TO lake_user;
