-- A table with rows of users shows everybody everything unless row-level security is enabled, and shows it to its
-- owner's functions unless it is forced. Partitions and chunks have no grants instead: grants_on_parts.sql.
SELECT 'row_level_security' AS lint, c.oid::regclass::text AS object,
       CASE WHEN NOT c.relrowsecurity THEN 'row-level security is not enabled'
            ELSE 'row-level security is not forced' END AS problem,
       'Call ops.isolate for it in db/policies.' AS remedy
  FROM pg_class AS c
  JOIN pg_namespace AS n ON n.oid = c.relnamespace
 WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition
   AND n.nspname NOT IN ('ext', 'partman', 'public', 'timeseries_chunks')
   AND has_schema_privilege('lake_owner', n.oid, 'CREATE') AND n.nspname !~ '^user_[1-9]'
   AND EXISTS (SELECT FROM pg_attribute AS a
                WHERE a.attrelid = c.oid AND a.attname = 'user_id' AND NOT a.attisdropped)
   AND NOT (c.relrowsecurity AND c.relforcerowsecurity)
 ORDER BY 2
