-- One event that one file knows to the second (HTML) and another finer (JSON, CSV): activity, comments.
--
-- While files load, both are rows. When an import ends, the coarse one goes if a fine one of the same identity lies
-- within its second. What is left depends on what was loaded, not on the order: no locks are needed on the way.

CREATE OR REPLACE FUNCTION imports.merge_coarse(p_tables regclass[] DEFAULT NULL) RETURNS regclass[]
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
-- The tables were filled a moment ago, and statistics may know of other users only: a nested loop would be a guess that
-- costs minutes.
SET enable_nestloop = off
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
    -- Sorted, not joined: of some idents there are thousands of rows.
    EXECUTE format($sql$
      SELECT array_agg(w.id)
        FROM (SELECT t.id, t.coarse AND t.file_id IS NOT NULL AS may_go,
                     count(*) FILTER (WHERE NOT t.coarse) OVER (PARTITION BY t.ident ORDER BY t.at
                       RANGE BETWEEN CURRENT ROW AND interval '999999 microseconds' FOLLOWING) AS finer
                FROM %1$s AS t
               WHERE t.user_id = $1 AND t.ident IN (SELECT c.ident FROM %1$s AS c WHERE c.user_id = $1 AND c.coarse)) AS w
       WHERE w.may_go AND w.finer > 0$sql$, v_table) INTO v_ids USING v_user;
    EXECUTE format('DELETE FROM %s AS t USING unnest($2) AS gone(id) WHERE t.user_id = $1 AND t.id = gone.id', v_table)
      USING v_user, v_ids;
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
