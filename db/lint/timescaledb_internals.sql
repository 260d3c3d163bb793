-- Internal routines of TimescaleDB do not ask who owns the hypertable: with _timescaledb_functions.drop_chunk a user
-- dropped another's chunk. An upgrade of the extension may bring new ones, open to PUBLIC again.
SELECT 'timescaledb_internals' AS lint, n.nspname::text AS object,
       format('PUBLIC may call %s of its routines, such as %s', count(*), min(p.proname)) AS problem,
       format('REVOKE EXECUTE ON ALL ROUTINES IN SCHEMA %I FROM PUBLIC in a migration.', n.nspname) AS remedy
  FROM pg_proc AS p
  JOIN pg_namespace AS n ON n.oid = p.pronamespace
 CROSS JOIN LATERAL aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) AS acl
 WHERE n.nspname IN ('_timescaledb_functions', '_timescaledb_internal', '_timescaledb_debug',
                     'timescaledb_experimental')
   AND acl.grantee = 0
 GROUP BY n.nspname
 ORDER BY 2
