-- The planner's statistics hold the most common values of every table a user may read, partitions and chunks
-- included, without asking the policies.
SELECT 'statistics' AS lint, c.oid::regclass::text AS object, 'PUBLIC may read it' AS problem,
       format('REVOKE SELECT ON %s FROM PUBLIC in a migration.', c.oid::regclass) AS remedy
  FROM pg_class AS c
 CROSS JOIN LATERAL aclexplode(c.relacl) AS acl
 WHERE c.oid IN ('pg_catalog.pg_stats'::regclass, 'pg_catalog.pg_stats_ext'::regclass,
                 'pg_catalog.pg_stats_ext_exprs'::regclass)
   AND acl.grantee = 0 AND acl.privilege_type = 'SELECT'
 ORDER BY 2
