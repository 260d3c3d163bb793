-- A SECURITY DEFINER function acts with its owner's rights. Without a pinned search_path it runs what its caller
-- planted in a schema of the caller's; callable by PUBLIC, it is open to roles nobody thought of.
WITH allowed (function, reason) AS (
  -- Owners other than lake_owner and lake_service, each with its reason.
  VALUES ('ops.job_runs()', 'pg_cron shows a role its own runs only, and lake_jobs runs the jobs'),
         ('ops.forget_job_runs(interval)', 'pg_cron lets a role delete its own runs only')
)
SELECT 'definer_functions' AS lint, p.oid::regprocedure::text AS object, found.problem, found.remedy
  FROM pg_proc AS p
  JOIN pg_namespace AS n ON n.oid = p.pronamespace
 CROSS JOIN LATERAL (
   SELECT 'it is SECURITY DEFINER without a pinned search_path' AS problem,
          'SET search_path = pg_catalog, pg_temp in the function itself.' AS remedy
    WHERE NOT EXISTS (SELECT FROM unnest(p.proconfig) AS setting
                       WHERE setting ~ '^search_path=("?pg_catalog"?)(, "?(ext|lake|pg_temp)"?)*$')
    UNION ALL
   SELECT 'it is SECURITY DEFINER, and PUBLIC may call it', 'REVOKE EXECUTE … FROM PUBLIC in its file.'
     FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) AS acl
    WHERE acl.grantee = 0
    UNION ALL
   SELECT format('it is SECURITY DEFINER and belongs to %s', pg_get_userbyid(p.proowner)),
          'Let lake_owner own it, or lake_service where it must see rows of several users.'
    WHERE pg_get_userbyid(p.proowner) NOT IN ('lake_owner', 'lake_service')
      AND p.oid::regprocedure::text NOT IN (SELECT a.function FROM allowed AS a)
 ) AS found
 WHERE p.prosecdef AND n.nspname NOT IN ('ext', 'partman', 'public')
   AND has_schema_privilege('lake_owner', n.oid, 'CREATE') AND n.nspname !~ '^user_[1-9]'
 ORDER BY 2, 3
