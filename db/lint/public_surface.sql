-- lake is the public surface: what stands in it is for users, or for lake_admin, and never for nobody.
SELECT 'public_surface' AS lint, found.object, 'neither lake_user nor lake_admin may use it' AS problem,
       'GRANT EXECUTE (a view: SELECT) TO lake_user in its file, or move it out of lake.' AS remedy
  FROM (
    SELECT p.oid::regprocedure::text AS object
      FROM pg_proc AS p
     WHERE p.pronamespace = to_regnamespace('lake')
       AND NOT has_function_privilege('lake_user', p.oid, 'EXECUTE')
       AND NOT has_function_privilege('lake_admin', p.oid, 'EXECUTE')
    UNION ALL
    SELECT c.oid::regclass::text
      FROM pg_class AS c
     WHERE c.relnamespace = to_regnamespace('lake') AND c.relkind IN ('v', 'r', 'p')
       AND NOT has_table_privilege('lake_user', c.oid, 'SELECT')
       AND NOT has_table_privilege('lake_admin', c.oid, 'SELECT')
  ) AS found
 ORDER BY 2
