-- The catalog as rows (kind, identity, definition). Objects of extensions and of PostgreSQL itself are left out.

-- name: exists
SELECT to_regclass(%(relation)s) IS NOT NULL

-- name: catalog
WITH spaces AS (
  SELECT oid, nspname, nspowner, nspacl FROM pg_namespace n
  WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
    AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_namespace'::regclass AND objid = n.oid AND deptype = 'e')
), members AS (
  SELECT classid, objid FROM pg_depend WHERE deptype = 'e'
), relations AS (
  SELECT c.*, format('%I.%I', s.nspname, c.relname) AS identity,
         CASE c.relkind WHEN 'r' THEN 'table' WHEN 'p' THEN 'table' WHEN 'v' THEN 'view'
                        WHEN 'm' THEN 'materialized view' WHEN 'S' THEN 'sequence' WHEN 'f' THEN 'foreign table' END AS kind
  FROM pg_class c JOIN spaces s ON s.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f')
    AND NOT EXISTS (SELECT FROM members WHERE classid = 'pg_class'::regclass AND objid = c.oid)
), functions AS (
  SELECT p.*, format('%I.%I(%s)', s.nspname, p.proname, pg_get_function_identity_arguments(p.oid)) AS identity
  FROM pg_proc p JOIN spaces s ON s.oid = p.pronamespace
  WHERE NOT EXISTS (SELECT FROM members WHERE classid = 'pg_proc'::regclass AND objid = p.oid)
)
SELECT 'schema' AS kind, quote_ident(nspname) AS identity, 'owner ' || pg_get_userbyid(nspowner) AS definition FROM spaces
UNION ALL
SELECT 'extension', extname, format('%s in %s', extversion, extnamespace::regnamespace) FROM pg_extension
UNION ALL
SELECT 'role', rolname, concat_ws(', ', CASE WHEN rolcanlogin THEN 'login' END, CASE WHEN rolsuper THEN 'superuser' END,
         CASE WHEN NOT rolinherit THEN 'noinherit' END, CASE WHEN rolcreaterole THEN 'createrole' END,
         CASE WHEN rolcreatedb THEN 'createdb' END, CASE WHEN rolbypassrls THEN 'bypassrls' END,
         CASE WHEN rolconnlimit >= 0 THEN 'at most ' || rolconnlimit END)
FROM pg_roles WHERE rolname !~ '^pg_'
UNION ALL
SELECT 'membership', format('%s in %s', pg_get_userbyid(member), pg_get_userbyid(roleid)),
       string_agg(format('admin %s, inherit %s, set %s by %s', admin_option, inherit_option, set_option,
                         pg_get_userbyid(grantor)), '; ' ORDER BY grantor)
FROM pg_auth_members WHERE member >= 16384 GROUP BY member, roleid
UNION ALL
SELECT 'setting', concat_ws(' in ', CASE setrole WHEN 0 THEN 'everybody' ELSE pg_get_userbyid(setrole) END,
         CASE WHEN setdatabase <> 0 THEN 'this database' END), array_to_string(setconfig, ', ')
FROM pg_db_role_setting
WHERE setdatabase = 0 OR setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database())
UNION ALL
SELECT kind, identity, concat_ws(', ', 'owner ' || pg_get_userbyid(relowner),
         CASE WHEN relrowsecurity THEN 'row-level security' END, CASE WHEN relforcerowsecurity THEN 'forced' END,
         CASE WHEN relkind = 'p' THEN 'partitioned by ' || pg_get_partkeydef(oid) END,
         CASE WHEN relispartition THEN pg_get_expr(relpartbound, oid) END, array_to_string(reloptions, ', '),
         CASE WHEN relkind IN ('v', 'm') THEN E'\n' || pg_get_viewdef(oid) END)
FROM relations
UNION ALL
SELECT 'column', format('%s.%I', r.identity, a.attname), concat_ws(' ', format_type(a.atttypid, a.atttypmod),
         CASE WHEN a.attnotnull THEN 'not null' END,
         CASE WHEN a.attgenerated <> '' THEN 'generated as' WHEN d.oid IS NOT NULL THEN 'default' END,
         pg_get_expr(d.adbin, d.adrelid), CASE WHEN a.attidentity <> '' THEN 'identity' END)
FROM relations r
JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN pg_attrdef d ON (d.adrelid, d.adnum) = (a.attrelid, a.attnum)
WHERE r.relkind <> 'S'
UNION ALL
SELECT 'constraint', format('%I on %s', c.conname, r.identity),
       pg_get_constraintdef(c.oid) || CASE WHEN c.convalidated THEN '' ELSE ' (not validated)' END
FROM pg_constraint c JOIN relations r ON r.oid = c.conrelid
UNION ALL
SELECT 'index', i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid)
FROM pg_index i JOIN relations r ON r.oid = i.indrelid
UNION ALL
SELECT 'trigger', format('%I on %s', t.tgname, r.identity), pg_get_triggerdef(t.oid) || ' ' || t.tgenabled::text
FROM pg_trigger t JOIN relations r ON r.oid = t.tgrelid WHERE NOT t.tgisinternal
UNION ALL
SELECT 'policy', format('%I on %s', p.polname, r.identity), concat_ws(' ',
         CASE WHEN p.polpermissive THEN 'permissive' ELSE 'restrictive' END, 'for ' || p.polcmd::text, 'to ' ||
         (SELECT string_agg(CASE role WHEN 0 THEN 'public' ELSE pg_get_userbyid(role)::text END, ', ' ORDER BY role)
          FROM unnest(p.polroles) AS role),
         'using ' || pg_get_expr(p.polqual, p.polrelid), 'check ' || pg_get_expr(p.polwithcheck, p.polrelid))
FROM pg_policy p JOIN relations r ON r.oid = p.polrelid
UNION ALL
SELECT 'type', format('%I.%I', s.nspname, t.typname), concat_ws(' ', t.typtype::text, 'owner ' || pg_get_userbyid(t.typowner),
         CASE WHEN t.typtype = 'd' THEN format_type(t.typbasetype, t.typtypmod) END,
         (SELECT string_agg(enumlabel, ', ' ORDER BY enumsortorder) FROM pg_enum WHERE enumtypid = t.oid))
FROM pg_type t JOIN spaces s ON s.oid = t.typnamespace
WHERE t.typtype IN ('d', 'e', 'r')
  AND NOT EXISTS (SELECT FROM members WHERE classid = 'pg_type'::regclass AND objid = t.oid)
UNION ALL
SELECT CASE prokind WHEN 'p' THEN 'procedure' WHEN 'a' THEN 'aggregate' ELSE 'function' END, identity,
       format('owner %s, md5 %s', pg_get_userbyid(proowner),
              md5(CASE WHEN prokind = 'a' THEN '' ELSE pg_get_functiondef(oid) END))
FROM functions
UNION ALL
SELECT 'grant', format('%s on schema %s', CASE grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(grantee)::text END, quote_ident(nspname)),
       string_agg(privilege_type || CASE WHEN is_grantable THEN '*' ELSE '' END, ', ' ORDER BY privilege_type)
FROM spaces, aclexplode(coalesce(nspacl, acldefault('n', nspowner))) GROUP BY grantee, nspname
UNION ALL
SELECT 'grant', format('%s on %s', CASE grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(grantee)::text END, identity),
       string_agg(privilege_type || CASE WHEN is_grantable THEN '*' ELSE '' END, ', ' ORDER BY privilege_type)
FROM relations, aclexplode(coalesce(relacl, acldefault(CASE relkind WHEN 'S' THEN 's'::"char" ELSE 'r' END, relowner)))
WHERE grantee <> relowner GROUP BY grantee, identity
UNION ALL
SELECT 'grant', format('%s on function %s', CASE grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(grantee)::text END, identity),
       string_agg(privilege_type, ', ' ORDER BY privilege_type)
FROM functions, aclexplode(coalesce(proacl, acldefault('f', proowner)))
WHERE grantee <> proowner GROUP BY grantee, identity
UNION ALL
SELECT 'default grant', format('%s in %s on %s', pg_get_userbyid(defaclrole),
         CASE defaclnamespace WHEN 0 THEN 'every schema' ELSE defaclnamespace::regnamespace::text END, defaclobjtype),
       array_to_string(defaclacl, ', ')
FROM pg_default_acl
UNION ALL
SELECT 'comment', format('%s %s', id.type, id.identity), d.description
FROM pg_description d
CROSS JOIN LATERAL pg_identify_object(d.classoid, d.objoid, d.objsubid) AS id
WHERE id.schema IN (SELECT nspname FROM spaces)
  AND NOT EXISTS (SELECT FROM members WHERE (classid, objid) = (d.classoid, d.objoid))

-- name: cron_jobs
SELECT 'job', coalesce(jobname, jobid::text), concat_ws(', ', schedule, command, 'as ' || username, 'in ' || database,
         CASE WHEN NOT active THEN 'inactive' END)
FROM cron.job

-- name: partman_config
SELECT 'partitions', parent_table, (to_jsonb(part_config) - 'maintenance_last_run')::text FROM partman.part_config
