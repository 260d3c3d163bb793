-- Nothing of ours belongs to a superuser: its views and functions would run with every right. The ledger is the
-- exception, because the deploy writes it before any other role exists.
SELECT 'owners' AS lint, found.object, format('it belongs to the superuser %s', r.rolname) AS problem,
       'SET LOCAL ROLE lake_owner before it is made, or ALTER … OWNER TO lake_owner.' AS remedy
  FROM (
    SELECT 'pg_class'::regclass AS class, c.oid, c.oid::regclass::text AS object, c.relnamespace AS schema,
           c.relowner AS owner
      FROM pg_class AS c
     WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f')
       AND c.relname NOT IN ('applied', 'applied_object', '_yoyo_migration', '_yoyo_log', '_yoyo_version')
    UNION ALL
    SELECT 'pg_proc'::regclass, p.oid, p.oid::regprocedure::text, p.pronamespace, p.proowner FROM pg_proc AS p
    UNION ALL
    SELECT 'pg_type'::regclass, t.oid, t.oid::regtype::text, t.typnamespace, t.typowner
      FROM pg_type AS t WHERE t.typtype IN ('d', 'e', 'r')
  ) AS found
  JOIN pg_namespace AS n ON n.oid = found.schema
  JOIN pg_roles AS r ON r.oid = found.owner AND r.rolsuper
 WHERE n.nspname NOT IN ('ext', 'partman', 'public')
   AND has_schema_privilege('lake_owner', n.oid, 'CREATE') AND n.nspname !~ '^user_[1-9]'
   AND NOT EXISTS (SELECT FROM pg_depend AS d
                    WHERE d.deptype = 'e' AND (d.classid, d.objid) = (found.class, found.oid))
 ORDER BY 2
