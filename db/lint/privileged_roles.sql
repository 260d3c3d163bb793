-- Superusers and roles with BYPASSRLS see everything, policies or not. Only the bootstrap superuser, which deploys,
-- is one; and no lake role may take on a stronger one.
SELECT 'privileged_roles' AS lint, r.rolname::text AS object, found.problem, 'ALTER or REVOKE it.' AS remedy
  FROM pg_roles AS r
 CROSS JOIN LATERAL (
   SELECT 'it has BYPASSRLS' AS problem WHERE r.rolbypassrls
    UNION ALL
   SELECT 'it is a superuser' WHERE r.rolsuper AND r.rolname ~ '^(lake_|user_[0-9]|service_)'
    UNION ALL
   SELECT format('it is a member of %s', pg_get_userbyid(m.roleid))
     FROM pg_auth_members AS m
    WHERE m.member = r.oid AND r.rolname ~ '^(user_[0-9]|service_)' AND (m.inherit_option OR m.set_option)
      AND pg_get_userbyid(m.roleid) ~ '^(lake_(owner|service|jobs|admin)|pg_.*)$'
 ) AS found
 WHERE r.oid <> 10 AND NOT (r.rolsuper AND r.rolname !~ '^(lake_|user_[0-9]|service_)')
 ORDER BY 1, 2, 3
