-- Nobody may lock others out of the lake.

CREATE OR REPLACE FUNCTION ops.end_blockers(p_patience interval DEFAULT '10 seconds') RETURNS bigint
LANGUAGE sql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT count(*) FILTER (WHERE pg_terminate_backend(b.pid))
    FROM (SELECT DISTINCT h.pid
            FROM pg_locks AS h
            JOIN pg_locks AS w ON w.relation = h.relation AND w.database = h.database AND w.pid <> h.pid
            JOIN pg_class AS c ON c.oid = h.relation
            JOIN pg_stat_activity AS a ON a.pid = h.pid
           WHERE h.database = (SELECT d.oid FROM pg_database AS d WHERE d.datname = current_database())
             AND h.granted AND h.mode IN ('ShareUpdateExclusiveLock', 'ShareLock', 'ShareRowExclusiveLock',
                                          'ExclusiveLock', 'AccessExclusiveLock')
             AND NOT w.granted AND w.waitstart < clock_timestamp() - p_patience
             AND c.relnamespace::regnamespace::text !~ '^user_[1-9]'
             AND a.usename ~ '^(user_[1-9]|service_)') AS b
$$;
COMMENT ON FUNCTION ops.end_blockers(interval) IS
  'Ends sessions of users and services that have locked a whole table of the lake while others wait for it longer than '
  'p_patience: the right to update or delete rows is also the right to LOCK TABLE. Gives how many.';
GRANT EXECUTE ON FUNCTION ops.end_blockers(interval) TO lake_jobs;
