-- The state of the whole lake, in numbers: for the operator, who sees no rows.
SET LOCAL ROLE lake_service;

CREATE OR REPLACE FUNCTION ops.count_tables() RETURNS TABLE (table_name text, rows bigint)
LANGUAGE plpgsql STABLE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  v_counts text;
BEGIN
  -- Every table whose rows lake_service may read, by policy: a new table is counted without being named here.
  SELECT string_agg(format('SELECT %L, count(*) FROM %s', p.polrelid::regclass, p.polrelid::regclass), ' UNION ALL '
                    ORDER BY p.polrelid::regclass::text)
    INTO v_counts FROM pg_policy AS p WHERE p.polname = 'service_read_policy';
  RETURN QUERY EXECUTE v_counts;
END
$$;
COMMENT ON FUNCTION ops.count_tables() IS 'Rows per table, of all users together.';

CREATE OR REPLACE FUNCTION lake.status() RETURNS jsonb
LANGUAGE sql STABLE PARALLEL UNSAFE
-- DEFINER: counts rows of all users, and shows none.
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT jsonb_build_object(
    'users', (SELECT coalesce(jsonb_agg(jsonb_build_object('name', u.name, 'role', u.role_name) ORDER BY u.user_id), '[]')
                FROM lake.users() AS u),
    'tables', (SELECT jsonb_object_agg(t.table_name, t.rows) FROM ops.count_tables() AS t),
    'imports', (SELECT coalesce(jsonb_agg(jsonb_build_object(
                         'user', a.name, 'import', i.id, 'state', i.state, 'began_at', i.began_at,
                         'finished_at', i.finished_at, 'archives', s.archives, 'files', s.files, 'records', s.records,
                         'rejects', s.rejects) ORDER BY i.began_at), '[]')
                  FROM imports.import AS i
                  JOIN ops.account AS a ON a.user_id = i.user_id
                  CROSS JOIN LATERAL (SELECT count(DISTINCT r.id) AS archives, count(f.id) AS files,
                                             coalesce(sum(f.records), 0) AS records, coalesce(sum(f.rejects), 0) AS rejects
                                        FROM imports.archive AS r
                                        LEFT JOIN imports.file AS f ON f.user_id = r.user_id AND f.archive_id = r.id
                                       WHERE r.user_id = i.user_id AND r.import_id = i.id) AS s),
    'jobs', (SELECT coalesce(jsonb_agg(to_jsonb(j) ORDER BY j.name), '[]') FROM lake.job_status() AS j))
$$;
COMMENT ON FUNCTION lake.status() IS
  'Users, rows per table, imports of all users and the last runs of the jobs, as one JSON object. For lake_admin.';
GRANT EXECUTE ON FUNCTION lake.status() TO lake_admin;
