-- A view runs with its owner's rights, so the policies of the tables ask who its owner is. Either it is
-- security_invoker (CREATE OR REPLACE VIEW without WITH silently drops that), or it is lake_service's
-- security_barrier over materialized views, which have no policies at all.
SELECT 'views' AS lint, c.oid::regclass::text AS object,
       CASE WHEN pg_get_userbyid(c.relowner) <> 'lake_service' THEN 'the view is not security_invoker'
            WHEN NOT coalesce(c.reloptions && '{security_barrier=true,security_barrier=on}', false)
              THEN 'the view of lake_service is not security_barrier'
            ELSE 'the view of lake_service reads more than materialized views' END AS problem,
       'CREATE OR REPLACE VIEW … WITH (security_invoker = true), or lake_service''s WITH (security_barrier = true) '
       'over materialized views only.' AS remedy
  FROM pg_class AS c
  JOIN pg_namespace AS n ON n.oid = c.relnamespace
 WHERE c.relkind = 'v' AND n.nspname NOT IN ('ext', 'partman', 'public')
   AND has_schema_privilege('lake_owner', n.oid, 'CREATE') AND n.nspname !~ '^user_[1-9]'
   AND NOT coalesce(c.reloptions && '{security_invoker=true,security_invoker=on}', false)
   AND NOT (pg_get_userbyid(c.relowner) = 'lake_service'
            AND coalesce(c.reloptions && '{security_barrier=true,security_barrier=on}', false)
            AND NOT EXISTS (
                  SELECT FROM pg_rewrite AS r
                    JOIN pg_depend AS d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid
                     AND d.refclassid = 'pg_class'::regclass AND d.refobjid <> c.oid
                    JOIN pg_class AS t ON t.oid = d.refobjid
                   WHERE r.ev_class = c.oid AND t.relkind <> 'm'))
 ORDER BY 2
