-- Partitions of the months ahead.

CREATE OR REPLACE FUNCTION ops.maintain_partitions() RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
-- DEFINER: run by any other role, pg_partman makes partitions that this role owns.
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  PERFORM partman.run_maintenance(p_analyze => false);
END
$$;
COMMENT ON FUNCTION ops.maintain_partitions() IS
  'Makes the partitions of the months ahead and drops those past their retention, as the owner of the tables.';
GRANT EXECUTE ON FUNCTION ops.maintain_partitions() TO lake_jobs;

CREATE OR REPLACE FUNCTION ops.keep_partitions(p_table text, p_keep text) RETURNS void
LANGUAGE sql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
  UPDATE partman.part_config SET retention = p_keep, retention_keep_table = false WHERE parent_table = p_table
$$;
COMMENT ON FUNCTION ops.keep_partitions(text, text) IS
  'How long the partitions of a table are kept, as an interval; older ones are dropped by ops.maintain_partitions.';
