-- Does the account add up? Recomputed from the rows, the rejects and the checkpoints, not from the counters.

CREATE OR REPLACE FUNCTION imports.account_problems(p_user bigint)
RETURNS TABLE (file_id uuid, path text, problem text)
LANGUAGE sql STABLE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
  WITH counted AS MATERIALIZED (SELECT c.file_id, c.rows FROM imports.count_rows(p_user) AS c),
  rejected AS MATERIALIZED (
    SELECT r.file_id, count(*) AS rejects FROM imports.reject AS r WHERE r.user_id = p_user GROUP BY r.file_id),
  batched AS MATERIALIZED (
    SELECT b.file_id, sum(b.records)::bigint AS records FROM imports.batch AS b WHERE b.user_id = p_user GROUP BY b.file_id)
  SELECT f.id, f.path, p.problem
    FROM imports.file AS f
    LEFT JOIN counted AS c ON c.file_id = f.id
    LEFT JOIN rejected AS r ON r.file_id = f.id
    LEFT JOIN batched AS b ON b.file_id = f.id
    CROSS JOIN LATERAL (VALUES
      (f.records <> f.rows + f.duplicates + f.rejects,
       format('%s records are not %s rows, %s duplicates and %s rejects', f.records, f.rows, f.duplicates, f.rejects)),
      (f.rows <> coalesce(c.rows, 0), format('%s rows are on record and %s are there', f.rows, coalesce(c.rows, 0))),
      (f.rejects <> coalesce(r.rejects, 0),
       format('%s rejects are on record and %s are there', f.rejects, coalesce(r.rejects, 0))),
      (f.records <> b.records, format('%s records are on record and %s were taken', f.records, b.records)),
      (f.duplicates < 0, 'more rows and rejects than records')) AS p(wrong, problem)
   WHERE f.user_id = p_user AND f.state NOT IN ('pending', 'loading') AND p.wrong
  UNION ALL
  SELECT c.file_id, NULL, format('%s rows come from a file that is not on record', c.rows)
    FROM counted AS c
   WHERE NOT EXISTS (SELECT FROM imports.file AS f WHERE f.user_id = p_user AND f.id = c.file_id)
$$;
COMMENT ON FUNCTION imports.account_problems(bigint) IS 'What does not add up in a user''s account; see lake.verify.';
GRANT EXECUTE ON FUNCTION imports.account_problems(bigint) TO lake_service;

SET LOCAL ROLE lake_service;

CREATE OR REPLACE FUNCTION lake.verify() RETURNS TABLE (file_id uuid, path text, problem text)
LANGUAGE sql STABLE PARALLEL UNSAFE
-- DEFINER: the same queries serve the nightly check of all users.
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT p.file_id, p.path, p.problem FROM imports.account_problems(lake.current_user_id()) AS p
$$;
COMMENT ON FUNCTION lake.verify() IS
  'Recomputes the account of every file you loaded from the rows themselves: records = rows + duplicates + rejects. '
  'No row means that everything adds up.';
GRANT EXECUTE ON FUNCTION lake.verify() TO lake_user;

CREATE OR REPLACE FUNCTION ops.verify_all() RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
-- DEFINER: looks at the account of every user.
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  v_found bigint := 0;
  v_problem record;
BEGIN
  FOR v_problem IN
    SELECT a.user_id, p.file_id, p.problem FROM ops.account AS a, imports.account_problems(a.user_id) AS p
  LOOP
    v_found := v_found + 1;
    PERFORM ops.record_event(v_problem.user_id, 'account_wrong',
                             jsonb_build_object('file', v_problem.file_id, 'problem', v_problem.problem));
  END LOOP;
  RETURN v_found;
END
$$;
COMMENT ON FUNCTION ops.verify_all() IS 'lake.verify for every user; each problem becomes an event. Gives how many there were.';
GRANT EXECUTE ON FUNCTION ops.verify_all() TO lake_jobs;
