-- Row-level security of one table, all of it in one place. db/policies calls this for every table.

CREATE OR REPLACE FUNCTION ops.isolate(p_table regclass, p_writable boolean DEFAULT false) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  v_own constant text := 'user_id = (SELECT lake.current_user_id())';
  v_column text;
BEGIN
  EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', p_table);
  -- For every role, so that it also holds inside SECURITY DEFINER functions of the owner.
  EXECUTE format('DROP POLICY IF EXISTS user_isolation_policy ON %s', p_table);
  EXECUTE format('CREATE POLICY user_isolation_policy ON %s USING (%s) WITH CHECK (%s)', p_table, v_own, v_own);
  EXECUTE format('DROP POLICY IF EXISTS service_read_policy ON %s', p_table);
  EXECUTE format('CREATE POLICY service_read_policy ON %s FOR SELECT TO lake_service USING (true)', p_table);
  EXECUTE format('REVOKE ALL ON %s FROM PUBLIC, lake_user, lake_service', p_table);
  EXECUTE format('GRANT SELECT ON %s TO lake_service', p_table);
  EXECUTE format('GRANT SELECT%s ON %s TO lake_user',
                 CASE WHEN p_writable THEN ', INSERT, UPDATE, DELETE' ELSE '' END, p_table);

  -- Statistics are of all users' rows, and EXPLAIN shows what the planner makes of them: how often a text or an area
  -- occurs, or whether anybody else has a file of this size. Only what plans need has any: users, times, ids and flags,
  -- and of digests next to nothing.
  FOR v_column IN
    SELECT format('ALTER COLUMN %I SET STATISTICS %s', a.attname, CASE WHEN a.attname = 'ident' THEN 1 ELSE 0 END)
      FROM pg_attribute AS a
     WHERE a.attrelid = p_table AND a.attnum > 0 AND NOT a.attisdropped
       AND (a.attname IN ('ident', 'digest', 'album', 'parent', 'cell', 'size_bytes', 'width', 'height', 'steps')
            OR a.atttypid <> ALL ('{boolean,smallint,integer,bigint,timestamptz,date,uuid}'::regtype[]))
  LOOP
    EXECUTE format('ALTER TABLE %s %s', p_table, v_column);
  END LOOP;
END
$$;
COMMENT ON FUNCTION ops.isolate(regclass, boolean) IS
  'Enables and forces row-level security with the one policy of this lake, and grants reading (and writing) to '
  'lake_user and reading to lake_service. Nothing else: TRUNCATE, REFERENCES, TRIGGER and MAINTAIN ignore policies. '
  'Keeps no statistics of texts, positions and measures, which EXPLAIN would show to everybody.';
