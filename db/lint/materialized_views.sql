-- Materialized views have no row-level security: whoever may read one reads everybody's rows. Owned by lake_owner
-- they would be filled with nothing, because the policies hold for it too.
SELECT 'materialized_views' AS lint, c.oid::regclass::text AS object, found.problem, found.remedy
  FROM pg_class AS c
  JOIN pg_namespace AS n ON n.oid = c.relnamespace
 CROSS JOIN LATERAL (
   SELECT format('%s may read it', CASE acl.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(acl.grantee)::text END)
          AS problem, 'Grant on a view over it that filters by user.' AS remedy
     FROM aclexplode(c.relacl) AS acl
    WHERE acl.privilege_type = 'SELECT' AND acl.grantee <> c.relowner
    UNION ALL
   SELECT format('it belongs to %s', pg_get_userbyid(c.relowner)), 'Make it as lake_service.'
    WHERE pg_get_userbyid(c.relowner) <> 'lake_service'
 ) AS found
 WHERE c.relkind = 'm' AND n.nspname NOT IN ('ext', 'partman', 'public')
   AND has_schema_privilege('lake_owner', n.oid, 'CREATE') AND n.nspname !~ '^user_[1-9]'
 ORDER BY 2, 3
