-- A unique key without user_id tells a user that somebody else has the value; an index that does not start with it
-- is of no use under the policy, which then reads everybody's rows. Tables that users have no right on are exempt
-- from the rule on unique keys.
SELECT 'user_keys' AS lint, c.oid::regclass::text AS object, found.problem,
       'Put user_id first in the key, NOT NULL.' AS remedy
  FROM pg_class AS c
  JOIN pg_namespace AS n ON n.oid = c.relnamespace
  JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attname = 'user_id' AND NOT a.attisdropped
 CROSS JOIN LATERAL (
   SELECT 'user_id may be null' AS problem
    WHERE NOT a.attnotnull
    UNION ALL
   SELECT 'it has no primary key'
    WHERE NOT EXISTS (SELECT FROM pg_index AS i WHERE i.indrelid = c.oid AND i.indisprimary)
    UNION ALL
   SELECT format('%s %s does not start with user_id',
                 CASE WHEN i.indisprimary THEN 'primary key' ELSE 'unique index' END, i.indexrelid::regclass)
     FROM pg_index AS i
    WHERE i.indrelid = c.oid AND i.indkey[0] <> a.attnum
      AND (i.indisprimary OR (i.indisunique AND has_any_column_privilege('lake_user', c.oid, 'SELECT, INSERT, UPDATE')))
    UNION ALL
   SELECT format('exclusion constraint %I does not start with user_id', e.conname)
     FROM pg_constraint AS e
    WHERE e.conrelid = c.oid AND e.contype = 'x' AND e.conkey[1] <> a.attnum
 ) AS found
 WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition
   AND n.nspname NOT IN ('ext', 'partman', 'public', 'timeseries_chunks')
   AND has_schema_privilege('lake_owner', n.oid, 'CREATE') AND n.nspname !~ '^user_[1-9]'
 ORDER BY 2, 3
