-- Foreign keys are checked without policies: one without user_id lets a user refer to another's hidden row, and a
-- cascade delete across users. On a hypertable one costs a fifth of the loading speed.
SELECT 'user_foreign_keys' AS lint, f.conrelid::regclass::text AS object,
       format(CASE WHEN h.hypertable_name IS NULL THEN 'foreign key %I does not pair user_id with user_id'
                   ELSE 'foreign key %I stands on a hypertable' END, f.conname) AS problem,
       CASE WHEN h.hypertable_name IS NULL THEN 'Begin the foreign key with user_id.'
            ELSE 'Drop it; lake.verify() finds rows without a file.' END AS remedy
  FROM pg_constraint AS f
  JOIN pg_class AS c ON c.oid = f.conrelid
  JOIN pg_namespace AS n ON n.oid = c.relnamespace
  LEFT JOIN timescaledb_information.hypertables AS h
    ON (h.hypertable_schema, h.hypertable_name) = (n.nspname, c.relname)
 WHERE f.contype = 'f' AND NOT c.relispartition
   AND n.nspname NOT IN ('ext', 'partman', 'public', 'timeseries_chunks')
   AND has_schema_privilege('lake_owner', n.oid, 'CREATE') AND n.nspname !~ '^user_[1-9]'
   AND EXISTS (SELECT FROM pg_attribute AS a
                WHERE a.attrelid = f.confrelid AND a.attname = 'user_id' AND NOT a.attisdropped)
   AND (h.hypertable_name IS NOT NULL OR NOT EXISTS (
         SELECT FROM unnest(f.conkey, f.confkey) AS pair(here, there)
           JOIN pg_attribute AS a ON (a.attrelid, a.attnum) = (f.conrelid, pair.here)
           JOIN pg_attribute AS b ON (b.attrelid, b.attnum) = (f.confrelid, pair.there)
          WHERE a.attname = 'user_id' AND b.attname = 'user_id'))
 ORDER BY 2, 3
