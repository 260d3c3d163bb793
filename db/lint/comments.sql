-- \d+ and \df+ are the manual: every schema, table, view and function of ours says what it is.
SELECT 'comments' AS lint, found.object, 'it has no comment' AS problem, 'COMMENT ON it where it is made.' AS remedy
  FROM (
    SELECT 'schema ' || quote_ident(n.nspname) AS object, n.oid AS schema,
           obj_description(n.oid, 'pg_namespace') AS comment
      FROM pg_namespace AS n
    UNION ALL
    SELECT c.oid::regclass::text, c.relnamespace, obj_description(c.oid, 'pg_class')
      FROM pg_class AS c
      JOIN pg_namespace AS n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('r', 'p', 'v', 'm') AND NOT c.relispartition AND n.nspname <> 'timeseries_chunks'
       AND c.relname !~ '^_yoyo_'  -- yoyo's own
    UNION ALL
    SELECT p.oid::regprocedure::text, p.pronamespace, obj_description(p.oid, 'pg_proc')
      FROM pg_proc AS p
  ) AS found
  JOIN pg_namespace AS n ON n.oid = found.schema
 WHERE n.nspname NOT IN ('ext', 'partman', 'public')
   AND has_schema_privilege('lake_owner', n.oid, 'CREATE') AND n.nspname !~ '^user_[1-9]' AND found.comment IS NULL
 ORDER BY 2
