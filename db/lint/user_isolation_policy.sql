-- Two permissive policies are OR-ed: one that is too wide opens the table, whatever the other says. So every table
-- with rows of users has exactly one for users, for all commands and all roles, with this very expression; any other
-- permissive policy is for lake_service alone.
SELECT 'user_isolation_policy' AS lint, c.oid::regclass::text AS object, found.problem,
       'Call ops.isolate for it in db/policies; other policies are TO lake_service.' AS remedy
  FROM pg_class AS c
  JOIN pg_namespace AS n ON n.oid = c.relnamespace
 CROSS JOIN LATERAL (
   SELECT 'it has no policy user_isolation_policy' AS problem
    WHERE NOT EXISTS (SELECT FROM pg_policy AS p WHERE p.polrelid = c.oid AND p.polname = 'user_isolation_policy')
    UNION ALL
   SELECT format('policy %I is not FOR ALL to everybody with user_id = (SELECT lake.current_user_id())', p.polname)
     FROM pg_policy AS p
    WHERE p.polrelid = c.oid AND p.polname = 'user_isolation_policy'
      AND NOT (p.polpermissive AND p.polcmd = '*' AND p.polroles = '{0}'
               AND pg_get_expr(p.polqual, p.polrelid)
                   ~ '^\(user_id = \( SELECT lake\.current_user_id\(\) AS current_user_id\)\)$'
               AND pg_get_expr(p.polwithcheck, p.polrelid) = pg_get_expr(p.polqual, p.polrelid))
    UNION ALL
   SELECT format('permissive policy %I is not for lake_service alone', p.polname)
     FROM pg_policy AS p
    WHERE p.polrelid = c.oid AND p.polname <> 'user_isolation_policy' AND p.polpermissive
      AND p.polroles <> ARRAY[(SELECT r.oid FROM pg_roles AS r WHERE r.rolname = 'lake_service')]
 ) AS found
 WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition
   AND n.nspname NOT IN ('ext', 'partman', 'public', 'timeseries_chunks')
   AND has_schema_privilege('lake_owner', n.oid, 'CREATE') AND n.nspname !~ '^user_[1-9]'
   AND EXISTS (SELECT FROM pg_attribute AS a
                WHERE a.attrelid = c.oid AND a.attname = 'user_id' AND NOT a.attisdropped)
 ORDER BY 2, 3
