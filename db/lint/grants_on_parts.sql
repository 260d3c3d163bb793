-- Partitions and chunks do not have their parent's policies: whoever may read one reads everybody's rows in it.
-- Chunks have the grants of their hypertable, so their schema must be closed.
SELECT 'grants_on_parts' AS lint, c.oid::regclass::text AS object,
       format('a partition is granted to %s',
              CASE acl.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(acl.grantee)::text END) AS problem,
       'Grant on the parent only, and keep inherit_privileges of pg_partman off.' AS remedy
  FROM pg_class AS c
  JOIN pg_namespace AS n ON n.oid = c.relnamespace
 CROSS JOIN LATERAL aclexplode(c.relacl) AS acl
 WHERE c.relispartition AND c.relkind IN ('r', 'p') AND acl.grantee <> c.relowner
   AND has_schema_privilege('lake_owner', n.oid, 'CREATE') AND n.nspname !~ '^user_[1-9]'
 UNION ALL
SELECT 'grants_on_parts', n.nspname,
       format('%s on the schema of the chunks is granted to %s', acl.privilege_type,
              CASE acl.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(acl.grantee)::text END),
       'Revoke it: chunks are reached through their hypertable.'
  FROM pg_namespace AS n
 CROSS JOIN LATERAL aclexplode(n.nspacl) AS acl
 WHERE n.nspname = 'timeseries_chunks' AND acl.grantee <> n.nspowner
   AND pg_get_userbyid(acl.grantee) <> 'lake_owner'
 UNION ALL
SELECT 'grants_on_parts', format('%I.%I', h.hypertable_schema, h.hypertable_name),
       'its chunks lie outside timeseries_chunks',
       'Make it with associated_schema_name => ''timeseries_chunks''.'
  FROM timescaledb_information.hypertables AS h
  JOIN timescaledb_information.chunks AS k USING (hypertable_schema, hypertable_name)
 WHERE k.chunk_schema <> 'timeseries_chunks'
 GROUP BY h.hypertable_schema, h.hypertable_name
 ORDER BY 2, 3
