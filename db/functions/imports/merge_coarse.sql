-- One event that one file knows to the second (HTML) and another to the millisecond (JSON).
--
-- While files load, both are rows. When an import ends, the coarse one goes if a fine one of the same identity lies
-- within its second. What is left depends on what was loaded, not on the order: no locks are needed on the way.

CREATE OR REPLACE FUNCTION imports.merge_coarse() RETURNS bigint
LANGUAGE sql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
  WITH merged AS (
    DELETE FROM user_data.activity AS c
     WHERE c.user_id = (SELECT lake.current_user_id()) AND c.coarse AND c.file_id IS NOT NULL
       AND EXISTS (SELECT FROM user_data.activity AS f
                    WHERE f.user_id = (SELECT lake.current_user_id()) AND f.ident = c.ident AND NOT f.coarse
                      AND f.at >= c.at AND f.at < c.at + interval '1 second')
    RETURNING 1
  )
  SELECT count(*) FROM merged
$$;
COMMENT ON FUNCTION imports.merge_coarse() IS
  'Removes the acting user''s events that are known to the second only and are also there with a finer time. Gives how '
  'many. Part of imports.finish_import.';
GRANT EXECUTE ON FUNCTION imports.merge_coarse() TO lake_user;
