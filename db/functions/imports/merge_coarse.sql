-- One event that one file knows to the second (HTML) and another finer (JSON, CSV): activity, comments.
--
-- While files load, both are rows. When an import ends, the coarse one goes if a fine one of the same identity lies
-- within its second. What is left depends on what was loaded, not on the order: no locks are needed on the way.

CREATE OR REPLACE FUNCTION imports.merge_coarse(p_tables regclass[] DEFAULT NULL) RETURNS regclass[]
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  v_user bigint := lake.current_user_id();
  v_table regclass;
  v_ids bigint[];
  v_removed bigint;
  v_merged regclass[] := '{}';
BEGIN
  FOR v_table IN
    SELECT DISTINCT (t ->> 'table')::regclass
      FROM imports.kind AS k, jsonb_array_elements(k.targets) AS t
     WHERE t ? 'coarse' AND (p_tables IS NULL OR (t ->> 'table')::regclass = ANY (p_tables))
     ORDER BY 1
  LOOP
    -- Row by row through the key, whatever the planner knows of a table that has just been filled: as a join this may be
    -- made by ident alone, of which some have thousands. The end of the second is worked out apart, since adding to a
    -- time is not leakproof, and would not be sought by the key.
    EXECUTE format($sql$
      SELECT array_agg(c.id)
        FROM (SELECT c.id, c.ident, c.at, c.at + interval '1 second' AS next
                FROM %1$s AS c WHERE c.user_id = $1 AND c.coarse AND c.file_id IS NOT NULL OFFSET 0) AS c
       WHERE EXISTS (SELECT FROM %1$s AS f
                      WHERE f.user_id = $1 AND f.ident = c.ident AND NOT f.coarse AND f.at >= c.at AND f.at < c.next
                     OFFSET 0)$sql$, v_table) INTO v_ids USING v_user;
    EXECUTE format('DELETE FROM %s AS t WHERE t.user_id = $1 AND t.id = ANY ($2)', v_table) USING v_user, v_ids;
    GET DIAGNOSTICS v_removed = ROW_COUNT;
    IF v_removed > 0 THEN
      v_merged := v_merged || v_table;
    END IF;
  END LOOP;
  RETURN v_merged;
END
$$;
COMMENT ON FUNCTION imports.merge_coarse(regclass[]) IS
  'Removes the acting user''s rows that are known to the second only and are also there with a finer time, in '
  'p_tables, or in every table that a kind gives such times to. Gives the tables that lost some. Part of imports.finish_import.';
GRANT EXECUTE ON FUNCTION imports.merge_coarse(regclass[]) TO lake_user;
