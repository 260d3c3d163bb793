-- One user's wild dates make thousands of chunks, and everybody's queries then run out of locks. Every time that a
-- file can set is bounded: at and *_at of the entities and time series.
SELECT 'time_range' AS lint, format('%s.%I', c.oid::regclass, a.attname) AS object,
       'the time has no range check' AS problem,
       format('CHECK (%1$I >= ''1900-01-01 00:00:00+00'' AND %1$I < ''2100-01-01 00:00:00+00'')', a.attname) AS remedy
  FROM pg_class AS c
  JOIN pg_namespace AS n ON n.oid = c.relnamespace
  JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
 WHERE n.nspname IN ('user_data', 'timeseries') AND c.relkind IN ('r', 'p') AND NOT c.relispartition
   AND a.atttypid = 'timestamptz'::regtype AND a.attname ~ '^(.*_)?at$'
   AND NOT EXISTS (
         SELECT FROM pg_constraint AS k
          WHERE k.conrelid = c.oid AND k.contype = 'c' AND a.attnum = ANY (k.conkey) AND k.convalidated
            AND pg_get_constraintdef(k.oid) LIKE format('%%%I >= ''1900-01-01 00:00:00+00''%%', a.attname)
            AND pg_get_constraintdef(k.oid) LIKE format('%%%I < ''2100-01-01 00:00:00+00''%%', a.attname))
 ORDER BY 2
