-- Users' objects that stand on ours, and how to make them again.

-- name: guests
WITH RECURSIVE ours AS (
  SELECT oid FROM pg_namespace
  WHERE EXISTS (SELECT FROM pg_roles WHERE rolname = 'lake_owner')
    AND has_schema_privilege((SELECT oid FROM pg_roles WHERE rolname = 'lake_owner'), oid, 'CREATE')
    AND nspname !~ '^(pg_|public$|ext$|partman$|user_[1-9])'
), object (classid, objid, nsp) AS (
  -- A rule stands for its view, a row type for its relation.
  SELECT 'pg_class'::regclass::oid, oid, relnamespace FROM pg_class WHERE relkind IN ('r', 'p', 'v', 'm')
  UNION ALL
  SELECT 'pg_proc'::regclass, oid, pronamespace FROM pg_proc
), edge AS (
  SELECT CASE WHEN rule.oid IS NOT NULL THEN 'pg_class'::regclass::oid ELSE d.classid END AS classid,
         coalesce(rule.ev_class, d.objid) AS objid,
         CASE WHEN rowtype.oid IS NOT NULL THEN 'pg_class'::regclass::oid ELSE d.refclassid END AS refclassid,
         coalesce(rowtype.typrelid, d.refobjid) AS refobjid
  FROM pg_depend d
  LEFT JOIN pg_rewrite rule ON d.classid = 'pg_rewrite'::regclass AND rule.oid = d.objid
  LEFT JOIN pg_type elements ON d.refclassid = 'pg_type'::regclass AND elements.oid = d.refobjid
  LEFT JOIN pg_type rowtype ON rowtype.oid = coalesce(nullif(elements.typelem, 0), elements.oid)
    AND rowtype.typrelid <> 0
  WHERE d.deptype = 'n'
), guest (classid, objid, depth) AS (
  SELECT o.classid, o.objid, 1
  FROM edge
  JOIN object host ON (host.classid, host.objid) = (edge.refclassid, edge.refobjid)
  JOIN object o ON (o.classid, o.objid) = (edge.classid, edge.objid)
  WHERE host.nsp IN (SELECT oid FROM ours) AND o.nsp NOT IN (SELECT oid FROM ours)
  UNION
  SELECT o.classid, o.objid, guest.depth + 1
  FROM guest
  JOIN edge ON (edge.refclassid, edge.refobjid) = (guest.classid, guest.objid)
  JOIN object o ON (o.classid, o.objid) = (edge.classid, edge.objid)
  WHERE o.nsp NOT IN (SELECT oid FROM ours) AND guest.depth < 50
), placed AS (
  SELECT classid, objid, max(depth) AS depth FROM guest
  WHERE NOT EXISTS (SELECT FROM pg_depend e WHERE e.deptype = 'e'
                    AND (e.classid, e.objid) = (guest.classid, guest.objid))
  GROUP BY classid, objid
), described AS (
  SELECT placed.depth, id.identity, nsp.nspname LIKE 'pg\_temp%' AS temporary,
         CASE WHEN c.relkind = 'v' THEN 'VIEW' WHEN c.relkind = 'm' THEN 'MATERIALIZED VIEW'
              WHEN p.prokind = 'p' THEN 'PROCEDURE' WHEN p.prokind = 'f' THEN 'FUNCTION' END AS class,
         pg_get_userbyid(coalesce(c.relowner, p.proowner)) AS owner,
         CASE WHEN c.relkind = 'v' THEN
                format('CREATE VIEW %s%s AS %s', id.identity,
                       ' WITH (' || array_to_string(c.reloptions, ', ') || ')', pg_get_viewdef(c.oid))
              WHEN c.relkind = 'm' THEN
                format('CREATE MATERIALIZED VIEW %s AS %s', id.identity, pg_get_viewdef(c.oid))
              ELSE pg_get_functiondef(p.oid) END AS definition,
         -- A literal of a type of a user's own is read by that type when the definition is parsed: a CHECK of a
         -- domain is then code of the user's in the deploy's session, which a superuser opened.
         coalesce(c.relkind = 'm', false) OR EXISTS (
           SELECT FROM pg_depend AS d
             JOIN pg_type AS t ON d.refclassid = 'pg_type'::regclass AND t.oid = d.refobjid
             JOIN pg_namespace AS home ON home.oid = t.typnamespace
            WHERE (home.nspname ~ '^(user_[1-9]|pg_temp)')
              AND ((d.classid, d.objid) = (placed.classid, placed.objid)
                   OR d.classid = 'pg_rewrite'::regclass
                      AND d.objid IN (SELECT r.oid FROM pg_rewrite AS r WHERE r.ev_class = c.oid)))
           AS needs_running,
         CASE WHEN c.oid IS NOT NULL THEN 'TABLE' WHEN p.prokind = 'p' THEN 'PROCEDURE' ELSE 'FUNCTION' END AS granted,
         coalesce(c.relacl, p.proacl) AS acl, coalesce(c.relowner, p.proowner) AS owner_id,
         obj_description(placed.objid, CASE WHEN c.oid IS NULL THEN 'pg_proc' ELSE 'pg_class' END) AS comment
  FROM placed
  LEFT JOIN pg_class c ON placed.classid = 'pg_class'::regclass AND c.oid = placed.objid AND c.relkind IN ('v', 'm')
  LEFT JOIN pg_proc p ON placed.classid = 'pg_proc'::regclass AND p.oid = placed.objid AND p.prokind IN ('f', 'p')
  JOIN pg_namespace nsp ON nsp.oid = coalesce(c.relnamespace, p.pronamespace)
  CROSS JOIN LATERAL pg_identify_object(placed.classid, placed.objid, 0) AS id
)
SELECT class, identity, owner, coalesce(substring(owner FROM '^user_([1-9][0-9]{0,17})$')::bigint, 0), definition,
       CASE WHEN temporary OR needs_running THEN '{}' ELSE
         ARRAY[definition]
         || CASE WHEN acl IS NULL THEN '{}' ELSE ARRAY[format('REVOKE ALL ON %s %s FROM PUBLIC', granted, identity)] END
         || ARRAY(SELECT format('GRANT %s ON %s %s TO %s', privilege_type, granted, identity,
                                CASE grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(grantee)) END)
                  FROM aclexplode(acl) WHERE grantee <> owner_id)
         || CASE WHEN comment IS NULL THEN '{}' ELSE ARRAY[format('COMMENT ON %s %s IS %L', class, identity, comment)] END
       END
FROM described
ORDER BY depth, identity

-- name: role
SELECT current_setting('role') AS role

-- name: set_role
SELECT set_config('role', %s, true)

-- name: enter_guest
-- Nothing of a user's is run here, only defined: no bodies are checked, no data is read.
SET LOCAL check_function_bodies = off;
SET LOCAL search_path = pg_catalog, pg_temp

-- name: leave_guest
RESET ROLE;
SET LOCAL search_path = pg_catalog, pg_temp

-- name: exists
SELECT CASE WHEN %(class)s IN ('VIEW', 'MATERIALIZED VIEW') THEN to_regclass(%(identity)s) IS NOT NULL
            ELSE to_regprocedure(%(identity)s) IS NOT NULL END

-- name: can_record_event
SELECT to_regprocedure('ops.record_event(bigint, text, jsonb)') IS NOT NULL

-- name: record_event
SELECT ops.record_event(%(user_id)s, %(kind)s, %(detail)s)
