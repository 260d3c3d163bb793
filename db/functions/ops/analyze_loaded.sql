-- Fresh statistics after loads.

CREATE OR REPLACE PROCEDURE ops.analyze_loaded()
LANGUAGE plpgsql
-- DEFINER: only an owner (or MAINTAIN) may analyze.
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  v_table regclass;
BEGIN
  FOR v_table IN
    SELECT s.relid FROM pg_stat_all_tables AS s
     WHERE s.schemaname IN ('user_data', 'timeseries', 'timeseries_chunks', 'imports', 'vectors')
       AND s.n_mod_since_analyze > 1000 + 0.1 * s.n_live_tup
  LOOP
    EXECUTE format('ANALYZE (SKIP_LOCKED) %s', v_table);
  END LOOP;
END
$$;
COMMENT ON PROCEDURE ops.analyze_loaded() IS
  'Analyzes the tables of which a tenth and a thousand rows changed since they were last analyzed.';
GRANT EXECUTE ON PROCEDURE ops.analyze_loaded() TO lake_jobs;
