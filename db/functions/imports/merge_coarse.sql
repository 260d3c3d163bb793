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
  v_removed bigint;
  v_merged regclass[] := '{}';
BEGIN
  FOR v_table IN
    SELECT DISTINCT (t ->> 'table')::regclass
      FROM imports.kind AS k, jsonb_array_elements(k.targets) AS t
     WHERE t ? 'coarse' AND (p_tables IS NULL OR (t ->> 'table')::regclass = ANY (p_tables))
     ORDER BY 1
  LOOP
    -- OFFSET 0: row by row through the key. As a join it may be made by ident alone, of which some have thousands.
    EXECUTE format($sql$
      DELETE FROM %1$s AS c
       WHERE c.user_id = $1 AND c.coarse AND c.file_id IS NOT NULL
         AND EXISTS (SELECT FROM %1$s AS f
                      WHERE f.user_id = $1 AND f.ident = c.ident AND NOT f.coarse
                        AND f.at >= c.at AND f.at < c.at + interval '1 second'
                     OFFSET 0)$sql$, v_table) USING v_user;
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
