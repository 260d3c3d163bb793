-- TRUNCATE, REFERENCES, TRIGGER and MAINTAIN do not ask the policies: with one of them a user empties a table of
-- everybody's rows, or has its own code run by others.
SELECT 'grants_beyond_policies' AS lint, c.oid::regclass::text AS object,
       format('%s is granted to %s', acl.privilege_type,
              CASE acl.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(acl.grantee)::text END) AS problem,
       'Grant users nothing but SELECT, INSERT, UPDATE and DELETE.' AS remedy
  FROM pg_class AS c
  JOIN pg_namespace AS n ON n.oid = c.relnamespace
 CROSS JOIN LATERAL aclexplode(c.relacl) AS acl
 WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
   AND n.nspname NOT IN ('ext', 'public')
   AND has_schema_privilege('lake_owner', n.oid, 'CREATE') AND n.nspname !~ '^user_[1-9]'
   AND acl.privilege_type IN ('TRUNCATE', 'REFERENCES', 'TRIGGER', 'MAINTAIN')
   AND (acl.grantee = 0 OR pg_get_userbyid(acl.grantee) = 'lake_user'
        OR pg_get_userbyid(acl.grantee) ~ '^(user_[1-9][0-9]*|service_.*)$')
 ORDER BY 2, 3
